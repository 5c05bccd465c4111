//! What a person is asked before a client gets anything.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use model::applications::{OWN_API, PermissionScope};
use model::roles::Permission;
use protocol::oauth::{Fault, FaultCode};

use super::authorize::{self, Granted, Known};
use super::logo;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::openid::ops::authorize::Owed;
use crate::features::openid::ops::consent::{self, For};
use crate::features::openid::ops::scopes::Wanted;
use crate::features::openid::ops::{self, outcome};
use crate::transaction;
use crate::web::consents;
use crate::web::forms::Fields;
use crate::web::going_on::About;
use crate::web::layout::{Page, render};
use crate::web::locale::Locale;
use crate::web::security;

#[derive(Template)]
#[template(path = "openid/consent.html")]
struct ConsentPage {
    page: Page,
    application: String,
    about: About,
    /// Whom the person would let in: the host that the answer goes to.
    host: String,
    user_name: String,
    tenant: String,
    /// In words.
    identity: Vec<String>,
    permissions: Vec<Shown>,
    /// Only an administrator can agree, and this person is none.
    shut: bool,
    /// This person can agree for everybody.
    for_all: bool,
    /// Where another account signs in.
    other: String,
    action: String,
    sent: Vec<(String, String)>,
}

pub struct Shown {
    pub name: String,
    pub description: String,
}

impl Shown {
    fn new(l: &Locale, permission: &PermissionScope, api: Option<&str>) -> Self {
        let more = [&permission.user_consent_description, &permission.admin_consent_description];
        let more = more.into_iter().flatten().find(|text| !text.is_empty());
        let name = permission.words().or(permission.value.as_deref()).unwrap_or_default();
        let name = match api {
            Some(api) => l.a("consent-permission", &[("permission", name), ("api", api)]),
            None => name.to_owned(),
        };
        Self { name, description: more.cloned().unwrap_or_default() }
    }
}

/// Permissions in words, each with the API that it is of: many have a permission to read. The directory API's own words say
/// what they are about.
pub fn shown(l: &Locale, wanted: &Wanted, permissions: &[PermissionScope]) -> Vec<Shown> {
    let others = wanted.resource.as_ref().filter(|resource| resource.properties.app_id != OWN_API);
    let api = others.map(|resource| resource.display_name.as_str());
    permissions.iter().map(|permission| Shown::new(l, permission, api)).collect()
}

/// What a client would know of the person, in words.
pub fn told<'a>(l: &Locale, names: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    names.into_iter().filter_map(|name| consents::words(l, name)).collect()
}

fn host_of(uri: &str) -> String {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default().to_owned()
}

/// The page that asks.
pub fn ask(page: Page, known: &Known, who: &SignedIn, owed: &Owed) -> Response {
    let asked_again = owed.consent.is_given();
    let identity = match asked_again {
        true => told(&page.l, owed.wanted.about_the_person()),
        false => told(&page.l, &owed.consent.identity),
    };
    let permissions = if asked_again { &owed.wanted.permissions } else { &owed.consent.permissions };
    let permissions = shown(&page.l, &owed.wanted, permissions);
    let administers = who.actor.may(Permission::ManageApplications);
    let view = ConsentPage {
        page,
        application: known.identified.client.name().to_owned(),
        about: logo::about(known),
        host: host_of(&known.identified.redirect.uri),
        user_name: who.user_name.clone(),
        tenant: who.tenant_name.clone(),
        identity,
        permissions,
        shut: owed.consent.needs_administrator() && !administers,
        for_all: administers,
        other: known.address(&[]),
        action: format!("/{}/oauth2/v2.0/consent", known.named),
        sent: known.carried.pairs().to_vec(),
    };
    let mut response = render(&view, StatusCode::OK);
    security::let_forms_lead_to(response.headers_mut(), &known.identified.redirect.uri);
    response
}

pub async fn send(
    State(app): State<App>,
    page: Page,
    Path(named): Path<String>,
    who: SignedIn,
    fields: Fields,
) -> Result<Response, Error> {
    // Twice the same answer is somebody else's: what isn't clear is a no.
    let agreed = fields.all("answer").eq(["accept"]);
    let for_all = fields.has("for_everybody");
    let known = authorize::known(&app, &named, &fields).await?;
    let asked = match authorize::asked(&known) {
        Ok(asked) => asked,
        Err(fault) => return Ok(known.refuse(page, &fault)),
    };
    if !agreed {
        let fault = Fault::new(FaultCode::AccessDenied, "the person didn't agree");
        return Ok(known.refuse(page, &fault));
    }
    // What the client wants of the sign-in counts here too: no step is skipped by posting this one.
    match authorize::ready(&app, &known, &asked, Some(who.clone())).await? {
        authorize::Ready::Yes(_) => {}
        _ => return Ok(Redirect::to(&known.address(&[])).into_response()),
    }
    let moment = app.moment();
    let owed = transaction!(app.db, |scope| {
        // Entered as this person: a request for another tenant finds no client here.
        let mut inside = scope.tenant(who.actor.grant()).await?;
        let own = ops::authorize::identify(&app, &mut inside, &known.sent).await?;
        let owed = match outcome(ops::authorize::owed(&app, &mut inside, &own, &asked, &who).await)? {
            Ok(owed) => owed,
            Err(fault) => return Ok(Err(fault)),
        };
        let user = who.actor.user_id().ok_or_else(Error::not_found)?;
        let whom = if for_all { For::Everybody } else { For::Oneself(user) };
        outcome(consent::give(&app, &mut inside, &who.actor, &own, &owed, (whom, &moment)).await)?.ok();
        Ok(Ok(owed))
    })?;
    if let Err(fault) = owed {
        return Ok(known.refuse(page, &fault));
    }
    Ok(match authorize::grant(&app, &known, &asked, &who).await? {
        Granted::Issued(issued) => known.send(page, &issued),
        Granted::No(fault) => known.refuse(page, &fault),
        Granted::Owed(_) => {
            let words = "what the person agreed to was taken back";
            known.refuse(page, &Fault::new(FaultCode::ConsentRequired, words))
        }
    })
}
