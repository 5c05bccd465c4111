//! An authenticator in software: it makes keys, signs with them, and lies where a test wants it to.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::browser::Browser;
use super::page::Page;

/// Somebody is there, and it was verified who.
const PRESENT_AND_VERIFIED: u8 = 0x05;
const WITH_CREDENTIAL: u8 = 0x40;

pub struct Authenticator {
    key: EcdsaKeyPair,
    pub id: Vec<u8>,
    pub handle: Vec<u8>,
    /// Counted up by each signature; 0 stays 0.
    pub counter: u32,
    pub flags: u8,
    pub origin: String,
    pub rp_id: Option<String>,
    /// Instead of the challenge that was asked.
    pub challenge: Option<String>,
    /// Instead of `webauthn.get` and `webauthn.create`.
    pub ceremony: Option<String>,
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// What a form of a page carries.
pub type Filled = Vec<(&'static str, String)>;

impl Authenticator {
    pub fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let mut id = vec![0; 16];
        aws_lc_rs::rand::fill(&mut id).unwrap();
        Self {
            key,
            id,
            handle: Vec::new(),
            counter: 1,
            flags: PRESENT_AND_VERIFIED,
            origin: "http://localhost:8080".into(),
            rp_id: None,
            challenge: None,
            ceremony: None,
        }
    }

    fn client_data(&self, ceremony: &str, options: &Value) -> Vec<u8> {
        let asked = options["challenge"].as_str().unwrap();
        json!({
            "type": self.ceremony.as_deref().unwrap_or(ceremony),
            "challenge": self.challenge.as_deref().unwrap_or(asked),
            "origin": self.origin,
            "crossOrigin": false,
        })
        .to_string()
        .into_bytes()
    }

    fn data(&self, flags: u8, rp_id: &str, more: &[u8]) -> Vec<u8> {
        let rp_id = hash(self.rp_id.as_deref().unwrap_or(rp_id).as_bytes());
        [&rp_id[..], &[flags], &self.counter.to_be_bytes(), more].concat()
    }

    /// Answers `navigator.credentials.create`.
    pub fn create(&mut self, options: &Value) -> Filled {
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        self.handle = URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().unwrap()).unwrap();
        let point = self.key.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..]);
        let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20][..], x, &[0x22, 0x58, 0x20], y].concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let credential = [&[0; 16][..], &length, &self.id, &key].concat();
        let rp_id = options["rp"]["id"].as_str().unwrap();
        let data = self.data(self.flags | WITH_CREDENTIAL, rp_id, &credential);
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        let object = [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"[..], &length, &data].concat();
        let client_data = self.client_data("webauthn.create", options);
        vec![
            ("client_data", encoded(&client_data)),
            ("attestation", encoded(&object)),
            ("transports", "internal pigeon".into()),
        ]
    }

    /// Answers `navigator.credentials.get`.
    pub fn get(&mut self, options: &Value) -> Filled {
        assert_eq!(options["userVerification"], "required");
        self.counter += u32::from(self.counter > 0);
        let data = self.data(self.flags, options["rpId"].as_str().unwrap(), &[]);
        let client_data = self.client_data("webauthn.get", options);
        let signed = [&data[..], &hash(&client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        vec![
            ("credential", encoded(&self.id)),
            ("client_data", encoded(&client_data)),
            ("authenticator_data", encoded(&data)),
            ("signature", encoded(signature.as_ref())),
            ("user_handle", encoded(&self.handle)),
        ]
    }

    /// Asks at a path, answers, and sends the answer where the path belongs, as the script does.
    pub async fn use_at(&mut self, browser: &mut Browser, path: &str, more: &[(&str, &str)]) -> Page {
        let options = asked(browser, path).await;
        let filled = self.get(&options);
        send(browser, path, &filled, more).await
    }

    /// Becomes a passkey of whoever is signed in.
    pub async fn register(&mut self, browser: &mut Browser, name: &str) -> Page {
        let options = asked(browser, "/account/passkeys").await;
        let filled = self.create(&options);
        send(browser, "/account/passkeys", &filled, &[("passkey_name", name)]).await
    }
}

/// What the service wants an authenticator to be asked.
pub async fn asked(browser: &mut Browser, path: &str) -> Value {
    let page = browser.post(&format!("{path}/begin"), &[]).await;
    assert_eq!(page.status, 200, "{path}: {} {}", page.body, page.text());
    serde_json::from_str(&page.body).unwrap()
}

pub async fn send(browser: &mut Browser, path: &str, filled: &Filled, more: &[(&str, &str)]) -> Page {
    let values: Vec<(&str, &str)> =
        filled.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()).collect();
    browser.post(path, &values).await
}
