//! Pages of a long list by the key of their first or last row, so that page 1,000 costs what page 1 costs.
//!
//! A page's address holds a cursor: the key, and a keyed hash that binds it to tenant, list and query (SPEC §3.17).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::ids::TenantId;
use model::refusal::Code;
use uuid::Uuid;

use crate::error::Error;
use crate::secrets::Keys;

const PURPOSE: &str = "cursor";

/// A row to go on from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Towards the start of the list.
    pub backward: bool,
    /// What the list is sorted by; empty where the id alone is.
    pub key: String,
    pub id: Uuid,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Slice<T> {
    pub items: Vec<T>,
    pub previous: Option<Position>,
    pub next: Option<Position>,
}

impl Position {
    /// The cursor for a page's address. `query` is all that the list depends on: what, filter, search, order.
    #[must_use]
    pub fn seal(&self, keys: &Keys, tenant: TenantId, query: &str) -> String {
        let mut bytes = vec![u8::from(self.backward)];
        bytes.extend(self.id.as_bytes());
        bytes.extend(self.key.as_bytes());
        let text = URL_SAFE_NO_PAD.encode(&bytes);
        let hash = keys.hash(PURPOSE, &context(tenant, query), &text);
        format!("{}.{text}", URL_SAFE_NO_PAD.encode(hash))
    }

    /// Reads a cursor that was made for this tenant and query.
    ///
    /// # Errors
    /// [`Code::PageLinkInvalid`] for any other.
    pub fn open(keys: &Keys, tenant: TenantId, query: &str, cursor: &str) -> Result<Self, Error> {
        Self::read(keys, tenant, query, cursor).ok_or_else(|| Code::PageLinkInvalid.into())
    }

    fn read(keys: &Keys, tenant: TenantId, query: &str, cursor: &str) -> Option<Self> {
        let (hash, text) = cursor.split_once('.')?;
        let hash = URL_SAFE_NO_PAD.decode(hash).ok()?;
        if !keys.matches(PURPOSE, &context(tenant, query), text, &hash) {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (backward, rest) = bytes.split_first()?;
        let (id, key) = rest.split_at_checked(16)?;
        let key = String::from_utf8(key.to_vec()).ok()?;
        Some(Self { backward: *backward == 1, key, id: Uuid::from_slice(id).ok()? })
    }
}

fn context(tenant: TenantId, query: &str) -> Vec<u8> {
    let mut context = tenant.0.as_bytes().to_vec();
    context.extend(query.as_bytes());
    context
}

impl<T> Slice<T> {
    /// Makes a page from `limit + 1` rows, read from `from` in its direction; `place` gives a row's key and id.
    #[must_use]
    pub fn new(
        mut rows: Vec<T>,
        limit: usize,
        from: Option<&Position>,
        place: impl Fn(&T) -> (String, Uuid),
    ) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let backward = from.is_some_and(|from| from.backward);
        if backward {
            rows.reverse();
        }
        let at = |row: Option<&T>, backward| row.map(&place).map(|(key, id)| Position { backward, key, id });
        let has_previous = if backward { more } else { from.is_some() };
        let has_next = if backward { true } else { more };
        Self {
            previous: at(rows.first(), true).filter(|_| has_previous),
            next: at(rows.last(), false).filter(|_| has_next),
            items: rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_for_its_own_tenant_and_query_alone() {
        let keys = Keys::from_master(&[7; 32]).unwrap();
        let (tenant, other) = (TenantId(Uuid::from_u128(1)), TenantId(Uuid::from_u128(2)));
        let position = Position { backward: true, key: "Ñandú".to_owned(), id: Uuid::from_u128(9) };
        let cursor = position.seal(&keys, tenant, "people/name");
        assert_eq!(Position::open(&keys, tenant, "people/name", &cursor).unwrap(), position);
        assert!(Position::open(&keys, other, "people/name", &cursor).is_err());
        assert!(Position::open(&keys, tenant, "people/-name", &cursor).is_err());
        for at in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(Position::open(&keys, tenant, "people/name", &changed).is_err(), "{changed}");
        }
        for nonsense in ["", ".", "a.b", "é", &cursor[1..]] {
            assert!(Position::open(&keys, tenant, "people/name", nonsense).is_err());
        }
    }

    #[test]
    fn pages_know_their_neighbours() {
        let place = |number: &u32| (number.to_string(), Uuid::from_u128(u128::from(*number)));
        let at =
            |backward, number: u128| Position { backward, key: String::new(), id: Uuid::from_u128(number) };
        let first = Slice::new(vec![1, 2, 3], 2, None, place);
        assert_eq!((first.items.as_slice(), first.previous.is_some()), ([1, 2].as_slice(), false));
        assert_eq!(first.next.unwrap().id, Uuid::from_u128(2));
        let last = Slice::new(vec![3], 2, Some(&at(false, 2)), place);
        assert!(last.previous.is_some() && last.next.is_none());
        let back = Slice::new(vec![2, 1], 2, Some(&at(true, 3)), place);
        assert_eq!(back.items, [1, 2]);
        assert!(back.previous.is_none() && back.next.is_some());
    }
}
