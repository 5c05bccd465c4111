//! Smart lockout, as people and guessers meet it.

use jiff::SignedDuration;

use super::*;

both_engines!(
    ten_guesses_lock_for_a_minute_and_longer_each_time(super::unlimited),
    a_repeated_wrong_password_counts_once(super::unlimited),
    familiar_places_stay_open(super::unlimited),
    the_right_password_gives_no_endless_codes(super::unlimited),
    guesses_at_once_are_counted_one_by_one(super::unlimited),
);

async fn guess(browser: &mut Browser, name: &str, number: usize) -> u16 {
    try_password(browser, name, &format!("wrong guess number {number}")).await.status.as_u16()
}

async fn ten_guesses_lock_for_a_minute_and_longer_each_time(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    for number in 0..9 {
        assert_eq!(guess(&mut browser, &zoe.name, number).await, 422);
    }
    let failed = try_password(&mut browser, &zoe.name, "wrong guess number 9").await;
    let locked = try_password(&mut browser, &zoe.name, PASSWORD).await;
    assert_eq!((failed.status, failed.text()), (locked.status, locked.text()), "locked looks like failed");
    t.advance(SignedDuration::from_secs(59));
    try_password(&mut browser, &zoe.name, PASSWORD).await.assert_refused(422, "don't match");
    t.advance(SignedDuration::from_secs(1));
    assert_eq!(guess(&mut browser, &zoe.name, 10).await, 422);
    t.advance(SignedDuration::from_secs(119));
    try_password(&mut browser, &zoe.name, PASSWORD).await.assert_refused(422, "don't match");
    t.advance(SignedDuration::from_secs(1));
    sign_in(&mut browser, &zoe.name).await;
    let told = activities(t, &zoe).await;
    assert_eq!(told.iter().filter(|told| *told == "sign-in-refused: locked").count(), 3, "{told:?}");
    assert_eq!(told.iter().filter(|told| *told == "sign-in-refused: wrong-password").count(), 11);
}

async fn a_repeated_wrong_password_counts_once(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut browser = t.browser();
    for _ in 0..25 {
        assert_eq!(guess(&mut browser, &zoe.name, 1).await, 422);
    }
    sign_in(&mut browser, &zoe.name).await;
}

async fn familiar_places_stay_open(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut own = t.browser();
    sign_in(&mut own, &zoe.name).await;
    own.post("/sign-out", &[]).await;
    let mut stranger = t.browser();
    for number in 0..12 {
        guess(&mut stranger, &zoe.name, number).await;
    }
    try_password(&mut stranger, &zoe.name, PASSWORD).await.assert_refused(422, "don't match");
    sign_in(&mut own, &zoe.name).await;
    let mut forged = t.browser();
    let mark = own.cookie("familiar").unwrap().to_owned();
    let (number, _) = mark.split_once('~').unwrap();
    forged.set_cookie("familiar", &format!("{number}~AAAA.{number}~"));
    try_password(&mut forged, &zoe.name, PASSWORD).await.assert_refused(422, "don't match");
}

async fn the_right_password_gives_no_endless_codes(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut own = t.browser();
    sign_in(&mut own, &zoe.name).await;
    let key = set_up_app(t, &mut own).await;
    let mut thief = t.browser();
    let mut kept = thief.clone();
    for _ in 0..10 {
        let page = try_password(&mut thief, &zoe.name, PASSWORD).await;
        assert_eq!(page.location(), "/sign-in/code");
        let page = thief.follow(&page).await;
        thief.submit(&page, &[("code", "000000")]).await.assert_refused(422, "This code isn't right");
        kept = thief.clone();
    }
    try_password(&mut thief, &zoe.name, PASSWORD).await.assert_refused(422, "don't match");
    let page = kept.post("/sign-in/code", &[("code", &code_of(t, &key))]).await;
    page.assert_refused(422, "This code isn't right");
    assert!(!is_in(&mut kept).await);
}

async fn guesses_at_once_are_counted_one_by_one(t: &mut TestApp) {
    let zoe = employee(t).await;
    let mut tries = Vec::new();
    for number in 0..16 {
        let (mut browser, name) = (t.browser(), zoe.name.clone());
        tries.push(tokio::spawn(async move { guess(&mut browser, &name, number).await }));
    }
    for one in tries {
        assert_eq!(one.await.unwrap(), 422);
    }
    let told = activities(t, &zoe).await;
    assert_eq!(told.iter().filter(|told| *told == "sign-in-refused: wrong-password").count(), 10, "{told:?}");
    assert_eq!(told.iter().filter(|told| *told == "sign-in-refused: locked").count(), 6);
}
