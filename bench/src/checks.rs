//! `tenantry check email`, from pipe to pipe.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::server::{fault, program, without_settings};
use crate::table::{rate, row, section};
use crate::{Bench, Fault};

const QUESTIONS: usize = 200_000;

pub fn measure(_bench: &Bench) -> Result<(), Fault> {
    section("Eligibility, one process, one pipe");
    let domains =
        ["contoso{}.com", "gmail.com", "mailinator.com", "fabrikam{}.co.uk", "bücher{}.de", "hotmai1.com"];
    let mut questions = String::with_capacity(QUESTIONS * 48);
    for number in 0..QUESTIONS {
        let domain = domains[number % domains.len()].replace("{}", &number.to_string());
        questions.push_str(&format!("{{\"email\": \"ana.torres{number}@{domain}\"}}\n"));
    }
    let mut command = Command::new(program()?);
    without_settings(&mut command).args(["check", "email"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let started = Instant::now();
    let mut child = command.spawn().map_err(fault)?;
    let mut input = child.stdin.take().ok_or("no input")?;
    let asking = std::thread::spawn(move || input.write_all(questions.as_bytes()));
    let mut answers = Vec::new();
    child.stdout.take().ok_or("no output")?.read_to_end(&mut answers).map_err(fault)?;
    child.wait().map_err(fault)?;
    asking.join().map_err(|_| "the questions ended".to_owned())?.map_err(fault)?;
    let lines = answers.iter().filter(|byte| **byte == b'\n').count();
    if lines != QUESTIONS {
        return Err(format!("{lines} answers to {QUESTIONS} questions"));
    }
    let rate_of = rate(QUESTIONS as f64 / started.elapsed().as_secs_f64());
    row("e-mail addresses, with the process's start", rate_of, "to reach: 10k/s or more");
    Ok(())
}
