//! To the organisation's own provider and back.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::HeaderMap;
use model::audit::SignInResult;
use model::ids::UserId;
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use super::{attempt_of, first_step, next_of, onward, start_again, visit, waiting_for};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::credentials::Subject;
use crate::features::federation::{
    self, Answer, Asserted, Instead, Provider, Purpose, Trip, lead_on, set_out,
};
use crate::features::signin::account::{enter_after, find, provider_at, subject_of};
use crate::features::signin::attempt::Attempt;
use crate::features::signin::ops::{self, Step};
use crate::features::signin::{place_of, refuse};
use crate::moment::Moment;
use crate::transaction;
use crate::web::client::Client;
use crate::web::cookies;
use crate::web::forms::Fields;
use crate::web::layout::Page;
use crate::web::limits::Limit;
use crate::web::who::Enrolling;

/// Where the way to a provider begins.
pub(super) const LEAD: &str = "/sign-in/provider";

/// The domain name of an attempt.
fn domain_of(user_name: &str) -> &str {
    user_name.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Whether the people of a user name's domain name sign in with a provider of their own.
pub(super) async fn is_elsewhere(app: &App, user_name: &str) -> Result<bool, Error> {
    Ok(provider_at(&mut app.db.read().await?, domain_of(user_name)).await?.is_some())
}

pub async fn lead(
    State(app): State<App>,
    page: Page,
    client: Client,
    headers: HeaderMap,
) -> Result<Response, Error> {
    app.limits.count(Limit::Check, client.address)?;
    let moment = app.moment();
    let Some(attempt) = attempt_of(&app, &headers, &moment) else { return Ok(start_again()) };
    let found = provider_at(&mut app.db.read().await?, domain_of(&attempt.user_name)).await?;
    let Some((tenant, provider)) = found else {
        return Ok(Redirect::to("/sign-in/password").into_response());
    };
    let hint = Some(attempt.user_name.as_str());
    let (trip, address) = set_out(&app, (tenant, &provider), Purpose::SignIn, hint, &moment);
    let first = first_step(&attempt.next, waiting_for(&app, &attempt).as_ref());
    lead_on(&app, page, &trip, (address, Instead::AnotherAccount(first)), &moment)
}

/// What the provider sent the browser back with. A browser that isn't on a trip to this provider changes nothing.
pub async fn answer(
    State(app): State<App>,
    page: Page,
    (client, headers): (Client, HeaderMap),
    before: Option<Enrolling>,
    Path(domain): Path<String>,
    sent: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let moment = app.moment();
    let trip = federation::trip_of(&app, &headers, &moment).filter(|trip| trip.domain == domain);
    let Some(trip) = trip else { return Ok(start_again()) };
    let back = Back { app: &app, page, trip, headers: &headers, client: &client, moment: &moment };
    let mut response = back.end(before, &sent).await?;
    cookies::clear(&app, response.headers_mut(), cookies::PROVIDER);
    Ok(response)
}

struct Back<'a> {
    app: &'a App,
    page: Page,
    trip: Trip,
    headers: &'a HeaderMap,
    client: &'a Client,
    moment: &'a Moment,
}

impl Back<'_> {
    /// Checks what the provider says.
    async fn asserted(&self, sent: &Fields) -> Result<(Provider, Asserted), Error> {
        let provider = {
            let mut scope = self.app.db.read().await?;
            let mut inside = scope.tenant(enter_after(&self.trip)).await?;
            federation::of_trip(&mut inside, &self.trip).await?
        };
        let provider = provider.ok_or_else(|| Error::from(Code::SignInExpired))?;
        let answer = Answer {
            state: sent.value("state").to_owned(),
            code: sent.value("code").to_owned(),
            issuer: sent.has("iss").then(|| sent.value("iss").to_owned()),
            error: sent.value("error").to_owned(),
            description: sent.value("error_description").to_owned(),
        };
        let asserted = federation::come_back(
            self.app,
            enter_after(&self.trip),
            (&provider, &self.trip),
            &answer,
            self.moment,
        )
        .await?;
        Ok((provider, asserted))
    }

    async fn end(self, before: Option<Enrolling>, sent: &Fields) -> Result<Response, Error> {
        let asserted = self.asserted(sent).await;
        match self.trip.purpose.clone() {
            Purpose::SignIn => self.sign_in(before, asserted).await,
            Purpose::Confirm { session, user, next } => {
                let who = before.map(|Enrolling(who)| who);
                let who = who.filter(|who| who.session == session && who.actor.user_id() == Some(user));
                let Some(who) = who else { return Ok(start_again()) };
                self.confirm(&who, &next, asserted).await
            }
            Purpose::Test { session } => {
                let who = before.map(|Enrolling(who)| who).filter(|who| who.session == session);
                let Some(who) = who else { return Ok(start_again()) };
                self.test(&who, asserted).await
            }
        }
    }

    async fn sign_in(
        self,
        before: Option<Enrolling>,
        asserted: Result<(Provider, Asserted), Error>,
    ) -> Result<Response, Error> {
        let (app, moment) = (self.app, self.moment);
        let visit = visit(self.client, self.headers, before);
        let attempt = attempt_of(app, self.headers, moment);
        let attempt = attempt.unwrap_or_else(|| Attempt {
            user_name: String::new(),
            next: next_of(""),
            application: None,
            proven: None,
        });
        let vouched = asserted.as_ref().ok().and_then(|(_, asserted)| asserted.name.clone().ok());
        let vouched = vouched.map(|name| format!("{name}@{}", self.trip.domain));
        let proven = match asserted {
            Ok((provider, asserted)) => transaction!(app.db, |scope| {
                let said = (&self.trip, &provider, &asserted);
                ops::prove_at_provider(app, scope, said, &visit, moment).await
            }),
            Err(error) => Err(error),
        };
        let refusals = match proven {
            Ok((account, Step::Refused)) => {
                vec![Refusal::new(Code::IdentityProviderStranger).with("name", account.user_name())]
            }
            Ok((account, step)) => {
                let attempt = Attempt { user_name: account.user_name(), ..attempt };
                return onward(app, self.headers, attempt, step, moment).await;
            }
            Err(error) => error.into_refusals()?,
        };
        let name = vouched.as_ref().unwrap_or(&attempt.user_name);
        transaction!(app.db, |scope| {
            let account = find(scope, name).await?;
            let subject = match (&account, &vouched) {
                (None, Some(_)) => Subject { tenant: self.trip.tenant, user: UserId(Uuid::nil()) },
                _ => subject_of(app, account.as_ref(), name),
            };
            let place = place_of(app, self.headers, subject.tenant, subject.user);
            let why = SignInResult::ProviderRefused;
            refuse(scope, subject, name, (&visit.origin, place), why, moment).await
        })?;
        let again = first_step(&attempt.next, waiting_for(app, &attempt).as_ref());
        Ok(federation::refused(self.page, &refusals, again))
    }

    async fn confirm(
        self,
        who: &SignedIn,
        next: &str,
        asserted: Result<(Provider, Asserted), Error>,
    ) -> Result<Response, Error> {
        let confirmed = match asserted {
            Ok((provider, asserted)) => transaction!(self.app.db, |scope| {
                let mut inside = scope.tenant(who.actor.grant()).await?;
                // It may have been switched off while it was asked.
                let still = federation::of_trip(&mut inside, &self.trip).await?;
                still.ok_or_else(|| Error::from(Code::SignInExpired))?;
                ops::confirm_at_provider(self.app, &mut inside, who, (&provider, &asserted), self.moment)
                    .await
            }),
            Err(error) => Err(error),
        };
        let Err(error) = confirmed else { return Ok(Redirect::to(next).into_response()) };
        let again = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
        let refusals = error.into_refusals()?;
        Ok(federation::refused(who.on(self.page), &refusals, format!("/account/confirm?next={again}")))
    }

    async fn test(
        self,
        who: &SignedIn,
        asserted: Result<(Provider, Asserted), Error>,
    ) -> Result<Response, Error> {
        let noted = match asserted {
            Ok((provider, asserted)) => transaction!(self.app.db, |scope| {
                let mut inside = scope.tenant(who.actor.grant()).await?;
                ops::note_test(&mut inside, who, (&provider, &asserted), self.moment).await
            }),
            Err(error) => Err(error),
        };
        let refusals = match noted {
            Ok(()) => Vec::new(),
            Err(error) => error.into_refusals()?,
        };
        federation::tested(self.app, who, self.page, &self.trip.domain, &refusals).await
    }
}
