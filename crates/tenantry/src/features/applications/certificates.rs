//! Certificates that an application proves itself with: read for their lifetime and thumbprint, kept whole.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use model::applications::KeyCredential;
use model::refusal::{Code, Refusal};
use uuid::Uuid;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::moment::Moment;

/// Certificates of one application, and bytes of one.
const MOST: usize = 50;
const LONGEST: usize = 16 * 1024;

/// The certificates that a client wants, each either one that is there, named by its id, or a new one.
///
/// # Errors
/// [`Code::CertificateInvalid`], [`Code::CredentialUnknown`], [`Code::PropertyTooMany`], or a kind that isn't supported.
pub fn settled(
    current: &[KeyCredential],
    wanted: Vec<KeyCredential>,
    moment: &Moment,
) -> Result<Vec<KeyCredential>, Refusal> {
    if wanted.len() > MOST {
        return Err(Refusal::new(Code::PropertyTooMany).on("keyCredentials").with("max", MOST.to_string()));
    }
    wanted.into_iter().map(|key| one(current, key, moment)).collect()
}

fn one(current: &[KeyCredential], wanted: KeyCredential, moment: &Moment) -> Result<KeyCredential, Refusal> {
    let known = current.iter().find(|key| key.key_id.is_some() && key.key_id == wanted.key_id);
    if let Some(known) = known
        && (wanted.key.is_none() || wanted.key == known.key)
    {
        return Ok(known.clone());
    }
    let Some(key) = &wanted.key else {
        return Err(Refusal::new(Code::CredentialUnknown).on("keyCredentials"));
    };
    let kind = wanted.r#type.as_deref().unwrap_or("AsymmetricX509Cert");
    let usage = wanted.usage.as_deref().unwrap_or("Verify");
    if kind != "AsymmetricX509Cert" || !matches!(usage, "Verify" | "Encrypt") {
        return Err(Refusal::new(Code::PropertyChoice).on("keyCredentials"));
    }
    let invalid = || Refusal::new(Code::CertificateInvalid).on("keyCredentials");
    let der = der(key).ok_or_else(invalid)?;
    let (starts, ends, subject) = lifetime(&der).ok_or_else(invalid)?;
    let named =
        wanted.display_name.filter(|name| name.chars().count() <= 256 && !name.chars().any(char::is_control));
    let thumbprint = STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &der));
    let identifier =
        wanted.custom_key_identifier.filter(|text| text.len() <= 256 && STANDARD.decode(text).is_ok());
    Ok(KeyCredential {
        custom_key_identifier: Some(identifier.unwrap_or(thumbprint)),
        display_name: Some(named.unwrap_or(subject)),
        end_date_time: Some(wanted.end_date_time.map_or(ends, |wanted| wanted.min(ends))),
        key: Some(STANDARD.encode(&der)),
        key_id: Some(wanted.key_id.unwrap_or_else(|| moment.uuid())),
        start_date_time: Some(wanted.start_date_time.map_or(starts, |wanted| wanted.max(starts))),
        r#type: Some(kind.to_owned()),
        usage: Some(usage.to_owned()),
    })
}

/// The certificates that stay when one is removed.
///
/// # Errors
/// [`Code::CredentialUnknown`].
pub fn without(mut current: Vec<KeyCredential>, removed: Uuid) -> Result<Vec<KeyCredential>, Refusal> {
    let before = current.len();
    current.retain(|key| key.key_id != Some(removed));
    match current.len() == before {
        true => Err(Refusal::new(Code::CredentialUnknown).on("keyId")),
        false => Ok(current),
    }
}

/// Does a text hold a private key, as PEM or as base64 of that? Such a text is kept nowhere, whatever else stands in it.
#[must_use]
pub fn has_private_key(text: &str) -> bool {
    let names_one = |text: &str| text.to_ascii_uppercase().contains("PRIVATE KEY");
    let decoded = STANDARD.decode(text.split_whitespace().collect::<String>()).unwrap_or_default();
    names_one(text) || names_one(&String::from_utf8_lossy(&decoded))
}

/// What people compare a certificate by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub subject: String,
    /// SHA-1 of the whole in hexadecimal, as tools write it.
    pub thumbprint: String,
}

/// Reads it from a certificate that is kept.
#[must_use]
pub fn told(credential: &KeyCredential) -> Option<Told> {
    let der = STANDARD.decode(credential.key.as_ref()?).ok()?;
    let (_, _, subject) = lifetime(&der)?;
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, &der);
    let thumbprint = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    Some(Told { subject, thumbprint })
}

/// DER of a certificate that came as base64 of DER, as base64 of PEM, or as PEM.
fn der(key: &str) -> Option<Vec<u8>> {
    if key.len() > LONGEST * 2 {
        return None;
    }
    if key.trim_start().starts_with("-----BEGIN") {
        return of_pem(key);
    }
    let bytes = STANDARD.decode(key.split_whitespace().collect::<String>()).ok()?;
    match std::str::from_utf8(&bytes) {
        Ok(text) if text.trim_start().starts_with("-----BEGIN") => of_pem(text),
        _ => Some(bytes),
    }
}

fn of_pem(text: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    STANDARD.decode(body.split_whitespace().collect::<String>()).ok()
}

fn lifetime(der: &[u8]) -> Option<(Timestamp, Timestamp, String)> {
    if der.len() > LONGEST {
        return None;
    }
    let (rest, certificate) = X509Certificate::from_der(der).ok()?;
    let validity = certificate.validity();
    let at = |seconds: i64| Timestamp::from_second(seconds).ok();
    let subject: String = certificate.subject().to_string();
    let subject = subject.chars().filter(|character| !character.is_control()).take(256).collect();
    let lifetime = (at(validity.not_before.timestamp())?, at(validity.not_after.timestamp())?, subject);
    rest.is_empty().then_some(lifetime)
}
