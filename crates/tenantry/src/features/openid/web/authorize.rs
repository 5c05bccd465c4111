//! The authorization endpoint.

use axum::extract::{OriginalUri, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use model::refusal::Code;
use protocol::oauth::{AuthorizationRequest, Fault, FaultCode, Parameters, ResponseMode};
use uuid::Uuid;

use super::answer::{encoded, to_client};
use super::request::Opened;
use super::{choose, consent, logo, request};
use crate::access::session::{SignedIn, Standing};
use crate::app::App;
use crate::db::DbError;
use crate::error::Error;
use crate::features::openid::ops::authorize::{self, Identified, Owed};
use crate::features::openid::ops::issued::{self, Issued};
use crate::features::openid::ops::{is_any_tenant, outcome, pushed, tokens};
use crate::moment::Moment;
use crate::signing::own::{self, Audience, Wanted};
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::going_on::{self, Waiting};
use crate::web::layout::Page;
use crate::web::who::{Enrolling, FIRST_SECOND_FACTOR};

/// Beside the client's own parameters: since when somebody has shown who they are, as the client wanted.
const SHOWN_SINCE: &str = "shown_since";
/// And that they chose the account that they go on with.
pub(super) const CHOSEN: &str = "account_chosen";
pub(super) const MARKS: [&str; 2] = [SHOWN_SINCE, CHOSEN];
/// What the consent page asks beside them. A client's parameters of these names are none.
const ANSWERS: [&str; 2] = ["answer", "for_everybody"];
/// Characters of a request that can be carried through a sign-in.
const LONGEST: usize = 2400;

/// A request whose client is known: it can be told what is wrong.
pub struct Known {
    pub identified: Identified,
    /// What the client asks, wherever it stands: in the address, in a request object, or pushed before.
    pub sent: Parameters,
    /// What addresses and forms carry of it on the way.
    pub carried: Parameters,
    /// What is wrong with the request object.
    pub fault: Option<Fault>,
    /// The request was pushed before, under this id.
    pub pushed: Option<Uuid>,
    /// The tenant as the address names it.
    pub named: String,
    pub issuer: String,
}

impl Known {
    /// Tells the client.
    pub fn answer(&self, page: Page, mut values: Vec<(&str, String)>) -> Response {
        // A mode that isn't known is told in the usual one.
        let mode = ResponseMode::of(&self.sent).unwrap_or_else(|_| ResponseMode::usual(&self.sent));
        if let Some(state) = self.sent.get("state") {
            values.push(("state", state.to_owned()));
        }
        // Against mix-up (RFC 9207).
        values.push(("iss", self.issuer.clone()));
        to_client(page, &self.identified.redirect.uri, mode, &values)
    }

    /// Brings what was asked for to the client.
    pub fn send(&self, page: Page, issued: &Issued) -> Response {
        self.answer(page, issued.parameters())
    }

    /// Tells the client what is wrong.
    pub fn refuse(&self, page: Page, fault: &Fault) -> Response {
        let values =
            vec![("error", fault.code.as_str().to_owned()), ("error_description", fault.description.clone())];
        self.answer(page, values)
    }

    /// What this request asks, without marks of ours.
    fn request(&self) -> Vec<u8> {
        let own = self.sent.pairs().iter().filter(|(name, _)| !MARKS.contains(&name.as_str()));
        let pairs: Vec<String> =
            own.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        format!("{}?{}", self.named, pairs.join("&")).into_bytes()
    }

    /// A mark that nobody else can set, and that counts for this request alone.
    pub(super) fn mark(&self, app: &App, name: &str, value: &str) -> String {
        let proof = app.keys.hash(name, &self.request(), value);
        format!("{value}.{}", URL_SAFE_NO_PAD.encode(proof))
    }

    /// What a mark of ours says.
    fn marked(&self, app: &App, name: &str) -> Option<String> {
        let (value, proof) = self.sent.get(name)?.rsplit_once('.')?;
        let proof = URL_SAFE_NO_PAD.decode(proof).ok()?;
        app.keys.matches(name, &self.request(), value, &proof).then(|| value.to_owned())
    }

    /// Where somebody goes on who was sent away to show who they are.
    fn address_shown(&self, app: &App, moment: &Moment) -> String {
        let since = self.mark(app, SHOWN_SINCE, &moment.now.as_second().to_string());
        self.address(&[(SHOWN_SINCE, &since), (CHOSEN, &self.mark(app, CHOSEN, "1"))])
    }

    /// This request's own address, with marks of ours.
    pub fn address(&self, marks: &[(&str, &str)]) -> String {
        let own = self.carried.pairs().iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let kept = own.filter(|(name, _)| !marks.iter().any(|(mark, _)| mark == name));
        let pairs: Vec<String> = kept
            .chain(marks.iter().copied())
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        format!("/{}/oauth2/v2.0/authorize?{}", self.named, pairs.join("&"))
    }
}

/// Looks up client and redirect URI. What is wrong before that is shown on a page of ours.
pub async fn known(app: &App, named: &str, fields: &Fields) -> Result<Known, Error> {
    let sent = Parameters::of(fields.clone().without(&ANSWERS).pairs())
        .map_err(|_| Error::from(Code::SignInRequestInvalid))?;
    request::known(app, named, sent).await
}

/// A request that came as a form goes on as an address: what it asks for is the same, and a page may be returned to.
pub async fn send(Path(named): Path<String>, fields: Fields) -> Response {
    let pairs: Vec<String> =
        fields.pairs().map(|(name, value)| format!("{}={}", encoded(&name), encoded(&value))).collect();
    Redirect::to(&format!("/{}/oauth2/v2.0/authorize?{}", encoded(&named), pairs.join("&"))).into_response()
}

pub async fn show(
    State(app): State<App>,
    page: Page,
    Path(named): Path<String>,
    OriginalUri(uri): OriginalUri,
    (from, who): (Client, Option<Enrolling>),
    fields: Fields,
) -> Result<Response, Error> {
    if is_any_tenant(&named) {
        return Ok(to_own_tenant(&uri, who));
    }
    let wrong = match request::opened(&app, &named, (&fields, &from)).await? {
        Opened::Here => None,
        Opened::Elsewhere(response) => return Ok(response),
        Opened::Refused(fault) => Some(fault),
    };
    let mut known = known(&app, &named, &fields).await?;
    known.fault = wrong.or(known.fault);
    if uri.path_and_query().is_some_and(|path| path.as_str().len() > LONGEST) {
        let fault = Fault::new(FaultCode::InvalidRequest, "the request is too long");
        return Ok(known.refuse(page, &fault));
    }
    let asked = match asked(&known) {
        Ok(asked) => asked,
        Err(fault) => return Ok(known.refuse(page, &fault)),
    };
    let who = who.map(|Enrolling(who)| who);
    let who = match ready(&app, &known, &asked, who).await? {
        Ready::Yes(who) => who,
        Ready::Page(path) => return Ok(Redirect::to(&path).into_response()),
        Ready::Choose(who) => return Ok(choose::ask(&app, page, &known, *who)),
        Ready::No(fault) => return Ok(known.refuse(page, &fault)),
    };
    let granted = match asked.prompt.consent {
        true => owed(&app, &known, &asked, &who).await,
        false => grant(&app, &known, &asked, &who).await,
    };
    match granted {
        Ok(Granted::Owed(_)) if asked.prompt.none => {
            let fault = Fault::new(FaultCode::ConsentRequired, "the person must be asked for consent");
            Ok(known.refuse(page, &fault))
        }
        Ok(Granted::Owed(owed)) => Ok(consent::ask(page, &known, &who, &owed)),
        Ok(Granted::Issued(issued)) => Ok(known.send(page, &issued)),
        Ok(Granted::No(fault)) => Ok(known.refuse(page, &fault)),
        // What is ours to mend sends nobody to a page: it may be asked again.
        Err(error @ (Error::Refused(_) | Error::Db(DbError::RightLost))) if asked.prompt.none => {
            Ok(known.refuse(page, &unseen(&error)))
        }
        Err(error) => Err(error),
    }
}

/// A request that names no tenant is for that of whoever is signed in. Nothing of it counts before it is asked there.
fn to_own_tenant(uri: &http::Uri, who: Option<Enrolling>) -> Response {
    let asked = uri.query().unwrap_or_default();
    let path = match who {
        Some(Enrolling(who)) => format!("/{}/oauth2/v2.0/authorize?{asked}", who.actor.tenant()),
        None => format!("/sign-in?next={}", encoded(&format!("{}?{asked}", uri.path()))),
    };
    Redirect::to(&path).into_response()
}

/// Reads what stands beside client and redirect URI.
pub fn asked(known: &Known) -> Result<AuthorizationRequest, Fault> {
    if let Some(fault) = &known.fault {
        return Err(fault.clone());
    }
    if known.sent.get("request_uri").is_some() {
        let words = "a request that another names may name none";
        return Err(Fault::new(FaultCode::InvalidRequestUri, words));
    }
    let mut asked = AuthorizationRequest::parse(&known.sent)?;
    let settings = known.identified.client.settings();
    if settings.require_pushed_authorization_requests && known.pushed.is_none() {
        return Err(Fault::new(FaultCode::InvalidRequest, "the application must push its requests"));
    }
    issued::require_allowed(&known.identified, &asked)?;
    asked.max_age = asked.max_age.or(settings.default_max_age);
    if asked.scope.is_empty() {
        return Err(Fault::new(FaultCode::InvalidScope, "the parameter scope is missing"));
    }
    // A client that can keep no secret has nothing else to show that the code is its own (RFC 9700 §2.1.1).
    let keeps_secrets = known.identified.redirect.platform == model::applications::Platform::Web;
    if !keeps_secrets && asked.response.code && asked.challenge.is_none() {
        return Err(Fault::new(FaultCode::InvalidRequest, "the parameter code_challenge is missing"));
    }
    Ok(asked)
}

/// The words for a client whose person may be shown no page.
fn unseen(error: &Error) -> Fault {
    let words = "the person may not use the application, or must be shown a page";
    let code = match error {
        Error::Refused(refusals) if refusals.iter().any(|one| one.code == Code::SignInNotAssigned) => {
            FaultCode::AccessDenied
        }
        _ => FaultCode::InteractionRequired,
    };
    Fault::new(code, words)
}

pub enum Ready {
    Yes(Box<SignedIn>),
    /// A page of ours first.
    Page(String),
    /// Which account to go on with.
    Choose(Box<SignedIn>),
    No(Fault),
}

/// Where somebody signs in first, told for which application.
fn sign_in(app: &App, known: &Known, asked: &AuthorizationRequest, moment: &Moment) -> String {
    let hint = asked.login_hint.as_deref().map(encoded).unwrap_or_default();
    let next = known.address_shown(app, moment);
    let (client, redirect) = (&known.identified.client, &known.identified.redirect.uri);
    // Anybody may call an application by another's name; whose address it is tells more.
    let told = match redirect.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next()) {
        Some(host) if redirect.starts_with("http") => format!("{} ({host})", client.name()),
        _ => client.name().to_owned(),
    };
    let told = going_on::vouch(app, &next, &Waiting { name: told, about: logo::about(known) });
    format!("/sign-in?next={}&for={told}&username={hint}", encoded(&next))
}

/// Whether somebody is signed in as the client wants it.
pub async fn ready(
    app: &App,
    known: &Known,
    asked: &AuthorizationRequest,
    who: Option<SignedIn>,
) -> Result<Ready, Error> {
    let moment = app.moment();
    let required = |words: &str| Ready::No(Fault::new(FaultCode::LoginRequired, words));
    let Some(who) = who else {
        if asked.prompt.none {
            return Ok(required("nobody is signed in"));
        }
        return Ok(Ready::Page(sign_in(app, known, asked, &moment)));
    };
    let tenant = {
        let mut scope = app.db.read().await?;
        authorize::enter(app, &mut scope, &known.named).await?.tenant()
    };
    if who.actor.tenant() != tenant {
        if asked.prompt.none {
            return Ok(required("nobody of this tenant is signed in"));
        }
        return Ok(Ready::Choose(Box::new(who)));
    }
    if !is_hinted(app, asked, &who).await? {
        return Ok(match asked.prompt.none {
            true => required("somebody else is signed in"),
            false => Ready::Choose(Box::new(who)),
        });
    }
    if who.standing() != Standing::Full {
        return Ok(match asked.prompt.none {
            true => required("a second factor is owed"),
            false => {
                let next = encoded(&known.address_shown(app, &moment));
                Ready::Page(format!("{FIRST_SECOND_FACTOR}?next={next}"))
            }
        });
    }
    let since = known.marked(app, SHOWN_SINCE).and_then(|text| text.parse().ok());
    let since = since.and_then(|seconds| Timestamp::from_second(seconds).ok());
    if authorize::is_stale(asked, who.authenticated_at, since, &moment) {
        if asked.prompt.none {
            return Ok(required("the sign-in is too old"));
        }
        let next = encoded(&known.address_shown(app, &moment));
        return Ok(Ready::Page(format!("/account/confirm?next={next}")));
    }
    if authorize::is_unmet(asked, &who) {
        let words = "the sign-in isn't of the class that is essential";
        return Ok(Ready::No(Fault::new(FaultCode::UnmetAuthenticationRequirements, words)));
    }
    if asked.prompt.select_account && known.marked(app, CHOSEN).is_none() {
        return Ok(Ready::Choose(Box::new(who)));
    }
    Ok(Ready::Yes(Box::new(who)))
}

/// Whether the person is the one whom the client names by an ID token that it got before.
async fn is_hinted(app: &App, asked: &AuthorizationRequest, who: &SignedIn) -> Result<bool, Error> {
    let person = who.actor.user_id().map(|user| user.to_string());
    // By the claims parameter too (Core §5.5.1).
    let wanted = asked.claims.of_id_token("sub").map(|sub| sub.values.as_slice()).unwrap_or_default();
    if !wanted.is_empty() && !wanted.iter().any(|value| value.as_str() == person.as_deref()) {
        return Ok(false);
    }
    let Some(hint) = &asked.id_token_hint else { return Ok(true) };
    let mut scope = app.db.read().await?;
    let moment = app.moment();
    let hint = own::read(app, &mut scope, hint, tokens::IDENTITY, &moment).await?;
    let (tenant, audience) = (Some(who.actor.tenant()), Audience::Any);
    let wanted = Wanted { tenant, audience, may_have_ended: true };
    let claims = hint.as_ref().and_then(|hint| hint.says(app, &wanted, &moment));
    Ok(claims.is_some_and(|claims| claims["sub"].as_str() == person.as_deref()))
}

/// What comes of a request once somebody is signed in as it wants.
pub enum Granted {
    Issued(Issued),
    /// The person must be asked first.
    Owed(Box<Owed>),
    No(Fault),
}

/// What a person is asked, also where they agreed to it before.
async fn owed(
    app: &App,
    known: &Known,
    asked: &AuthorizationRequest,
    who: &SignedIn,
) -> Result<Granted, Error> {
    let mut scope = app.db.read().await?;
    let mut inside = authorize::enter(app, &mut scope, &known.named).await?;
    let owed = outcome(authorize::owed(app, &mut inside, &known.identified, asked, who).await)?;
    Ok(owed.map_or_else(Granted::No, |owed| Granted::Owed(Box::new(owed))))
}

/// Makes the grant, if the person agreed to all of it.
pub async fn grant(
    app: &App,
    known: &Known,
    asked: &AuthorizationRequest,
    who: &SignedIn,
) -> Result<Granted, Error> {
    let moment = app.moment();
    let signers = issued::signers(app, asked.response, &moment).await?;
    transaction!(app.db, |scope| {
        let mut inside = scope.tenant(who.actor.grant()).await?;
        // Looked up again: what was given may have been taken back since.
        let own = authorize::identify(app, &mut inside, &known.sent).await?;
        let owed = match outcome(authorize::owed(app, &mut inside, &own, asked, who).await)? {
            Ok(owed) if owed.consent.is_given() => owed,
            Ok(owed) => return Ok(Granted::Owed(Box::new(owed))),
            Err(fault) => return Ok(Granted::No(fault)),
        };
        if let Some(id) = known.pushed
            && let Err(fault) = pushed::close(&mut inside, id, &moment).await?
        {
            return Ok(Granted::No(fault));
        }
        let made =
            issued::issue(app, &mut inside, (&own, asked), (who, &owed), signers.as_ref(), &moment).await;
        Ok(outcome(made)?.map_or_else(Granted::No, Granted::Issued))
    })
}
