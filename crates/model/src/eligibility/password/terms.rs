//! Banned terms in a trie, and the search for them that forgives one edit.
//!
//! The search leaves the exact path at most once, so its work at a place in the text is bounded by the branches along
//! that one path, however large the list or hostile the text.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::fold;
use crate::refusal::{Code, Refusal};

const DATA: &str = include_str!("../../../data/password/terms.txt");
/// Terms of a tenant's own list.
const MAX_TERMS: usize = 1_000;
/// Characters of a banned term.
const MIN_TERM: usize = 4;
const MAX_TERM: usize = 16;
/// Characters from which a term inside a password is found with one edit; shorter ones are too near to anything.
const MIN_FORGIVING: usize = 8;
const FIELD: &str = "bannedTerms";

/// A list of banned terms, ready to search.
#[derive(Clone, Debug)]
pub struct BannedTerms {
    /// Node 0 is the root; its character is never compared.
    nodes: Vec<Node>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    character: char,
    ends: bool,
    /// Characters of the longest term through this node.
    longest: u8,
    /// Index of the first child and of the next sibling; 0 is none.
    child: u32,
    sibling: u32,
}

static BUILT_IN: LazyLock<BannedTerms> =
    LazyLock::new(|| BannedTerms::build(DATA.lines().filter(|line| !line.starts_with('#'))));

impl BannedTerms {
    /// The tenant's own list. Upper and lower case and the usual disguises of a term count as one.
    ///
    /// # Errors
    /// More than 1,000 terms, or the terms that don't have 4 to 16 characters.
    pub fn new<Term: AsRef<str>>(terms: &[Term]) -> Result<Self, Vec<Refusal>> {
        if terms.len() > MAX_TERMS {
            return Err(vec![
                Refusal::new(Code::BannedTermsTooMany).on(FIELD).with("max", MAX_TERMS.to_string()),
            ]);
        }
        let unfit =
            |term: &&Term| !(MIN_TERM..=MAX_TERM).contains(&term.as_ref().trim().nfkc().take(99).count());
        let refusals: Vec<Refusal> = terms.iter().filter(unfit).map(|_| wrong_length()).collect();
        if refusals.is_empty() {
            Ok(Self::build(terms.iter().map(|term| term.as_ref().trim())))
        } else {
            Err(refusals)
        }
    }

    /// The list that every deployment has.
    pub(super) fn built_in() -> &'static Self {
        &BUILT_IN
    }

    fn build<'a>(terms: impl Iterator<Item = &'a str>) -> Self {
        let mut list =
            Self { nodes: vec![Node { character: '\0', ends: false, longest: 0, child: 0, sibling: 0 }] };
        let folded: BTreeSet<Vec<char>> = terms.map(fold::fold_text).collect();
        // From the last to the first, since each new child goes before its siblings: they end up in order.
        for term in folded.iter().rev() {
            list.insert(term);
        }
        list
    }

    fn insert(&mut self, term: &[char]) {
        let longest = u8::try_from(term.len()).unwrap_or(u8::MAX);
        let mut at = 0;
        for character in term {
            let known = self.children(at).find(|child| self.nodes[*child].character == *character);
            at = match known {
                Some(child) => child,
                None => {
                    let next = self.nodes.len();
                    let sibling = self.nodes[at].child;
                    self.nodes.push(Node {
                        character: *character,
                        ends: false,
                        longest: 0,
                        child: 0,
                        sibling,
                    });
                    self.nodes[at].child = next as u32;
                    next
                }
            };
            self.nodes[at].longest = self.nodes[at].longest.max(longest);
        }
        self.nodes[at].ends = true;
    }

    fn children(&self, node: usize) -> impl Iterator<Item = usize> {
        let some = |index: u32| (index != 0).then_some(index as usize);
        std::iter::successors(some(self.nodes[node].child), move |at| some(self.nodes[*at].sibling))
    }

    /// Where terms that begin at `start` of the folded text end, an edit inside a long term forgiven.
    pub(super) fn ends(&self, text: &[char], start: usize) -> Vec<usize> {
        let mut search = Search { list: self, text, whole: false, ends: Vec::new() };
        search.walk(0, start, 0, Edit::None);
        search.ends
    }

    /// Whether the whole folded text is a term with at most one character changed, added or left out.
    pub(super) fn is_near(&self, text: &[char]) -> bool {
        let mut search = Search { list: self, text, whole: true, ends: Vec::new() };
        if text.len() <= MAX_TERM + 1 {
            search.walk(0, 0, 0, Edit::None);
        }
        !search.ends.is_empty()
    }
}

fn wrong_length() -> Refusal {
    let refusal = Refusal::new(Code::BannedTermLength).on(FIELD);
    refusal.with("min", MIN_TERM.to_string()).with("max", MAX_TERM.to_string())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edit {
    None,
    /// The last step was the edit; a term can't end on it, since its neighbours count for themselves.
    Now,
    Before,
}

struct Search<'a> {
    list: &'a BannedTerms,
    text: &'a [char],
    whole: bool,
    ends: Vec<usize>,
}

impl Search<'_> {
    fn walk(&mut self, node: usize, at: usize, depth: usize, edit: Edit) {
        let list = self.list;
        if list.nodes[node].ends && self.accepts(at, depth, edit) {
            self.ends.push(at);
        }
        let character = self.text.get(at).copied();
        let after_match = if edit == Edit::None { Edit::None } else { Edit::Before };
        let may_edit = edit == Edit::None && (self.whole || depth > 0);
        for child in list.children(node) {
            let next = &list.nodes[child];
            if character == Some(next.character) {
                self.walk(child, at + 1, depth + 1, after_match);
            } else if !may_edit && Some(next.character) > character {
                break;
            }
            let may_edit = may_edit && (self.whole || usize::from(next.longest) >= MIN_FORGIVING);
            if may_edit && character != Some(next.character) && character.is_some() {
                self.walk(child, at + 1, depth + 1, Edit::Now);
            }
            if may_edit {
                self.walk(child, at, depth + 1, Edit::Now);
            }
        }
        if may_edit && character.is_some() {
            self.walk(node, at + 1, depth, Edit::Now);
        }
    }

    fn accepts(&self, at: usize, depth: usize, edit: Edit) -> bool {
        if self.whole {
            return at == self.text.len();
        }
        edit == Edit::None || (edit == Edit::Before && depth >= MIN_FORGIVING)
    }
}
