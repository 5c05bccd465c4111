//! `$select`, `$orderby` and `$expand`: lists of names, the last with options of their own in brackets.

use super::Path;
use super::fault::{Fault, FaultKind};
use super::parser::Parser;
use super::token::Token;

/// One order of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderBy {
    pub property: Path,
    pub descending: bool,
}

/// One relationship whose objects are wanted inside the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expand {
    pub relationship: Path,
    pub select: Vec<Path>,
    pub top: Option<u32>,
    /// `$levels`: how far a relationship such as `manager` is followed; [`u32::MAX`] for `max`.
    pub levels: Option<u32>,
}

pub(super) fn select(value: &str) -> Result<Vec<Path>, Fault> {
    let mut parser = Parser::new(value)?;
    let paths = paths(&mut parser)?;
    parser.end()?;
    Ok(paths)
}

fn paths(parser: &mut Parser<'_>) -> Result<Vec<Path>, Fault> {
    let mut paths = Vec::new();
    loop {
        if parser.takes_sign('*') {
            parser.count()?;
            paths.push(Path(vec!["*".into()]));
        } else {
            paths.push(parser.path()?);
        }
        if !parser.takes_sign(',') {
            return Ok(paths);
        }
    }
}

pub(super) fn order_by(value: &str) -> Result<Vec<OrderBy>, Fault> {
    let mut parser = Parser::new(value)?;
    let mut orders = Vec::new();
    loop {
        let property = parser.path()?;
        let descending = parser.takes_keyword("desc");
        if !descending {
            parser.takes_keyword("asc");
        }
        orders.push(OrderBy { property, descending });
        if !parser.takes_sign(',') {
            break;
        }
    }
    parser.end()?;
    Ok(orders)
}

pub(super) fn parse(value: &str) -> Result<Vec<Expand>, Fault> {
    let mut parser = Parser::new(value)?;
    let mut expands: Vec<Expand> = Vec::new();
    loop {
        let at = parser.at();
        let relationship = if parser.takes_sign('*') {
            parser.count()?;
            Path(vec!["*".into()])
        } else {
            parser.path()?
        };
        if expands.iter().any(|expand| expand.relationship == relationship) {
            return Err(Fault::at(at, FaultKind::ExpandedTwice(relationship.text())));
        }
        let mut expand = Expand { relationship, select: Vec::new(), top: None, levels: None };
        if parser.takes_sign('(') {
            options(&mut parser, &mut expand)?;
        }
        expands.push(expand);
        if !parser.takes_sign(',') {
            break;
        }
    }
    parser.end()?;
    Ok(expands)
}

fn options(parser: &mut Parser<'_>, expand: &mut Expand) -> Result<(), Fault> {
    loop {
        let Token::Word(name) = parser.peek().clone() else {
            return Err(parser.expected("an option such as $select"));
        };
        match name {
            "$select" => {
                parser.take();
                parser.sign('=', "=")?;
                expand.select = paths(parser)?;
            }
            "$top" => expand.top = Some(number(parser)?),
            "$levels" => expand.levels = Some(number(parser)?),
            other => return Err(parser.not_supported(format!("{other} inside $expand"))),
        }
        if parser.takes_sign(')') {
            return Ok(());
        }
        parser.sign(';', "; or )")?;
    }
}

fn number(parser: &mut Parser<'_>) -> Result<u32, Fault> {
    parser.take();
    parser.sign('=', "=")?;
    let number = match parser.peek() {
        Token::Word("max") => Some(u32::MAX),
        Token::Word(word) if word.bytes().all(|byte| byte.is_ascii_digit()) => word.parse().ok(),
        _ => None,
    };
    let number = number.ok_or_else(|| parser.expected("a whole number"))?;
    parser.take();
    Ok(number)
}
