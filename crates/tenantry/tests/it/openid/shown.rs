//! What people see of the application that asks them to sign in: its logo, and where it tells of privacy and its terms.

use http::header::IF_NONE_MATCH;
use tenantry::features::applications::Registration;
use tenantry::outside::http::Answer;

use super::*;
use crate::openid_flows::{client, send, turn};
use crate::photos::TOLD;
use crate::support::page::Page;

both_engines!(
    people_see_what_the_application_says_of_itself(crate::input::unlimited),
    only_safe_addresses_are_linked(crate::input::unlimited),
    a_logo_is_shown_in_its_own_tenant_alone(crate::input::unlimited),
    a_registered_logo_is_fetched_once_and_shown(crate::openid_flows::open),
    a_registered_logo_that_is_none_is_passed_over(crate::openid_flows::open),
);

async fn with_logo(t: &TestApp) -> (Registered, String) {
    let info = json!({
        "privacyStatementUrl": "https://shop.example/privacy",
        "termsOfServiceUrl": "https://legal.example:8443/terms",
    });
    let r = registered(t, json!({ "info": info })).await;
    let path = format!("/v1.0/applications/{}/logo", r.object);
    assert_eq!(r.api.put_bytes(&path, "image/png", TOLD.to_vec()).await.status, 204);
    let logo = r.at(&format!("/logo/{}", r.app_id));
    (r, logo)
}

/// The first page of the sign-in, for somebody who isn't signed in.
async fn first_page(t: &mut TestApp, address: &str) -> (Browser, Page) {
    let mut stranger = t.browser();
    let page = stranger.get(address).await;
    let page = stranger.follow(&page).await;
    page.assert_shows(&["With your work account, to go on to"]);
    (stranger, page)
}

fn logo_on(page: &Page) -> Vec<String> {
    page.attributes(".asking img", "src")
}

async fn people_see_what_the_application_says_of_itself(t: &mut TestApp) {
    let (r, logo) = with_logo(t).await;
    let (mut stranger, first) = first_page(t, &r.authorize(&[])).await;
    let refused = stranger.submit(&first, &[("username", "ben")]).await;
    assert_eq!((refused.status.as_u16(), logo_on(&refused)), (422, vec![logo.clone()]));
    let password = stranger.submit_and_follow(&first, &[("username", "ben@contoso.com")]).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let consent = t.signed_in(r.company.tenant, ben).await.get(&r.authorize(&[])).await;
    for page in [&first, &password, &consent] {
        page.assert_shows(&["Privacy policy (shop.example)", "Terms of use (legal.example:8443)"]);
        assert_eq!(logo_on(page), [logo.as_str()]);
        let links = |name: &str| page.attributes(".asking a", name);
        assert_eq!(links("href"), ["https://shop.example/privacy", "https://legal.example:8443/terms"]);
        assert_eq!(links("rel"), ["noopener noreferrer"; 2]);
        assert_eq!(links("target"), ["_blank"; 2]);
        assert!(page.header("content-security-policy").contains("; img-src 'self' data:;"));
    }
    // A long request leaves room for the name alone.
    let long = "x".repeat(1900);
    let (mut stranger, first) = first_page(t, &r.authorize(&[("state", &long)])).await;
    assert_eq!(logo_on(&first), [logo.as_str()]);
    let password = stranger.submit_and_follow(&first, &[("username", "ben@contoso.com")]).await;
    password.assert_shows(&["To go on to Shop (shop.example)."]);
    assert!(logo_on(&password).is_empty(), "{}", password.body);
    // What isn't there leaves no trace.
    let sent = r.api.delete(&format!("/v1.0/applications/{}/logo", r.object)).await;
    assert_eq!(sent.status, 204);
    let info = json!({ "info": { "privacyStatementUrl": null, "termsOfServiceUrl": null } });
    assert_eq!(r.api.patch(&format!("/v1.0/applications/{}", r.object), info).await.status, 204);
    let (_, first) = first_page(t, &r.authorize(&[])).await;
    assert!(!first.body.contains("asking"), "{}", first.body);
}

async fn only_safe_addresses_are_linked(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let application = format!("/v1.0/applications/{}", r.object);
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut bens = t.signed_in(r.company.tenant, ben).await;
    for (privacy, status) in [
        ("javascript:alert(1)", 400),
        ("data:text/html,x", 400),
        ("https://accounts.example@evil.example/", 400),
        ("http://shop.example/privacy", 204),
        ("https://evil.example\\.accounts.example/", 204),
    ] {
        let info =
            json!({ "privacyStatementUrl": privacy, "termsOfServiceUrl": "http://localhost:3000/terms" });
        assert_eq!(r.api.patch(&application, json!({ "info": info })).await.status, status, "{privacy}");
        if status == 204 {
            let (_, first) = first_page(t, &r.authorize(&[])).await;
            for page in [first, bens.get(&r.authorize(&[])).await] {
                assert_eq!(page.attributes(".asking a", "href"), ["http://localhost:3000/terms"]);
                page.assert_shows(&["Terms of use (localhost:3000)"]);
                assert!(!page.text().contains("Privacy policy"), "{privacy}: {}", page.text());
            }
        }
    }
}

async fn a_logo_is_shown_in_its_own_tenant_alone(t: &mut TestApp) {
    let (r, logo) = with_logo(t).await;
    let fabrikam = t.company("fabrikam").await;
    let mut stranger = t.browser();
    let shown = stranger.get(&logo).await;
    assert_eq!((shown.status.as_u16(), shown.header("content-type")), (200, "image/png"));
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cache-control", "public, max-age=300"),
        ("cross-origin-resource-policy", "same-origin"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
    ] {
        assert_eq!(shown.header(name), value, "{name}");
    }
    let again = stranger.request(Method::GET, &logo).header(IF_NONE_MATCH, shown.header("etag"));
    assert_eq!(stranger.send(&logo, again.body(axum::body::Body::empty()).unwrap()).await.status, 304);
    assert_eq!(stranger.get(&format!("/{}/logo/{}", r.company.domain, r.app_id)).await.status, 200);
    let mut told = Vec::new();
    for path in [
        "/no-such-page".to_owned(),
        format!("/{}/logo/{}", fabrikam.tenant, r.app_id),
        format!("/{}/logo/{}", fabrikam.domain, r.app_id),
        r.at("/logo/00000000-0000-0000-0000-000000000001"),
        r.at(&format!("/logo/{}", r.object)),
        r.at("/logo/nonsense"),
        format!("/organizations/logo/{}", r.app_id),
        format!("/nowhere.example/logo/{}", r.app_id),
    ] {
        let page = stranger.get(&path).await;
        assert_eq!(page.status, 404, "{path}");
        let id = page.text_of(".request code").unwrap();
        told.push(page.body.replace(&id, "").replace(&path, ""));
    }
    assert!(told.windows(2).all(|two| two[0] == two[1]), "{told:#?}");
    // What signs nobody in shows nothing.
    let path = format!("/v1.0/servicePrincipals/{}", r.principal);
    assert_eq!(r.api.patch(&path, json!({ "accountEnabled": false })).await.status, 204);
    assert_eq!(stranger.get(&logo).await.status, 404);
}

fn answer(status: u16, body: &[u8]) -> Result<Answer, tenantry::outside::http::SendError> {
    Ok(Answer { status, body: body.to_vec(), ..Answer::default() })
}

/// A client that registers itself, with where and by which token it manages that.
struct Own {
    r: Registered,
    id: String,
    at: String,
    token: String,
}

impl Own {
    async fn register(t: &mut TestApp, more: Value) -> Self {
        let r = registered(t, json!({})).await;
        turn(t, &r, Registration::Open).await;
        let mut asked = client();
        asked.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        let (status, made) = send(t, Method::POST, &r.at("/oauth2/v2.0/register"), None, &asked).await;
        assert_eq!(status, 201, "{made}");
        assert!(t.http.asked().is_empty(), "nothing is fetched while it waits");
        t.run_jobs().await;
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let at = text("registration_client_uri").replace("http://localhost:8080", "");
        Self { r, id: text("client_id"), at, token: text("registration_access_token") }
    }

    /// Gives the addresses that were asked for it.
    async fn change(&self, t: &mut TestApp, more: Value) -> Vec<String> {
        let mut asked = client();
        asked["client_id"] = json!(self.id);
        asked.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        let (status, changed) = send(t, Method::PUT, &self.at, Some(&self.token), &asked).await;
        assert_eq!((status.as_u16(), &changed["logo_uri"]), (200, &more["logo_uri"]), "{changed}");
        t.run_jobs().await;
        t.http.asked()
    }

    async fn page(&self, t: &mut TestApp) -> Page {
        let more = [("client_id", self.id.as_str()), ("redirect_uri", "https://self.example/cb")];
        first_page(t, &self.r.authorize(&more)).await.1
    }

    fn logo(&self) -> String {
        self.r.at(&format!("/logo/{}", self.id))
    }
}

async fn a_registered_logo_is_fetched_once_and_shown(t: &mut TestApp) {
    t.http.put("self.example", answer(200, TOLD));
    let named = json!({
        "logo_uri": "https://self.example/logo.png",
        "policy_uri": "https://self.example/privacy",
        "tos_uri": "https://self.example/terms",
    });
    let own = Own::register(t, named.clone()).await;
    assert_eq!(t.http.asked(), ["https://self.example/logo.png"]);
    let page = own.page(t).await;
    page.assert_shows(&["Privacy policy (self.example)", "Terms of use (self.example)"]);
    assert_eq!(logo_on(&page), [own.logo()]);
    let shown = t.browser().get(&own.logo()).await;
    assert_eq!((shown.status.as_u16(), shown.header("content-type")), (200, "image/png"));
    assert!(!shown.body.contains("private words"), "it tells nothing beside");
    // The same address is asked once, another one again.
    assert!(own.change(t, named).await.is_empty());
    let other = json!({ "logo_uri": "https://self.example/other.gif" });
    t.http.put("self.example", answer(200, crate::photos::MOVING));
    assert_eq!(own.change(t, other).await, ["https://self.example/other.gif"]);
    assert_eq!(t.browser().get(&own.logo()).await.header("content-type"), "image/gif");
    // Who names none any more has none.
    assert!(own.change(t, json!({})).await.is_empty());
    assert_eq!(t.browser().get(&own.logo()).await.status, 404);
    assert!(logo_on(&own.page(t).await).is_empty());
}

async fn a_registered_logo_that_is_none_is_passed_over(t: &mut TestApp) {
    let page = b"<!doctype html><script>alert(1)</script>";
    t.http.put("https://self.example/page", answer(200, page));
    t.http.put("https://self.example/gone", answer(404, TOLD));
    t.http.put("https://self.example/large", answer(200, &[TOLD, &[0; 100 * 1024]].concat()));
    let own = Own::register(t, json!({ "logo_uri": "https://self.example/page" })).await;
    assert_eq!(t.http.asked(), ["https://self.example/page"]);
    assert!(logo_on(&own.page(t).await).is_empty());
    for (uri, is_asked) in [
        ("https://self.example/gone", true),
        ("https://self.example/large", true),
        ("https://nobody.example/logo.png", true),
        ("https://127.0.0.1/logo.png", false),
        ("http://self.example/logo.png", false),
    ] {
        let asked = own.change(t, json!({ "logo_uri": uri })).await;
        assert_eq!(asked == [uri], is_asked, "{uri}: {asked:?}");
        assert!(is_asked || asked.is_empty(), "{uri}: {asked:?}");
        assert_eq!(t.browser().get(&own.logo()).await.status, 404, "{uri}");
    }
}
