//! What was refused, in the words of the command line: its options, and what isn't there by its kind.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, Command};
use model::properties::TextProperty;
use model::refusal::Code;

use super::{Output, fail, locale};
use crate::app::App;
use crate::eligibility::Findings;
use crate::error::Error;
use crate::web::locale::Locale;

/// A person who isn't named by a whole sign-in name.
pub(super) const PERSON: &str = "person";
/// Whoever or whatever is to be in a group or own it.
pub(super) const MEMBER: &str = "member";
/// An import that is to be followed.
pub(super) const IMPORT: &str = "import";
/// A person who is named by an object id, without their tenant.
pub(super) const PERSON_ALONE: &str = "personTenant";

/// A command that can be refused.
pub(super) trait Asked: Args {
    /// The command whose `list` shows what there is.
    const LIST: &'static str;
    /// The text for what isn't there.
    const UNKNOWN: &'static str;
}

/// Tells refusals in words; anything else as it is, since the operator is who can mend it.
pub(super) fn told<A: Asked>(app: &App, error: Error, output: Output) -> ExitCode {
    let refusals = match error.into_refusals() {
        Ok(refusals) => refusals,
        Err(error) => return fail(&error),
    };
    let l = locale(&app.locales);
    let mut findings = Findings::of(&l, &refusals, &[]);
    tell_missing::<A>(&l, &mut findings);
    match serde_json::to_value(&findings) {
        Ok(value) if output == Output::Json => {
            output.print(&value);
        }
        _ => {
            for problem in findings.problems {
                let field = problem.field.filter(|_| problem.code != Code::NotFound);
                let option = field.and_then(option::<A>).map(|option| format!("--{option}: "));
                let option = option.unwrap_or_default();
                let _ = writeln!(std::io::stderr(), "{option}{} {}", problem.reason, problem.remedy);
            }
        }
    }
    ExitCode::FAILURE
}

/// The catalogue's words for what isn't there speak of pages, and some others to whom the operator is somebody else.
fn tell_missing<A: Asked>(l: &Locale, findings: &mut Findings) {
    for problem in findings.problems.iter_mut().filter(|problem| problem.code == Code::NotFound) {
        let (unknown, list) = match problem.field {
            Some("tenant") => ("cli-tenant-unknown", "tenant"),
            Some("token") => ("cli-token-unknown", "user token"),
            Some(MEMBER) => ("cli-member-unknown", "user"),
            _ => (A::UNKNOWN, A::LIST),
        };
        (problem.reason, problem.remedy) = match problem.field {
            Some(IMPORT) => (l.t("cli-import-unknown"), l.t("cli-import-unknown-remedy")),
            Some(PERSON) => (l.t("cli-person-incomplete"), l.t("cli-person-incomplete-remedy")),
            Some(PERSON_ALONE) => (l.t("cli-person-alone"), l.t("cli-person-alone-remedy")),
            _ => (l.t(unknown), l.a("cli-list-shows", &[("command", list)])),
        };
    }
    for problem in &mut findings.problems {
        let (reason, remedy) = match problem.code {
            Code::ClientRegistrationOff => ("cli-registration-off", "cli-registration-off-remedy"),
            Code::IdentityProviderMissing => ("cli-provider-missing", "cli-provider-missing-remedy"),
            _ => continue,
        };
        (problem.reason, problem.remedy) = (l.t(reason), l.t(remedy));
    }
    findings.reason = findings.problems.first().map(|problem| problem.reason.clone());
    findings.remedy = findings.problems.first().map(|problem| problem.remedy.clone());
    findings.reasons = findings.problems.iter().map(|problem| problem.reason.clone()).collect();
}

/// The option that gives a field; nothing where the command has none.
fn option<A: Args>(field: &str) -> Option<String> {
    let dashed = |letter: char| match letter {
        '_' => "-".to_owned(),
        letter if letter.is_ascii_uppercase() => format!("-{}", letter.to_ascii_lowercase()),
        letter => letter.to_string(),
    };
    let other = match field {
        "rolePermissions" => Some("action"),
        "events" => Some("event"),
        "administrator" => Some("admin-name"),
        "spa.redirectUris" => Some("spa-redirect-uri"),
        "publicClient.redirectUris" => Some("public-redirect-uri"),
        "membershipRuleProcessingState" => Some("paused"),
        "username" => Some("admin-username"),
        field if field.ends_with("edirectUris") => Some("redirect-uri"),
        field => TextProperty::named(field).map(|_| "set"),
    };
    let command = A::augment_args(Command::new("tenantry"));
    let same = field.chars().map(dashed).collect();
    std::iter::once(same).chain(other.map(str::to_owned)).find(|long| has_option(&command, long))
}

fn has_option(command: &Command, long: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_long() == Some(long))
        || command.get_subcommands().any(|inner| has_option(inner, long))
}

#[cfg(test)]
mod tests {
    use super::super::{app, domain, role, tenant, user, webhook};
    use super::*;
    use crate::web::locale::Locales;
    use model::refusal::Refusal;

    #[test]
    fn only_options_that_a_command_has_are_named() {
        let named = [
            (option::<role::Roles>("rolePermissions"), Some("action")),
            (option::<role::Roles>("displayName"), Some("display-name")),
            (option::<role::Roles>("principalId"), None),
            (option::<webhook::Webhooks>("events"), Some("event")),
            (option::<webhook::Webhooks>("url"), None),
            (option::<tenant::Tenant>("contact_email"), Some("contact-email")),
            (option::<tenant::Tenant>("username"), Some("admin-username")),
            (option::<tenant::Tenant>("administrator"), Some("admin-name")),
            (option::<user::User>("username"), Some("username")),
            (option::<user::User>("jobTitle"), Some("set")),
            (option::<app::Applications>("web.redirectUris"), Some("redirect-uri")),
            (option::<domain::Domains>("domain"), None),
        ];
        for (found, expected) in named {
            assert_eq!(found.as_deref(), expected);
        }
    }

    #[test]
    fn what_is_not_there_is_told_by_its_kind() {
        let l = Locales::embedded().unwrap().english();
        let missing = Refusal::new(Code::NotFound);
        let mut findings = Findings::of(&l, &[missing.clone(), missing.on("tenant")], &[]);
        tell_missing::<user::User>(&l, &mut findings);
        assert_eq!(findings.reason.as_deref(), Some("There is no such person in this tenant."));
        assert!(findings.problems[0].remedy.contains("tenantry user list"), "{findings:?}");
        assert!(findings.reasons[1].starts_with("There is no tenant"), "{findings:?}");
        assert!(findings.problems[1].remedy.contains("tenantry tenant list"), "{findings:?}");
        let missing = Refusal::new(Code::NotFound);
        let mut findings = Findings::of(&l, &[missing.clone().on(PERSON), missing.on(PERSON_ALONE)], &[]);
        tell_missing::<user::User>(&l, &mut findings);
        assert!(findings.reasons[0].contains("the whole name"), "{findings:?}");
        assert!(findings.problems[1].remedy.contains("--tenant"), "{findings:?}");
    }
}
