//! People created, changed and deleted by programs.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{ETAG, LOCATION};
use http::{HeaderMap, StatusCode};
use model::eligibility::username;
use model::ids::UserId;
use model::properties::{LIST, TEXTS, check_entry};
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value, json};

use super::find;
use super::shape::{READ_ONLY, USUAL};
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::check_extensions;
use crate::features::credentials::{Context, NewPassword};
use crate::features::directory::{
    self, NewUser, SignInName, UserChange, contact_email, get_user, person_name,
};
use crate::features::directory_api::reference::referred;
use crate::features::tenants;
use crate::graph::{Body, Caller, Entity as _, Property, context, etag, in_context, selected, unchanged};
use crate::moment::Moment;
use crate::transaction;

/// A password that a program sets, hashed before the transaction.
struct Password {
    hash: String,
    must_change: bool,
}

/// What a body says of a person.
struct Wanted {
    change: UserChange,
    password: Option<Password>,
    manager: Option<UserId>,
}

/// Who it is so far; nobody is yet, where a person is to be made.
#[derive(Default)]
struct Known {
    shown: Map<String, Value>,
    names: Context,
}

impl Known {
    async fn read(app: &App, actor: &Actor, id: Option<&str>) -> Result<Self, Error> {
        let mut scope = app.db.read().await?;
        let organization = tenants::find(&mut scope, actor.tenant()).await?.map(|found| found.display_name);
        let mut known = Self::default();
        known.names.organization.extend(organization);
        if let Some(id) = id {
            let mut tenant = scope.tenant(actor.grant()).await?;
            let id = find(&mut tenant, actor, id).await?;
            let found = get_user(&mut tenant, actor, id).await?;
            known.shown = found.show();
            let person = found.person;
            known.names.user_name = person.user_name;
            let names = [Some(person.display_name), person.given_name, person.surname];
            known.names.person.extend(names.into_iter().flatten());
        }
        Ok(known)
    }

    /// What a password must not be made of, once the change is made.
    fn names_with(mut self, change: &UserChange) -> Context {
        let changed =
            [change.display_name.clone(), change.given_name.clone().given(), change.surname.clone().given()];
        self.names.person.extend(changed.into_iter().flatten());
        if let Some(name) = &change.name {
            self.names.user_name.clone_from(&name.user);
            let label = name.domain.split('.').next().unwrap_or_default();
            self.names.organization.push(label.to_owned());
        }
        self.names
    }
}

async fn read(
    app: &App,
    mut body: Body,
    known: Known,
    is_new: bool,
    moment: &Moment,
) -> Result<Wanted, Error> {
    let mut refusals = Vec::new();
    let mut change = UserChange::default();
    let mut keep = |refusal: Refusal| refusals.push(refusal);
    names(&mut body, &mut change, is_new, &mut keep);
    match body.text("mail") {
        Ok(Property::Is(typed)) => match contact_email(app, &typed, "mail") {
            Ok(contact) => change.contact = contact.map_or(Property::Null, Property::Is),
            Err(found) => found.into_iter().for_each(&mut keep),
        },
        Ok(Property::Null) => change.contact = Property::Null,
        Ok(Property::Absent) => {}
        Err(refusal) => keep(refusal),
    }
    match body.truth("accountEnabled") {
        Ok(Property::Is(enabled)) => change.account_enabled = Some(enabled),
        Ok(Property::Absent) if !is_new => {}
        Ok(_) => keep(Refusal::new(Code::FieldRequired).on("accountEnabled")),
        Err(refusal) => keep(refusal),
    }
    properties(&mut body, &mut change, &mut keep);
    change.extensions = body.take_beginning("extension_");
    let profile = body.object("passwordProfile");
    let manager = match body.text("manager@odata.bind").map(Property::given) {
        Ok(Some(address)) => Some(referred(&address)),
        Ok(None) => None,
        Err(refusal) => Some(Err(refusal)),
    };
    let manager = manager.and_then(|found| found.map(UserId).map_err(&mut keep).ok());
    body.pass_over_same(&known.shown, READ_ONLY);
    for name in READ_ONLY {
        body.pass_over_nothing(name);
    }
    if let Err(refusal) = body.end(READ_ONLY) {
        keep(refusal);
    }
    let profile = match profile {
        Ok(Property::Is(profile)) => Some(profile),
        Ok(Property::Absent) if is_new => {
            keep(Refusal::new(Code::FieldRequired).on("passwordProfile"));
            None
        }
        Ok(_) => None,
        Err(refusal) => {
            keep(refusal);
            None
        }
    };
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    let password = match profile {
        Some(profile) => Some(new_password(app, profile, &known.names_with(&change), moment).await?),
        None => None,
    };
    Ok(Wanted { change, password, manager })
}

/// A text that a new person must have, and nobody may lose.
fn needed(body: &mut Body, name: &'static str, is_new: bool) -> Result<Option<String>, Refusal> {
    match body.text(name)? {
        Property::Is(text) => Ok(Some(text)),
        Property::Absent if !is_new => Ok(None),
        Property::Absent | Property::Null => Err(Refusal::new(Code::FieldRequired).on(name)),
    }
}

fn names(body: &mut Body, change: &mut UserChange, is_new: bool, keep: &mut impl FnMut(Refusal)) {
    match needed(body, "userPrincipalName", is_new) {
        Ok(Some(typed)) => match sign_in_name(&typed) {
            Ok(name) => change.name = Some(name),
            Err(found) => found.into_iter().for_each(&mut *keep),
        },
        Ok(None) => {}
        Err(refusal) => keep(refusal),
    }
    match needed(body, "displayName", is_new) {
        Ok(Some(typed)) => {
            let verdict = username::check_display_name(&typed);
            verdict.answer.refusals.into_iter().map(|refusal| refusal.on("displayName")).for_each(&mut *keep);
            change.display_name = Some(verdict.name);
        }
        Ok(None) => {}
        Err(refusal) => keep(refusal),
    }
    for (name, into) in [("givenName", &mut change.given_name), ("surname", &mut change.surname)] {
        match body.text(name) {
            Ok(Property::Is(typed)) => match person_name(&typed, name) {
                Ok(typed) => *into = typed.map_or(Property::Null, Property::Is),
                Err(found) => found.into_iter().for_each(&mut *keep),
            },
            Ok(other) => *into = other,
            Err(refusal) => keep(refusal),
        }
    }
}

fn sign_in_name(typed: &str) -> Result<SignInName, Vec<Refusal>> {
    let Some((user, domain)) = typed.rsplit_once('@') else {
        return Err(vec![Refusal::new(Code::SignInNameIncomplete).on("userPrincipalName")]);
    };
    let verdict = username::check(user, domain);
    if verdict.answer.refusals.is_empty() {
        return Ok(SignInName::new(&verdict.canonical, domain));
    }
    Err(verdict.answer.refusals.into_iter().map(|refusal| refusal.on("userPrincipalName")).collect())
}

fn properties(body: &mut Body, change: &mut UserChange, keep: &mut impl FnMut(Refusal)) {
    for property in TEXTS {
        match body.text(property.name) {
            Ok(Property::Absent) => {}
            Ok(Property::Null) => change.texts.push((property, None)),
            Ok(Property::Is(value)) => match property.check(&value) {
                Ok(value) => change.texts.push((property, Some(value))),
                Err(refusal) => keep(refusal),
            },
            Err(refusal) => keep(refusal),
        }
    }
    for (name, into) in
        [("businessPhones", &mut change.business_phones), ("otherMails", &mut change.other_mails)]
    {
        match body.texts(name).map(Property::given) {
            Ok(None) => {}
            Ok(Some(entries)) if entries.len() > LIST => {
                keep(Refusal::new(Code::PropertyTooMany).on(name).with("max", LIST.to_string()));
            }
            Ok(Some(entries)) => match entries.iter().map(|entry| check_entry(name, entry)).collect() {
                Ok(entries) => *into = Some(entries),
                Err(refusal) => keep(refusal),
            },
            Err(refusal) => keep(refusal),
        }
    }
    match body.moment("employeeHireDate") {
        Ok(hired) => change.employee_hire_date = hired,
        Err(refusal) => keep(refusal),
    }
}

async fn new_password(
    app: &App,
    mut profile: Body,
    names: &Context,
    moment: &Moment,
) -> Result<Password, Error> {
    let typed = profile.text("password")?.given().ok_or(Refusal::new(Code::FieldRequired).on("password"))?;
    let must_change = profile.truth("forceChangePasswordNextSignIn")?.given().unwrap_or(true);
    let with_second_factor = profile.truth("forceChangePasswordNextSignInWithMfa")?.given().unwrap_or(false);
    profile.end(&[])?;
    let made = NewPassword::make(app, &typed, names, moment).await?;
    Ok(Password { hash: made.hash, must_change: must_change || with_second_factor })
}

pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    body: Body,
) -> Result<Response, Error> {
    actor.require(model::roles::Permission::ManageUsers)?;
    let moment = app.moment();
    let known = Known::read(&app, &actor, None).await?;
    let Wanted { change, password, manager } = read(&app, body, known, true, &moment).await?;
    let (Some(name), Some(display_name)) = (change.name.clone(), change.display_name.clone()) else {
        return Err(Code::InputInvalid.into());
    };
    let new = NewUser {
        user_name: name.user,
        domain_name: name.domain,
        display_name,
        given_name: change.given_name.clone().given(),
        surname: change.surname.clone().given(),
        contact_email: change.contact.clone().given(),
        password: password.map(|password| (password.hash, password.must_change)),
        roles: Vec::new(),
    };
    let found = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        check_extensions(&mut tenant, "User", &change.extensions).await?;
        let made =
            directory::create_directory_user(&app, &mut tenant, &actor, &new, &change, &moment).await?;
        if manager.is_some() {
            directory::set_manager(&mut tenant, &actor, made.person.id, manager, &moment).await?;
            return get_user(&mut tenant, &actor, made.person.id).await;
        }
        Ok(made)
    })?;
    let mut object = selected(found.show(), &[], USUAL)?;
    object.insert("accountEnabled".into(), json!(found.person.account_enabled));
    let answer = in_context(&app, "users/$entity", object);
    let location = app.link(&format!("/v1.0/users/{}", found.person.id));
    Ok((StatusCode::CREATED, [(LOCATION, location), (ETAG, etag(&found))], answer).into_response())
}

pub(super) async fn update(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    let known = Known::read(&app, &actor, Some(&id)).await?;
    let Wanted { change, password, manager } = read(&app, body, known, false, &moment).await?;
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &actor, &id).await?;
        let found = get_user(&mut tenant, &actor, id).await?;
        unchanged(&headers, &found)?;
        check_extensions(&mut tenant, "User", &change.extensions).await?;
        let password = password.as_ref().map(|password| (password.hash.as_str(), password.must_change));
        directory::update_directory_user(&mut tenant, &actor, &found, &change, password, &moment).await?;
        if manager.is_some() {
            directory::set_manager(&mut tenant, &actor, id, manager, &moment).await?;
        }
        Ok::<_, Error>(())
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn delete(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &actor, &id).await?;
        unchanged(&headers, &get_user(&mut tenant, &actor, id).await?)?;
        directory::delete(&mut tenant, &actor, id, &moment).await
    })?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn revoke_sessions(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let moment = app.moment();
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let id = find(&mut tenant, &actor, &id).await?;
        directory::revoke_sessions(&mut tenant, &actor, id, &moment).await
    })?;
    Ok(Json(json!({ "@odata.context": context(&app, "Edm.Boolean"), "value": true })))
}
