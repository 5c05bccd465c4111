//! The page of an invitation. Opening it changes nothing; sending it uses the link up.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use crate::app::App;
use crate::error::Error;
use crate::features::access_requests::ops::invitation::{Invited, Opened, accept, open};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

#[derive(Template)]
#[template(path = "access-requests/invitation.html")]
struct InvitationPage {
    page: Page,
    fields: Fields,
    invited: Invited,
}

#[derive(Template)]
#[template(path = "access-requests/accepted.html")]
struct AcceptedPage {
    page: Page,
    invited: Invited,
}

#[derive(Template)]
#[template(path = "access-requests/used.html")]
struct UsedPage {
    page: Page,
    organization: String,
}

/// A link counts once; whoever comes again signs in.
fn used(page: Page, organization: String) -> Response {
    render(&UsedPage { page, organization }, StatusCode::GONE)
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    client: Client,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    Ok(match open(&app, &token, &app.moment()).await? {
        Opened::Open(invited) => {
            render(&InvitationPage { page, fields: Fields::new(), invited }, StatusCode::OK)
        }
        Opened::Used { organization } => used(page, organization),
    })
}

pub(super) async fn send(
    State(app): State<App>,
    page: Page,
    client: Client,
    Path(token): Path<String>,
    mut fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let moment = app.moment();
    let invited = match open(&app, &token, &moment).await? {
        Opened::Open(invited) => invited,
        Opened::Used { organization } => return Ok(used(page, organization)),
    };
    let password = match invited.new_password(&app, fields.value("password"), &moment).await {
        Ok(password) => password,
        Err(error) => {
            fields.refuse_all(error.into_refusals()?);
            return Ok(render(&InvitationPage { page, fields, invited }, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let origin = client.origin();
    let invited = transaction!(app.db, |scope| {
        accept(&app, scope, (&token, &password.hash), &origin, &moment).await
    })?;
    Ok(render(&AcceptedPage { page, invited }, StatusCode::OK))
}
