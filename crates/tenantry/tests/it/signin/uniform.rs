//! Nobody can find out who has an account: one answer, after the same work.

use super::*;

both_engines!(every_failure_looks_and_costs_alike(super::unlimited));

/// What an outsider sees of an answer, without what they typed and what is random in every answer.
fn seen(page: &Page, name: &str) -> String {
    let mut headers: Vec<String> = page
        .headers
        .iter()
        .map(|(key, value)| {
            let value = value.to_str().unwrap();
            // An encrypted cookie differs each time; its length and attributes mustn't.
            let value = match value.split_once('=') {
                Some((cookie, rest)) if key == "set-cookie" => {
                    let (sealed, attributes) = rest.split_once(';').unwrap_or((rest, ""));
                    format!("{cookie}={} bytes;{attributes}", sealed.len())
                }
                _ => value.to_owned(),
            };
            format!("{key}: {value}")
        })
        .collect();
    headers.sort();
    format!("{} {}\n{}", page.status, headers.join("\n"), page.body.replace(name, "NAME"))
}

async fn every_failure_looks_and_costs_alike(t: &mut TestApp) {
    let tenant = company(t, "contoso").await;
    let known = person(t, tenant, "contoso", "known", &[]).await;
    let locked = person(t, tenant, "contoso", "latch", &[]).await;
    let disabled = person(t, tenant, "contoso", "still", &[]).await;
    let deleted = person(t, tenant, "contoso", "ended", &[]).await;
    let factor = person(t, tenant, "contoso", "twice", &[]).await;
    let gone = company(t, "fabrika").await;
    let homeless = person(t, gone, "fabrika", "roomy", &[]).await;
    alter(t, &disabled, "UPDATE users SET account_enabled = FALSE WHERE tenant_id = $1 AND id = $2").await;
    alter(t, &deleted, "UPDATE users SET deleted_at = 1 WHERE tenant_id = $1 AND id = $2").await;
    let closed: Result<u64, Error> = transaction!(t.app.db, |scope| {
        Ok(scope.execute("UPDATE tenant SET deleted_at = 1 WHERE id = $1", params![gone]).await?)
    });
    assert_eq!(closed.unwrap(), 1);
    let mut own = t.browser();
    sign_in(&mut own, &factor.name).await;
    set_up_app(t, &mut own).await;
    let mut guesser = t.browser();
    for number in 0..10 {
        try_password(&mut guesser, &locked.name, &format!("wrong guess number {number}")).await;
    }

    let domain = known.name.split_once('@').unwrap().1.to_owned();
    let cases = [
        ("wrong password", known.name.clone(), OTHER_PASSWORD),
        ("wrong password before a second factor", factor.name, OTHER_PASSWORD),
        ("unknown name", format!("nobod@{domain}"), PASSWORD),
        ("unknown domain", "known@nowhere.onwork.localhost"[..].replace("nowhere", "fabrikb"), PASSWORD),
        ("locked, right password", locked.name, PASSWORD),
        ("disabled, right password", disabled.name, PASSWORD),
        ("deleted, right password", deleted.name, PASSWORD),
        ("tenant deleted, right password", homeless.name, PASSWORD),
    ];
    let mut first: Option<[String; 3]> = None;
    for (case, name, password) in cases {
        let mut browser = t.browser();
        let page = browser.get("/sign-in").await;
        let hashes = t.app.passwords.accepted();
        let answered = browser.submit(&page, &[("username", &name)]).await;
        assert_eq!(t.app.passwords.accepted(), hashes, "{case}: the first step hashes nothing");
        let asked = browser.follow(&answered).await;
        let failed = browser.submit(&asked, &[("password", password)]).await;
        assert_eq!(t.app.passwords.accepted(), hashes + 1, "{case}: one hash");
        failed.assert_refused(422, "User name and password don't match");
        let all = [seen(&answered, &name), seen(&asked, &name), seen(&failed, &name)];
        match &first {
            Some(first) => assert_eq!(&all, first, "{case}"),
            None => first = Some(all),
        }
    }
}
