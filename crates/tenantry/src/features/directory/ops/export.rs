//! The list of people as a table, as it is filtered.

use model::audit::{Activity, Change, TargetKind};
use model::properties::TEXTS;
use model::roles::Permission;
use protocol::csv;

use super::list::{ListQuery, Listed, some};
use crate::access::Actor;
use crate::db::{Position, TenantScope};
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::moment::Moment;

/// People that are read at once.
const AT_ONCE: usize = 500;

/// Columns before and after the texts. Those that an import reads have the names that it knows.
const BEFORE: [&str; 7] =
    ["userPrincipalName", "displayName", "givenName", "surname", "mail", "accountEnabled", "userType"];
const AFTER: [&str; 7] = [
    "businessPhones",
    "otherMails",
    "employeeHireDate",
    "createdDateTime",
    "lastSignInDateTime",
    "deletedDateTime",
    "id",
];

/// Notes that a list is exported, before its first row.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn begin_export(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    described: &str,
    moment: &Moment,
) -> Result<(), Error> {
    actor.require(Permission::ReadDirectory)?;
    let filter = (!described.is_empty()).then(|| Change::set("filter", described));
    let event = Event::new(Activity::PeopleExported, TargetKind::Tenant, scope.tenant(), "").changes(filter);
    audit::record(scope, actor, event, moment).await
}

/// The head of the table.
#[must_use]
pub fn export_head() -> String {
    let names: Vec<&str> =
        BEFORE.into_iter().chain(TEXTS.iter().map(|text| text.name)).chain(AFTER).collect();
    csv::row(&names)
}

/// The next rows of the table, and where it goes on.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn export_rows(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ListQuery,
) -> Result<(String, Option<Position>), Error> {
    let slice = some(scope, actor, query, AT_ONCE).await?;
    Ok((slice.items.iter().map(line).collect(), slice.next))
}

fn line(listed: &Listed) -> String {
    let Listed { person, user_type, properties, .. } = listed;
    let some = |value: &Option<String>| value.clone().unwrap_or_default();
    let at = |moment: Option<jiff::Timestamp>| moment.map(|at| at.to_string()).unwrap_or_default();
    let mut cells = vec![
        person.sign_in_name(),
        person.display_name.clone(),
        some(&person.given_name),
        some(&person.surname),
        person.contact.as_ref().map(|contact| contact.address.clone()).unwrap_or_default(),
        person.account_enabled.to_string(),
        user_type.clone(),
    ];
    cells.extend(TEXTS.iter().map(|text| properties.text(text.name).unwrap_or_default().to_owned()));
    cells.extend([
        properties.business_phones.join("; "),
        properties.other_mails.join("; "),
        at(properties.employee_hire_date),
        person.created_at.to_string(),
        at(person.last_sign_in_at),
        at(person.deleted_at),
        person.id.to_string(),
    ]);
    csv::row(&cells)
}
