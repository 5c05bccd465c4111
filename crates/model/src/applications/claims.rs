//! Policies that say which claims an application's tokens carry (Microsoft Graph, claimsMappingPolicy).

use serde::{Deserialize, Serialize};

/// Claims of one policy.
const CLAIMS: usize = 200;

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
const PROTECTED: [&str; 62] = [
    "_claim_names",
    "_claim_sources",
    "access_token",
    "acr",
    "act",
    "amr",
    "app_displayname",
    "appid",
    "appidacr",
    "at_hash",
    "aud",
    "auth_time",
    "authorization_details",
    "azp",
    "azpacr",
    "c_hash",
    "client_id",
    "cnf",
    "credential_id",
    "email",
    "email_verified",
    "entitlements",
    "events",
    "exp",
    "grant_id",
    "group_sids",
    "groups",
    "hasgroups",
    "iat",
    "idp",
    "idtyp",
    "iss",
    "jti",
    "login_hint",
    "may_act",
    "nbf",
    "nonce",
    "oid",
    "onprem_sid",
    "phone_number_verified",
    "preferred_username",
    "puid",
    "role",
    "roles",
    "s_hash",
    "scope",
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
    "uti",
    "vc",
    "ver",
    "verified_claims",
    "vp",
    "wids",
];

/// Whether the claim is kept from every policy. Some readers of tokens don't tell large letters from small ones.
#[must_use]
pub fn is_protected(claim: &str) -> bool {
    let claim = claim.trim().to_lowercase();
    claim.is_empty() || claim.starts_with("xms_") || PROTECTED.contains(&claim.as_str())
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
        let names = [&claim.jwt_claim_type, &claim.saml_claim_type, &claim.saml_name_format];
        let mut names = names.into_iter().flatten().filter(|name| !name.trim().is_empty());
        if let Some(name) = names.find(|name| is_protected(name)) {
            return Err(format!("no policy may write the claim {name}"));
        }
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
