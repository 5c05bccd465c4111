//! `tenantry operator …`: how the deployment is doing.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{Output, told};
use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::features::operator;

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

impl Operator {
    /// Does what was asked.
    #[must_use]
    pub fn run(&self, config: Config, output: Output) -> ExitCode {
        super::with_app(config, async |app| {
            let What::Funnel { days } = self.what;
            match funnel(app, days).await {
                Ok(value) => output.print(&value),
                Err(error) => told(app, error, output),
            }
        })
    }
}

async fn funnel(app: &App, days: u16) -> Result<Value, Error> {
    let mut scope = app.db.read().await?;
    let steps = operator::funnel(&mut scope, app.clock.now(), days).await?;
    let rows = steps.iter().map(|step| json!({"day": step.day, "step": step.step, "reached": step.reached}));
    Ok(json!({ "value": rows.collect::<Vec<_>>() }))
}
