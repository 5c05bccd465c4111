//! An application that was called for somebody calls another for them: on behalf of, and by token exchange.

use http::StatusCode;
use serde_json::{Value, json};

use crate::input::hostile;
use crate::openid::{Registered, claims, registered};
use crate::support::TestApp;

both_engines!(
    an_application_in_the_middle_acts_for_the_person,
    only_the_called_application_exchanges_a_token,
    what_comes_of_a_token_ends_with_it,
    programs_are_told_as_their_standards_say,
    whatever_is_exchanged_is_answered(crate::input::unlimited),
);

const ON_BEHALF_OF: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// An application with an interface of its own, beside the one that signs people in.
pub struct Middle {
    pub app_id: String,
    pub principal: String,
    secret: String,
}

pub async fn middle(r: &Registered, name: &str) -> Middle {
    let permission = json!({
        "id": "0f6a52d1-57cf-4f0b-8a42-9b0ad0d2b001", "value": "Orders", "type": "User", "isEnabled": true,
        "adminConsentDisplayName": "Orders", "adminConsentDescription": "Orders",
        "userConsentDisplayName": "Your orders", "userConsentDescription": "For you",
    });
    let api = json!({ "displayName": name, "api": { "oauth2PermissionScopes": [permission] } });
    let made = r.api.post("/v1.0/applications", api).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (app_id, object) = (text(&made.body["appId"]), text(&made.body["id"]));
    let principal = text(&r.api.post("/v1.0/servicePrincipals", json!({ "appId": app_id })).await.body["id"]);
    let secret = r.api.post(&format!("/v1.0/applications/{object}/addPassword"), json!({})).await;
    Middle { app_id, principal, secret: text(&secret.body["secretText"]) }
}

/// Lets an application do something for everybody.
async fn consented(r: &Registered, client: &str, resource: &str, scope: &str) -> String {
    let found = r.api.get(&format!("/v1.0/servicePrincipals?$filter=appId eq '{resource}'")).await;
    let grant = json!({ "clientId": client, "resourceId": found.body["value"][0]["id"],
        "consentType": "AllPrincipals", "scope": scope });
    let made = r.api.post("/v1.0/oauth2PermissionGrants", grant).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().unwrap().to_owned()
}

pub const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// Ben's token for an application, got by the shop.
pub async fn token_for(r: &Registered, t: &mut TestApp, middle: &Middle) -> (model::ids::UserId, Value) {
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let scope = format!("openid offline_access {}/Orders", middle.app_id);
    let code = r.code(&mut browser, &[("scope", &scope)]).await;
    let (status, tokens) = r.redeem(t, &code).await;
    assert_eq!(status, 200, "{tokens}");
    (ben, tokens)
}

async fn on_behalf_of(
    r: &Registered,
    t: &mut TestApp,
    as_client: &Middle,
    token: &str,
    scope: &str,
) -> (StatusCode, Value) {
    let sent = [
        ("grant_type", ON_BEHALF_OF),
        ("requested_token_use", "on_behalf_of"),
        ("client_id", as_client.app_id.as_str()),
        ("client_secret", as_client.secret.as_str()),
        ("assertion", token),
        ("scope", scope),
        ("client_info", "1"),
    ];
    r.token(t, &sent).await
}

async fn exchanged(
    r: &Registered,
    t: &mut TestApp,
    as_client: &Middle,
    token: &str,
    more: &[(&str, &str)],
) -> (StatusCode, Value) {
    let sent = [
        ("grant_type", EXCHANGE),
        ("client_id", as_client.app_id.as_str()),
        ("client_secret", as_client.secret.as_str()),
        ("subject_token", token),
        ("subject_token_type", ACCESS_TOKEN),
    ];
    let kept = sent.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    r.token(t, &kept.chain(more.iter().copied()).collect::<Vec<_>>()).await
}

async fn an_application_in_the_middle_acts_for_the_person(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let orders = middle(&r, "Orders").await;
    let stock = middle(&r, "Stock").await;
    let (ben, tokens) = token_for(&r, t, &orders).await;
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(claims(token)["aud"], orders.app_id);

    // Nobody agreed to it for the application in the middle, whatever was agreed for the one before it.
    let scope = format!("{GRAPH}/User.Read offline_access openid");
    let (status, answer) = on_behalf_of(&r, t, &orders, token, &scope).await;
    assert_eq!((status.as_u16(), answer["error"].as_str()), (400, Some("interaction_required")), "{answer}");
    let (_, answer) = on_behalf_of(&r, t, &orders, token, &format!("{GRAPH}/.default")).await;
    assert_eq!(answer["error"], "interaction_required");
    consented(&r, &orders.principal, GRAPH, "User.Read offline_access").await;
    let (status, answer) = on_behalf_of(&r, t, &orders, token, &scope).await;
    assert_eq!(status, 200, "{answer}");
    let access = answer["access_token"].as_str().unwrap();
    let said = claims(access);
    assert_eq!((&said["sub"], &said["azp"]), (&json!(ben.to_string()), &json!(orders.app_id)));
    assert_eq!(said["act"], json!({ "sub": orders.principal, "client_id": orders.app_id }));
    // What wasn't agreed to is left out, and names of sign-in are no reason to refuse.
    assert_eq!(said["scp"], "offline_access User.Read");
    assert!(answer["id_token"].is_null() && answer["refresh_token"].is_string());
    assert_eq!(r.api.with_token(access).get("/v1.0/me").await.body["id"], ben.to_string());
    assert_eq!(r.api.with_token(access).get("/v1.0/users").await.status, 403);
    let (_, wider) = on_behalf_of(&r, t, &orders, token, &format!("{GRAPH}/User.Read.All")).await;
    assert_eq!(wider["error"], "interaction_required");

    // From one to the next: the last is told through whom it came.
    consented(&r, &orders.principal, &stock.app_id, "Orders").await;
    let audience = [("audience", stock.app_id.as_str()), ("scope", "Orders")];
    let (status, answer) = exchanged(&r, t, &orders, token, &audience).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["issued_token_type"], ACCESS_TOKEN);
    let second = answer["access_token"].as_str().unwrap();
    assert_eq!(claims(second)["aud"], stock.app_id);
    consented(&r, &stock.principal, GRAPH, "User.Read").await;
    let (status, answer) =
        exchanged(&r, t, &stock, second, &[("resource", GRAPH), ("scope", "User.Read")]).await;
    assert_eq!(status, 200, "{answer}");
    let third = claims(answer["access_token"].as_str().unwrap());
    assert_eq!(third["act"]["client_id"], stock.app_id);
    assert_eq!(third["act"]["act"]["client_id"], orders.app_id);
    assert_eq!(third["sub"], ben.to_string());
}

async fn only_the_called_application_exchanges_a_token(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let orders = middle(&r, "Orders").await;
    let stock = middle(&r, "Stock").await;
    for one in [&orders, &stock] {
        consented(&r, &one.principal, GRAPH, "User.Read").await;
    }
    let (_, tokens) = token_for(&r, t, &orders).await;
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let scope = format!("{GRAPH}/User.Read");
    let code = |answer: (StatusCode, Value)| answer.1["error"].as_str().unwrap_or("none").to_owned();
    assert_eq!(code(on_behalf_of(&r, t, &stock, &token, &scope).await), "invalid_grant");
    // Neither an ID token nor a refresh token is one, nor a token of an application, nor one that was tampered with.
    let own = r
        .token(
            t,
            &[
                ("grant_type", "client_credentials"),
                ("client_id", &r.app_id),
                ("client_secret", &r.secret),
                ("scope", &format!("{}/.default", orders.app_id)),
            ],
        )
        .await
        .1;
    for wrong in [
        tokens["id_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
        own["access_token"].as_str().unwrap(),
        &format!("{token}x"),
    ] {
        assert_eq!(code(on_behalf_of(&r, t, &orders, wrong, &scope).await), "invalid_grant", "{wrong}");
    }
    // A client that shows nothing, another tenant's address, kinds that aren't exchanged.
    let bare =
        Middle { app_id: orders.app_id.clone(), principal: orders.principal.clone(), secret: String::new() };
    assert_eq!(code(on_behalf_of(&r, t, &bare, &token, &scope).await), "invalid_client");
    let other = t.company("fabrikam").await;
    let path = format!("/{}/oauth2/v2.0/token", other.tenant);
    let sent = [
        ("grant_type", ON_BEHALF_OF),
        ("requested_token_use", "on_behalf_of"),
        ("client_id", orders.app_id.as_str()),
        ("client_secret", orders.secret.as_str()),
        ("assertion", token.as_str()),
        ("scope", scope.as_str()),
    ];
    let answer = crate::openid::post(&mut t.browser(), &path, &sent, None).await;
    assert_eq!(code(answer), "invalid_client");
    let saml = ("subject_token_type", "urn:ietf:params:oauth:token-type:saml2");
    assert_eq!(code(exchanged(&r, t, &orders, &token, &[saml, ("scope", &scope)]).await), "invalid_request");
    let actor = ("actor_token", token.as_str());
    assert_eq!(code(exchanged(&r, t, &orders, &token, &[actor, ("scope", &scope)]).await), "invalid_request");
    assert_eq!(code(exchanged(&r, t, &orders, &token, &[("scope", "openid")]).await), "invalid_scope");
    t.an_hour_passes();
    assert_eq!(code(on_behalf_of(&r, t, &orders, &token, &scope).await), "invalid_grant");
}

async fn programs_are_told_as_their_standards_say(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let orders = middle(&r, "Orders").await;
    let stock = middle(&r, "Stock").await;
    consented(&r, &orders.principal, GRAPH, "User.Read").await;
    let (_, tokens) = token_for(&r, t, &orders).await;
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let scope = format!("{GRAPH}/User.Read");
    let refused = exchanged(&r, t, &stock, &token, &[("scope", &scope)]).await;
    assert_eq!(refused.1["error"], "invalid_request", "RFC 8693 §2.2.2: {}", refused.1);
    // One resource under two of its names is one.
    for resource in ["http://localhost:8080", "https://graph.microsoft.com", GRAPH] {
        let sent = [("resource", resource), ("scope", "https://graph.microsoft.com/User.Read")];
        let (status, answer) = exchanged(&r, t, &orders, &token, &sent).await;
        assert_eq!(status, 200, "{resource}: {answer}");
    }
    let unknown = exchanged(&r, t, &orders, &token, &[("scope", &format!("{GRAPH}/Nothing.Such"))]).await;
    assert!(unknown.1["error_description"].as_str().unwrap().ends_with(": Nothing.Such"), "{}", unknown.1);
    assert_eq!(r.userinfo(t, "nonsense").await.1["error"], "invalid_token");
    let mut browser = t.browser();
    let introspect = r.at("/oauth2/v2.0/introspect");
    let nobody = crate::openid::post(&mut browser, &introspect, &[("token", "x")], None).await;
    assert_eq!((nobody.0.as_u16(), &nobody.1["error"]), (401, &json!("invalid_client")));
    for (path, status) in [
        (r.at("/oauth2/v2.0/token"), 405),
        ("/nowhere.example/v2.0/.well-known/openid-configuration".to_owned(), 404),
        ("/nowhere.example/discovery/v2.0/keys".to_owned(), 404),
    ] {
        let page = browser.get(&path).await;
        let told: Value = serde_json::from_str(&page.body).unwrap();
        assert!(page.status.as_u16() == status && told["error"].is_string(), "{path}: {told}");
    }
}

async fn what_comes_of_a_token_ends_with_it(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let orders = middle(&r, "Orders").await;
    consented(&r, &orders.principal, GRAPH, "User.Read offline_access").await;
    let (_, tokens) = token_for(&r, t, &orders).await;
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let scope = format!("{GRAPH}/User.Read offline_access");
    let (status, made) = on_behalf_of(&r, t, &orders, &token, &scope).await;
    assert_eq!(status, 200, "{made}");
    let program = r.api.with_token(made["access_token"].as_str().unwrap());
    assert_eq!(program.get("/v1.0/me").await.status, 200);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", orders.app_id.as_str()),
        ("client_secret", orders.secret.as_str()),
        ("refresh_token", made["refresh_token"].as_str().unwrap()),
    ];
    let (status, again) = r.token(t, &refresh).await;
    assert_eq!(status, 200, "{again}");
    assert_eq!(claims(again["access_token"].as_str().unwrap())["act"]["client_id"], orders.app_id);
    let revoke = [
        ("client_id", r.app_id.as_str()),
        ("client_secret", r.secret.as_str()),
        ("token", tokens["refresh_token"].as_str().unwrap()),
    ];
    let (status, _) =
        crate::openid::post(&mut t.browser(), &r.at("/oauth2/v2.0/revoke"), &revoke, None).await;
    assert_eq!(status, 200);
    assert_eq!(program.get("/v1.0/me").await.status, 401);
    let last = again["refresh_token"].as_str().unwrap();
    let refresh = [&refresh[..3], &[("refresh_token", last)]].concat();
    assert_eq!(r.token(t, &refresh).await.1["error"], "invalid_grant");
    assert_eq!(on_behalf_of(&r, t, &orders, &token, &scope).await.1["error"], "invalid_grant");
}

async fn whatever_is_exchanged_is_answered(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let orders = middle(&r, "Orders").await;
    let (_, tokens) = token_for(&r, t, &orders).await;
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let mut values = hostile::known();
    values.push("x".repeat(10_000));
    for value in &values {
        for name in
            ["subject_token", "subject_token_type", "requested_token_type", "audience", "resource", "scope"]
        {
            let (status, _) = exchanged(&r, t, &orders, &token, &[(name, value)]).await;
            assert!(matches!(status.as_u16(), 400 | 401), "{name}={value:.80?}: {status}");
        }
        let (status, _) = on_behalf_of(&r, t, &orders, value, "openid").await;
        assert_eq!(status, 400, "{value:.80?}");
    }
}
