//! The commands beside `serve`: what each asks for and how it answers, a file a command.
//!
//! Results go to standard output, as text for people or with `--json` for programs; what went wrong goes to standard
//! error. Exit status 0 is done, 1 refused or failed, 2 not asked properly.

pub mod check;
mod lines;
mod show;

use std::process::ExitCode;

use crate::web::locale::{Locale, Locales};

/// Status of a command that was asked for what it doesn't do.
pub const USAGE: u8 = 2;

/// The language of the terminal, by the usual variables: the first that is set counts.
pub(crate) fn locale(locales: &Locales, variable: impl Fn(&str) -> Option<String>) -> Locale {
    let setting =
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(variable).find(|set| !set.is_empty());
    let tag = setting.map(|set| set.split(['.', '@']).next().unwrap_or_default().replace('_', "-"));
    locales.choose(tag.as_deref(), None)
}

/// Says why the command can't go on.
pub fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("tenantry: {error}");
    ExitCode::FAILURE
}

/// Says what is wrong with how the command was asked.
pub fn misused(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("tenantry: {error}");
    ExitCode::from(USAGE)
}
