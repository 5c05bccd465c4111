//! Requests that lie at an address of the client (OpenID Connect Core §6.2). Addresses are fetched that it registered, letter by
//! letter, and no others: what a browser brings chooses among them alone.

use model::applications::bare;
use model::outbound::Target;
use protocol::oauth::{Fault, FaultCode, Parameters};

use super::client::Client;
use super::request_object;
use crate::app::App;
use crate::moment::Moment;

fn invalid(words: &str) -> Fault {
    Fault::new(FaultCode::InvalidRequestUri, words)
}

/// The parameters of a request with those of the object at its address in their place. Not within a transaction.
///
/// # Errors
/// `invalid_request_uri` for an address that isn't registered or gives nothing, `request_uri_not_supported` where the client must
/// push its requests, or as [`request_object::opened`].
pub async fn fetched(
    app: &App,
    client: &Client,
    (sent, issuer): (&Parameters, &str),
    moment: &Moment,
) -> Result<Parameters, Fault> {
    let settings = client.settings();
    let named = sent.get("request_uri").unwrap_or_default();
    let own = settings.request_uris.iter().find(|known| *known == named);
    let own = own.ok_or_else(|| invalid("the application didn't register this request_uri"))?;
    if sent.get("request").is_some() {
        return Err(Fault::new(FaultCode::InvalidRequest, "request and request_uri stand together"));
    }
    if settings.require_pushed_authorization_requests {
        return Err(Fault::new(FaultCode::RequestUriNotSupported, "the application must push its requests"));
    }
    let unreachable = || invalid("nothing can be had at the request_uri");
    let target = Target::parse(bare(own), &app.config.outbound.rules()).map_err(|_| unreachable())?;
    let answer = app.outside.http.get(&target).await.map_err(|_| unreachable())?;
    let token = std::str::from_utf8(&answer.body).ok().filter(|_| answer.status == 200);
    let token = token.ok_or_else(unreachable)?.trim().to_owned();
    client.refresh_keys(app, &token, moment).await;
    let found = Parameters::of([("request".to_owned(), token)])?;
    let sent = sent.clone().without("request_uri").with(found);
    request_object::opened_from(app, client, (&sent, issuer), request_object::Source::Address, moment.now)
}
