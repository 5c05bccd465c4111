//! Sign-up as people do it: step by step, back and forth, twice, on two devices, and badly.

use http::StatusCode;
use jiff::SignedDuration;
use tenantry::access::Origin;
use tenantry::access::session;
use tenantry::db::DbError;
use tenantry::error::Error;
use tenantry::transaction;

use crate::support::TestApp;
use crate::support::company::{CONTOSO, Company, FABRIKAM};

both_engines!(
    a_company_gets_its_tenant_in_one_piece,
    no_step_can_be_skipped_by_its_address,
    a_wrong_code_counts_and_five_are_too_many,
    a_new_code_voids_the_old_one,
    codes_are_limited_by_address_and_by_network,
    another_device_resumes_after_proving_the_mailbox,
    sending_twice_and_two_tabs_make_one_tenant,
    two_tabs_at_once_make_one_tenant,
    going_back_keeps_and_changes_what_was_entered,
    a_code_works_only_in_the_browser_that_asked,
    a_taken_prefix_and_its_look_alikes_are_refused_with_a_free_one,
    personal_addresses_are_refused_with_the_remedy,
    a_colleague_is_told_and_asks_for_access,
    a_colleague_waits_for_an_unfinished_sign_up,
    nobody_learns_anything_before_the_mailbox_is_proven,
    an_unfinished_sign_up_expires_with_a_notice,
    a_finished_sign_up_signs_in_again_only_for_minutes,
    payment_is_needed_where_the_operator_says_so(|config| config.sign_up.payment_optional = false),
    opening_links_changes_nothing,
    a_follower_whose_request_is_refused_stops_nobody,
    signing_out_ends_the_way_back_in,
    a_right_taken_away_after_admission_is_gone,
    whoever_asks_again_too_soon_is_led_to_the_code,
);

async fn a_company_gets_its_tenant_in_one_piece(t: &mut TestApp) {
    let mut browser = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut browser).await;
    let agreement = CONTOSO.fill(&mut browser, &organisation).await;
    assert_eq!(t.count("SELECT count(*) FROM tenant").await, 0);
    let signed = browser.submit(&agreement, &Company::SIGNATURE).await;
    assert_eq!(signed.location(), "/account/second-factor/first");
    assert!(browser.cookie("session").is_some());
    assert_eq!(t.column("SELECT display_name FROM tenant").await, ["Contoso Ltd"]);
    assert_eq!(t.column("SELECT name FROM verified_domain").await, ["contoso.onwork.localhost"]);
    assert_eq!(t.column("SELECT state FROM sign_up").await, ["completed"]);
    let mails = t.mails_to(CONTOSO.email).await;
    assert!(mails.iter().any(|mail| mail.text.contains("ana.torres@contoso.onwork.localhost")), "{mails:?}");
    assert!(mails.iter().any(|mail| mail.html.contains("Managing director")), "no receipt: {mails:?}");
    t.assert_nothing_left().await;
}

async fn no_step_can_be_skipped_by_its_address(t: &mut TestApp) {
    let steps = ["discovery", "organisation", "details", "payment", "agreement"];
    let mut stranger = t.browser();
    for step in steps {
        assert_eq!(stranger.get(&format!("/sign-up/{step}")).await.location(), "/sign-up", "{step}");
        assert_eq!(
            stranger.post(&format!("/sign-up/{step}"), &[]).await.status.as_u16() / 100,
            if step == "payment" { 4 } else { 3 },
            "{step}"
        );
    }
    let mut browser = t.browser();
    CONTOSO.prove_mailbox(t, &mut browser).await;
    for step in ["details", "payment", "agreement"] {
        assert_eq!(
            browser.get(&format!("/sign-up/{step}")).await.location(),
            "/sign-up/organisation",
            "{step}"
        );
    }
    let skipped = browser.post("/sign-up/agreement", &Company::SIGNATURE).await;
    assert_eq!(skipped.location(), "/sign-up/organisation");
    assert_eq!(t.count("SELECT count(*) FROM tenant").await, 0);
}

fn another(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

async fn a_wrong_code_counts_and_five_are_too_many(t: &mut TestApp) {
    let mut browser = t.browser();
    let page = CONTOSO.ask_for_code(&mut browser).await;
    let code = t.mail_to(CONTOSO.email).await.code();
    for _ in 0..4 {
        browser
            .submit(&page, &[("code", &another(&code))])
            .await
            .assert_refused(422, "That isn't the code we sent.");
    }
    browser.submit(&page, &[("code", &another(&code))]).await.assert_refused(422, "last try");
    browser.submit(&page, &[("code", &code)]).await.assert_refused(422, "run out");
    assert_eq!(t.count("SELECT count(*) FROM sign_up").await, 0);
}

async fn a_new_code_voids_the_old_one(t: &mut TestApp) {
    let mut browser = t.browser();
    let page = CONTOSO.ask_for_code(&mut browser).await;
    let old = t.mail_to(CONTOSO.email).await.code();
    browser.submit_to(&page, "/sign-up/code/resend", &[]).await.assert_refused(429, "less than a minute ago");
    t.advance(SignedDuration::from_secs(61));
    let page = browser.submit_to(&page, "/sign-up/code/resend", &[]).await;
    let page = browser.follow(&page).await;
    let new = t.mail_to(CONTOSO.email).await.code();
    if old != new {
        browser.submit(&page, &[("code", &old)]).await.assert_refused(422, "That isn't the code we sent.");
    }
    t.advance(SignedDuration::from_secs(601));
    browser.submit(&page, &[("code", &new)]).await.assert_refused(422, "run out");
}

async fn codes_are_limited_by_address_and_by_network(t: &mut TestApp) {
    let mut browser = t.browser();
    for _ in 0..5 {
        CONTOSO.ask_for_code(&mut browser).await;
        t.advance(SignedDuration::from_secs(61));
    }
    let refused = browser.post("/sign-up/start", &[("email", CONTOSO.email)]).await;
    refused.assert_refused(429, "Too many codes were sent to this address.");
    assert!(!refused.header("retry-after").is_empty());
    t.mails_to(CONTOSO.email).await;
    let mut crowd = t.browser();
    for number in 0..20 {
        let sent = crowd
            .post("/sign-up/start", &[("email", &format!("person{number}.surname@company{number}.example"))])
            .await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    }
    crowd
        .post("/sign-up/start", &[("email", "one.more@companyx.example")])
        .await
        .assert_refused(429, "from your network");
}

async fn another_device_resumes_after_proving_the_mailbox(t: &mut TestApp) {
    let mut desk = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut desk).await;
    desk.submit_and_follow(&organisation, &CONTOSO.organisation()).await;
    t.advance(SignedDuration::from_hours(20));
    let mut phone = t.browser();
    let resumed = CONTOSO.prove_mailbox(t, &mut phone).await;
    assert_eq!(resumed.path, "/sign-up/details");
    assert_eq!(resumed.attributes("#prefix", "value"), ["contoso"]);
    assert_eq!(t.count("SELECT count(*) FROM sign_up").await, 1);
    phone.submit_and_follow(&resumed, &CONTOSO.details()).await;
    let agreement = desk.get("/sign-up/agreement").await;
    let signed = desk.submit(&agreement, &Company::SIGNATURE).await;
    assert_eq!(signed.location(), "/account/second-factor/first");
}

async fn sending_twice_and_two_tabs_make_one_tenant(t: &mut TestApp) {
    let mut first = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut first).await;
    let agreement = CONTOSO.fill(&mut first, &organisation).await;
    let mut second = first.clone();
    let one = first.submit(&agreement, &Company::SIGNATURE).await;
    let two = second.submit(&agreement, &Company::SIGNATURE).await;
    let three = first.submit(&agreement, &Company::SIGNATURE).await;
    for answer in [&one, &two, &three] {
        assert_eq!(answer.location(), "/account/second-factor/first");
    }
    assert_eq!(t.count("SELECT count(*) FROM tenant").await, 1);
    assert_eq!(first.get("/sign-up/organisation").await.location(), "/overview");
}

async fn two_tabs_at_once_make_one_tenant(t: &mut TestApp) {
    let mut first = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut first).await;
    let agreement = CONTOSO.fill(&mut first, &organisation).await;
    let tabs = (0..6).map(|_| {
        let (mut tab, agreement) = (first.clone(), agreement.clone());
        async move { tab.submit(&agreement, &Company::SIGNATURE).await }
    });
    for answer in futures_util::future::join_all(tabs).await {
        assert_eq!(answer.location(), "/account/second-factor/first");
    }
    assert_eq!(t.count("SELECT count(*) FROM tenant").await, 1);
}

async fn going_back_keeps_and_changes_what_was_entered(t: &mut TestApp) {
    let mut browser = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut browser).await;
    CONTOSO.fill(&mut browser, &organisation).await;
    let back = browser.get("/sign-up/organisation").await;
    assert_eq!(back.attributes("#legal_name", "value"), ["Contoso Ltd"]);
    browser.submit_and_follow(&back, &[("legal_name", "Contoso Holdings Ltd")]).await;
    let agreement = browser.get("/sign-up/agreement").await;
    agreement.assert_shows(&["Contoso Holdings Ltd"]);
    browser.submit(&agreement, &Company::SIGNATURE).await;
    assert_eq!(t.column("SELECT display_name FROM tenant").await, ["Contoso Holdings Ltd"]);
}

async fn a_code_works_only_in_the_browser_that_asked(t: &mut TestApp) {
    let mut owner = t.browser();
    CONTOSO.ask_for_code(&mut owner).await;
    let code = t.mail_to(CONTOSO.email).await.code();
    let mut thief = t.browser();
    assert_eq!(thief.post("/sign-up/code", &[("code", &code)]).await.location(), "/sign-up");
    let ticket = owner.cookie("sign-up").unwrap().to_owned();
    let forged = format!("{}x", &ticket[..ticket.len() - 1]);
    thief.set_cookie("sign-up", &forged);
    assert_eq!(thief.post("/sign-up/code", &[("code", &code)]).await.location(), "/sign-up");
    assert_eq!(t.count("SELECT count(*) FROM sign_up").await, 0);
}

async fn a_taken_prefix_and_its_look_alikes_are_refused_with_a_free_one(t: &mut TestApp) {
    CONTOSO.sign_up(t).await;
    let mut browser = t.browser();
    let organisation = FABRIKAM.prove_mailbox(t, &mut browser).await;
    let page = browser.submit_and_follow(&organisation, &FABRIKAM.organisation()).await;
    for prefix in ["contoso", "c0ntoso", "con-toso"] {
        let mut details = FABRIKAM.details();
        details.retain(|(name, _)| *name != "prefix");
        details.push(("prefix", prefix));
        let refused = browser.submit(&page, &details).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{prefix}");
        assert!(!refused.body.contains(FABRIKAM.password), "the password came back");
        assert_eq!(
            refused.attributes("button[data-use=prefix]", "value").len(),
            1,
            "{prefix}: {}",
            refused.text()
        );
    }
    let checked = browser.post("/sign-up/details/check/prefix", &[("prefix", "contoso")]).await;
    assert!(checked.text().contains("taken"), "{}", checked.text());
}

async fn personal_addresses_are_refused_with_the_remedy(t: &mut TestApp) {
    let mut browser = t.browser();
    let page = browser.get("/sign-up").await;
    for address in
        ["ana.torres@gmail.com", "ana@hotmail.com", "info@contoso.example", "ana@gmai1.com", "ana", ""]
    {
        let refused = browser.submit(&page, &[("email", address)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
        assert_eq!(refused.attributes("#email", "value"), [address]);
        let refused = browser.post("/sign-up/start", &[("email", address)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
    }
    assert_eq!(t.count("SELECT count(*) FROM mail_code").await, 0);
}

const COLLEAGUE: Company = Company { email: "joe.okafor@contoso.example", username: "joe.okafor", ..CONTOSO };

async fn a_colleague_is_told_and_asks_for_access(t: &mut TestApp) {
    CONTOSO.sign_up(t).await;
    let mut browser = t.browser();
    let told = COLLEAGUE.prove_mailbox(t, &mut browser).await;
    assert_eq!(told.path, "/sign-up/discovery");
    told.assert_shows(&["Contoso Ltd", "a…s@contoso.example"]);
    let asked =
        browser.submit_and_follow(&told, &[("name", "Joe Okafor"), ("message", "I work in sales.")]).await;
    asked.assert_shows(&["Your request is on its way"]);
    let mail = t.mail_to(CONTOSO.email).await;
    assert!(mail.text.contains("Joe Okafor"), "{mail:?}");
    assert_eq!(
        t.column("SELECT state FROM sign_up WHERE email_canonical = 'joe.okafor@contoso.example'").await,
        ["access-requested"]
    );
}

async fn a_colleague_waits_for_an_unfinished_sign_up(t: &mut TestApp) {
    let mut ana = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut ana).await;
    let mut joe = t.browser();
    let told = COLLEAGUE.prove_mailbox(t, &mut joe).await;
    told.assert_shows(&["A colleague is creating a work account", "a…s@contoso.example"]);
    joe.submit_and_follow(&told, &[("way", "follow"), ("name", "Joe Okafor")])
        .await
        .assert_shows(&["on its way"]);
    let agreement = CONTOSO.fill(&mut ana, &organisation).await;
    ana.submit(&agreement, &Company::SIGNATURE).await;
    let mails = t.mails_to(CONTOSO.email).await;
    assert!(mails.iter().any(|mail| mail.text.contains("Joe Okafor")), "{mails:?}");
}

async fn nobody_learns_anything_before_the_mailbox_is_proven(t: &mut TestApp) {
    CONTOSO.sign_up(t).await;
    t.advance(SignedDuration::from_secs(61));
    let mut known = t.browser();
    let mut unknown = t.browser();
    let one = CONTOSO.ask_for_code(&mut known).await;
    let two = Company { email: "ann.thorne@kontiki.example", ..CONTOSO }.ask_for_code(&mut unknown).await;
    assert_eq!(one.status, two.status);
    let same = |text: &str| {
        text.replace("ann.thorne@kontiki.example", "…")
            .replace(CONTOSO.email, "…")
            .replace("ann.thorne%40kontiki.example", "…")
            .replace("ana.torres%40contoso.example", "…")
    };
    assert_eq!(same(&one.body), same(&two.body));
    let names =
        |page: &crate::support::page::Page| page.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&one), names(&two));
}

async fn an_unfinished_sign_up_expires_with_a_notice(t: &mut TestApp) {
    let mut browser = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut browser).await;
    browser.submit_and_follow(&organisation, &CONTOSO.organisation()).await;
    tenantry::jobs::schedule_recurring(&t.app).await.unwrap();
    t.advance(SignedDuration::from_hours(6 * 24 + 1));
    let mail = t.mail_to(CONTOSO.email).await;
    assert!(mail.subject.contains("isn't finished"), "{mail:?}");
    t.advance(SignedDuration::from_hours(24));
    t.run_jobs().await;
    assert_eq!(t.column("SELECT state FROM sign_up").await, ["expired"]);
    assert_eq!(t.count("SELECT count(*) FROM sign_up WHERE organisation IS NOT NULL").await, 0);
    let again = browser.get("/sign-up/organisation").await;
    browser.follow(&again).await.assert_shows(&["has expired"]);
    t.advance(SignedDuration::from_hours(31 * 24));
    t.run_jobs().await;
    assert_eq!(t.count("SELECT count(*) FROM sign_up").await, 0);
}

async fn a_finished_sign_up_signs_in_again_only_for_minutes(t: &mut TestApp) {
    let mut browser = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut browser).await;
    let agreement = CONTOSO.fill(&mut browser, &organisation).await;
    let mut lost = browser.clone();
    browser.submit(&agreement, &Company::SIGNATURE).await;
    t.advance(SignedDuration::from_mins(16));
    assert_eq!(lost.submit(&agreement, &Company::SIGNATURE).await.location(), "/sign-in");
    assert!(lost.cookie("session").is_none());
}

async fn payment_is_needed_where_the_operator_says_so(t: &mut TestApp) {
    let mut browser = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut browser).await;
    let page = browser.submit_and_follow(&organisation, &CONTOSO.organisation()).await;
    let payment = browser.submit_and_follow(&page, &CONTOSO.details()).await;
    assert!(payment.attributes("#skip", "href").is_empty());
    assert_eq!(browser.get("/sign-up/agreement").await.location(), "/sign-up/payment");
    let card = [
        ("card_number", "4242 4242 4242 4242"),
        ("card_expiry", "12/30"),
        ("card_cvc", "123"),
        ("card_name", "Ana Torres"),
    ];
    let back = browser.submit_and_follow(&payment, &card).await;
    back.assert_shows(&["Visa", "4242"]);
    let agreement = browser.get("/sign-up/agreement").await;
    assert_eq!(
        browser.submit(&agreement, &Company::SIGNATURE).await.location(),
        "/account/second-factor/first"
    );
}

async fn opening_links_changes_nothing(t: &mut TestApp) {
    let mut browser = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut browser).await;
    CONTOSO.fill(&mut browser, &organisation).await;
    let before =
        t.column("SELECT state || coalesce(organisation, '') || coalesce(details, '') FROM sign_up").await;
    for path in [
        "/sign-up/start",
        "/sign-up/code/resend",
        "/sign-up/discovery",
        "/sign-up/organisation",
        "/sign-up/details",
        "/sign-up/payment",
        "/sign-up/agreement",
        "/find",
    ] {
        browser.get(path).await;
    }
    assert_eq!(
        before,
        t.column("SELECT state || coalesce(organisation, '') || coalesce(details, '') FROM sign_up").await
    );
    assert_eq!(t.count("SELECT count(*) FROM tenant").await, 0);
}

async fn a_follower_whose_request_is_refused_stops_nobody(t: &mut TestApp) {
    let mut ana = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut ana).await;
    let mut joe = t.browser();
    let told = COLLEAGUE.prove_mailbox(t, &mut joe).await;
    joe.submit_and_follow(&told, &[("way", "follow"), ("name", &"J".repeat(250))]).await;
    let agreement = CONTOSO.fill(&mut ana, &organisation).await;
    let signed = ana.submit(&agreement, &Company::SIGNATURE).await;
    assert_eq!(signed.location(), "/account/second-factor/first", "{}", signed.text());
}

async fn signing_out_ends_the_way_back_in(t: &mut TestApp) {
    let mut browser = t.browser();
    let organisation = CONTOSO.prove_mailbox(t, &mut browser).await;
    let agreement = CONTOSO.fill(&mut browser, &organisation).await;
    browser.submit(&agreement, &Company::SIGNATURE).await;
    let mut kept = browser.clone();
    browser.post("/sign-out", &[]).await;
    assert!(browser.cookie("sign-up").is_none());
    assert_eq!(kept.submit(&agreement, &Company::SIGNATURE).await.location(), "/sign-in");
}

async fn a_right_taken_away_after_admission_is_gone(t: &mut TestApp) {
    let mut browser = CONTOSO.sign_up(t).await;
    let cookie = browser.cookie("session").unwrap().to_owned();
    let admitted = session::admit(&t.app, &cookie, Origin::local(), &t.app.moment()).await.unwrap().unwrap();
    let grant = || admitted.actor.grant();
    let enter =
        async || transaction!(t.app.db, |scope| scope.tenant(grant()).await.map(drop).map_err(Error::from));
    assert!(enter().await.is_ok());
    browser.post("/sign-out", &[]).await;
    assert!(matches!(enter().await, Err(Error::Db(DbError::RightLost))));
}

async fn whoever_asks_again_too_soon_is_led_to_the_code(t: &mut TestApp) {
    for path in ["/find", "/sign-up/start"] {
        let mut browser = t.browser();
        let email = format!("ana@{}.test", path.trim_matches('/').replace('/', "-"));
        let sent = browser.post(path, &[("email", &email)]).await;
        assert_eq!(sent.location(), "/sign-up/code");
        let again = browser.post(path, &[("email", &email)]).await;
        again.assert_refused(429, "A code was sent less than a minute ago");
        assert!(again.body.contains("href=\"/sign-up/code\""), "{}", again.body);
    }
}
