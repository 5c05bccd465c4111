//! What a client reads before anything else (OpenID Connect Discovery 1.0 §3, RFC 8414).

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName};
use http::{HeaderValue, StatusCode, Uri};
use model::applications::{ASSERTING, REQUESTING, SIGNING};
use model::ids::TenantId;
use serde_json::{Value, json};

use super::{KEYS, answer};
use crate::app::App;
use crate::error::Error;
use crate::features::applications::{self, Registration};
use crate::features::openid::ops::authorize;
use crate::features::openid::ops::scopes::IDENTITY;
use crate::features::openid::ops::{exchange, is_any_tenant};
use crate::features::openid::store;
use crate::recent::AsOf;
use crate::signing::own::issuer;
use crate::signing::{self, dpop};
use crate::web::kept::MayBeKept;
use protocol::oauth::ResponseType;

/// Seconds that clients may keep it. A new key is shown a day before it signs.
const CLIENTS_KEEP: &str = "public, max-age=3600";

/// A document as everybody may have it, and pages of any site may read it. It is kept where its address is the one in the usual
/// spelling: others are as many as anybody likes.
fn public((named, uri): (&str, &Uri), value: &Value, may: MayBeKept) -> Result<Response, Error> {
    let bytes = value.to_string();
    let hash = URL_SAFE_NO_PAD.encode(&digest(&SHA256, bytes.as_bytes()).as_ref()[..16]);
    // Weak, since what is sent may be compressed.
    let tag = HeaderValue::from_str(&format!("W/\"{hash}\"")).map_err(Error::internal)?;
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ETAG, tag);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(CLIENTS_KEEP));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
    let is_usual = match named.parse::<TenantId>() {
        Ok(tenant) => tenant.to_string() == named,
        Err(_) => named.to_lowercase() == named,
    };
    let names = |path: &str| path.strip_prefix('/').and_then(|path| path.strip_prefix(named)).is_some();
    if is_usual && names(uri.path()) {
        response.extensions_mut().insert(may);
    }
    Ok(response)
}

/// Whose a document is: how the tenant's addresses begin, and its issuer. Where the person decides which tenant it is, tokens name
/// that one: clients put their tenant in the place that stands in braces.
struct Place {
    tenant: Option<TenantId>,
    named: String,
    issuer: String,
}

async fn place(app: &App, named: &str) -> Result<Place, Error> {
    if is_any_tenant(named) {
        let issuer = app.link("/{tenantid}/v2.0");
        return Ok(Place { tenant: None, named: named.to_owned(), issuer });
    }
    let tenant = store::tenant_of(&mut app.db.read().await?, named).await?.ok_or_else(Error::not_found)?;
    Ok(Place { tenant: Some(tenant), named: tenant.to_string(), issuer: issuer(app, tenant) })
}

/// Programs ask here, so they are told.
fn unknown() -> Response {
    let words = "the tenant that the address names isn't known here";
    answer::json_answer(
        StatusCode::NOT_FOUND,
        &json!({ "error": "invalid_tenant", "error_description": words }),
    )
}

pub async fn keys(State(app): State<App>, Path(named): Path<String>, uri: Uri) -> Result<Response, Error> {
    let as_of = AsOf::now(&app);
    let tenant = match place(&app, &named).await {
        Err(error) if error.is_not_found() => return Ok(unknown()),
        place => place?.tenant,
    };
    let shown = signing::shown(&app, &app.moment()).await?;
    public((&named, &uri), &shown, MayBeKept { as_of, tenant })
}

/// What ID tokens and userinfo may tell.
const CLAIMS: [&str; 26] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "at_hash",
    "c_hash",
    "sid",
    "tid",
    "oid",
    "ver",
    "roles",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "locale",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "address",
];

async fn registration(app: &App, named: &str) -> Result<Registration, Error> {
    if is_any_tenant(named) {
        return Ok(Registration::Off);
    }
    let mut scope = app.db.read().await?;
    let mut inside = authorize::enter(app, &mut scope, named).await?;
    applications::registration(app, &mut inside).await
}

pub async fn metadata(
    State(app): State<App>,
    Path(named): Path<String>,
    uri: Uri,
) -> Result<Response, Error> {
    let as_of = AsOf::now(&app);
    let place = match place(&app, &named).await {
        Err(error) if error.is_not_found() => return Ok(unknown()),
        place => place?,
    };
    let described = described(&app, &named, &place).await?;
    public((&named, &uri), &described, MayBeKept { as_of, tenant: place.tenant })
}

async fn described(
    app: &App,
    named: &str,
    Place { named: place, issuer, .. }: &Place,
) -> Result<Value, Error> {
    let registration = registration(app, named).await?;
    let at = |path: &str| app.link(&format!("/{place}{path}"));
    let methods = json!(["client_secret_post", "client_secret_basic", "private_key_jwt", "none"]);
    let mut shown = json!({
        "issuer": issuer,
        "authorization_endpoint": at("/oauth2/v2.0/authorize"),
        "token_endpoint": at("/oauth2/v2.0/token"),
        "device_authorization_endpoint": at("/oauth2/v2.0/devicecode"),
        "userinfo_endpoint": at("/openid/userinfo"),
        "jwks_uri": at(KEYS),
        "end_session_endpoint": at("/oauth2/v2.0/logout"),
        "introspection_endpoint": at("/oauth2/v2.0/introspect"),
        "revocation_endpoint": at("/oauth2/v2.0/revoke"),
        "response_types_supported": ResponseType::OFFERED,
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": [
            "authorization_code",
            "implicit",
            "refresh_token",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:device_code",
            exchange::ON_BEHALF_OF,
            exchange::EXCHANGE,
        ],
        "dpop_signing_alg_values_supported": dpop::ALGORITHMS,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": SIGNING,
        "userinfo_signing_alg_values_supported": SIGNING,
        "pushed_authorization_request_endpoint": at("/oauth2/v2.0/par"),
        "require_pushed_authorization_requests": false,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "frontchannel_logout_supported": true,
        "frontchannel_logout_session_supported": true,
        "display_values_supported": ["page"],
        "claim_types_supported": ["normal"],
        "scopes_supported": IDENTITY,
        "claims_supported": CLAIMS,
        "claims_parameter_supported": true,
        "request_parameter_supported": true,
        "request_object_signing_alg_values_supported": REQUESTING,
        "request_uri_parameter_supported": true,
        "require_request_uri_registration": true,
        "acr_values_supported": ["1", "2"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": ASSERTING,
        "introspection_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "private_key_jwt"],
        "revocation_endpoint_auth_methods_supported": methods,
        "authorization_response_iss_parameter_supported": true,
        "ui_locales_supported": ["en"],
    });
    if registration != Registration::Off {
        shown["registration_endpoint"] = json!(at("/oauth2/v2.0/register"));
    }
    Ok(shown)
}
