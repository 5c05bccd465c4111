//! The tables `identity_provider`, `federated_identity` and `provider_answer_seen`, and the mark of `verified_domain` that
//! sign-in reads.

use jiff::Timestamp;
use model::federation::NameClaim;
use model::ids::{TenantId, UserId};
use protocol::oauth::ClientMethod;
use uuid::Uuid;

use crate::db::{DbError, FromRow, Row, Single, TenantScope};
use crate::error::Error;
use crate::params;

/// Whether a provider counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Stage {
    Draft,
    Enforced,
}

impl Stage {
    fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Enforced => "enforced",
        }
    }
}

/// What the latest test of a draft brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    pub at: Timestamp,
    /// The user name that was asserted, whole.
    pub name: String,
    pub subject: String,
    pub second_factor: bool,
}

/// A provider of one domain name.
#[derive(Clone, Debug)]
pub struct Provider {
    pub domain: String,
    pub stage: Stage,
    pub revision: Uuid,
    pub issuer: String,
    pub client_id: String,
    /// Encrypted.
    pub secret: Vec<u8>,
    pub claim: NameClaim,
    /// A second factor that it tells of counts here.
    pub trusts_second_factor: bool,
    /// Somebody whom it vouches for and whom nobody has made yet gets an account at the first sign-in.
    pub creates_people: bool,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    pub userinfo_endpoint: Option<String>,
    pub authenticates_by: ClientMethod,
    pub names_itself: bool,
    pub saved_at: Timestamp,
    pub tested: Option<Tested>,
}

impl FromRow for Provider {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let text = |column: &str| row.get::<String>(column);
        let odd = |what: String| DbError::Shape(format!("{what} in identity_provider"));
        let (claim, way) = (text("name_claim")?, text("authenticates_by")?);
        let ways = [ClientMethod::SecretBasic, ClientMethod::SecretPost];
        let tested_at: Option<Timestamp> = row.get("tested_at")?;
        let tested = match tested_at {
            None => None,
            Some(at) => Some(Tested {
                at,
                name: text("tested_name")?,
                subject: text("tested_subject")?,
                second_factor: row.get("tested_second_factor")?,
            }),
        };
        Ok(Self {
            domain: text("domain_name")?,
            stage: if text("stage")? == Stage::Enforced.as_str() { Stage::Enforced } else { Stage::Draft },
            revision: row.get("revision")?,
            issuer: text("issuer")?,
            client_id: text("client_id")?,
            secret: row.get("client_secret")?,
            claim: NameClaim::named(&claim).ok_or_else(|| odd(claim))?,
            trusts_second_factor: row.get("trusts_second_factor")?,
            creates_people: row.get("creates_people")?,
            authorization_endpoint: text("authorization_endpoint")?,
            token_endpoint: text("token_endpoint")?,
            jwks_uri: text("jwks_uri")?,
            userinfo_endpoint: row.get("userinfo_endpoint")?,
            authenticates_by: ways.into_iter().find(|known| known.as_str() == way).ok_or_else(|| odd(way))?,
            names_itself: row.get("names_itself")?,
            saved_at: row.get("saved_at")?,
            tested,
        })
    }
}

const COLUMNS: &str = "domain_name, stage, revision, issuer, client_id, client_secret, name_claim, trusts_second_factor, creates_people, \
    authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint, authenticates_by, names_itself, saved_at, tested_at, tested_name, \
    tested_subject, tested_second_factor";

pub(super) async fn find(
    scope: &mut TenantScope<'_>,
    domain: &str,
    stage: Stage,
) -> Result<Option<Provider>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM identity_provider WHERE tenant_id = $1 AND domain_name = $2 AND stage = $3"
    );
    Ok(scope.optional(&sql, params![domain, stage.as_str()]).await?)
}

/// Writes a provider in place of the one of its stage.
pub(super) async fn put(scope: &mut TenantScope<'_>, new: &Provider) -> Result<(), Error> {
    remove(scope, &new.domain, new.stage).await?;
    let sql = format!(
        "INSERT INTO identity_provider (tenant_id, {COLUMNS}) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)"
    );
    let tested = new.tested.as_ref();
    let params = params![
        &new.domain,
        new.stage.as_str(),
        new.revision,
        &new.issuer,
        &new.client_id,
        new.secret.as_slice(),
        new.claim.as_str(),
        new.trusts_second_factor,
        new.creates_people,
        &new.authorization_endpoint,
        &new.token_endpoint,
        &new.jwks_uri,
        new.userinfo_endpoint.as_deref(),
        new.authenticates_by.as_str(),
        new.names_itself,
        new.saved_at,
        tested.map(|tested| tested.at),
        tested.map(|tested| tested.name.as_str()),
        tested.map(|tested| tested.subject.as_str()),
        tested.map(|tested| tested.second_factor),
    ];
    scope.execute(&sql, params).await?;
    Ok(())
}

/// Keeps what a test brought, unless the draft was changed meanwhile.
pub(super) async fn set_tested(
    scope: &mut TenantScope<'_>,
    (domain, revision): (&str, Uuid),
    tested: &Tested,
) -> Result<bool, Error> {
    let sql = "UPDATE identity_provider SET tested_at = $4, tested_name = $5, tested_subject = $6, tested_second_factor = $7 \
               WHERE tenant_id = $1 AND domain_name = $2 AND revision = $3 AND stage = 'draft'";
    let params = params![domain, revision, tested.at, &tested.name, &tested.subject, tested.second_factor];
    Ok(scope.execute(sql, params).await? == 1)
}

pub(super) async fn remove(scope: &mut TenantScope<'_>, domain: &str, stage: Stage) -> Result<(), Error> {
    let sql = "DELETE FROM identity_provider WHERE tenant_id = $1 AND domain_name = $2 AND stage = $3";
    scope.execute(sql, params![domain, stage.as_str()]).await?;
    Ok(())
}

/// Marks a held name for sign-in, or takes the mark away.
pub(super) async fn mark(
    scope: &mut TenantScope<'_>,
    domain: &str,
    revision: Option<Uuid>,
) -> Result<(), Error> {
    let tenant: TenantId = scope.tenant();
    let sql = "UPDATE verified_domain SET identity_provider = $3 WHERE name = $1 AND tenant_id = $2";
    scope.global().execute(sql, params![domain, tenant, revision]).await?;
    Ok(())
}

/// Whether a name of the tenant is its initial one; `None` where it has no such name.
pub(super) async fn is_initial(scope: &mut TenantScope<'_>, domain: &str) -> Result<Option<bool>, Error> {
    let sql = "SELECT is_initial FROM domain WHERE tenant_id = $1 AND name = $2";
    let found: Option<Single<bool>> = scope.optional(sql, params![domain]).await?;
    Ok(found.map(|Single(is_initial)| is_initial))
}

/// Whom an identity is linked to.
#[derive(Clone, Debug)]
pub struct Link {
    pub user: UserId,
    pub issuer: String,
    pub subject: String,
    /// Whose provider it was.
    pub domain: String,
    pub linked_at: Timestamp,
    pub last_used_at: Timestamp,
}

impl FromRow for Link {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            user: row.get("user_id")?,
            issuer: row.get("issuer")?,
            subject: row.get("subject")?,
            domain: row.get("domain_name")?,
            linked_at: row.get("linked_at")?,
            last_used_at: row.get("last_used_at")?,
        })
    }
}

pub(super) async fn linked(
    scope: &mut TenantScope<'_>,
    issuer: &str,
    subject: &str,
) -> Result<Option<Link>, Error> {
    let sql = "SELECT user_id, issuer, subject, domain_name, linked_at, last_used_at FROM federated_identity \
               WHERE tenant_id = $1 AND issuer = $2 AND subject = $3";
    Ok(scope.optional(sql, params![issuer, subject]).await?)
}

pub(super) async fn link_of(scope: &mut TenantScope<'_>, user: UserId) -> Result<Option<Link>, Error> {
    let sql = "SELECT user_id, issuer, subject, domain_name, linked_at, last_used_at FROM federated_identity \
               WHERE tenant_id = $1 AND user_id = $2";
    Ok(scope.optional(sql, params![user]).await?)
}

pub(super) async fn link(
    scope: &mut TenantScope<'_>,
    (issuer, subject, domain): (&str, &str, &str),
    user: UserId,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO federated_identity (tenant_id, issuer, subject, user_id, domain_name, linked_at, last_used_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $6)";
    scope.execute(sql, params![issuer, subject, user, domain, now]).await?;
    Ok(())
}

pub(super) async fn touch(
    scope: &mut TenantScope<'_>,
    user: UserId,
    domain: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "UPDATE federated_identity SET last_used_at = $3, domain_name = $4 WHERE tenant_id = $1 AND user_id = $2";
    scope.execute(sql, params![user, now, domain]).await?;
    Ok(())
}

pub(super) async fn unlink(scope: &mut TenantScope<'_>, user: UserId) -> Result<bool, Error> {
    let sql = "DELETE FROM federated_identity WHERE tenant_id = $1 AND user_id = $2";
    Ok(scope.execute(sql, params![user]).await? == 1)
}

pub(super) async fn unlink_all(scope: &mut TenantScope<'_>, domain: &str) -> Result<(), Error> {
    let sql = "DELETE FROM federated_identity WHERE tenant_id = $1 AND domain_name = $2";
    scope.execute(sql, params![domain]).await?;
    Ok(())
}

/// Notes an answer that is taken; `false` if it was taken before. Those whose time is over go.
pub(super) async fn take_answer(
    scope: &mut TenantScope<'_>,
    hash: &[u8],
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, Error> {
    scope
        .execute("DELETE FROM provider_answer_seen WHERE tenant_id = $1 AND until < $2", params![now])
        .await?;
    let sql = "INSERT INTO provider_answer_seen (tenant_id, hash, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(scope.execute(sql, params![hash, until]).await? == 1)
}
