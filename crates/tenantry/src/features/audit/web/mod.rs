//! `/activity`: what was done and who signed in, each as a list, one by one, and as files.

mod events;
mod sign_ins;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::export::{Format, Wanted, export};
use crate::access::Actor;
use crate::app::App;
use crate::error::Error;
use crate::web::forms::Fields;
use crate::web::links::Query;
use crate::web::locale::Locale;

pub use events::{Told, told};

/// Days of the charts.
const DAYS: i64 = 30;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/activity", get(events::list))
        .route("/activity/export.csv", get(events::csv))
        .route("/activity/export.jsonl", get(events::json_lines))
        .route("/activity/{id}", get(events::one))
        .route("/activity/sign-ins", get(sign_ins::list))
        .route("/activity/sign-ins/export.csv", get(sign_ins::csv))
        .route("/activity/sign-ins/export.jsonl", get(sign_ins::json_lines))
        .route("/activity/sign-ins/{id}", get(sign_ins::one))
}

/// The two lists: text, address, and whether it is this one.
fn tabs(l: &Locale, sign_ins: bool) -> Vec<(String, &'static str, bool)> {
    vec![
        (l.t("activity-tab-events"), "/activity", !sign_ins),
        (l.t("activity-tab-sign-ins"), "/activity/sign-ins", sign_ins),
    ]
}

/// What of the fields is the filter.
fn query_of(fields: &Fields, names: &[&'static str]) -> Query {
    names.iter().fold(Query::default(), |query, name| query.with(name, fields.value(name)))
}

/// First and last day of a filter as instants, the last one behind its end. Days are days in UTC; what can't be read
/// filters nothing, and a span counts whichever of its ends is given first.
fn days(fields: &Fields) -> (Option<Timestamp>, Option<Timestamp>) {
    let day = |name: &str| fields.value(name).parse::<Date>().ok();
    let start = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let after = |date: Date| date.checked_add(Span::new().days(1)).ok();
    let (mut since, mut until) = (day("since"), day("until"));
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        std::mem::swap(&mut since, &mut until);
    }
    (since.and_then(start), until.and_then(after).and_then(start))
}

fn succeeded(fields: &Fields) -> Option<bool> {
    match fields.value("result") {
        "success" => Some(true),
        "failure" => Some(false),
        _ => None,
    }
}

fn results(l: &Locale) -> Vec<(String, String)> {
    let named = |value: &str, key: &str| (value.to_owned(), l.t(key));
    vec![
        named("", "activity-result-any"),
        named("success", "activity-one-done"),
        named("failure", "activity-refused"),
    ]
}

async fn file(
    app: &App,
    actor: &Actor,
    wanted: Wanted,
    format: Format,
    name: &'static str,
) -> Result<Response, Error> {
    let stream = export(app, actor, wanted, format).await?;
    let kind = match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::JsonLines => "application/jsonl; charset=utf-8",
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    Ok((headers, Body::from_stream(stream)).into_response())
}
