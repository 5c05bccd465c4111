//! `tenantry audit …`: the logs of a tenant, read by the operator. That the operator looked stands in the log.

use std::io::IsTerminal as _;
use std::pin::pin;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand, ValueEnum};
use futures_util::StreamExt as _;
use jiff::Timestamp;
use model::audit::{Activity, Category};
use model::ids::UserId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::inside::looking;
use super::named::{an_id, instant, sign_in_name};
use super::told::{Asked, told};
use super::{Output, show};
use crate::access::Actor;
use crate::app::App;
use crate::config::Config;
use crate::db::{Position, Slice};
use crate::error::Error;
use crate::features::audit::{self, Filter, Format, SignInFilter, Wanted};
use crate::features::directory::find_named;

/// `tenantry audit …`
#[derive(Args)]
pub struct Audit {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List what was done, or with --sign-ins who signed in; newest first.
    List {
        #[command(flatten)]
        which: Which,
        /// How many at most.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
        /// Go on behind the entry with this id.
        #[arg(long, value_name = "ID", value_parser = an_id::<Uuid>)]
        after: Option<Uuid>,
    },
    /// Write all that matches to standard output, newest first.
    Export {
        #[command(flatten)]
        which: Which,
        /// The form of the file.
        #[arg(long, value_enum, default_value_t = Form::Jsonl)]
        format: Form,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Csv,
    Jsonl,
}

#[derive(Clone, Copy, ValueEnum)]
enum Outcome {
    Success,
    Failure,
}

#[derive(Args)]
struct Which {
    /// The tenant's id or one of its verified domain names.
    tenant: String,
    /// Who signed in, instead of what was done.
    #[arg(long)]
    sign_ins: bool,
    /// From this instant on, such as 2026-03-01T00:00:00Z.
    #[arg(long, value_parser = instant)]
    since: Option<Timestamp>,
    /// Up to this instant, without it.
    #[arg(long, value_parser = instant)]
    until: Option<Timestamp>,
    /// An activity by its stable name, such as user-created.
    #[arg(long, conflicts_with = "sign_ins", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(Activity::ALL.iter().map(|one| one.as_str())))]
    activity: Option<String>,
    /// A part of the directory, such as UserManagement.
    #[arg(long, conflicts_with = "sign_ins", ignore_case = true)]
    #[arg(value_parser = PossibleValuesParser::new(Category::ALL.map(Category::as_str)))]
    category: Option<String>,
    /// Of this person: an id, or the name that they sign in with.
    #[arg(long)]
    person: Option<String>,
    /// Only what was done, or only what was refused.
    #[arg(long, value_enum)]
    result: Option<Outcome>,
}

impl Asked for Audit {
    const LIST: &'static str = "user";
    const UNKNOWN: &'static str = "cli-user-unknown";
}

impl Audit {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        super::with_app(config, async |app| match &self.what {
            What::List { which, limit, after } => match list(app, which, *limit as usize, *after).await {
                Ok(value) => output.print_as(&value, |value| show::list(which.columns(), value)),
                Err(error) => told::<Self>(app, error, output),
            },
            What::Export { which, format } => match export(app, which, *format).await {
                Ok(status) => status,
                Err(error) => told::<Self>(app, error, output),
            },
        })
    }
}

impl Which {
    fn succeeded(&self) -> Option<bool> {
        self.result.map(|result| matches!(result, Outcome::Success))
    }

    async fn person(&self, app: &App, actor: &Actor) -> Result<Option<UserId>, Error> {
        let Some(person) = &self.person else { return Ok(None) };
        if let Ok(id) = person.parse() {
            return Ok(Some(id));
        }
        let name = sign_in_name(person)?;
        let mut scope = app.db.read().await?;
        let mut inside = scope.tenant(actor.grant()).await?;
        let found = find_named(&mut inside, &name).await?;
        found.map(Some).ok_or_else(Error::not_found)
    }

    fn activities(&self) -> Option<Vec<Activity>> {
        if self.activity.is_none() && self.category.is_none() {
            return None;
        }
        let named = |activity: &Activity| self.activity.as_ref().is_none_or(|name| name == activity.as_str());
        let of = |category: Category| {
            self.category.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(category.as_str()))
        };
        Some(Activity::ALL.iter().copied().filter(|one| named(one) && of(one.category())).collect())
    }

    async fn wanted(&self, app: &App, actor: &Actor) -> Result<Wanted, Error> {
        let (person, succeeded) = (self.person(app, actor).await?, self.succeeded());
        let (since, until) = (self.since, self.until);
        Ok(if self.sign_ins {
            Wanted::SignIns(SignInFilter { user: person, succeeded, since, until, ..SignInFilter::default() })
        } else {
            let activities = self.activities();
            Wanted::Events(Filter { activities, person, succeeded, since, until, ..Filter::default() })
        })
    }

    fn columns(&self) -> &'static [&'static str] {
        if self.sign_ins {
            &["at", "userName", "applicationName", "ip", "result"]
        } else {
            &["at", "activity", "actorName", "targetName", "result"]
        }
    }

    fn what(&self) -> &'static str {
        if self.sign_ins { "sign-ins" } else { "activity" }
    }
}

async fn list(app: &App, which: &Which, limit: usize, after: Option<Uuid>) -> Result<Value, Error> {
    // Whom --person means is told too, so the look is written before.
    let actor = looking(app, &which.tenant, which.what()).await?;
    let wanted = which.wanted(app, &actor).await?;
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(actor.grant()).await?;
    let from = after.map(|id| Position { backward: false, key: String::new(), id });
    match &wanted {
        Wanted::Events(filter) => {
            Ok(page(&audit::list(&mut inside, &actor, filter, from.as_ref(), limit).await?))
        }
        Wanted::SignIns(filter) => {
            Ok(page(&audit::list_sign_ins(&mut inside, &actor, filter, from.as_ref(), limit).await?))
        }
    }
}

fn page<R: audit::Exported>(found: &Slice<R>) -> Value {
    let rows: Vec<Value> = found.items.iter().map(R::line).collect();
    json!({ "value": rows, "next": found.next.as_ref().map(|next| next.id) })
}

async fn export(app: &App, which: &Which, form: Form) -> Result<ExitCode, Error> {
    // Whom --person means is told too, so the look is written before.
    let actor = looking(app, &which.tenant, which.what()).await?;
    let wanted = which.wanted(app, &actor).await?;
    let format = match form {
        Form::Csv => Format::Csv,
        Form::Jsonl => Format::JsonLines,
    };
    let (mut pieces, terminal) =
        (pin!(audit::export(app, &actor, wanted, format).await?), std::io::stdout().is_terminal());
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        let text = show::piece(&String::from_utf8_lossy(&piece), terminal).into_owned();
        let written = super::write(text.as_bytes());
        if written != ExitCode::SUCCESS {
            return Ok(written);
        }
    }
    Ok(ExitCode::SUCCESS)
}
