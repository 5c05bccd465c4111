//! What looks like somebody else's doing stands in the tenant's log, without what was shown, and without filling it.

use tenantry::access::Actor;
use tenantry::db::Row;

use super::*;

both_engines!(
    a_wrong_credential_stands_in_the_log_once_a_minute(crate::input::unlimited),
    a_wrong_credential_is_told_wherever_it_is_shown(crate::input::unlimited),
    what_came_twice_stands_in_the_log_once(crate::input::unlimited),
);

/// Events of an activity, the oldest first, as one text each.
async fn events(t: &TestApp, r: &Registered, activity: &str) -> Vec<String> {
    let tenant = r.company.tenant;
    let mut scope = t.app.db.read().await.unwrap();
    let mut scope = scope.tenant(Actor::operator(tenant).grant()).await.unwrap();
    let sql = "SELECT actor_kind, target_id, target_name, changes, result, ip, other_id FROM audit_event \
               WHERE tenant_id = $1 AND activity = $2 ORDER BY id";
    let rows: Vec<Row> = scope.all(sql, tenantry::params![activity]).await.unwrap();
    let names = ["actor_kind", "target_id", "target_name", "changes", "result", "ip"];
    rows.iter()
        .map(|row| {
            let texts = names.map(|name| row.get::<String>(name).unwrap()).join(" ");
            let other: Option<String> = row.get("other_id").unwrap();
            format!("{texts} {}", other.unwrap_or_default())
        })
        .collect()
}

const REFUSED: &str = "application-credential-refused";
const COPIED: &str = "application-sign-in-copied";
const WRONG: &str = "wr0ng-secret-of-nobody";

async fn try_wrong(t: &mut TestApp, r: &Registered, client: &str) {
    let asked = [
        ("grant_type", "client_credentials"),
        ("client_id", client),
        ("client_secret", WRONG),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let (status, answer) = r.token(t, &asked).await;
    assert_eq!((status.as_u16(), &answer["error"]), (401, &json!("invalid_client")), "{answer}");
}

async fn a_wrong_credential_stands_in_the_log_once_a_minute(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    for _ in 0..5 {
        try_wrong(t, &r, &r.app_id).await;
    }
    let told = events(t, &r, REFUSED).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with(&format!("system {} Shop ", r.object)), "{told:?}");
    assert!(told[0].contains("credential-wrong") && told[0].contains("secret"), "{told:?}");
    assert!(!told[0].contains(WRONG), "{told:?}");
    t.advance(SignedDuration::from_secs(59));
    try_wrong(t, &r, &r.app_id).await;
    assert_eq!(events(t, &r, REFUSED).await.len(), 1);
    t.advance(SignedDuration::from_secs(1));
    for _ in 0..3 {
        try_wrong(t, &r, &r.app_id).await;
    }
    assert_eq!(events(t, &r, REFUSED).await.len(), 2);
    // One that nobody registered fills nobody's log; each other has its own minute.
    try_wrong(t, &r, "00000000-0000-0000-0000-000000000001").await;
    assert_eq!(events(t, &r, REFUSED).await.len(), 2);
    let other = r.api.post("/v1.0/applications", json!({ "displayName": "Other" })).await;
    let app_id = other.body["appId"].as_str().unwrap().to_owned();
    r.api.post("/v1.0/servicePrincipals", json!({ "appId": app_id })).await;
    try_wrong(t, &r, &app_id).await;
    assert_eq!(events(t, &r, REFUSED).await.len(), 3);
    let mut browser = t.signed_in(r.company.tenant, r.company.ana).await;
    let page = browser.get(&format!("/activity?activity={REFUSED}")).await;
    page.assert_shows(&["refused a wrong secret or assertion of an application", "Shop", "Other"]);
}

async fn a_wrong_credential_is_told_wherever_it_is_shown(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let named = [("client_id", r.app_id.as_str()), ("client_secret", WRONG), ("token", "x")];
    let pushed = [&named[..2], &[("response_type", "code"), ("redirect_uri", CALLBACK)]].concat();
    let code = [&named[..2], &[("grant_type", "authorization_code"), ("code", "x")]].concat();
    let ways: [(&str, &[(&str, &str)]); 4] = [
        ("/oauth2/v2.0/introspect", &named),
        ("/oauth2/v2.0/revoke", &named),
        ("/oauth2/v2.0/par", &pushed),
        ("/oauth2/v2.0/token", &code),
    ];
    for (number, (path, values)) in ways.into_iter().enumerate() {
        let (status, answer) = post(&mut t.browser(), &r.at(path), values, None).await;
        assert_eq!((status.as_u16(), &answer["error"]), (401, &json!("invalid_client")), "{path}: {answer}");
        assert_eq!(events(t, &r, REFUSED).await.len(), number + 1, "{path}");
        t.advance(SignedDuration::from_mins(1));
    }
    // An assertion that nobody signed; one that is shown by nobody is nobody's.
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({ "iss": r.app_id, "sub": r.app_id });
    let assertion = format!("{}.{}.{}", part(json!({ "alg": "RS256" })), part(claims), part(json!(1)));
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let asked = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", kind),
        ("client_assertion", &assertion),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    assert_eq!(r.token(t, &asked).await.1["error"], "invalid_client");
    let told = events(t, &r, REFUSED).await;
    assert!(told.len() == 5 && told[4].contains("assertion") && !told[4].contains(&assertion), "{told:?}");
    // Who names a client alone has shown nothing wrong.
    t.advance(SignedDuration::from_mins(1));
    let bare = [("grant_type", "authorization_code"), ("client_id", r.app_id.as_str()), ("code", "x")];
    r.token(t, &bare).await;
    assert_eq!(events(t, &r, REFUSED).await.len(), 5);
}

async fn what_came_twice_stands_in_the_log_once(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let code = r.code(&mut browser, &[]).await;
    r.redeem(t, &code).await;
    for _ in 0..3 {
        assert_eq!(r.redeem(t, &code).await.1["error"], "invalid_grant");
    }
    let told = events(t, &r, COPIED).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("Shop") && told[0].contains(&ben.to_string()), "{told:?}");
    assert!(!told[0].contains(&code) && told[0].contains("grant-ended"), "{told:?}");

    t.advance(SignedDuration::from_secs(1));
    let code = r.code(&mut browser, &[]).await;
    let first = r.redeem(t, &code).await.1["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(r.refresh(t, &first).await.0, 200);
    for _ in 0..3 {
        assert_eq!(r.refresh(t, &first).await.1["error"], "invalid_grant");
    }
    let told = events(t, &r, COPIED).await;
    assert!(told.len() == 2 && told[1].contains("refreshToken") && !told[1].contains(&first), "{told:?}");
    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    anas.get(&format!("/people/{ben}?show=activity"))
        .await
        .assert_shows(&["ended a sign-in to an application whose code or refresh token came twice"]);
}
