//! How an application signs people in and hears that they signed out.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::applications::{Application, METHODS, SIGNING, SignInSettings};

use super::edit::lines;
use super::{Found, done, on};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::applications::ops::application::{ApplicationUpdate, get_application, update};
use crate::features::applications::ops::sign_in::{set_sign_in, sign_in_of};
use crate::features::credentials::only_of_the_form;
use crate::features::objects::Object;
use crate::transaction;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};

#[derive(Template)]
#[template(path = "applications/sign-in.html")]
struct SignInPage {
    page: Page,
    fields: Fields,
    id: String,
    name: String,
    methods: Vec<(String, String)>,
    algorithms: Vec<(String, String)>,
}

impl SignInPage {
    fn new(page: Page, found: &Found, fields: Fields) -> Self {
        let named = |value: &&str| ((*value).to_owned(), (*value).to_owned());
        let any = (String::new(), page.l.t("applications-sign-in-method-any"));
        Self {
            methods: std::iter::once(any).chain(METHODS.iter().map(named)).collect(),
            algorithms: SIGNING.iter().map(named).collect(),
            id: found.application.id.to_string(),
            name: found.application.display_name.clone(),
            fields,
            page,
        }
    }
}

/// What the application is given through the browser, without a code (Graph's names).
const ID_TOKENS: &str = "enableIdTokenIssuance";
const ACCESS_TOKENS: &str = "enableAccessTokenIssuance";

fn filled(application: &Object<Application>, own: &SignInSettings) -> Fields {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let algorithm = own.id_token_signed_response_alg.clone().unwrap_or_else(|| SIGNING[0].to_owned());
    let mut fields = Fields::new()
        .with("logoutUrl", text(&application.properties.settings.web.logout_url))
        .with("backchannel_logout_uri", text(&own.backchannel_logout_uri))
        .with("post_logout_redirect_uris", own.post_logout_redirect_uris.join("\n"))
        .with("token_endpoint_auth_method", text(&own.token_endpoint_auth_method))
        .with("id_token_signed_response_alg", algorithm)
        .with("jwks_uri", text(&own.jwks_uri))
        .with("request_uris", own.request_uris.join("\n"));
    let implicit = &application.properties.settings.web.implicit_grant_settings;
    for (name, truth) in [
        (ID_TOKENS, implicit.enable_id_token_issuance == Some(true)),
        (ACCESS_TOKENS, implicit.enable_access_token_issuance == Some(true)),
        ("frontchannel_logout_session_required", own.frontchannel_logout_session_required),
        ("backchannel_logout_session_required", own.backchannel_logout_session_required),
        ("require_pushed_authorization_requests", own.require_pushed_authorization_requests),
    ] {
        if truth {
            fields = fields.with(name, "yes");
        }
    }
    fields
}

fn read(fields: &Fields, current: &SignInSettings) -> SignInSettings {
    let text = |name: &str| Some(fields.value(name).trim().to_owned()).filter(|value| !value.is_empty());
    let jwks_uri = text("jwks_uri");
    SignInSettings {
        backchannel_logout_uri: text("backchannel_logout_uri"),
        post_logout_redirect_uris: lines(fields.value("post_logout_redirect_uris")),
        token_endpoint_auth_method: text("token_endpoint_auth_method"),
        id_token_signed_response_alg: text("id_token_signed_response_alg"),
        // Keys lie at an address or stand here, not both.
        jwks: current.jwks.clone().filter(|_| jwks_uri.is_none()),
        jwks_uri,
        request_uris: lines(fields.value("request_uris")),
        frontchannel_logout_session_required: fields.has("frontchannel_logout_session_required"),
        backchannel_logout_session_required: fields.has("backchannel_logout_session_required"),
        require_pushed_authorization_requests: fields.has("require_pushed_authorization_requests"),
        ..current.clone()
    }
}

async fn current(app: &App, signed_in: &SignedIn, found: &Found) -> Result<SignInSettings, Error> {
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    Ok(sign_in_of(&mut tenant, found.application.id).await?.settings)
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let stored = filled(&found.application, &current(&app, &signed_in, &found).await?);
    Ok(render(&SignInPage::new(page, &found, stored.showing_itself()), StatusCode::OK))
}

pub(super) async fn send(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    let page = on(&signed_in, page);
    let found = Found::to_change(&app, &signed_in, &id, false).await?;
    let (actor, id, moment) = (&signed_in.actor, found.application.id, app.moment());
    let wanted = read(&fields, &current(&app, &signed_in, &found).await?);
    let mut settings = found.application.properties.settings.clone();
    let address = fields.value("logoutUrl").trim();
    settings.web.logout_url = Some(address.to_owned()).filter(|address| !address.is_empty());
    let implicit = &mut settings.web.implicit_grant_settings;
    for (name, set) in [
        (ID_TOKENS, &mut implicit.enable_id_token_issuance),
        (ACCESS_TOKENS, &mut implicit.enable_access_token_issuance),
    ] {
        *set = fields.has(name).then_some(true).or(set.map(|_| false));
    }
    let change = ApplicationUpdate { settings: Some(settings), ..ApplicationUpdate::default() };
    let updated = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let stored = get_application(&mut tenant, actor, id).await?;
        let own = sign_in_of(&mut tenant, id).await?.settings;
        fields.require_unchanged(&filled(&stored, &own))?;
        update(&mut tenant, actor, id, change.clone(), &moment).await?;
        set_sign_in(&app, &mut tenant, actor, (id, &wanted), &moment).await
    });
    match updated {
        Ok(()) => Ok(done(id, "updated")),
        Err(error) => {
            fields.refuse_all(only_of_the_form(error)?);
            Ok(render(&SignInPage::new(page, &found, fields), StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
