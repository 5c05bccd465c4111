//! `tenantry operator …`: how the deployment is doing.

use std::cmp::Reverse;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::told::{Asked, told};
use super::{Output, show};
use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::features::operator;

/// The steps in the order that a sign-up takes them.
const STEPS: [&str; 7] =
    ["code-sent", "mailbox-proven", "organisation", "details", "payment", "completed", "access-requested"];

/// `tenantry operator …`
#[derive(Args)]
pub struct Operator {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// How many sign-ups reached each step.
    Funnel {
        /// Of how many days, today included.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=3660))]
        days: u16,
    },
}

impl Asked for Operator {
    const LIST: &'static str = "tenant";
    const UNKNOWN: &'static str = "cli-tenant-unknown";
}

impl Operator {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        super::with_app(config, async |app| {
            let What::Funnel { days } = self.what;
            match funnel(app, days).await {
                Ok(value) => output.print_as(&value, |value| {
                    let steps = value["value"].as_array().map(Vec::as_slice).unwrap_or_default();
                    show::columns(&["day", "step", "reached"], steps)
                }),
                Err(error) => told::<Self>(app, error, output),
            }
        })
    }
}

async fn funnel(app: &App, days: u16) -> Result<Value, Error> {
    let mut scope = app.db.read().await?;
    let mut steps = operator::funnel(&mut scope, app.clock.now(), days).await?;
    steps.sort_by_key(|step| {
        (Reverse(step.day.clone()), STEPS.iter().position(|name| *name == step.step).unwrap_or(STEPS.len()))
    });
    let rows = steps.iter().map(|step| json!({"day": step.day, "step": step.step, "reached": step.reached}));
    Ok(json!({ "value": rows.collect::<Vec<_>>() }))
}
