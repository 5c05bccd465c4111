//! What an application proves itself with: secrets, certificates, tokens of another issuer.

use jiff::Timestamp;
use uuid::Uuid;

use super::redirect::check_address;
use super::{complex, shaped};
use crate::refusal::{Code, Refusal};

/// Days that a secret lives where nothing is said: two years, one of them a leap year.
pub const SECRET_DAYS: i64 = 731;
/// Days that a secret lives at most: ten years.
pub const LONGEST_SECRET_DAYS: i64 = 3653;
/// Secrets of one application.
pub const PASSWORDS: usize = 50;
/// Federated credentials of one application (Microsoft Graph, federatedIdentityCredential).
pub const FEDERATED_CREDENTIALS: usize = 20;

complex! {
    /// What is known of a secret; the secret itself is kept as a hash, elsewhere.
    pub struct PasswordCredential {
        pub custom_key_identifier: Option<String>,
        pub display_name: Option<String>,
        pub end_date_time: Option<Timestamp>,
        /// The first three characters.
        pub hint: Option<String>,
        pub key_id: Option<Uuid>,
        /// Always empty here: a secret is told once, by the operation that makes it.
        pub secret_text: Option<String>,
        pub start_date_time: Option<Timestamp>,
    }

    /// A token issuer whose tokens stand in for a secret.
    pub struct FederatedCredential {
        pub audiences: Vec<String>,
        pub description: Option<String>,
        pub id: Option<Uuid>,
        pub issuer: String,
        pub name: String,
        pub subject: String,
    }
}

shaped! {
    /// A certificate, or what a client sends of one.
    #[derive(Default)]
    pub struct KeyCredential {
        /// The certificate's SHA-1 thumbprint in base64, unless the client chose another text.
        pub custom_key_identifier: Option<String>,
        pub display_name: Option<String>,
        pub end_date_time: Option<Timestamp>,
        /// The certificate in base64.
        pub key: Option<String>,
        pub key_id: Option<Uuid>,
        pub start_date_time: Option<Timestamp>,
        pub r#type: Option<String>,
        pub usage: Option<String>,
    }
}

/// What a list of secrets shows of one.
#[must_use]
pub fn hint(secret: &str) -> String {
    secret.chars().take(3).collect()
}

/// # Errors
/// A name, issuer, subject or audience that is missing, too long or malformed.
pub fn check_federated(credential: &FederatedCredential) -> Result<(), Vec<Refusal>> {
    let mut refusals = Vec::new();
    let name = &credential.name;
    let is_name = name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    for (field, value, most) in
        [("name", name, 120), ("issuer", &credential.issuer, 600), ("subject", &credential.subject, 600)]
    {
        refusals.extend(bounded(field, value, most));
    }
    if !name.is_empty() && !is_name {
        refusals.push(Refusal::new(Code::PropertyCharacters).on("name"));
    }
    if !credential.issuer.is_empty() && credential.issuer.chars().count() <= 256 {
        refusals.extend(check_address("issuer", &credential.issuer).err());
    }
    match credential.audiences.as_slice() {
        [audience] => refusals.extend(bounded("audiences", audience, 600)),
        _ => refusals.push(Refusal::new(Code::AudienceCount).on("audiences")),
    }
    if let Some(description) = &credential.description {
        refusals.extend(bounded("description", description, 600));
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

fn bounded(field: &'static str, value: &str, most: usize) -> Option<Refusal> {
    if value.is_empty() {
        return Some(Refusal::new(Code::FieldRequired).on(field));
    }
    if value.chars().count() > most {
        return Some(Refusal::new(Code::FieldTooLong).on(field).with("max", most.to_string()));
    }
    value.chars().any(char::is_control).then(|| Refusal::new(Code::PropertyCharacters).on(field))
}
