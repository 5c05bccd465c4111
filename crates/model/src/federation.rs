//! Domain names whose people are signed in by a provider of the organisation's own.
//!
//! Who somebody is, is (issuer, subject) (SPEC §3.4). The name that a provider asserts counts once, to find the person whom
//! the identity is linked to, and it must be at the domain name that the provider was set up for.

use serde_json::Value;

use crate::refusal::{Code, Refusal};

/// The claim that holds somebody's user name the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameClaim {
    Email,
    PreferredUsername,
    Upn,
}

impl NameClaim {
    pub const ALL: [Self; 3] = [Self::Email, Self::PreferredUsername, Self::Upn];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PreferredUsername => "preferred_username",
            Self::Upn => "upn",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|claim| claim.as_str() == name)
    }
}

/// Google says by `hd` whose an account is; an address alone anybody can bring along.
const GOOGLE: &str = "https://accounts.google.com";

/// The user name that a token asserts, without its domain name.
///
/// # Errors
/// [`Code::IdentityProviderName`]: there is none, it isn't proven, or it is at another domain name.
pub fn asserted_name(
    claims: &Value,
    (issuer, claim): (&str, NameClaim),
    domain: &str,
) -> Result<String, Refusal> {
    let no = |why: &str| {
        let refusal = Refusal::new(Code::IdentityProviderName).with("reason", why);
        refusal.with("claim", claim.as_str()).with("domain", domain)
    };
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let name = text(claim.as_str()).ok_or_else(|| no("missing"))?;
    // User names here are ASCII; what only looks like one after folding or trimming is another's name there.
    if !name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(no("other-domain"));
    }
    let name = name.to_ascii_lowercase();
    if claim == NameClaim::Email && !is_verified(claims) {
        return Err(no("unverified"));
    }
    if issuer == GOOGLE && text("hd") != Some(domain) {
        return Err(no("hosted"));
    }
    match name.rsplit_once('@') {
        Some((user, at)) if at == domain && !user.is_empty() => Ok(user.to_owned()),
        _ => Err(no("other-domain")),
    }
}

/// What a provider says of somebody beside the name, to make a person of: contact data and never identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    pub display_name: Option<String>,
    pub given_name: Option<String>,
    pub surname: Option<String>,
    /// An address that the provider says is verified.
    pub email: Option<String>,
}

/// Reads the standard claims (OpenID Connect Core §5.1); what isn't text is passed over.
#[must_use]
pub fn described(claims: &Value) -> Described {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    Described {
        display_name: text("name"),
        given_name: text("given_name"),
        surname: text("family_name"),
        email: text("email").filter(|_| is_verified(claims)),
    }
}

fn is_verified(claims: &Value) -> bool {
    claims.get("email_verified").is_some_and(|value| *value == true || *value == "true")
}

/// Whether a provider says that somebody showed a second factor (`mfa`, RFC 8176 §2).
#[must_use]
pub fn showed_second_factor(claims: &Value) -> bool {
    claims.get("amr").and_then(Value::as_array).is_some_and(|methods| methods.iter().any(|one| one == "mfa"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn name(claims: Value, issuer: &str, claim: NameClaim) -> Result<String, String> {
        asserted_name(&claims, (issuer, claim), "contoso.com")
            .map_err(|refusal| refusal.arguments[0].1.clone())
    }

    #[test]
    fn a_name_counts_at_the_domain_name_alone() {
        let own = "https://id.example";
        let named = |name: &str| json!({ "preferred_username": name, "upn": name });
        for claim in [NameClaim::PreferredUsername, NameClaim::Upn] {
            assert_eq!(name(named("Ana@Contoso.com"), own, claim).as_deref(), Ok("ana"));
            for other in [
                "ana@sub.contoso.com",
                "ana@contoso.com.evil.example",
                "ana",
                "@contoso.com",
                "ana@",
                "x@contoso.com@evil.example",
                "\u{212a}ate@contoso.com",
                " ana@contoso.com",
                "ana\u{a0}@contoso.com",
            ] {
                assert_eq!(name(named(other), own, claim).unwrap_err(), "other-domain", "{other}");
            }
            assert_eq!(name(json!({ "sub": "ana@contoso.com" }), own, claim).unwrap_err(), "missing");
            assert_eq!(
                name(json!({ "upn": ["ana@contoso.com"], "preferred_username": 7 }), own, claim).unwrap_err(),
                "missing"
            );
        }
    }

    #[test]
    fn an_address_counts_where_it_is_proven() {
        let own = "https://id.example";
        let mail = |verified: Value| json!({ "email": "ana@contoso.com", "email_verified": verified });
        for verified in [json!(true), json!("true")] {
            assert_eq!(name(mail(verified), own, NameClaim::Email).as_deref(), Ok("ana"));
        }
        for unproven in [json!(false), json!(null), json!("yes"), json!(1)] {
            assert_eq!(name(mail(unproven), own, NameClaim::Email).unwrap_err(), "unverified");
        }
        let mut google = mail(json!(true));
        assert_eq!(name(google.clone(), GOOGLE, NameClaim::Email).unwrap_err(), "hosted");
        google["hd"] = json!("contoso.com");
        assert_eq!(name(google, GOOGLE, NameClaim::Email).as_deref(), Ok("ana"));
    }

    #[test]
    fn a_second_factor_is_named_as_the_standard_names_it() {
        assert!(showed_second_factor(&json!({ "amr": ["pwd", "mfa"] })));
        for without in [json!({}), json!({ "amr": "mfa" }), json!({ "amr": ["pwd", "otp"] })] {
            assert!(!showed_second_factor(&without), "{without}");
        }
    }
}
