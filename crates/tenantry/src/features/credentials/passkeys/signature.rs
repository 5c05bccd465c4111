//! The cryptography of passkeys, with the one library.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm,
};
use protocol::webauthn::{Algorithm, PublicKey};

pub(super) fn hash(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

fn of(algorithm: Algorithm) -> &'static dyn VerificationAlgorithm {
    match algorithm {
        Algorithm::Es256 => &ECDSA_P256_SHA256_ASN1,
        Algorithm::EdDsa => &ED25519,
        Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
    }
}

/// Whether the bytes are a key: a point of the curve, for one.
pub(super) fn is_usable(key: &PublicKey) -> bool {
    ParsedPublicKey::new(of(key.algorithm), &key.bytes).is_ok()
}

pub(super) fn is_right(key: &PublicKey, signed: &[u8], signature: &[u8]) -> bool {
    ParsedPublicKey::new(of(key.algorithm), &key.bytes)
        .is_ok_and(|key| key.verify_sig(signed, signature).is_ok())
}
