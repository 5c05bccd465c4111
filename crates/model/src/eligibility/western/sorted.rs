//! Look-up in a text sorted by the bytes of its lines, `key<tab>value`: no start-up cost and no memory of its own.

use std::cmp::Ordering;

/// A sorted text that is part of the program.
pub(super) struct Sorted(pub(super) &'static str);

impl Sorted {
    /// The value of a key; empty where the line has none.
    pub(super) fn get(&self, key: &str) -> Option<&'static str> {
        let line = self.first_from(key)?;
        let (found, value) = line.split_once('\t').unwrap_or((line, ""));
        (found == key).then_some(value)
    }

    /// The first line whose key isn't before the given one.
    fn first_from(&self, key: &str) -> Option<&'static str> {
        let bytes = self.0.as_bytes();
        let (mut low, mut high) = (0, bytes.len());
        while low < high {
            let middle = low.midpoint(high);
            let start = bytes[..middle].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
            let end = bytes[middle..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| middle + at);
            let tab = bytes[start..end].iter().position(|b| *b == b'\t').map_or(end, |at| start + at);
            if bytes[start..tab].cmp(key.as_bytes()) == Ordering::Less { low = end + 1 } else { high = start }
        }
        self.0.get(low..)?.lines().next()
    }
}
