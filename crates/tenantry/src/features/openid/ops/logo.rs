//! The logo of an application that registered itself: fetched from where it says that it lies, once for each address that it names,
//! and kept as one that somebody sent. Browsers never go there.

use model::ids::{ObjectId, TenantId};
use model::outbound::Target;
use model::refusal::Code;
use serde::{Deserialize, Serialize};

use super::client::Client;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::{self, LOGO};
use crate::features::openid::jobs::FetchLogo;
use crate::jobs;
use crate::moment::Moment;
use crate::transaction;

/// Where an application says that its logo lies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Offered {
    pub tenant: TenantId,
    pub application: ObjectId,
    pub uri: String,
}

/// Has a logo fetched that the client didn't name before, and takes that of one away that names none any more.
///
/// # Errors
/// When the engine fails.
pub async fn follow(
    scope: &mut TenantScope<'_>,
    before: Option<&Client>,
    client: &Client,
    moment: &Moment,
) -> Result<(), Error> {
    let (tenant, application) = (scope.tenant(), client.application.id);
    let named_before = before.and_then(|before| before.settings().logo_uri.as_ref());
    let named = client.settings().logo_uri.as_ref();
    match named {
        _ if named == named_before => Ok(()),
        Some(uri) => {
            let offered = Offered { tenant, application, uri: uri.clone() };
            jobs::enqueue(scope.global(), &FetchLogo(offered), moment).await
        }
        None if client.has_logo() => {
            applications::remove_logo(scope, &Actor::system(tenant), application, moment).await
        }
        None => Ok(()),
    }
}

/// Fetches a logo and keeps it. One that can't be had, or is no picture that is taken, is passed over.
///
/// # Errors
/// When the engine fails.
pub async fn fetch(app: &App, offered: &Offered, moment: &Moment) -> Result<(), Error> {
    let kept = match fetched(app, &offered.uri).await {
        Ok(image) => keep(app, offered, &image, moment).await,
        Err(error) => Err(error),
    };
    let Err(error) = kept else { return Ok(()) };
    let why = error.into_refusals()?.first().map(|refusal| refusal.code.as_str());
    let (tenant, application) = (offered.tenant, offered.application);
    tracing::info!(%tenant, %application, why, "the logo of an application that registered itself is passed over");
    Ok(())
}

async fn fetched(app: &App, uri: &str) -> Result<Vec<u8>, Error> {
    let target = Target::parse(uri, &app.config.outbound.rules())?;
    // One byte more, so that one that is too large is told from one that is broken.
    let answer = app.outside.http.get_up_to(&target, LOGO.largest + 1).await.map_err(|error| {
        tracing::debug!(host = %target.host(), %error, "a logo can't be fetched");
        Error::from(Code::UrlUnreachable)
    })?;
    if answer.status == 200 { Ok(answer.body) } else { Err(Code::UrlUnreachable.into()) }
}

async fn keep(app: &App, offered: &Offered, image: &[u8], moment: &Moment) -> Result<(), Error> {
    let (actor, id) = (Actor::system(offered.tenant), offered.application);
    let address = applications::logo_address(app, id);
    transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        // It may name another by now.
        let named = applications::sign_in_of(&mut inside, id).await?.settings.logo_uri;
        if named.as_ref() != Some(&offered.uri) {
            return Ok(());
        }
        applications::set_logo(&mut inside, &actor, id, (image, &address), moment).await
    })
}
