//! The first step: who are you? It looks the same for every name and keeps nothing here.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use model::refusal::{Code, Refusal};

use super::{LONGEST, next_of, provider};
use crate::app::App;
use crate::error::Error;
use crate::features::signin::account::typed_name;
use crate::features::signin::attempt::{self, Attempt};
use crate::web::client::Client;
use crate::web::forms::Fields;
use crate::web::going_on::{self, Waiting};
use crate::web::layout::{Page, render};
use crate::web::limits::Limit;
use crate::web::security::on_the_way_to;
use crate::web::who::Enrolling;
use crate::web::{cookies, sealed};

#[derive(Template)]
#[template(path = "signin/name.html")]
pub(super) struct NamePage {
    pub page: Page,
    pub fields: Fields,
    pub next: String,
    /// The application that waits, and the proof that it does.
    pub waiting: Option<(Waiting, String)>,
}

impl NamePage {
    fn told(&self) -> &str {
        self.waiting.as_ref().map(|(_, told)| told.as_str()).unwrap_or_default()
    }
}

/// The application that a link or a form names, where its request was checked before.
pub(super) fn waiting(app: &App, next: &str, asked: &Fields) -> Option<(Waiting, String)> {
    let told = asked.value("for");
    going_on::vouched(app, next, told).map(|waiting| (waiting, told.to_owned()))
}

pub async fn show(State(app): State<App>, page: Page, who: Option<Enrolling>, asked: Fields) -> Response {
    let next = next_of(asked.value("next"));
    if who.is_some() {
        return Redirect::to(&next).into_response();
    }
    let mut fields = Fields::new().with("username", asked.value("username"));
    if asked.has("expired") {
        fields.refuse(Refusal::new(Code::SignInExpired));
    }
    let page = match (asked.has("signed-out"), asked.has("password-changed")) {
        (true, _) => {
            let told = page.l.t("signin-signed-out");
            page.with_toast(told)
        }
        (_, true) => {
            let told = page.l.t("signin-password-changed");
            page.with_toast(told)
        }
        _ => page,
    };
    let waiting = waiting(&app, &next, &asked);
    on_the_way_to(&next.clone(), render(&NamePage { page, fields, next, waiting }, StatusCode::OK))
}

pub async fn send(
    State(app): State<App>,
    page: Page,
    client: Client,
    mut fields: Fields,
) -> Result<Response, Error> {
    app.limits.count(Limit::Sensitive, client.address)?;
    let next = next_of(fields.value("next"));
    let named = typed_name(fields.value("username")).and_then(|name| {
        let domain = name.rsplit_once('@').map_or("", |(_, domain)| domain);
        // By the domain alone, so that it tells nothing of people.
        if app.email_rules.is_consumer_domain(domain) {
            return Err(Refusal::new(Code::SignInPersonalAddress).on("username"));
        }
        Ok(name)
    });
    match named {
        Ok(user_name) => {
            let elsewhere = provider::is_elsewhere(&app, &user_name).await?;
            let mut response =
                Redirect::to(if elsewhere { provider::LEAD } else { "/sign-in/password" }).into_response();
            let application = waiting(&app, &next, &fields).map(|(waiting, _)| waiting);
            // A cookie holds no more.
            let room = LONGEST.saturating_sub(next.len());
            let application = application.and_then(|waiting| waiting.within(room));
            let attempt = Attempt { user_name, next, application, proven: None };
            let headers = response.headers_mut();
            sealed::put(&app, headers, cookies::SIGN_IN, attempt, attempt::LASTS, &app.moment())?;
            Ok(response)
        }
        Err(refusal) => {
            let waiting = waiting(&app, &next, &fields);
            fields.refuse(refusal);
            Ok(render(&NamePage { page, fields, next, waiting }, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
