//! A person with all that the directory keeps of them: what the API lists, creates and changes.

use jiff::Timestamp;
use model::audit::{Activity, Change, TargetKind};
use model::ids::UserId;
use model::objects::{ChangeKind, ObjectKind};
use model::properties::{Properties, TextProperty};
use model::roles::Permission;

use super::create::{ContactEmail, NewUser, SignInName, create_user};
use super::guard::target;
use super::lookup::Person;
use super::{enable, password};
use crate::access::Actor;
use crate::app::App;
use crate::db::{Position, Slice, TenantScope};
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory::store;
use crate::features::membership;
use crate::graph::filter::Condition;
use crate::graph::query::ObjectQuery;
use crate::graph::{Property, changes};
use crate::moment::Moment;

/// A person, deleted or not, with everything about them.
#[derive(Clone, Debug)]
pub struct DirectoryUser {
    pub person: Person,
    pub properties: Properties,
    /// `Member`, or `Guest` for people invited from outside.
    pub user_type: String,
    /// Grows with each change.
    pub version: i64,
    pub password_changed_at: Option<Timestamp>,
}

/// What to change; what isn't named stays.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    pub name: Option<SignInName>,
    pub display_name: Option<String>,
    pub given_name: Property<String>,
    pub surname: Property<String>,
    pub contact: Property<ContactEmail>,
    pub account_enabled: Option<bool>,
    pub texts: Vec<(TextProperty, Option<String>)>,
    pub business_phones: Option<Vec<String>>,
    pub other_mails: Option<Vec<String>>,
    pub employee_hire_date: Property<Timestamp>,
    /// Checked properties that applications add; `null` takes one away.
    pub extensions: Vec<(String, serde_json::Value)>,
}

/// One page of people.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn list_users(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ObjectQuery,
) -> Result<Slice<DirectoryUser>, Error> {
    actor.require(Permission::ReadDirectory)?;
    let rows = store::query(scope, query).await?;
    let place = |(user, key): &(DirectoryUser, String)| (key.clone(), user.person.id.0);
    let slice = Slice::new(rows, query.limit, query.from.as_ref(), place);
    let items = slice.items.into_iter().map(|(user, _)| user).collect();
    Ok(Slice { items, previous: slice.previous, next: slice.next })
}

/// How many people a query finds.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn count_users(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    query: &ObjectQuery,
) -> Result<i64, Error> {
    actor.require(Permission::ReadDirectory)?;
    store::count_found(scope, query).await
}

/// One person, deleted or not. Everybody may read themselves.
///
/// # Errors
/// Not allowed, or not there.
pub async fn get_user(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
) -> Result<DirectoryUser, Error> {
    if actor.user_id() != Some(user) {
        actor.require(Permission::ReadDirectory)?;
    }
    store::directory_user(scope, user).await?.ok_or_else(Error::not_found)
}

/// Creates a person with properties.
///
/// # Errors
/// As [`create_user`].
pub async fn create(
    app: &App,
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    new: &NewUser,
    change: &UserChange,
    moment: &Moment,
) -> Result<DirectoryUser, Error> {
    let id = create_user(app, scope, actor, new, moment).await?;
    let found = store::directory_user(scope, id).await?.ok_or_else(Error::not_found)?;
    let mut properties = found.properties.clone();
    change_properties(&mut properties, change);
    store::write_properties(scope, id, &properties).await?;
    if change.account_enabled == Some(false) {
        enable::disable(scope, actor, id, moment).await?;
    }
    reindex(scope, id, moment).await
}

/// Changes what is named, and tells the log which properties.
///
/// # Errors
/// Not allowed, not there, a name that is taken, the own account, or the last Global administrator.
pub async fn update(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    found: &DirectoryUser,
    change: &UserChange,
    password: Option<(&str, bool)>,
    moment: &Moment,
) -> Result<(), Error> {
    let id = found.person.id;
    let person = target(scope, actor, Permission::ManageUsers, id, false).await?;
    let mut profile = super::update::Profile::of(&person);
    profile.name = change.name.clone().unwrap_or(profile.name);
    profile.display_name = change.display_name.clone().unwrap_or(profile.display_name);
    profile.given_name = change.given_name.clone().or(profile.given_name);
    profile.surname = change.surname.clone().or(profile.surname);
    profile.contact = change.contact.clone().or(profile.contact);
    super::update::update(scope, actor, id, &profile, moment).await?;
    let mut properties = found.properties.clone();
    let changes = change_properties(&mut properties, change);
    if !changes.is_empty() {
        store::write_properties(scope, id, &properties).await?;
        let event = Event::new(Activity::UserUpdated, TargetKind::User, id, profile.name.to_string());
        audit::record(scope, actor, event.changes(changes), moment).await?;
    }
    match change.account_enabled {
        Some(true) => enable::enable(scope, actor, id, moment).await?,
        Some(false) => enable::disable(scope, actor, id, moment).await?,
        None => {}
    }
    if let Some((hash, must_change)) = password {
        password::set(scope, actor, id, hash, must_change, moment).await?;
    }
    reindex(scope, id, moment).await.map(drop)
}

/// Notes that a person was invited from outside.
///
/// # Errors
/// Not allowed, or not there.
pub async fn make_guest(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    user: UserId,
    moment: &Moment,
) -> Result<(), Error> {
    let person = target(scope, actor, Permission::ManageUsers, user, false).await?;
    store::set_user_type(scope, user, "Guest").await?;
    noted(scope, user, ChangeKind::Updated, moment).await?;
    let event = Event::new(Activity::UserUpdated, TargetKind::User, user, person.sign_in_name())
        .changes(Change::between("userType", "Member", "Guest"));
    audit::record(scope, actor, event, moment).await
}

fn change_properties(properties: &mut Properties, change: &UserChange) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut tell = |name: &str, old: &str, new: &str| changes.extend(Change::between(name, old, new));
    for (property, value) in &change.texts {
        let old = properties.text(property.name).unwrap_or_default();
        tell(property.name, old, value.as_deref().unwrap_or_default());
        properties.set(*property, value.clone());
    }
    if let Some(phones) = &change.business_phones {
        tell("businessPhones", &properties.business_phones.join(", "), &phones.join(", "));
        properties.business_phones.clone_from(phones);
    }
    if let Some(mails) = &change.other_mails {
        tell("otherMails", &properties.other_mails.join(", "), &mails.join(", "));
        properties.other_mails.clone_from(mails);
    }
    let hired = change.employee_hire_date.clone().or(properties.employee_hire_date);
    let day = |moment: Option<Timestamp>| moment.map(|moment| moment.to_string()).unwrap_or_default();
    tell("employeeHireDate", &day(properties.employee_hire_date), &day(hired));
    properties.employee_hire_date = hired;
    for (name, value) in &change.extensions {
        let old = properties.extensions.remove(name);
        let text = |value: Option<&serde_json::Value>| value.map(ToString::to_string).unwrap_or_default();
        let new = Some(value).filter(|value| !value.is_null());
        tell(name, &text(old.as_ref()), &text(new));
        properties.extensions.extend(new.map(|value| (name.clone(), value.clone())));
    }
    changes
}

/// Takes a property that no application adds any more away from the next people after one of them, and tells who was the
/// last where there may be more.
///
/// # Errors
/// When the engine fails.
pub async fn forget_extension(
    scope: &mut TenantScope<'_>,
    name: &str,
    after: Option<UserId>,
    moment: &Moment,
) -> Result<Option<UserId>, Error> {
    const PEOPLE: usize = 200;
    let mut query = ObjectQuery::of(Condition::default(), PEOPLE);
    query.from = after.map(|last| Position { backward: false, key: String::new(), id: last.0 });
    let rows = store::query(scope, &query).await?;
    let last = rows.get(PEOPLE - 1).filter(|_| rows.len() > PEOPLE).map(|(user, _)| user.person.id);
    for (mut user, _) in rows.into_iter().take(PEOPLE) {
        if user.properties.extensions.remove(name).is_some() {
            store::write_properties(scope, user.person.id, &user.properties).await?;
            noted(scope, user.person.id, ChangeKind::Updated, moment).await?;
        }
    }
    Ok(last)
}

async fn reindex(scope: &mut TenantScope<'_>, user: UserId, moment: &Moment) -> Result<DirectoryUser, Error> {
    noted(scope, user, ChangeKind::Updated, moment).await?;
    store::directory_user(scope, user).await?.ok_or_else(Error::not_found)
}

/// Makes a person findable by what they are now, and tells those who follow changes.
pub(super) async fn noted(
    scope: &mut TenantScope<'_>,
    user: UserId,
    change: ChangeKind,
    moment: &Moment,
) -> Result<(), Error> {
    store::index(scope, user).await?;
    changes::note(scope, (ObjectKind::User, user.0), change, None, moment).await?;
    membership::person_changed(scope, user, moment).await
}
