//! Every path this processor has, against the RFC's example and against the `argon2` crate.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use argon2_dispatch::{Error, Input, Memory, Parameters, Path, hash, hash_on, path};
use proptest::prelude::*;

fn available() -> impl Iterator<Item = Path> {
    Path::ALL.into_iter().filter(|path| path.is_available())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 9106, section 5.3: all inputs, four lanes.
#[test]
fn the_example_of_the_rfc() {
    let input = Input { password: &[1; 32], salt: &[2; 16], secret: &[3; 8], associated_data: &[4; 12] };
    let parameters = Parameters { memory_kib: 32, iterations: 3, lanes: 4 };
    for path in available() {
        let mut out = [0; 32];
        hash_on(path, parameters, &input, &mut Memory::new(32), &mut out).unwrap();
        let expected = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659";
        assert_eq!(hexadecimal(&out), expected, "{path}");
    }
}

/// The same hash by the `argon2` crate.
fn other(parameters: Parameters, input: &Input, length: usize) -> Vec<u8> {
    let params = ParamsBuilder::new()
        .m_cost(parameters.memory_kib)
        .t_cost(parameters.iterations)
        .p_cost(parameters.lanes)
        .output_len(length)
        .data(AssociatedData::new(input.associated_data).unwrap())
        .build()
        .unwrap();
    let argon2 = Argon2::new_with_secret(input.secret, Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let mut out = vec![0; length];
    argon2.hash_password_into(input.password, input.salt, &mut out).unwrap();
    out
}

/// One memory for all paths and sizes, as a worker would use it: what an earlier hash left must not matter.
fn check(memory: &mut Memory, parameters: Parameters, input: &Input, length: usize) {
    let expected = other(parameters, input, length);
    for path in available() {
        let mut out = vec![0; length];
        hash_on(path, parameters, input, memory, &mut out).unwrap();
        assert_eq!(hexadecimal(&out), hexadecimal(&expected), "{path} {parameters:?}");
    }
}

#[test]
fn equal_to_the_argon2_crate() {
    let bytes = |range| prop::collection::vec(any::<u8>(), range);
    let costs = (1u32..=5, 1u32..=4, 0u32..700);
    let inputs = (bytes(0..130), bytes(8..65), bytes(0..33), bytes(0..33));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(200));
    let memory = std::cell::RefCell::new(Memory::new(1024));
    let tested = runner.run(&(costs, inputs, 4usize..200), |(costs, inputs, length)| {
        let (lanes, iterations, more) = costs;
        let parameters = Parameters { memory_kib: 8 * lanes + more, iterations, lanes };
        let (password, salt, secret, associated_data) = &inputs;
        let input = Input { password, salt, secret, associated_data };
        check(&mut memory.borrow_mut(), parameters, &input, length);
        Ok(())
    });
    tested.unwrap();
}

#[test]
fn equal_at_the_sizes_in_use() {
    let input = Input { password: b"correct horse", salt: b"sixteen bytes ok", ..Input::default() };
    let mut memory = Memory::new(65_536);
    for (memory_kib, iterations, lanes) in [(19_456, 2, 1), (65_536, 1, 4), (7_168, 5, 1)] {
        check(&mut memory, Parameters { memory_kib, iterations, lanes }, &input, 32);
    }
}

#[test]
fn the_chosen_path_is_the_last_available() {
    assert_eq!(Some(path()), available().last());
    assert_eq!(available().next(), Some(Path::Portable));
    let (mut chosen, mut portable) = ([0; 32], [0; 32]);
    let parameters = Parameters { memory_kib: 64, iterations: 2, lanes: 1 };
    let input = Input { password: b"one", salt: b"saltsalt", secret: b"pepper", ..Input::default() };
    let mut memory = Memory::new(64);
    hash(parameters, b"one", b"saltsalt", Some(b"pepper"), &mut memory, &mut chosen).unwrap();
    hash_on(Path::Portable, parameters, &input, &mut memory, &mut portable).unwrap();
    assert_eq!(chosen, portable);
}

#[test]
fn a_path_the_processor_lacks_is_refused() {
    let parameters = Parameters { memory_kib: 8, iterations: 1, lanes: 1 };
    let input = Input { salt: b"saltsalt", ..Input::default() };
    for path in Path::ALL.into_iter().filter(|path| !path.is_available()) {
        let hashed = hash_on(path, parameters, &input, &mut Memory::new(8), &mut [0; 4]);
        assert_eq!(hashed, Err(Error::PathUnavailable));
    }
}

#[test]
fn what_argon2_does_not_allow_is_refused() {
    let good = Parameters { memory_kib: 16, iterations: 1, lanes: 1 };
    let tried = |parameters: Parameters, salt: &[u8], limit: u32, length: usize| {
        hash(parameters, b"one", salt, None, &mut Memory::new(limit), &mut vec![0; length])
    };
    assert_eq!(tried(good, b"saltsalt", 16, 4), Ok(()));
    assert_eq!(tried(good, b"saltsal", 16, 4), Err(Error::SaltLength));
    assert_eq!(tried(good, b"saltsalt", 16, 3), Err(Error::OutputLength));
    assert_eq!(tried(good, b"saltsalt", 15, 4), Err(Error::MemoryLimit));
    let wrong = [
        Parameters { memory_kib: 7, ..good },
        Parameters { iterations: 0, ..good },
        Parameters { lanes: 0, ..good },
        Parameters { lanes: 3, ..good },
        Parameters { lanes: 1 << 24, memory_kib: u32::MAX, ..good },
    ];
    for parameters in wrong {
        assert_eq!(tried(parameters, b"saltsalt", u32::MAX, 4), Err(Error::Parameters), "{parameters:?}");
    }
}
