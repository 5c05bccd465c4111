//! `tenantry prove …`: tries what the service promises, in a database of its own that is removed afterwards.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::{Output, fail};
use crate::config::Config;
use crate::moment::{Clock as _, Moment, SystemClock, SystemRandom};
use crate::prove::{self, Report};
use crate::{routes, serve};

/// `tenantry prove …`
#[derive(Args)]
pub struct Prove {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Ask every route of pages and API as one company with the ids of another; a line a route.
    Isolation,
}

impl super::told::Asked for Prove {
    const LIST: &'static str = "tenant";
    const UNKNOWN: &'static str = "cli-tenant-unknown";
}

impl Prove {
    /// Does what was asked. The configuration's own database is left alone.
    #[must_use]
    pub fn run(&self, mut config: Config, output: Output) -> ExitCode {
        let What::Isolation = self.what;
        let moment = Moment::new(SystemClock.now(), Arc::new(SystemRandom));
        let folder = std::env::temp_dir().join(format!("tenantry-prove-{}", moment.uuid()));
        if let Err(error) = std::fs::create_dir_all(&folder) {
            return fail(&error);
        }
        config.database.url = format!("sqlite:{}", folder.join("tenantry.db").display());
        config.secrets.key_file = folder.join("master.key").display().to_string();
        config.server.public_url = "http://localhost:8080".to_owned();
        config.mail.transport = "local".to_owned();
        config.limits.sensitive_per_minute = u32::MAX;
        config.limits.checks_per_minute = u32::MAX;
        config.limits.api_reads_per_second = 1_000_000;
        config.limits.api_writes_per_second = 1_000_000;
        config.limits.webhook_sends_per_minute = 1_000_000;
        let status = super::run(async {
            let app = match serve::open(config).await {
                Ok(app) => app,
                Err(error) => return fail(&error),
            };
            let (router, inside) = routes::both(app.clone());
            match prove::isolation(&app, &router, &inside, None).await {
                Ok(report) => told(&report, output),
                Err(error) => super::told::told::<Self>(&app, error, output),
            }
        });
        let _ = std::fs::remove_dir_all(&folder);
        status
    }
}

fn told(report: &Report, output: Output) -> ExitCode {
    let holds = report.holds();
    if output == Output::Json {
        let value = serde_json::to_value(report).unwrap_or_default();
        output.print(&value);
    } else {
        let mut text = String::new();
        for line in &report.lines {
            let verdict = if line.faults.is_empty() { "holds" } else { "FAILS" };
            let own = line.own.map(|own| format!(", own answers {own}")).unwrap_or_default();
            text.push_str(&format!(
                "{verdict}  {:6} {}  ({} asked{own})\n",
                line.method, line.path, line.asked
            ));
            for fault in &line.faults {
                text.push_str(&format!("       {fault}\n"));
            }
        }
        let failed = report.lines.iter().filter(|line| !line.faults.is_empty()).count();
        text.push_str(&format!("{} routes, {failed} fail\n", report.lines.len()));
        let _ = super::write(text.as_bytes());
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
