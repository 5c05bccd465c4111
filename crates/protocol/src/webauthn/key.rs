//! Public keys of credentials (COSE, RFC 9052 §7 and RFC 9053).

use super::Fault;
use super::cbor::Item;

/// How a key signs. The numbers are those of the COSE registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Es256,
    EdDsa,
    Rs256,
}

impl Algorithm {
    /// In the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }

    #[must_use]
    pub fn numbered(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.number() == number)
    }
}

/// A key as cryptographic libraries take it: an uncompressed point (SEC 1 §2.3.3), 32 bytes of Ed25519, or an
/// `RSAPublicKey` (RFC 8017 A.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    pub algorithm: Algorithm,
    pub bytes: Vec<u8>,
}

const KIND: i64 = 1;
const ALGORITHM: i64 = 3;
const OKP: i64 = 1;
const EC2: i64 = 2;
const RSA: i64 = 3;
const P_256: i64 = 1;
const ED25519: i64 = 6;

impl PublicKey {
    pub(super) fn of(key: &Item) -> Result<Self, Fault> {
        let integer = |name| key.numbered(name).and_then(Item::integer).ok_or(Fault::Shape);
        let bytes = |name| key.numbered(name).and_then(Item::bytes).ok_or(Fault::Shape);
        let algorithm = Algorithm::numbered(integer(ALGORITHM)?).ok_or(Fault::Algorithm)?;
        let fits = match algorithm {
            Algorithm::Es256 => integer(KIND)? == EC2 && integer(-1)? == P_256,
            Algorithm::EdDsa => integer(KIND)? == OKP && integer(-1)? == ED25519,
            Algorithm::Rs256 => integer(KIND)? == RSA,
        };
        let bytes = match algorithm {
            _ if !fits => return Err(Fault::Algorithm),
            Algorithm::Es256 => {
                let (x, y) = (bytes(-2)?, bytes(-3)?);
                (x.len() == 32 && y.len() == 32).then(|| [&[4], x, y].concat())
            }
            Algorithm::EdDsa => Some(bytes(-2)?.to_vec()).filter(|key| key.len() == 32),
            Algorithm::Rs256 => rsa(bytes(-1)?, bytes(-2)?),
        };
        Ok(Self { algorithm, bytes: bytes.ok_or(Fault::Shape)? })
    }
}

/// 2,048 to 4,096 bits; an exponent that is one.
fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<Vec<u8>> {
    let sized = (256..=512).contains(&modulus.len()) && (1..=4).contains(&exponent.len());
    let positive =
        modulus.first().is_some_and(|byte| *byte != 0) && exponent.first().is_some_and(|b| *b != 0);
    if !sized || !positive {
        return None;
    }
    let content = [der(0x02, &unsigned(modulus))?, der(0x02, &unsigned(exponent))?].concat();
    der(0x30, &content)
}

/// A number without a sign is written with a zero before its highest bit.
fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    [if negative { &[0][..] } else { &[] }, bytes].concat()
}

fn der(tag: u8, content: &[u8]) -> Option<Vec<u8>> {
    let [high, low] = u16::try_from(content.len()).ok()?.to_be_bytes();
    let head = match (high, low) {
        (0, low @ 0..0x80) => vec![tag, low],
        (0, low) => vec![tag, 0x81, low],
        (high, low) => vec![tag, 0x82, high, low],
    };
    Some([&head[..], content].concat())
}
