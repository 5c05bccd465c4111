//! Prefixes of initial domains: `<prefix>.<account domain>`, chosen once and never changed.
//!
//! Two prefixes that look alike would let one organisation pass for another, so the store keeps [`skeleton`] unique,
//! not the prefix.

mod suggestion;

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Serialize;
pub use suggestion::suggest;

use super::answer::Answer;
use crate::refusal::{Code, Refusal};

/// Characters of a prefix, at most.
pub const MAX_LENGTH: usize = 27;
const FIELD: &str = "prefix";
const DATA: &str = include_str!("../../../data/domain/reserved-prefixes.txt");

static RESERVED: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = DATA.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(skeleton).collect()
});

/// Whether an initial domain may begin like this; whether it is free, the store knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DomainPrefixVerdict {
    /// Lower case, without spaces around it.
    pub prefix: String,
    /// What must be unique.
    pub skeleton: String,
    #[serde(flatten)]
    pub answer: Answer,
}

/// Checks a prefix as entered. `own` are names of this deployment that are kept beside the built-in ones.
#[must_use]
pub fn check(prefix: &str, own: &[&str]) -> DomainPrefixVerdict {
    let mut answer = Answer::default();
    let trimmed = prefix.trim();
    if trimmed.len() > 1024 {
        answer.refuse(too_long());
        return DomainPrefixVerdict { prefix: String::new(), skeleton: String::new(), answer };
    }
    let prefix = trimmed.to_lowercase();
    let skeleton = skeleton(&prefix);
    if prefix.is_empty() {
        answer.refuse(Refusal::new(Code::FieldRequired).on(FIELD));
    } else if !prefix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        answer.refuse(Refusal::new(Code::DomainPrefixCharacters).on(FIELD));
    } else if prefix.len() > MAX_LENGTH {
        answer.refuse(too_long());
    } else if prefix.starts_with('-') || prefix.ends_with('-') || prefix.get(2..4) == Some("--") {
        answer.refuse(Refusal::new(Code::DomainPrefixHyphen).on(FIELD));
    } else if RESERVED.contains(&skeleton) || own.iter().any(|name| self::skeleton(name) == skeleton) {
        answer.refuse(Refusal::new(Code::DomainPrefixReserved).on(FIELD));
    }
    if !answer.valid {
        (0..8)
            .filter_map(|attempt| suggest(&prefix, attempt))
            .take(1)
            .for_each(|other| answer.suggest(other));
    }
    DomainPrefixVerdict { prefix, skeleton, answer }
}

/// What remains of a prefix when look-alikes are one: "c0nt-oso" and "contoso", "rnail" and "mail".
#[must_use]
pub fn skeleton(prefix: &str) -> String {
    let mut skeleton = String::with_capacity(prefix.len());
    for character in prefix.to_lowercase().chars() {
        let character = match character {
            '-' => continue,
            '0' => 'o',
            '1' | 'i' | 'j' => 'l',
            '5' => 's',
            'q' | '9' => 'g',
            other => other,
        };
        skeleton.push(character);
    }
    skeleton.replace("rn", "m").replace("vv", "w")
}

fn too_long() -> Refusal {
    Refusal::new(Code::DomainPrefixTooLong).on(FIELD).with("max", MAX_LENGTH.to_string())
}

#[cfg(test)]
mod tests;
