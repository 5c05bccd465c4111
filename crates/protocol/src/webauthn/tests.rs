use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use super::cbor::{self, Item};
use super::*;

const RP: [u8; 32] = [7; 32];

fn data(flags: u8, more: &[u8]) -> Vec<u8> {
    [&RP[..], &[flags], &[0, 0, 0, 9], more].concat()
}

/// kty 2, alg -7, crv 1, x, y.
fn es256() -> Vec<u8> {
    let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
    key.extend([1; 32]);
    key.extend([0x22, 0x58, 0x20]);
    key.extend([2; 32]);
    key
}

fn credential(id: &[u8], key: &[u8]) -> Vec<u8> {
    let length = u16::try_from(id.len()).unwrap().to_be_bytes();
    [&[3; 16][..], &length, id, key].concat()
}

/// `{"fmt": "none", "attStmt": {}, "authData": …}`
fn attestation(data: &[u8]) -> Vec<u8> {
    let mut object = vec![0xa3, 0x63];
    object.extend(b"fmt");
    object.extend([0x64]);
    object.extend(b"none");
    object.extend([0x67]);
    object.extend(b"attStmt");
    object.extend([0xa0, 0x68]);
    object.extend(b"authData");
    object.push(0x59);
    object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    object.extend(data);
    object
}

#[test]
fn a_registration_is_read() {
    let made = attestation(&data(0x45, &credential(b"an id", &es256())));
    let (data, credential) = registered(&made, &RP).unwrap();
    assert_eq!((data.counter, credential.id.as_slice(), credential.aaguid), (9, &b"an id"[..], [3; 16]));
    assert_eq!(credential.key.algorithm, Algorithm::Es256);
    assert_eq!(credential.key.bytes, [&[4][..], &[1; 32], &[2; 32]].concat());
    assert!(!data.is_backup_eligible());
}

#[test]
fn a_registration_is_refused_for_one_reason_each() {
    let with = |flags, credential: &[u8]| registered(&attestation(&data(flags, credential)), &RP).err();
    let good = credential(b"an id", &es256());
    assert_eq!(registered(&attestation(&data(0x45, &good)), &[8; 32]).err(), Some(Fault::RelyingParty));
    assert_eq!(with(0x44, &good), Some(Fault::Absent));
    assert_eq!(with(0x41, &good), Some(Fault::Unverified));
    assert_eq!(with(0x05, &[]), Some(Fault::Shape), "no credential");
    assert_eq!(with(0x05, &good), Some(Fault::Shape), "bytes that no flag announces");
    assert_eq!(with(0x55, &good), Some(Fault::Shape), "backed up and not eligible");
    assert_eq!(with(0xc5, &good), Some(Fault::Shape), "extensions that aren't there");
    assert_eq!(with(0xc5, &[&good[..], &[0xa0]].concat()), None, "extensions of the authenticator's own");
    assert_eq!(with(0x45, &credential(b"", &es256())), Some(Fault::Shape));
    assert_eq!(with(0x45, &credential(&[1; 1024], &es256())), Some(Fault::Shape));
    let mut es384 = es256();
    es384[4] = 0x38;
    es384.splice(5..5, [34]);
    assert_eq!(with(0x45, &credential(b"an id", &es384)), Some(Fault::Algorithm));
    let mut off = es256();
    off[6] = 0x02;
    assert_eq!(with(0x45, &credential(b"an id", &off)), Some(Fault::Algorithm), "another curve");
    let mut twice = es256();
    twice[0] = 0xa6;
    twice.extend([0x03, 0x26]);
    assert_eq!(with(0x45, &credential(b"an id", &twice)), Some(Fault::Shape), "a key that stands twice");
}

#[test]
fn client_data_must_fit() {
    let json = |kind: &str, challenge: &str, more: &str| {
        let challenge = URL_SAFE_NO_PAD.encode(challenge);
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"https://a.example"{more}}}"#)
    };
    let expected = Expected { ceremony: "webauthn.get", challenge: b"nonce", origin: "https://a.example" };
    let told = |json: String| ClientData::parse(json.as_bytes()).and_then(|data| data.require(expected));
    assert_eq!(told(json("webauthn.get", "nonce", r#","crossOrigin":false,"later":1"#)), Ok(()));
    assert_eq!(told(json("webauthn.create", "nonce", "")), Err(Fault::Ceremony));
    assert_eq!(told(json("webauthn.get", "other", "")), Err(Fault::Challenge));
    assert_eq!(told(json("webauthn.get", "nonce", r#","crossOrigin":true"#)), Err(Fault::Origin));
    assert_eq!(
        told(json("webauthn.get", "nonce", r#","topOrigin":"https://b.example""#)),
        Err(Fault::Origin)
    );
    let elsewhere = json("webauthn.get", "nonce", "").replace("https://a.example", "https://a.example.evil");
    assert_eq!(told(elsewhere), Err(Fault::Origin));
    assert_eq!(told("[]".into()), Err(Fault::Shape));
}

#[test]
fn an_assertion_tells_what_is_signed() {
    let made = data(0x1d, &[]);
    let assertion = Assertion::parse(&made, &RP, &[5; 32]).unwrap();
    assert_eq!(assertion.signed, [&made[..], &[5; 32]].concat());
    assert!(assertion.data.is_backup_eligible() && assertion.data.is_backed_up());
    assert_eq!(Assertion::parse(&data(0x01, &[]), &RP, &[5; 32]).err(), Some(Fault::Unverified));
}

#[test]
fn an_rsa_key_is_written_as_der() {
    let mut key = vec![0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59, 0x01, 0x00];
    key.extend([0xff; 256]);
    key.extend([0x21, 0x43, 1, 0, 1]);
    let item = cbor::read(&mut &key[..]).unwrap();
    let read = PublicKey::of(&item).unwrap();
    assert_eq!(read.algorithm, Algorithm::Rs256);
    assert_eq!(&read.bytes[..9], [0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00]);
    assert_eq!(&read.bytes[read.bytes.len() - 5..], [0x02, 0x03, 1, 0, 1]);
}

#[test]
fn cbor_stays_small() {
    assert_eq!(
        cbor::read(&mut &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..]),
        Err(Fault::Shape)
    );
    assert_eq!(cbor::read(&mut &[0x9a, 0x7f, 0xff, 0xff, 0xff, 0x00][..]), Err(Fault::Shape));
    assert_eq!(cbor::read(&mut &[0x81; 64][..]), Err(Fault::Shape), "too deep");
    assert_eq!(cbor::read(&mut &[0x5f, 0xff][..]), Err(Fault::Shape), "an indefinite length");
    assert_eq!(cbor::read(&mut &[0x39, 0x01, 0x00][..]), Ok(Item::Integer(-257)));
}

proptest! {
    #[test]
    fn whatever_comes_is_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = registered(&bytes, &RP);
        let _ = registered(&attestation(&bytes), &RP);
        let _ = Assertion::parse(&bytes, &RP, &RP);
        let _ = ClientData::parse(&bytes);
    }

    /// One bit that was turned anywhere in a key's registration never panics and never reads as the same credential.
    #[test]
    fn a_turned_bit_never_reads_the_same(at in 0_usize..150, bit in 0_u8..8) {
        let good = attestation(&data(0x45, &credential(b"an id", &es256())));
        let mut turned = good.clone();
        let at = at % turned.len();
        turned[at] ^= 1 << bit;
        if let (Ok(was), Ok(is)) = (registered(&good, &RP), registered(&turned, &RP)) {
            let of_the_format = at < 24;
            prop_assert!(of_the_format || was != is);
        }
    }
}
