//! What DNS says now beside what is expected: a part of the page of a name, asked for again every few seconds.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode};
use model::domains::VerificationRecord;
use model::domains::life::Life;
use model::eligibility::domain_name::{Answers, Finding, usual_mistakes};
use model::refusal::{Code, Refusal};
use model::roles::Permission;

use super::name_of;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::domains::ops::look::is_proven_elsewhere;
use crate::features::domains::{Name, Observation, get, observe};
use crate::outside::dns::LookUpError;
use crate::web::client::Client;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::locale::{Locale, Told};

/// How many values are shown, and how much of each.
const VALUES: usize = 8;
const CHARACTERS: usize = 160;

/// A published value, cut where it stops and starts to be what is expected.
pub struct Value {
    /// good, bad (meant to match, but doesn't) or quiet (another matter).
    pub kind: &'static str,
    pub before: String,
    pub differing: String,
    pub after: String,
}

/// One look at DNS, ready to be shown.
pub struct Live {
    pub name: String,
    pub expected: String,
    pub values: Vec<Value>,
    pub others: usize,
    pub is_proven: bool,
    /// Why the name isn't the tenant's although its record stands.
    pub held: Option<Told>,
    pub sentence: String,
    /// Minutes that resolvers may keep the present answer; none where it makes no difference.
    pub minutes: Option<u32>,
    pub may_manage: bool,
    pub is_pending: bool,
    /// The page asks again by itself.
    pub polls: bool,
}

#[derive(Template)]
#[template(path = "domains/live.html")]
struct LivePart {
    page: Page,
    live: Live,
}

/// Looks, and changes nothing.
pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    client: Client,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let name = name_of(&name)?;
    app.limits.count(Limit::Check, client.address)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let claim = get(&mut tenant, &signed_in.actor, &name).await?.name;
    drop(scope);
    if !needs_look(&claim) {
        let refresh = (HeaderName::from_static("hx-refresh"), HeaderValue::from_static("true"));
        return Ok(([refresh], "").into_response());
    }
    let observation = look(&app, &claim).await;
    let live = Live::new(&app, &signed_in, &page.l, &claim, &observation).await?;
    Ok(render(&LivePart { page, live }, StatusCode::OK))
}

/// DNS is asked for names that aren't proven, or not any more.
pub fn needs_look(name: &Name) -> bool {
    !name.life.is_held() || (name.life.failing_since().is_some() && name.verified_with.is_none())
}

pub async fn look(app: &App, claim: &Name) -> Observation {
    observe(&app.outside.dns, claim, &app.config.accounts.account_domain, app.moment().now).await
}

impl Live {
    pub async fn new(
        app: &App,
        signed_in: &SignedIn,
        l: &Locale,
        claim: &Name,
        observation: &Observation,
    ) -> Result<Self, Error> {
        let record = VerificationRecord::new(&claim.name, &claim.token, &app.config.accounts.account_domain);
        let expected = record.text();
        let mut values: Vec<_> =
            observation.texts().iter().map(|value| Value::new(&expected, &claim.name, value)).collect();
        values.sort_by_key(|value| ["good", "bad", "quiet"].iter().position(|kind| *kind == value.kind));
        let others = values.len().saturating_sub(VALUES);
        values.truncate(VALUES);
        let is_proven = observation.proof_of(claim).is_some();
        let held = match is_proven {
            true => held(app, signed_in, l, claim).await?,
            false => None,
        };
        Ok(Self {
            name: claim.name.clone(),
            sentence: sentence(l, observation, &record),
            minutes: observation.ttl().filter(|ttl| !is_proven && *ttl >= 60).map(|ttl| ttl.div_ceil(60)),
            may_manage: signed_in.actor.may(Permission::ManageDomains),
            is_pending: !claim.life.is_held(),
            polls: !is_proven && needs_look(claim),
            expected,
            values,
            others,
            is_proven,
            held,
        })
    }
}

/// Why a name whose record stands isn't the tenant's yet. Held elsewhere without a proof, it can be claimed.
async fn held(app: &App, signed_in: &SignedIn, l: &Locale, claim: &Name) -> Result<Option<Told>, Error> {
    let (code, at) = match claim.life {
        Life::Claiming { decided_at } => (Code::DomainNameContested, Some(decided_at)),
        Life::Waiting { decided_at } => (Code::DomainNameWaiting, Some(decided_at)),
        Life::Claimed => {
            let mut scope = app.db.read().await?;
            let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
            if !is_proven_elsewhere(&mut tenant, &claim.name).await? {
                return Ok(None);
            }
            (Code::DomainNameProvenElsewhere, None)
        }
        _ => return Ok(None),
    };
    let date = at.map(|at| crate::web::time::day(l, at)).unwrap_or_default();
    Ok(Some(l.refusal(&Refusal::new(code).with("name", &claim.name).with("date", date))))
}

impl Value {
    fn new(expected: &str, name: &str, value: &str) -> Self {
        let apex = [value.to_owned()];
        let kind = match usual_mistakes(expected, name, Answers { apex: &apex, ..Answers::default() }) {
            Finding::Found => "good",
            Finding::Missing => "quiet",
            _ => "bad",
        };
        let shown: Vec<char> = value.chars().take(CHARACTERS).collect();
        if kind != "bad" {
            return Self {
                kind,
                before: shown.iter().collect(),
                differing: String::new(),
                after: String::new(),
            };
        }
        let expected: Vec<char> = expected.chars().collect();
        let front = shown.iter().zip(&expected).take_while(|(one, two)| one == two).count();
        let back = shown.iter().rev().zip(expected.iter().rev()).take_while(|(one, two)| one == two).count();
        // Where characters lack, the one after the gap is marked: a mark needs something to stand on.
        let end = (shown.len() - back.min(shown.len() - front)).max((front + 1).min(shown.len()));
        let text = |part: &[char]| part.iter().collect();
        Self {
            kind,
            before: text(&shown[..front]),
            differing: text(&shown[front..end]),
            after: text(&shown[end..]),
        }
    }
}

/// What was found, in a sentence that says what to do.
fn sentence(l: &Locale, observation: &Observation, record: &VerificationRecord) -> String {
    match observation.absence() {
        Some(LookUpError::ServerFailure) => return l.t("domains-found-failure"),
        Some(LookUpError::Timeout) => return l.t("domains-found-timeout"),
        _ => (),
    }
    match observation.finding() {
        _ if observation.proof().is_some() => l.t("domains-found"),
        Finding::Quotes { .. } => l.t("domains-found-quotes"),
        Finding::KeyMissing { .. } => l.t("domains-found-key-missing"),
        Finding::Typo { position, .. } => l.a("domains-found-typo", &[("position", position.to_string())]),
        Finding::OldValue { .. } => l.t("domains-found-old"),
        Finding::AtWww { at } => l.a("domains-found-www", &[("at", at.as_str()), ("label", record.label())]),
        Finding::DoubledSuffix { at } => {
            l.a("domains-found-doubled", &[("at", at.as_str()), ("label", record.label())])
        }
        Finding::Found | Finding::Missing => match observation.absence() {
            Some(LookUpError::NoSuchName { .. }) => l.t("domains-found-no-name"),
            _ => l.t("domains-found-missing"),
        },
    }
}
