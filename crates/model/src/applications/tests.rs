use uuid::{Uuid, uuid};

use super::redirect::check_identifier;
use super::*;
use crate::refusal::Code;

const APP: Uuid = uuid!("6f9619ff-8b86-4d01-b42d-00cf4fc964ff");
const TENANT: Uuid = uuid!("0190a5b0-0000-7000-8000-000000000001");

fn home() -> Home<'static> {
    Home { tenant: TENANT, app_id: APP, verified_domains: &[] }
}

#[test]
fn redirect_uris_lead_to_the_web_to_this_machine_or_to_a_program() {
    use Platform::{PublicClient, Spa, Web};
    for (platform, uri) in [
        (Web, "https://contoso.test/signed-in?x=1"),
        (Web, "http://localhost:3000/callback"),
        (Web, "http://127.0.0.1/"),
        (Spa, "http://[::1]:8080/"),
        (PublicClient, "com.contoso.app://auth"),
        (PublicClient, "urn:ietf:wg:oauth:2.0:oob"),
        (PublicClient, "ms-appx-web://contoso"),
    ] {
        assert_eq!(check_redirect(platform, uri), Ok(()), "{uri}");
    }
    for (platform, uri) in [
        (Web, "http://contoso.test/"),
        (Web, "http://localhost.attacker.test/"),
        (Web, "https://contoso.test/#x"),
        (Web, "https://*.contoso.test/"),
        (Web, "https://good.test@attacker.test/"),
        (Web, "http://localhost@attacker.test/"),
        (Web, "https://"),
        (Web, "https:///path"),
        (Web, "contoso.test"),
        (Web, ""),
        (Web, "com.contoso.app://auth"),
        (Spa, "urn:ietf:wg:oauth:2.0:oob"),
        (PublicClient, "javascript:alert(1)"),
        (PublicClient, "JavaScript://%0aalert(1)"),
        (PublicClient, "data:text/html,x"),
        (PublicClient, "app:"),
        (PublicClient, "1app://x"),
        (Web, "https://contoso.test/a b"),
        (Web, "https://contoso.test/\u{0}"),
        (Web, "https://kontosó.test/"),
    ] {
        assert_eq!(check_redirect(platform, uri).unwrap_err().code, Code::RedirectUriInvalid, "{uri}");
    }
    let long = format!("https://contoso.test/{}", "x".repeat(236));
    assert_eq!(check_redirect(Web, &long).unwrap_err().code, Code::FieldTooLong);
    assert_eq!(check_redirect(Web, &long[..256]), Ok(()));
}

#[test]
fn identifiers_name_the_application_or_a_verified_domain() {
    let verified = ["contoso.test".to_owned()];
    for uri in [
        format!("api://{APP}"),
        format!("api://{APP}/read"),
        format!("api://{TENANT}/orders"),
        format!("api://orders/{APP}"),
        "https://contoso.test".into(),
        "https://orders.contoso.test/api".into(),
        "api://orders.contoso.test".into(),
    ] {
        assert_eq!(check_identifier(APP, TENANT, &verified, &uri), Ok(()), "{uri}");
    }
    for uri in [
        "api://orders",
        "https://fabrikam.test",
        "https://notcontoso.test",
        "http://contoso.test",
        "contoso.test",
        "https://contoso.test/#x",
        "https://contoso.test/*",
        "https://contoso.test@fabrikam.test",
        "",
    ] {
        let refused = check_identifier(APP, TENANT, &verified, uri).unwrap_err();
        assert_eq!(refused.code, Code::IdentifierUriInvalid, "{uri}");
    }
}

fn role(id: u128, value: &str) -> AppRole {
    AppRole {
        id: Uuid::from_u128(id),
        value: Some(value.into()),
        display_name: Some("Reads".into()),
        allowed_member_types: vec!["User".into()],
        ..AppRole::default()
    }
}

fn codes(settings: &ApplicationSettings) -> Vec<Code> {
    let found = check(settings, &home()).err().unwrap_or_default();
    found.into_iter().map(|refusal| refusal.code).collect()
}

#[test]
fn roles_differ_and_have_a_form() {
    let with =
        |roles: Vec<AppRole>| ApplicationSettings { app_roles: roles, ..ApplicationSettings::default() };
    assert_eq!(codes(&with(vec![role(1, "Orders.Read"), role(2, "Orders.Write")])), []);
    for (roles, code) in [
        (vec![role(1, "a"), role(1, "b")], Code::PropertyRepeated),
        (vec![role(1, "a"), role(2, "a")], Code::PropertyRepeated),
        (vec![role(0, "a")], Code::FieldRequired),
        (vec![role(1, "two words")], Code::RoleValueInvalid),
        (vec![role(1, ".hidden")], Code::RoleValueInvalid),
        (vec![role(1, &"x".repeat(121))], Code::FieldTooLong),
        (vec![AppRole { allowed_member_types: vec![], ..role(1, "a") }], Code::PropertyChoice),
        (vec![AppRole { display_name: None, ..role(1, "a") }], Code::FieldRequired),
    ] {
        assert_eq!(codes(&with(roles)), [code]);
    }
}

#[test]
fn what_is_enabled_is_not_removed() {
    let mut settings =
        ApplicationSettings { app_roles: vec![role(1, "a")], ..ApplicationSettings::default() };
    let mut application = Application {
        app_id: APP,
        publisher_domain: None,
        settings: settings.clone(),
        password_credentials: Vec::new(),
        key_credentials: Vec::new(),
        federated_credentials: Vec::new(),
    };
    settings.app_roles.clear();
    assert_eq!(check_change(&application, &settings).unwrap_err().code, Code::StillEnabled);
    application.settings.app_roles[0].is_enabled = false;
    assert_eq!(check_change(&application, &settings), Ok(()));
}

#[test]
fn properties_are_bounded() {
    let mut settings = ApplicationSettings {
        group_membership_claims: Some("SecurityGroup,ApplicationGroup".into()),
        ..ApplicationSettings::default()
    };
    assert_eq!(codes(&settings), []);
    settings.group_membership_claims = Some("Everybody".into());
    settings.notes = Some("x".repeat(1025));
    settings.tags = vec!["a".into(), "a".into()];
    settings.web.home_page_url = Some("javascript:alert(1)".into());
    assert_eq!(
        codes(&settings),
        [Code::FieldTooLong, Code::PropertyRepeated, Code::WebAddressInvalid, Code::PropertyChoice]
    );
    assert_eq!(check_display_name(" Orders ").unwrap(), "Orders");
    assert_eq!(check_display_name(" ").unwrap_err().code, Code::FieldRequired);
    assert_eq!(check_display_name(&"é".repeat(257)).unwrap_err().code, Code::FieldTooLong);
    assert_eq!(check_display_name("a\u{0}").unwrap_err().code, Code::PropertyCharacters);
}

#[test]
fn a_redirect_uri_has_its_settings() {
    let mut settings = ApplicationSettings::default();
    settings.web.redirect_uris = vec!["https://a.test/".into(), "https://b.test/".into()];
    settings.web.redirect_uri_settings =
        vec![RedirectUriSetting { index: Some(1), uri: Some("https://b.test/".into()) }];
    settings.settle();
    let indexes: Vec<_> = settings.web.redirect_uri_settings.iter().map(|setting| setting.index).collect();
    assert_eq!(indexes, [None, Some(1)]);
}

#[test]
fn a_federated_credential_names_an_issuer() {
    let good = FederatedCredential {
        audiences: vec!["api://AzureADTokenExchange".into()],
        issuer: "https://token.actions.contoso.test".into(),
        name: "deploy".into(),
        subject: "repo:contoso/orders:ref:refs/heads/main".into(),
        ..FederatedCredential::default()
    };
    assert_eq!(check_federated(&good), Ok(()));
    for (bad, code) in [
        (FederatedCredential { name: "two words".into(), ..good.clone() }, Code::PropertyCharacters),
        (FederatedCredential { issuer: "contoso".into(), ..good.clone() }, Code::WebAddressInvalid),
        (FederatedCredential { audiences: vec![], ..good.clone() }, Code::AudienceCount),
        (FederatedCredential { subject: String::new(), ..good.clone() }, Code::FieldRequired),
    ] {
        assert_eq!(check_federated(&bad).unwrap_err()[0].code, code);
    }
}
