//! Tokens: what stands in them.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::applications::{OWN_API, ServicePrincipal};
use model::ids::{ObjectId, TenantId};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::client::Client;
use super::grant::{Asked, Grant};
use super::groups::{self, Told};
use super::person;
use super::program::Program;
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::roles_at;
use crate::features::directory::{self, DirectoryUser};
use crate::features::objects::{self, Object};
use crate::moment::Moment;
use crate::signing::own::issuer;
use crate::signing::{self, Algorithm, SigningKey};

/// Seconds that access and ID tokens are valid (facts §5.8).
pub const TOKEN_SECONDS: i64 = 3600;

/// The `typ` of access tokens (RFC 9068 §2.1) and of ID tokens.
pub const ACCESS: &str = "at+jwt";
pub const IDENTITY: &str = "JWT";

pub const ACCESS_ALGORITHM: Algorithm = Algorithm::Es256;

/// The keys that tokens are signed with now: fetched before a transaction, used after it.
pub struct Signers {
    pub access: Arc<SigningKey>,
    pub identity: Arc<SigningKey>,
}

impl Signers {
    /// # Errors
    /// When the engine or the cryptographic library fails.
    pub async fn now(app: &App, moment: &Moment) -> Result<Self, Error> {
        // RS256 is what clients expect that registered no other wish (OpenID Connect Core §15.1).
        let [access, identity] = signing::each(app, [ACCESS_ALGORITHM, Algorithm::Rs256], moment).await?;
        Ok(Self { access, identity })
    }
}

/// How a client wants its ID tokens, and what else it is told, signed.
#[must_use]
pub fn identity_algorithm(client: &Client) -> Algorithm {
    let wanted = client.settings().id_token_signed_response_alg.as_deref();
    wanted.and_then(Algorithm::named).unwrap_or(Algorithm::Rs256)
}

impl Signers {
    /// The key of the client's choice. Not within a transaction.
    ///
    /// # Errors
    /// When the engine or the cryptographic library fails.
    pub async fn identity_for(
        &self,
        app: &App,
        client: &Client,
        moment: &Moment,
    ) -> Result<Arc<SigningKey>, Error> {
        let wanted = identity_algorithm(client);
        if self.identity.algorithm == wanted {
            return Ok(Arc::clone(&self.identity));
        }
        signing::current(app, wanted, moment).await
    }
}

/// The left half of a token's digest, by the algorithm of the signature that it stands under (OpenID Connect Core §3.1.3.6).
fn half_hash(algorithm: Algorithm, token: &str) -> String {
    let hash = match algorithm {
        Algorithm::EdDsa => digest(&SHA512, token.as_bytes()),
        Algorithm::Rs256 | Algorithm::Es256 => digest(&SHA256, token.as_bytes()),
    };
    let bytes = hash.as_ref();
    URL_SAFE_NO_PAD.encode(&bytes[..bytes.len() / 2])
}

/// Whom an access token is for.
#[derive(Clone, Debug)]
pub struct Audience {
    pub name: String,
    /// `None` is this service itself.
    pub principal: Option<Arc<Object<ServicePrincipal>>>,
}

impl Audience {
    /// The audience of a grant's resource.
    ///
    /// # Errors
    /// When the engine fails. One that is gone or disabled is `None`.
    pub async fn of(
        app: &App,
        scope: &mut TenantScope<'_>,
        resource: Option<Uuid>,
    ) -> Result<Option<Self>, Error> {
        let Some(id) = resource else { return Ok(Some(Self { name: app.link(""), principal: None })) };
        let found = objects::find::<ServicePrincipal>(scope, ObjectId(id)).await?;
        let alive = |found: &Object<ServicePrincipal>| {
            found.deleted_at.is_none() && found.properties.settings.account_enabled
        };
        Ok(found.filter(alive).map(|found| Self::at(app, Arc::new(found))))
    }

    /// The directory API is this service: tokens for it name its address, as those for userinfo do.
    #[must_use]
    pub fn at(app: &App, principal: Arc<Object<ServicePrincipal>>) -> Self {
        let app_id = principal.properties.app_id;
        let name = if app_id == OWN_API { app.link("") } else { app_id.to_string() };
        Self { name, principal: Some(principal) }
    }
}

/// Everything that tokens of a person tell, read in one transaction.
pub struct Facts {
    pub grant: Grant,
    pub client: Arc<Client>,
    pub audience: Audience,
    pub user: DirectoryUser,
    /// Values of roles at the client, for the ID token, and at the resource, for the access token.
    pub roles_at_client: Vec<String>,
    pub roles_at_resource: Vec<String>,
    /// The same of groups, as client and resource want to be told.
    pub groups_at_client: Told,
    pub groups_at_resource: Told,
}

impl Facts {
    /// # Errors
    /// When the engine fails. A resource that is gone is `None`.
    pub async fn read(
        app: &App,
        scope: &mut TenantScope<'_>,
        grant: Grant,
        client: Arc<Client>,
    ) -> Result<Option<Self>, Error> {
        let actor = Actor::system(scope.tenant());
        let user = directory::get_user(scope, &actor, grant.user).await?;
        let Some(audience) = Audience::of(app, scope, grant.asked.resource).await? else { return Ok(None) };
        let roles_at_client = role_values(scope, &client.principal, grant.user.0).await?;
        let roles_at_resource = match &audience.principal {
            Some(principal) => role_values(scope, principal, grant.user.0).await?,
            None => Vec::new(),
        };
        let groups_at_client = groups::told(scope, &client.principal, grant.user).await?;
        let groups_at_resource = match &audience.principal {
            Some(principal) => groups::told(scope, principal, grant.user).await?,
            None => Told::default(),
        };
        Ok(Some(Self {
            grant,
            client,
            audience,
            user,
            roles_at_client,
            roles_at_resource,
            groups_at_client,
            groups_at_resource,
        }))
    }
}

/// The values of the roles that somebody has at a resource.
///
/// # Errors
/// When the engine fails.
pub async fn role_values(
    scope: &mut TenantScope<'_>,
    resource: &Object<ServicePrincipal>,
    principal: Uuid,
) -> Result<Vec<String>, Error> {
    let held = roles_at(scope, resource.id, principal).await?;
    let known = &resource.properties.from_application.app_roles;
    let values = known.iter().filter(|role| role.is_enabled && held.contains(&role.id));
    Ok(values.filter_map(|role| role.value.clone()).collect())
}

/// How sure the sign-in was (`acr`), and what it rests on (RFC 8176).
fn assurance(asked: &Asked) -> (&'static str, Value) {
    (assurance_of(asked.second_factor), json!(asked.methods))
}

/// The `acr` of a sign-in.
#[must_use]
pub fn assurance_of(second_factor: bool) -> &'static str {
    if second_factor { "2" } else { "1" }
}

fn base(app: &App, tenant: TenantId, audience: &str, moment: &Moment) -> Map<String, Value> {
    let now = moment.now.as_second();
    let claims = json!({
        "iss": issuer(app, tenant),
        "aud": audience,
        "iat": now,
        "nbf": now,
        "exp": now + TOKEN_SECONDS,
        "tid": tenant,
        "ver": "2.0",
    });
    claims.as_object().cloned().unwrap_or_default()
}

/// The access token of a person's grant (RFC 9068).
///
/// # Errors
/// When the cryptographic library fails.
pub fn access(
    app: &App,
    tenant: TenantId,
    key: &SigningKey,
    facts: &Facts,
    moment: &Moment,
) -> Result<String, Error> {
    let grant = &facts.grant;
    let scope: Vec<&str> = grant.asked.scope.iter().map(String::as_str).collect();
    let (acr, amr) = assurance(&grant.asked);
    let mut claims = base(app, tenant, &facts.audience.name, moment);
    let more = json!({
        "sub": grant.user,
        "oid": grant.user,
        "azp": facts.client.app_id(),
        "appid": facts.client.app_id(),
        "client_id": facts.client.app_id(),
        "jti": moment.uuid(),
        "sid": grant.session,
        "grant_id": grant.id,
        "scp": scope.join(" "),
        "scope": scope.join(" "),
        "auth_time": grant.asked.authenticated_at.as_second(),
        "acr": acr,
        "amr": amr,
        "idtyp": "user",
    });
    claims.extend(more.as_object().cloned().unwrap_or_default());
    if grant.asked.has("profile") {
        claims.insert("name".into(), json!(facts.user.person.display_name));
        claims.insert("preferred_username".into(), json!(facts.user.person.sign_in_name()));
    }
    if !facts.roles_at_resource.is_empty() {
        claims.insert("roles".into(), json!(facts.roles_at_resource));
    }
    claims.extend(facts.groups_at_resource.claims(app, grant.user));
    if let Some(acting) = &grant.asked.acting {
        claims.insert("act".into(), acting.clone());
    }
    if let Some(thumbprint) = &grant.asked.key {
        claims.insert("cnf".into(), json!({ "jkt": thumbprint }));
    }
    key.sign(ACCESS, &Value::Object(claims)).map_err(Error::internal)
}

/// The ID token of a grant (OpenID Connect Core §2).
///
/// # Errors
/// When the cryptographic library fails.
pub fn identity(
    app: &App,
    tenant: TenantId,
    key: &SigningKey,
    (facts, access_token): (&Facts, &str),
    moment: &Moment,
) -> Result<String, Error> {
    let grant = &facts.grant;
    let (acr, amr) = assurance(&grant.asked);
    let mut claims = person::claims(&facts.user, &grant.asked.scope, &grant.asked.id_token_claims);
    claims.extend(base(app, tenant, &facts.client.app_id().to_string(), moment));
    let more = json!({
        "sub": grant.user,
        "oid": grant.user,
        "sid": grant.session,
        "auth_time": grant.asked.authenticated_at.as_second(),
        "acr": acr,
        "amr": amr,
        "at_hash": half_hash(key.algorithm, access_token),
    });
    claims.extend(more.as_object().cloned().unwrap_or_default());
    if let Some(nonce) = &grant.asked.nonce {
        claims.insert("nonce".into(), json!(nonce));
    }
    if !facts.roles_at_client.is_empty() {
        claims.insert("roles".into(), json!(facts.roles_at_client));
    }
    claims.extend(facts.groups_at_client.claims(app, grant.user));
    key.sign(IDENTITY, &Value::Object(claims)).map_err(Error::internal)
}

/// The access token of a client that acts for itself: what it may do stands in its roles at the resource. It ends with the
/// credential that was shown, and is bound to the key of that thumbprint.
///
/// # Errors
/// When the cryptographic library fails.
pub fn of_program(
    app: &App,
    signer: &SigningKey,
    program: &Program,
    (credential, key): (Uuid, Option<&str>),
    moment: &Moment,
) -> Result<String, Error> {
    let client = &program.client;
    let mut claims = base(app, program.tenant, &program.audience.name, moment);
    let more = json!({
        "sub": client.principal.id,
        "oid": client.principal.id,
        "azp": client.app_id(),
        "appid": client.app_id(),
        "client_id": client.app_id(),
        "jti": moment.uuid(),
        "idtyp": "app",
        "credential_id": credential,
        "roles": program.roles,
    });
    claims.extend(more.as_object().cloned().unwrap_or_default());
    if let Some(thumbprint) = key {
        claims.insert("cnf".into(), json!({ "jkt": thumbprint }));
    }
    signer.sign(ACCESS, &Value::Object(claims)).map_err(Error::internal)
}
