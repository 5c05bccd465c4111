//! Signatures of Standard Webhooks, symmetric: HMAC-SHA256 over `id.timestamp.payload`, the secret written `whsec_…`.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::moment::Moment;
use crate::secrets::Secret;

const PREFIX: &str = "whsec_";
/// Random bytes of a secret; the standard wants 24 to 64.
const BYTES: usize = 32;

/// A new secret as its receiver enters it.
pub fn new_secret(moment: &Moment) -> Secret {
    Secret::new(format!("{PREFIX}{}", STANDARD.encode(moment.bytes::<BYTES>())))
}

/// The header `webhook-signature`: one signature a secret, with spaces between. A secret that can't be read signs nothing.
pub fn header(secrets: &[Secret], id: &str, timestamp: i64, payload: &str) -> String {
    let keys = secrets.iter().filter_map(|secret| {
        let key = STANDARD.decode(secret.expose().strip_prefix(PREFIX)?).ok()?;
        Some(hmac::Key::new(hmac::HMAC_SHA256, &key))
    });
    let signed = format!("{id}.{timestamp}.{payload}");
    let sign = |key| format!("v1,{}", STANDARD.encode(hmac::sign(&key, signed.as_bytes())));
    keys.map(sign).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_is_signed_alike() {
        let secret = || Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let sign = |secrets: &[Secret]| {
            header(secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#)
        };
        let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(sign(&[secret()]), signature);
        assert_eq!(sign(&[secret(), secret()]), format!("{signature} {signature}"));
    }
}
