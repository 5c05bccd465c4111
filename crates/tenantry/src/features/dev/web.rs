use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use jiff::Timestamp;
use model::refusal::{Code, Refusal};
use qrcode::QrCode;
use qrcode::render::svg;

use crate::web::forms::{Fields, Verdict};
use crate::web::layout::{Page, Section, TenantContext, render};
use crate::web::locale::Told;

/// 21 November 2026, 09:05:07 UTC.
const SAMPLE_MOMENT: Timestamp = Timestamp::constant(1_795_251_907, 0);

/// `/dev/pieces` and what it links to; no state needed.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/dev/pieces", get(pieces).post(pieces))
        .route("/dev/pieces/flow", get(flow).post(flow))
        .route("/dev/pieces/entry", get(entry))
        .route("/dev/pieces/door", get(door).post(door))
        .route("/dev/pieces/check", post(check))
        .route("/dev/pieces/error", get(error))
}

#[derive(Template)]
#[template(path = "dev/pieces.html")]
struct PiecesPage {
    page: Page,
    moment: Timestamp,
    qr: String,
}

#[derive(Template)]
#[template(path = "dev/flow.html")]
struct FlowPage {
    page: Page,
    fields: Fields,
}

#[derive(Template)]
#[template(path = "dev/door.html")]
struct DoorPage {
    page: Page,
    fields: Fields,
}

#[derive(Template)]
#[template(path = "dev/entry.html")]
struct EntryPage {
    page: Page,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    told: Vec<Told>,
    permission: Option<&'static str>,
    request_id: String,
}

async fn pieces(page: Page) -> Response {
    render(&PiecesPage::sample(page), StatusCode::OK)
}

async fn flow(page: Page) -> Response {
    render(&FlowPage::sample(page), StatusCode::UNPROCESSABLE_ENTITY)
}

async fn check(page: Page, mut fields: Fields) -> Response {
    let name = "sample_prefix";
    let good = page.l.a("sample-free", &[("value", fields.value(name))]);
    if fields.value(name).is_empty() {
        fields.refuse(Refusal::new(Code::FieldRequired).on(name));
    }
    render(&Verdict { page, fields, name, good }, StatusCode::OK)
}

async fn door(page: Page) -> Response {
    render(&DoorPage { page, fields: Fields::new() }, StatusCode::OK)
}

async fn entry(page: Page) -> Response {
    render(&EntryPage { page }, StatusCode::OK)
}

async fn error(page: Page) -> Response {
    render(&ErrorPage::sample(page), StatusCode::NOT_FOUND)
}

impl PiecesPage {
    fn sample(page: Page) -> Self {
        let tenant = TenantContext {
            name: "Contoso Ltd".to_owned(),
            primary_domain: "contoso.com".to_owned(),
            person_name: "Ana Torres".to_owned(),
            username: "ana.torres@contoso.com".to_owned(),
            closed: Vec::new(),
        };
        let page =
            page.for_tenant(tenant).in_section(Section::Overview).with_toast("contoso.co.uk was added");
        Self { page, moment: SAMPLE_MOMENT, qr: sample_qr() }
    }
}

impl FlowPage {
    fn sample(page: Page) -> Self {
        let mut fields = Fields::new()
            .with("sample_name", "Ελληνικά Λιμάνια Α.Ε.")
            .with("sample_country", "GR")
            .with("sample_postal_code", "1O5 57")
            .with("sample_city", "Athen")
            .with("sample_way", "join");
        fields.refuse(Refusal::new(Code::InputInvalid).on("sample_postal_code").suggest("105 57"));
        fields.refuse(Refusal::new(Code::FieldRequired).on("sample_authority"));
        Self { page, fields }
    }
}

impl ErrorPage {
    fn sample(page: Page) -> Self {
        let told = vec![page.l.refusal(&Refusal::new(Code::NotFound))];
        Self { page, told, permission: None, request_id: "01jd8f6x2v".to_owned() }
    }
}

fn sample_qr() -> String {
    QrCode::new(b"otpauth://totp/Contoso:ana?secret=JBSWY3DPEHPK3PXP")
        .map(|code| code.render::<svg::Color<'_>>().quiet_zone(false).build())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
