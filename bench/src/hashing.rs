//! What the machine's processor does of Argon2id, without a service around it.

use std::time::{Duration, Instant};

use argon2_dispatch::{Input, Memory, Parameters, hash_on, path};

use crate::Fault;

pub const PARAMETERS: Parameters = Parameters { memory_kib: 19_456, iterations: 2, lanes: 1 };

pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Hashes a second on all cores, and a second of processor time.
pub fn rates(duration: Duration) -> Result<(f64, f64), Fault> {
    let own = std::process::id();
    let (before, started) = (crate::server::processor_of(own), Instant::now());
    let threads: Vec<_> = (0..cores()).map(|_| std::thread::spawn(move || hash_for(duration))).collect();
    let mut count = 0.0;
    for thread in threads {
        count += thread.join().map_err(|_| "a hashing thread ended".to_owned())??;
    }
    let processor = crate::server::processor_of(own) - before;
    Ok((count / started.elapsed().as_secs_f64(), count / processor.max(0.01)))
}

fn hash_for(duration: Duration) -> Result<f64, Fault> {
    let input =
        Input { password: b"correct horse battery staple", salt: b"sixteen byte salt", ..Input::default() };
    let (mut memory, mut out, mut count) = (Memory::new(PARAMETERS.memory_kib), [0; 32], 0.0);
    let started = Instant::now();
    while started.elapsed() < duration {
        hash_on(path(), PARAMETERS, &input, &mut memory, &mut out).map_err(|error| error.to_string())?;
        count += 1.0;
    }
    Ok(count)
}
