//! What a client may know of the person, asked with an access token (OpenID Connect Core §5.3).

use axum::extract::{OriginalUri, Path, State};
use axum::response::Response;
use http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answer;
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::features::directory;
use crate::features::openid::ops::{authorize, client, person, tokens};
use crate::features::openid::store;
use crate::moment::Moment;
use crate::signing::own::{self, Audience, Wanted, issuer};
use crate::signing::{self, Algorithm, dpop};
use crate::web::forms::Fields;

/// The token of the Authorization header, or of a form that was posted (RFC 6750 §2), and whether a proof belongs to it.
fn shown(headers: &HeaderMap, fields: &Fields) -> Option<(String, bool)> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let known = header.and_then(|header| header.split_once(' ')).and_then(|(scheme, token)| {
        let bound = scheme.eq_ignore_ascii_case("dpop");
        (bound || scheme.eq_ignore_ascii_case("bearer")).then(|| (token.trim().to_owned(), bound))
    });
    known.or_else(|| {
        Some((fields.value("access_token").to_owned(), false)).filter(|(token, _)| !token.is_empty())
    })
}

/// Codes of RFC 6750 §3.1 and RFC 9449 §7.1, with words for developers.
const NO_TOKEN: (&str, &str) =
    ("invalid_token", "userinfo needs an access token in the Authorization header");
const NO_SUCH_TOKEN: (&str, &str) =
    ("invalid_token", "the access token isn't one for userinfo, or doesn't count any more");
const NO_PROOF: (&str, &str) =
    ("invalid_dpop_proof", "the DPoP header isn't a proof for this request, or came before");
const NO_SCOPE: (&str, &str) = ("insufficient_scope", "the access token lacks the scope openid");

fn refused(status: StatusCode, challenge: &'static str, (code, words): (&str, &str)) -> Response {
    let body = json!({ "error": code, "error_description": words });
    let mut response = answer::json_answer(status, &body);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    response
}

pub async fn show(
    State(app): State<App>,
    Path(named): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    method: http::Method,
    fields: Fields,
) -> Result<Response, Error> {
    // A token in an address would stand in logs (RFC 9700 §4.3.2).
    let fields = if method == http::Method::POST { fields } else { Fields::new() };
    let Some((token, bound)) = shown(&headers, &fields) else {
        return Ok(refused(StatusCode::UNAUTHORIZED, "Bearer", NO_TOKEN));
    };
    let challenge = if bound { "DPoP error=\"invalid_token\"" } else { "Bearer error=\"invalid_token\"" };
    let invalid = || refused(StatusCode::UNAUTHORIZED, challenge, NO_SUCH_TOKEN);
    let challenge = "DPoP error=\"invalid_dpop_proof\"";
    let invalid_proof = || refused(StatusCode::UNAUTHORIZED, challenge, NO_PROOF);
    let moment = app.moment();
    let address = app.link(uri.path());
    let proof = match dpop::shown(&headers, (method.as_str(), &address), Some(&token), moment.now) {
        dpop::Shown::Proof(proof) if bound => Some(proof),
        dpop::Shown::Wrong if bound => return Ok(invalid_proof()),
        _ if bound => return Ok(invalid()),
        _ => None,
    };
    let key = proof.as_ref().map(|proof| proof.thumbprint.as_str());
    let read = own::read(&app, &mut app.db.read().await?, &token, tokens::ACCESS, &moment).await?;
    let wanted = Wanted { tenant: None, audience: Audience::Service, may_have_ended: false };
    let says = |wanted: &Wanted<'_>| read.as_ref().and_then(|token| token.says(&app, wanted, &moment));
    if !says(&wanted).is_some_and(|claims| own::is_bound_to(claims, key)) {
        return Ok(invalid());
    }
    if let Some(proof) = &proof
        && !dpop::spend(&app, proof).await?
    {
        return Ok(invalid_proof());
    }
    let mut scope = app.db.read().await?;
    let mut inside = authorize::enter(&app, &mut scope, &named).await?;
    let wanted = Wanted { tenant: Some(inside.tenant()), ..wanted };
    let Some(claims) = says(&wanted) else { return Ok(invalid()) };
    let grant = claims["grant_id"].as_str().and_then(|id| id.parse::<Uuid>().ok());
    let Some(grant) = grant else { return Ok(invalid()) };
    let Some(looked) = store::alive(&mut inside, grant, &moment).await? else { return Ok(invalid()) };
    let grant = looked.grant;
    let Some(client) = client::of_principal(&app, &mut inside, grant.client).await? else {
        return Ok(invalid());
    };
    let scope_of: Vec<String> =
        claims["scp"].as_str().unwrap_or_default().split(' ').map(str::to_owned).collect();
    if !scope_of.iter().any(|name| name == "openid") {
        let challenge = "Bearer error=\"insufficient_scope\", scope=\"openid\"";
        return Ok(refused(StatusCode::FORBIDDEN, challenge, NO_SCOPE));
    }
    let actor = Actor::system(inside.tenant());
    let user = directory::get_user(&mut inside, &actor, grant.user).await?;
    let mut shown = person::claims(&user, &scope_of, &grant.asked.userinfo_claims);
    shown.insert("sub".into(), json!(grant.user));
    let wanted = client.settings().userinfo_signed_response_alg.as_deref().and_then(Algorithm::named);
    let Some(algorithm) = wanted else {
        return Ok(answer::json_answer(StatusCode::OK, &Value::Object(shown)));
    };
    shown.insert("iss".into(), json!(issuer(&app, inside.tenant())));
    shown.insert("aud".into(), json!(client.app_id()));
    drop(scope);
    signed(&app, algorithm, shown, &moment).await
}

async fn signed(
    app: &App,
    algorithm: Algorithm,
    shown: Map<String, Value>,
    moment: &Moment,
) -> Result<Response, Error> {
    let key = signing::current(app, algorithm, moment).await?;
    let token = key.sign("JWT", &Value::Object(shown)).map_err(Error::internal)?;
    let mut response = answer::json_answer(StatusCode::OK, &Value::Null);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/jwt"));
    *response.body_mut() = token.into();
    response.headers_mut().remove(http::header::CONTENT_LENGTH);
    Ok(response)
}
