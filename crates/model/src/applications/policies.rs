//! Policies that apply to applications (Microsoft Graph: claimsMappingPolicy, tokenIssuancePolicy): what every kind has.

use super::{claims, issuance};
use crate::refusal::{Code, Refusal};

/// Characters of a name, and bytes of a definition.
const NAME: usize = 256;
const DEFINITION: usize = 16 * 1024;

/// What a policy rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PolicyKind {
    /// Which claims tokens carry.
    ClaimsMapping,
    /// How SAML tokens are signed.
    TokenIssuance,
}

impl PolicyKind {
    pub const ALL: [Self; 2] = [Self::ClaimsMapping, Self::TokenIssuance];

    /// As Microsoft Graph names the type.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClaimsMapping => "claimsMappingPolicy",
            Self::TokenIssuance => "tokenIssuancePolicy",
        }
    }

    /// The collections that hold it.
    #[must_use]
    pub fn collection(self) -> &'static str {
        match self {
            Self::ClaimsMapping => "claimsMappingPolicies",
            Self::TokenIssuance => "tokenIssuancePolicies",
        }
    }

    /// What a definition begins with.
    #[must_use]
    pub fn root(self) -> &'static str {
        match self {
            Self::ClaimsMapping => "ClaimsMappingPolicy",
            Self::TokenIssuance => "TokenIssuancePolicy",
        }
    }
}

/// A policy with the one definition that it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyProperties {
    pub display_name: String,
    pub description: Option<String>,
    /// JSON, as the client wrote it.
    pub definition: String,
}

impl PolicyProperties {
    /// # Errors
    /// A name that is missing, too long or has characters that no line of text has, or a definition that can't be used.
    pub fn check(&self, kind: PolicyKind) -> Result<(), Vec<Refusal>> {
        let mut refusals = Vec::new();
        let length = self.display_name.trim().chars().count();
        if length == 0 {
            refusals.push(Refusal::new(Code::FieldRequired).on("displayName"));
        }
        if length > NAME {
            refusals.push(Refusal::new(Code::FieldTooLong).on("displayName").with("max", NAME.to_string()));
        }
        if self.display_name.chars().any(char::is_control) {
            refusals.push(Refusal::new(Code::PropertyCharacters).on("displayName"));
        }
        refusals.extend(definition(kind, &self.definition).err());
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }
}

fn definition(kind: PolicyKind, text: &str) -> Result<(), Refusal> {
    if text.len() > DEFINITION {
        return Err(Refusal::new(Code::FieldTooLong).on("definition").with("max", DEFINITION.to_string()));
    }
    let fault = match kind {
        PolicyKind::ClaimsMapping => claims::check(text).err(),
        PolicyKind::TokenIssuance => issuance::check(text).err(),
    };
    match fault {
        Some(fault) => {
            let refusal = Refusal::new(Code::PolicyDefinitionUnfit).on("definition");
            Err(refusal.with("fault", fault).with("type", kind.root()))
        }
        None => Ok(()),
    }
}
