//! The `tenantry` program: subcommands only.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use tenantry::cli::{self, Output};
use tenantry::config::Config;
use tenantry::serve;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "tenantry", version, about = "Work accounts that any platform can host")]
struct Arguments {
    /// The configuration file; without it the defaults and the environment count.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Answer in JSON, also to a terminal.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service.
    Serve {
        /// Listen here instead of where the configuration says.
        #[arg(long, value_name = "ADDRESS:PORT")]
        listen: Option<SocketAddr>,
    },
    /// May this address, name, place or password be used?
    Check(cli::check::Check),
    /// Make, list and show tenants.
    Tenant(cli::tenant::Tenant),
    /// Create, list, change and import the people of a tenant.
    User(cli::user::User),
    /// Register, list, delete and restore applications of a tenant.
    App(cli::app::Applications),
    /// Make, list, show, fill, delete and restore groups of a tenant.
    Group(cli::group::Groups),
    /// Add, verify and remove domain names of a tenant.
    Domain(cli::domain::Domains),
    /// Make, list and show roles of a tenant, give them and take them away.
    Role(cli::role::Roles),
    /// Say where changes of a tenant are told, and see what was told.
    Webhook(cli::webhook::Webhooks),
    /// Read the logs of a tenant: what was done and who signed in.
    Audit(cli::audit::Audit),
    /// List, rotate and revoke the keys that sign tokens.
    SigningKey(cli::signing_key::SigningKeys),
    /// See how the deployment is doing.
    Operator(cli::operator::Operator),
    /// Try what the service promises, in a database of its own.
    Prove(cli::prove::Prove),
    /// Check and show the configuration.
    Config(cli::settings::Settings),
    /// Would the service work here? Changes nothing.
    Doctor,
    /// Print a script that completes these commands in a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page in roff, or write one for each command.
    Man {
        /// Write tenantry.1, tenantry-user.1, tenantry-user-list.1 and so on here.
        #[arg(long, value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let Arguments { config: file, json, command } = Arguments::parse();
    if let Command::Completions { shell } = command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Arguments::command(), "tenantry", &mut script);
        return cli::write(&script);
    }
    if let Command::Man { folder } = command {
        return man(folder.as_deref());
    }
    let environment = match environment() {
        Ok(environment) => environment,
        Err(error) => return cli::misused(&error),
    };
    if let Command::Config(settings) = command {
        return settings.run(file.as_deref(), environment, json);
    }
    let config = match Config::load(file.as_deref(), environment) {
        Ok(config) => config,
        Err(error) => return cli::misused(&error),
    };
    match command {
        Command::Serve { .. } => tenantry::logging::start(&config.log),
        _ => tenantry::logging::start_beside(&config.log),
    }
    let output = Output::new(json);
    match command {
        Command::Serve { listen } => cli::run(serve_until_stopped(config, listen)),
        Command::Check(check) => check.run(&config, json),
        Command::Tenant(tenant) => tenant.run(config, output),
        Command::User(user) => user.run(config, output),
        Command::App(app) => app.run(config, output),
        Command::Group(groups) => groups.run(config, output),
        Command::Domain(domains) => domains.run(config, output),
        Command::Role(roles) => roles.run(config, output),
        Command::Webhook(webhooks) => webhooks.run(config, output),
        Command::Audit(audit) => audit.run(config, output),
        Command::SigningKey(keys) => keys.run(config, output),
        Command::Operator(operator) => operator.run(config, output),
        Command::Prove(prove) => prove.run(config, output),
        Command::Doctor => cli::doctor::run(&config, output),
        Command::Config(_) | Command::Completions { .. } | Command::Man { .. } => ExitCode::SUCCESS,
    }
}

fn man(folder: Option<&Path>) -> ExitCode {
    let mut page = Vec::new();
    let made = match folder {
        Some(folder) => std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(Arguments::command(), folder)),
        None => clap_mangen::Man::new(Arguments::command()).render(&mut page),
    };
    match made {
        Ok(()) => cli::write(&page),
        Err(error) => cli::fail(&error),
    }
}

/// The variables that may be settings. Those are text; what others are is nothing to us.
fn environment() -> Result<Vec<(String, String)>, String> {
    let settings = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    let settings = settings.filter(|(name, _)| name.starts_with("TENANTRY_"));
    let text = |(name, value): (String, OsString)| match value.into_string() {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(format!("{name} isn't text in UTF-8")),
    };
    settings.map(text).collect()
}

async fn serve_until_stopped(mut config: Config, listen: Option<SocketAddr>) -> ExitCode {
    if let Some(listen) = listen {
        config.listen_at(listen);
    }
    let served = match serve::open(config).await {
        Ok(app) => serve::serve(app).await,
        Err(error) => Err(error),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => cli::fail(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_help(command: &clap::Command, path: &str, found: &mut Vec<String>) {
        let path = format!("{path} {}", command.get_name());
        let silent = command.get_arguments().filter(|argument| argument.get_help().is_none());
        found.extend(silent.map(|argument| format!("{path}: {}", argument.get_id())));
        if command.get_about().is_none() {
            found.push(path.clone());
        }
        let ours = command.get_subcommands().filter(|inner| inner.get_name() != "help");
        ours.for_each(|inner| without_help(inner, &path, found));
    }

    #[test]
    fn every_command_and_option_says_what_it_is_for() {
        let mut command = Arguments::command();
        command.build();
        let mut found = Vec::new();
        without_help(&command, "", &mut found);
        assert!(found.is_empty(), "without a description: {found:?}");
    }
}
