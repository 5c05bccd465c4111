//! Showing again who it is, before a change that a stolen or forgotten session must not make: with the strongest that the
//! person has.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use model::refusal::{Code, Refusal};

use super::mine;
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::account::ops::{self, Confirmed};
use crate::features::credentials::passkeys::{Purpose, answered, begin_with};
use crate::features::credentials::{self, Factors, Place, SecondFactor, only_of_the_form};
use crate::features::federation::{Instead, Provider, Purpose as Way, lead_on, set_out};
use crate::features::signin::place_of;
use crate::transaction;
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::fresh::LONGEST_WAY;
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::security::on_the_way_to;
use crate::web::theme::own_path;
use crate::web::who::Enrolling;

#[derive(Template)]
#[template(path = "account/confirm.html")]
struct ConfirmPage {
    page: Page,
    fields: Fields,
    user_name: String,
    next: String,
    passkeys: bool,
    typed: Typed,
    /// The issuer that is asked in place of the password.
    provider: Option<String>,
}

/// What is typed where no passkey is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Typed {
    Password,
    /// The password and a code of the app.
    App,
    /// The password and a recovery code: for those who have a passkey that isn't at hand.
    Recovery,
    /// A password alone would be less than what opened the session.
    Nothing,
}

impl Typed {
    /// Recovery codes of those who have nothing stronger aren't used up by each act.
    fn of(factors: Factors) -> Self {
        match (factors.authenticator, factors.passkeys > 0, factors.recovery_codes > 0) {
            (true, ..) => Self::App,
            (false, true, true) => Self::Recovery,
            (false, true, false) => Self::Nothing,
            (false, false, _) => Self::Password,
        }
    }
}

pub(super) fn place(app: &App, headers: &HeaderMap, who: &SignedIn) -> Result<Place, Error> {
    Ok(place_of(app, headers, who.actor.tenant(), ops::own_id(who)?))
}

/// What somebody can show.
struct Ways {
    factors: Factors,
    provider: Option<Provider>,
}

async fn ways(app: &App, who: &SignedIn) -> Result<Ways, Error> {
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(who.actor.grant()).await?;
    Ok(Ways {
        factors: credentials::second_factors(&mut scope, ops::own_id(who)?).await?,
        provider: ops::own_provider(&mut scope, who).await?,
    })
}

fn answer(page: Page, who: &SignedIn, (fields, next): (Fields, String), ways: &Ways) -> Response {
    let status = if fields.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = ConfirmPage {
        page: mine(page, who),
        fields,
        user_name: who.user_name.clone(),
        next,
        passkeys: ways.factors.passkeys > 0,
        typed: Typed::of(ways.factors),
        provider: ways.provider.as_ref().map(|provider| provider.issuer.clone()),
    };
    on_the_way_to(&view.next, render(&view, status))
}

pub async fn show(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    page: Page,
    asked: Fields,
) -> Result<Response, Error> {
    let next = own_path(asked.value("next")).to_owned();
    Ok(answer(page, &who, (Fields::new(), next), &ways(&app, &who).await?))
}

pub async fn send(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    page: Page,
    client: Client,
    headers: HeaderMap,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let place = place(&app, &headers, &who)?;
    let next = own_path(typed.value("next")).to_owned();
    let ways = ways(&app, &who).await?;
    let code = typed.value("code");
    let second = match Typed::of(ways.factors) {
        Typed::Password => Ok(None),
        Typed::App => Ok(Some(SecondFactor::Authenticator(code))),
        Typed::Recovery => Ok(Some(SecondFactor::RecoveryCode(code))),
        Typed::Nothing => Err(Error::from(Refusal::new(Code::PasskeyFailed).on("password"))),
    };
    if let Some(provider) = &ways.provider {
        return at_provider(&app, (&who, &ways), provider, (page, next), (second, place)).await;
    }
    let confirmed = async {
        let typed = Confirmed { password: typed.value("password"), field: "password", second: second? };
        ops::confirm(&app, &who, typed, place, &app.moment()).await
    };
    match confirmed.await {
        Ok(()) => Ok(Redirect::to(&next).into_response()),
        Err(error) => {
            let mut fields = Fields::new();
            fields.refuse_all(only_of_the_form(error)?);
            Ok(answer(page, &who, (fields, next), &ways))
        }
    }
}

/// The provider is asked in place of the password, after whatever else there is to show here.
async fn at_provider(
    app: &App,
    (who, ways): (&SignedIn, &Ways),
    provider: &Provider,
    (page, next): (Page, String),
    (second, place): (Result<Option<SecondFactor<'_>>, Error>, Place),
) -> Result<Response, Error> {
    let moment = app.moment();
    let shown = match second {
        Ok(Some(second)) => ops::confirm_second(app, who, second, place, &moment).await,
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = shown {
        let mut fields = Fields::new();
        fields.refuse_all(only_of_the_form(error)?);
        return Ok(answer(page, who, (fields, next), ways));
    }
    let next = if next.len() > LONGEST_WAY { "/account".to_owned() } else { next };
    let purpose = Way::Confirm { session: who.session, user: ops::own_id(who)?, next };
    let hint = Some(who.user_name.as_str());
    let (trip, address) = set_out(app, (who.actor.tenant(), provider), purpose, hint, &moment);
    lead_on(app, page, &trip, (address, Instead::Back("/account".to_owned())), &moment)
}

pub async fn begin_passkey(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    client: Client,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    let (moment, user) = (app.moment(), ops::own_id(&who)?);
    let mut scope = app.db.read().await?;
    let mut scope = scope.tenant(who.actor.grant()).await?;
    begin_with(&app, &mut scope, user, Purpose::Confirm(who.session), &moment).await
}

pub async fn passkey(
    State(app): State<App>,
    Enrolling(who): Enrolling,
    page: Page,
    client: Client,
    headers: HeaderMap,
    typed: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let (moment, place) = (app.moment(), place(&app, &headers, &who)?);
    let next = own_path(typed.value("next")).to_owned();
    let refused = match answered(&app, &headers, &typed, Purpose::Confirm(who.session), &moment) {
        None => Some(Refusal::new(Code::PasskeyFailed)),
        Some(answer) => transaction!(app.db, |scope| {
            let mut scope = scope.tenant(who.actor.grant()).await?;
            ops::confirm_with_passkey(&app, &mut scope, (&who, place), &answer, &moment).await
        })?,
    };
    let Some(refused) = refused else { return Ok(Redirect::to(&next).into_response()) };
    let mut fields = Fields::new();
    fields.refuse(refused);
    Ok(answer(page, &who, (fields, next), &ways(&app, &who).await?))
}
