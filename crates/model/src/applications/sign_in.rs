//! How an application signs people in, beyond what Microsoft Graph knows of it, in the names of OpenID Connect's registration.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::redirect::{check_address, check_redirect};
use super::{ApplicationSettings, Platform};
use crate::outbound::{Rules, Target};
use crate::refusal::{Code, Refusal};

/// Algorithms that this service signs with.
pub const SIGNING: [&str; 3] = ["RS256", "ES256", "EdDSA"];
/// Algorithms by which a client shows who it is.
pub const ASSERTING: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];
/// Algorithms of request objects. `none` counts only where the application is registered with it.
pub const REQUESTING: [&str; 5] = ["RS256", "PS256", "ES256", "EdDSA", "none"];
/// Ways in which a client shows who it is.
pub const METHODS: [&str; 4] = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];

/// Entries of a list, keys of a set, and bytes of that set.
const ENTRIES: usize = 50;
const KEYS: usize = 20;
const KEY_BYTES: usize = 48 << 10;

/// What is stored; what isn't said stays out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInSettings {
    /// `None` accepts each way that the client has something for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// `None` is RS256 (OpenID Connect Core §15.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<String>,
    /// `None` is JSON without a signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_signed_response_alg: Option<String>,
    /// `None` takes any that is signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<String>,
    /// Where requests of the client may lie (OpenID Connect Core §6.2), compared letter by letter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_uris: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub require_pushed_authorization_requests: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Where people may be sent after signing out; where none is named, redirect URIs count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// The address itself is `web.logoutUrl`.
    #[serde(skip_serializing_if = "is_false")]
    pub frontchannel_logout_session_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub backchannel_logout_session_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_max_age: Option<u32>,
    #[serde(skip_serializing_if = "is_false")]
    pub require_auth_time: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grant_types: Vec<String>,
    /// As the client registered them; what counts is `implicitGrantSettings`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub response_types: Vec<String>,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl SignInSettings {
    /// # Errors
    /// Every rule that a setting breaks.
    pub fn check(&self, rules: &Rules) -> Result<(), Vec<Refusal>> {
        let mut refusals = Vec::new();
        let choices: [(&'static str, &Option<String>, &[&str]); 6] = [
            ("token_endpoint_auth_method", &self.token_endpoint_auth_method, &METHODS),
            ("token_endpoint_auth_signing_alg", &self.token_endpoint_auth_signing_alg, &ASSERTING),
            ("id_token_signed_response_alg", &self.id_token_signed_response_alg, &SIGNING),
            ("userinfo_signed_response_alg", &self.userinfo_signed_response_alg, &SIGNING),
            ("request_object_signing_alg", &self.request_object_signing_alg, &REQUESTING),
            ("application_type", &self.application_type, &["web", "native"]),
        ];
        refusals
            .extend(choices.into_iter().filter_map(|(on, value, known)| choice(on, value.as_deref(), known)));
        for uri in &self.post_logout_redirect_uris {
            let named = check_redirect(Platform::PublicClient, uri);
            refusals.extend(named.err().map(|no| no.on("post_logout_redirect_uris")));
        }
        for (on, uri) in [("initiate_login_uri", &self.initiate_login_uri), ("logo_uri", &self.logo_uri)] {
            refusals.extend(uri.as_ref().and_then(|uri| check_address(on, uri).err()));
        }
        for (on, uri) in
            [("jwks_uri", &self.jwks_uri), ("backchannel_logout_uri", &self.backchannel_logout_uri)]
        {
            let target = uri.as_ref().map(|uri| Target::parse(uri, rules));
            refusals.extend(target.and_then(Result::err).map(|no| no.on(on)));
        }
        for uri in &self.request_uris {
            refusals.extend(Target::parse(bare(uri), rules).err().map(|no| no.on("request_uris")));
        }
        for (on, list) in [
            ("post_logout_redirect_uris", &self.post_logout_redirect_uris),
            ("contacts", &self.contacts),
            ("request_uris", &self.request_uris),
        ] {
            if list.len() > ENTRIES {
                refusals.push(Refusal::new(Code::PropertyTooMany).on(on).with("max", ENTRIES.to_string()));
            }
        }
        let long = |contact: &&String| contact.chars().count() > 320 || contact.chars().any(char::is_control);
        if self.contacts.iter().any(|contact| long(&contact)) {
            refusals.push(Refusal::new(Code::PropertyCharacters).on("contacts"));
        }
        if self.jwks.as_ref().is_some_and(|set| !is_key_set(set))
            || self.jwks.is_some() && self.jwks_uri.is_some()
        {
            refusals.push(Refusal::new(Code::KeySetInvalid).on("jwks"));
        }
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    /// May people be sent here after signing out? Addresses are compared letter by letter.
    #[must_use]
    pub fn leads_back_to(&self, settings: &ApplicationSettings, uri: &str) -> bool {
        if self.post_logout_redirect_uris.is_empty() {
            return settings.redirect_uris().any(|(_, known)| known == uri);
        }
        self.post_logout_redirect_uris.iter().any(|known| known == uri)
    }
}

/// An address without what stands behind `#`, which no server is told.
#[must_use]
pub fn bare(uri: &str) -> &str {
    uri.split_once('#').map_or(uri, |(address, _)| address)
}

fn choice(on: &'static str, value: Option<&str>, known: &[&str]) -> Option<Refusal> {
    let value = value?;
    let shown: String = value.chars().filter(|char| !char.is_control()).take(80).collect();
    let refusal = Refusal::new(Code::SignInSettingUnknown).on(on).with("value", shown);
    (!known.contains(&value)).then(|| refusal.with("known", known.join(", ")))
}

/// Public keys alone, as many and as large as can be looked through (RFC 7517 §5).
#[must_use]
pub fn is_key_set(set: &Value) -> bool {
    let Some(keys) = set.get("keys").and_then(Value::as_array) else { return false };
    let is_public = |key: &Value| {
        key.get("kty").is_some_and(Value::is_string)
            && ["d", "p", "q", "k"].iter().all(|private| key.get(private).is_none())
    };
    keys.len() <= KEYS && set.to_string().len() <= KEY_BYTES && keys.iter().all(is_public)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(change: impl FnOnce(&mut SignInSettings)) -> Option<(Code, Option<&'static str>)> {
        let mut settings = SignInSettings::default();
        change(&mut settings);
        let rules = Rules { ports: vec![443], loopback: false };
        settings.check(&rules).err().map(|refusals| (refusals[0].code, refusals[0].field))
    }

    #[test]
    fn settings_are_known_values_and_addresses_of_the_public_internet() {
        assert_eq!(refused(|_| {}), None);
        let uri = |text: &str| Some(text.to_owned());
        for private in [
            "https://127.0.0.1/keys",
            "https://10.0.0.8/keys",
            "http://shop.example/keys",
            "https://localhost/",
        ] {
            let told = refused(|settings| settings.jwks_uri = uri(private)).unwrap();
            assert_eq!(told.1, Some("jwks_uri"), "{private}");
            let told = refused(|settings| settings.backchannel_logout_uri = uri(private)).unwrap();
            assert_eq!(told.1, Some("backchannel_logout_uri"), "{private}");
        }
        assert_eq!(refused(|settings| settings.jwks_uri = uri("https://shop.example/keys")), None);
        let none = refused(|settings| settings.id_token_signed_response_alg = uri("none"));
        assert_eq!(none, Some((Code::SignInSettingUnknown, Some("id_token_signed_response_alg"))));
        assert_eq!(refused(|settings| settings.request_object_signing_alg = uri("none")), None);
        let private = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": "", "y": "", "d": "x" }] });
        assert_eq!(
            refused(|settings| settings.jwks = Some(private)),
            Some((Code::KeySetInvalid, Some("jwks")))
        );
        assert_eq!(refused(|settings| settings.jwks = Some(json!([]))).unwrap().0, Code::KeySetInvalid);
        let script = refused(|settings| settings.post_logout_redirect_uris = vec!["javascript:x".into()]);
        assert_eq!(script.unwrap().1, Some("post_logout_redirect_uris"));
    }

    #[test]
    fn people_come_back_where_it_is_registered_letter_by_letter() {
        let mut settings = ApplicationSettings::default();
        settings.web.redirect_uris = vec!["https://shop.example/in".into()];
        let mut own = SignInSettings::default();
        assert!(own.leads_back_to(&settings, "https://shop.example/in"));
        own.post_logout_redirect_uris = vec!["https://shop.example/out".into()];
        assert!(own.leads_back_to(&settings, "https://shop.example/out"));
        for other in
            ["https://shop.example/in", "https://shop.example/out?x=y", "https://shop.example/out/", ""]
        {
            assert!(!own.leads_back_to(&settings, other), "{other}");
        }
    }
}
