//! The `tenantry` program: subcommands only.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tenantry::config::Config;
use tenantry::{cli, serve};

#[derive(Parser)]
#[command(name = "tenantry", version, about = "Work accounts that any platform can host")]
struct Arguments {
    /// The configuration file; without it the defaults and the environment count.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service.
    Serve,
    /// May this address, name, place or password be used?
    Check(cli::check::Check),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = match Config::load(arguments.config.as_deref(), std::env::vars()) {
        Ok(config) => config,
        Err(error) => return cli::misused(&error),
    };
    tenantry::logging::start(&config.log);
    match arguments.command {
        Command::Serve => serve_until_stopped(config),
        Command::Check(check) => check.run(&config),
    }
}

fn serve_until_stopped(config: Config) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return cli::fail(&error),
    };
    let result = runtime.block_on(async {
        let app = serve::open(config).await?;
        serve::serve(app).await
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => cli::fail(&error),
    }
}
