//! `POST /v1.0/invitations`: somebody is invited by their address.
//!
//! The link that opens the account goes one way alone: by mail, or in the answer to whoever asks for no mail. What isn't
//! done here is refused rather than passed over: texts of the inviter's own in our mail, and copies of it.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use model::applications::check_address;
use model::eligibility::username;
use model::refusal::{Code, Refusal};
use model::roles::Permission;
use model::shape::or_null;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Error;
use crate::features::access_requests::{Invite, invite};
use crate::features::directory::{self, contact_email};
use crate::graph::{Body, Caller, Property, context};
use crate::openapi::{Described, Operation, Shape, id, one_of, text, truth};
use crate::transaction;

pub fn routes() -> Router<App> {
    Router::new().route("/v1.0/invitations", post(create))
}

/// What a body says.
struct Wanted {
    invite: Invite,
    redirect: String,
}

fn required(body: &mut Body, name: &'static str) -> Result<String, Refusal> {
    body.text(name)?.given().ok_or(Refusal::new(Code::FieldRequired).on(name))
}

fn not_here(name: &'static str) -> Refusal {
    Refusal::new(Code::PropertyValue).on(name).with("property", name)
}

/// The language of the mail, the one thing that can be said of it.
fn language(body: &mut Body) -> Result<Option<String>, Error> {
    let Property::Is(mut info) = body.object("invitedUserMessageInfo")? else { return Ok(None) };
    let language = info.text("messageLanguage")?.given();
    for name in ["customizedMessageBody", "ccRecipients"] {
        info.pass_over_nothing(name);
        if info.any(name).is_some() {
            return Err(not_here(name).into());
        }
    }
    info.end(&[])?;
    Ok(language)
}

fn read(app: &App, mut body: Body) -> Result<Wanted, Error> {
    const ADDRESS: &str = "invitedUserEmailAddress";
    let entered = required(&mut body, ADDRESS)?;
    let email = contact_email(app, &entered, ADDRESS).map_err(Error::Refused)?;
    let redirect = required(&mut body, "inviteRedirectUrl")?;
    check_address("inviteRedirectUrl", &redirect)?;
    let display_name = body.text("invitedUserDisplayName")?.given().filter(|name| !name.trim().is_empty());
    let display_name = match display_name.map(|name| username::check_display_name(&name)) {
        Some(verdict) if !verdict.answer.valid => {
            let on = |refusal: Refusal| refusal.on("invitedUserDisplayName");
            return Err(Error::Refused(verdict.answer.refusals.into_iter().map(on).collect()));
        }
        verdict => verdict.map(|verdict| verdict.name),
    };
    let guest = match body.text("invitedUserType")?.given().as_deref() {
        None | Some("Guest") => true,
        Some("Member") => false,
        Some(_) => return Err(Refusal::new(Code::PropertyChoice).on("invitedUserType").into()),
    };
    let by_mail = body.truth("sendInvitationMessage")?.given().unwrap_or_default();
    if body.truth("resetRedemption")?.given() == Some(true) {
        return Err(not_here("resetRedemption").into());
    }
    let language = language(&mut body)?.unwrap_or_default();
    body.pass_over_nothing("invitedUser");
    body.end(&["id", "inviteRedeemUrl", "invitedUser", "status"])?;
    let invite = Invite {
        email: email.ok_or(Refusal::new(Code::FieldRequired).on(ADDRESS))?,
        // Chosen in the transaction.
        domain_name: String::new(),
        guest,
        language: app.locales.choose(Some(&language), None).lang().to_owned(),
        display_name,
        by_mail,
    };
    Ok(Wanted { invite, redirect })
}

async fn create(State(app): State<App>, Caller(actor): Caller, body: Body) -> Result<Response, Error> {
    actor.require(Permission::ManageUsers)?;
    let (wanted, moment) = (read(&app, body)?, app.moment());
    let made = transaction!(app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        let names = directory::verified_domains(&mut tenant).await?;
        let domain_name = names.into_iter().next().ok_or_else(Error::not_found)?;
        let wanted = Invite { domain_name, ..wanted.invite.clone() };
        invite(&app, &mut tenant, &actor, &wanted, &moment).await
    })?;
    let Wanted { invite, redirect } = wanted;
    let answer = json!({
        "@odata.context": context(&app, "invitations/$entity"),
        "id": made.invitation,
        "inviteRedeemUrl": made.link.as_ref().map(|link| link.expose()),
        "inviteRedirectUrl": redirect,
        "invitedUser": { "id": made.user },
        "invitedUserDisplayName": made.display_name,
        "invitedUserEmailAddress": invite.email.address,
        "invitedUserMessageInfo": { "ccRecipients": [], "customizedMessageBody": null, "messageLanguage": invite.language },
        "invitedUserType": if invite.guest { "Guest" } else { "Member" },
        "resetRedemption": false,
        "sendInvitationMessage": invite.by_mail,
        "status": "PendingAcceptance",
    });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

fn described_info() -> Value {
    json!({
        "type": "object",
        "properties": {
            "ccRecipients": { "type": "array", "maxItems": 0 },
            "customizedMessageBody": { "type": "null" },
            "messageLanguage": or_null(text()),
        },
    })
}

pub fn described() -> Described {
    let user = json!({ "type": "object", "properties": { "id": id() }, "additionalProperties": false });
    let shape = Shape::new("invitation")
        .has("id", id())
        .may_have("inviteRedeemUrl", text())
        .has("inviteRedirectUrl", text())
        .has("invitedUser", user)
        .may_have("invitedUserDisplayName", text())
        .has("invitedUserEmailAddress", text())
        .has("invitedUserMessageInfo", described_info())
        .has("invitedUserType", one_of(&["Guest", "Member"]))
        .has("resetRedemption", truth())
        .has("sendInvitationMessage", truth())
        .has("status", one_of(&["PendingAcceptance"]))
        .read_only(&["id", "inviteRedeemUrl", "invitedUser", "status"])
        .needs(&["invitedUserEmailAddress", "inviteRedirectUrl"]);
    Described::of([
        Operation::post("/v1.0/invitations", "Invite somebody by their address").makes("invitation")
    ])
    .shape(&shape)
}
