//! A value cut into words, texts and signs, each with its place.

use super::fault::{Fault, FaultKind};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A name, a keyword, a number, an id or a moment: whatever stands between signs.
    Word(&'a str),
    /// Inside single quotes, with doubled quotes undone.
    Text(String),
    /// Inside double quotes, with escaped quotes undone.
    Quoted(String),
    Sign(char),
    End,
}

impl Token<'_> {
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(word) => (*word).to_owned(),
            Self::Text(text) => format!("'{text}'"),
            Self::Quoted(text) => format!("\"{text}\""),
            Self::Sign(sign) => sign.to_string(),
            Self::End => String::new(),
        }
    }
}

/// All tokens with the number of bytes before each; the last is [`Token::End`].
pub(super) fn tokens(value: &str) -> Result<Vec<(usize, Token<'_>)>, Fault> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = value[at..].chars().next() {
        let start = at;
        match first {
            ' ' | '\t' => {
                at += 1;
                continue;
            }
            '\'' => {
                let (text, length) = quoted(&value[at..], '\'', '\'').ok_or_else(|| unterminated(start))?;
                at += length;
                found.push((start, Token::Text(text)));
            }
            '"' => {
                let (text, length) = quoted(&value[at..], '"', '\\').ok_or_else(|| unterminated(start))?;
                at += length;
                found.push((start, Token::Quoted(text)));
            }
            '(' | ')' | ',' | '/' | ';' | '=' | '*' => {
                at += 1;
                found.push((start, Token::Sign(first)));
            }
            // A colon ends the name of a lambda's variable, but stands inside a moment: 2026-11-22T10:00:00Z.
            ':' if !matches!(found.last(), Some((end, Token::Word(word))) if end + word.len() == at && starts_as_moment(word)) =>
            {
                at += 1;
                found.push((start, Token::Sign(':')));
            }
            _ => {
                let rest = &value[at..];
                let end = rest.find(|c: char| !is_of_word(c, rest)).unwrap_or(rest.len());
                if end == 0 {
                    let found = first.to_string();
                    return Err(Fault::expected(at, "a name or a value", &found));
                }
                at += end;
                found.push((start, Token::Word(&rest[..end])));
            }
        }
    }
    found.push((value.len(), Token::End));
    Ok(found)
}

fn unterminated(at: usize) -> Fault {
    Fault::at(at, FaultKind::Unterminated)
}

fn starts_as_moment(word: &str) -> bool {
    word.len() > 4 && word.as_bytes()[..4].iter().all(u8::is_ascii_digit) && word.as_bytes()[4] == b'-'
}

fn is_of_word(c: char, word: &str) -> bool {
    c.is_alphanumeric()
        || matches!(c, '_' | '-' | '.' | '$' | '@' | '+')
        || (c == ':' && starts_as_moment(word))
}

/// A quoted text at the start, and its length with both quotes. `escape` before a quote, or before itself, takes its
/// meaning away.
fn quoted(rest: &str, quote: char, escape: char) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        if letter == escape && (next == Some(quote) || (escape != quote && next == Some(escape))) {
            text.push(next?);
            letters.next();
        } else if letter == quote {
            return Some((text, at + 1));
        } else {
            text.push(letter);
        }
    }
    None
}
