//! Applications that act for themselves at the directory API: with the permissions that they were granted there, and with the
//! roles of the directory that their service principal holds.

use model::applications::ApiPermission;
use model::ids::{ObjectId, TenantId};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{Actor, ActorKind, Origin};
use crate::app::App;
use crate::db::{GrantReason, TenantGrant, application};
use crate::error::Error;
use crate::moment::Moment;

/// What such a token says of whom it was given to. It stands for nothing that isn't found again in the database.
#[derive(Deserialize)]
struct OfApplication {
    tid: TenantId,
    oid: Uuid,
    /// The secret or certificate that was shown for it.
    credential_id: Uuid,
    #[serde(default)]
    roles: Vec<String>,
}

/// The application that a token was given to, whose signature, issuer, audience and times were found right.
///
/// # Errors
/// When the database can't tell. One that is disabled or deleted, or whose secret was removed or has ended, is `None`.
pub(super) async fn admit(
    app: &App,
    claims: Value,
    origin: Origin,
    moment: &Moment,
) -> Result<Option<Actor>, Error> {
    let Ok(claims) = serde_json::from_value::<OfApplication>(claims) else { return Ok(None) };
    let mut scope = app.db.read().await?;
    let mut inside = scope.tenant(TenantGrant::issue(claims.tid, GrantReason::Authentication)).await?;
    let holder = (claims.tid, claims.oid);
    let standing = application::standing(inside.global(), holder, claims.credential_id).await?;
    let counts =
        |standing: &application::Standing| standing.from <= moment.now && moment.now < standing.until;
    let Some(standing) = standing.filter(counts) else { return Ok(None) };
    let named = |permission: &ApiPermission| claims.roles.iter().any(|role| role == permission.value);
    let kind = ActorKind::Application {
        principal: ObjectId(claims.oid),
        app_id: standing.app_id,
        credential: claims.credential_id,
    };
    let (rights, name) = (standing.rights_within(named), standing.name);
    Ok(Some(Actor { tenant: claims.tid, kind, name, rights, granted: None, origin }))
}
