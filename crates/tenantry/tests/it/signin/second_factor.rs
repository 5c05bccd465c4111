//! Authenticator apps, recovery codes, and the gate for administrators.

use jiff::SignedDuration;

use super::*;

both_engines!(
    an_administrator_sets_up_a_factor_before_anything_else,
    recovery_codes_alone_are_enough,
    a_code_of_the_app_counts_once,
    a_recovery_code_used_twice_at_once_counts_once,
    nothing_is_used_up_while_locked(super::unlimited),
    a_wrong_first_code_changes_nothing,
    a_session_without_the_factor_is_shut_out,
    the_last_factor_of_an_administrator_stays,
);

async fn an_administrator_sets_up_a_factor_before_anything_else(t: &mut TestApp) {
    let zoe = administrator(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    for path in ["/account", "/account/password"] {
        assert_eq!(browser.get(path).await.location(), "/account/second-factor/first", "{path}");
    }
    for path in ["/account/password", "/account/sessions/end-others"] {
        assert_eq!(browser.post(path, &[]).await.location(), "/account/second-factor/first", "{path}");
    }
    let page = browser.get("/account/second-factor/first").await;
    page.assert_shows(&["Add a second way", "Authenticator app", "Recovery codes"]);
    let key = set_up_app(t, &mut browser).await;
    assert!(is_in(&mut browser).await);
    browser.post("/sign-out", &[]).await;

    let page = try_password(&mut browser, &zoe.name, PASSWORD).await;
    assert_eq!(page.location(), "/sign-in/code");
    assert!(!is_in(&mut browser).await);
    let page = browser.follow(&page).await;
    let page = browser.submit(&page, &[("code", "000000")]).await;
    page.assert_refused(422, "This code isn't right");
    let page = browser.submit(&page, &[("code", &code_of(t, &key))]).await;
    assert_eq!(page.location(), "/overview");
    assert!(is_in(&mut browser).await);
}

async fn make_codes(browser: &mut Browser) -> Vec<String> {
    let page = browser.post("/account/second-factor/codes", &[]).await;
    page.assert_shows(&["Keep these recovery codes"]);
    let codes: Vec<String> =
        page.text_of(".codes ol").unwrap().split_whitespace().map(str::to_owned).collect();
    assert_eq!(codes.len(), 10);
    codes
}

async fn recovery_codes_alone_are_enough(t: &mut TestApp) {
    let zoe = administrator(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    let earlier = make_codes(&mut browser).await;
    assert!(is_in(&mut browser).await);
    let codes = make_codes(&mut browser).await;
    let mails = t.mails_to(&zoe.contact).await;
    assert_eq!(mails.len(), 2, "{mails:?}");
    assert!(
        mails[1].subject.contains("New recovery codes") && !mails[1].text.contains(&codes[0]),
        "{mails:?}"
    );
    browser.post("/sign-out", &[]).await;

    let page = try_password(&mut browser, &zoe.name, PASSWORD).await;
    let page = browser.follow(&page).await;
    page.assert_shows(&["Recovery code"]);
    let page = browser.submit(&page, &[("code", &earlier[0])]).await;
    page.assert_refused(422, "This code isn't right");
    let spelled = codes[0].to_uppercase().replace('-', " ");
    let page = browser.submit(&page, &[("code", &spelled)]).await;
    assert_eq!(page.location(), "/overview");
    browser.get("/account").await.assert_shows(&["9 are left"]);
    let told = activities(t, &zoe).await;
    assert!(told.contains(&"recovery-code-used".to_owned()), "{told:?}");

    let mut other = t.browser();
    let page = try_password(&mut other, &zoe.name, PASSWORD).await;
    let page = other.follow(&page).await;
    other.submit(&page, &[("code", &codes[0])]).await.assert_refused(422, "was used before");
}

async fn a_code_of_the_app_counts_once(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    let key = set_up_app(t, &mut browser).await;
    let code = code_of(t, &key);
    let mut seen = Vec::new();
    for _ in 0..2 {
        let mut other = t.browser();
        let page = try_password(&mut other, &zoe.name, PASSWORD).await;
        let page = other.follow(&page).await;
        seen.push(other.submit(&page, &[("code", &code)]).await.status.as_u16());
    }
    assert_eq!(seen, [303, 422]);
    let mut late = t.browser();
    let page = try_password(&mut late, &zoe.name, PASSWORD).await;
    let page = late.follow(&page).await;
    t.advance(SignedDuration::from_secs(30));
    late.submit(&page, &[("code", &code)]).await.assert_refused(422, "was used before");
    assert_eq!(late.submit(&page, &[("code", &code_of(t, &key))]).await.status.as_u16(), 303);
}

async fn a_recovery_code_used_twice_at_once_counts_once(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    let codes = make_codes(&mut browser).await;
    let mut tries = Vec::new();
    for _ in 0..6 {
        let mut other = t.browser();
        let page = try_password(&mut other, &zoe.name, PASSWORD).await;
        let page = other.follow(&page).await;
        let code = codes[3].clone();
        tries
            .push(tokio::spawn(async move { other.submit(&page, &[("code", &code)]).await.status.as_u16() }));
    }
    let mut won = 0;
    for one in tries {
        match one.await.unwrap() {
            303 => won += 1,
            422 => (),
            other => panic!("{other}"),
        }
    }
    assert_eq!(won, 1);
}

async fn nothing_is_used_up_while_locked(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut own = t.browser();
    sign_in(&mut own, &zoe.name).await;
    let codes = make_codes(&mut own).await;
    let key = set_up_app(t, &mut own).await;
    t.advance(SignedDuration::from_secs(30));
    let mut browser = t.browser();
    let page = try_password(&mut browser, &zoe.name, PASSWORD).await;
    let page = browser.follow(&page).await;
    let recovery = browser.get("/sign-in/code?with=recovery").await;
    for _ in 0..10 {
        browser.submit(&page, &[("code", "000000")]).await.assert_refused(422, "This code isn't right");
    }
    let shown = code_of(t, &key);
    browser.submit(&recovery, &[("code", &codes[0])]).await.assert_refused(422, "This code isn't right");
    browser.submit(&page, &[("code", &shown)]).await.assert_refused(422, "This code isn't right");
    t.advance(SignedDuration::from_secs(60));
    own.get("/account").await.assert_shows(&["10 are left"]);
    assert_eq!(browser.submit(&recovery, &[("code", &codes[0])]).await.location(), "/overview");
    let step = "SELECT accepted_step FROM authenticator WHERE tenant_id = $1 AND user_id = $2";
    let mut scope = t.app.db.read().await.unwrap();
    let mut scope = scope.tenant(Actor::operator(zoe.tenant).grant()).await.unwrap();
    let row: Row = scope.one(step, params![zoe.id]).await.unwrap();
    assert!(row.get::<i64>("accepted_step").unwrap() < (t.app.moment().now.as_second() - 60) / 30);
}

async fn a_wrong_first_code_changes_nothing(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    let page = browser.post("/account/second-factor/authenticator", &[]).await;
    let page = browser.follow(&page).await;
    assert!(page.body.contains("<svg"), "the picture is there");
    let page = browser.submit(&page, &[("code", "12345")]).await;
    page.assert_refused(422, "isn't the code that the app shows now");
    browser.get("/account").await.assert_shows(&["Set up an app"]);
    assert_eq!(sign_in(&mut t.browser(), &zoe.name).await.location(), "/overview");
    let key = page.text_of(".secret").unwrap();
    t.advance(SignedDuration::from_mins(15));
    let late = browser.submit(&page, &[("code", &code_of(t, &key))]).await;
    assert!(late.location().starts_with("/account/confirm"), "a sign-in of 15 minutes ago isn't fresh");
    assert_eq!(browser.get("/account/second-factor/authenticator").await.location(), "/account");
}

async fn a_session_without_the_factor_is_shut_out(t: &mut TestApp) {
    let zoe = administrator(t).await;
    let (mut one, mut two) = (t.browser(), t.browser());
    sign_in(&mut one, &zoe.name).await;
    sign_in(&mut two, &zoe.name).await;
    set_up_app(t, &mut one).await;
    assert!(is_in(&mut one).await);
    assert_eq!(two.get("/account").await.location(), "/sign-in?next=%2Faccount");
    two.get("/sign-in").await.assert_shows(&["With your work account"]);
    assert!(two.post("/account/second-factor/codes", &[]).await.location().starts_with("/sign-in"));
}

async fn the_last_factor_of_an_administrator_stays(t: &mut TestApp) {
    let zoe = administrator(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    set_up_app(t, &mut browser).await;
    let page = browser.post("/account/second-factor/authenticator/remove", &[]).await;
    page.assert_refused(409, "Administrators must have a second factor");
    make_codes(&mut browser).await;
    let page = browser.post("/account/second-factor/authenticator/remove", &[]).await;
    assert_eq!(page.location(), "/account?done=app-removed");
    browser.follow(&page).await.assert_shows(&["The authenticator app was removed", "10 are left"]);
}
