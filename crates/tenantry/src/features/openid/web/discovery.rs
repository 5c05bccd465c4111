//! What a client reads before anything else (OpenID Connect Discovery 1.0 §3, RFC 8414).

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use model::applications::{ASSERTING, REQUESTING, SIGNING};
use model::ids::TenantId;
use serde_json::{Value, json};

use super::{KEYS, METADATA};
use crate::app::App;
use crate::error::Error;
use crate::features::applications::{self, Registration};
use crate::features::openid::documents::{AsOf, Document};
use crate::features::openid::ops::authorize;
use crate::features::openid::ops::client::issuer;
use crate::features::openid::ops::scopes::IDENTITY;
use crate::features::openid::ops::{exchange, is_any_tenant};
use crate::features::openid::store;
use crate::signing::{self, dpop};

/// Seconds that clients may keep it. A new key is shown a day before it signs.
const KEPT: &str = "public, max-age=3600";

/// A document that is finished, if there is one for this request.
pub fn kept(app: &App, request: &Request) -> Option<Response> {
    let path = request.uri().path();
    if *request.method() != Method::GET || !(path.ends_with(METADATA) || path.ends_with(KEYS)) {
        return None;
    }
    let document = app.documents.find(path, AsOf::now(app))?;
    Some(public(&document, request.headers()))
}

/// Finishes a document, and keeps it where its address is the one in the usual spelling: others are as many as anybody likes.
fn finished(
    app: &App,
    (named, uri, asked): (&str, &Uri, &HeaderMap),
    (as_of, document): (AsOf, &Document),
) -> Response {
    let is_usual = match named.parse::<TenantId>() {
        Ok(tenant) => tenant.to_string() == named,
        Err(_) => named.to_lowercase() == named,
    };
    let names = |path: &str| path.strip_prefix('/').and_then(|path| path.strip_prefix(named)).is_some();
    if is_usual && names(uri.path()) {
        app.documents.keep(uri.path(), as_of, document.clone());
    }
    public(document, asked)
}

/// Both may be read by pages of any site: everybody may know them.
fn public(document: &Document, asked: &HeaderMap) -> Response {
    let known = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let own = document.tag.to_str().unwrap_or_default();
    let same = |tag: &str| tag == "*" || tag.trim_start_matches("W/") == own.trim_start_matches("W/");
    let mut response = match known.flat_map(|tags| tags.split(',')).any(|tag| same(tag.trim())) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Body::from(document.bytes.clone()).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ETAG, document.tag.clone());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(KEPT));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
    response
}

async fn tenant(app: &App, named: &str) -> Result<TenantId, Error> {
    store::tenant_of(&mut app.db.read().await?, named).await?.ok_or_else(Error::not_found)
}

/// How a tenant's addresses begin, and its issuer. Where the person decides which tenant it is, tokens name that one: clients put
/// their tenant in the place that stands in braces.
async fn place(app: &App, named: &str) -> Result<(String, String), Error> {
    if is_any_tenant(named) {
        return Ok((named.to_owned(), app.link("/{tenantid}/v2.0")));
    }
    let tenant = tenant(app, named).await?;
    Ok((tenant.to_string(), issuer(app, tenant)))
}

pub async fn keys(
    State(app): State<App>,
    Path(named): Path<String>,
    uri: Uri,
    asked: HeaderMap,
) -> Result<Response, Error> {
    let as_of = AsOf::now(&app);
    place(&app, &named).await?;
    let document = Document::of(&signing::shown(&app, &app.moment()).await?)?;
    Ok(finished(&app, (&named, &uri, &asked), (as_of, &document)))
}

/// What ID tokens and userinfo may tell.
const CLAIMS: [&str; 24] = [
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
    "address",
];

async fn registration(app: &App, named: &str) -> Result<Registration, Error> {
    if is_any_tenant(named) {
        return Ok(Registration::Off);
    }
    let mut scope = app.db.read().await?;
    let mut inside = authorize::enter(&mut scope, named).await?;
    applications::registration(app, &mut inside).await
}

pub async fn metadata(
    State(app): State<App>,
    Path(named): Path<String>,
    uri: Uri,
    asked: HeaderMap,
) -> Result<Response, Error> {
    let as_of = AsOf::now(&app);
    let document = Document::of(&described(&app, &named).await?)?;
    Ok(finished(&app, (&named, &uri, &asked), (as_of, &document)))
}

async fn described(app: &App, named: &str) -> Result<Value, Error> {
    let (place, issuer) = place(app, named).await?;
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
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": [
            "authorization_code",
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
        "request_uri_parameter_supported": false,
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
