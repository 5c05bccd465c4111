//! The live check of a user name: may it be used, and is it free?

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use model::eligibility::username;
use model::ids::UserId;
use model::roles::Permission;

use super::id_of;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::directory::ops::create::SignInName;
use crate::web::client::Client;
use crate::web::forms::{Fields, Verdict};
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;

/// Where the user name of a person who is there is checked.
pub(super) fn path(user: UserId) -> String {
    format!("/people/{user}/check")
}

/// For a person to be.
pub(super) async fn new(
    State(app): State<App>,
    client: Client,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    verdict(&app, &signed_in, page, fields, None).await
}

/// For a person who is there: the name that they have is free for them.
pub(super) async fn one(
    State(app): State<App>,
    client: Client,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    verdict(&app, &signed_in, page, fields, Some(id_of(&id)?)).await
}

async fn verdict(
    app: &App,
    signed_in: &SignedIn,
    page: Page,
    mut fields: Fields,
    holder: Option<UserId>,
) -> Result<Response, Error> {
    let actor = &signed_in.actor;
    actor.require(Permission::ManageUsers)?;
    let domain = fields.value("domain").to_owned();
    let checked = username::check(fields.value("username"), &domain);
    let mut good = String::new();
    if checked.answer.valid {
        let name = SignInName::new(&checked.canonical, &domain);
        let mut scope = app.db.read().await?;
        let mut tenant = scope.tenant(actor.grant()).await?;
        match name.free_for(&mut tenant, holder).await.map_err(Error::into_refusals) {
            Ok(()) => good = page.l.a("people-user-name-free", &[("name", name.to_string())]),
            Err(refusals) => fields.refuse_all(refusals?.into_iter().map(|refusal| refusal.on("username"))),
        }
    } else {
        fields.refuse_all(checked.answer.refusals);
    }
    Ok(render(&Verdict { page, fields, name: "username", good }, StatusCode::OK))
}
