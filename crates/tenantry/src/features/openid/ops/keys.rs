//! The public keys that a client registered: by value, or at an address of its own.

use jiff::Timestamp;
use protocol::oauth::ClientAuthentication;
use serde_json::Value;

use super::client::{self, Client};
use super::{assertion, authorize};
use crate::app::App;
use crate::error::Error;
use crate::moment::Moment;
use crate::signing::Signed;

impl Client {
    /// Those by value, or those that were fetched last.
    #[must_use]
    pub fn keys(&self, app: &App, now: Timestamp) -> Vec<Value> {
        let settings = self.settings();
        let own = settings.jwks.as_ref().and_then(|set| set.get("keys")).and_then(Value::as_array).cloned();
        own.or_else(|| settings.jwks_uri.as_ref().map(|uri| app.client_keys.of(uri, now))).unwrap_or_default()
    }

    /// Fetches the keys that a token of the client needs, where they lie at an address. Not within a transaction.
    pub async fn refresh_keys(&self, app: &App, token: &str, moment: &Moment) {
        if let (Some(uri), Some(read)) = (&self.settings().jwks_uri, Signed::read(token)) {
            app.client_keys.refresh(app, uri, read.key.as_deref(), moment.now).await;
        }
    }
}

/// The same for a client that shows an assertion, before the transaction that judges it.
///
/// # Errors
/// When the engine fails. Who isn't there has no keys.
pub async fn refresh_for(
    app: &App,
    named: &str,
    shown: &ClientAuthentication,
    moment: &Moment,
) -> Result<(), Error> {
    let ClientAuthentication::Assertion { client_id, assertion } = shown else { return Ok(()) };
    let Some(id) = client_id.clone().or_else(|| assertion::subject(assertion)) else { return Ok(()) };
    let client = {
        let mut scope = app.db.read().await?;
        match authorize::enter(app, &mut scope, named).await {
            Ok(mut inside) => client::find(app, &mut inside, &id).await?,
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error),
        }
    };
    if let Some(client) = client {
        client.refresh_keys(app, assertion, moment).await;
    }
    Ok(())
}
