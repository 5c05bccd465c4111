//! The dry run: a file is read, every row gets its verdict, and nobody is created.

use std::collections::HashMap;

use model::ids::ImportId;
use model::imports::Head;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use protocol::csv::{self, Fault, Record};

use super::checked::{Checked, called, checked, shown};
use super::read::{Import, ImportState, ImportWay, Row, RowState};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::directory::{self, SignInName};
use crate::features::imports::jobs::ForgetImport;
use crate::features::imports::store;
use crate::jobs;
use crate::moment::Moment;
use crate::web::locale::Locale;

/// Seconds until a draft that nobody started is forgotten, and until an import is.
const DRAFT: i64 = 86_400;
const KEPT: i64 = 30 * 86_400;

/// A file as it was sent.
pub struct Upload<'u> {
    pub file_name: &'u str,
    pub bytes: &'u [u8],
    pub way: ImportWay,
}

/// A file that can be imported, as far as it alone can tell.
pub struct Parsed {
    file_name: String,
    way: ImportWay,
    head: Head,
    records: Vec<Record>,
}

impl Upload<'_> {
    /// Reads the file, before the transaction.
    ///
    /// # Errors
    /// Too large, no table, too many rows, or columns that don't name people.
    pub fn parse(&self, app: &App) -> Result<Parsed, Refusal> {
        let (most, rows) = (app.config.imports.file_bytes, app.config.imports.rows);
        if self.bytes.len() > most {
            return Err(Refusal::new(Code::ImportFileTooLarge).on("file").with("max", megabytes(most)));
        }
        let mut records = csv::read(self.bytes, rows + 1).map_err(|fault| unreadable(fault, rows))?;
        let head = Head::read(&records.remove(0).cells)?;
        if records.is_empty() {
            return Err(Refusal::new(Code::ImportFileEmpty).on("file"));
        }
        let short = |text: &str| text.chars().filter(|char| !char.is_control()).take(100).collect();
        let file_name = self.file_name.rsplit(['/', '\\']).next().unwrap_or_default();
        Ok(Parsed { file_name: short(file_name), way: self.way, head, records })
    }
}

/// A number of bytes in words.
#[must_use]
pub fn megabytes(bytes: usize) -> String {
    match bytes >> 20 {
        0 => format!("{} kB", bytes.div_ceil(1024)),
        whole => format!("{whole} MB"),
    }
}

fn unreadable(fault: Fault, most: usize) -> Refusal {
    let (name, line) = match fault {
        Fault::Empty => return Refusal::new(Code::ImportFileEmpty).on("file"),
        Fault::TooManyRows => {
            return Refusal::new(Code::ImportTooManyRows).on("file").with("max", most.to_string());
        }
        Fault::NotText => ("not-text", 0),
        Fault::OpenQuote(line) => ("open-quote", line),
        Fault::AfterQuote(line) => ("after-quote", line),
        Fault::TooWide(line) => ("too-wide", line),
    };
    Refusal::new(Code::ImportFileUnreadable).on("file").with("fault", name).with("line", line.to_string())
}

/// Looks through a file and keeps what it found for a day.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn draft(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    (parsed, l): (&Parsed, &Locale),
    moment: &Moment,
) -> Result<ImportId, Error> {
    actor.require(Permission::ManageUsers)?;
    let rows = verdicts(app, scope, parsed, l).await?;
    let import = Import {
        id: ImportId(moment.uuid()),
        file_name: parsed.file_name.clone(),
        state: ImportState::Draft,
        way: parsed.way,
        language: l.lang().to_owned(),
        passed_over: parsed.head.passed_over.clone(),
        created_at: moment.now,
        started_by: actor.user_id(),
        started_by_name: actor.name().to_owned(),
        ended_at: None,
        stopped: None,
    };
    store::insert(scope, &import).await?;
    store::insert_rows(scope, import.id, &rows).await?;
    for (seconds, only_draft) in [(DRAFT, true), (KEPT, false)] {
        let forget = ForgetImport { tenant: scope.tenant(), import: import.id, only_draft };
        jobs::enqueue_at(scope.global(), &forget, moment.after_seconds(seconds), moment).await?;
    }
    Ok(import.id)
}

/// What the tenant has already that rows are held against.
struct There {
    primary: String,
    domains: Vec<String>,
    taken: Vec<SignInName>,
    /// How many people may still be added.
    room: usize,
}

async fn verdicts(
    app: &App,
    scope: &mut TenantScope<'_>,
    parsed: &Parsed,
    l: &Locale,
) -> Result<Vec<Row>, Error> {
    let domains = directory::verified_domains(scope).await?;
    let primary = domains.first().cloned().unwrap_or_default();
    let mut read = Vec::with_capacity(parsed.records.len());
    for record in &parsed.records {
        let values = parsed.head.values(&record.cells);
        let names = called(values.as_ref().unwrap_or(&HashMap::new().into_iter().collect()), &primary);
        let found = match &values {
            Ok(values) => checked(app, values, &primary, parsed.way),
            Err(refusal) => Err(vec![refusal.clone()]),
        };
        read.push((record, values.unwrap_or_default(), names, found));
    }
    let names: Vec<SignInName> =
        read.iter().filter_map(|(_, _, _, found)| Some(name_of(found.as_ref().ok()?))).collect();
    let room = directory::room(app, scope).await?;
    let mut there = There { taken: directory::taken_names(scope, &names).await?, room, primary, domains };
    let mut lines: HashMap<String, usize> = HashMap::new();
    let mut rows = Vec::with_capacity(read.len());
    for (index, (record, values, (sign_in_name, display_name), found)) in read.into_iter().enumerate() {
        let found = found.and_then(|found| there.admits(app, found, (record.line, &mut lines)));
        let (state, told) = match &found {
            Err(refusals) => (RowState::Refused, refusals.clone()),
            Ok(found) if found.warnings.is_empty() => (RowState::Good, Vec::new()),
            Ok(found) => (RowState::Warned, found.warnings.clone()),
        };
        rows.push(Row {
            number: index as i64 + 1,
            line: record.line as i64,
            content: serde_json::to_string(&values).map_err(Error::internal)?,
            sign_in_name: if values.is_empty() { String::new() } else { sign_in_name },
            display_name,
            state,
            told: told.iter().map(|refusal| shown(l, refusal)).collect(),
            user: None,
        });
    }
    Ok(rows)
}

fn name_of(found: &Checked) -> SignInName {
    SignInName::new(&found.new.user_name, &found.new.domain_name)
}

impl There {
    /// Holds a row against those before it and the people who are there.
    fn admits(
        &mut self,
        app: &App,
        found: Checked,
        (line, lines): (usize, &mut HashMap<String, usize>),
    ) -> Result<Checked, Vec<Refusal>> {
        let name = name_of(&found);
        let refused = |refusal: Refusal| Err(vec![refusal.on("userPrincipalName")]);
        if !self.domains.contains(&name.domain) {
            let domain = if name.domain.is_empty() { &self.primary } else { &name.domain };
            return refused(Refusal::new(Code::UserDomainNotVerified).with("domain", domain));
        }
        if let Some(first) = lines.get(&name.to_string()) {
            return refused(Refusal::new(Code::ImportRowTwice).with("line", first.to_string()));
        }
        lines.insert(name.to_string(), line);
        if self.taken.binary_search(&name).is_ok() {
            return refused(Refusal::new(Code::UsernameTaken).with("name", name.to_string()));
        }
        if self.room == 0 {
            let max = app.config.accounts.people.to_string();
            return Err(vec![Refusal::new(Code::ImportPeopleTooMany).with("max", max)]);
        }
        self.room -= 1;
        Ok(found)
    }
}

/// Throws a draft away.
///
/// # Errors
/// Not allowed, not there, or [`Code::ImportNotWaiting`].
pub async fn discard(scope: &mut TenantScope<'_>, actor: &Actor, id: ImportId) -> Result<(), Error> {
    actor.require(Permission::ManageUsers)?;
    store::find(scope, id).await?.ok_or_else(Error::not_found)?;
    if store::remove(scope, id, true).await? { Ok(()) } else { Err(Code::ImportNotWaiting.into()) }
}
