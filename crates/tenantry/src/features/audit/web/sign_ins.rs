//! Who signed in, or tried to: the list, one sign-in, and the files.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use model::audit::SignInResult;
use model::ids::UserId;
use model::roles::Permission;
use uuid::Uuid;

use super::{DAYS, days, file, query_of, results, succeeded, tabs};
use crate::access::session::SignedIn;
use crate::app::App;
use crate::error::Error;
use crate::features::audit::export::{Format, Wanted};
use crate::features::audit::ops::read::{Log, PAGE, by_day};
use crate::features::audit::ops::sign_ins::{SignInFilter, get_sign_in, list_sign_ins};
use crate::features::audit::store::sign_ins::SignIn;
use crate::web::chart::Chart;
use crate::web::client::browser;
use crate::web::forms::Fields;
use crate::web::layout::{Page, Section, render};
use crate::web::links::Pages;
use crate::web::locale::Locale;

/// A sign-in in the words of a page.
struct Told {
    row: SignIn,
    at: Timestamp,
    refused: bool,
    /// Why it was refused, or that it was done.
    result: String,
    /// Browser and system, as far as they are known.
    browser: String,
}

fn told(l: &Locale, row: SignIn) -> Told {
    let known = browser(&row.user_agent);
    Told {
        refused: row.result != SignInResult::Success.as_str(),
        result: l.message(&format!("sign-in-result-{}", row.result), &[]),
        browser: known.map_or_else(String::new, |(browser, system)| {
            l.message("sign-in-browser", &[("browser", browser), ("system", system)])
        }),
        at: row.at,
        row,
    }
}

#[derive(Template)]
#[template(path = "activity/sign-ins.html")]
struct ListPage {
    page: Page,
    tabs: Vec<(String, &'static str, bool)>,
    fields: Fields,
    sign_ins: Vec<Told>,
    results: Vec<(String, String)>,
    chart: Option<Chart>,
    filtered: bool,
    csv: String,
    json_lines: String,
    previous: String,
    next: String,
}

#[derive(Template)]
#[template(path = "activity/sign-in.html")]
struct OnePage {
    page: Page,
    told: Told,
}

const FIELDS: [&str; 7] = ["person", "application", "username", "ip", "result", "since", "until"];

fn filter_of(fields: &Fields) -> SignInFilter {
    let (since, until) = days(fields);
    let text = |name: &str| Some(fields.sought(name)).filter(|text| !text.is_empty());
    SignInFilter {
        user: fields.value("person").parse::<UserId>().ok(),
        application: fields.value("application").parse::<Uuid>().ok(),
        user_name_begins: text("username"),
        ip_begins: text("ip"),
        succeeded: succeeded(fields),
        since,
        until,
        ..SignInFilter::default()
    }
}

pub(super) async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    fields: Fields,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Activity);
    let actor = &signed_in.actor;
    actor.require(Permission::ReadAudit)?;
    let query = query_of(&fields, &FIELDS);
    let pages = Pages::new(&app, actor.tenant(), "/activity/sign-ins", query.clone());
    let from = pages.start(&fields)?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(actor.grant()).await?;
    let slice = list_sign_ins(&mut tenant, actor, &filter_of(&fields), from.as_ref(), PAGE).await?;
    let chart = match query.is_empty() && from.is_none() {
        true => Chart::new(&by_day(&mut tenant, actor, Log::SignIns, DAYS, app.moment().now).await?),
        false => None,
    };
    let view = ListPage {
        tabs: tabs(&page.l, true),
        sign_ins: slice.items.into_iter().map(|row| told(&page.l, row)).collect(),
        results: results(&page.l),
        chart,
        filtered: !query.is_empty(),
        csv: query.on("/activity/sign-ins/export.csv"),
        json_lines: query.on("/activity/sign-ins/export.jsonl"),
        previous: pages.link(slice.previous),
        next: pages.link(slice.next),
        page,
        fields,
    };
    Ok(render(&view, StatusCode::OK))
}

pub(super) async fn one(
    State(app): State<App>,
    signed_in: SignedIn,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let page = signed_in.on(page).in_section(Section::Activity);
    signed_in.actor.require(Permission::ReadAudit)?;
    let id: Uuid = id.parse().map_err(|_| Error::not_found())?;
    let mut scope = app.db.read().await?;
    let mut tenant = scope.tenant(signed_in.actor.grant()).await?;
    let found = get_sign_in(&mut tenant, &signed_in.actor, id).await?;
    Ok(render(&OnePage { told: told(&page.l, found), page }, StatusCode::OK))
}

pub(super) async fn csv(
    State(app): State<App>,
    signed_in: SignedIn,
    fields: Fields,
) -> Result<Response, Error> {
    let wanted = Wanted::SignIns(filter_of(&fields));
    file(&app, &signed_in.actor, wanted, Format::Csv, "attachment; filename=\"sign-ins.csv\"").await
}

pub(super) async fn json_lines(
    State(app): State<App>,
    signed_in: SignedIn,
    fields: Fields,
) -> Result<Response, Error> {
    let wanted = Wanted::SignIns(filter_of(&fields));
    file(&app, &signed_in.actor, wanted, Format::JsonLines, "attachment; filename=\"sign-ins.jsonl\"").await
}
