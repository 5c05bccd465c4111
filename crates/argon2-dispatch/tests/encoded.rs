//! The stored string: what is written, what is read, what is refused.

use argon2::{Argon2, PasswordVerifier, password_hash::phc::PasswordHash};
use argon2_dispatch::{Encoded, Error, Memory, NotEncoded, Parameters};
use proptest::prelude::*;

const SMALL: Parameters = Parameters { memory_kib: 64, iterations: 2, lanes: 1 };

/// A string of the reference implementation's own tests: password "password", salt "somesalt", 64 MiB.
const REFERENCE: &str =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

#[test]
fn the_reference_string_is_read_verified_and_written() {
    let encoded: Encoded = REFERENCE.parse().unwrap();
    let mut memory = Memory::new(65_536);
    assert_eq!(encoded.parameters(), Parameters { memory_kib: 65_536, iterations: 2, lanes: 1 });
    assert_eq!(encoded.verify(b"password", None, &mut memory), Ok(true));
    assert_eq!(encoded.verify(b"Password", None, &mut memory), Ok(false));
    assert_eq!(encoded.verify(b"password", Some(b"pepper"), &mut memory), Ok(false));
    assert_eq!(encoded.to_string(), REFERENCE);
    let small = &mut Memory::new(65_535);
    assert_eq!(encoded.verify(b"password", None, small), Err(Error::MemoryLimit));
}

#[test]
fn created_strings_satisfy_the_argon2_crate() {
    let mut memory = Memory::new(64);
    let encoded = Encoded::create(SMALL, b"secret", b"0123456789abcdef", None, &mut memory).unwrap();
    let text = encoded.to_string();
    assert!(text.starts_with("$argon2id$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$"), "{text}");
    let parsed = PasswordHash::new(&text).unwrap();
    assert!(Argon2::default().verify_password(b"secret", &parsed).is_ok());
    assert_eq!(text.parse(), Ok(encoded));
}

#[test]
fn debug_shows_neither_salt_nor_hash() {
    let encoded: Encoded = REFERENCE.parse().unwrap();
    let shown = format!("{encoded:?}");
    let expected = "Encoded { parameters: Parameters { memory_kib: 65536, iterations: 2, lanes: 1 }, .. }";
    assert_eq!(shown, expected);
}

#[test]
fn salts_the_format_cannot_hold_are_refused() {
    for length in [0, 7, 49] {
        let created = Encoded::create(SMALL, b"secret", &vec![1; length], None, &mut Memory::new(64));
        assert_eq!(created, Err(Error::SaltLength), "{length}");
    }
}

#[test]
fn anything_but_the_written_form_is_refused() {
    let changes = [
        ("$argon2id", "argon2id"),
        ("argon2id", "argon2i"),
        ("argon2id", "Argon2id"),
        ("v=19", "v=16"),
        ("$v=19", ""),
        ("m=65536,t=2,p=1", "t=2,m=65536,p=1"),
        ("m=65536,t=2,p=1", "m=65536,t=2"),
        ("p=1", "p=1,keyid=AA"),
        ("p=1", "p=01"),
        ("p=1", "p=+1"),
        ("p=1", "p=-1"),
        ("p=1", "p=0"),
        ("p=1", "p="),
        ("t=2", "t= 2"),
        ("t=2", "t=0"),
        ("m=65536", "m=7"),
        ("m=65536", "m=4294967296"),
        ("c29tZXNhbHQ", "c29tZXNhbHQ="),
        ("c29tZXNhbHQ", "c29tZXNhbHR"),
        ("c29tZXNhbHQ", "c29tZXNhbA"),
        ("c29tZXNhbHQ", "c29tZXNh-HQ"),
        ("c29tZXNhbHQ", ""),
        ("CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "CTFhFdXPJO1aFaM"),
        ("GRPPc", "GRPPc\n"),
        ("GRPPc", "GRPPc$"),
        ("GRPPc", "GRPPd"),
    ];
    for (from, to) in changes {
        let text = REFERENCE.replacen(from, to, 1);
        assert_ne!(text, REFERENCE);
        assert_eq!(text.parse::<Encoded>(), Err(NotEncoded), "{text}");
    }
}

proptest! {
    /// Whatever is read is written back the same, letter for letter.
    #[test]
    fn reading_is_the_inverse_of_writing(
        text in r"\$argon2id\$v=19\$m=[0-9]{1,10},t=[0-9]{1,3},p=[0-9]{1,2}\$[A-Za-z0-9+/]{10,30}\$[A-Za-z0-9+/]{15,50}"
    ) {
        if let Ok(encoded) = text.parse::<Encoded>() {
            prop_assert_eq!(encoded.to_string(), text);
        }
    }

    /// One changed character gives another hash or none, and never the same.
    #[test]
    fn no_character_is_ignored(at in 0..REFERENCE.len(), new in any::<char>()) {
        let mut text: Vec<char> = REFERENCE.chars().collect();
        prop_assume!(text[at] != new);
        text[at] = new;
        let text: String = text.into_iter().collect();
        if let Ok(encoded) = text.parse::<Encoded>() {
            prop_assert_eq!(encoded.to_string(), text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        prop_assert!(text.parse::<Encoded>().is_err());
    }
}
