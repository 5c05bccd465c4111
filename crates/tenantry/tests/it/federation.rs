//! Signing in with the organisation's own identity provider.

use model::roles::Role;
use serde_json::{Value, json};
use tenantry::access::Actor;
use tenantry::config::Config;
use tenantry::outside::http::SendError;

use crate::domains::{Company, company, own, person};
use crate::support::TestApp;
use crate::support::authenticator::Authenticator;
use crate::support::browser::Browser;
use crate::support::page::Page;
use crate::support::provider::{CLIENT, ISSUER, Provider, SECRET, give_password};

const PAGE: &str = "/domains/contoso.com/identity-provider";

fn unlimited(config: &mut Config) {
    config.limits.sensitive_per_minute = 10_000;
    config.limits.checks_per_minute = 10_000;
}

both_engines!(
    people_of_a_domain_name_sign_in_with_its_provider(super::unlimited),
    what_a_provider_says_wrong_opens_nothing(super::unlimited),
    an_answer_counts_once_and_in_its_own_browser(super::unlimited),
    an_identity_stays_with_its_person(super::unlimited),
    nothing_else_opens_their_accounts(super::unlimited),
    somebody_with_a_password_stays(super::unlimited),
    only_who_may_do_everything_lets_it_count(super::unlimited),
    the_provider_is_asked_again_before_what_matters(super::unlimited),
    a_second_factor_of_the_provider_counts_if_it_is_trusted(super::unlimited),
    a_name_that_the_token_lacks_is_asked_for(super::unlimited),
    a_provider_that_fails_is_told_of(super::unlimited),
    a_provider_that_does_not_fit_is_not_saved(super::unlimited),
    it_ends_with_the_domain_name(super::unlimited),
    pages_say_where_they_sign_in_and_what_is_asked_after_it(super::unlimited),
    another_account_goes_on_to_the_same_place(super::unlimited),
    who_signs_in_elsewhere_gets_no_password_here(super::unlimited),
    people_are_made_at_their_first_sign_in_where_that_is_wanted(super::unlimited),
);

/// A company with a name of its own and a second way in.
async fn contoso(t: &mut TestApp) -> (Company, Provider) {
    let made = company(t, "contoso").await;
    give_password(t, &made.admin).await;
    own(t, &made.admin, "contoso.com").await;
    let provider = Provider::start(t);
    (made, provider)
}

async fn save(browser: &mut Browser, changes: &[(&str, &str)]) -> Page {
    let page = browser.get(&format!("{PAGE}/edit")).await;
    let mut fills = vec![
        ("issuer", ISSUER),
        ("provider_client_id", CLIENT),
        ("provider_client_secret", SECRET),
        ("name_claim", "email"),
    ];
    for change in changes {
        fills.retain(|(name, _)| name != &change.0);
        fills.push(*change);
    }
    browser.submit_to(&page, &format!("{PAGE}/edit"), &fills).await
}

/// Tests the draft as somebody.
async fn test(t: &TestApp, browser: &mut Browser, provider: &Provider, who: (&str, &str)) -> Page {
    let page = browser.get(PAGE).await;
    let page = browser.submit_to(&page, &format!("{PAGE}/test"), &[]).await;
    provider.sign_in(t, browser, &page, who).await
}

async fn enforce(browser: &mut Browser) -> Page {
    let page = browser.get(&format!("{PAGE}/enforce")).await;
    browser.submit_to(&page, &format!("{PAGE}/enforce"), &[]).await
}

/// Saved, tested and in force.
async fn set_up(t: &TestApp, company: &mut Company, provider: &Provider) {
    let browser = &mut company.browser;
    assert_eq!(save(browser, &[]).await.location(), format!("{PAGE}?done=saved"));
    let page = test(t, browser, provider, ("s-ana", "ana@contoso.com")).await;
    assert_eq!(page.location(), format!("{PAGE}?done=tested"), "{}", page.text());
    let page = enforce(browser).await;
    assert_eq!(page.location(), format!("{PAGE}?done=enforced"), "{}", page.text());
}

/// From the first page to the one that leads to the provider.
async fn to_provider(browser: &mut Browser, name: &str) -> Page {
    let page = browser.get("/sign-in").await;
    let page = browser.submit(&page, &[("username", name)]).await;
    assert_eq!(page.location(), "/sign-in/provider");
    browser.follow(&page).await
}

async fn is_in(browser: &mut Browser) -> bool {
    browser.get("/account").await.status == 200
}

async fn log(t: &TestApp, company: &Company) -> Vec<String> {
    t.run_jobs().await;
    let mut scope = t.app.db.read().await.unwrap();
    let mut scope = scope.tenant(company.admin.grant()).await.unwrap();
    let sql = "SELECT activity AS told FROM audit_event WHERE tenant_id = $1 UNION ALL SELECT result AS told FROM sign_in WHERE tenant_id = $1";
    let rows: Vec<tenantry::db::Single<String>> = scope.all(sql, &[]).await.unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

async fn who_signs_in_elsewhere_gets_no_password_here(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    set_up(t, &mut contoso, &provider).await;
    let page = contoso.browser.get("/people/new").await;
    let typed = [("username", "yara"), ("domain", "contoso.com"), ("displayName", "Yara")];
    let page = contoso.browser.submit(&page, &typed).await;
    page.assert_shows(&["Person added", "signs in with the identity provider", "yara@contoso.com"]);
    assert!(!page.text().contains("Temporary password"), "{}", page.text());
    let mut yara = t.browser();
    let page = to_provider(&mut yara, "yara@contoso.com").await;
    let page = provider.sign_in(t, &mut yara, &page, ("s-yara", "yara@contoso.com")).await;
    assert_eq!(page.location(), "/overview", "{}", page.text());
    // At the names of the others a password is still what opens an account.
    let page = contoso.browser.get("/people/new").await;
    let typed = [("username", "yuri"), ("domain", "contoso.onwork.localhost"), ("displayName", "Yuri")];
    contoso.browser.submit(&page, &typed).await.assert_shows(&["Temporary password"]);
}

async fn people_are_made_at_their_first_sign_in_where_that_is_wanted(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    set_up(t, &mut contoso, &provider).await;
    let come = async |t: &mut TestApp, who: (&str, &str), changes: Value| {
        let mut browser = t.browser();
        let page = to_provider(&mut browser, "somebody@contoso.com").await;
        let request = provider.asked(&page);
        let mut claims = provider.claims(t, &request, who.0, who.1);
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        provider.gives(&claims);
        let page = provider.send_back(&mut browser, &request).await;
        (browser, page)
    };
    let yara = json!({ "name": "Yara Yilmaz", "given_name": "Yara", "family_name": "<b>", "picture": 7 });
    let (_, page) = come(t, ("s-yara", "yara@contoso.com"), yara.clone()).await;
    page.assert_refused(422, "yara@contoso.com has no account here");
    // Wanted, but a draft changes nothing yet.
    let wanted = [("creates_people", "yes"), ("provider_client_secret", "")];
    assert_eq!(save(&mut contoso.browser, &wanted).await.location(), format!("{PAGE}?done=saved"));
    come(t, ("s-yara", "yara@contoso.com"), yara.clone()).await.1.assert_refused(422, "has no account here");
    test(t, &mut contoso.browser, &provider, ("s-ana", "ana@contoso.com")).await;
    assert_eq!(enforce(&mut contoso.browser).await.location(), format!("{PAGE}?done=enforced"));
    let before = t.rows(contoso.tenant, "users").await;
    let (mut browser, page) = come(t, ("s-yara", "Yara@Contoso.com"), yara).await;
    assert_eq!(page.location(), "/overview", "{}", page.text());
    browser.get("/account").await.assert_shows(&["Yara Yilmaz", "yara@contoso.com"]);
    assert_eq!(browser.get("/people/new").await.status, 403, "without roles");
    // She is herself from then on, whatever she is called there, and nobody is made a second time.
    let (mut again, page) = come(t, ("s-yara", "yy@contoso.com"), json!({})).await;
    assert_eq!(page.location(), "/overview", "{}", page.text());
    again.get("/account").await.assert_shows(&["yara@contoso.com"]);
    for (subject, name) in
        [("s-new", "yara@contoso.com"), ("s-far", "yara@fabrikam.com"), ("s-odd", "two..dots@contoso.com")]
    {
        let (mut browser, page) = come(t, (subject, name), json!({})).await;
        assert_eq!(page.status, 422, "{name}: {}", page.text());
        assert!(!is_in(&mut browser).await, "{name}");
    }
    // What can't be a name is left out.
    let (_, page) = come(t, ("s-zed", "zed@contoso.com"), json!({ "name": "a\u{202e}b" })).await;
    assert_eq!(page.location(), "/overview", "{}", page.text());
    assert_eq!(t.rows(contoso.tenant, "users").await, before + 2);
    contoso.browser.get("/activity").await.assert_shows(&["zed@contoso.com"]);
    // Who was deleted was deleted on purpose.
    let zed = contoso.browser.get("/people?search=zed").await;
    let zed = zed.attributes("td a", "href").into_iter().find(|link| link.contains("/people/")).unwrap();
    let ask = contoso.browser.get(&format!("{zed}/delete")).await;
    contoso.browser.submit_to(&ask, &format!("{zed}/delete"), &[]).await;
    let (_, page) = come(t, ("s-zed", "zed@contoso.com"), json!({})).await;
    page.assert_refused(422, "zed@contoso.com has no account here");
}

async fn people_of_a_domain_name_sign_in_with_its_provider(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    t.person(contoso.tenant, "contoso.com", "zoe", &[]).await;
    contoso.browser.get("/domains/contoso.com").await.assert_shows(&["With passwords and passkeys here"]);
    let page = contoso.browser.get(PAGE).await;
    page.assert_shows(&["Not set up", "http://localhost:8080/sign-in/provider/contoso.com/answer"]);
    let page = save(&mut contoso.browser, &[]).await;
    let page = contoso.browser.follow(&page).await;
    page.assert_shows(&["Saved. Test it now.", ISSUER, CLIENT]);
    assert!(!page.body.contains(SECRET));
    assert!(!contoso.browser.get(&format!("{PAGE}/edit")).await.body.contains(SECRET));
    // A draft changes nothing, and must be tested before it does.
    let mut zoe = t.browser();
    let page = zoe.get("/sign-in").await;
    assert_eq!(zoe.submit(&page, &[("username", "zoe@contoso.com")]).await.location(), "/sign-in/password");
    contoso.browser.get(&format!("{PAGE}/enforce")).await.assert_refused(422, "This draft wasn't tested.");
    contoso
        .browser
        .post(&format!("{PAGE}/enforce"), &[])
        .await
        .assert_refused(422, "This draft wasn't tested.");

    let page = test(t, &mut contoso.browser, &provider, ("s-zoe", "Zoe@Contoso.com")).await;
    let page = contoso.browser.follow(&page).await;
    page.assert_shows(&["The test was good.", "zoe@contoso.com", "s-zoe"]);
    assert_eq!(enforce(&mut contoso.browser).await.location(), format!("{PAGE}?done=enforced"));
    contoso.browser.get("/domains/contoso.com").await.assert_shows(&[ISSUER]);

    let page = to_provider(&mut zoe, "zoe@contoso.com").await;
    page.assert_shows(&["id.example"]);
    let request = provider.asked(&page);
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", "http://localhost:8080/sign-in/provider/contoso.com/answer"),
        ("scope", "openid profile email"),
        ("login_hint", "zoe@contoso.com"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(request.get(name), value, "{name}");
    }
    provider.gives(&provider.claims(t, &request, "s-zoe", "zoe@contoso.com"));
    t.http.sent();
    let page = provider.send_back(&mut zoe, &request).await;
    assert_eq!(page.location(), "/overview", "{}", page.text());
    let sent = t.http.sent();
    let body = String::from_utf8(sent[0].body.clone()).unwrap();
    assert!(body.contains("grant_type=authorization_code") && body.contains("code_verifier="), "{body}");
    assert!(!body.contains("secret"), "it goes by the header alone");
    zoe.get("/account").await.assert_shows(&["Your organisation's identity provider", ISSUER]);
    let told = log(t, &contoso).await;
    for expected in [
        "identity-provider-saved",
        "identity-provider-tested",
        "identity-provider-enforced",
        "identity-linked",
        "success",
    ] {
        assert!(told.iter().any(|told| told == expected), "{expected}: {told:?}");
    }
    assert!(!told.iter().any(|told| told == "provider-refused"));

    switched_off(&mut contoso.browser, &mut zoe).await;
}

async fn switched_off(admin: &mut Browser, zoe: &mut Browser) {
    let page = admin.get(&format!("{PAGE}/switch-off")).await;
    let page = admin.submit_to(&page, &format!("{PAGE}/switch-off"), &[]).await;
    assert_eq!(page.location(), format!("{PAGE}?done=switched-off"));
    let page = zoe.post("/sign-out", &[]).await;
    assert_eq!(page.location(), "/sign-in?signed-out");
    let page = zoe.get("/sign-in").await;
    assert_eq!(zoe.submit(&page, &[("username", "zoe@contoso.com")]).await.location(), "/sign-in/password");
}

async fn what_a_provider_says_wrong_opens_nothing(t: &mut TestApp) {
    let (mut contoso, mut provider) = contoso(t).await;
    t.person(contoso.tenant, "contoso.com", "zoe", &[]).await;
    t.person(contoso.tenant, "contoso.onwork.localhost", "max", &[]).await;
    set_up(t, &mut contoso, &provider).await;
    let now = t.app.moment().now.as_second();
    let cases: &[(&str, Value, &str)] = &[
        ("iss", json!("https://other.example"), "comes from another issuer"),
        ("aud", json!("another client"), "made for another application"),
        ("aud", json!([CLIENT, "another client"]), "made for another application"),
        ("exp", json!(now - 600), "too old"),
        ("iat", json!(now + 600), "comes from the future"),
        ("nonce", json!("another"), "isn't the one that was asked for"),
        ("sub", json!(""), "doesn't say who"),
        ("email", json!(null), "no claim email"),
        ("email", json!(7), "no claim email"),
        ("email_verified", json!(false), "doesn't say that the address is verified"),
        ("email", json!("max@contoso.onwork.localhost"), "isn't at contoso.com"),
        ("email", json!("zoe@sub.contoso.com"), "isn't at contoso.com"),
        ("email", json!("nobody@contoso.com"), "nobody@contoso.com has no account here"),
    ];
    for (name, value, words) in cases {
        let mut browser = t.browser();
        let page = to_provider(&mut browser, "zoe@contoso.com").await;
        let request = provider.asked(&page);
        let mut claims = provider.claims(t, &request, "s-zoe", "zoe@contoso.com");
        claims[*name] = value.clone();
        provider.gives(&claims);
        let page = provider.send_back(&mut browser, &request).await;
        page.assert_refused(422, words);
        assert!(!is_in(&mut browser).await, "{name}: {value}");
    }
    // Whom the provider vouched for and nobody here is, its administrators find in the log.
    t.run_jobs().await;
    let page = contoso.browser.get("/activity/sign-ins?username=nobody").await;
    page.assert_shows(&["nobody@contoso.com", "Refused after the identity provider"]);
    // A key that the provider doesn't show.
    provider.turn_key("second", false);
    let mut browser = t.browser();
    let page = to_provider(&mut browser, "zoe@contoso.com").await;
    let page = provider.sign_in(t, &mut browser, &page, ("s-zoe", "zoe@contoso.com")).await;
    page.assert_refused(422, "No key of the provider has signed");
    assert!(!is_in(&mut browser).await);
    // Once it is shown, it is fetched though the others were fetched a moment ago.
    provider.turn_key("third", true);
    t.advance(jiff::SignedDuration::from_secs(5));
    let mut browser = t.browser();
    let page = to_provider(&mut browser, "zoe@contoso.com").await;
    let page = provider.sign_in(t, &mut browser, &page, ("s-zoe", "zoe@contoso.com")).await;
    assert_eq!(page.location(), "/overview", "{}", page.text());
    assert!(log(t, &contoso).await.iter().filter(|told| *told == "provider-refused").count() > 10);
    // Nobody was linked by what was refused.
    assert_eq!(t.rows(contoso.tenant, "federated_identity").await, 1);
}

async fn an_answer_counts_once_and_in_its_own_browser(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    t.person(contoso.tenant, "contoso.com", "zoe", &[]).await;
    set_up(t, &mut contoso, &provider).await;
    let mut zoe = t.browser();
    let page = to_provider(&mut zoe, "zoe@contoso.com").await;
    let request = provider.asked(&page);
    provider.gives(&provider.claims(t, &request, "s-zoe", "zoe@contoso.com"));
    // A browser that never set out, and one that set out on another trip.
    let mut other = t.browser();
    assert_eq!(provider.send_back(&mut other, &request).await.location(), "/sign-in?expired");
    to_provider(&mut other, "zoe@contoso.com").await;
    provider.send_back(&mut other, &request).await.assert_refused(422, "Start again");
    assert!(!is_in(&mut other).await);
    let mut copy = zoe.clone();
    assert_eq!(provider.send_back(&mut zoe, &request).await.location(), "/overview");
    provider.send_back(&mut copy, &request).await.assert_refused(422, "Start again");
    assert!(!is_in(&mut copy).await);
    // An answer that says another issuer, or none though the provider always does.
    for issuer in ["&iss=https://other.example", ""] {
        let mut browser = t.browser();
        let page = to_provider(&mut browser, "zoe@contoso.com").await;
        let request = provider.asked(&page);
        let state = request.get("state");
        let page =
            browser.get(&format!("/sign-in/provider/contoso.com/answer?code=c&state={state}{issuer}")).await;
        page.assert_refused(422, "comes from another issuer");
    }
    // The provider was changed while somebody was away.
    let mut late = t.browser();
    let page = to_provider(&mut late, "zoe@contoso.com").await;
    assert_eq!(save(&mut contoso.browser, &[]).await.location(), format!("{PAGE}?done=saved"));
    test(t, &mut contoso.browser, &provider, ("s-ana", "ana@contoso.com")).await;
    enforce(&mut contoso.browser).await;
    provider
        .sign_in(t, &mut late, &page, ("s-zoe", "zoe@contoso.com"))
        .await
        .assert_refused(422, "Start again");
    // And it takes no longer than a quarter of an hour.
    let page = to_provider(&mut late, "zoe@contoso.com").await;
    t.advance(jiff::SignedDuration::from_mins(16));
    let page = provider.sign_in(t, &mut late, &page, ("s-zoe", "zoe@contoso.com")).await;
    assert_eq!(page.location(), "/sign-in?expired");
}

async fn an_identity_stays_with_its_person(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    let zoe = t.person(contoso.tenant, "contoso.com", "zoe", &[]).await;
    t.person(contoso.tenant, "contoso.com", "max", &[]).await;
    set_up(t, &mut contoso, &provider).await;
    let sign_in = async |t: &mut TestApp, who: (&str, &str)| {
        let mut browser = t.browser();
        let page = to_provider(&mut browser, "somebody@contoso.com").await;
        provider.sign_in(t, &mut browser, &page, who).await
    };
    let mut first = t.browser();
    let page = to_provider(&mut first, "zoe@contoso.com").await;
    assert_eq!(
        provider.sign_in(t, &mut first, &page, ("s-zoe", "zoe@contoso.com")).await.location(),
        "/overview"
    );
    // Whatever the name is there now: she stays herself.
    assert_eq!(sign_in(t, ("s-zoe", "max@contoso.com")).await.location(), "/overview");
    assert_eq!(sign_in(t, ("s-zoe", "zoe@elsewhere.example")).await.location(), "/overview");
    // Somebody else who got her name there isn't her.
    sign_in(t, ("s-new", "zoe@contoso.com")).await.assert_refused(422, "linked to another identity");
    // Until an administrator says so.
    let path = format!("/people/{zoe}/identity");
    let page = contoso.browser.get(&path).await;
    page.assert_shows(&["s-zoe", ISSUER]);
    assert!(is_in(&mut first).await);
    contoso.browser.submit_to(&page, &path, &[]).await;
    contoso.browser.get(&path).await.assert_shows(&["No identity is linked"]);
    assert!(!is_in(&mut first).await, "whoever it was before is out");
    // A name that only looks like hers after folding finds nobody.
    sign_in(t, ("s-odd", "\u{17f}oe@contoso.com")).await.assert_refused(422, "isn't at contoso.com");
    // Who only writes profiles gives nobody the name that they have at the provider.
    let (_, mut writer) =
        person(t, contoso.tenant, "writer", "contoso.onwork.localhost", Role::DirectoryWriters).await;
    let page = writer.get(&format!("/people/{zoe}/edit")).await;
    let page = writer.submit(&page, &[("username", "writer")]).await;
    assert_eq!(page.status, 403, "{}", page.text());
    assert_eq!(sign_in(t, ("s-new", "zoe@contoso.com")).await.location(), "/overview");
    // Under a name elsewhere the provider has no say over her.
    let page = contoso.browser.get(&format!("/people/{zoe}/edit")).await;
    let page = contoso.browser.submit(&page, &[("domain", "contoso.onwork.localhost")]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    sign_in(t, ("s-new", "zoe@contoso.com")).await.assert_refused(422, "has no account here");
    // Disabled means disabled.
    let max = sign_in(t, ("s-max", "max@contoso.com")).await;
    assert_eq!(max.location(), "/overview");
    let page = contoso.browser.get("/people").await;
    let links = page.attributes("a", "href");
    let max = links
        .iter()
        .find(|href| {
            href.starts_with("/people/")
                && href.len() == 44
                && !href.contains(&zoe.to_string())
                && !href.contains(&contoso.admin.user_id().unwrap().to_string())
        })
        .unwrap()
        .clone();
    contoso.browser.post(&format!("{max}/disable"), &[]).await;
    sign_in(t, ("s-max", "max@contoso.com")).await.assert_refused(422, "has no account here");
    assert!(log(t, &contoso).await.contains(&"disabled".to_owned()));
}

async fn nothing_else_opens_their_accounts(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    let zoe = t.person(contoso.tenant, "contoso.com", "zoe", &[]).await;
    let hash = t
        .app
        .passwords
        .hash(&tenantry::secrets::Secret::new("violet tractor hums 7"), &t.app.moment())
        .await
        .unwrap();
    let (moment, grant) = (t.app.moment(), contoso.admin.grant());
    let done: Result<(), tenantry::error::Error> = tenantry::transaction!(t.app.db, |scope| {
        let mut scope = scope.tenant(grant).await?;
        tenantry::features::credentials::set_password(&mut scope, zoe, &hash, false, &moment).await
    });
    done.unwrap();
    // Somebody at the password's page, and somebody past it, when the provider comes into force.
    let mut at_password = t.browser();
    let page = at_password.get("/sign-in").await;
    let page = at_password.submit(&page, &[("username", "zoe@contoso.com")]).await;
    let page = at_password.follow(&page).await;
    let mut before = at_password.clone();
    assert_eq!(before.submit(&page, &[("password", "violet tractor hums 7")]).await.location(), "/overview");
    set_up(t, &mut contoso, &provider).await;
    at_password.submit(&page, &[("password", "violet tractor hums 7")]).await.assert_refused(422, "");
    assert!(!is_in(&mut at_password).await);
    assert_eq!(at_password.get("/sign-in/password").await.location(), "/sign-in/provider");
    assert!(log(t, &contoso).await.contains(&"no-password-here".to_owned()));
    // Her session lasts, but she can set no password in it.
    assert!(is_in(&mut before).await);
    before.get("/account/password").await.assert_refused(409, "without a password here");
    let page = before
        .post(
            "/account/password",
            &[("current_password", "violet tractor hums 7"), ("password", "seven quiet lanterns 41")],
        )
        .await;
    page.assert_refused(409, "without a password here");
    // No code to reset it is sent, and the page looks as for anybody.
    let mut forgetful = t.browser();
    let page = forgetful.get("/reset").await;
    let page = forgetful.submit_and_follow(&page, &[("username", "zoe@contoso.com")]).await;
    assert_eq!(page.path, "/reset/code");
    assert!(t.mails_to("zoe@mail.test").await.is_empty());
    // An administrator gives her none either.
    let path = format!("/people/{zoe}/reset-password");
    contoso.browser.get(&path).await.assert_shows(&["without a password here"]);
    let page = contoso.browser.post(&path, &[]).await;
    assert!(page.text().contains("without a password here"), "{}", page.text());
}

async fn somebody_with_a_password_stays(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    let second = t.person(contoso.tenant, "contoso.com", "second", &[Role::GlobalAdministrator]).await;
    let ana = contoso.admin.user_id().unwrap();
    assert_eq!(save(&mut contoso.browser, &[]).await.status, 303);
    test(t, &mut contoso.browser, &provider, ("s-second", "second@contoso.com")).await;
    // With her name under contoso.com too, nobody would have another way in.
    let rename = async |browser: &mut Browser, domain: &str| {
        let page = browser.get(&format!("/people/{ana}/edit")).await;
        browser.submit(&page, &[("domain", domain)]).await
    };
    assert_eq!(rename(&mut contoso.browser, "contoso.com").await.status, 303);
    enforce(&mut contoso.browser)
        .await
        .assert_refused(422, "No Global administrator with a password would remain");
    assert_eq!(rename(&mut contoso.browser, "contoso.onwork.localhost").await.status, 303);
    assert_eq!(enforce(&mut contoso.browser).await.location(), format!("{PAGE}?done=enforced"));
    // From now on she is the way in: she can't be renamed there, and the other can't take her role away.
    rename(&mut contoso.browser, "contoso.com").await.assert_refused(409, "last");
    let mut other = t.signed_in(contoso.tenant, second).await;
    let page = other.post(&format!("/people/{ana}/disable"), &[]).await;
    page.assert_refused(409, "last Global administrator");
    // The other may go: she isn't.
    let page = contoso.browser.get(&format!("/people/{second}/disable")).await;
    let page = contoso.browser.submit_to(&page, &format!("/people/{second}/disable"), &[]).await;
    assert_eq!(page.status, 303, "{}", page.text());
}

async fn only_who_may_do_everything_lets_it_count(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    let (_, mut keeper) =
        person(t, contoso.tenant, "keeper", "contoso.onwork.localhost", Role::DomainNameAdministrator).await;
    assert_eq!(save(&mut keeper, &[]).await.location(), format!("{PAGE}?done=saved"));
    assert_eq!(
        test(t, &mut keeper, &provider, ("s", "x@contoso.com")).await.location(),
        format!("{PAGE}?done=tested")
    );
    let page = keeper.get(PAGE).await;
    page.assert_shows(&["A Global administrator can put it into force."]);
    assert!(page.attributes("a#enforce", "href").is_empty());
    assert_eq!(keeper.post(&format!("{PAGE}/enforce"), &[]).await.status, 403);
    assert_eq!(enforce(&mut contoso.browser).await.location(), format!("{PAGE}?done=enforced"));
    assert_eq!(keeper.post(&format!("{PAGE}/switch-off"), &[]).await.status, 403);
    // Nor does whoever keeps names end it by removing one.
    let page = keeper.post("/domains/contoso.com/remove", &[]).await;
    assert_eq!(page.status, 403, "{}", page.text());
    keeper.post("/domains/contoso.com/force", &[]).await;
    t.run_jobs().await;
    contoso.browser.get("/domains/contoso.com").await.assert_shows(&[ISSUER]);
    // A new draft isn't in force by being saved.
    assert_eq!(save(&mut keeper, &[("provider_client_id", "mine")]).await.status, 303);
    let page = to_provider(&mut t.browser(), "x@contoso.com").await;
    assert_eq!(provider.asked(&page).get("client_id"), CLIENT);
    let (_, mut reader) =
        person(t, contoso.tenant, "reader", "contoso.onwork.localhost", Role::UserAdministrator).await;
    for path in [PAGE.to_owned(), format!("{PAGE}/edit"), format!("{PAGE}/enforce")] {
        assert_eq!(reader.get(&path).await.status, 403, "{path}");
    }
    // What counts is the draft that was seen, not one that came in between.
    let page = keeper.get(PAGE).await;
    let page = keeper.submit_to(&page, &format!("{PAGE}/test"), &[]).await;
    let request = provider.asked(&page);
    let mut claims = provider.claims(t, &request, "s", "x@contoso.com");
    claims["aud"] = json!("mine");
    provider.gives(&claims);
    assert_eq!(provider.send_back(&mut keeper, &request).await.location(), format!("{PAGE}?done=tested"));
    let seen = contoso.browser.get(&format!("{PAGE}/enforce")).await;
    seen.assert_shows(&[ISSUER, "mine"]);
    assert_eq!(save(&mut keeper, &[("provider_client_id", "another")]).await.status, 303);
    let page = keeper.get(PAGE).await;
    let page = keeper.submit_to(&page, &format!("{PAGE}/test"), &[]).await;
    let request = provider.asked(&page);
    let mut claims = provider.claims(t, &request, "s", "x@contoso.com");
    claims["aud"] = json!("another");
    provider.gives(&claims);
    assert_eq!(provider.send_back(&mut keeper, &request).await.location(), format!("{PAGE}?done=tested"));
    let page = contoso.browser.submit_to(&seen, &format!("{PAGE}/enforce"), &[]).await;
    page.assert_refused(422, "changed");
    let page = to_provider(&mut t.browser(), "x@contoso.com").await;
    assert_eq!(provider.asked(&page).get("client_id"), CLIENT);
    // Nor is the initial domain ever signed in elsewhere.
    let page = contoso.browser.get("/domains/contoso.onwork.localhost/identity-provider").await;
    page.assert_refused(422, "always signed in here");
}

async fn the_provider_is_asked_again_before_what_matters(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    t.person(contoso.tenant, "contoso.com", "zoe", &[]).await;
    set_up(t, &mut contoso, &provider).await;
    let mut zoe = t.browser();
    let page = to_provider(&mut zoe, "zoe@contoso.com").await;
    provider.sign_in(t, &mut zoe, &page, ("s-zoe", "zoe@contoso.com")).await;
    t.advance(jiff::SignedDuration::from_mins(20));
    let page = zoe.get("/account/passkeys/new").await;
    assert_eq!(page.location(), "/account/confirm?next=%2Faccount%2Fpasskeys%2Fnew");
    let page = zoe.follow(&page).await;
    assert!(!page.body.contains("name=\"password\""));
    let begin =
        async |zoe: &mut Browser| zoe.post("/account/confirm", &[("next", "/account/passkeys/new")]).await;
    let page = begin(&mut zoe).await;
    let request = provider.asked(&page);
    assert_eq!((request.get("prompt"), request.get("max_age")), ("login", "0"));
    // One who was only let through isn't enough, and another one isn't her.
    let mut claims = provider.claims(t, &request, "s-zoe", "zoe@contoso.com");
    claims["auth_time"] = json!(t.app.moment().now.as_second() - 1200);
    provider.gives(&claims);
    provider.send_back(&mut zoe, &request).await.assert_refused(422, "just shown who you are");
    assert_eq!(zoe.get("/account/passkeys/new").await.status, 303);
    let page = begin(&mut zoe).await;
    let page = provider.sign_in(t, &mut zoe, &page, ("s-ana", "ana@contoso.com")).await;
    assert_eq!(page.status, 422);
    assert_eq!(zoe.get("/account/passkeys/new").await.status, 303);
    let page = begin(&mut zoe).await;
    let page = provider.sign_in(t, &mut zoe, &page, ("s-zoe", "zoe@contoso.com")).await;
    assert_eq!(page.location(), "/account/passkeys/new", "{}", page.text());
    assert_eq!(zoe.get("/account/passkeys/new").await.status, 200);
    // A sign-in that the provider vouched for without asking is as old as it says.
    let mut later = t.browser();
    let page = to_provider(&mut later, "zoe@contoso.com").await;
    let request = provider.asked(&page);
    let mut claims = provider.claims(t, &request, "s-zoe", "zoe@contoso.com");
    claims["auth_time"] = json!((t.app.moment().now.as_second() - 7200) as f64);
    provider.gives(&claims);
    assert_eq!(provider.send_back(&mut later, &request).await.location(), "/overview");
    assert_eq!(later.get("/account/passkeys/new").await.status, 303);
}

async fn a_second_factor_of_the_provider_counts_if_it_is_trusted(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    // An administrator with recovery codes.
    person(t, contoso.tenant, "second", "contoso.com", Role::UserAdministrator).await;
    set_up(t, &mut contoso, &provider).await;
    let arrive = async |t: &mut TestApp, amr: Value| {
        let mut browser = t.browser();
        let page = to_provider(&mut browser, "second@contoso.com").await;
        let request = provider.asked(&page);
        let mut claims = provider.claims(t, &request, "s-second", "second@contoso.com");
        claims["amr"] = amr;
        provider.gives(&claims);
        provider.send_back(&mut browser, &request).await.location().to_owned()
    };
    assert_eq!(arrive(t, json!(["pwd", "mfa"])).await, "/sign-in/code");
    assert_eq!(
        save(&mut contoso.browser, &[("trusts_second_factor", "yes"), ("provider_client_secret", "")])
            .await
            .status,
        303
    );
    test(t, &mut contoso.browser, &provider, ("s-ana", "ana@contoso.com")).await;
    enforce(&mut contoso.browser).await;
    assert_eq!(arrive(t, json!(["pwd", "mfa"])).await, "/overview");
    assert_eq!(arrive(t, json!(["pwd"])).await, "/sign-in/code");
}

async fn a_name_that_the_token_lacks_is_asked_for(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    t.person(contoso.tenant, "contoso.com", "zoe", &[]).await;
    set_up(t, &mut contoso, &provider).await;
    for (subject, verified, words) in [
        ("s-other", true, "no claim email"),
        ("s-zoe", false, "doesn't say that the address is verified"),
        ("s-zoe", true, ""),
    ] {
        let mut zoe = t.browser();
        let page = to_provider(&mut zoe, "zoe@contoso.com").await;
        let request = provider.asked(&page);
        let mut claims = provider.claims(t, &request, "s-zoe", "");
        for name in ["email", "email_verified"] {
            claims.as_object_mut().unwrap().remove(name);
        }
        provider.gives(&claims);
        provider.tells(&json!({ "sub": subject, "email": "zoe@contoso.com", "email_verified": verified }));
        let page = provider.send_back(&mut zoe, &request).await;
        match words {
            "" => assert_eq!(page.location(), "/overview", "{}", page.text()),
            words => drop(page.assert_refused(422, words)),
        }
    }
    let asked = t.http.sent();
    let (_, bearer) =
        asked.last().unwrap().headers.iter().find(|(name, _)| *name == "authorization").unwrap();
    assert_eq!(bearer, "Bearer x");
}

async fn a_provider_that_fails_is_told_of(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    t.person(contoso.tenant, "contoso.com", "zoe", &[]).await;
    set_up(t, &mut contoso, &provider).await;
    let cases = [
        (SendError::Timeout, "didn't answer in time"),
        (SendError::Unreachable, "can't be reached"),
        (SendError::Insecure, "no safe connection"),
        (SendError::Unreadable, "can't be read"),
    ];
    for (error, words) in cases {
        let mut zoe = t.browser();
        let page = to_provider(&mut zoe, "zoe@contoso.com").await;
        let request = provider.asked(&page);
        provider.answers(Err(error));
        provider.send_back(&mut zoe, &request).await.assert_refused(422, words);
    }
    let mut zoe = t.browser();
    let page = to_provider(&mut zoe, "zoe@contoso.com").await;
    let request = provider.asked(&page);
    provider.refuses("invalid_client\"><script>");
    let page = provider.send_back(&mut zoe, &request).await;
    page.assert_refused(422, "declined: invalid_clientscript");
    let page = to_provider(&mut zoe, "zoe@contoso.com").await;
    let state = provider.asked(&page).get("state").to_owned();
    let path = format!("/sign-in/provider/contoso.com/answer?error=access_denied&state={state}&iss={ISSUER}");
    zoe.get(&path).await.assert_refused(422, "declined: access_denied");
    // In the provider's own words, as far as they can be shown.
    let page = to_provider(&mut zoe, "zoe@contoso.com").await;
    let state = provider.asked(&page).get("state").to_owned();
    let described = "error_description=Zoe+isn't+assigned%0A%E2%80%AE(A1)";
    let path = format!(
        "/sign-in/provider/contoso.com/answer?error=access_denied&{described}&state={state}&iss={ISSUER}"
    );
    zoe.get(&path).await.assert_refused(422, "declined: access_denied (Zoe isn't assigned (A1))");
    // Wrong passwords don't keep her out: there is nothing to guess.
    for _ in 0..12 {
        let page = zoe.get("/sign-in").await;
        zoe.submit(&page, &[("username", "zoe@contoso.com")]).await;
        zoe.post("/sign-in/password", &[("password", "a wrong one")]).await.assert_refused(422, "");
    }
    assert!(!log(t, &contoso).await.contains(&"locked".to_owned()));
    // A test tells its administrator the same.
    let page = contoso.browser.get(PAGE).await;
    let page = contoso.browser.submit_to(&page, &format!("{PAGE}/test"), &[]).await;
    let request = provider.asked(&page);
    provider.refuses("invalid_client");
    provider.send_back(&mut contoso.browser, &request).await.assert_refused(422, "declined: invalid_client");
}

async fn a_provider_that_does_not_fit_is_not_saved(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    let browser = &mut contoso.browser;
    for (name, value, words) in [
        ("issuer", "", "empty"),
        ("provider_client_id", "", "empty"),
        ("provider_client_secret", "", "empty"),
        ("issuer", "http://id.example", "https"),
        ("issuer", "https://127.0.0.1", "can't be reached"),
        ("issuer", "https://id.example/other", "can't be reached"),
        ("issuer", "https://id.example?x=y", "isn't an address"),
    ] {
        let page = save(browser, &[(name, value)]).await;
        assert_eq!(page.status, 422, "{name}={value}");
        assert!(page.text().contains(words), "{name}={value}: {}", page.text());
        assert!(!page.body.contains(SECRET));
    }
    for (name, value, words) in [
        ("issuer", json!("https://evil.example"), "speaks for the issuer https://evil.example"),
        ("token_endpoint", json!("https://10.0.0.1/token"), "lacks an endpoint"),
        ("jwks_uri", json!("http://id.example/keys"), "lacks an endpoint"),
        ("authorization_endpoint", json!("javascript:alert(1)"), "lacks an endpoint"),
        ("response_types_supported", json!(["id_token"]), "authorization code flow"),
        ("code_challenge_methods_supported", json!(["plain"]), "PKCE"),
    ] {
        let mut document = provider.document();
        document[name] = value;
        provider.publish(&document);
        save(browser, &[]).await.assert_refused(422, words);
    }
    // The secret goes to no other issuer than the one that it was entered for.
    provider.publish(&provider.document());
    assert_eq!(save(browser, &[]).await.status, 303);
    let mut document = provider.document();
    document["issuer"] = json!("https://two.example");
    t.http.put(
        "https://two.example/.well-known/openid-configuration",
        Ok(tenantry::outside::http::Answer {
            status: 200,
            retry_after: None,
            body: document.to_string().into_bytes(),
        }),
    );
    let page = save(browser, &[("issuer", "https://two.example"), ("provider_client_secret", "")]).await;
    page.assert_refused(422, "empty");
}

async fn it_ends_with_the_domain_name(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    t.person(contoso.tenant, "contoso.com", "zoe", &[]).await;
    set_up(t, &mut contoso, &provider).await;
    let mut zoe = t.browser();
    let page = to_provider(&mut zoe, "zoe@contoso.com").await;
    provider.sign_in(t, &mut zoe, &page, ("s-zoe", "zoe@contoso.com")).await;
    // Away when the name goes to another organisation.
    let mut away = t.browser();
    let page = to_provider(&mut away, "zoe@contoso.com").await;
    let (app, moment) = (t.app.clone(), t.app.moment());
    let actor = contoso.admin.clone();
    let gone: Result<(), tenantry::error::Error> = tenantry::transaction!(app.db, |scope| {
        let mut scope = scope.tenant(actor.grant()).await?;
        tenantry::features::domains::force_remove(&app, &mut scope, &actor, "contoso.com", &moment).await?;
        Ok(())
    });
    gone.unwrap();
    t.run_jobs().await;
    for table in ["identity_provider", "federated_identity"] {
        assert_eq!(t.rows(contoso.tenant, table).await, 0, "{table}");
    }
    provider
        .sign_in(t, &mut away, &page, ("s-zoe", "zoe@contoso.com"))
        .await
        .assert_refused(422, "Start again");
    assert!(!is_in(&mut away).await);
    t.mails_to("zoe@mail.test").await;
    let fabrikam = company(t, "fabrikam").await;
    own(t, &fabrikam.admin, "contoso.com").await;
    let page = away.get("/sign-in").await;
    assert_eq!(away.submit(&page, &[("username", "zoe@contoso.com")]).await.location(), "/sign-in/password");
}

async fn pages_say_where_they_sign_in_and_what_is_asked_after_it(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    let zoe = t.person(contoso.tenant, "contoso.com", "zoe", &[]).await;
    let theirs = format!("/people/{zoe}");
    contoso.browser.get(&theirs).await.assert_shows(&["Password"]);
    set_up(t, &mut contoso, &provider).await;
    let mut own = t.browser();
    let page = to_provider(&mut own, "zoe@contoso.com").await;
    provider.sign_in(t, &mut own, &page, ("s-zoe", "zoe@contoso.com")).await;
    let page = own.get("/account").await;
    page.assert_shows(&[
        "You sign in at https://id.example. No password or passkey of this service opens your account.",
        "What you set up here is asked for after your provider has signed you in.",
        "It doesn't open your account alone.",
    ]);
    assert!(page.attributes("a[href='/account/password']", "href").is_empty());
    let page = own.get("/account/passkeys/new").await;
    page.assert_shows(&["After your provider has signed you in, it asks"]);
    let page = contoso.browser.get(&theirs).await;
    page.assert_shows(&["Signs in at", ISSUER, "No password or passkey of this service opens the account."]);
    assert!(!page.text().contains("Asked for after the provider"));
    let resets = format!("a[href='{theirs}/reset-password']");
    assert!(page.attributes(&resets, "href").is_empty());

    // A passkey is a second factor that comes after the provider, and the last one may go: the provider is the way in.
    let mut authenticator = Authenticator::new();
    let page = authenticator.register(&mut own, "Work phone").await;
    assert_eq!(page.location(), "/account?done=passkey", "{}", page.text());
    contoso.browser.get(&theirs).await.assert_shows(&["Asked for after the provider has signed them in."]);
    let page = contoso.browser.get(&format!("{theirs}/second-factors")).await;
    page.assert_shows(&["the identity provider alone lets them in"]);
    let mut again = t.browser();
    let page = to_provider(&mut again, "zoe@contoso.com").await;
    let page = provider.sign_in(t, &mut again, &page, ("s-zoe", "zoe@contoso.com")).await;
    assert_eq!(page.location(), "/sign-in/code", "{}", page.text());
    let page = authenticator.use_at(&mut again, "/sign-in/code/passkey", &[]).await;
    assert_eq!(page.location(), "/overview", "{}", page.text());
    let page = again.get("/account").await;
    page.assert_shows(&["It won't be asked for after your provider any more."]);
    let removes = page.attributes("form[action^='/account/passkeys/'][action$='/remove']", "action");
    assert_eq!(again.post(&removes[0], &[]).await.location(), "/account?done=passkey-removed");
    an_administrator_keeps_a_second_factor(t, &mut contoso, &provider).await;
}

/// Unless the provider's own counts, and was brought.
async fn an_administrator_keeps_a_second_factor(t: &mut TestApp, contoso: &mut Company, provider: &Provider) {
    let (actor, mut second) =
        person(t, contoso.tenant, "second", "contoso.com", Role::UserAdministrator).await;
    lose_codes(t, &actor).await;
    second.get("/account/second-factor/first").await.assert_shows(&[
        "so the word of its provider alone must not be enough",
        "Your fingerprint, face or PIN, after your provider has signed you in.",
    ]);
    Authenticator::new().register(&mut second, "Key").await;
    let page = second.get("/account").await;
    let removes = page.attributes("form[action^='/account/passkeys/'][action$='/remove']", "action");
    second.post(&removes[0], &[]).await.assert_refused(409, "Administrators must have a second factor");
    let changes = [("trusts_second_factor", "yes"), ("provider_client_secret", "")];
    assert_eq!(save(&mut contoso.browser, &changes).await.status, 303);
    test(t, &mut contoso.browser, provider, ("s-ana", "ana@contoso.com")).await;
    enforce(&mut contoso.browser).await;
    second.get("/account").await.assert_shows(&["unless it says that it asked for a second factor itself"]);
    // That it may ask for one isn't that it did.
    second.post(&removes[0], &[]).await.assert_refused(409, "Administrators must have a second factor");
    let mut vouched = t.browser();
    let page = to_provider(&mut vouched, "second@contoso.com").await;
    let request = provider.asked(&page);
    let mut claims = provider.claims(t, &request, "s-second", "second@contoso.com");
    claims["amr"] = json!(["pwd", "mfa"]);
    provider.gives(&claims);
    assert_eq!(provider.send_back(&mut vouched, &request).await.location(), "/overview");
    assert_eq!(vouched.post(&removes[0], &[]).await.location(), "/account?done=passkey-removed");
}

async fn lose_codes(t: &TestApp, whose: &Actor) {
    let (grant, user) = (whose.grant(), whose.user_id().unwrap());
    let done: Result<(), tenantry::error::Error> = tenantry::transaction!(t.app.db, |scope| {
        let mut scope = scope.tenant(grant).await?;
        let sql = "DELETE FROM recovery_code WHERE tenant_id = $1 AND user_id = $2";
        scope.execute(sql, tenantry::params![user]).await?;
        Ok(())
    });
    done.unwrap();
}

async fn another_account_goes_on_to_the_same_place(t: &mut TestApp) {
    let (mut contoso, provider) = contoso(t).await;
    set_up(t, &mut contoso, &provider).await;
    let mut browser = t.browser();
    let page = browser.get("/sign-in?next=%2Fpeople").await;
    let page = browser.submit(&page, &[("username", "zoe@contoso.com")]).await;
    let lead = browser.follow(&page).await;
    assert_eq!(lead.attributes(".actions .link", "href"), ["/sign-in?next=%2Fpeople"]);
    // An administrator who tries the settings comes from them.
    let page = save(&mut contoso.browser, &[("name_claim", "upn")]).await;
    let page = contoso.browser.follow(&page).await;
    let lead = contoso.browser.submit_to(&page, &format!("{PAGE}/test"), &[]).await;
    assert_eq!(lead.attributes(".actions .link", "href"), [PAGE]);
}
