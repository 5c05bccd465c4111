//! Reading tokens one after the other, with the limits that every grammar here shares.

use super::Path;
use super::fault::{Fault, FaultKind};
use super::token::{Token, tokens};

/// Conditions, terms or names in one option.
const MOST: usize = 200;
/// Brackets inside brackets.
const DEEPEST: usize = 24;

pub(super) struct Parser<'a> {
    tokens: Vec<(usize, Token<'a>)>,
    next: usize,
    depth: usize,
    counted: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(value: &'a str) -> Result<Self, Fault> {
        Ok(Self { tokens: tokens(value)?, next: 0, depth: 0, counted: 0 })
    }

    /// Bytes before the next token.
    pub(super) fn at(&self) -> usize {
        self.tokens[self.next].0
    }

    pub(super) fn peek(&self) -> &Token<'a> {
        &self.tokens[self.next].1
    }

    pub(super) fn peek_after(&self) -> &Token<'a> {
        &self.tokens[(self.next + 1).min(self.tokens.len() - 1)].1
    }

    pub(super) fn take(&mut self) -> Token<'a> {
        let token = self.peek().clone();
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        token
    }

    pub(super) fn takes_sign(&mut self, sign: char) -> bool {
        let is_there = *self.peek() == Token::Sign(sign);
        if is_there {
            self.take();
        }
        is_there
    }

    pub(super) fn sign(&mut self, sign: char, expected: &'static str) -> Result<(), Fault> {
        if self.takes_sign(sign) { Ok(()) } else { Err(self.expected(expected)) }
    }

    /// A keyword in any case; a name that merely equals it, such as a property before `/`, is none.
    pub(super) fn takes_keyword(&mut self, keyword: &str) -> bool {
        let is_there = matches!(self.peek(), Token::Word(word) if word.eq_ignore_ascii_case(keyword))
            && *self.peek_after() != Token::Sign('/');
        if is_there {
            self.take();
        }
        is_there
    }

    pub(super) fn end(&self) -> Result<(), Fault> {
        if *self.peek() == Token::End { Ok(()) } else { Err(self.expected("the end")) }
    }

    pub(super) fn expected(&self, expected: &'static str) -> Fault {
        Fault::expected(self.at(), expected, &self.peek().shown())
    }

    pub(super) fn not_supported(&self, what: impl Into<String>) -> Fault {
        Fault::at(self.at(), FaultKind::NotSupported(what.into()))
    }

    /// Counts a condition, term or name against [`MOST`].
    pub(super) fn count(&mut self) -> Result<(), Fault> {
        self.counted += 1;
        if self.counted > MOST { Err(Fault::at(self.at(), FaultKind::TooComplex)) } else { Ok(()) }
    }

    /// Reads something inside brackets, or behind a `not`, that may hold its like again.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault::at(self.at(), FaultKind::TooComplex));
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// A name: a letter or `_`, then letters, digits, `_`, `.` and, for types and extensions, `-` and `@`.
    pub(super) fn name(&mut self, expected: &'static str) -> Result<String, Fault> {
        self.count()?;
        match self.peek() {
            Token::Word(word) if is_name(word) => {
                let name = (*word).to_owned();
                self.take();
                Ok(name)
            }
            _ => Err(self.expected(expected)),
        }
    }

    /// Names joined by slashes.
    pub(super) fn path(&mut self) -> Result<Path, Fault> {
        let mut names = vec![self.name("a property")?];
        while self.takes_sign('/') {
            names.push(self.name("a property")?);
        }
        Ok(Path(names))
    }
}

pub(super) fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '@'))
}
