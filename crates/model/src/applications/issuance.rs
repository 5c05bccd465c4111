//! Policies that say how SAML tokens are signed (Microsoft Graph, tokenIssuancePolicy).

use serde::Deserialize;

const SHA_1: &str = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
const SHA_256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Definition {
    token_issuance_policy: Policy,
}

// Values that aren't looked at are here so that no other is taken.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Policy {
    version: u32,
    #[serde(default)]
    signing_algorithm: Option<String>,
    #[serde(default, rename = "TokenResponseSigningPolicy")]
    _signed: Option<Signed>,
    #[serde(default, rename = "SamlTokenVersion")]
    _saml_version: Option<SamlVersion>,
    #[serde(default, rename = "EmitSamlNameFormat", alias = "EmitSAMLNameFormat")]
    _name_format: Option<bool>,
}

#[derive(Deserialize)]
enum Signed {
    TokenOnly,
    ResponseOnly,
    ResponseAndToken,
}

#[derive(Deserialize)]
enum SamlVersion {
    #[serde(rename = "1.1")]
    One,
    #[serde(rename = "2.0")]
    Two,
}

/// Reads a definition; what is wrong with it is said in words.
pub(super) fn check(text: &str) -> Result<(), String> {
    let read: Definition = serde_json::from_str(text).map_err(|fault| fault.to_string())?;
    let policy = read.token_issuance_policy;
    if policy.version != 1 {
        return Err("Version must be 1".into());
    }
    match policy.signing_algorithm.as_deref() {
        None | Some(SHA_256) => Ok(()),
        Some(SHA_1) => {
            Err(format!("signatures with SHA-1 can be forged, SigningAlgorithm must be {SHA_256}"))
        }
        Some(_) => Err(format!("SigningAlgorithm must be {SHA_256}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_read_strictly() {
        let good = format!(
            r#"{{"TokenIssuancePolicy":{{"Version":1,"SigningAlgorithm":"{SHA_256}","TokenResponseSigningPolicy":"ResponseAndToken","SamlTokenVersion":"2.0","EmitSamlNameFormat":false}}}}"#
        );
        assert_eq!(check(&good), Ok(()));
        assert_eq!(check(r#"{"TokenIssuancePolicy":{"Version":1}}"#), Ok(()));
        assert!(check(&good.replace(SHA_256, SHA_1)).unwrap_err().contains("SHA-1"));
        for bad in [
            String::new(),
            "{}".into(),
            good.replace("\"Version\":1", "\"Version\":2"),
            good.replace(SHA_256, "none"),
            good.replace("ResponseAndToken", "Nothing"),
            good.replace("2.0", "3.0"),
            good.replace("false", "\"false\""),
            good.replace("\"Version\":1", "\"Version\":1,\"Shoe\":1"),
        ] {
            assert!(check(&bad).is_err(), "{bad}");
        }
    }
}
