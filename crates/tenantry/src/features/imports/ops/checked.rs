//! What a row says of a person, checked by the rules that hold on pages and in the API.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::eligibility::username;
use model::imports::{several, truth};
use model::properties::{LIST, TEXTS, check_entry};
use model::refusal::{Code, Refusal};

use super::read::{ImportWay, Shown};
use crate::app::App;
use crate::error::Error;
use crate::features::directory::{NewUser, SignInName, UserChange, contact_email, person_name};
use crate::graph::Property;
use crate::web::locale::Locale;

/// A person to create, as far as the row alone can tell.
pub struct Checked {
    pub new: NewUser,
    pub change: UserChange,
    pub warnings: Vec<Refusal>,
}

/// The values of a row by the names of their columns.
pub type Values = BTreeMap<String, String>;

/// How a row is called in lists, whether it is good or not: sign-in name and display name.
pub fn called(values: &Values, primary: &str) -> (String, String) {
    let name = sign_in_parts(values, primary);
    let joined = ["givenName", "surname"].iter().filter_map(|name| values.get(*name)).cloned();
    let shown = values.get("displayName").cloned().unwrap_or_else(|| joined.collect::<Vec<_>>().join(" "));
    let short = |text: String| text.chars().take(256).collect::<String>();
    (short(format!("{}@{}", name.0, name.1)), short(shown))
}

/// The parts before and after the @; without a domain name the primary one counts.
fn sign_in_parts(values: &Values, primary: &str) -> (String, String) {
    let typed = values.get("userPrincipalName").or_else(|| values.get("userName")).map_or("", String::as_str);
    let (user, domain) = typed.rsplit_once('@').unwrap_or((typed, ""));
    let column = values.get("domain").map_or("", |domain| domain.trim_start_matches('@'));
    let domain = [domain, column, primary].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    (user.trim().to_owned(), domain.trim().to_lowercase())
}

/// Reads a row.
///
/// # Errors
/// Every refusal, each on its column.
pub fn checked(app: &App, values: &Values, primary: &str, way: ImportWay) -> Result<Checked, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let (new, mut warnings) = named(app, values, primary, &mut refusals);
    let mut change = UserChange { account_enabled: enabled(values, &mut refusals), ..UserChange::default() };
    for property in TEXTS {
        let Some(value) = values.get(property.name) else { continue };
        match property.check(value) {
            Ok(value) => change.texts.push((property, Some(value))),
            Err(refusal) => refusals.push(refusal),
        }
    }
    change.business_phones = list(values, "businessPhones", &mut refusals);
    change.other_mails = list(values, "otherMails", &mut refusals);
    if let Some(value) = values.get("employeeHireDate") {
        match day(value) {
            Some(at) => change.employee_hire_date = Property::Is(at),
            None => refusals.push(unknown("employeeHireDate", value, "date")),
        }
    }
    if new.contact_email.is_none() && !values.contains_key("mail") {
        match way {
            ImportWay::Invitation => refusals.push(Refusal::new(Code::ImportNeedsEmail).on("mail")),
            ImportWay::Password => warnings.push(Refusal::new(Code::ImportWithoutEmail).on("mail")),
        }
    }
    if refusals.is_empty() { Ok(Checked { new, change, warnings }) } else { Err(refusals) }
}

fn named(app: &App, values: &Values, primary: &str, refusals: &mut Vec<Refusal>) -> (NewUser, Vec<Refusal>) {
    let (user, domain) = sign_in_parts(values, primary);
    let name = username::check(&user, &domain);
    refusals.extend(name.answer.refusals.iter().cloned().map(|refusal| refusal.on("userPrincipalName")));
    let name = SignInName::new(&name.canonical, &domain);
    let value = |name: &str| values.get(name).map_or("", String::as_str);
    let mut keep = |found: Result<Option<String>, Vec<Refusal>>| {
        found.unwrap_or_else(|found| {
            refusals.extend(found);
            None
        })
    };
    let given_name = keep(person_name(value("givenName"), "givenName"));
    let surname = keep(person_name(value("surname"), "surname"));
    let (_, called) = called(values, primary);
    let shown = username::check_display_name(&called);
    refusals.extend(shown.answer.refusals.iter().cloned().map(|refusal| refusal.on("displayName")));
    let contact = contact_email(app, value("mail"), "mail").unwrap_or_else(|found| {
        refusals.extend(found);
        None
    });
    let new = NewUser {
        user_name: name.user,
        domain_name: name.domain,
        display_name: shown.name,
        given_name,
        surname,
        contact_email: contact,
        ..NewUser::default()
    };
    (new, shown.answer.warnings)
}

fn enabled(values: &Values, refusals: &mut Vec<Refusal>) -> Option<bool> {
    let mut read = |column: &'static str| {
        let cell = values.get(column)?;
        let told = truth(cell);
        if told.is_none() {
            refusals.push(unknown(column, cell, "truth"));
        }
        told
    };
    let (enabled, blocked) = (read("accountEnabled"), read("blockSignIn"));
    enabled.or(blocked.map(|blocked| !blocked))
}

fn list(values: &Values, name: &'static str, refusals: &mut Vec<Refusal>) -> Option<Vec<String>> {
    let entries: Vec<&str> = several(values.get(name)?).collect();
    if entries.len() > LIST {
        refusals.push(Refusal::new(Code::PropertyTooMany).on(name).with("max", LIST.to_string()));
        return None;
    }
    match entries.iter().map(|entry| check_entry(name, entry)).collect() {
        Ok(entries) => Some(entries),
        Err(refusal) => {
            refusals.push(refusal);
            None
        }
    }
}

/// A day, or a moment as the API writes it.
fn day(cell: &str) -> Option<Timestamp> {
    let moment = cell.parse::<Timestamp>().ok();
    moment.or_else(|| Some(cell.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp()))
}

fn unknown(column: &'static str, cell: &str, meant: &'static str) -> Refusal {
    let short: String = cell.chars().filter(|char| !char.is_control()).take(40).collect();
    Refusal::new(Code::ImportCellUnknown).on(column).with("value", short).with("meant", meant)
}

/// A refusal in words.
#[must_use]
pub fn shown(l: &Locale, refusal: &Refusal) -> Shown {
    let told = l.refusal(refusal);
    let field =
        refusal.field.filter(|field| l.has_label(field)).map(|field| l.label(field)).unwrap_or_default();
    Shown { code: told.code.to_owned(), field, reason: told.reason, remedy: told.remedy }
}

/// The refusals of an operation in words, or the error that is none of them.
pub fn told(l: &Locale, error: Error) -> Result<Vec<Shown>, Error> {
    Ok(error.into_refusals()?.iter().map(|refusal| shown(l, refusal)).collect())
}
