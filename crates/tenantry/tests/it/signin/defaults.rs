//! Security defaults: everybody sets up a second factor within fourteen days, while the switch is on.

use super::*;

both_engines!(
    everybody_sets_up_a_second_factor_in_time,
    the_switch_is_for_administrators_and_seen_by_programs
);

async fn everybody_sets_up_a_second_factor_in_time(t: &mut TestApp) {
    let ida = employee(t).await;
    let mut browser = t.browser();
    sign_in(&mut browser, &ida.name).await;
    browser.get("/account").await.assert_shows(&["add a second way to prove that it is you by"]);
    t.advance(SignedDuration::from_hours(13 * 24));
    sign_in(&mut browser, &ida.name).await;
    assert!(is_in(&mut browser).await);
    t.advance(SignedDuration::from_hours(23));
    assert!(is_in(&mut browser).await);
    browser.post("/sign-out", &[]).await;
    sign_in(&mut browser, &ida.name).await;
    t.advance(SignedDuration::from_hours(1));
    assert_eq!(browser.get("/account").await.location(), "/account/second-factor/first");
    browser.get("/account/second-factor/first").await.assert_shows(&["Your organisation wants everybody"]);
    // The switch off, nobody is asked; on again, the days begin anew.
    alter_tenant(t, &ida, "UPDATE tenant SET security_defaults = FALSE WHERE id = $1").await;
    assert!(is_in(&mut browser).await);
    alter_tenant(t, &ida, "UPDATE tenant SET security_defaults = TRUE WHERE id = $1").await;
    assert!(!is_in(&mut browser).await);
    browser.post("/account/confirm", &[("password", PASSWORD)]).await;
    set_up_app(t, &mut browser).await;
    assert!(is_in(&mut browser).await);
}

async fn the_switch_is_for_administrators_and_seen_by_programs(t: &mut TestApp) {
    const POLICY: &str = "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy";
    const PAGE: &str = "/roles/security-defaults";
    let contoso = t.company("contoso").await;
    let reader = t.person(contoso.tenant, &contoso.domain, "rea", &[Role::GlobalReader]).await;
    let (mut anas, mut reas) =
        (t.signed_in(contoso.tenant, contoso.ana).await, t.signed_in(contoso.tenant, reader).await);
    reas.get(PAGE).await.assert_shows(&["Security defaults", "On"]);
    reas.post(PAGE, &[("enabled", "no")]).await.assert_refused(403, "");
    let page = anas.get(PAGE).await;
    let page = anas.submit_to(&page, PAGE, &[]).await;
    anas.follow(&page).await.assert_shows(&["Security defaults are off", "Turn on"]);
    let api = t.client(contoso.tenant, contoso.ana).await;
    assert_eq!(api.get(POLICY).await.body["isEnabled"], false);
    assert_eq!(api.patch(POLICY, serde_json::json!({ "isEnabled": true })).await.status, 204);
    assert_eq!(api.get(POLICY).await.body["isEnabled"], true);
    assert_eq!(api.patch(POLICY, serde_json::json!({ "isEnabled": null })).await.status, 400);
    let readers = t.client(contoso.tenant, reader).await;
    assert_eq!(readers.patch(POLICY, serde_json::json!({ "isEnabled": false })).await.status, 403);
    t.advance(SignedDuration::from_mins(16));
    assert!(anas.post(PAGE, &[("enabled", "no")]).await.location().starts_with("/account/confirm"));
}
