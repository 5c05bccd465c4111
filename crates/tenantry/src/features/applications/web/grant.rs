//! Granting an application permissions of an API: first which API, then which of what that offers.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::applications::{AppRole, OWN_API, PermissionScope, ServicePrincipal};
use model::refusal::{Code, Refusal};
use protocol::odata::Search;
use uuid::Uuid;

use super::granted::{FOR_EVERYBODY, granting};
use super::{Found, done, id_of, on};
use crate::access::Actor;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::ops::assignments::{NewAssignment, assign};
use crate::features::applications::ops::consent::consent;
use crate::features::applications::ops::grants::grants_of;
use crate::features::applications::ops::principals::{
    find_service_principal_of, get_service_principal, list_service_principals,
};
use crate::features::applications::{SERVICE_PRINCIPALS, store};
use crate::features::credentials::only_of_the_form;
use crate::features::objects::Object;
use crate::graph::filter::Condition;
use crate::graph::query::{ObjectQuery, Order};
use crate::moment::Moment;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::fresh::{Kept, stale, stale_form};
use crate::web::layout::{Page, render};
use crate::web::locale::Locale;

/// APIs that a search shows, and service principals that it looks through for them: which of them offer anything has no index.
const SHOWN: usize = 20;
const LOOKED_THROUGH: usize = 500;
/// Grants of the client that are looked through for what it has.
const GRANTS: usize = 200;

/// The fields of the two lists, and what waits for a fresh sign-in.
const ROLES: &str = "appRoleId";
const SCOPES: &str = "scope";
const KEPT: [&str; 3] = ["api", ROLES, SCOPES];

#[derive(Template)]
#[template(path = "applications/api.html")]
struct ApiPage {
    page: Page,
    id: String,
    name: String,
    search: String,
    /// Id, name, and the client id, which tells them apart.
    apis: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "applications/api-permissions.html")]
struct PermissionsPage {
    page: Page,
    fields: Fields,
    id: String,
    name: String,
    api: String,
    api_name: String,
    lists: Vec<List>,
}

/// What an API offers of one kind.
struct List {
    field: &'static str,
    title: String,
    offers: Vec<Offer>,
}

struct Offer {
    /// What the box sends.
    sent: String,
    name: String,
    /// As it stands in tokens.
    value: String,
    description: String,
    granted: bool,
}

/// Roles that programs can be given.
fn roles(api: &ServicePrincipal) -> impl Iterator<Item = &AppRole> {
    let for_programs = |role: &&AppRole| role.allowed_member_types.iter().any(|kind| kind == "Application");
    api.from_application.app_roles.iter().filter(|role| role.is_enabled).filter(for_programs)
}

/// Permissions that can be agreed to, each with its name.
fn scopes(api: &ServicePrincipal) -> impl Iterator<Item = (&PermissionScope, &str)> {
    let enabled = api.from_application.oauth2_permission_scopes.iter().filter(|scope| scope.is_enabled);
    enabled.filter_map(|scope| Some((scope, scope.value.as_deref()?)))
}

fn offers(api: &ServicePrincipal) -> bool {
    roles(api).next().is_some() || scopes(api).next().is_some()
}

fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

impl List {
    /// What the API offers to programs as themselves.
    fn of_roles(l: &Locale, api: &Object<ServicePrincipal>, has: &[(Uuid, Uuid)]) -> Self {
        let offer = |role: &AppRole| Offer {
            sent: role.id.to_string(),
            name: text(role.display_name.as_ref()),
            value: text(role.value.as_ref()),
            description: text(role.description.as_ref()),
            granted: has.contains(&(api.id.0, role.id)),
        };
        let offers = roles(&api.properties).map(offer).collect();
        Self { field: ROLES, title: l.t("applications-grant-itself"), offers }
    }

    /// What it offers for the people who use them.
    fn of_scopes(l: &Locale, api: &Object<ServicePrincipal>, has: &[&str]) -> Self {
        let offer = |(scope, value): (&PermissionScope, &str)| Offer {
            sent: value.to_owned(),
            name: text(scope.admin_consent_display_name.as_ref()),
            value: value.to_owned(),
            description: text(scope.admin_consent_description.as_ref()),
            granted: has.contains(&value),
        };
        let offers = scopes(&api.properties).map(offer).collect();
        Self { field: SCOPES, title: l.t("applications-grant-everybody"), offers }
    }
}

/// Service principals that offer something, as a search finds them; without one, the directory API stands first.
async fn apis(
    scope: &mut TenantScope<'_>,
    actor: &Actor,
    search: &str,
) -> Result<Vec<Object<ServicePrincipal>>, Error> {
    let mut condition = Condition::default();
    if !search.is_empty() {
        let term = Search::Term { property: None, text: search.to_owned() };
        condition.of_search(&SERVICE_PRINCIPALS, &term)?;
    }
    let order = Order::Text("lower(display_name)");
    let query = ObjectQuery { order, ..ObjectQuery::of(condition, LOOKED_THROUGH) };
    let mut found = list_service_principals(scope, actor, &query).await?.items;
    if search.is_empty() {
        found.extend(find_service_principal_of(scope, OWN_API).await?);
    }
    found.retain(|api| offers(&api.properties));
    found.sort_by_key(|api| api.properties.app_id != OWN_API);
    found.dedup_by_key(|api| api.id);
    found.truncate(SHOWN);
    Ok(found)
}

/// The API that an address or a form names, if it offers anything.
async fn named(app: &App, signed_in: &SignedIn, fields: &Fields) -> Result<Object<ServicePrincipal>, Error> {
    let (id, actor) = (id_of(fields.value("api"))?, &signed_in.actor);
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let api = get_service_principal(&mut tenant, actor, id).await?;
    if api.deleted_at.is_none() && offers(&api.properties) { Ok(api) } else { Err(Error::not_found()) }
}

fn form_of(found: &Found, api: &Object<ServicePrincipal>) -> String {
    format!("/applications/{}/api-permissions/new?api={}", found.application.id, api.id)
}

async fn choose(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    (found, search): (&Found, String),
) -> Result<Response, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let apis = apis(&mut tenant, &signed_in.actor, &search).await?.into_iter();
    let apis = apis.map(|api| (api.id.to_string(), api.display_name, api.properties.app_id.to_string()));
    let (id, name) = (found.application.id.to_string(), found.application.display_name.clone());
    Ok(render(&ApiPage { apis: apis.collect(), id, name, search, page }, StatusCode::OK))
}

/// The form, with what the client has already.
async fn form(
    (app, signed_in): (&App, &SignedIn),
    page: Page,
    found: &Found,
    (client, api): (&Object<ServicePrincipal>, &Object<ServicePrincipal>),
    fields: Fields,
) -> Result<Response, Error> {
    let actor = &signed_in.actor;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let assigned = store::assignments::roles_of(&mut tenant, client.id.0).await?;
    let grants = grants_of(&mut tenant, actor, client.id, FOR_EVERYBODY, GRANTS).await?;
    let own = grants.iter().filter(|grant| grant.resource_id == api.id.0);
    let own: Vec<&str> = own.flat_map(|grant| grant.scope.split_whitespace()).collect();
    let mut lists = vec![List::of_roles(&page.l, api, &assigned), List::of_scopes(&page.l, api, &own)];
    lists.retain(|list| !list.offers.is_empty());
    let status = if fields.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = PermissionsPage {
        id: found.application.id.to_string(),
        name: found.application.display_name.clone(),
        api: api.id.to_string(),
        api_name: api.display_name.clone(),
        lists,
        fields,
        page,
    };
    Ok(render(&view, status))
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    kept: Kept,
    fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let (found, client) = granting(&app, &signed_in, &id).await?;
    if !fields.has("api") {
        return choose(&app, &signed_in, page, (&found, fields.sought("search"))).await;
    }
    let api = named(&app, &signed_in, &fields).await?;
    if let Some(elsewhere) = stale(&signed_in, &form_of(&found, &api), &app.moment()) {
        return Ok(elsewhere);
    }
    // What was ticked of another API waits for that one's form.
    let (told, waiting) = kept.of(&signed_in, page.clone());
    let (page, ticked) = match waiting.filter(|waiting| waiting.value("api") == fields.value("api")) {
        Some(waiting) => (told, waiting),
        None => (page, Fields::new()),
    };
    Ok(kept.shown(form((&app, &signed_in), page, &found, (&client, &api), ticked).await?))
}

/// Roles and permissions to grant.
struct Ticked {
    roles: Vec<Uuid>,
    scopes: Vec<String>,
}

impl Ticked {
    /// # Errors
    /// Nothing, or something that the API doesn't offer.
    fn read(fields: &Fields, api: &ServicePrincipal) -> Result<Self, Refusal> {
        let role = |sent: &str| {
            let known = roles(api).map(|role| role.id).find(|id| id.to_string() == sent);
            known.ok_or_else(|| Refusal::new(Code::AppRoleUnknown).on(ROLES))
        };
        let scope = |sent: &str| {
            let known = scopes(api).map(|(_, name)| name).find(|name| *name == sent);
            let shown = || sent.chars().take(80).collect::<String>();
            let unknown = || Refusal::new(Code::ScopeUnknown).on(SCOPES).with("scope", shown());
            known.map(str::to_owned).ok_or_else(unknown)
        };
        let ticked = Self {
            roles: fields.all(ROLES).map(role).collect::<Result<_, _>>()?,
            scopes: fields.all(SCOPES).map(scope).collect::<Result<_, _>>()?,
        };
        if ticked.roles.is_empty() && ticked.scopes.is_empty() {
            let first = if roles(api).next().is_some() { ROLES } else { SCOPES };
            return Err(Refusal::new(Code::PermissionNotTicked).on(first));
        }
        Ok(ticked)
    }

    async fn grant(
        &self,
        scope: &mut TenantScope<'_>,
        actor: &Actor,
        (client, api): (&Object<ServicePrincipal>, &Object<ServicePrincipal>),
        moment: &Moment,
    ) -> Result<(), Error> {
        for app_role in &self.roles {
            let new = NewAssignment { resource: api.id, principal: client.id.0, app_role: *app_role };
            assign(scope, actor, new, moment).await.map_err(|error| beside(error, ROLES))?;
        }
        if self.scopes.is_empty() {
            return Ok(());
        }
        let given = consent(scope, actor, (client, api.id.0), (&self.scopes, None), moment).await;
        given.map_err(|error| beside(error, SCOPES))
    }
}

/// A refusal beside the list that it is about: one box may allow more than the person does, and the others not. That nothing
/// is there or that it isn't theirs to do stays the whole answer.
fn beside(error: Error, list: &'static str) -> Error {
    let told = |refusal: Refusal| match refusal.code {
        Code::NotFound | Code::NotAllowed => refusal,
        _ => refusal.on(list),
    };
    match error.into_refusals() {
        Ok(refusals) => Error::Refused(refusals.into_iter().map(told).collect()),
        Err(error) => error,
    }
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let (found, client) = granting(&app, &signed_in, &id).await?;
    let api = named(&app, &signed_in, &fields).await?;
    let (actor, moment) = (&signed_in.actor, app.moment());
    let keeps = (&fields, KEPT.as_slice());
    if let Some(elsewhere) = stale_form(&app, &signed_in, &form_of(&found, &api), keeps, &moment) {
        return Ok(elsewhere);
    }
    let granted = match Ticked::read(&fields, &api.properties) {
        Ok(ticked) => transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            ticked.grant(&mut tenant, actor, (&client, &api), &moment).await
        }),
        Err(refusal) => Err(refusal.into()),
    };
    match granted {
        Ok(()) => Ok(done(found.application.id, "granted")),
        Err(error) => {
            fields.refuse_all(only_of_the_form(error)?);
            form((&app, &signed_in), page, &found, (&client, &api), fields).await
        }
    }
}
