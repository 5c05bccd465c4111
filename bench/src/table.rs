//! What is printed: a line a figure, with its unit, what it is compared with, and what the product set itself.

use std::fmt::Display;

/// Says what the figures are worth.
pub fn introduce(cores: usize) {
    println!(
        "Measured on {cores} cores that the load and everything else here share: ratios mean more than rates."
    );
    println!("\"a core-second\" is a second of processor time that the server used.");
}

pub fn section(title: &str) {
    println!("\n{title}");
}

/// One figure.
pub fn row(name: &str, figure: impl Display, beside: impl Display) {
    println!("  {name:44} {figure:>20}   {beside}");
}

pub fn skipped(name: &str, why: &str) {
    println!("  {name:44} {:>20}   {why}", "skipped");
}

/// A count a second, short: 4.1k/s.
pub fn rate(per_second: f64) -> String {
    match per_second {
        fast if fast >= 10_000.0 => format!("{:.0}k/s", fast / 1000.0),
        middle if middle >= 1000.0 => format!("{:.1}k/s", middle / 1000.0),
        slow => format!("{slow:.1}/s"),
    }
}
