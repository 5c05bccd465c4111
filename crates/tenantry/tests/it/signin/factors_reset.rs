//! Second factors that an administrator takes away: whose, by whom, and what follows.

use super::*;
use crate::support::authenticator::Authenticator;
use crate::support::people::Company;

both_engines!(
    an_administrator_takes_second_factors_away(super::unlimited),
    who_takes_second_factors_away_may_do_as_much(super::unlimited),
    a_page_that_is_sent_again_takes_nothing_away(super::unlimited),
    an_administrator_without_factors_sets_up_one_first(super::unlimited),
);

/// Authenticator apps, passkeys and recovery codes of a person.
async fn rows(t: &TestApp, person: &Person) -> [i64; 3] {
    let mut scope = t.app.db.read().await.unwrap();
    let mut scope = scope.tenant(Actor::operator(person.tenant).grant()).await.unwrap();
    let mut counts = [0; 3];
    for (count, table) in counts.iter_mut().zip(["authenticator", "passkey", "recovery_code"]) {
        let sql = format!("SELECT count(*) FROM {table} WHERE tenant_id = $1 AND user_id = $2");
        let tenantry::db::Single(found): tenantry::db::Single<i64> =
            scope.one(&sql, params![person.id]).await.unwrap();
        *count = found;
    }
    counts
}

/// Gives somebody everything that they can have.
async fn equip(t: &mut TestApp, person: &Person) -> Browser {
    let mut browser = t.browser();
    sign_in(&mut browser, &person.name).await;
    set_up_app(t, &mut browser).await;
    let page = Authenticator::new().register(&mut browser, "Work phone").await;
    assert_eq!(page.location(), "/account?done=passkey", "{}", page.text());
    browser.post("/account/second-factor/codes", &[]).await.assert_shows(&["Keep these recovery codes"]);
    t.mails_to(&person.contact).await;
    assert_eq!(rows(t, person).await, [1, 1, 10]);
    browser
}

async fn an_administrator_takes_second_factors_away(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let ida = person(t, tenant, "contoso", "ida", &[]).await;
    let mut own = equip(t, &ida).await;
    // One that is being set up goes too.
    own.post("/account/second-factor/authenticator", &[]).await;
    let mut browser = t.signed_in(tenant, ana).await;
    let path = format!("/people/{}", ida.id);
    let page = browser.get(&path).await;
    page.assert_shows(&["authenticator app, one passkey, 10 recovery codes", "Take away the second factors"]);
    let asked = browser.get(&format!("{path}/second-factors")).await;
    asked.assert_shows(&["authenticator app, one passkey, 10 recovery codes", "One session ends at once"]);
    assert_eq!(rows(t, &ida).await, [1, 1, 10], "asking takes nothing away");
    assert!(is_in(&mut own).await);
    let done = browser.submit_to(&asked, &format!("{path}/second-factors"), &[]).await;
    assert_eq!(done.location(), format!("{path}?done=factors"), "{}", done.text());
    assert_eq!(rows(t, &ida).await, [0, 0, 0]);
    assert!(!is_in(&mut own).await, "sessions end");
    browser.get(done.location()).await.assert_shows(&["The second factors are taken away", "None"]);
    let mail = t.mail_to(&ida.contact).await;
    assert!(mail.subject.contains("were taken away") && mail.text.contains("An administrator"), "{mail:?}");
    let told = activities(t, &ida).await;
    assert_eq!(told.iter().filter(|told| *told == "second-factors-reset").count(), 1, "{told:?}");

    // The password alone is enough now.
    let mut again = t.browser();
    sign_in(&mut again, &ida.name).await;
    assert!(is_in(&mut again).await);
    // Whoever has none loses nothing, and hears nothing.
    browser.get(&format!("{path}/second-factors")).await.assert_shows(&["They have no second factor"]);
    browser.post(&format!("{path}/second-factors"), &[]).await;
    assert!(is_in(&mut again).await && t.mails_to(&ida.contact).await.is_empty());
}

async fn who_takes_second_factors_away_may_do_as_much(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let helpdesk = t.person(tenant, &domain, "eva", &[Role::HelpdeskAdministrator]).await;
    let reader = t.person(tenant, &domain, "rob", &[Role::GlobalReader]).await;
    let zoe = person(t, tenant, "contoso", "zoe", &[Role::GlobalAdministrator]).await;
    let ida = person(t, tenant, "contoso", "ida", &[]).await;
    let (mut zoes, mut own) = (equip(t, &zoe).await, equip(t, &ida).await);
    let codes = t.rows(tenant, "recovery_code").await;
    for (who, whose) in
        [(helpdesk, zoe.id), (reader, ida.id), (ida.id, zoe.id), (ana, ana), (helpdesk, helpdesk)]
    {
        let mut browser = t.signed_in(tenant, who).await;
        let path = format!("/people/{whose}/second-factors");
        let answer = browser.post(&path, &[]).await;
        assert!(answer.status.is_client_error(), "{who} of {whose}: {}", answer.status);
        assert!(browser.get(&path).await.text_of("#submit").is_none(), "{who} of {whose}");
        assert_eq!(t.rows(tenant, "recovery_code").await, codes, "{who} of {whose}");
    }
    assert_eq!((rows(t, &zoe).await, rows(t, &ida).await), ([1, 1, 10], [1, 1, 10]));
    assert!(is_in(&mut zoes).await && is_in(&mut own).await);
    let mut browser = t.signed_in(tenant, helpdesk).await;
    let page = browser.get(&format!("/people/{}", zoe.id)).await;
    assert!(!page.text().contains("recovery codes"), "what a stronger one has isn't told");
    let path = format!("/people/{}/second-factors", ida.id);
    let asked = browser.get(&path).await;
    assert_eq!(browser.submit_to(&asked, &path, &[]).await.status.as_u16(), 303);
    assert!(!is_in(&mut own).await);
    t.mail_to(&ida.contact).await;
}

async fn a_page_that_is_sent_again_takes_nothing_away(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let ida = person(t, tenant, "contoso", "ida", &[]).await;
    equip(t, &ida).await;
    let mut browser = t.signed_in(tenant, ana).await;
    let path = format!("/people/{}/second-factors", ida.id);
    let asked = browser.get(&path).await;
    browser.submit_to(&asked, &path, &[]).await;
    t.mail_to(&ida.contact).await;
    equip(t, &ida).await;
    let again = browser.submit_to(&asked, &path, &[]).await;
    assert!(again.status.is_client_error(), "{}", again.text());
    assert_eq!(rows(t, &ida).await, [1, 1, 10]);
}

async fn an_administrator_without_factors_sets_up_one_first(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let max = person(t, tenant, "contoso", "max", &[Role::GlobalAdministrator]).await;
    equip(t, &max).await;
    let mut browser = t.signed_in(tenant, ana).await;
    browser.post(&format!("/people/{}/second-factors", max.id), &[]).await;
    t.mail_to(&max.contact).await;
    let mut own = t.browser();
    sign_in(&mut own, &max.name).await;
    assert!(own.get("/people").await.location().starts_with("/account/second-factor/first"));
}
