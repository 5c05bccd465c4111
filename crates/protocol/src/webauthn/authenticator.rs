//! Authenticator data (§6.1).

use super::cbor::{self, Item};
use super::key::PublicKey;
use super::{Fault, LONGEST, LONGEST_ID};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const CREDENTIAL: u8 = 0x40;
const EXTENSIONS: u8 = 0x80;

/// What an authenticator says of a ceremony.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorData {
    pub rp_id_hash: [u8; 32],
    flags: u8,
    /// How often the key was used; 0 where the authenticator doesn't count.
    pub counter: u32,
    pub credential: Option<Credential>,
}

/// A new key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The model of the authenticator.
    pub aaguid: [u8; 16],
    pub id: Vec<u8>,
    pub key: PublicKey,
}

/// The authenticator data within an attestation object (§6.5.4).
pub(super) fn of_attestation(mut bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    if bytes.len() > LONGEST {
        return Err(Fault::Shape);
    }
    let object = cbor::read(&mut bytes)?;
    let data = object.named("authData").and_then(Item::bytes).map(<[u8]>::to_vec);
    data.filter(|_| bytes.is_empty()).ok_or(Fault::Shape)
}

impl AuthenticatorData {
    /// # Errors
    /// [`Fault::Shape`], or the key's own fault.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > LONGEST {
            return Err(Fault::Shape);
        }
        let (rp_id_hash, rest) = bytes.split_first_chunk::<32>().ok_or(Fault::Shape)?;
        let (flags, rest) = rest.split_first().ok_or(Fault::Shape)?;
        let (counter, mut rest) = rest.split_first_chunk::<4>().ok_or(Fault::Shape)?;
        let credential = match flags & CREDENTIAL {
            0 => None,
            _ => Some(Credential::read(&mut rest)?),
        };
        if flags & EXTENSIONS != 0 {
            // None were asked for; an authenticator may add some of its own (§9).
            cbor::read(&mut rest)?;
        }
        if !rest.is_empty() {
            return Err(Fault::Shape);
        }
        let counter = u32::from_be_bytes(*counter);
        let data = Self { rp_id_hash: *rp_id_hash, flags: *flags, counter, credential };
        // Backed up without being able to be (§6.1.3).
        if data.is_backed_up() && !data.is_backup_eligible() { Err(Fault::Shape) } else { Ok(data) }
    }

    /// Whether the key may be copied to other devices of its owner: it isn't bound to one then.
    #[must_use]
    pub fn is_backup_eligible(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }

    #[must_use]
    pub fn is_backed_up(&self) -> bool {
        self.flags & BACKED_UP != 0
    }

    /// What both ceremonies ask (§7.1 steps 14 to 17, §7.2 steps 15 to 18).
    pub(super) fn require(&self, rp_id_hash: &[u8; 32]) -> Result<(), Fault> {
        if self.rp_id_hash != *rp_id_hash {
            Err(Fault::RelyingParty)
        } else if self.flags & PRESENT == 0 {
            Err(Fault::Absent)
        } else if self.flags & VERIFIED == 0 {
            Err(Fault::Unverified)
        } else {
            Ok(())
        }
    }
}

impl Credential {
    fn read(bytes: &mut &[u8]) -> Result<Self, Fault> {
        let (aaguid, rest) = bytes.split_first_chunk::<16>().ok_or(Fault::Shape)?;
        let (length, rest) = rest.split_first_chunk::<2>().ok_or(Fault::Shape)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (id, rest) = rest.split_at_checked(length).ok_or(Fault::Shape)?;
        if !(1..=LONGEST_ID).contains(&length) {
            return Err(Fault::Shape);
        }
        *bytes = rest;
        Ok(Self { aaguid: *aaguid, id: id.to_vec(), key: PublicKey::of(&cbor::read(bytes)?)? })
    }
}
