//! The lists as they are looked up: sorted lines inside the program, or an operator's replacement.

use std::collections::HashSet;

/// A set of names, one a line.
#[derive(Clone, Debug)]
pub(super) enum Names {
    /// Sorted by byte, each line ended by a line feed; searched where it lies, so it costs nothing to start.
    BuiltIn(&'static str),
    Own(HashSet<Box<str>>),
}

impl Names {
    /// Reads an operator's list: one name a line, `#` starts a remark, case and surrounding space don't matter.
    pub(super) fn read<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let names = lines
            .into_iter()
            .filter_map(|line| line.split('#').next())
            .map(|line| line.trim().trim_start_matches('@').to_lowercase())
            .filter(|line| !line.is_empty())
            .map(|line| super::domain::ascii(&line).unwrap_or(line).into_boxed_str());
        Self::Own(names.collect())
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        match self {
            Self::BuiltIn(text) => find(text.as_bytes(), name.as_bytes()),
            Self::Own(names) => names.contains(name),
        }
    }

    /// Whether the domain or a domain above it is in the list.
    pub(super) fn covers(&self, domain: &str) -> bool {
        self.covering(domain).is_some()
    }

    /// The listed domain that the given one is, or lies below.
    pub(super) fn covering<'a>(&self, domain: &'a str) -> Option<&'a str> {
        let mut rest = domain;
        loop {
            if self.contains(rest) {
                return Some(rest);
            }
            rest = rest.split_once('.')?.1;
        }
    }
}

/// Binary search by line: the middle byte's line is compared, then the half that can still hold the name is kept.
fn find(text: &[u8], name: &[u8]) -> bool {
    let (mut low, mut high) = (0, text.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = text[low..middle].iter().rposition(|&b| b == b'\n').map_or(low, |at| low + at + 1);
        let end = text[middle..high].iter().position(|&b| b == b'\n').map_or(high, |at| middle + at);
        match name.cmp(&text[start..end]) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => high = start,
            std::cmp::Ordering::Greater => low = end + 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_nothing_between() {
        let text = "aa.com\nab.com\nb.org\nzz.net\n";
        let names = Names::BuiltIn(text);
        for line in text.lines() {
            assert!(names.contains(line), "{line}");
        }
        for absent in ["", "a", "aa.co", "aa.comm", "ac.com", "zzz.net", "b.or"] {
            assert!(!names.contains(absent), "{absent}");
        }
    }

    #[test]
    fn a_list_covers_what_lies_below_its_names() {
        let names = Names::read(["# remark", " Example-Mail.com  # why", ""]);
        assert_eq!(names.covering("user.example-mail.com"), Some("example-mail.com"));
        assert!(!names.covers("notexample-mail.com"));
    }
}
