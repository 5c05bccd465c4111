//! Telling applications that a session ended: from server to server (OpenID Connect Back-Channel Logout 1.0) and through
//! the browser (Front-Channel Logout 1.0).

use model::ids::{SessionId, TenantId, UserId};
use model::outbound::Target;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::client;
use super::tokens;
use crate::access::Actor;
use crate::access::ended::{Ended, Heard};
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::openid::jobs::TellApplication;
use crate::jobs;
use crate::moment::Moment;
use crate::outside::http::Post;
use crate::signing;
use crate::signing::own::issuer;
use crate::transaction;

/// The `typ` of logout tokens (§2.4).
pub const LOGOUT: &str = "logout+jwt";
/// The event that they tell of.
pub const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Seconds that one is good for.
const TOKEN_SECONDS: i64 = 120;
/// Seconds between tries: what hasn't arrived after the last is given up.
const RETRIES: [i64; 6] = [5, 30, 120, 600, 3600, 14_400];

/// What one application is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Telling {
    pub tenant: TenantId,
    pub user: UserId,
    pub client: Uuid,
    pub session: SessionId,
    /// Tries before this one.
    pub tried: usize,
}

/// Makes a job for each application that has an address for it.
///
/// # Errors
/// When the engine fails.
pub async fn tell_each(app: &App, ended: &Ended, moment: &Moment) -> Result<(), Error> {
    let actor = Actor::system(ended.tenant);
    transaction!(app.db, |scope| {
        let mut inside = scope.tenant(actor.grant()).await?;
        for heard in &ended.heard {
            let client = client::of_principal(app, &mut inside, heard.client).await?;
            if client.is_some_and(|client| client.settings().backchannel_logout_uri.is_some()) {
                let telling = Telling {
                    tenant: ended.tenant,
                    user: ended.user,
                    client: heard.client,
                    session: heard.session,
                    tried: 0,
                };
                jobs::enqueue(inside.global(), &TellApplication(telling), moment).await?;
            }
        }
        Ok(())
    })
}

/// Sends a logout token to one application.
///
/// # Errors
/// When the engine fails. An application that doesn't take it is told again later.
pub async fn tell_one(app: &App, telling: Telling, moment: &Moment) -> Result<(), Error> {
    let actor = Actor::system(telling.tenant);
    let client = {
        let mut scope = app.db.read().await?;
        let mut inside = scope.tenant(actor.grant()).await?;
        client::of_principal(app, &mut inside, telling.client).await?
    };
    let Some(client) = client else { return Ok(()) };
    let Some(uri) = &client.settings().backchannel_logout_uri else { return Ok(()) };
    let Ok(target) = Target::parse(uri, &app.config.outbound.rules()) else { return Ok(()) };
    let key = signing::current(app, tokens::identity_algorithm(&client), moment).await?;
    let now = moment.now.as_second();
    let claims = json!({
        "iss": issuer(app, telling.tenant),
        "aud": client.app_id(),
        "sub": telling.user,
        "sid": telling.session,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": moment.uuid(),
        "events": { EVENT: {} },
    });
    let token = key.sign(LOGOUT, &claims).map_err(Error::internal)?;
    let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
    // A token's characters stand in a form as they are.
    let post = Post { target, headers, body: format!("logout_token={token}").into_bytes() };
    let refused = match app.outside.http.post(&post).await {
        Ok(answer) if (200..300).contains(&answer.status) => return Ok(()),
        Ok(answer) => answer.status.to_string(),
        Err(error) => error.to_string(),
    };
    let Some(wait) = RETRIES.get(telling.tried) else {
        tracing::warn!(client = %telling.client, %refused, "an application wasn't told that a session ended");
        return Ok(());
    };
    let again = TellApplication(Telling { tried: telling.tried + 1, ..telling });
    let at = moment.after_seconds(*wait);
    transaction!(app.db, |scope| jobs::enqueue_at(scope, &again, at, moment).await)
}

/// Addresses that a browser opens for the applications of a session: each knows by `iss` and `sid` which one ended.
///
/// # Errors
/// When the engine fails.
pub async fn frames(app: &App, scope: &mut TenantScope<'_>, heard: &[Heard]) -> Result<Vec<String>, Error> {
    let mut frames: Vec<String> = Vec::new();
    for heard in heard {
        let Some(client) = client::of_principal(app, scope, heard.client).await? else { continue };
        let Some(uri) = client.application.properties.settings.web.logout_url.clone() else { continue };
        // Where it would stand in a page of https, a browser blocks anything else.
        if !uri.starts_with("https://") && app.config.server.is_secure() {
            continue;
        }
        let joint = if uri.contains('?') { '&' } else { '?' };
        let iss = utf8_percent_encode(&issuer(app, scope.tenant()), NON_ALPHANUMERIC).to_string();
        let told = format!("{uri}{joint}iss={iss}&sid={}", heard.session);
        if !frames.contains(&told) {
            frames.push(told);
        }
    }
    Ok(frames)
}
