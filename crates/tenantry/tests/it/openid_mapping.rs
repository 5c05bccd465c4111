//! Policies that map claims: what they add to tokens, and what they never do.

use model::applications::{ClaimSource, MappedClaim, ServicePrincipal, is_protected};
use model::ids::{ObjectId, UserId};
use serde_json::{Value, json};
use tenantry::access::Actor;
use tenantry::error::Error;
use tenantry::features::objects::{self, Object};
use tenantry::transaction;

use crate::openid::{Registered, claims, registered};
use crate::openid_exchange::{GRAPH, middle, token_for};
use crate::support::TestApp;

both_engines!(
    a_policy_adds_claims_to_the_tokens_of_its_application,
    a_resource_is_told_what_its_own_policy_says,
    no_policy_says_who_somebody_is,
);

const POLICIES: &str = "/v1.0/policies/claimsMappingPolicies";

fn definition(schema: &Value) -> Value {
    let policy = json!({ "ClaimsMappingPolicy": { "Version": 1, "IncludeBasicClaimSet": "false", "ClaimsSchema": schema } });
    json!([policy.to_string()])
}

async fn policy(r: &Registered, schema: Value) -> String {
    let made =
        r.api.post(POLICIES, json!({ "displayName": "Staff", "definition": definition(&schema) })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].as_str().unwrap().to_owned()
}

async fn assign(r: &Registered, principal: &str, policy: &str) {
    let reference = json!({ "@odata.id": format!("https://graph.example{POLICIES}/{policy}") });
    let path = format!("/v1.0/servicePrincipals/{principal}/claimsMappingPolicies/$ref");
    assert_eq!(r.api.post(&path, reference).await.status, 204);
}

async fn tokens_of(r: &Registered, t: &mut TestApp, person: UserId) -> Value {
    let mut browser = t.signed_in(r.company.tenant, person).await;
    let code = r.code(&mut browser, &[]).await;
    let (status, tokens) = r.redeem(t, &code).await;
    assert_eq!(status, 200, "{tokens}");
    tokens
}

fn said(tokens: &Value, token: &str) -> Value {
    claims(tokens[token].as_str().unwrap())
}

async fn a_policy_adds_claims_to_the_tokens_of_its_application(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let ben = t.person(r.company.tenant, &r.company.domain, "ben", &[]).await;
    let extension = json!({ "name": "costCenter", "dataType": "String", "targetObjects": ["User"] });
    let path = format!("/v1.0/applications/{}/extensionProperties", r.object);
    let extension = r.api.post(&path, extension).await.body["name"].as_str().unwrap().to_owned();
    let mut about = json!({ "employeeId": "E7", "department": "Sales", "surname": "Torres" });
    about[&extension] = json!("C-12");
    assert_eq!(r.api.patch(&format!("/v1.0/users/{ben}"), about).await.status, 204);
    let policy = policy(
        &r,
        json!([
            { "Source": "user", "ID": "employeeid", "JwtClaimType": "staff" },
            { "Source": "user", "ID": "Department", "JwtClaimType": "team" },
            { "Source": "user", "ID": "userprincipalname", "JwtClaimType": "account" },
            { "Source": "user", "ID": "jobtitle", "JwtClaimType": "job" },
            { "Source": "user", "ID": "surname", "JwtClaimType": "name" },
            { "Source": "user", "ID": "netbiosname", "JwtClaimType": "netbios" },
            { "Source": "user", "ExtensionID": extension, "JwtClaimType": "cost" },
            { "Source": "company", "ID": "tenantcountry", "JwtClaimType": "country" },
            { "Value": "blue", "JwtClaimType": "https://shop.example/colour" },
            { "Source": "user", "ID": "mail", "SamlClaimType": "http://x.example/mail" },
        ]),
    )
    .await;
    let before = tokens_of(&r, t, ben).await;
    assert!(said(&before, "id_token")["staff"].is_null());
    assign(&r, &r.principal, &policy).await;

    // A sign-in from before is told too, with its next tokens.
    let (_, tokens) = r.refresh(t, before["refresh_token"].as_str().unwrap()).await;
    let identity = said(&tokens, "id_token");
    for (name, value) in [
        ("staff", json!("E7")),
        ("team", json!("Sales")),
        ("account", json!(format!("ben@{}", r.company.domain))),
        ("name", json!("Torres")),
        ("cost", json!("C-12")),
        ("https://shop.example/colour", json!("blue")),
        ("job", Value::Null),
        ("netbios", Value::Null),
        ("http://x.example/mail", Value::Null),
    ] {
        assert_eq!(identity[name], value, "{name} in {identity}");
    }
    assert_eq!(identity["country"].as_str().map(str::len), Some(2), "{identity}");
    // Its access token is for userinfo of this service, which no policy writes.
    assert!(said(&tokens, "access_token")["staff"].is_null());

    let schema = json!([{ "Source": "user", "ID": "employeeid", "JwtClaimType": "number" }]);
    let path = format!("{POLICIES}/{policy}");
    assert_eq!(r.api.patch(&path, json!({ "definition": definition(&schema) })).await.status, 204);
    let (_, tokens) = r.refresh(t, tokens["refresh_token"].as_str().unwrap()).await;
    let identity = said(&tokens, "id_token");
    assert_eq!((&identity["number"], &identity["staff"]), (&json!("E7"), &Value::Null));

    let assigned = format!("/v1.0/servicePrincipals/{}/claimsMappingPolicies/{policy}/$ref", r.principal);
    assert_eq!(r.api.delete(&assigned).await.status, 204);
    let (_, tokens) = r.refresh(t, tokens["refresh_token"].as_str().unwrap()).await;
    assert!(said(&tokens, "id_token")["number"].is_null());
}

async fn a_resource_is_told_what_its_own_policy_says(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let orders = middle(&r, "Orders").await;
    let constant = |value: &str| json!([{ "Value": value, "JwtClaimType": "for" }]);
    let (of_client, of_resource) =
        (policy(&r, constant("client")).await, policy(&r, constant("resource")).await);
    assign(&r, &r.principal, &of_client).await;
    assign(&r, &orders.principal, &of_resource).await;
    let (ben, tokens) = token_for(&r, t, &orders).await;
    assert_eq!(said(&tokens, "access_token")["for"], "resource");
    assert_eq!(said(&tokens, "id_token")["for"], "client");

    // Tokens that open the directory say nothing of the kind, whatever somebody assigned to it.
    let api = r.api.get(&format!("/v1.0/servicePrincipals?$filter=appId eq '{GRAPH}'")).await;
    assign(&r, api.body["value"][0]["id"].as_str().unwrap(), &of_resource).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let code = r.code(&mut browser, &[("scope", "openid User.Read")]).await;
    let (_, tokens) = r.redeem(t, &code).await;
    assert!(said(&tokens, "access_token")["for"].is_null());
    assert_eq!(said(&tokens, "id_token")["for"], "client");
    let me = r.api.with_token(tokens["access_token"].as_str().unwrap()).get("/v1.0/me").await;
    assert_eq!(me.body["id"], ben.to_string());
}

/// What tokens say of a person that an application may be told otherwise.
const ABOUT: [&str; 6] = ["address", "family_name", "given_name", "locale", "name", "phone_number"];

async fn no_policy_says_who_somebody_is(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let orders = middle(&r, "Orders").await;
    let (ben, tokens) = token_for(&r, t, &orders).await;
    let before = tokens_of(&r, t, ben).await;
    let mut names = Vec::new();
    for said in [said(&tokens, "access_token"), said(&before, "id_token"), said(&before, "access_token")] {
        names
            .extend(said.as_object().unwrap().keys().filter(|name| !ABOUT.contains(&name.as_str())).cloned());
    }
    for name in &names {
        assert!(is_protected(name), "{name}");
        let schema = json!([{ "Value": "evil", "JwtClaimType": name }]);
        let body = json!({ "displayName": "Evil", "definition": definition(&schema) });
        r.api.post(POLICIES, body).await.assert_refused(400, "Request_BadRequest", "policy-definition-unfit");
    }

    // Nor one that was stored when less was protected.
    names.extend(["roles", "groups", "wids", "email", "upn", "act", "cnf", "Roles"].map(str::to_owned));
    for principal in [&r.principal, &orders.principal] {
        let (id, actor, moment): (ObjectId, _, _) =
            (principal.parse().unwrap(), Actor::system(r.company.tenant), t.app.moment());
        let source = ClaimSource::Constant("evil".into());
        let evil: Vec<_> =
            names.iter().map(|name| MappedClaim { name: name.clone(), source: source.clone() }).collect();
        let done: Result<(), Error> = transaction!(t.app.db, |scope| {
            let mut tenant = scope.tenant(actor.grant()).await?;
            let mut found: Object<ServicePrincipal> = objects::get(&mut tenant, id).await?;
            found.properties.mapped_claims = evil.clone();
            objects::save(&mut tenant, &mut found, &moment).await
        });
        done.unwrap();
    }
    let after = tokens_of(&r, t, ben).await;
    let mut browser = t.signed_in(r.company.tenant, ben).await;
    let code = r.code(&mut browser, &[("scope", &format!("openid {}/Orders", orders.app_id))]).await;
    let (_, of_orders) = r.redeem(t, &code).await;
    for said in [said(&after, "id_token"), said(&after, "access_token"), said(&of_orders, "access_token")] {
        assert!(!said.to_string().contains("evil"), "{said}");
    }
}
