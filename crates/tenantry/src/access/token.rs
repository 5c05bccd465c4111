//! Tokens for the API: a JWT (RFC 9068) of one person in one tenant, signed with a key of ours. The operator hands one out that
//! may do all that the person may; one that an application got for a person may do what it was granted beside.
//!
//! Clients read who they act for in it; the service believes nothing of it but that it signed it. It passes the same gate
//! as a session's cookie: tenant, person and the token's own row must be alive when it is shown and again when
//! something is written.

use jiff::Timestamp;
use model::applications::ApiPermission;
use model::ids::{AccessTokenId, TenantId, UserId};
use model::roles::Permissions;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::rights::{must_have_second_factor, rights_of};
use super::{Actor, ActorKind, Credential, Origin, application};
use crate::app::App;
use crate::db::{DbError, FromRow, GrantReason, Row, TenantGrant, TenantScope};
use crate::error::Error;
use crate::moment::Moment;
use crate::params;
use crate::secrets::Secret;
use crate::signing::own::{self, Audience, Own, Wanted, issuer};

/// The `typ` of access tokens (RFC 9068 §2.1).
const KIND: &str = "at+jwt";
/// The program that tokens of the command line are made for.
const CLIENT: &str = "tenantry-cli";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    oid: UserId,
    tid: TenantId,
    jti: AccessTokenId,
    iat: i64,
    nbf: i64,
    exp: i64,
    appid: String,
    client_id: String,
    name: String,
    upn: String,
    scp: String,
    idtyp: String,
    ver: String,
}

struct Named {
    display_name: String,
    sign_in_name: String,
}

impl FromRow for Named {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { display_name: row.get("display_name")?, sign_in_name: row.get("sign_in_name")? })
    }
}

/// Makes a token for a person.
///
/// # Errors
/// When the engine fails.
pub async fn create(
    app: &App,
    scope: &mut TenantScope<'_>,
    user: UserId,
    expires_at: Timestamp,
    moment: &Moment,
) -> Result<(AccessTokenId, Secret), Error> {
    let id = AccessTokenId(moment.uuid());
    let sql = "INSERT INTO access_token (tenant_id, id, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    scope.execute(sql, params![id, user, moment.now, expires_at]).await?;
    let sql = "SELECT display_name, user_name || '@' || domain_name AS sign_in_name FROM users \
               WHERE tenant_id = $1 AND id = $2";
    let named: Named = scope.one(sql, params![user]).await?;
    let tenant = scope.tenant();
    let claims = Claims {
        iss: issuer(app, tenant),
        aud: app.link(""),
        sub: user,
        oid: user,
        tid: tenant,
        jti: id,
        iat: moment.now.as_second(),
        nbf: moment.now.as_second(),
        exp: expires_at.as_second(),
        appid: CLIENT.into(),
        client_id: CLIENT.into(),
        name: named.display_name,
        upn: named.sign_in_name,
        scp: "Directory.AccessAsUser.All".into(),
        idtyp: "user".into(),
        ver: "2.0".into(),
    };
    let claims = serde_json::to_vec(&claims).map_err(Error::internal)?;
    Ok((id, Secret::new(own::sign_by_master_key(app, &claims))))
}

/// A token that is still valid.
#[derive(Clone, Debug)]
pub struct OpenToken {
    pub id: AccessTokenId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

impl FromRow for OpenToken {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.get("id")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

/// The tokens of a person that are still valid, the newest first; at most 1,000.
///
/// # Errors
/// When the engine fails.
pub async fn open(
    scope: &mut TenantScope<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<OpenToken>, Error> {
    let sql = "SELECT id, created_at, expires_at FROM access_token WHERE tenant_id = $1 AND user_id = $2 \
               AND revoked_at IS NULL AND expires_at > $3 ORDER BY created_at DESC, id LIMIT 1000";
    Ok(scope.all(sql, params![user, now]).await?)
}

/// Ends a person's valid tokens, or one of them, and tells how many that were.
///
/// # Errors
/// When the engine fails.
pub async fn revoke(
    scope: &mut TenantScope<'_>,
    user: UserId,
    one: Option<AccessTokenId>,
    now: Timestamp,
) -> Result<u64, Error> {
    const VALID: &str = "UPDATE access_token SET revoked_at = $3 WHERE tenant_id = $1 AND user_id = $2 \
                         AND revoked_at IS NULL AND expires_at > $3";
    Ok(match one {
        None => scope.execute(VALID, params![user, now]).await?,
        Some(id) => scope.execute(&format!("{VALID} AND id = $4"), params![user, now, id]).await?,
    })
}

struct Found {
    display_name: String,
}

impl FromRow for Found {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self { display_name: row.get("display_name")? })
    }
}

const ALIVE: &str = "SELECT u.display_name FROM access_token a \
    JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.user_id JOIN tenant t ON t.id = a.tenant_id \
    WHERE a.tenant_id = $1 AND a.id = $2 AND a.user_id = $3 AND a.revoked_at IS NULL AND a.expires_at > $4 \
    AND u.account_enabled AND u.deleted_at IS NULL AND t.deleted_at IS NULL";

/// The admission gate of the API: whom a token stands for. `key` is the thumbprint of the key that the request has proven to
/// have; a token that is bound to one opens nothing without it, and any other nothing with it.
///
/// # Errors
/// When the database can't tell. A token that isn't admitted is `None`.
pub async fn admit(
    app: &App,
    (token, key): (&str, Option<&str>),
    origin: Origin,
    moment: &Moment,
) -> Result<Option<Actor>, Error> {
    let Some(token_of_operator) = own::read_by_master_key(app, token) else {
        return of_application(app, (token, key), origin, moment).await;
    };
    let claims = for_us(app, &token_of_operator, moment).cloned().map(serde_json::from_value::<Claims>);
    let Some(Ok(claims)) = claims else { return Ok(None) };
    // The operator's are bound to no key.
    if key.is_some() {
        return Ok(None);
    }
    let (tenant, user) = (claims.tid, claims.oid);
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(TenantGrant::issue(tenant, GrantReason::Authentication)).await?;
    let params = params![claims.jti, user, moment.now];
    let Some(found) = scope.optional::<Found>(ALIVE, params).await? else { return Ok(None) };
    let rights = rights_of(&mut scope, user).await?;
    let kind = ActorKind::User { id: user, credential: Some(Credential::Token(claims.jti)) };
    Ok(Some(Actor { tenant, kind, name: found.display_name, rights, granted: None, origin }))
}

/// What an application's token says that it may be used for.
#[derive(Deserialize)]
struct Delegated {
    tid: TenantId,
    oid: UserId,
    grant_id: Uuid,
    scp: String,
    acr: String,
}

const GRANT_ALIVE: &str = "SELECT u.display_name FROM application_grant g \
    JOIN users u ON u.tenant_id = g.tenant_id AND u.id = g.user_id JOIN tenant t ON t.id = g.tenant_id \
    JOIN directory_object c ON c.tenant_id = g.tenant_id AND c.id = g.client_id AND c.deleted_at IS NULL \
    JOIN directory_index e ON e.tenant_id = g.tenant_id AND e.object_id = g.client_id \
    AND e.property = 'servicePrincipal.accountEnabled' AND e.value = $5 \
    LEFT JOIN session s ON s.tenant_id = g.tenant_id AND s.id = g.session_id AND s.revoked_at IS NULL AND s.expires_at > $4 \
    WHERE g.tenant_id = $1 AND g.id = $2 AND g.user_id = $3 AND g.revoked_at IS NULL \
    AND (g.root_id IS NULL OR EXISTS (SELECT 1 FROM application_grant r WHERE r.tenant_id = g.tenant_id AND r.id = g.root_id \
    AND r.revoked_at IS NULL)) \
    AND (g.offline_until > $4 OR s.id IS NOT NULL) \
    AND u.account_enabled = TRUE AND u.deleted_at IS NULL AND t.deleted_at IS NULL";

/// What a token of ours says, if it is for this service: in whichever tenant it says that it acts.
fn for_us<'t>(app: &App, token: &'t Own, moment: &Moment) -> Option<&'t Value> {
    let wanted = Wanted { tenant: None, audience: Audience::Service, may_have_ended: false };
    token.says(app, &wanted, moment)
}

/// The person for whom an application acts: with what their roles and the permissions that the application was granted both
/// allow. A token without any permission of the directory API opens nothing here.
async fn of_application(
    app: &App,
    (token, key): (&str, Option<&str>),
    origin: Origin,
    moment: &Moment,
) -> Result<Option<Actor>, Error> {
    let mut scope = app.db.read().await?;
    let read = own::read(app, &mut scope, token, KIND, moment).await?;
    let claims = read.as_ref().and_then(|token| for_us(app, token, moment));
    let Some(claims) = claims.filter(|claims| own::is_bound_to(claims, key)).cloned() else {
        return Ok(None);
    };
    match claims["idtyp"].as_str() {
        Some("app") => {
            drop(scope);
            return application::admit(app, claims, origin, moment).await;
        }
        Some("user") => {}
        _ => return Ok(None),
    }
    let Ok(claims) = serde_json::from_value::<Delegated>(claims) else { return Ok(None) };
    let permissions: Vec<_> = claims.scp.split(' ').filter_map(ApiPermission::named).collect();
    let opens = permissions.iter().any(|permission| permission.opens_the_api());
    if !opens {
        return Ok(None);
    }
    let granted = permissions.iter().fold(Permissions::default(), |all, one| all.and(one.rights()));
    let grant = TenantGrant::issue(claims.tid, GrantReason::Authentication);
    let mut scope = scope.tenant(grant).await?;
    let params = params![claims.grant_id, claims.oid, moment.now, b"true".as_slice()];
    let Some(found) = scope.optional::<Found>(GRANT_ALIVE, params).await? else { return Ok(None) };
    let own = rights_of(&mut scope, claims.oid).await?;
    if claims.acr != "2" && must_have_second_factor(&mut scope, claims.oid, own, moment.now).await? {
        return Ok(None);
    }
    let kind = ActorKind::User { id: claims.oid, credential: Some(Credential::Grant(claims.grant_id)) };
    let (tenant, name, rights) = (claims.tid, found.display_name, own.common(granted));
    Ok(Some(Actor { tenant, kind, name, rights, granted: Some(granted), origin }))
}
