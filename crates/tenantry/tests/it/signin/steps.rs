//! The steps of signing in and out.

use jiff::SignedDuration;

use super::*;

both_engines!(
    a_person_signs_in_and_out,
    no_step_is_skipped_by_address,
    the_way_on_stays_on_this_site,
    staying_signed_in_lasts_longer,
    an_attempt_expires,
    a_new_sign_in_ends_the_session_before,
    a_temporary_password_must_be_replaced,
    disabled_means_disabled_at_once,
    signing_out_needs_a_post,
    an_outdated_hash_is_replaced(|config| config.passwords.iterations = 2),
    posts_are_limited(|config| config.limits.sensitive_per_minute = 3),
    odd_names_are_refused_by_their_form,
);

async fn a_person_signs_in_and_out(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    let page = browser.get("/account").await;
    assert_eq!(page.location(), "/sign-in?next=%2Faccount");
    let page = browser.follow(&page).await;
    let page = browser.submit_and_follow(&page, &[("username", &zoe.name.to_uppercase())]).await;
    page.assert_shows(&["Enter your password", &zoe.name]);
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_eq!(page.location(), "/account");
    browser.follow(&page).await.assert_shows(&["Zoe Quist", &zoe.name]);
    let page = browser.post("/sign-out", &[]).await;
    browser.follow(&page).await.assert_shows(&["You are signed out"]);
    assert!(!is_in(&mut browser).await);
    let told = activities(t, &zoe).await;
    assert!(["signed-in", "signed-out"].iter().all(|name| told.iter().any(|told| told == name)), "{told:?}");
    let mut scope = t.app.db.read().await.unwrap();
    let mut scope = scope.tenant(Actor::operator(zoe.tenant).grant()).await.unwrap();
    let sql = "SELECT at FROM last_sign_in WHERE tenant_id = $1 AND user_id = $2";
    let row: Row = scope.one(sql, params![zoe.id]).await.unwrap();
    assert!(row.get::<jiff::Timestamp>("at").is_ok());
}

async fn no_step_is_skipped_by_address(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    for path in ["/sign-in/password", "/sign-in/code", "/sign-in/new-password"] {
        assert_eq!(browser.get(path).await.location(), "/sign-in?expired", "{path}");
        let page = browser.post(path, &[("password", PASSWORD), ("code", "123456")]).await;
        assert_eq!(page.location(), "/sign-in?expired", "{path}");
    }
    to_password(&mut browser, &zoe.name).await;
    for path in ["/sign-in/code", "/sign-in/new-password"] {
        assert_eq!(browser.get(path).await.location(), "/sign-in?expired", "{path}");
        let page = browser.post(path, &[("password", OTHER_PASSWORD), ("code", "123456")]).await;
        assert_eq!(page.location(), "/sign-in?expired", "{path}");
    }
    let cookie = browser.cookie("sign-in").unwrap().to_owned();
    let mut forged = cookie.clone().into_bytes();
    forged[40] ^= 1;
    browser.set_cookie("sign-in", &String::from_utf8_lossy(&forged));
    assert_eq!(browser.get("/sign-in/password").await.location(), "/sign-in?expired");
    browser.set_cookie("reset", &cookie);
    browser.set_cookie("session", &cookie);
    assert!(!is_in(&mut browser).await);
}

async fn the_way_on_stays_on_this_site(t: &mut TestApp) {
    let zoe = employee(t).await;
    for (asked, expected) in [
        ("/people?page=2", "/people?page=2"),
        ("//evil.example", "/overview"),
        ("https://evil.example/", "/overview"),
        ("/\\evil.example", "/overview"),
        ("/%0d%0aSet-Cookie:a=b", "/%0d%0aSet-Cookie:a=b"),
        ("/\r\nSet-Cookie: a=b", "/overview"),
        ("javascript:alert(1)", "/overview"),
        ("", "/overview"),
    ] {
        let mut browser = t.browser();
        let page = browser.post("/sign-in", &[("username", &zoe.name), ("next", asked)]).await;
        let page = browser.follow(&page).await;
        let page = browser.submit(&page, &[("password", PASSWORD)]).await;
        assert_eq!(page.location(), expected, "{asked:?}");
    }
}

async fn staying_signed_in_lasts_longer(t: &mut TestApp) {
    let zoe = employee(t).await;
    let (mut kept, mut short) = (t.browser(), t.browser());
    let page = to_password(&mut kept, &zoe.name).await;
    let page = kept.submit(&page, &[("password", PASSWORD), ("remember", "yes")]).await;
    let session = |page: &Page| {
        let cookies = page.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
        cookies.filter(|cookie| cookie.starts_with("session=")).collect::<Vec<_>>().join("")
    };
    assert!(session(&page).contains("Max-Age=7776000"), "{}", session(&page));
    assert!(session(&page).contains("HttpOnly; SameSite=Lax"));
    let page = sign_in(&mut short, &zoe.name).await;
    assert!(!session(&page).contains("Max-Age"), "ends with the browser");
    t.advance(SignedDuration::from_hours(25));
    assert!(is_in(&mut kept).await);
    assert!(!is_in(&mut short).await);
    t.advance(SignedDuration::from_hours(24 * 90));
    assert!(!is_in(&mut kept).await);
}

async fn an_attempt_expires(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    let page = to_password(&mut browser, &zoe.name).await;
    t.advance(SignedDuration::from_mins(10));
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_eq!(page.location(), "/sign-in?expired");
    browser.follow(&page).await.assert_shows(&["This sign-in took too long"]);
}

async fn a_new_sign_in_ends_the_session_before(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    let old = browser.cookie("session").unwrap().to_owned();
    let page = browser.post("/sign-in", &[("username", &zoe.name)]).await;
    let page = browser.follow(&page).await;
    browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_ne!(browser.cookie("session").unwrap(), old);
    assert!(is_in(&mut browser).await);
    browser.set_cookie("session", &old);
    assert!(!is_in(&mut browser).await);
}

async fn a_temporary_password_must_be_replaced(t: &mut TestApp) {
    let zoe = employee(t).await;
    alter(t, &zoe, "UPDATE user_password SET must_change = TRUE WHERE tenant_id = $1 AND user_id = $2").await;
    let mut browser = t.browser();
    let page = try_password(&mut browser, &zoe.name, PASSWORD).await;
    assert_eq!(page.location(), "/sign-in/new-password");
    assert!(!is_in(&mut browser).await);
    let page = browser.follow(&page).await;
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    page.assert_refused(422, "This is the password that you have now");
    let page = browser.submit(&page, &[("password", "zoe-zoe-quist-1")]).await;
    page.assert_refused(422, "contains your name");
    let page = browser.submit(&page, &[("password", "password1")]).await;
    page.assert_refused(422, "easy to guess");
    let page = browser.submit(&page, &[("password", OTHER_PASSWORD)]).await;
    assert_eq!(page.location(), "/overview");
    assert!(is_in(&mut browser).await);
    let told = activities(t, &zoe).await;
    assert!(told.contains(&"password-changed".to_owned()), "{told:?}");
    let mut other = t.browser();
    try_password(&mut other, &zoe.name, PASSWORD).await.assert_refused(422, "don't match");
    assert_eq!(try_password(&mut other, &zoe.name, OTHER_PASSWORD).await.location(), "/overview");
}

async fn disabled_means_disabled_at_once(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    assert!(is_in(&mut browser).await);
    let mut half = t.browser();
    let page = to_password(&mut half, &zoe.name).await;
    alter(t, &zoe, "UPDATE users SET account_enabled = FALSE WHERE tenant_id = $1 AND id = $2").await;
    assert!(!is_in(&mut browser).await);
    half.submit(&page, &[("password", PASSWORD)]).await.assert_refused(422, "don't match");
    alter(t, &zoe, "UPDATE users SET account_enabled = TRUE WHERE tenant_id = $1 AND id = $2").await;
    assert!(is_in(&mut browser).await);
    let tenant = zoe.tenant;
    let deleted: Result<u64, Error> = transaction!(t.app.db, |scope| {
        Ok(scope.execute("UPDATE tenant SET deleted_at = 1 WHERE id = $1", params![tenant]).await?)
    });
    assert_eq!(deleted.unwrap(), 1);
    assert!(!is_in(&mut browser).await);
    try_password(&mut half, &zoe.name, PASSWORD).await.assert_refused(422, "don't match");
}

async fn signing_out_needs_a_post(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    assert_eq!(browser.get("/sign-out").await.status.as_u16(), 405);
    assert!(is_in(&mut browser).await);
    let foreign = browser.request(http::Method::POST, "/sign-out").header("sec-fetch-site", "cross-site");
    let page = browser.send("/sign-out", foreign.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(page.status.as_u16(), 403);
    assert!(is_in(&mut browser).await);
}

async fn an_outdated_hash_is_replaced(t: &mut TestApp) {
    let zoe = employee(t).await;
    let weak = tenantry::passwords::Hasher::start(&tenantry::config::Passwords {
        memory: 64,
        iterations: 1,
        lanes: 1,
        parallel: 1,
        waiting: 8,
    })
    .unwrap();
    let old = weak.hash(&Secret::new(PASSWORD), &t.app.moment()).await.unwrap();
    let sql = format!("UPDATE user_password SET hash = '{old}' WHERE tenant_id = $1 AND user_id = $2");
    alter(t, &zoe, &sql).await;
    let mut browser = t.browser();
    try_password(&mut browser, &zoe.name, OTHER_PASSWORD).await.assert_refused(422, "don't match");
    assert_eq!(stored_hash(t, &zoe).await, old, "a wrong password changes nothing");
    sign_in(&mut browser, &zoe.name).await;
    assert!(stored_hash(t, &zoe).await.contains("t=2"));
    assert!(is_in(&mut browser).await);
    sign_in(&mut t.browser(), &zoe.name).await;
}

async fn stored_hash(t: &TestApp, zoe: &Person) -> String {
    let mut scope = t.app.db.read().await.unwrap();
    let mut scope = scope.tenant(Actor::operator(zoe.tenant).grant()).await.unwrap();
    tenantry::features::credentials::password_of(&mut scope, zoe.id).await.unwrap().unwrap().hash
}

async fn posts_are_limited(t: &mut TestApp) {
    let mut browser = t.browser();
    for _ in 0..3 {
        let page = browser.post("/sign-in", &[("username", "a@contoso.com")]).await;
        assert_eq!(page.status.as_u16(), 303);
    }
    let page = browser.post("/sign-in", &[("username", "a@contoso.com")]).await;
    assert_eq!(page.status.as_u16(), 429);
    assert!(page.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(t.browser().post("/sign-in", &[("username", "a@contoso.com")]).await.status.as_u16(), 303);
}

async fn odd_names_are_refused_by_their_form(t: &mut TestApp) {
    let mut browser = t.browser();
    let page = browser.get("/sign-in").await;
    let page = browser.submit(&page, &[("username", "zoe")]).await;
    page.assert_refused(422, "A user name ends in @ and a domain");
    assert_eq!(page.attributes("#username", "value"), ["zoe"]);
    let page = browser.submit(&page, &[("username", "<script>alert(1)</script>@x")]).await;
    page.assert_refused(422, "A user name ends in @ and a domain");
    assert!(!page.body.contains("<script>alert"));
    let page = browser.submit(&page, &[("username", "ana@gmail.com")]).await;
    page.assert_refused(422, "needs a work account");
}
