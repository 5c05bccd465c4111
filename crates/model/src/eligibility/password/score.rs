//! The fewest points that a password can be read with.

use super::pattern;
use super::terms::BannedTerms;

/// Points of a password: one for each term or pattern, one for each character left over.
pub(super) fn points(lower: &[char], folded: &[char], own: Option<&BannedTerms>) -> usize {
    let lists: Vec<&BannedTerms> = std::iter::once(BannedTerms::built_in()).chain(own).collect();
    if lists.iter().any(|list| list.is_near(folded)) {
        return 1;
    }
    let patterns = pattern::longest(lower);
    let mut fewest: Vec<usize> = (0..=folded.len()).collect();
    for start in 0..folded.len() {
        let with_one_more = fewest[start] + 1;
        let mut reach = |end: usize| fewest[end] = fewest[end].min(with_one_more);
        reach(start + 1);
        for length in 3..=patterns[start] {
            reach(start + length);
        }
        for end in lists.iter().flat_map(|list| list.ends(folded, start)) {
            reach(end);
        }
    }
    fewest[folded.len()]
}
