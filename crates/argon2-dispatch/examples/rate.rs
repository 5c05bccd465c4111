//! Hashes per second on each path of this processor beside those of the `argon2` crate, on one thread.
//!
//! `cargo run --release -p argon2-dispatch --example rate`

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use argon2_dispatch::{Input, Memory, Parameters, Path, hash_on, path};

const PARAMETERS: Parameters = Parameters { memory_kib: 19_456, iterations: 2, lanes: 1 };
const ROUNDS: u32 = 5;
const ROUND: Duration = Duration::from_millis(600);

/// The rate over one round, in hashes per second.
#[expect(clippy::disallowed_methods, reason = "measuring is what this program is for")]
fn rate(mut hash: impl FnMut() -> Result<(), String>) -> Result<f64, String> {
    let (start, mut count) = (Instant::now(), 0.0);
    while start.elapsed() < ROUND {
        hash()?;
        count += 1.0;
    }
    Ok(count / start.elapsed().as_secs_f64())
}

/// The contenders take turns, so that other load on the machine meets all of them.
fn main() -> Result<(), String> {
    let (password, salt) = (b"correct horse battery staple", b"sixteen byte salt".as_slice());
    let input = Input { password, salt, ..Input::default() };
    let params = Params::new(19_456, 2, 1, Some(32)).map_err(|error| error.to_string())?;
    let other = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut other_blocks = vec![argon2::Block::default(); 19_456];
    let mut memory = Memory::new(PARAMETERS.memory_kib);
    let paths: Vec<Path> = Path::ALL.into_iter().filter(|path| path.is_available()).collect();
    let mut rates = vec![Vec::new(); paths.len() + 1];
    let mut out = [0; 32];
    for _ in 0..ROUNDS {
        rates[0].push(rate(|| {
            let hashed = other.hash_password_into_with_memory(password, salt, &mut out, &mut other_blocks);
            hashed.map_err(|error| error.to_string())
        })?);
        for (path, rates) in paths.iter().zip(&mut rates[1..]) {
            rates.push(rate(|| {
                let hashed = hash_on(*path, PARAMETERS, &input, &mut memory, &mut out);
                hashed.map_err(|error| error.to_string())
            })?);
        }
    }
    let names = std::iter::once("argon2 crate".to_owned()).chain(paths.iter().map(Path::to_string));
    let medians: Vec<f64> = rates.iter_mut().map(|rates| median(rates)).collect();
    for ((name, rates), median) in names.zip(&rates).zip(&medians) {
        let (least, most) = (rates[0], rates[rates.len() - 1]);
        let ratio = median / medians[0];
        println!("{name:<14}{median:>6.1}/s  ({least:.1} to {most:.1})  {ratio:.2} ×");
    }
    println!("chosen: {}", path());
    Ok(())
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
