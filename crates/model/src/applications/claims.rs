//! Policies that say which claims an application's tokens carry (Microsoft Graph, claimsMappingPolicy).

use serde::Deserialize;

use crate::refusal::{Code, Refusal};

/// Characters of a name and of a definition, and claims of one policy.
const NAME: usize = 256;
const DEFINITION: usize = 16 * 1024;
const CLAIMS: usize = 200;

/// A policy with the one definition that it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimsMapping {
    pub display_name: String,
    pub description: Option<String>,
    /// JSON, as the client wrote it.
    pub definition: String,
}

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

/// Claims that say who somebody is and who says so: no policy writes them.
const PROTECTED: [&str; 12] =
    ["aud", "exp", "iat", "iss", "nbf", "nonce", "oid", "scp", "sub", "tid", "ver", "azp"];

impl ClaimsMapping {
    /// # Errors
    /// A name that is missing or too long, or a definition that can't be used.
    pub fn check(&self) -> Result<(), Vec<Refusal>> {
        let mut refusals = Vec::new();
        let length = self.display_name.trim().chars().count();
        if length == 0 {
            refusals.push(Refusal::new(Code::FieldRequired).on("displayName"));
        }
        if length > NAME {
            refusals.push(Refusal::new(Code::FieldTooLong).on("displayName").with("max", NAME.to_string()));
        }
        refusals.extend(definition(&self.definition).err());
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}

fn definition(text: &str) -> Result<(), Refusal> {
    let refused =
        |fault: String| Refusal::new(Code::PolicyDefinitionUnfit).on("definition").with("fault", fault);
    if text.len() > DEFINITION {
        return Err(Refusal::new(Code::FieldTooLong).on("definition").with("max", DEFINITION.to_string()));
    }
    let read: Definition = serde_json::from_str(text).map_err(|fault| refused(fault.to_string()))?;
    let policy = read.claims_mapping_policy;
    if policy.version != 1 {
        return Err(refused("Version must be 1".into()));
    }
    if policy.claims_schema.len() > CLAIMS || policy.claims_transformation.len() > CLAIMS {
        return Err(refused(format!("more than {CLAIMS} claims")));
    }
    let truth = |value: &serde_json::Value| {
        value.is_boolean()
            || value
                .as_str()
                .is_some_and(|text| ["true", "false"].iter().any(|known| text.eq_ignore_ascii_case(known)))
    };
    if policy.include_basic_claim_set.is_some_and(|value| !truth(&value)) {
        return Err(refused("IncludeBasicClaimSet must be true or false".into()));
    }
    for claim in &policy.claims_schema {
        let sources = [&claim.id, &claim.value, &claim.extension, &claim.transformation];
        if sources.iter().all(|source| source.is_none()) || (claim.id.is_some() && claim.source.is_none()) {
            return Err(refused("a claim needs Source with ID, or a Value".into()));
        }
        let names = [&claim.jwt_claim_type, &claim.saml_claim_type, &claim.saml_name_format];
        if let Some(name) = names.into_iter().flatten().find(|name| PROTECTED.contains(&name.as_str())) {
            return Err(refused(format!("no policy may write the claim {name}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(definition: &str) -> bool {
        let policy = ClaimsMapping {
            display_name: "Payroll".into(),
            definition: definition.into(),
            ..ClaimsMapping::default()
        };
        policy.check().is_ok()
    }

    #[test]
    fn a_definition_is_read_and_protects_who_somebody_is() {
        let claim = r#"{"Source":"user","ID":"employeeid","SamlClaimType":"http://x.test/name","JwtClaimType":"name"}"#;
        let with = |claim: &str| {
            format!(
                r#"{{"ClaimsMappingPolicy":{{"Version":1,"IncludeBasicClaimSet":"true","ClaimsSchema":[{claim}]}}}}"#
            )
        };
        assert!(check(&with(claim)));
        assert!(check(&with(r#"{"Value":"x","JwtClaimType":"y"}"#)));
        for bad in [
            "",
            "{}",
            &with(r#"{"Source":"user"}"#),
            &with(r#"{"Source":"user","ID":"mail","JwtClaimType":"sub"}"#),
            &with(r#"{"Shoe":1}"#),
            &with(claim).replace(":1,", ":2,"),
            &with(claim).replace("\"true\"", "7"),
        ] {
            assert!(!check(bad), "{bad}");
        }
    }
}
