//! `tenantry user import`: the same import as on the page, run here and now.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use model::ids::{ImportId, TenantId};
use model::refusal::{Code, Refusal};
use serde_json::{Value, json};

use crate::access::Actor;
use crate::app::App;
use crate::cli::inside::operator_in;
use crate::cli::told::{IMPORT, told};
use crate::cli::{Output, fail, locale, say, show};
use crate::error::Error;
use crate::features::imports::{self, Counts, ImportState, ImportWay, Initial, Row, RowState, Step, Upload};
use crate::transaction;

#[derive(Args)]
pub(super) struct Import {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// The CSV file; its first line names the columns.
    #[arg(required_unless_present = "resume")]
    file: Option<PathBuf>,
    /// Say what would happen to each row, and create nobody.
    #[arg(long)]
    dry_run: bool,
    /// Invite people by mail to choose a password, instead of making initial passwords.
    #[arg(long)]
    invite: bool,
    /// Follow an import to its end that this command started and didn't, and report it with the initial passwords. They are kept
    /// for a day after its end, or until they were written.
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "dry_run", "invite"])]
    resume: Option<ImportId>,
}

/// What an import came to.
struct Outcome {
    report: Value,
    /// Where the report has initial passwords: the import that keeps them until it is written, and whose it is.
    waits: Option<(Actor, ImportId)>,
}

impl Import {
    pub async fn run(&self, app: &App, output: Output) -> ExitCode {
        let outcome = match (self.resume, &self.file) {
            (Some(id), _) => self.resume(app, id).await,
            (None, Some(file)) => match std::fs::read(file) {
                Ok(bytes) => self.import(app, file, &bytes).await,
                Err(error) => return fail(&format!("{}: {error}", file.display())),
            },
            // The command line asks for one of the two.
            (None, None) => Err(Error::not_found()),
        };
        let Outcome { report, waits } = match outcome {
            Ok(outcome) => outcome,
            Err(error) => return told::<super::User>(app, error, output),
        };
        let whole = report["refused"] == 0 && report["failed"] == 0;
        let printed = output.print_as(&report, written);
        if let Some((actor, id)) = waits {
            if printed != ExitCode::SUCCESS {
                self.say(app, "cli-import-unwritten", id);
                return printed;
            }
            if let Err(error) = forget(app, &actor, id).await {
                return told::<super::User>(app, error, output);
            }
        }
        if whole { printed } else { ExitCode::FAILURE }
    }

    /// Says on standard error how to go on with an import.
    fn say(&self, app: &App, what: &str, id: ImportId) {
        let command = format!("tenantry user import {} --resume {id}", self.tenant);
        say(&locale(&app.locales).a(what, &[("command", &command)]));
    }

    async fn import(&self, app: &App, file: &Path, bytes: &[u8]) -> Result<Outcome, Error> {
        let (actor, moment) = (operator_in(app, &self.tenant).await?, app.moment());
        let l = locale(&app.locales);
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let way = if self.invite { ImportWay::Invitation } else { ImportWay::Password };
        let parsed = Upload { file_name: &name, bytes, way }.parse(app)?;
        let id = transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            imports::draft(app, &mut inside, &actor, (&parsed, &l), &moment).await
        })?;
        let (import, counts, rows) = looked_at(app, &actor, id).await?;
        if self.dry_run || counts.waiting() == 0 {
            transaction!(app.db, |scope| {
                let mut inside = scope.tenant(actor.grant()).await?;
                imports::discard(&mut inside, &actor, id).await
            })?;
            let state = if self.dry_run { "dry-run" } else { "done" };
            let report = report((state, &import.passed_over), &counts, &rows, &[]);
            return Ok(Outcome { report, waits: None });
        }
        // Before the start: once it is committed, the service goes on with it whatever becomes of this command.
        self.say(app, "cli-import-starts", id);
        transaction!(app.db, |scope| {
            let mut inside = scope.tenant(actor.grant()).await?;
            imports::start(&mut inside, &actor, id, &moment).await
        })?;
        let ended = self.to_its_end(app, actor, id).await;
        ended.inspect_err(|_| self.say(app, "cli-import-broken-off", id))
    }

    async fn resume(&self, app: &App, id: ImportId) -> Result<Outcome, Error> {
        let actor = operator_in(app, &self.tenant).await?;
        let mut scope = app.db.read().await?;
        let mut inside = scope.tenant(actor.grant()).await?;
        let found = imports::get(&mut inside, &actor, id).await;
        drop(scope);
        let unknown = || Error::from(Refusal::new(Code::NotFound).on(IMPORT));
        let (import, _) = found.map_err(|error| if error.is_not_found() { unknown() } else { error })?;
        // One that waits is for whoever looked through it to start, and one of somebody else's for them to follow.
        if import.state == ImportState::Draft || import.started_by.is_some() {
            return Err(unknown());
        }
        let ended = self.to_its_end(app, actor, id).await;
        ended.inspect_err(|_| self.say(app, "cli-import-broken-off", id))
    }

    async fn to_its_end(&self, app: &App, actor: Actor, id: ImportId) -> Result<Outcome, Error> {
        follow(app, &actor, id).await?;
        let (import, counts, rows) = looked_at(app, &actor, id).await?;
        let initial = if counts.passwords > 0 {
            let moment = app.moment();
            transaction!(app.db, |scope| {
                let mut inside = scope.tenant(actor.grant()).await?;
                imports::show_passwords(app, &mut inside, &actor, id, &moment).await
            })?
        } else {
            Vec::new()
        };
        if initial.is_empty() && counts.created > 0 && import.way == ImportWay::Password {
            say(&locale(&app.locales).t("cli-import-passwords-gone"));
        }
        let report = report((import.state.as_str(), &import.passed_over), &counts, &rows, &initial);
        let waits = (!initial.is_empty()).then_some((actor, id));
        Ok(Outcome { report, waits })
    }
}

/// Forgets the initial passwords, which stand in a report that was written.
async fn forget(app: &App, actor: &Actor, id: ImportId) -> Result<(), Error> {
    transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        imports::forget_passwords(&mut inside, actor, id).await
    })
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

async fn looked_at(
    app: &App,
    actor: &Actor,
    id: ImportId,
) -> Result<(imports::Import, Counts, Vec<Row>), Error> {
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(actor.grant()).await?;
    let (import, counts) = imports::get(&mut inside, actor, id).await?;
    let (mut from, mut rows) = (None, Vec::new());
    loop {
        let slice = imports::rows(&mut inside, actor, id, &[], from.as_ref()).await?;
        rows.extend(slice.items);
        from = slice.next;
        if from.is_none() {
            return Ok((import, counts, rows));
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
