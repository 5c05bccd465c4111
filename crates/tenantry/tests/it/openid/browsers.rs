//! Script in a browser: its refresh tokens live for a day.

use super::*;

both_engines!(
    a_refresh_token_of_a_browser_lives_for_a_day(super::long_sessions),
    a_refresh_token_of_a_server_outlives_its_session,
);

const SPA: &str = "https://spa.example/signed-in";

fn long_sessions(config: &mut tenantry::config::Config) {
    crate::input::unlimited(config);
    config.sessions.hours = 24 * 7;
}

/// Redeems a code or a refresh token as MSAL Browser does: without a secret.
async fn redeemed(r: &Registered, t: &mut TestApp, values: &[(&str, &str)]) -> (StatusCode, Value) {
    let named = [("client_id", r.app_id.as_str()), ("redirect_uri", SPA)];
    r.token(t, &[&named[..], values].concat()).await
}

async fn signed_in(r: &Registered, t: &mut TestApp, browser: &mut Browser, prompt: &str) -> Value {
    let code = r.code(browser, &[("redirect_uri", SPA), ("prompt", prompt)]).await;
    let values = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
    let (status, tokens) = redeemed(r, t, &values).await;
    assert_eq!(status, 200, "{tokens}");
    tokens
}

async fn refreshed(r: &Registered, t: &mut TestApp, tokens: &Value) -> (StatusCode, Value) {
    let token = tokens["refresh_token"].as_str().unwrap();
    redeemed(r, t, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

async fn introspected(r: &Registered, t: &mut TestApp, tokens: &Value) -> Value {
    let values = [
        ("client_id", r.app_id.as_str()),
        ("client_secret", r.secret.as_str()),
        ("token", tokens["refresh_token"].as_str().unwrap()),
    ];
    post(&mut t.browser(), &r.at("/oauth2/v2.0/introspect"), &values, None).await.1
}

async fn a_refresh_token_of_a_browser_lives_for_a_day(t: &mut TestApp) {
    let r = registered(t, json!({ "spa": { "redirectUris": [SPA] } })).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let first = signed_in(&r, t, &mut browser, "").await;
    assert_eq!(first["refresh_token_expires_in"], 86_400);
    t.advance(SignedDuration::from_hours(23));
    let (status, second) = refreshed(&r, t, &first).await;
    assert_eq!((status.as_u16(), &second["refresh_token_expires_in"]), (200, &json!(3600)), "{second}");
    t.advance(SignedDuration::from_secs(3599));
    let (status, third) = refreshed(&r, t, &second).await;
    assert_eq!((status.as_u16(), &third["refresh_token_expires_in"]), (200, &json!(1)), "{third}");
    assert_eq!(introspected(&r, t, &third).await["active"], true);
    // Use doesn't make it live longer, nor does the session, which goes on.
    t.advance(SignedDuration::from_secs(1));
    assert_eq!(introspected(&r, t, &third).await, json!({ "active": false }));
    let (status, ended) = refreshed(&r, t, &third).await;
    assert_eq!((status.as_u16(), &ended["error"]), (400, &json!("invalid_grant")), "{ended}");
    // What MSAL Browser does then: a new code, without a page.
    let again = signed_in(&r, t, &mut browser, "none").await;
    assert_eq!(again["refresh_token_expires_in"], 86_400);
    assert_eq!(refreshed(&r, t, &again).await.0, 200);
}

async fn a_refresh_token_of_a_server_outlives_its_session(t: &mut TestApp) {
    let r = registered(t, json!({ "spa": { "redirectUris": [SPA] } })).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let code = r.code(&mut browser, &[]).await;
    let (_, first) = r.redeem(t, &code).await;
    assert!(first.get("refresh_token_expires_in").is_none(), "{first}");
    t.advance(SignedDuration::from_hours(24 * 30));
    let (status, second) = r.refresh(t, first["refresh_token"].as_str().unwrap()).await;
    assert_eq!(status, 200, "{second}");
}
