//! What an application was granted at APIs: for itself, and by an administrator for everybody who uses it. It is taken back here.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::applications::ServicePrincipal;
use model::ids::ObjectId;
use model::roles::Permission;
use uuid::Uuid;

use super::ask::{Confirm, meant};
use super::{Found, done, on};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::ops::assignments::{
    Assignment, AssignmentSide, assignment, list_assignments, remove_assignment,
};
use crate::features::applications::ops::grants::{Grant, change_grant, get_grant, grants_of, remove_grant};
use crate::features::objects::{self, Object};
use crate::moment::Moment;
use crate::web::foreseen::foreseen;
use crate::web::forms::Fields;
use crate::web::fresh::stale;
use crate::web::layout::{Page, render};
use crate::web::links::Query;
use crate::web::locale::Locale;
use crate::{rehearse, transaction};

/// Permissions of each kind that the application's page shows.
const SHOWN: usize = 50;

/// How grants by an administrator are kept, and those of people for themselves.
pub(super) const FOR_EVERYBODY: &str = "AllPrincipals";
const FOR_ONESELF: &str = "Principal";

/// The part of an application's page.
pub(super) struct Card {
    pub rows: Vec<Row>,
    pub more: bool,
    /// People agreed to something for themselves.
    pub by_people: bool,
}

/// One permission in words.
pub(super) struct Row {
    pub api: String,
    pub permission: String,
    /// For whom it counts.
    pub whom: String,
    /// What happens when it is taken back.
    effect: String,
    /// What names it in an address and in a form.
    pub named: Vec<(&'static str, String)>,
}

impl Row {
    pub fn query(&self) -> Query {
        self.named.iter().fold(Query::default(), |query, (name, value)| query.with(name, value))
    }
}

/// One permission that was granted.
enum Granted {
    ToItself(Assignment),
    ForEverybody(Grant, String),
}

impl Granted {
    /// The one that an address or a form names, if it is this client's.
    async fn named(
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        client: ObjectId,
        fields: &Fields,
    ) -> Result<Self, Error> {
        if fields.has("assignment") {
            let (side, id) = (AssignmentSide::Principal(client.0), meant(fields, "assignment")?);
            return Ok(Self::ToItself(assignment(scope, actor, side, id).await?));
        }
        let grant = get_grant(scope, actor, meant(fields, "grant")?).await?;
        let name = fields.value("scope").to_owned();
        let is_there = grant.client_id == client.0
            && grant.consent_type == FOR_EVERYBODY
            && grant.scope.split_whitespace().any(|granted| granted == name);
        if is_there { Ok(Self::ForEverybody(grant, name)) } else { Err(Error::not_found()) }
    }

    async fn row(&self, scope: &mut TenantScope<'_>, l: &Locale) -> Result<Row, Error> {
        let api = match self {
            Self::ToItself(assignment) => assignment.resource_id,
            Self::ForEverybody(grant, _) => grant.resource_id,
        };
        let api: Object<ServicePrincipal> = objects::get(scope, ObjectId(api)).await?;
        Ok(match self {
            Self::ToItself(assignment) => Row {
                permission: value_of(l, &api.properties, assignment.app_role_id),
                whom: l.t("applications-granted-itself"),
                effect: l.t("applications-granted-remove-itself"),
                named: vec![("assignment", assignment.id.to_string())],
                api: api.display_name,
            },
            Self::ForEverybody(grant, name) => Row {
                permission: name.clone(),
                whom: l.t("applications-granted-everybody"),
                effect: l.t("applications-granted-remove-everybody"),
                named: vec![("grant", grant.id.to_string()), ("scope", name.clone())],
                api: api.display_name,
            },
        })
    }

    async fn take_back(
        &self,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        moment: &Moment,
    ) -> Result<(), Error> {
        match self {
            Self::ToItself(found) => {
                let side = AssignmentSide::Principal(found.principal_id);
                remove_assignment(scope, actor, side, found.id, moment).await
            }
            Self::ForEverybody(grant, name) => {
                let rest: Vec<&str> =
                    grant.scope.split_whitespace().filter(|granted| granted != name).collect();
                match rest.is_empty() {
                    true => remove_grant(scope, actor, grant.id, moment).await,
                    false => change_grant(scope, actor, grant.id, &rest.join(" "), moment).await,
                }
            }
        }
    }
}

/// As it stands in tokens.
fn value_of(l: &Locale, api: &ServicePrincipal, role: Uuid) -> String {
    if role.is_nil() {
        return l.t("applications-default-access");
    }
    let known = api.from_application.app_roles.iter().find(|known| known.id == role);
    known.and_then(|known| known.value.clone()).unwrap_or_else(|| role.to_string())
}

/// Each permission of some grants by itself.
fn each(grants: &[Grant]) -> Vec<Granted> {
    let of_one = |grant: &Grant| -> Vec<Granted> {
        let names = grant.scope.split_whitespace();
        names.map(|name| Granted::ForEverybody(grant.clone(), name.to_owned())).collect()
    };
    grants.iter().flat_map(of_one).collect()
}

/// What a service principal was granted.
///
/// # Errors
/// Not allowed, or the engine fails.
pub(super) async fn card(
    scope: &mut TenantScope<'_>,
    (l, actor): (&Locale, &Actor),
    client: ObjectId,
) -> Result<Card, Error> {
    let side = AssignmentSide::Principal(client.0);
    let assigned = list_assignments(scope, actor, side, None, SHOWN).await?;
    let mut all: Vec<Granted> = assigned.items.into_iter().map(Granted::ToItself).collect();
    let mut scopes = each(&grants_of(scope, actor, client, FOR_EVERYBODY, SHOWN + 1).await?);
    let more = assigned.next.is_some() || scopes.len() > SHOWN;
    scopes.truncate(SHOWN);
    all.extend(scopes);
    let mut rows = Vec::with_capacity(all.len());
    for granted in &all {
        rows.push(granted.row(scope, l).await?);
    }
    let by_people = !grants_of(scope, actor, client, FOR_ONESELF, 1).await?.is_empty();
    Ok(Card { rows, more, by_people })
}

/// An application that isn't deleted with its service principal, for somebody who may say what it is granted.
///
/// # Errors
/// Not allowed, or not there.
pub(super) async fn granting(
    app: &App,
    signed_in: &SignedIn,
    id: &str,
) -> Result<(Found, Object<ServicePrincipal>), Error> {
    signed_in.actor.require(Permission::ManageApplications)?;
    let found = Found::load(app, signed_in, id).await?;
    let principal = found.principal.clone().filter(|_| found.application.deleted_at.is_none());
    Ok((found, principal.ok_or_else(Error::not_found)?))
}

/// The one that is asked about, in words.
async fn asked(
    app: &App,
    (signed_in, l): (&SignedIn, &Locale),
    client: ObjectId,
    fields: &Fields,
) -> Result<Row, Error> {
    let actor = &signed_in.actor;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    Granted::named(&mut tenant, actor, client, fields).await?.row(&mut tenant, l).await
}

fn question(found: &Found, row: &Row) -> String {
    row.query().on(&format!("/applications/{}/api-permissions/remove", found.application.id))
}

pub(super) async fn show_remove(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let (found, principal) = granting(&app, &signed_in, &id).await?;
    let (actor, moment) = (&signed_in.actor, app.moment());
    let row = asked(&app, (&signed_in, &page.l), principal.id, &fields).await?;
    if let Some(elsewhere) = stale(&signed_in, &question(&found, &row), &moment) {
        return Ok(elsewhere);
    }
    let rehearsed = rehearse!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let granted = Granted::named(&mut tenant, actor, principal.id, &fields).await?;
        granted.take_back(&mut tenant, actor, &moment).await
    });
    let about = [("permission", row.permission.as_str()), ("api", row.api.as_str())];
    let view = Confirm {
        refused: foreseen(&page.l, rehearsed)?,
        title: page.l.a("applications-granted-remove-title", &about),
        effects: vec![row.effect],
        button: page.l.t("applications-remove"),
        danger: true,
        hidden: row.named,
        ..Confirm::new(page.clone(), &found, "api-permissions/remove")
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn remove(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (found, principal) = granting(&app, &signed_in, &id).await?;
    let (actor, moment) = (&signed_in.actor, app.moment());
    let row = asked(&app, (&signed_in, &page.l), principal.id, &fields).await?;
    if let Some(elsewhere) = stale(&signed_in, &question(&found, &row), &moment) {
        return Ok(elsewhere);
    }
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let granted = Granted::named(&mut tenant, actor, principal.id, &fields).await?;
        granted.take_back(&mut tenant, actor, &moment).await
    })?;
    Ok(done(found.application.id, "taken-back"))
}
