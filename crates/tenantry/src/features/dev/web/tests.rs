use std::sync::Arc;

use axum::body::Body;
use axum::middleware::from_fn_with_state;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Request};
use tower::ServiceExt;

use super::*;
use crate::config::Product;
use crate::web::layout::{Notice, PageSource, put_page};
use crate::web::locale::Locales;
use crate::web::{assets, theme};

fn source() -> PageSource {
    let notices = vec![Notice::LocalMailbox, Notice::SandboxPayment, Notice::PlainHttp];
    let product = Product { name: "Tenantry".into(), accent: String::new(), support: String::new() };
    PageSource::new(Arc::new(Locales::embedded().unwrap()), &product, notices)
}

fn page() -> Page {
    source().page(&http::HeaderMap::new(), "/dev/pieces")
}

async fn ask(request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let pages: Router = routes().merge(theme::routes()).layer(from_fn_with_state(source(), put_page));
    let answer = pages.merge(assets::routes()).oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, String::from_utf8_lossy(&body).into_owned())
}

/// A page that keeps to the content policy and names every control.
fn assert_sound(html: &str) {
    for banned in ["style=", "<style", "onclick", "javascript:", "<script>"] {
        assert!(!html.contains(banned), "{banned} in {html}");
    }
    assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"), "{html}");
    let mut ids: Vec<_> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice");
}

#[test]
fn every_shared_template_renders() {
    let pages = [
        PiecesPage::sample(page()).render().unwrap(),
        FlowPage::sample(page()).render().unwrap(),
        DoorPage { page: page(), fields: Fields::new() }.render().unwrap(),
        EntryPage { page: page() }.render().unwrap(),
        ErrorPage::sample(page()).render().unwrap(),
    ];
    pages.iter().for_each(|html| assert_sound(html));
}

#[test]
fn a_refused_field_keeps_what_was_typed_and_names_its_remedy() {
    let html = FlowPage::sample(page()).render().unwrap();
    assert!(html.contains(r#"value="1O5 57""#));
    assert!(html.contains(r#"aria-describedby="sample_postal_code-verdict" aria-invalid="true""#), "{html}");
    assert!(html.contains("Remove control characters and line breaks."));
    assert!(html.contains(r#"name="use.sample_postal_code" value="105 57""#));
}

#[test]
fn what_people_type_is_escaped() {
    let fields = Fields::new().with("sample_name", r#""><script>alert(1)</script>"#);
    let html = FlowPage { page: page(), fields }.render().unwrap();
    assert!(!html.contains("<script>alert"), "{html}");
}

#[tokio::test]
async fn a_page_and_all_that_it_names_are_served() {
    let (status, _, html) = ask(Request::get("/dev/pieces").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    let named: Vec<_> = html
        .split("\"/assets/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect();
    assert_eq!(named.len(), 4, "icon, style, two scripts");
    for name in named {
        let (status, headers, _) =
            ask(Request::get(format!("/assets/{name}")).body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{name}");
        assert!(headers[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    }
    let (status, _, _) = ask(Request::get("/assets/0000/app.css").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_theme_is_kept_and_leads_back_to_the_page() {
    let form = Request::post("/theme")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("theme=dark&back=%2Fdev%2Fpieces"))
        .unwrap();
    let (status, headers, _) = ask(form).await;
    assert_eq!((status, headers[LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, "/dev/pieces"));
    let cookie = headers[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let (_, _, html) =
        ask(Request::get("/dev/pieces").header(COOKIE, cookie).body(Body::empty()).unwrap()).await;
    assert!(html.contains(r#"data-theme="dark""#));
}

#[tokio::test]
async fn a_live_check_answers_what_stands_below_the_field() {
    for (typed, told) in [("", "This field is empty."), ("contoso", "contoso is free.")] {
        let form = Request::post("/dev/pieces/check")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("sample_prefix={typed}&sample_password=x")))
            .unwrap();
        let (_, _, html) = ask(form).await;
        assert!(html.contains(told) && !html.contains("<html"), "{html}");
    }
}
