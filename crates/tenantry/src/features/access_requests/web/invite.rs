//! Inviting up to ten people by their addresses, and the invitation of one person.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use model::ids::UserId;
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::access_requests::ops::invite::{Invite, invite};
use crate::features::access_requests::ops::renew::{
    Invitation, InvitationState, invitation_to, may_renew, resend_to, revoke_of,
};
use crate::features::directory::{self, contact_email};
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::locale::Told;

/// Addresses of one form, as Partner Center has it (facts §4.4).
const MOST: usize = 10;

#[derive(Template)]
#[template(path = "access-requests/invite.html")]
struct InvitePage {
    page: Page,
    fields: Fields,
    domains: Vec<(String, String)>,
    types: Vec<(String, String, String)>,
}

/// What became of one address.
struct Sent {
    address: String,
    /// The person that was made, with their sign-in name.
    made: Option<(String, String)>,
    told: Vec<Told>,
}

#[derive(Template)]
#[template(path = "access-requests/invited.html")]
struct InvitedPage {
    page: Page,
    count: usize,
    results: Vec<Sent>,
}

#[derive(Template)]
#[template(path = "access-requests/pending.html")]
struct PendingPage {
    page: Page,
    user: String,
    display_name: String,
    invitation: Option<Invitation>,
    may_renew: bool,
}

const REQUIRED: Permission = Permission::ManageUsers;

impl InvitePage {
    async fn load(app: &App, signed_in: &SignedIn, page: Page, fields: Fields) -> Result<Self, Error> {
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
        let domains = directory::verified_domains(&mut tenant).await?;
        let types = [
            ("Member", page.l.t("people-type-member"), page.l.t("invite-member-text")),
            ("Guest", page.l.t("people-type-guest"), page.l.t("invite-guest-text")),
        ];
        Ok(Self {
            domains: domains.into_iter().map(|name| (name.clone(), format!("@{name}"))).collect(),
            types: types.into_iter().map(|(value, title, text)| (value.to_owned(), title, text)).collect(),
            fields,
            page,
        })
    }
}

pub(super) async fn show(State(app): State<App>, signed_in: SignedIn, page: Page) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    signed_in.actor.require(REQUIRED)?;
    let fields = Fields::new().with("type", "Member");
    Ok(render(&InvitePage::load(&app, &signed_in, page, fields).await?, StatusCode::OK))
}

/// Addresses between commas, semicolons or on lines of their own, each once.
fn addresses(typed: &str) -> Result<Vec<String>, Refusal> {
    let mut found: Vec<String> = Vec::new();
    for part in typed.split([',', ';', '\n', '\r']).map(str::trim) {
        if !part.is_empty() && !found.iter().any(|known| known.eq_ignore_ascii_case(part)) {
            found.push(part.to_owned());
        }
        if found.len() > MOST {
            let most = MOST.to_string();
            return Err(Refusal::new(Code::InviteAddressesTooMany).on("addresses").with("max", most));
        }
    }
    if found.is_empty() { Err(Refusal::new(Code::FieldRequired).on("addresses")) } else { Ok(found) }
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::People);
    signed_in.actor.require(REQUIRED)?;
    let addresses = match addresses(fields.value("addresses")) {
        Ok(addresses) => addresses,
        Err(refusal) => {
            fields.refuse(refusal);
            let view = InvitePage::load(&app, &signed_in, page, fields).await?;
            return Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let mut results = Vec::with_capacity(addresses.len());
    for address in addresses {
        let (made, told) = match one(&app, &signed_in, &page, (&address, &fields)).await {
            Ok((user, name)) => (Some((user.to_string(), name)), Vec::new()),
            Err(error) => (None, page.l.refusals(&error.into_refusals()?)),
        };
        results.push(Sent { address, made, told });
    }
    let count = results.iter().filter(|sent| sent.made.is_some()).count();
    Ok(render(&InvitedPage { page, count, results }, StatusCode::OK))
}

/// Each address in a transaction of its own: what one is refused doesn't stop the others.
async fn one(
    app: &App,
    signed_in: &SignedIn,
    page: &Page,
    (address, fields): (&str, &Fields),
) -> Result<(UserId, String), Error> {
    let (actor, moment) = (&signed_in.actor, app.moment());
    let email = contact_email(app, address, "addresses").map_err(Error::Refused)?;
    let wanted = Invite {
        email: email.ok_or(Code::FieldRequired)?,
        domain_name: fields.value("domain").to_owned(),
        guest: fields.value("type") == "Guest",
        language: page.l.lang().to_owned(),
        display_name: None,
        by_mail: true,
    };
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        invite(app, &mut tenant, actor, &wanted, &moment).await
    })?;
    Ok((made.user, made.sign_in_name))
}

fn id_of(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::not_found())
}

pub(super) async fn pending(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = signed_in.on(page).in_section(Section::People);
    let (actor, user) = (&signed_in.actor, id_of(&id)?);
    actor.require(REQUIRED)?;
    page.toast = match fields.value("done") {
        "invited" => Some(page.l.t("invitation-done-sent")),
        "revoked" => Some(page.l.t("invitation-done-revoked")),
        _ => None,
    };
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let invitation = invitation_to(&mut tenant, actor, user, &app.moment()).await?;
    let person = directory::find_person(&mut tenant, user).await?.ok_or_else(Error::not_found)?;
    let may_renew = may_renew(&mut tenant, actor, user).await?;
    let view = PendingPage {
        user: user.to_string(),
        display_name: person.display_name,
        invitation,
        may_renew,
        page,
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn resend(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, user, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        resend_to(&app, &mut tenant, actor, (user, page.l.lang()), &moment).await
    })?;
    Ok(Redirect::to(&format!("/people/{user}/invitation?done=invited")).into_response())
}

pub(super) async fn revoke(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (actor, user, moment) = (&signed_in.actor, id_of(&id)?, app.moment());
    transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        revoke_of(&mut tenant, actor, user, &moment).await
    })?;
    Ok(Redirect::to(&format!("/people/{user}/invitation?done=revoked")).into_response())
}
