//! Tables as text (RFC 4180), as spreadsheets write and read them.
//!
//! Read: UTF-8 with or without a byte order mark, cells between commas, semicolons or tabs (what the first line uses),
//! quotes, any ending of lines. Written: commas, CRLF. A cell that a spreadsheet would run as a formula is written behind
//! an apostrophe, and such an apostrophe is taken away again where it is read.

use std::fmt;

/// Cells of one row, more than any honest table has.
pub const CELLS: usize = 200;

/// One row, with the line on which it begins, counted from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub line: usize,
    pub cells: Vec<String>,
}

/// What keeps bytes from being a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No UTF-8.
    NotText,
    /// Nothing but white space.
    Empty,
    /// A quote that is opened on this line is never closed.
    OpenQuote(usize),
    /// Something follows a closing quote on this line.
    AfterQuote(usize),
    /// This line has more than [`CELLS`] cells.
    TooWide(usize),
    /// More rows than asked for.
    TooManyRows,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText => f.write_str("the bytes aren't UTF-8"),
            Self::Empty => f.write_str("there is nothing in it"),
            Self::OpenQuote(line) => write!(f, "the quote opened on line {line} is never closed"),
            Self::AfterQuote(line) => write!(f, "something follows a closing quote on line {line}"),
            Self::TooWide(line) => write!(f, "line {line} has more than {CELLS} cells"),
            Self::TooManyRows => f.write_str("there are too many rows"),
        }
    }
}

impl std::error::Error for Fault {}

/// The rows of a table, the head among them; rows without any text are left out.
///
/// # Errors
/// Why the bytes are no table, and on which line. `most` counts the head too.
pub fn read(bytes: &[u8], most: usize) -> Result<Vec<Record>, Fault> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::NotText)?;
    let (text, skipped, said) = without_directive(text);
    let separator = said.unwrap_or_else(|| separator(text));
    let mut reader = Reader { rest: text, line: 1 + skipped, separator };
    let mut records = Vec::new();
    while let Some(record) = reader.record()? {
        if record.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if records.len() == most {
            return Err(Fault::TooManyRows);
        }
        records.push(record);
    }
    if records.is_empty() { Err(Fault::Empty) } else { Ok(records) }
}

/// `sep=;`, which some spreadsheets put before the head, and `version:v1.0`, which Microsoft's templates have there.
/// The former says what stands between cells.
fn without_directive(text: &str) -> (&str, usize, Option<char>) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let first = first.trim_end_matches('\r').to_ascii_lowercase();
    let said = first.strip_prefix("sep=").map(|said| said.chars().next());
    match said {
        Some(said) => (rest, 1, said.filter(|said| [',', ';', '\t'].contains(said))),
        None if first.starts_with("version:") => (rest, 1, None),
        None => (text, 0, None),
    }
}

/// What stands between cells: whichever of the three the first line has most often outside of quotes.
fn separator(text: &str) -> char {
    let mut counts = [(',', 0_usize), (';', 0), ('\t', 0)];
    let mut quoted = false;
    for char in text.chars() {
        match char {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(known, _)| *known == char).for_each(|(_, n)| *n += 1),
            _ => {}
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    counts.iter().find(|(_, count)| *count == most).map_or(',', |(char, _)| *char)
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
    separator: char,
}

/// What ended a cell.
enum End {
    Cell,
    Row,
}

impl Reader<'_> {
    fn record(&mut self) -> Result<Option<Record>, Fault> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut record = Record { line: self.line, cells: Vec::new() };
        loop {
            let (cell, end) = match self.rest.strip_prefix('"') {
                Some(rest) => {
                    self.rest = rest;
                    self.quoted()?
                }
                None => self.bare(),
            };
            record.cells.push(unguarded(&cell).to_owned());
            if record.cells.len() > CELLS {
                return Err(Fault::TooWide(record.line));
            }
            if matches!(end, End::Row) {
                return Ok(Some(record));
            }
        }
    }

    fn bare(&mut self) -> (String, End) {
        let at = self.rest.find([self.separator, '\n', '\r']).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at(at);
        self.rest = rest;
        (cell.to_owned(), self.end())
    }

    fn quoted(&mut self) -> Result<(String, End), Fault> {
        let (mut cell, opened) = (String::new(), self.line);
        loop {
            let at = self.rest.find('"').ok_or(Fault::OpenQuote(opened))?;
            let (part, rest) = self.rest.split_at(at);
            self.line += part.matches('\n').count();
            cell.push_str(part);
            self.rest = &rest[1..];
            match self.rest.strip_prefix('"') {
                Some(rest) => {
                    cell.push('"');
                    self.rest = rest;
                }
                None => break,
            }
        }
        let spaces = self.rest.len() - self.rest.trim_start_matches(' ').len();
        self.rest = &self.rest[spaces..];
        if self.rest.is_empty() || self.rest.starts_with([self.separator, '\n', '\r']) {
            Ok((cell, self.end()))
        } else {
            Err(Fault::AfterQuote(self.line))
        }
    }

    /// Passes over what ended a cell.
    fn end(&mut self) -> End {
        if let Some(rest) = self.rest.strip_prefix(self.separator) {
            self.rest = rest;
            return End::Cell;
        }
        self.rest = match self.rest.strip_prefix("\r\n") {
            Some(rest) => rest,
            None => self.rest.strip_prefix(['\n', '\r']).unwrap_or_default(),
        };
        self.line += 1;
        End::Row
    }
}

/// One row as it is written, with its end.
#[must_use]
pub fn row<S: AsRef<str>>(cells: &[S]) -> String {
    let mut text = cells.iter().map(|value| cell(value.as_ref())).collect::<Vec<_>>().join(",");
    text.push_str("\r\n");
    text
}

/// Would a spreadsheet run this?
fn is_formula(value: &str) -> bool {
    value.starts_with(['\t', '\r', '\n'])
        || value.trim_start().starts_with(['=', '+', '-', '@', '|', '％', '＝', '＋', '－', '＠'])
}

fn cell(value: &str) -> String {
    let guarded = if is_formula(value) { format!("'{value}") } else { value.to_owned() };
    if guarded.contains(['"', ',', '\n', '\r', ';', '\t', '\'']) || guarded != guarded.trim() {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        read(text.as_bytes(), 100).unwrap().into_iter().map(|record| record.cells).collect()
    }

    #[test]
    fn every_usual_writing_is_read() {
        let expected = [["Name", "Town"], ["Torres, Ana", "Αθήνα"], ["a\"b", "two\nlines"]];
        for (separator, end) in [(',', "\n"), (';', "\r\n"), ('\t', "\r\n"), (',', "\r\n")] {
            let text = format!(
                "Name{separator}Town{end}\"Torres, Ana\"{separator}Αθήνα{end}{end}\"a\"\"b\" {separator}\"two\nlines\""
            );
            assert_eq!(cells(&text), expected, "{separator:?}");
            assert_eq!(cells(&format!("\u{feff}{text}{end}")), expected);
        }
        assert_eq!(cells("sep=;\nA;B,C\n1;2"), [["A", "B,C"], ["1", "2"]]);
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        let lines: Vec<usize> = read(b"version:v1.0\na,b\n\"x\ny\",1\n\nz,2", 9)
            .unwrap()
            .iter()
            .map(|record| record.line)
            .collect();
        assert_eq!(lines, [2, 3, 6]);
    }

    #[test]
    fn what_is_no_table_is_told_with_its_line() {
        for (bytes, fault) in [
            (&b"\xff\xfea\0"[..], Fault::NotText),
            (b"", Fault::Empty),
            (b"\xEF\xBB\xBF \r\n,,\n", Fault::Empty),
            (b"a,b\n\"x,y\n", Fault::OpenQuote(2)),
            (b"a,b\n\n\"x\"y,z", Fault::AfterQuote(3)),
            (b"a\nb\nc\nd\ne", Fault::TooManyRows),
        ] {
            assert_eq!(read(bytes, 4).unwrap_err(), fault);
        }
        assert_eq!(read(",".repeat(CELLS).as_bytes(), 4).unwrap_err(), Fault::TooWide(1));
    }

    #[test]
    fn no_cell_that_is_written_runs_as_a_formula() {
        for value in ["=1+1", "+30 210", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "\r\n=1"] {
            let text = row(&[value]);
            assert!(text.trim_start_matches('"').starts_with('\''), "{value:?} became {text:?}");
            assert_eq!(cells(&text), [[value]], "and it comes back as it was");
        }
        assert_eq!(row(&["Ana", "Torres, \"A\""]), "Ana,\"Torres, \"\"A\"\"\"\r\n");
        assert_eq!(cells("'quoted'"), [["'quoted'"]], "an apostrophe before a word is its own");
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_again(rows in proptest::collection::vec(
            proptest::collection::vec("[^']{0,12}", 2..5), 1..6)) {
            let width = rows[0].len();
            let rows: Vec<Vec<String>> = rows.into_iter().map(|mut row| { row.resize(width, String::new()); row })
                .filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).collect();
            prop_assume!(!rows.is_empty());
            let head: Vec<String> = (0..width).map(|number| format!("h{number}")).collect();
            let text = rows.iter().fold(row(&head), |text, cells| text + &row(cells));
            let found: Vec<_> = read(text.as_bytes(), 100).unwrap().into_iter().map(|record| record.cells).collect();
            prop_assert_eq!(&found[1..], rows.as_slice());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes, 10);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[ab\"',;\t\r\n]{0,60}") {
            if let Ok(records) = read(text.as_bytes(), 100) {
                prop_assert!(records.windows(2).all(|pair| pair[0].line < pair[1].line));
            }
        }
    }
}
