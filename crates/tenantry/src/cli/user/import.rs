//! `tenantry user import`: the same import as on the page, run here and now.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use model::ids::{ImportId, TenantId};
use serde_json::{Value, json};

use crate::access::Actor;
use crate::app::App;
use crate::cli::inside::operator_in;
use crate::cli::told::told;
use crate::cli::{Output, fail, locale, show};
use crate::error::Error;
use crate::features::imports::{self, Counts, ImportWay, Initial, Row, RowState, Step, Upload};
use crate::transaction;

#[derive(Args)]
pub(super) struct Import {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The CSV file; its first line names the columns.
    file: PathBuf,
    /// Say what would happen to each row, and create nobody.
    #[arg(long)]
    dry_run: bool,
    /// Invite people by mail to choose a password, instead of making initial passwords.
    #[arg(long)]
    invite: bool,
}

impl Import {
    pub async fn run(&self, app: &App, output: Output) -> ExitCode {
        let bytes = match std::fs::read(&self.file) {
            Ok(bytes) => bytes,
            Err(error) => return fail(&format!("{}: {error}", self.file.display())),
        };
        match self.import(app, &bytes).await {
            Ok(value) => {
                let whole = value["refused"] == 0 && value["failed"] == 0;
                let printed = output.print_as(&value, written);
                if whole { printed } else { ExitCode::FAILURE }
            }
            Err(error) => told::<super::User>(app, error, output),
        }
    }

    async fn import(&self, app: &App, bytes: &[u8]) -> Result<Value, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let l = locale(&app.locales);
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let way = if self.invite { ImportWay::Invitation } else { ImportWay::Password };
        let parsed = Upload { file_name: &name, bytes, way }.parse(app)?;
        let id = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            imports::draft(app, &mut inside, &actor, (&parsed, &l), &moment).await
        })?;
        let (counts, rows, passed_over) = looked_at(app, &actor, id).await?;
        if self.dry_run || counts.waiting() == 0 {
            transaction!(app.db, |scope| {
                let mut inside = scope.tenant(actor.grant()).await?;
                imports::discard(&mut inside, &actor, id).await
            })?;
            let state = if self.dry_run { "dry-run" } else { "done" };
            return Ok(report((state, &passed_over), &counts, &rows, &[]));
        }
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            imports::start(&mut inside, &actor, id, &moment).await
        })?;
        follow(app, &actor, id).await?;
        let (counts, rows, _) = looked_at(app, &actor, id).await?;
        let initial = if counts.passwords > 0 {
            transaction!(app.db, |scope| {
                let mut inside = scope.tenant(actor.grant()).await?;
                imports::fetch_passwords(app, &mut inside, &actor, id, &moment).await
            })?
        } else {
            Vec::new()
        };
        Ok(report(("done", &passed_over), &counts, &rows, &initial))
    }
}

/// Does the work step by step, also beside a server that does it too, and shows how far it is.
async fn follow(app: &App, actor: &Actor, id: ImportId) -> Result<(), Error> {
    let tenant: TenantId = actor.tenant();
    let shows = std::io::stderr().is_terminal();
    loop {
        let step = imports::run_some(app, tenant, id, &app.moment()).await?;
        if shows {
            let mut scope = app.db.read().await?;
            let mut inside = scope.tenant(actor.grant()).await?;
            let (_, counts) = imports::get(&mut inside, actor, id).await?;
            let end = if step == Step::Ended { "\n" } else { "" };
            let _ = write!(std::io::stderr(), "\r{} / {}{end}", counts.ended(), counts.wanted());
        }
        if step == Step::Ended {
            return Ok(());
        }
    }
}

/// The counts, the rows, and the columns that weren't read.
async fn looked_at(app: &App, actor: &Actor, id: ImportId) -> Result<(Counts, Vec<Row>, Vec<String>), Error> {
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(actor.grant()).await?;
    let (import, counts) = imports::get(&mut inside, actor, id).await?;
    let (mut from, mut rows) = (None, Vec::new());
    loop {
        let slice = imports::rows(&mut inside, actor, id, &[], from.as_ref()).await?;
        rows.extend(slice.items);
        from = slice.next;
        if from.is_none() {
            return Ok((counts, rows, import.passed_over));
        }
    }
}

fn report(
    (state, passed_over): (&str, &[String]),
    counts: &Counts,
    rows: &[Row],
    initial: &[Initial],
) -> Value {
    let password = |row: &Row| {
        let found = initial.iter().find(|one| one.sign_in_name == row.sign_in_name);
        found.filter(|_| row.state == RowState::Created).map(|one| one.password.expose().to_owned())
    };
    let shown = |row: &Row| {
        let told = row.told.iter().map(|told| {
            json!({ "code": told.code, "column": told.field, "reason": told.reason, "remedy": told.remedy })
        });
        json!({
            "line": row.line,
            "userPrincipalName": row.sign_in_name,
            "displayName": row.display_name,
            "result": row.state.as_str(),
            "id": row.user,
            "initialPassword": password(row),
            "reasons": told.collect::<Vec<_>>(),
        })
    };
    json!({
        "state": state,
        "good": counts.waiting(),
        "created": counts.created,
        "failed": counts.failed,
        "refused": counts.refused,
        "columnsNotRead": passed_over,
        "rows": rows.iter().map(shown).collect::<Vec<_>>(),
    })
}

/// The counts, then a line a row with its reasons below it.
fn written(value: &Value) -> String {
    let mut head = value.clone();
    if let Some(fields) = head.as_object_mut() {
        fields.remove("rows");
    }
    let mut rows = value["rows"].as_array().cloned().unwrap_or_default();
    for row in &mut rows {
        let reasons = row["reasons"].as_array().cloned().unwrap_or_default();
        let told = reasons.iter().map(|told| {
            let column = told["column"].as_str().filter(|column| !column.is_empty());
            let reason = told["reason"].as_str().unwrap_or_default();
            column.map_or_else(|| reason.to_owned(), |column| format!("{column}: {reason}"))
        });
        row["reason"] = json!(told.collect::<Vec<_>>().join(" "));
    }
    let names: &[&str] = match rows.iter().any(|row| row["initialPassword"].is_string()) {
        true => &["line", "userPrincipalName", "result", "initialPassword", "reason"],
        false => &["line", "userPrincipalName", "result", "reason"],
    };
    show::table(&head) + "\n" + &show::columns(names, &rows)
}
