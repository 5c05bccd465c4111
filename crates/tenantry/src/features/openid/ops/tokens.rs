//! Tokens: what stands in them.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::applications::{AppRole, OWN_API, ServicePrincipal};
use model::ids::{ObjectId, TenantId, UserId};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::client::Client;
use super::grant::{Asked, Grant};
use super::groups::{self, Told};
use super::program::Program;
use super::{known, mapping, person};
use crate::access::Actor;
use crate::app::App;
use crate::db::TenantScope;
use crate::error::Error;
use crate::features::applications::roles_at;
use crate::features::directory::{self, DirectoryUser};
use crate::features::objects::Object;
use crate::moment::Moment;
use crate::signing::own::issuer;
use crate::signing::{self, Algorithm, SigningKey};

/// Seconds that access and ID tokens are valid (facts §5.8).
pub const TOKEN_SECONDS: i64 = 3600;

/// The `typ` of access tokens (RFC 9068 §2.1) and of ID tokens.
pub const ACCESS: &str = "at+jwt";
pub const IDENTITY: &str = "JWT";

/// How an access token is signed. That for this service nobody else verifies: it gets the signature that costs least.
#[must_use]
pub fn access_algorithm(app: &App, audience: &Audience) -> Algorithm {
    if audience.name == app.config.server.public_url { Algorithm::EdDsa } else { Algorithm::Es256 }
}

/// How a client wants its ID tokens, and what else it is told, signed. RS256 is what clients expect that registered no other wish
/// (OpenID Connect Core §15.1).
#[must_use]
pub fn identity_algorithm(client: &Client) -> Algorithm {
    let wanted = client.settings().id_token_signed_response_alg.as_deref();
    wanted.and_then(Algorithm::named).unwrap_or(Algorithm::Rs256)
}

/// The keys that tokens are signed with now: fetched before a transaction, used after it.
pub struct Signers([Arc<SigningKey>; Algorithm::ALL.len()]);

impl Signers {
    /// # Errors
    /// When the engine or the cryptographic library fails.
    pub async fn now(app: &App, moment: &Moment) -> Result<Self, Error> {
        Ok(Self(signing::each(app, Algorithm::ALL, moment).await?))
    }

    /// # Errors
    /// Never: there is one of each.
    pub fn of(&self, algorithm: Algorithm) -> Result<&SigningKey, Error> {
        let found = self.0.iter().find(|key| key.algorithm == algorithm);
        found.map(Arc::as_ref).ok_or_else(|| Error::internal(signing::Unusable))
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
        Ok(known::resource(app, scope, ObjectId(id)).await?.map(|found| Self::at(app, found)))
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
    /// The person, where anything is told of them beside their id.
    pub user: Option<DirectoryUser>,
    /// Values of roles at the client, for the ID token, and at the resource, for the access token.
    pub roles_at_client: Vec<String>,
    pub roles_at_resource: Vec<String>,
    /// The same of groups, as client and resource want to be told.
    pub groups_at_client: Told,
    pub groups_at_resource: Told,
    /// Where the organisation is, if that is told.
    pub country: Option<String>,
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
        let Some(audience) = Audience::of(app, scope, grant.asked.resource).await? else { return Ok(None) };
        let roles_at_client = role_values(scope, &client.principal, Holder::Person(grant.user)).await?;
        let roles_at_resource = match &audience.principal {
            Some(principal) => role_values(scope, principal, Holder::Person(grant.user)).await?,
            None => Vec::new(),
        };
        let own = &client.application.properties;
        let groups_at_client = groups::told_by(scope, (&client.principal, own), grant.user).await?;
        let groups_at_resource = match &audience.principal {
            Some(principal) => groups::told(scope, principal, grant.user).await?,
            None => Told::default(),
        };
        let principals = [Some(&client.principal), audience.principal.as_deref()];
        let mapped = principals.iter().flatten().any(|found| !found.properties.mapped_claims.is_empty());
        let user = if mapped || grant.asked.has("openid") || grant.asked.has("profile") {
            let actor = Actor::system(scope.tenant());
            Some(directory::get_user(scope, &actor, grant.user).await?)
        } else {
            None
        };
        let country = mapping::country(scope, principals).await?;
        Ok(Some(Self {
            grant,
            client,
            audience,
            user,
            roles_at_client,
            roles_at_resource,
            groups_at_client,
            groups_at_resource,
            country,
        }))
    }
}

/// Who has roles at a resource: people have others than clients that act for themselves.
#[derive(Clone, Copy, Debug)]
pub enum Holder {
    Person(UserId),
    Client(ObjectId),
}

/// The values of the roles that somebody has at a resource.
///
/// # Errors
/// When the engine fails.
pub async fn role_values(
    scope: &mut TenantScope<'_>,
    resource: &Object<ServicePrincipal>,
    holder: Holder,
) -> Result<Vec<String>, Error> {
    let (kind, id) = match holder {
        Holder::Person(user) => ("User", user.0),
        Holder::Client(principal) => ("Application", principal.0),
    };
    let is_for = |role: &&AppRole| role.is_enabled && role.allowed_member_types.iter().any(|is| is == kind);
    let mut offered = resource.properties.from_application.app_roles.iter().filter(is_for).peekable();
    if offered.peek().is_none() {
        return Ok(Vec::new());
    }
    let held = roles_at(scope, resource.id, id).await?;
    Ok(offered.filter(|role| held.contains(&role.id)).filter_map(|role| role.value.clone()).collect())
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
    signers: &Signers,
    facts: &Facts,
    moment: &Moment,
) -> Result<String, Error> {
    let grant = &facts.grant;
    let key = signers.of(access_algorithm(app, &facts.audience))?;
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
    if let Some(user) = facts.user.as_ref().filter(|_| grant.asked.has("profile")) {
        claims.insert("name".into(), json!(user.person.display_name));
        claims.insert("preferred_username".into(), json!(user.person.sign_in_name()));
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
    if let Some(resource) = &facts.audience.principal {
        mapping::add(&mut claims, resource, facts);
    }
    key.sign(ACCESS, &Value::Object(claims)).map_err(Error::internal)
}

/// What an ID token comes with, whose hashes stand in it (OpenID Connect Core §3.1.3.6, §3.3.2.11).
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    pub access_token: Option<&'a str>,
    pub code: Option<&'a str>,
}

/// The ID token of a grant (OpenID Connect Core §2).
///
/// # Errors
/// When the cryptographic library fails, or the grant isn't one of OpenID Connect.
pub fn identity(
    app: &App,
    tenant: TenantId,
    signers: &Signers,
    (facts, beside): (&Facts, Beside<'_>),
    moment: &Moment,
) -> Result<String, Error> {
    let grant = &facts.grant;
    let key = signers.of(identity_algorithm(&facts.client))?;
    let (acr, amr) = assurance(&grant.asked);
    let user = facts.user.as_ref().ok_or_else(|| Error::internal("an ID token of nobody"))?;
    let mut claims = person::claims(user, &grant.asked.scope, &grant.asked.id_token_claims);
    claims.extend(base(app, tenant, &facts.client.app_id().to_string(), moment));
    let more = json!({
        "sub": grant.user,
        "oid": grant.user,
        "sid": grant.session,
        "auth_time": grant.asked.authenticated_at.as_second(),
        "acr": acr,
        "amr": amr,
    });
    claims.extend(more.as_object().cloned().unwrap_or_default());
    for (name, whole) in [("at_hash", beside.access_token), ("c_hash", beside.code)] {
        claims.extend(whole.map(|whole| (name.to_owned(), json!(half_hash(key.algorithm, whole)))));
    }
    if let Some(nonce) = &grant.asked.nonce {
        claims.insert("nonce".into(), json!(nonce));
    }
    if !facts.roles_at_client.is_empty() {
        claims.insert("roles".into(), json!(facts.roles_at_client));
    }
    claims.extend(facts.groups_at_client.claims(app, grant.user));
    mapping::add(&mut claims, &facts.client.principal, facts);
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
    let client_id = program.client.app_id();
    let (now, principal) = (moment.now.as_second(), program.client.principal.id);
    let claims = ProgramClaims {
        iss: issuer(app, program.tenant),
        aud: &program.audience.name,
        iat: now,
        nbf: now,
        exp: now + TOKEN_SECONDS,
        tid: program.tenant,
        ver: "2.0",
        sub: principal,
        oid: principal,
        azp: client_id,
        appid: client_id,
        client_id,
        jti: moment.uuid(),
        idtyp: "app",
        credential_id: credential,
        roles: &program.roles,
        cnf: key.map(|jkt| Confirmation { jkt }),
    };
    signer.sign(ACCESS, &claims).map_err(Error::internal)
}

/// What stands in the access token of a client that acts for itself.
#[derive(Serialize)]
struct ProgramClaims<'a> {
    iss: String,
    aud: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    tid: TenantId,
    ver: &'a str,
    sub: ObjectId,
    oid: ObjectId,
    azp: Uuid,
    appid: Uuid,
    client_id: Uuid,
    jti: Uuid,
    idtyp: &'a str,
    credential_id: Uuid,
    roles: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation<'a>>,
}

/// The key that a token is bound to (RFC 9449 §6.1).
#[derive(Serialize)]
struct Confirmation<'a> {
    jkt: &'a str,
}
