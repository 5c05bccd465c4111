//! Policies that say which claims an application's tokens carry (Microsoft Graph, claimsMappingPolicy).

use serde::{Deserialize, Serialize};

/// Claims of one policy.
const CLAIMS: usize = 200;
/// Bytes of all values that a policy gives itself.
const CONSTANTS: usize = 2048;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Definition {
    claims_mapping_policy: Policy,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Policy {
    version: u32,
    #[serde(default)]
    include_basic_claim_set: Option<serde_json::Value>,
    #[serde(default)]
    claims_schema: Vec<Claim>,
    #[serde(default)]
    claims_transformation: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Claim {
    #[serde(default)]
    source: Option<String>,
    #[serde(default, rename = "ID", alias = "Id")]
    id: Option<String>,
    #[serde(default)]
    value: Option<String>,
    #[serde(default, rename = "ExtensionID")]
    extension: Option<String>,
    #[serde(default, rename = "TransformationID")]
    transformation: Option<String>,
    #[serde(default)]
    saml_claim_type: Option<String>,
    #[serde(default)]
    jwt_claim_type: Option<String>,
    #[serde(default)]
    saml_name_format: Option<String>,
}

/// Claims that say who somebody is, what they may do, how sure that is and who says so: no policy writes them.
const PROTECTED: &[&str] = &[
    "_claim_names",
    "_claim_sources",
    "access_token",
    "acr",
    "acrs",
    "act",
    "actor",
    "actort",
    "adfs1email",
    "adfs1upn",
    "amr",
    "app_displayname",
    "appid",
    "appidacr",
    "at_hash",
    "aud",
    "auth_time",
    "authmethod",
    "authnmethodsreferences",
    "authorities",
    "authorization_details",
    "azp",
    "azpacr",
    "c_hash",
    "client_id",
    "cnf",
    "cognito:groups",
    "credential_id",
    "email",
    "email_verified",
    "emails",
    "entitlements",
    "events",
    "exp",
    "grant_id",
    "group",
    "group_sids",
    "groups",
    "hasgroups",
    "home_oid",
    "iat",
    "identityprovider",
    "idp",
    "idtyp",
    "iss",
    "jti",
    "login_hint",
    "may_act",
    "nameid",
    "nbf",
    "nonce",
    "oid",
    "onprem_sid",
    "permissions",
    "phone_number_verified",
    "preferred_username",
    "primarygroupsid",
    "primarysid",
    "puid",
    "realm_access",
    "resource_access",
    "role",
    "roles",
    "s_hash",
    "scope",
    "scopes",
    "scp",
    "sid",
    "sub",
    "sub_id",
    "sub_jwk",
    "tenant_id",
    "tid",
    "txn",
    "unique_name",
    "upn",
    "username",
    "uti",
    "vc",
    "ver",
    "verified_claims",
    "verified_primary_email",
    "verified_secondary_email",
    "vp",
    "wids",
    "winaccountname",
];

/// Whole names of claims that libraries take for who somebody is and what they may do.
const OF_IDENTITY: [&str; 2] = ["schemas.microsoft.com/", "schemas.xmlsoap.org/"];

/// Whether the claim of a token is kept from every policy.
#[must_use]
pub fn is_protected(claim: &str) -> bool {
    let bare = claim.to_ascii_lowercase();
    let bare = bare.trim_start_matches("https://").trim_start_matches("http://");
    is_reserved(claim) || OF_IDENTITY.iter().any(|identity| bare.starts_with(identity))
}

// Some readers of tokens don't tell large letters from small ones, nor those of other scripts that fold to them.
fn is_reserved(claim: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:/-".contains(&byte);
    let lower = claim.to_ascii_lowercase();
    claim.is_empty() || !claim.bytes().all(plain) || lower.starts_with("xms_") || PROTECTED.contains(&&*lower)
}

/// Where the value of a claim comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClaimSource {
    /// A property of the person, by the policy's name for it in small letters.
    Person(String),
    /// A property that an application added to people, by its whole name.
    Extension(String),
    /// Where the organisation is.
    TenantCountry,
    /// The same for everybody.
    Constant(String),
}

/// A claim that a policy adds to tokens of its application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedClaim {
    pub name: String,
    pub source: ClaimSource,
}

/// What a definition adds to tokens. One that doesn't hold adds nothing.
#[must_use]
pub fn mapped_claims(definition: &str) -> Vec<MappedClaim> {
    match read(definition) {
        Ok(policy) => policy.claims_schema.into_iter().filter_map(mapped).collect(),
        Err(_) => Vec::new(),
    }
}

// Claims that are made of others, or come from what isn't offered, are kept in the definition and have no value.
fn mapped(claim: Claim) -> Option<MappedClaim> {
    let name = claim.jwt_claim_type.filter(|name| !is_protected(name))?;
    let of = |wanted: &str| claim.source.as_deref().is_some_and(|source| source.eq_ignore_ascii_case(wanted));
    let source = match (claim.transformation, claim.value, claim.extension, claim.id) {
        (Some(_), ..) => return None,
        (None, Some(value), None, None) => ClaimSource::Constant(value),
        (None, None, Some(extension), _) if claim.source.is_none() || of("user") => {
            ClaimSource::Extension(extension)
        }
        (None, None, None, Some(id)) if of("user") => ClaimSource::Person(id.to_lowercase()),
        (None, None, None, Some(id)) if of("company") && id.eq_ignore_ascii_case("tenantcountry") => {
            ClaimSource::TenantCountry
        }
        _ => return None,
    };
    Some(MappedClaim { name, source })
}

/// Reads a definition; what is wrong with it is said in words.
pub(super) fn check(text: &str) -> Result<(), String> {
    read(text).map(drop)
}

fn read(text: &str) -> Result<Policy, String> {
    let read: Definition = serde_json::from_str(text).map_err(|fault| fault.to_string())?;
    let policy = read.claims_mapping_policy;
    if policy.version != 1 {
        return Err("Version must be 1".into());
    }
    if policy.claims_schema.len() > CLAIMS || policy.claims_transformation.len() > CLAIMS {
        return Err(format!("more than {CLAIMS} claims"));
    }
    let truth = |value: &serde_json::Value| {
        value.is_boolean()
            || value
                .as_str()
                .is_some_and(|text| ["true", "false"].iter().any(|known| text.eq_ignore_ascii_case(known)))
    };
    if policy.include_basic_claim_set.as_ref().is_some_and(|value| !truth(value)) {
        return Err("IncludeBasicClaimSet must be true or false".into());
    }
    for claim in &policy.claims_schema {
        let sources = [&claim.id, &claim.value, &claim.extension, &claim.transformation];
        if sources.iter().all(|source| source.is_none()) || (claim.id.is_some() && claim.source.is_none()) {
            return Err("a claim needs Source with ID, or a Value".into());
        }
        let of_saml = [&claim.saml_claim_type, &claim.saml_name_format].into_iter().flatten();
        let mut of_saml = of_saml.filter(|name| !name.is_empty() && is_reserved(name));
        let mut of_token = claim.jwt_claim_type.iter().filter(|name| !name.is_empty() && is_protected(name));
        if let Some(name) = of_token.next().or_else(|| of_saml.next()) {
            return Err(format!("no policy may write the claim {name}"));
        }
    }
    // Whatever stands in every token must leave room for what tells who somebody is.
    let constants = policy.claims_schema.iter().filter_map(|claim| claim.value.as_ref());
    if constants.map(String::len).sum::<usize>() > CONSTANTS {
        return Err(format!("values of more than {CONSTANTS} bytes"));
    }
    Ok(policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(claim: &str) -> String {
        format!(
            r#"{{"ClaimsMappingPolicy":{{"Version":1,"IncludeBasicClaimSet":"true","ClaimsSchema":[{claim}]}}}}"#
        )
    }

    #[test]
    fn a_definition_is_read_and_protects_who_somebody_is() {
        let claim = r#"{"Source":"user","ID":"employeeid","SamlClaimType":"http://x.test/name","JwtClaimType":"name"}"#;
        assert_eq!(check(&with(claim)), Ok(()));
        assert_eq!(check(&with(r#"{"Value":"x","JwtClaimType":"y"}"#)), Ok(()));
        for bad in [
            "",
            "{}",
            &with(r#"{"Source":"user"}"#),
            &with(r#"{"Source":"user","ID":"mail","JwtClaimType":"sub"}"#),
            &with(r#"{"Source":"user","ID":"mail","JwtClaimType":" Sub "}"#),
            &with(r#"{"Value":"x","JwtClaimType":"SUB"}"#),
            // U+017F, which folds to an s, and a space of no width.
            &with(r#"{"Value":"x","JwtClaimType":"\u017fub"}"#),
            &with(r#"{"Value":"x","JwtClaimType":"roles\u200b"}"#),
            &with(r#"{"Value":"x","JwtClaimType":"nameid"}"#),
            &with(
                r#"{"Value":"x","JwtClaimType":"http://schemas.microsoft.com/ws/2008/06/identity/claims/role"}"#,
            ),
            &with(
                r#"{"Value":"x","JwtClaimType":"HTTPS://Schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"}"#,
            ),
            &with(&format!(r#"{{"Value":"{}","JwtClaimType":"y"}}"#, "x".repeat(2049))),
            &with(r#"{"Shoe":1}"#),
            &with(claim).replace(":1,", ":2,"),
            &with(claim).replace("\"true\"", "7"),
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        for name in PROTECTED {
            let bad = with(&format!(r#"{{"Value":"x","JwtClaimType":"{name}"}}"#));
            assert!(check(&bad).is_err() && mapped_claims(&bad).is_empty(), "{name}");
        }
        assert!(PROTECTED.is_sorted());
    }

    #[test]
    fn a_claim_has_one_source() {
        let source = |claim: &str| mapped_claims(&with(claim)).pop().map(|found| found.source);
        let person = source(r#"{"Source":"user","ID":"EmployeeID","JwtClaimType":"staff"}"#);
        assert_eq!(person, Some(ClaimSource::Person("employeeid".into())));
        let extension =
            source(r#"{"Source":"User","ExtensionID":"extension_0_costCenter","JwtClaimType":"cost"}"#);
        assert_eq!(extension, Some(ClaimSource::Extension("extension_0_costCenter".into())));
        let country = source(r#"{"Source":"company","ID":"tenantcountry","JwtClaimType":"country"}"#);
        assert_eq!(country, Some(ClaimSource::TenantCountry));
        let constant = source(r#"{"Value":"x","JwtClaimType":"y"}"#);
        assert_eq!(constant, Some(ClaimSource::Constant("x".into())));
        for none in [
            r#"{"Source":"user","ID":"mail","SamlClaimType":"http://x.test/mail"}"#,
            r#"{"Source":"user","ID":"mail","JwtClaimType":" "}"#,
            r#"{"Source":"application","ID":"displayname","JwtClaimType":"app"}"#,
            r#"{"Source":"transformation","ID":"x","TransformationID":"y","JwtClaimType":"z"}"#,
            r#"{"Source":"user","ID":"mail","Value":"x","JwtClaimType":"y"}"#,
        ] {
            assert_eq!(source(none), None, "{none}");
        }
    }
}
