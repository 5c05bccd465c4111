//! What an application gets is what somebody gave it who could, as long as it is given.

use jiff::{SignedDuration, Timestamp};
use model::roles::Role;
use serde_json::{Value, json};
use tenantry::access::Actor;
use tenantry::db::Single;
use tenantry::error::Error;
use tenantry::{params, transaction};

use crate::openid::{CALLBACK, Registered, claims, post, registered, told};
use crate::support::TestApp;
use crate::support::client::Client;

both_engines!(
    a_no_to_consent_is_a_no_whatever_the_client_sends,
    an_application_acts_as_an_owner_only_where_it_was_granted_that,
    an_owner_gets_nothing_of_what_an_application_was_granted,
    what_a_thousand_others_granted_hides_nothing,
    a_refresh_token_that_gave_nothing_is_not_used_up,
    what_is_taken_back_ends_at_once,
    whoever_administers_shows_a_second_factor_to_applications_too,
    whoever_had_their_days_shows_one_too,
    permissions_cant_pass_for_what_is_about_the_person,
    single_claims_are_agreed_to,
    marks_of_the_way_through_the_sign_in_count_for_one_request,
    the_end_of_a_token_is_said_by_its_client,
);

async fn a_no_to_consent_is_a_no_whatever_the_client_sends(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    let planted =
        [("answer", "accept"), ("for_everybody", "yes"), ("scope", "openid Directory.ReadWrite.All")];
    let consent = anas.get(&r.authorize(&planted)).await;
    assert_eq!(consent.status, 200);
    assert_eq!(
        consent.attributes("form[action='/sign-out'] [name=next]", "value").len(),
        1,
        "{}",
        consent.text()
    );
    for name in ["answer", "for_everybody"] {
        assert!(
            consent.attributes(&format!("input[type=hidden][name={name}]"), "value").is_empty(),
            "{name}"
        );
    }
    let denied = anas.submit(&consent, &[("answer", "deny")]).await;
    assert_eq!(told(denied.location())["error"], "access_denied");
    let query = r.authorize(&planted);
    let (_, query) = query.split_once('?').unwrap();
    let mut sent: Vec<(String, String)> = told(&format!("?{query}")).into_iter().collect();
    sent.push(("answer".into(), "deny".into()));
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let both = anas.post(&r.at("/oauth2/v2.0/consent"), &sent).await;
    assert_eq!(told(both.location())["error"], "access_denied", "two answers are none");
    let api = t.client(r.company.tenant, r.company.ana).await;
    let given = format!("/v1.0/oauth2PermissionGrants?$filter=clientId eq '{}'", r.principal);
    assert!(api.get(&given).await.each("id").is_empty());
}

async fn of_ben(t: &mut TestApp, r: &Registered, scope: &str) -> (model::ids::UserId, Value) {
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let code = r.code(&mut browser, &[("scope", scope)]).await;
    let (status, tokens) = r.redeem(t, &code).await;
    assert_eq!(status, 200, "{tokens}");
    (ben, tokens)
}

fn with(r: &Registered, tokens: &Value) -> Client {
    r.api.with_token(tokens["access_token"].as_str().unwrap())
}

async fn owned_by(r: &Registered, ben: model::ids::UserId) -> (String, String) {
    let owner = json!({ "@odata.id": format!("http://localhost:8080/v1.0/directoryObjects/{ben}") });
    let made = r.api.post("/v1.0/applications", json!({ "displayName": "Bens" })).await;
    let application = made.body["id"].as_str().unwrap().to_owned();
    let added = r.api.post(&format!("/v1.0/applications/{application}/owners/$ref"), owner.clone()).await;
    assert_eq!(added.status.as_u16(), 204, "{}", added.body);
    let group = json!({ "displayName": "Bens", "mailEnabled": false, "mailNickname": "bens", "securityEnabled": true });
    let group = r.api.post("/v1.0/groups", group).await.body["id"].as_str().unwrap().to_owned();
    assert_eq!(r.api.post(&format!("/v1.0/groups/{group}/owners/$ref"), owner).await.status.as_u16(), 204);
    (application, group)
}

async fn an_application_acts_as_an_owner_only_where_it_was_granted_that(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let (ben, tokens) = of_ben(t, &r, "openid User.Read").await;
    let (application, group) = owned_by(&r, ben).await;
    let (program, himself) = (with(&r, &tokens), t.client(r.company.tenant, ben).await);
    let member =
        json!({ "@odata.id": format!("http://localhost:8080/v1.0/directoryObjects/{}", r.company.ana) });
    let secret = format!("/v1.0/applications/{application}/addPassword");
    let members = format!("/v1.0/groups/{group}/members/$ref");
    let redirect = json!({ "web": { "redirectUris": ["https://evil.example/cb"] } });
    assert_eq!(program.post(&secret, json!({})).await.status.as_u16(), 403);
    assert_eq!(
        program.patch(&format!("/v1.0/applications/{application}"), redirect).await.status.as_u16(),
        403
    );
    assert_eq!(program.post(&members, member.clone()).await.status.as_u16(), 403);
    assert_eq!(program.delete(&format!("/v1.0/groups/{group}")).await.status.as_u16(), 403);
    assert_eq!(program.get("/v1.0/me").await.status.as_u16(), 200);
    // Himself, he may.
    assert_eq!(himself.post(&secret, json!({})).await.status.as_u16(), 200);
    assert_eq!(himself.post(&members, member).await.status.as_u16(), 204);
}

async fn an_owner_gets_nothing_of_what_an_application_was_granted(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let owner = json!({ "@odata.id": format!("http://localhost:8080/v1.0/directoryObjects/{ben}") });
    let path = format!("/v1.0/applications/{}", r.object);
    assert_eq!(r.api.post(&format!("{path}/owners/$ref"), owner).await.status.as_u16(), 204);
    let himself = t.client(r.company.tenant, ben).await;
    let redirect = json!({ "web": { "redirectUris": [CALLBACK, "https://ben.example/cb"] } });
    assert_eq!(himself.patch(&path, redirect.clone()).await.status.as_u16(), 204);

    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    let asked = [("scope", "openid RoleManagement.ReadWrite.Directory")];
    let consent = anas.get(&r.authorize(&asked)).await;
    anas.submit(&consent, &[("answer", "accept"), ("for_everybody", "yes")]).await;
    for (what, answer) in [
        ("a secret", himself.post(&format!("{path}/addPassword"), json!({})).await),
        ("an address", himself.patch(&path, redirect).await),
    ] {
        assert_eq!((answer.status.as_u16(), answer.codes().1), (403, "rights-beyond-own"), "{what}");
    }
    // Nor an administrator of applications who couldn't grant it.
    let cleo = t.person(r.company.tenant, &r.company.domain, "cleo", &[Role::ApplicationAdministrator]).await;
    let cleos = t.client(r.company.tenant, cleo).await;
    assert_eq!(cleos.post(&format!("{path}/addPassword"), json!({})).await.codes().1, "rights-beyond-own");
    // But they can take it away.
    let grants = cleos.get("/v1.0/oauth2PermissionGrants").await.each("id");
    for grant in grants {
        let gone = cleos.delete(&format!("/v1.0/oauth2PermissionGrants/{grant}")).await;
        assert_eq!(gone.status.as_u16(), 204, "{}", gone.body);
    }
    assert_eq!(himself.post(&format!("{path}/addPassword"), json!({})).await.status.as_u16(), 200);
}

/// Grants of a client by so many people that no page of a list holds them, with ids before those of any other.
async fn granted_by_many(t: &mut TestApp, r: &Registered, many: u128) {
    let tenant = r.company.tenant;
    let directory = "SELECT resource_id FROM oauth2_permission_grant WHERE tenant_id = $1 AND client_id = $2";
    let sql = "INSERT INTO oauth2_permission_grant (tenant_id, id, client_id, resource_id, consent_type, principal_id, scope) \
               VALUES ($1, $2, $3, $4, 'Principal', $2, 'openid')";
    let client = uuid::Uuid::parse_str(&r.principal).unwrap();
    let done: Result<(), Error> = transaction!(t.app.db, |scope| {
        let mut inside = scope.tenant(Actor::operator(tenant).grant()).await?;
        let Single(resource): Single<uuid::Uuid> = inside.one(directory, params![client]).await?;
        for number in 1..=many {
            inside.execute(sql, params![uuid::Uuid::from_u128(number), client, resource]).await?;
        }
        Ok(())
    });
    done.unwrap();
}

async fn what_a_thousand_others_granted_hides_nothing(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut bens = t.signed_in(r.company.tenant, ben).await;
    r.code(&mut bens, &[]).await;
    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    let asked = [("scope", "openid RoleManagement.ReadWrite.Directory")];
    let consent = anas.get(&r.authorize(&asked)).await;
    anas.submit(&consent, &[("answer", "accept")]).await;
    granted_by_many(t, &r, 1100).await;

    let again = bens.get(&r.authorize(&[])).await;
    assert!(told(again.location()).contains_key("code"), "he agreed to it before: {}", again.text());
    let path = format!("/v1.0/applications/{}", r.object);
    let cleo = t.person(r.company.tenant, &r.company.domain, "cleo", &[Role::ApplicationAdministrator]).await;
    let cleos = t.client(r.company.tenant, cleo).await;
    let secret = cleos.post(&format!("{path}/addPassword"), json!({})).await;
    assert_eq!(secret.codes().1, "rights-beyond-own");
}

async fn a_refresh_token_that_gave_nothing_is_not_used_up(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let (ben, tokens) = of_ben(t, &r, "openid offline_access").await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let principal = format!("/v1.0/servicePrincipals/{}", r.principal);
    let required = |wanted: bool| json!({ "appRoleAssignmentRequired": wanted });
    assert_eq!(r.api.patch(&principal, required(true)).await.status.as_u16(), 204);
    for _ in 0..2 {
        let (status, refused) = r.refresh(t, refresh).await;
        assert_eq!((status.as_u16(), &refused["error"]), (400, &json!("invalid_grant")), "{refused}");
    }
    assert_eq!(r.api.patch(&principal, required(false)).await.status.as_u16(), 204);
    let (status, next) = r.refresh(t, refresh).await;
    assert_eq!(status, 200, "nobody copied it: {next}");
    // Now it is used up, and whoever shows it again has a copy.
    assert_eq!(r.refresh(t, refresh).await.0, 400);
    assert_eq!(r.refresh(t, next["refresh_token"].as_str().unwrap()).await.0, 400);
    // That ended the last way in that he had beside his session, and it is told of.
    let session = format!("/v1.0/users/{ben}/revokeSignInSessions");
    assert_eq!(r.api.post(&session, json!({})).await.status.as_u16(), 200);
}

async fn what_is_taken_back_ends_at_once(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let (ben, tokens) = of_ben(t, &r, "openid offline_access User.Read").await;
    let refresh = |tokens: &Value| tokens["refresh_token"].as_str().unwrap().to_owned();
    let himself = t.client(r.company.tenant, ben).await;
    let other = t.person(r.company.tenant, &r.company.domain, "cleo", &[]).await;
    let others = t.client(r.company.tenant, other).await;
    let of = format!("/v1.0/users/{ben}/oauth2PermissionGrants");
    let grants = himself.get(&of).await.each("id");
    assert_eq!(grants.len(), 1);
    let path = format!("/v1.0/oauth2PermissionGrants/{}", grants[0]);
    assert_eq!(others.delete(&path).await.status.as_u16(), 403, "what others gave is theirs");
    assert_eq!(with(&r, &tokens).delete(&path).await.status.as_u16(), 403);
    assert_eq!(himself.delete(&path).await.status.as_u16(), 204);
    assert_eq!(with(&r, &tokens).get("/v1.0/me").await.status.as_u16(), 401);
    assert_eq!(r.refresh(t, &refresh(&tokens)).await.1["error"], "invalid_grant");

    // Less of it, an application that is disabled for a while, and an assignment that is wanted and not there.
    let mut bens = t.signed_in(r.company.tenant, ben).await;
    for what in ["less", "disabled", "assignment"] {
        let code = r.code(&mut bens, &[("scope", "openid offline_access User.Read")]).await;
        let tokens = r.redeem(t, &code).await.1;
        let principal = format!("/v1.0/servicePrincipals/{}", r.principal);
        match what {
            "less" => {
                let grant = himself.get(&of).await.each("id").remove(0);
                let less = json!({ "scope": "openid offline_access" });
                let path = format!("/v1.0/oauth2PermissionGrants/{grant}");
                assert_eq!(r.api.patch(&path, less).await.status.as_u16(), 204);
            }
            "disabled" => {
                for enabled in [false, true] {
                    r.api.patch(&principal, json!({ "accountEnabled": enabled })).await;
                }
            }
            _ => drop(r.api.patch(&principal, json!({ "appRoleAssignmentRequired": true })).await),
        }
        let ends_now = what != "assignment";
        assert_eq!(with(&r, &tokens).get("/v1.0/me").await.status == 401, ends_now, "{what}");
        assert_eq!(r.refresh(t, &refresh(&tokens)).await.1["error"], "invalid_grant", "{what}");
    }
}

async fn whoever_administers_shows_a_second_factor_to_applications_too(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    // Nobody asks him for a second factor yet.
    let mut browser = t.signed_in_by_password(r.company.tenant, ben).await;
    let code = r.code(&mut browser, &[("scope", "openid offline_access User.Read")]).await;
    let tokens = r.redeem(t, &code).await.1;
    assert_eq!(claims(tokens["access_token"].as_str().unwrap())["acr"], "1");
    assert_eq!(with(&r, &tokens).get("/v1.0/me").await.status.as_u16(), 200);
    let role = Role::UserAdministrator.template_id();
    let given = json!({ "principalId": ben, "roleDefinitionId": role, "directoryScopeId": "/" });
    let made = r.api.post("/v1.0/roleManagement/directory/roleAssignments", given).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    assert_eq!(with(&r, &tokens).get("/v1.0/me").await.status.as_u16(), 401);
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(r.refresh(t, &refresh).await.1["error"], "invalid_grant");
}

async fn whoever_had_their_days_shows_one_too(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in_by_password(r.company.tenant, ben).await;
    let code = r.code(&mut browser, &[("scope", "openid offline_access User.Read")]).await;
    let tokens = r.redeem(t, &code).await.1;
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(with(&r, &tokens).get("/v1.0/me").await.status.as_u16(), 200);
    due(t, &r, ben, t.app.clock.now() + SignedDuration::from_secs(1)).await;
    assert_eq!(with(&r, &tokens).get("/v1.0/me").await.status.as_u16(), 200);
    due(t, &r, ben, t.app.clock.now()).await;
    assert_eq!(with(&r, &tokens).get("/v1.0/me").await.status.as_u16(), 401);
    assert_eq!(r.refresh(t, &refresh).await.1["error"], "invalid_grant");
}

/// Sets by when somebody must have a second factor.
async fn due(t: &TestApp, r: &Registered, user: model::ids::UserId, at: Timestamp) {
    let actor = Actor::operator(r.company.tenant);
    let sql = "UPDATE users SET second_factor_due_at = $3 WHERE tenant_id = $1 AND id = $2";
    let done: Result<u64, Error> = transaction!(t.app.db, |scope| {
        let mut tenant = scope.tenant(actor.grant()).await?;
        Ok(tenant.execute(sql, params![user, at]).await?)
    });
    assert_eq!(done.unwrap(), 1);
}

async fn permissions_cant_pass_for_what_is_about_the_person(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    for name in ["openid", "phone", "Offline_Access"] {
        let permission = json!({
            "id": "0f6a52d1-57cf-4f0b-8a42-9b0ad0d2b001", "value": name, "type": "User", "isEnabled": true,
            "userConsentDisplayName": "Show you the weather",
        });
        let change = json!({ "api": { "oauth2PermissionScopes": [permission] } });
        let refused = r.api.patch(&format!("/v1.0/applications/{}", r.object), change).await;
        assert_eq!((refused.status.as_u16(), refused.codes().1), (400, "role-value-invalid"), "{name}");
    }
    let mut anas = t.signed_in(r.company.tenant, r.company.ana).await;
    let scope = format!("{}/phone", r.app_id);
    let page = anas.get(&r.authorize(&[("scope", &scope)])).await;
    assert_eq!(told(page.location())["error"], "invalid_scope");
    // Written as the directory API's, it is the same name.
    let page = anas.get(&r.authorize(&[("scope", "openid https://graph.microsoft.com/phone")])).await;
    page.assert_shows(&["phone number"]);
}

async fn single_claims_are_agreed_to(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let wanted = r#"{"id_token":{"name":{"essential":true}},"userinfo":{"phone_number":null}}"#;
    let code = r.code(&mut browser, &[("scope", "openid")]).await;
    let plain = r.redeem(t, &code).await.1;
    assert!(claims(plain["access_token"].as_str().unwrap()).get("name").is_none());
    let asked = [("scope", "openid"), ("claims", wanted)];
    let page = browser.get(&r.authorize(&[&asked[..], &[("prompt", "none")]].concat())).await;
    assert_eq!(told(page.location())["error"], "consent_required");
    let consent = browser.get(&r.authorize(&asked)).await;
    consent.assert_shows(&["See your name and user name", "See your phone number"]);
    let code = r.code(&mut browser, &asked).await;
    let tokens = r.redeem(t, &code).await.1;
    let identity = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!((&identity["name"], identity.get("given_name")), (&json!("BEN"), None));
    // Another person is asked for than the one who sits here.
    let other = format!(r#"{{"id_token":{{"sub":{{"value":"{}"}}}}}}"#, r.company.ana);
    let asked = [("scope", "openid"), ("claims", other.as_str()), ("prompt", "none")];
    let page = browser.get(&r.authorize(&asked)).await;
    assert_eq!(told(page.location())["error"], "login_required");
}

async fn marks_of_the_way_through_the_sign_in_count_for_one_request(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    r.code(&mut browser, &[]).await;
    t.advance(SignedDuration::from_mins(10));
    for since in ["0", "0.", "0.AAAA"] {
        let marks = [("max_age", "0"), ("shown_since", since), ("account_chosen", "1")];
        let page = browser.get(&r.authorize(&marks)).await;
        assert!(page.location().starts_with("/account/confirm?next="), "{}", page.location());
    }
    let page = browser.get(&r.authorize(&[("prompt", "select_account"), ("account_chosen", "1")])).await;
    page.assert_shows(&["Sign in with another account"]);
    // A true mark of another request is none of this one.
    let page = browser.get(&r.authorize(&[("max_age", "0"), ("state", "another")])).await;
    let next = told(page.location())["next"].clone();
    let since = told(&next)["shown_since"].clone();
    let page = browser.get(&r.authorize(&[("max_age", "0"), ("shown_since", &since)])).await;
    assert!(page.location().starts_with("/account/confirm?next="), "{}", page.location());
}

async fn the_end_of_a_token_is_said_by_its_client(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let (_, tokens) = of_ben(t, &r, "openid offline_access").await;
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    let named = [("client_id", r.app_id.as_str()), ("token", refresh.as_str())];
    let mut program = t.browser();
    let (status, answer) = post(&mut program, &r.at("/oauth2/v2.0/revoke"), &named, None).await;
    assert_eq!((status.as_u16(), &answer["error"]), (401, &json!("invalid_client")));
    assert_eq!(r.refresh(t, &refresh).await.0, 200);
    let wrong = [named[0], named[1], ("client_secret", "guessed")];
    let mut last = 0;
    for _ in 0..200 {
        last = post(&mut program, &r.at("/oauth2/v2.0/introspect"), &wrong, None).await.0.as_u16();
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429, "secrets aren't guessed here either");
}
