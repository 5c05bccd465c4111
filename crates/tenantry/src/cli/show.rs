//! Answers as a short table: a line a value, under the names that the JSON has.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;

use crate::eligibility::{Answer, Finding};

/// What was found out, then each refusal and warning.
pub(crate) fn answer(answer: &Answer) -> serde_json::Result<String> {
    let mut rows = Vec::new();
    collect(&mut rows, "", &serde_json::to_value(&answer.about)?);
    for finding in answer.findings.problems.iter().chain(&answer.findings.warnings) {
        let Finding { field, code, reason, remedy, suggestion } = finding;
        let values = [
            ("code", Some(code.as_str())),
            ("field", *field),
            ("reason", Some(reason)),
            ("remedy", Some(remedy)),
        ];
        let values = values.into_iter().chain([("suggestion", suggestion.as_deref())]);
        rows.extend(values.filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))));
    }
    Ok(lines(&rows))
}

/// The values of an object that hold something.
pub(crate) fn table(value: &Value) -> String {
    let mut rows = Vec::new();
    collect(&mut rows, "", value);
    lines(&rows)
}

/// A list under its columns, and where it goes on; anything else as it is.
pub(crate) fn list(names: &[&str], value: &Value) -> String {
    let Some(items) = value["value"].as_array() else { return table(value) };
    let next = value["next"].as_str().map(|next| format!("\nnext  {}\n", printable(next)));
    columns(names, items) + &next.unwrap_or_default()
}

/// One object: its values in the order of the names and then those that aren't named, and each of its lists of objects as a
/// table under its name.
pub(crate) fn one(names: &[&str], tables: &[(&str, &[&str])], value: &Value) -> String {
    let mut rows = Vec::new();
    for name in names {
        collect(&mut rows, name, &value[*name]);
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        let is_told = names.contains(&name.as_str()) || tables.iter().any(|(table, _)| table == name);
        if !is_told {
            collect(&mut rows, name, value);
        }
    }
    let mut text = lines(&rows);
    for (name, columns_of) in tables {
        if let Some(items) = value[*name].as_array().filter(|items| !items.is_empty()) {
            let _ = write!(text, "\n{name}\n{}", columns(columns_of, items));
        }
    }
    text
}

/// A line an entry under the names of its columns, each as wide as its widest value.
pub(crate) fn columns(names: &[&str], items: &[Value]) -> String {
    let value = |item: &Value, name: &str| item.get(name).map(cell).unwrap_or_default();
    let head = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let body = items.iter().map(|item| names.iter().map(|name| value(item, name)).collect());
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..names.len()).map(width).collect();
    rows.iter().fold(String::new(), |mut text, row| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        let _ = writeln!(text, "{}", cells.collect::<Vec<_>>().join("  ").trim_end());
        text
    })
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => moment(text).unwrap_or_else(|| printable(text)),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn lines(rows: &[(String, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    rows.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = writeln!(text, "{name:width$}  {}", printable(value));
        text
    })
}

fn collect(rows: &mut Vec<(String, String)>, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (field, value) in fields {
                let path = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
                collect(rows, &path, value);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(rows, name, item)),
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => rows.push((name.to_owned(), text.clone())),
        other => rows.push((name.to_owned(), other.to_string())),
    }
}

/// A moment without the parts of its second: some have six digits of them, some fewer, and a column all the same.
fn moment(text: &str) -> Option<String> {
    let moment: jiff::Timestamp = text.strip_suffix('Z').and_then(|_| text.parse().ok())?;
    Some(moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// A piece of a file as it is shown on a terminal, line by line; for anything else it stays as it is.
pub(crate) fn piece(text: &str, terminal: bool) -> Cow<'_, str> {
    if !terminal {
        return Cow::Borrowed(text);
    }
    let lines = text.split('\n').map(|line| printable(line.trim_end_matches('\r')));
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

/// Without what would move the terminal's cursor or turn its writing.
fn printable(text: &str) -> String {
    let safe = |character: char| {
        if model::eligibility::tidy::is_deceptive(character) || character == '\t' {
            '\u{fffd}'
        } else {
            character
        }
    };
    text.chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entries_of_a_list_are_told_apart() {
        let items =
            [json!({"day": "2026-11-22", "step": "code-sent", "reached": 12}), json!({"day": "2026-11-22"})];
        assert_eq!(
            columns(&["day", "step", "reached"], &items),
            "day         step       reached\n2026-11-22  code-sent  12\n2026-11-22\n"
        );
        let value = json!({"value": [{"id": "a", "domains": ["b", "c\u{1b}"]}], "next": "a"});
        assert_eq!(list(&["id", "domains"], &value), "id  domains\na   b, c\u{fffd}\n\nnext  a\n");
        assert_eq!(list(&["id"], &json!({"id": "a", "days": 3})), "days  3\nid    a\n");
        let times =
            [json!({"at": "2026-11-22T08:00:00.5Z"}), json!({"at": "2026-11-22T08:00:00.123456789Z"})];
        assert_eq!(columns(&["at"], &times), "at\n2026-11-22T08:00:00Z\n2026-11-22T08:00:00Z\n");
    }

    #[test]
    fn one_object_is_told_before_what_it_has() {
        let value =
            json!({"a": 1, "id": "w", "url": "u", "deliveries": [{"id": "d", "event": "e"}], "empty": []});
        assert_eq!(
            one(&["url", "id", "secret"], &[("deliveries", &["event", "id"]), ("empty", &["id"])], &value),
            "url  u\nid   w\na    1\n\ndeliveries\nevent  id\ne      d\n"
        );
    }

    #[test]
    fn a_file_moves_no_cursor_of_a_terminal_and_keeps_its_bytes_elsewhere() {
        let text = "a,\"b\u{1b}]0;x\u{7}\"\r\n\u{202e}c\r\n";
        assert_eq!(piece(text, true), "a,\"b\u{fffd}]0;x\u{fffd}\"\n\u{fffd}c\n");
        assert_eq!(piece(text, false), text);
    }

    #[test]
    fn what_holds_something_is_shown_and_nothing_moves_the_cursor() {
        let value = json!({"class": "role", "code": null, "alternatives": ["a", "b\u{1b}[2J"], "strength": {"level": 2}});
        let shown = table(&value);
        assert_eq!(
            shown,
            "alternatives    a\nalternatives    b\u{fffd}[2J\nclass           role\nstrength.level  2\n"
        );
    }
}
