//! The pages, as an administrator without JavaScript walks them.

use http::StatusCode;
use model::roles::Role;

use super::{add, company, expected, get, is_verified, own, person, press};
use crate::support::TestApp;

both_engines!(
    a_name_is_added_proven_and_made_primary,
    the_page_names_the_usual_mistakes,
    looking_changes_nothing,
    a_foreign_name_answers_like_an_unknown_one,
    readers_see_and_change_nothing,
    a_name_in_use_says_what_uses_it,
    looks_are_limited(|config| config.limits.checks_per_minute = 3),
    the_list_goes_on_by_sealed_links,
    nobody_signed_out_sees_a_name,
);

async fn a_name_is_added_proven_and_made_primary(t: &mut TestApp) {
    let mut contoso = company(t, "contoso").await;
    let ana = &mut contoso.browser;
    let page = ana.get("/domains").await;
    page.assert_shows(&["Custom domain names", "contoso.onwork.localhost", "Primary", "Bring your own name"]);
    let page = ana.get("/domains/add").await;
    let refused = ana.submit(&page, &[("domain", "gmail.com")]).await;
    refused.assert_refused(422, "This name belongs to an e-mail provider.");
    assert_eq!(refused.attributes("#domain", "value"), ["gmail.com"]);
    let page = ana.submit_and_follow(&refused, &[("domain", "Contoso.test")]).await;
    page.assert_shows(&[
        "contoso.test",
        "Waiting for the DNS record",
        "TXT",
        "@",
        "DNS doesn't know this name",
    ]);
    let text = expected(t, &contoso.admin, "contoso.test").await;
    page.assert_shows(&[&text]);

    let ana = &mut contoso.browser;
    let refused = press(ana, &page, "/domains/contoso.test/check").await;
    refused.assert_refused(422, "DNS doesn't have the record yet.");
    t.dns.text("contoso.test", &["v=spf1 -all", &text]);
    let page = ana.get("/domains/contoso.test").await;
    page.assert_shows(&["The record is there.", "v=spf1 -all"]);
    let answer = press(ana, &page, "/domains/contoso.test/check").await;
    let page = ana.follow(&answer).await;
    page.assert_shows(&["The name is verified", "Keep this record in DNS", "Make primary"]);
    ana.get("/domains").await.assert_shows(&["contoso.test looks like the name of your head office"]);
    let answer = press(ana, &page, "/domains/contoso.test/primary").await;
    let page = ana.follow(&answer).await;
    page.assert_shows(&["The primary domain name was changed", "2 names"]);
    assert_eq!(page.text_of("header .tenant span").unwrap(), "contoso.test");
    assert!(!page.text().contains("head office"));
    ana.get("/domains/contoso.onwork.localhost").await.assert_shows(&["It can't be removed."]);
}

async fn the_page_names_the_usual_mistakes(t: &mut TestApp) {
    let mut contoso = company(t, "contoso").await;
    add(t, &contoso.admin, "contoso.test").await.unwrap();
    let text = expected(t, &contoso.admin, "contoso.test").await;
    let quoted = format!("\"{text}\"");
    let short = &text[..text.len() - 1];
    for (at, value, says) in [
        ("contoso.test", short, "differs from the expected one at character 54"),
        ("contoso.test", quoted.as_str(), "Quotation marks are part"),
        ("contoso.test", &text["tenantry-verification=".len()..], "lacks its beginning"),
        ("contoso.test", "tenantry-verification=0123456789abcdef", "added another time"),
        ("www.contoso.test", &text, "stands at www.contoso.test"),
        ("contoso.test.contoso.test", &text, "stands at contoso.test.contoso.test"),
    ] {
        t.dns.text(at, &[value]);
        let page = contoso.browser.get("/domains/contoso.test").await;
        page.assert_shows(&[says]);
        let part = contoso.browser.get("/domains/contoso.test/dns").await;
        assert!(part.body.contains("DNS says now") && !part.body.contains("<html"), "{}", part.body);
        t.dns.clear(at);
    }
}

async fn looking_changes_nothing(t: &mut TestApp) {
    let mut contoso = company(t, "contoso").await;
    add(t, &contoso.admin, "contoso.test").await.unwrap();
    let text = expected(t, &contoso.admin, "contoso.test").await;
    t.dns.text("contoso.test", &[&text]);
    let before = get(t, &contoso.admin, "contoso.test").await.unwrap();
    for path in
        ["/domains", "/domains/contoso.test", "/domains/contoso.test/dns", "/domains/contoso.test/remove"]
    {
        assert_eq!(contoso.browser.get(path).await.status, StatusCode::OK, "{path}");
    }
    for path in ["/domains/contoso.test/check", "/domains/contoso.test/primary"] {
        let other = contoso.browser.get(path).await;
        other.assert_refused(405, "This address takes another kind of request");
        assert_eq!(other.header("allow"), "POST", "{path}");
    }
    assert_eq!(get(t, &contoso.admin, "contoso.test").await.unwrap(), before);
    assert!(!is_verified(&before));
}

async fn a_foreign_name_answers_like_an_unknown_one(t: &mut TestApp) {
    let (contoso, mut fabrikam) = (company(t, "contoso").await, company(t, "fabrikam").await);
    own(t, &contoso.admin, "contoso.test").await;
    let without_id = |body: &str, name: &str| {
        let id = body.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next()).unwrap_or("-");
        body.replace(id, "").replace(name, "")
    };
    for path in ["", "/dns", "/remove"] {
        let foreign = fabrikam.browser.get(&format!("/domains/contoso.test{path}")).await;
        let unknown = fabrikam.browser.get(&format!("/domains/unknown.test{path}")).await;
        assert_eq!(
            (foreign.status, unknown.status),
            (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND),
            "{path}"
        );
        assert_eq!(without_id(&foreign.body, "contoso.test"), without_id(&unknown.body, "unknown.test"));
    }
    for path in ["check", "primary", "remove"] {
        let answer = fabrikam.browser.post(&format!("/domains/contoso.test/{path}"), &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(fabrikam.browser.get("/domains/%00").await.status, StatusCode::NOT_FOUND);
    assert!(!fabrikam.browser.get("/domains").await.text().contains("contoso.test"));
    assert!(is_verified(&get(t, &contoso.admin, "contoso.test").await.unwrap()));
}

async fn readers_see_and_change_nothing(t: &mut TestApp) {
    let contoso = company(t, "contoso").await;
    add(t, &contoso.admin, "contoso.test").await.unwrap();
    let initial = "contoso.onwork.localhost";
    let (_, mut ben) = person(t, contoso.tenant, "ben", initial, Role::GlobalReader).await;
    assert!(!ben.get("/domains").await.text().contains("Add a name"));
    let page = ben.get("/domains/contoso.test").await;
    page.assert_shows(&["Waiting for the DNS record"]);
    assert!(!page.text().contains("Check now") && !page.text().contains("Remove"));
    assert_eq!(ben.get("/domains/add").await.status, StatusCode::FORBIDDEN);
    for path in ["contoso.test/check", "contoso.test/primary", "contoso.test/remove", "add"] {
        let answer = ben.post(&format!("/domains/{path}"), &[("domain", "contoso.org")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
}

async fn a_name_in_use_says_what_uses_it(t: &mut TestApp) {
    let mut contoso = company(t, "contoso").await;
    own(t, &contoso.admin, "contoso.test").await;
    person(t, contoso.tenant, "ben", "contoso.test", Role::GlobalReader).await;
    let page = contoso.browser.get("/domains/contoso.test/remove").await;
    page.assert_shows(&["One person signs in under contoso.test: ben@contoso.test."]);
    assert!(page.forms().iter().all(|form| !form.action.contains("remove")));
    let answer = contoso.browser.post("/domains/contoso.test/remove", &[]).await;
    answer.assert_refused(409, "One person signs in under contoso.test");

    own(t, &contoso.admin, "contoso.org").await;
    let page = contoso.browser.get("/domains/contoso.org/remove").await;
    let answer = press(&mut contoso.browser, &page, "/domains/contoso.org/remove").await;
    let page = contoso.browser.follow(&answer).await;
    page.assert_shows(&["The name was removed"]);
    assert!(!page.text().contains("contoso.org"));
}

async fn looks_are_limited(t: &mut TestApp) {
    let mut contoso = company(t, "contoso").await;
    add(t, &contoso.admin, "contoso.test").await.unwrap();
    for _ in 0..3 {
        assert_eq!(contoso.browser.get("/domains/contoso.test/dns").await.status, StatusCode::OK);
    }
    let limited = contoso.browser.get("/domains/contoso.test/dns").await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(limited.header("retry-after").parse::<u32>().unwrap() > 0);
}

async fn the_list_goes_on_by_sealed_links(t: &mut TestApp) {
    let mut contoso = company(t, "contoso").await;
    for number in 100..155 {
        add(t, &contoso.admin, &format!("name{number}.test")).await.unwrap();
    }
    let first = contoso.browser.get("/domains").await;
    first.assert_shows(&["name100.test", "name148.test", "56 names"]);
    assert!(!first.text().contains("name149.test"));
    let next = first.attributes("a[rel=next]", "href").remove(0);
    contoso.browser.get(&next).await.assert_shows(&["name149.test", "name154.test"]);
    let forged = next.replace("name148", "name120");
    assert_eq!(contoso.browser.get(&forged).await.status, StatusCode::BAD_REQUEST);
}

async fn nobody_signed_out_sees_a_name(t: &mut TestApp) {
    let contoso = company(t, "contoso").await;
    own(t, &contoso.admin, "contoso.test").await;
    let mut visitor = t.browser();
    assert!(visitor.get("/domains/contoso.test").await.location().starts_with("/sign-in?next="));
    assert!(visitor.post("/domains/contoso.test/remove", &[]).await.location().starts_with("/sign-in"));
    assert!(is_verified(&get(t, &contoso.admin, "contoso.test").await.unwrap()));
}
