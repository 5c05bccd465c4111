//! The part of CBOR that authenticators write (CTAP2 canonical form): definite lengths, integers, strings, arrays, maps.

use super::Fault;

/// Items within items.
const DEEPEST: u8 = 4;

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Integer(i64),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Item>),
    Map(Vec<(Item, Item)>),
    /// False, true, null.
    Simple(u8),
}

impl Item {
    /// The value of a key that stands once.
    pub fn get(&self, key: &Item) -> Option<&Item> {
        let Self::Map(pairs) = self else { return None };
        let mut found = pairs.iter().filter(|(known, _)| known == key);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    pub fn numbered(&self, key: i64) -> Option<&Item> {
        self.get(&Self::Integer(key))
    }

    pub fn named(&self, key: &str) -> Option<&Item> {
        self.get(&Self::Text(key.to_owned()))
    }

    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(value) => Some(value),
            _ => None,
        }
    }
}

/// Reads one item; what follows it stays.
pub fn read(bytes: &mut &[u8]) -> Result<Item, Fault> {
    item(bytes, DEEPEST)
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Result<&'a [u8], Fault> {
    let (taken, rest) = bytes.split_at_checked(count).ok_or(Fault::Shape)?;
    *bytes = rest;
    Ok(taken)
}

/// The major type and the number that follows it.
fn head(bytes: &mut &[u8]) -> Result<(u8, u64), Fault> {
    let first = take(bytes, 1)?.first().copied().unwrap_or_default();
    let number = match first & 0x1f {
        small @ 0..=23 => u64::from(small),
        24 => big_endian(take(bytes, 1)?),
        25 => big_endian(take(bytes, 2)?),
        26 => big_endian(take(bytes, 4)?),
        27 => big_endian(take(bytes, 8)?),
        // Lengths that aren't told beforehand, or nothing.
        _ => return Err(Fault::Shape),
    };
    Ok((first >> 5, number))
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn item(bytes: &mut &[u8], deep: u8) -> Result<Item, Fault> {
    let deeper = || deep.checked_sub(1).ok_or(Fault::Shape);
    let (kind, number) = head(bytes)?;
    let length = || usize::try_from(number).map_err(|_| Fault::Shape);
    let value = i64::try_from(number).map_err(|_| Fault::Shape);
    Ok(match kind {
        0 => Item::Integer(value?),
        1 => Item::Integer(-1 - value?),
        2 => Item::Bytes(take(bytes, length()?)?.to_vec()),
        3 => {
            let text = std::str::from_utf8(take(bytes, length()?)?).map_err(|_| Fault::Shape)?;
            Item::Text(text.to_owned())
        }
        // Each item has a byte at least, so a length beyond what is there ends before it takes memory.
        4 => {
            let deeper = deeper()?;
            Item::Array((0..length()?).map(|_| item(bytes, deeper)).collect::<Result<_, _>>()?)
        }
        5 => {
            let deeper = deeper()?;
            let pair = |_| Ok((item(bytes, deeper)?, item(bytes, deeper)?));
            Item::Map((0..length()?).map(pair).collect::<Result<_, Fault>>()?)
        }
        7 if (20..=22).contains(&number) => Item::Simple(u8::try_from(number).unwrap_or_default()),
        _ => return Err(Fault::Shape),
    })
}
