//! Keys derived from the master key: one for keyed hashes of codes and tokens, one for encryption at rest.
//!
//! The master key is 32 random bytes in a file that only the service can read, made at the first start. Secrets have
//! no `Debug` or `Serialize` that would show them.

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::moment::Random;

/// A secret on its way to the person it belongs to: shown once, never logged.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that shows or checks it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// Why the master key can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("master key {0}: {1}")]
    File(String, std::io::Error),
    #[error("master key {0} isn't 32 bytes in base64")]
    Content(String),
    #[error("deriving keys failed")]
    Derivation,
}

/// The service's keys.
pub struct Keys {
    hashing: hmac::Key,
    encryption: RandomizedNonceKey,
    tokens: hmac::Key,
}

impl Keys {
    /// Reads the key file, or makes it where it is missing.
    ///
    /// # Errors
    /// When the file can't be read, made or understood.
    pub fn open(path: &Path, random: &dyn Random) -> Result<Self, KeyError> {
        let name = path.display().to_string();
        let file = |error| KeyError::File(name.clone(), error);
        if !path.exists() {
            make_folder_of(path).map_err(file)?;
            let mut key = [0; 32];
            random.fill(&mut key);
            create_private(path, &STANDARD.encode(key)).map_err(file)?;
        }
        let text = std::fs::read_to_string(path).map_err(file)?;
        let key: [u8; 32] = STANDARD
            .decode(text.trim())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| KeyError::Content(name.clone()))?;
        Self::from_master(&key)
    }

    /// # Errors
    /// When the cryptographic library fails.
    pub fn from_master(master: &[u8; 32]) -> Result<Self, KeyError> {
        let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, b"tenantry").extract(master);
        let derive = |purpose: &'static [u8]| -> Result<[u8; 32], KeyError> {
            let mut key = [0; 32];
            extracted
                .expand(&[purpose], hkdf::HKDF_SHA256)
                .and_then(|okm| okm.fill(&mut key))
                .map_err(|_| KeyError::Derivation)?;
            Ok(key)
        };
        Ok(Self {
            hashing: hmac::Key::new(hmac::HMAC_SHA256, &derive(b"keyed hashes")?),
            encryption: RandomizedNonceKey::new(&AES_256_GCM, &derive(b"encryption at rest")?)
                .map_err(|_| KeyError::Derivation)?,
            tokens: hmac::Key::new(hmac::HMAC_SHA256, &derive(b"access tokens")?),
        })
    }

    /// The keyed hash of a code or token, bound to its purpose and the row it belongs to.
    #[must_use]
    pub fn hash(&self, purpose: &str, context: &[u8], secret: &str) -> Vec<u8> {
        let mut sign = hmac::Context::with_key(&self.hashing);
        for part in [purpose.as_bytes(), context, secret.as_bytes()] {
            sign.update(&(part.len() as u64).to_le_bytes());
            sign.update(part);
        }
        sign.sign().as_ref().to_vec()
    }

    /// The signature of a token's header and claims (HS256, RFC 7518 §3.2).
    #[must_use]
    pub fn sign_token(&self, signed: &str) -> Vec<u8> {
        hmac::sign(&self.tokens, signed.as_bytes()).as_ref().to_vec()
    }

    /// Is this such a signature? Compared in constant time.
    #[must_use]
    pub fn token_matches(&self, signed: &str, signature: &[u8]) -> bool {
        hmac::verify(&self.tokens, signed.as_bytes(), signature).is_ok()
    }

    /// Compares a code or token with its stored hash, in constant time.
    #[must_use]
    pub fn matches(&self, purpose: &str, context: &[u8], secret: &str, stored: &[u8]) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.hash(purpose, context, secret).as_slice(), stored).into()
    }

    /// Encrypts for storage. `context` (the row it belongs to) must be given again to decrypt.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn encrypt(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut sealed = plain.to_vec();
        let nonce = self
            .encryption
            .seal_in_place_append_tag(Aad::from(context), &mut sealed)
            .map_err(|_| KeyError::Derivation)?;
        let mut stored = nonce.as_ref().to_vec();
        stored.append(&mut sealed);
        Ok(stored)
    }

    /// Decrypts what [`Keys::encrypt`] made; `None` when it was altered or belongs elsewhere.
    #[must_use]
    pub fn decrypt(&self, context: &[u8], stored: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = stored.split_at_checked(12)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let length = self.encryption.open_in_place(nonce, Aad::from(context), &mut sealed).ok()?.len();
        sealed.truncate(length);
        Some(sealed)
    }
}

/// 32 random bytes as text for cookies and links.
#[must_use]
pub fn token(moment: &crate::moment::Moment) -> String {
    URL_SAFE_NO_PAD.encode(moment.bytes::<32>())
}

/// Makes the folder of a file where it is missing, for its owner alone (0700). One that was there stays as it is: it may hold
/// more than ours.
///
/// # Errors
/// When it can't be made.
pub fn make_folder_of(file: &Path) -> std::io::Result<()> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

fn create_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
