//! `$search`: quoted terms, `"displayName:ali" AND NOT "mail:x"`.

use super::fault::Fault;
use super::parser::{Parser, is_name};
use super::token::Token;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    And(Box<Search>, Box<Search>),
    Or(Box<Search>, Box<Search>),
    Not(Box<Search>),
    /// Words, in one property where one is named.
    Term {
        property: Option<String>,
        text: String,
    },
}

pub(super) fn parse(value: &str) -> Result<Search, Fault> {
    let mut parser = Parser::new(value)?;
    let search = either(&mut parser)?;
    parser.end()?;
    Ok(search)
}

fn either(parser: &mut Parser<'_>) -> Result<Search, Fault> {
    let mut left = both(parser)?;
    while *parser.peek() == Token::Word("OR") {
        parser.take();
        left = Search::Or(Box::new(left), Box::new(both(parser)?));
    }
    Ok(left)
}

fn both(parser: &mut Parser<'_>) -> Result<Search, Fault> {
    let mut left = one(parser)?;
    loop {
        // Two terms beside each other mean both.
        let follows = matches!(parser.peek(), Token::Quoted(_) | Token::Sign('(') | Token::Word("NOT"));
        if *parser.peek() == Token::Word("AND") {
            parser.take();
        } else if !follows {
            return Ok(left);
        }
        left = Search::And(Box::new(left), Box::new(one(parser)?));
    }
}

fn one(parser: &mut Parser<'_>) -> Result<Search, Fault> {
    parser.count()?;
    if parser.takes_sign('(') {
        let inner = parser.deeper(either)?;
        parser.sign(')', "AND, OR or )")?;
        return Ok(inner);
    }
    match parser.peek().clone() {
        Token::Word("NOT") => {
            parser.take();
            Ok(Search::Not(Box::new(parser.deeper(one)?)))
        }
        Token::Quoted(text) if !text.trim().is_empty() => {
            parser.take();
            Ok(term(&text))
        }
        _ => Err(parser.expected("a term in double quotes")),
    }
}

fn term(text: &str) -> Search {
    match text.split_once(':') {
        Some((property, text)) if is_name(property) && !text.trim().is_empty() => {
            Search::Term { property: Some(property.to_owned()), text: text.trim().to_owned() }
        }
        _ => Search::Term { property: None, text: text.trim().to_owned() },
    }
}
