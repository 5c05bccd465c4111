//! Values that nobody means well with.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Stands in every value that tries to become HTML; as it is written here it must not come back.
pub const MARKUP: &[&str] = &["<x-hostile", " x-hostile=\"", " x-hostile='", "<script>alert"];
/// Would be the address of a stranger whom a smuggled header adds.
pub const STRANGER: &str = "bcc@hostile.example";

/// The usual attacks, one of each kind.
pub fn known() -> Vec<String> {
    let mut values: Vec<String> = [
        "",
        " \t\u{a0}\u{3000} ",
        "\"><x-hostile y='1'>'><script>alert(7)</script>",
        "'\" x-hostile=\"1\" x-hostile='1' <x-hostile",
        "ana@contoso.example\r\nX-Injected: yes\r\nBcc: bcc@hostile.example",
        "x%0d%0aX-Injected:%20yes",
        "a\0b",
        "\0",
        "{ $x } {{ x }} { -term } {\"}\"} ${x} #{x}",
        "'; DROP TABLE users; --%_\\",
        "a\u{202e}b\u{200b}\u{2066}c\u{feff}d\u{7f}\u{1b}[31m",
        "\u{fffe}\u{10ffff}\u{e000}\u{fffd}",
        "ana@xn--e1afmkfd.xn--p1ai",
        "ana@gm\u{430}il.com",
        "ana@ex\u{e4}mple.example",
        "xn--zz--9.xn--a",
        "//hostile.example/",
        "https://hostile.example/",
        "javascript:alert(7)",
        "../../etc/passwd",
        "0190a5b0-0000-7000-8000-000000000000",
        "-1",
        "99999999999999999999999999999999999999",
        "1e309",
        "\u{661}\u{662}\u{663}",
        "2026-02-30",
        "true",
    ]
    .map(str::to_owned)
    .to_vec();
    values.push(format!("e{}", "\u{301}".repeat(300)));
    values.push("\u{1f468}\u{200d}\u{1f469}".repeat(200));
    values
}

/// Fills the body to just under the limit, just over it, and to a million characters.
pub fn long(limit: usize) -> Vec<String> {
    vec!["x".repeat(limit - 6000), "x".repeat(limit + 1), "x".repeat(1_000_000)]
}

/// Bytes in the percent encoding of forms that no text has.
pub const BROKEN: &[&str] = &["%FF%FE", "%C0%80", "%ED%A0%80", "%ZZ%", "%", "a;b&&=&=c&"];

fn odd() -> impl Strategy<Value = char> {
    let odd: Vec<char> =
        ['\0', '\n', '\r', '\t', '\u{7f}', '\u{85}', '\u{ad}', '\u{200b}', '\u{200d}', '\u{202e}']
            .into_iter()
            .chain([
                '\u{2028}',
                '\u{2066}',
                '\u{feff}',
                '\u{fff9}',
                '\u{e0041}',
                '\u{301}',
                '\u{430}',
                '\u{131}',
            ])
            .chain([
                '<', '>', '"', '\'', '&', '`', '{', '}', '$', '%', '\\', '/', '@', ',', ';', '|', '*', '=',
            ])
            .collect();
    prop_oneof![3 => select(odd), 1 => any::<char>()]
}

/// Any text; a run of odd characters; and a good value with an odd character in it, which gets further than the rest.
fn any_value(good: String) -> impl Strategy<Value = String> {
    let letters: Vec<char> = good.chars().collect();
    let spoilt = (0..=letters.len(), odd()).prop_map(move |(at, char)| {
        let mut letters = letters.clone();
        letters.insert(at, char);
        letters.into_iter().collect::<String>()
    });
    let run = vec(odd(), 1..40).prop_map(|chars| chars.into_iter().collect::<String>());
    prop_oneof![4 => spoilt, 1 => run, 1 => any::<String>()]
}

/// So many values around a good one, always the same for a seed.
pub fn drawn(seed: u64, good: &str, count: usize) -> Vec<String> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = any_value(good.to_owned());
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}
