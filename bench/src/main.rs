//! Measures the service beside what the machine itself can do, in one run: `cargo run --release -p bench`.
//!
//! The real program runs as a child process and is asked over HTTP on loopback. Rates are given a second and for each
//! second of processor time that the server used, since the machine is shared with the load itself and whatever else
//! runs. A ratio compares two figures of the same run, so it means something on any machine.

#![expect(clippy::disallowed_methods, reason = "measuring time is what this program is for")]

mod bare;
mod checks;
mod client;
mod commits;
mod directory;
mod hashing;
mod load;
mod mail;
mod pages;
mod people;
mod provider;
mod server;
mod sign_up;
mod sizes;
mod table;
mod tenants;
mod tokens;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

/// What went wrong, in words.
pub type Fault = String;

#[derive(Parser)]
#[command(about = "Measures Tenantry beside what this machine can do")]
struct Arguments {
    /// A PostgreSQL server to measure too, as postgres://user:password@host/database; also TENANTRY_TEST_POSTGRES.
    #[arg(long, env = "TENANTRY_TEST_POSTGRES", hide_env_values = true)]
    postgres: Option<String>,
    /// Seconds that each rate is measured.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// Tenants of the larger database.
    #[arg(long, default_value_t = 100_000)]
    tenants: u32,
    /// People of the larger tenant.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    people: u32,
    /// Measure npm's oidc-provider beside the service too, with tokens: it is installed when first asked for.
    #[arg(long)]
    peer: bool,
    /// Measure these alone: start, pages, sign-in, sign-up, checks, sizes, directory, tokens.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Subcommand)]
enum Role {
    /// Answer every request with two bytes: what a page is compared with.
    #[command(hide = true)]
    Bare,
}

/// What every measurement knows.
pub struct Bench {
    pub seconds: Duration,
    pub postgres: Option<String>,
    pub tenants: u32,
    pub people: u32,
    pub peer: bool,
    only: Vec<String>,
}

impl Bench {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == name)
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    if arguments.role.is_some() {
        return runtime.block_on(bare::serve()).map_or_else(|fault| failed(&fault), |()| ExitCode::SUCCESS);
    }
    let bench = Bench {
        seconds: Duration::from_secs(arguments.seconds),
        postgres: arguments.postgres,
        tenants: arguments.tenants,
        people: arguments.people,
        peer: arguments.peer,
        only: arguments.only,
    };
    match runtime.block_on(measure(&bench)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => failed(&fault),
    }
}

fn failed(fault: &str) -> ExitCode {
    eprintln!("bench: {fault}");
    ExitCode::FAILURE
}

async fn measure(bench: &Bench) -> Result<(), Fault> {
    server::build()?;
    table::introduce(hashing::cores());
    if bench.wants("start") {
        server::measure_start().await?;
    }
    if bench.wants("pages") {
        pages::measure(bench).await?;
    }
    if bench.wants("sign-in") {
        people::measure_sign_in(bench).await?;
    }
    if bench.wants("sign-up") {
        sign_up::measure(bench).await?;
    }
    if bench.wants("checks") {
        checks::measure(bench)?;
    }
    if bench.wants("sizes") {
        sizes::measure(bench).await?;
    }
    if bench.wants("directory") {
        directory::measure(bench).await?;
    }
    if bench.wants("tokens") {
        tokens::measure(bench).await?;
    }
    Ok(())
}
