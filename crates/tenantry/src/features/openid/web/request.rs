//! Where a request stands: in its address, in an object that the client signed, or pushed before under a name of ours.

use std::sync::Arc;

use axum::response::{IntoResponse as _, Redirect, Response};
use model::refusal::{Code, Refusal};
use protocol::oauth::{Fault, Parameters};

use super::answer::{carrying, encoded};
use super::authorize::{Known, MARKS};
use crate::app::App;
use crate::error::Error;
use crate::features::openid::ops::client::{self, Client};
use crate::features::openid::ops::{authorize, known, pushed, request_object, request_uri};
use crate::signing::own::issuer;
use crate::transaction;
use crate::web::client::Client as From;
use crate::web::forms::Fields;
use crate::web::limits::Limit;

/// The parameter with the handle of a request that was pushed.
const PUSHED: &str = "pushed";

async fn client_of(app: &App, named: &str, sent: &Parameters) -> Result<Arc<Client>, Error> {
    let mut scope = app.db.read().await?;
    let mut inside = authorize::enter(app, &mut scope, named).await?;
    let found = client::find(app, &mut inside, sent.get("client_id").unwrap_or_default()).await?;
    found.ok_or_else(|| Refusal::new(Code::SignInClientUnknown).into())
}

/// Looks up client and redirect URI of a request, wherever it stands.
pub async fn known(app: &App, named: &str, sent: Parameters) -> Result<Known, Error> {
    let moment = app.moment();
    if sent.get("request").is_none() && sent.get(PUSHED).is_none() {
        known::prepare(app, named, sent.get("client_id")).await?;
        let mut scope = app.db.read().await?;
        let mut inside = authorize::enter(app, &mut scope, named).await?;
        let identified = authorize::identify(app, &mut inside, &sent).await?;
        let issuer = issuer(app, inside.tenant());
        let (named, carried) = (named.to_owned(), sent.clone());
        return Ok(Known { identified, sent, carried, fault: None, pushed: None, named, issuer });
    }
    let client = client_of(app, named, &sent).await?;
    if let Some(token) = sent.get("request") {
        client.refresh_keys(app, token, &moment).await;
    }
    let mut scope = app.db.read().await?;
    let mut inside = authorize::enter(app, &mut scope, named).await?;
    let issuer = issuer(app, inside.tenant());
    let (mut carried, mut fault, mut id) = (sent.clone(), None, None);
    let whole = if let Some(handle) = sent.get(PUSHED) {
        let found = pushed::carried(app, &mut inside, &client, handle, &moment).await?;
        let (pushed, stored) = found.ok_or(Code::SignInPushedEnded)?;
        id = Some(pushed);
        let marks = sent.pairs().iter().filter(|(name, _)| MARKS.contains(&name.as_str()));
        let marks = Parameters::of(marks.cloned()).unwrap_or_default();
        carried = on_the_way(&stored, handle).with(marks.clone());
        marks.with(stored)
    } else {
        match request_object::opened(app, &client, (&sent, &issuer), moment.now) {
            Ok(whole) => whole,
            Err(wrong) => {
                fault = Some(wrong);
                let told = request_object::told_by(&sent);
                sent.clone().without("request").with(told)
            }
        }
    };
    // Pages of ours read there where their forms may lead to.
    if let Some(uri) = whole.get("redirect_uri") {
        let named = Parameters::of([("redirect_uri".to_owned(), uri.to_owned())]).unwrap_or_default();
        carried = carried.with(named);
    }
    let identified = authorize::identify(app, &mut inside, &whole).await?;
    Ok(Known { identified, sent: whole, carried, fault, pushed: id, named: named.to_owned(), issuer })
}

async fn issuer_of(app: &App, named: &str) -> Result<String, Error> {
    let mut scope = app.db.read().await?;
    Ok(issuer(app, authorize::enter(app, &mut scope, named).await?.tenant()))
}

fn on_the_way(stored: &Parameters, handle: &str) -> Parameters {
    let kept = ["client_id", "redirect_uri"].into_iter();
    let kept = kept.filter_map(|name| Some((name.to_owned(), stored.get(name)?.to_owned())));
    Parameters::of(kept.chain([(PUSHED.to_owned(), handle.to_owned())])).unwrap_or_default()
}

/// What a request is that names another by `request_uri`.
pub enum Opened {
    /// It names none.
    Here,
    /// It goes on under a handle of ours.
    Elsewhere(Response),
    /// The client is told what is wrong with it.
    Refused(Fault),
}

/// A name that pushing gave leads on to the request that it stands for, once. What lies at an address of the client is fetched
/// once, too, and kept as if it had been pushed.
pub async fn opened(app: &App, named: &str, (fields, from): (&Fields, &From)) -> Result<Opened, Error> {
    let name = fields.value("request_uri");
    if name.is_empty() {
        return Ok(Opened::Here);
    }
    let sent = Parameters::of(fields.pairs()).map_err(|_| Error::from(Code::SignInRequestInvalid))?;
    let client = client_of(app, named, &sent).await?;
    let moment = app.moment();
    let fetched = match pushed::is_name(name) {
        true => None,
        false => {
            app.limits.count(Limit::Sensitive, from.address)?;
            let issuer = issuer_of(app, named).await?;
            match request_uri::fetched(app, &client, (&sent, &issuer), &moment).await {
                Ok(whole) => Some(whole),
                Err(fault) => return Ok(Opened::Refused(fault)),
            }
        }
    };
    let carried = transaction!(app.db, |scope| {
        let mut inside = authorize::enter(app, scope, named).await?;
        let name = match &fetched {
            Some(whole) => match pushed::push(app, &mut inside, &client, whole, &moment).await? {
                Ok(name) => name,
                Err(fault) => return Ok(Err(fault)),
            },
            None => name.to_owned(),
        };
        let Ok(handle) = pushed::open(app, &mut inside, &client, &name, &moment).await? else {
            return Ok(Ok(None));
        };
        let stored = pushed::carried(app, &mut inside, &client, &handle, &moment).await?;
        Ok::<_, Error>(Ok(stored.map(|(_, stored)| on_the_way(&stored, &handle))))
    })?;
    let carried = match carried {
        Ok(carried) => carried.ok_or(Code::SignInPushedEnded)?,
        Err(fault) => return Ok(Opened::Refused(fault)),
    };
    let values: Vec<_> = carried.pairs().iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let path = format!("/{}/oauth2/v2.0/authorize", encoded(named));
    let address = carrying(&path, protocol::oauth::ResponseMode::Query, &values);
    Ok(Opened::Elsewhere(Redirect::to(&address).into_response()))
}
