//! The log as a file: CSV for spreadsheets, JSON lines for programs.

use serde::Serialize;

use super::store::Entry;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    id: String,
    at: String,
    actor_kind: &'a str,
    actor_id: Option<String>,
    actor_name: &'a str,
    activity: &'a str,
    target_kind: &'a str,
    target_id: &'a str,
    target_name: &'a str,
    changes: &'a [model::audit::Change],
    ip: &'a str,
    result: &'a str,
}

/// One JSON object a line.
pub(super) fn json_lines(entries: &[Entry]) -> String {
    let mut text = String::new();
    for entry in entries {
        let line = Line {
            id: entry.id.to_string(),
            at: entry.at.to_string(),
            actor_kind: &entry.actor_kind,
            actor_id: entry.actor_id.map(|id| id.to_string()),
            actor_name: &entry.actor_name,
            activity: &entry.activity,
            target_kind: &entry.target_kind,
            target_id: &entry.target_id,
            target_name: &entry.target_name,
            changes: &entry.changes,
            ip: &entry.ip,
            result: &entry.result,
        };
        if let Ok(line) = serde_json::to_string(&line) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

const HEADER: &str = "at,activity,actor,actorId,target,targetId,changes,ip,result,id\r\n";

/// A table (RFC 4180) with one event a row. Cells that a spreadsheet would run as a formula start with an apostrophe.
pub(super) fn csv(entries: &[Entry]) -> String {
    let mut text = HEADER.to_owned();
    for entry in entries {
        let changes: Vec<String> = entry
            .changes
            .iter()
            .map(|change| {
                let side = |value: &Option<String>| value.clone().unwrap_or_default();
                format!("{}: {} → {}", change.property, side(&change.old), side(&change.new))
            })
            .collect();
        let cells = [
            entry.at.to_string(),
            entry.activity.clone(),
            entry.actor_name.clone(),
            entry.actor_id.map_or_else(String::new, |id| id.to_string()),
            entry.target_name.clone(),
            entry.target_id.clone(),
            changes.join("; "),
            entry.ip.clone(),
            entry.result.clone(),
            entry.id.to_string(),
        ];
        text.push_str(&cells.map(|value| cell(&value)).join(","));
        text.push_str("\r\n");
    }
    text
}

fn cell(value: &str) -> String {
    let formula =
        value.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '|', '％', '＝', '＋', '－', '＠'])
            || value.starts_with(['\t', '\r', '\n']);
    let guarded = if formula { format!("'{value}") } else { value.to_owned() };
    if guarded.contains(['"', ',', '\n', '\r', ';', '\'']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_runs_as_a_formula() {
        for value in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "\r\n=1"] {
            let text = cell(value);
            assert!(text.trim_start_matches('"').starts_with('\''), "{value:?} became {text:?}");
        }
        assert_eq!(cell("Ana"), "Ana");
        assert_eq!(cell("Torres, \"Ana\""), "\"Torres, \"\"Ana\"\"\"");
    }
}
