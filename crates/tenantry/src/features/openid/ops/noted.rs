//! What clients did that looks like somebody else's doing, in the tenant's log: wrong credentials, and codes and refresh tokens
//! that came twice. Never what they showed.

use std::sync::Arc;

use model::applications::FIRST_PARTY;
use model::audit::{Activity, Change, TargetKind};
use protocol::oauth::ClientAuthentication;

use super::client::{self, Client};
use super::grant::Grant;
use super::{assertion, authorize};
use crate::access::{Actor, Origin};
use crate::app::App;
use crate::db::{Scope, TenantScope};
use crate::error::Error;
use crate::features::audit::{self, Event};
use crate::features::directory;
use crate::features::openid::store::{self, refusals};
use crate::moment::Moment;
use crate::transaction;

/// Seconds in which wrong credentials of one client stand in the log once: whoever tries many doesn't fill it.
const ONCE_IN: i64 = 60;

/// The service itself, which refuses, at somebody's request.
fn refusing(scope: &TenantScope<'_>, origin: &Origin) -> Actor {
    let mut actor = Actor::system(scope.tenant());
    actor.origin = origin.clone();
    actor
}

fn about(activity: Activity, client: &Client) -> Event {
    // One that every tenant knows is registered in none of them.
    let (kind, id) = match client.principal.properties.home_tenant == FIRST_PARTY {
        true => (TargetKind::ServicePrincipal, client.principal.id),
        false => (TargetKind::Application, client.application.id),
    };
    Event::new(activity, kind, id, client.name())
}

/// Which credential a request showed, and whose it says it is.
fn named(shown: &ClientAuthentication) -> Option<(&'static str, String)> {
    match shown {
        ClientAuthentication::None { .. } => None,
        ClientAuthentication::Secret { .. } => Some(("secret", shown.client_id()?.to_owned())),
        ClientAuthentication::Assertion { client_id, assertion } => {
            let id = client_id.clone().or_else(|| assertion::subject(assertion));
            Some(("assertion", id?))
        }
    }
}

async fn of_tenant<'s>(
    app: &App,
    scope: &'s mut Scope,
    tenant: &str,
) -> Result<Option<TenantScope<'s>>, Error> {
    match authorize::enter(app, scope, tenant).await {
        Ok(inside) => Ok(Some(inside)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes that a client showed a wrong credential, if it is there and that wasn't written a moment ago.
///
/// # Errors
/// When the engine fails.
pub async fn wrong_credential(
    app: &App,
    (tenant, shown): (&str, &ClientAuthentication),
    origin: &Origin,
    moment: &Moment,
) -> Result<(), Error> {
    let Some((what, id)) = named(shown) else { return Ok(()) };
    let after = moment.after_seconds(-ONCE_IN);
    // Of many, all but one come no further than here.
    let client = {
        let mut scope = app.db.read().await?;
        let Some(mut inside) = of_tenant(app, &mut scope, tenant).await? else { return Ok(()) };
        let Some(client) = client::find(app, &mut inside, &id).await? else { return Ok(()) };
        let told_at = refusals::told_at(&mut inside, client.principal.id.0).await?;
        if told_at.is_some_and(|at| at > after) {
            return Ok(());
        }
        client
    };
    transaction!(app.db, |scope| {
        let Some(mut inside) = of_tenant(app, scope, tenant).await? else { return Ok(()) };
        if !refusals::tell(&mut inside, client.principal.id.0, after, moment).await? {
            return Ok(());
        }
        let event = about(Activity::ApplicationCredentialRefused, &client);
        let event = event.changes([Change::set("credential", what)]).refused("credential-wrong");
        let actor = refusing(&inside, origin);
        audit::record(&mut inside, &actor, event, moment).await
    })
}

/// A code or a refresh token that came a second time.
pub struct Copied {
    pub client: Arc<Client>,
    pub grant: Grant,
    /// `code` or `refreshToken`.
    pub what: &'static str,
    /// Not where the grant had ended before: each is written once.
    pub ended: bool,
}

impl Copied {
    /// Ends the grant.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn of(
        scope: &mut TenantScope<'_>,
        (client, grant): (Arc<Client>, Grant),
        what: &'static str,
        moment: &Moment,
    ) -> Result<Self, Error> {
        let ended = store::revoke(scope, grant.id, moment).await?;
        Ok(Self { client, grant, what, ended })
    }

    /// Writes that it came, in the transaction that ends the grant.
    ///
    /// # Errors
    /// When the engine fails.
    pub async fn note(
        &self,
        scope: &mut TenantScope<'_>,
        origin: &Origin,
        moment: &Moment,
    ) -> Result<(), Error> {
        if !self.ended {
            return Ok(());
        }
        let person = directory::find_person(scope, self.grant.user).await?;
        let name = person.map(|person| person.sign_in_name()).unwrap_or_default();
        let event = about(Activity::ApplicationSignInCopied, &self.client)
            .and(TargetKind::User, self.grant.user, name)
            .changes([Change::set("shownTwice", self.what)]);
        let actor = refusing(scope, origin);
        audit::record(scope, &actor, event.refused("grant-ended"), moment).await
    }
}
