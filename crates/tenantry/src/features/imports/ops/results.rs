//! An import as a table: the template to start from, and what became of each row.

use model::ids::ImportId;
use model::imports::TEMPLATE;
use protocol::csv;

use super::read::{Row, Shown, rows};
use crate::access::Actor;
use crate::db::TenantScope;
use crate::error::Error;

/// The template: its head, and two people as an example.
#[must_use]
pub fn template_csv(domain: &str) -> String {
    let examples = [
        ["ana.torres", domain, "Ana Torres", "Ana", "Torres", "ana@example.com", "Engineer", "Development"],
        ["ben.okafor", domain, "", "Ben", "Okafor", "", "", "Sales"],
    ];
    let mut text = csv::row(&TEMPLATE);
    for example in examples {
        let mut cells = example.to_vec();
        cells.resize(TEMPLATE.len(), "");
        text += &csv::row(&cells);
    }
    text
}

/// Every row with what became of it, in the order of the file.
///
/// # Errors
/// Not allowed, or the engine fails.
pub async fn results_csv(scope: &mut TenantScope<'_>, actor: &Actor, id: ImportId) -> Result<String, Error> {
    let head = ["Line", "User principal name", "Display name", "Result", "Reason", "Remedy", "Object id"];
    let mut text = csv::row(&head);
    let mut from = None;
    loop {
        let slice = rows(scope, actor, id, &[], from.as_ref()).await?;
        for row in &slice.items {
            text += &line(row);
        }
        match slice.next {
            Some(next) => from = Some(next),
            None => return Ok(text),
        }
    }
}

fn line(row: &Row) -> String {
    let joined = |of: fn(&Shown) -> String| row.told.iter().map(of).collect::<Vec<_>>().join(" ");
    csv::row(&[
        row.line.to_string(),
        row.sign_in_name.clone(),
        row.display_name.clone(),
        row.state.as_str().to_owned(),
        joined(|told| {
            if told.field.is_empty() {
                told.reason.clone()
            } else {
                format!("{}: {}", told.field, told.reason)
            }
        }),
        joined(|told| told.remedy.clone()),
        row.user.map(|user| user.to_string()).unwrap_or_default(),
    ])
}
