//! My account.

use jiff::SignedDuration;

use super::*;

both_engines!(
    the_password_is_changed_everywhere,
    sessions_are_listed_named_and_ended,
    a_change_wants_a_fresh_sign_in,
    strength_is_told_while_typing,
);

async fn the_password_is_changed_everywhere(t: &mut TestApp) {
    let zoe = employee(t).await;
    let (mut own, mut other) = (t.browser(), t.browser());
    sign_in(&mut own, &zoe.name).await;
    sign_in(&mut other, &zoe.name).await;
    let page = own.get("/account/password").await;
    let wrong = [("current_password", OTHER_PASSWORD), ("password", OTHER_PASSWORD)];
    own.submit(&page, &wrong).await.assert_refused(422, "isn't your present password");
    let same = [("current_password", PASSWORD), ("password", PASSWORD)];
    own.submit(&page, &same).await.assert_refused(422, "the password that you have now");
    let weak = [("current_password", PASSWORD), ("password", "Contoso1234")];
    own.submit(&page, &weak).await.assert_refused(422, "name of your organisation");
    assert!(is_in(&mut other).await);
    let page = own.submit(&page, &[("current_password", PASSWORD), ("password", OTHER_PASSWORD)]).await;
    own.follow(&page).await.assert_shows(&["Your password was changed"]);
    assert!(!is_in(&mut other).await);
    let mail = t.mail_to(&zoe.contact).await;
    assert!(mail.subject.contains(&zoe.name), "{mail:?}");
    assert_eq!(try_password(&mut other, &zoe.name, OTHER_PASSWORD).await.location(), "/overview");
    t.assert_nothing_left().await;
}

async fn sessions_are_listed_named_and_ended(t: &mut TestApp) {
    let zoe = employee(t).await;
    let stranger = company(t, "fabrikam").await;
    let stranger = person(t, stranger, "fabrikam", "mia", &[]).await;
    let (mut own, mut second, mut third, mut mia) = (t.browser(), t.browser(), t.browser(), t.browser());
    for browser in [&mut own, &mut second, &mut third] {
        sign_in(browser, &zoe.name).await;
        t.advance(SignedDuration::from_secs(1));
    }
    sign_in(&mut mia, &stranger.name).await;
    let page = own.get("/account").await;
    page.assert_shows(&["Where you are signed in", "This browser", "192.0.2.1", "192.0.2.3"]);
    let ends: Vec<String> =
        page.forms().into_iter().map(|form| form.action).filter(|action| action.ends_with("/end")).collect();
    assert_eq!(ends.len(), 2, "newest first: {ends:?}");
    assert_eq!(mia.post(&ends[0], &[]).await.status.as_u16(), 404, "a foreign session is unknown");
    assert_eq!(mia.post("/account/sessions/nonsense/end", &[]).await.status.as_u16(), 404);
    assert!(is_in(&mut third).await);
    let name = ends[0].replace("/end", "/name");
    assert_eq!(own.post(&name, &[("session_name", "Kitchen <b>tablet")]).await.status.as_u16(), 303);
    own.get("/account").await.assert_shows(&["Kitchen <b>tablet"]);
    own.post(&name, &[("session_name", &"x".repeat(61))]).await.assert_refused(422, "longer than 60");
    own.post(&name, &[("session_name", "a\0b")]).await.assert_refused(422, "characters that can't be used");
    assert_eq!(own.post(&ends[0], &[]).await.location(), "/account?done=session");
    assert!(!is_in(&mut third).await);
    assert!(is_in(&mut second).await);
    own.post("/account/sessions/end-others", &[]).await;
    assert!(!is_in(&mut second).await);
    assert!(is_in(&mut own).await && is_in(&mut mia).await);
}

async fn a_change_wants_a_fresh_sign_in(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    t.advance(SignedDuration::from_mins(15));
    let page = browser.post("/account/second-factor/codes", &[]).await;
    assert_eq!(page.location(), "/account/confirm?next=%2Faccount");
    let page = browser.follow(&page).await;
    let page = browser.submit(&page, &[("password", OTHER_PASSWORD)]).await;
    page.assert_refused(422, "isn't your present password");
    let page = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_eq!(page.location(), "/account");
    let page = browser.post("/account/second-factor/codes", &[]).await;
    page.assert_shows(&["Keep these recovery codes"]);
}

async fn strength_is_told_while_typing(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &zoe.name).await;
    for (typed, told) in
        [(OTHER_PASSWORD, "Strong"), ("zoe-zoe-quist-1", "contains your name"), ("short", "shorter than 8")]
    {
        let part = browser.post("/account/password/check", &[("password", typed)]).await;
        assert!(part.body.contains(told), "{typed}: {}", part.body);
        assert!(!part.body.contains("<html"));
    }
    assert_eq!(browser.post("/account/password/check", &[]).await.body.trim(), "");
}
