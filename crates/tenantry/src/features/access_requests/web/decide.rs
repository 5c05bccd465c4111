//! The list of requests, and one request to decide.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::eligibility::username;
use model::refusal::Refusal;
use model::roles::Permission;

use super::id_of;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::access_requests::ops::decide::{Approval, approve, refuse};
use crate::features::access_requests::ops::list::{self, AccessRequest, State as RequestState};
use crate::features::access_requests::ops::renew::{Invitation, InvitationState, invitation_of, may_renew};
use crate::features::credentials::only_of_the_form;
use crate::features::directory;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::links::{Pages, Query};

#[derive(Template)]
#[template(path = "access-requests/list.html")]
struct ListPage {
    page: Page,
    settled: bool,
    filters: Vec<(String, String, bool)>,
    requests: Vec<AccessRequest>,
    previous: String,
    next: String,
}

#[derive(Template)]
#[template(path = "access-requests/one.html")]
struct OnePage {
    page: Page,
    fields: Fields,
    request: AccessRequest,
    invitation: Option<Invitation>,
    may_renew: bool,
    domains: Vec<(String, String)>,
}

const REQUIRED: Permission = Permission::DecideAccessRequests;

pub(super) async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = signed_in.on(page).in_section(Section::AccessRequests);
    let actor = &signed_in.actor;
    actor.require(REQUIRED)?;
    match fields.value("done") {
        "approved" => page = page.clone().with_toast(page.l.t("requests-done-approved")),
        "refused" => page = page.clone().with_toast(page.l.t("requests-done-refused")),
        _ => {}
    }
    let settled = fields.value("show") == "settled";
    let query = Query::default().with("show", if settled { "settled" } else { "" });
    let pages = Pages::new(&app, actor.tenant(), "/access-requests", query);
    let from = pages.start(&fields)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let slice = list::list(&mut tenant, actor, !settled, from.as_ref()).await?;
    let filters = vec![
        (page.l.t("requests-open"), "/access-requests".to_owned(), !settled),
        (page.l.t("requests-settled"), "/access-requests?show=settled".to_owned(), settled),
    ];
    let (previous, next) = (pages.link(slice.previous), pages.link(slice.next));
    Ok(render(&ListPage { page, settled, filters, requests: slice.items, previous, next }, StatusCode::OK))
}

impl OnePage {
    async fn load(
        app: &App,
        signed_in: &SignedIn,
        page: Page,
        id: &str,
        fields: Option<Fields>,
    ) -> Result<Self, Error> {
        let id = id_of(id)?;
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
        let request = list::get(&mut tenant, &signed_in.actor, id).await?;
        let invitation = invitation_of(&mut tenant, &request, &app.moment()).await?;
        let may_renew = match &invitation {
            Some(invitation) => may_renew(&mut tenant, &signed_in.actor, invitation.user).await?,
            None => false,
        };
        let domains = directory::verified_domains(&mut tenant).await?;
        let fields = fields.unwrap_or_else(|| suggested(&request, &domains));
        let domains = domains.into_iter().map(|name| (name.clone(), format!("@{name}"))).collect();
        Ok(Self { page, fields, request, invitation, may_renew, domains })
    }
}

/// A form that needs no more than a look: the name from the mailbox, at its own domain where that is the tenant's.
fn suggested(request: &AccessRequest, domains: &[String]) -> Fields {
    let (local, domain) = request.email_canonical.rsplit_once('@').unwrap_or_default();
    let mut words = request.name.split_whitespace();
    let (first, last) = (words.next().unwrap_or_default(), words.next_back().unwrap_or_default());
    let own = username::check(local, domain).answer.valid.then(|| local.to_owned());
    let name = own.or_else(|| username::suggest(first, last, local).into_iter().next()).unwrap_or_default();
    let domain = domains.iter().find(|name| *name == domain).or_else(|| domains.first());
    Fields::new()
        .with("username", name)
        .with("domain", domain.cloned().unwrap_or_default())
        .with("displayName", &request.name)
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let mut page = signed_in.on(page).in_section(Section::AccessRequests);
    signed_in.actor.require(REQUIRED)?;
    page.toast = match fields.value("done") {
        "invited" => Some(page.l.t("invitation-done-sent")),
        "revoked" => Some(page.l.t("invitation-done-revoked")),
        _ => None,
    };
    Ok(render(&OnePage::load(&app, &signed_in, page, &id, None).await?, StatusCode::OK))
}

pub(super) async fn approve_it(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::AccessRequests);
    let (actor, moment) = (&signed_in.actor, app.moment());
    actor.require(REQUIRED)?;
    let request = id_of(&id)?;
    let domain = fields.value("domain").to_owned();
    let name = username::check(fields.value("username"), &domain);
    let shown = username::check_display_name(fields.value("displayName"));
    let mut refusals: Vec<Refusal> = name.answer.refusals;
    refusals.extend(shown.answer.refusals.into_iter().map(|refusal| refusal.on("displayName")));
    if refusals.is_empty() && !fields.took_suggestion() {
        let approval = Approval { user_name: name.canonical, domain_name: domain, display_name: shown.name };
        let approved = transaction!(app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            approve(&app, &mut tenant, actor, (request, &approval), &moment).await
        });
        match approved {
            Ok(_) => return Ok(Redirect::to("/access-requests?done=approved").into_response()),
            Err(error) => refusals = only_of_the_form(error)?,
        }
    }
    fields.refuse_all(refusals);
    failed(&app, &signed_in, page, (&id, fields)).await
}

pub(super) async fn refuse_it(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::AccessRequests);
    let (actor, moment) = (&signed_in.actor, app.moment());
    let request = id_of(&id)?;
    let refused = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        refuse(&mut tenant, actor, request, fields.value("reason"), &moment).await
    });
    match refused {
        Ok(()) => Ok(Redirect::to("/access-requests?done=refused").into_response()),
        Err(error) => {
            fields.refuse_all(only_of_the_form(error)?);
            failed(&app, &signed_in, page, (&id, fields)).await
        }
    }
}

async fn failed(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    (id, fields): (&str, Fields),
) -> Result<Response, Error> {
    let view = OnePage::load(app, signed_in, page, id, Some(fields)).await?;
    Ok(render(&view, StatusCode::UNPROCESSABLE_ENTITY))
}
