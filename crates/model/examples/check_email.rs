use std::io::{BufRead, Write};
fn main() {
    let rules = model::eligibility::email::EmailRules::built_in();
    let out = std::io::stdout();
    let mut out = std::io::BufWriter::new(out.lock());
    for line in std::io::stdin().lock().lines() {
        let value: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let verdict = model::eligibility::email::check(&rules, value["email"].as_str().unwrap());
        let code = verdict.refusals.first().map(|r| (r.code.as_str(), r.suggestion.clone()));
        writeln!(out, "{}", serde_json::json!({"class": verdict.class, "code": code})).unwrap();
    }
}
