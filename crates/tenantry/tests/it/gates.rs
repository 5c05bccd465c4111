//! What every request passes: headers, the error page, the refusal of cross-site posts.

use axum::body::Body;
use http::header::ORIGIN;
use http::{Method, StatusCode};

use crate::support::TestApp;
use crate::support::browser::{Browser, form_body};

both_engines!(
    an_unknown_path_leads_on,
    who_is_signed_in_stays_so_where_nothing_is,
    answers_carry_security_headers,
    the_accent_of_the_brand_is_a_style_sheet_of_its_own(|config| config.product.accent = "#ffcc00".into()),
    posts_of_other_sites_are_refused,
    a_large_body_is_refused,
    a_form_of_many_fields_is_refused,
    pages_of_a_tenant_ask_to_sign_in_first,
);

async fn an_unknown_path_leads_on(t: &mut TestApp) {
    let mut ana = t.browser();
    let page = ana.get("/no-such-page").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.attributes("main a", "href").contains(&"/".to_owned()), "{}", page.body);
    let id = page.text_of(".request code").unwrap();
    assert_eq!(id.len(), 32, "{id}");

    let answer = ana.get("/v1.0/no-such-thing").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let error: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(error["error"]["code"], "Request_ResourceNotFound");
    assert_eq!(error["error"]["innerError"]["code"], "not-found");
    t.assert_nothing_left().await;
}

async fn who_is_signed_in_stays_so_where_nothing_is(t: &mut TestApp) {
    let (company, other) = (t.company("contoso").await, t.company("fabrikam").await);
    let mut ana = t.signed_in(company.tenant, company.ana).await;
    let foreign = format!("/people/{}", other.ana);
    let unknown = "/people/00000000-0000-7000-8000-00000000000a".to_owned();
    let mut told = Vec::new();
    for path in ["/no-such-page".to_owned(), "/people/x/y/z".to_owned(), foreign.clone(), unknown.clone()] {
        let page = ana.get(&path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(page.text_of(".top .tenant b").as_deref(), Some("contoso"), "{path}");
        assert!(page.attributes("nav.wide a", "href").contains(&"/people".to_owned()), "{path}");
        assert!(page.attributes("main a", "href").contains(&"/overview".to_owned()), "{path}");
        let id = page.text_of(".request code").unwrap();
        told.push(page.body.replace(&id, "").replace(&path, "").replace(" aria-current=\"page\"", ""));
    }
    assert!(told.windows(2).all(|two| two[0] == two[1]), "{told:#?}");
    for path in ["/overview", "/people"] {
        let page = ana.post(path, &[]).await;
        page.assert_refused(405, "");
        assert_eq!(page.text_of(".top .tenant b").as_deref(), Some("contoso"), "{path}");
        assert!(!page.header("allow").is_empty(), "{path}");
    }
    let mut nobody = t.browser();
    nobody.set_cookie("session", "AAAA");
    for page in [nobody.get("/no-such-page").await, nobody.post("/overview", &[]).await] {
        assert_eq!(page.text_of(".top .tenant b"), None, "{}", page.body);
        assert!(page.attributes("main a", "href").contains(&"/".to_owned()));
    }
    ana.post("/sign-out", &[]).await;
    assert_eq!(ana.get("/no-such-page").await.text_of(".top .tenant b"), None);
    // A program is told in its own way.
    let answer = ana.post("/v1.0/organization", &[]).await;
    assert!(answer.header("content-type").starts_with("application/json"), "{}", answer.body);
}

async fn answers_carry_security_headers(t: &mut TestApp) {
    let page = t.browser().get("/no-such-page").await;
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), value, "{name}");
    }
    assert_eq!(page.header("strict-transport-security"), "", "only over https");
}

async fn the_accent_of_the_brand_is_a_style_sheet_of_its_own(t: &mut TestApp) {
    let mut ana = t.browser();
    let page = ana.get("/sign-in").await;
    assert!(!page.header("content-security-policy").contains("unsafe"));
    let sheets = page.attributes("link[rel=stylesheet]", "href");
    let [_, brand] = sheets.as_slice() else { panic!("{sheets:?}") };
    let sheet = ana.get(brand).await;
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(sheet.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(sheet.body.starts_with(":root{--accent:light-dark(#"), "{}", sheet.body);
    assert!(!sheet.body.contains("--accent:light-dark(#ffcc00"), "yellow on white can't be read");
    let again = ana.request(Method::GET, brand).header("if-none-match", sheet.header("etag"));
    let again = ana.send(brand, again.body(Body::empty()).unwrap()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(ana.get("/brand/0000000000000000/brand.css").await.status, StatusCode::NOT_FOUND);
    let wrong = [("TENANTRY_PRODUCT_ACCENT".to_owned(), "yellow".to_owned())];
    let refused = tenantry::config::Config::load(None, wrong).unwrap_err().to_string();
    assert!(refused.contains("product.accent is a colour as #rrggbb"), "{refused}");
}

async fn post_with(browser: &mut Browser, headers: &[(&str, &str)]) -> StatusCode {
    let request = headers.iter().fold(browser.request(Method::POST, "/theme"), |request, (name, value)| {
        request.header(*name, *value)
    });
    browser.send("/theme", request.body(form_body(&[("theme", "dark")])).unwrap()).await.status
}

async fn posts_of_other_sites_are_refused(t: &mut TestApp) {
    let mut ana = t.browser();
    let own = t.app.config.server.public_url.clone();
    for refused in [
        [("sec-fetch-site", "cross-site"), ("origin", own.as_str())],
        [("sec-fetch-site", "same-site"), ("origin", "http://other.localhost:8080")],
        [("x-nothing", ""), ("origin", "https://attacker.example")],
        [("x-nothing", ""), ("origin", "null")],
    ] {
        assert_eq!(post_with(&mut ana, &refused).await, StatusCode::FORBIDDEN, "{refused:?}");
    }
    for accepted in [&[("sec-fetch-site", "same-origin")], &[(ORIGIN.as_str(), own.as_str())]] {
        assert_eq!(post_with(&mut ana, accepted).await, StatusCode::SEE_OTHER, "{accepted:?}");
    }
    // A link from another site still opens a page.
    let request = ana.request(Method::GET, "/dev/pieces").header("sec-fetch-site", "cross-site");
    let page = ana.send("/dev/pieces", request.body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, StatusCode::OK);
}

async fn a_large_body_is_refused(t: &mut TestApp) {
    let page = t.browser().post("/theme", &[("theme", &"x".repeat(1_000_000))]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
}

async fn a_form_of_many_fields_is_refused(t: &mut TestApp) {
    let mut ana = t.browser();
    let names: Vec<String> = (0..4000).map(|number| format!("use.{number:x}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    for path in ["/sign-in", "/reset", "/sign-up"] {
        ana.post(path, &many).await.assert_refused(413, "larger than this page accepts");
        assert_ne!(ana.post(path, &many[..200]).await.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}

async fn pages_of_a_tenant_ask_to_sign_in_first(t: &mut TestApp) {
    let mut ana = t.browser();
    for path in ["/domains", "/domains/add"] {
        let back = path.replace('/', "%2F");
        assert_eq!(ana.get(path).await.location(), format!("/sign-in?next={back}"));
    }
    // A form's answer has no address of its own, so the way back is the first page; and nobody forges a session.
    assert_eq!(
        ana.post("/domains/add", &[("name", "contoso.com")]).await.location(),
        "/sign-in?next=%2Foverview"
    );
    for forged in ["", "x", &"A".repeat(86), "../../etc"] {
        ana.set_cookie("session", forged);
        assert_eq!(ana.get("/domains").await.location(), "/sign-in?next=%2Fdomains");
    }
}
