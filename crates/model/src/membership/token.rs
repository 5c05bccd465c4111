//! A rule cut into words, texts and signs, each with its place in characters.

use super::fault::{Fault, FaultKind};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Word(String),
    Text(String),
    /// `(`, `)`, `[`, `]` or `,`
    Sign(char),
    End,
}

impl Token {
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(text) | Self::Text(text) => text.chars().take(60).collect(),
            Self::Sign(sign) => sign.to_string(),
            Self::End => String::new(),
        }
    }
}

pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Fault> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let start = at;
        match letter {
            _ if letter.is_whitespace() => at += 1,
            '(' | ')' | '[' | ']' | ',' => {
                at += 1;
                found.push((start, Token::Sign(letter)));
            }
            '"' | '\'' => {
                let (text, after) = quoted(&letters, start)?;
                at = after;
                found.push((start, Token::Text(text)));
            }
            _ => {
                let word: String = letters[at..]
                    .iter()
                    .take_while(|c| !c.is_whitespace() && !"()[],\"'".contains(**c))
                    .collect();
                at += word.chars().count();
                found.push((start, Token::Word(word)));
            }
        }
    }
    found.push((letters.len(), Token::End));
    Ok(found)
}

/// In double quotes a backtick takes the meaning of a quote or a backtick away; in single quotes a quote is doubled.
fn quoted(letters: &[char], start: usize) -> Result<(String, usize), Fault> {
    let quote = letters[start];
    let escape = if quote == '"' { '`' } else { '\'' };
    let mut text = String::new();
    let mut at = start + 1;
    while let Some(&letter) = letters.get(at) {
        let next = letters.get(at + 1).copied();
        if letter == escape && (next == Some(quote) || (escape == '`' && next == Some('`'))) {
            text.extend(next);
            at += 2;
        } else if letter == quote {
            return Ok((text, at + 1));
        } else {
            text.push(letter);
            at += 1;
        }
    }
    Err(Fault { at: start, kind: FaultKind::Unterminated })
}
