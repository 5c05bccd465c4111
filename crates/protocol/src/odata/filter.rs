//! `$filter`: conditions joined by `and`, `or`, `not`.

use super::Path;
use super::fault::{Fault, FaultKind};
use super::parser::Parser;
use super::token::Token;

#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
    /// `displayName eq 'Ana'`
    Compare {
        property: Path,
        comparison: Comparison,
        value: Literal,
    },
    /// `id in ('…', '…')`
    In {
        property: Path,
        values: Vec<Literal>,
    },
    /// `startsWith(displayName, 'An')`
    Text {
        function: TextFunction,
        property: Path,
        text: String,
    },
    /// `proxyAddresses/any(p: p eq '…')`; without a condition: not empty. Inside, a path that begins with the variable
    /// is of the item; the item itself is [`Path`] with the variable alone.
    Any {
        collection: Path,
        item: Option<(String, Box<Filter>)>,
    },
    /// `owners/$count eq 0`
    Count {
        collection: Path,
        comparison: Comparison,
        number: i64,
    },
    /// A property that is true or false by itself: `accountEnabled`
    IsTrue(Path),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    /// `has`, of flags.
    Has,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFunction {
    StartsWith,
    EndsWith,
    Contains,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    /// 32 digits in five groups, lower case.
    Guid(String),
    /// RFC 3339 by its shape; whether the day exists is for the reader to say.
    Moment(String),
}

pub(super) fn parse(value: &str) -> Result<Filter, Fault> {
    let mut parser = Parser::new(value)?;
    let filter = either(&mut parser)?;
    parser.end()?;
    Ok(filter)
}

fn either(parser: &mut Parser<'_>) -> Result<Filter, Fault> {
    let mut left = both(parser)?;
    while parser.takes_keyword("or") {
        left = Filter::Or(Box::new(left), Box::new(both(parser)?));
    }
    Ok(left)
}

fn both(parser: &mut Parser<'_>) -> Result<Filter, Fault> {
    let mut left = one(parser)?;
    while parser.takes_keyword("and") {
        left = Filter::And(Box::new(left), Box::new(one(parser)?));
    }
    Ok(left)
}

fn one(parser: &mut Parser<'_>) -> Result<Filter, Fault> {
    if parser.takes_sign('(') {
        let inner = parser.deeper(either)?;
        parser.sign(')', "and, or or )")?;
        return Ok(inner);
    }
    if parser.takes_keyword("not") {
        return Ok(Filter::Not(Box::new(parser.deeper(one)?)));
    }
    if let (Token::Word(name), Token::Sign('(')) = (parser.peek().clone(), parser.peek_after()) {
        return function(parser, name);
    }
    condition(parser)
}

fn function(parser: &mut Parser<'_>, name: &str) -> Result<Filter, Fault> {
    let function = match name.to_ascii_lowercase().as_str() {
        "startswith" => TextFunction::StartsWith,
        "endswith" => TextFunction::EndsWith,
        "contains" => TextFunction::Contains,
        _ => return Err(parser.not_supported(format!("the function {name}"))),
    };
    parser.count()?;
    parser.take();
    parser.take();
    let property = parser.path()?;
    parser.sign(',', "a comma")?;
    let Token::Text(text) = parser.peek().clone() else {
        return Err(parser.expected("a text in single quotes"));
    };
    parser.take();
    parser.sign(')', ")")?;
    let found = Filter::Text { function, property, text };
    // `startsWith(…) eq true` says the same at greater length.
    if parser.takes_keyword("eq") {
        return match literal(parser)? {
            Literal::Bool(true) => Ok(found),
            Literal::Bool(false) => Ok(Filter::Not(Box::new(found))),
            _ => Err(parser.expected("true or false")),
        };
    }
    Ok(found)
}

fn condition(parser: &mut Parser<'_>) -> Result<Filter, Fault> {
    let mut names = vec![parser.name("a property or a function")?];
    while parser.takes_sign('/') {
        match parser.peek().clone() {
            Token::Word("$count") => {
                parser.take();
                return count(parser, Path(names));
            }
            Token::Word(word)
                if *parser.peek_after() == Token::Sign('(') && word.eq_ignore_ascii_case("any") =>
            {
                parser.take();
                return any(parser, Path(names));
            }
            Token::Word(word)
                if *parser.peek_after() == Token::Sign('(') && word.eq_ignore_ascii_case("all") =>
            {
                return Err(parser.not_supported("all(…)"));
            }
            _ => names.push(parser.name("a property, any(…) or $count")?),
        }
    }
    let property = Path(names);
    if parser.takes_keyword("in") {
        return list(parser).map(|values| Filter::In { property, values });
    }
    match comparison(parser)? {
        Some(comparison) => literal(parser).map(|value| Filter::Compare { property, comparison, value }),
        None if ends_condition(parser) => Ok(Filter::IsTrue(property)),
        None => Err(parser.expected("an operator such as eq")),
    }
}

fn ends_condition(parser: &Parser<'_>) -> bool {
    match parser.peek() {
        Token::End | Token::Sign(')') => true,
        Token::Word(word) => word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or"),
        _ => false,
    }
}

fn comparison(parser: &mut Parser<'_>) -> Result<Option<Comparison>, Fault> {
    let Token::Word(word) = parser.peek() else { return Ok(None) };
    let comparison = match word.to_ascii_lowercase().as_str() {
        "eq" => Comparison::Equal,
        "ne" => Comparison::NotEqual,
        "gt" => Comparison::Greater,
        "ge" => Comparison::GreaterOrEqual,
        "lt" => Comparison::Less,
        "le" => Comparison::LessOrEqual,
        "has" => Comparison::Has,
        "add" | "sub" | "mul" | "div" | "divby" | "mod" => {
            return Err(parser.not_supported("arithmetic"));
        }
        _ => return Ok(None),
    };
    parser.take();
    Ok(Some(comparison))
}

fn count(parser: &mut Parser<'_>, collection: Path) -> Result<Filter, Fault> {
    let Some(comparison) = comparison(parser)? else {
        return Err(parser.expected("an operator such as eq"));
    };
    match literal(parser)? {
        Literal::Int(number) => Ok(Filter::Count { collection, comparison, number }),
        _ => Err(parser.expected("a whole number")),
    }
}

fn any(parser: &mut Parser<'_>, collection: Path) -> Result<Filter, Fault> {
    parser.sign('(', "(")?;
    if parser.takes_sign(')') {
        return Ok(Filter::Any { collection, item: None });
    }
    let variable = parser.name("the name of a variable")?;
    parser.sign(':', "a colon")?;
    let condition = parser.deeper(either)?;
    parser.sign(')', "and, or or )")?;
    Ok(Filter::Any { collection, item: Some((variable, Box::new(condition))) })
}

fn list(parser: &mut Parser<'_>) -> Result<Vec<Literal>, Fault> {
    parser.sign('(', "( and a list")?;
    let mut values = vec![literal(parser)?];
    while parser.takes_sign(',') {
        values.push(literal(parser)?);
    }
    parser.sign(')', "a comma or )")?;
    Ok(values)
}

fn literal(parser: &mut Parser<'_>) -> Result<Literal, Fault> {
    parser.count()?;
    let (at, token) = (parser.at(), parser.take());
    match token {
        Token::Text(text) => Ok(Literal::Text(text)),
        Token::Word("null") => Ok(Literal::Null),
        Token::Word("true") => Ok(Literal::Bool(true)),
        Token::Word("false") => Ok(Literal::Bool(false)),
        Token::Word(word) => unquoted(word).ok_or_else(|| {
            let begins_as_value = word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
            if begins_as_value {
                Fault::at(at, FaultKind::Malformed(word.chars().take(40).collect()))
            } else {
                Fault::expected(at, "a value; texts stand in single quotes", word)
            }
        }),
        other => Err(Fault::expected(at, "a value", &other.shown())),
    }
}

fn unquoted(word: &str) -> Option<Literal> {
    if is_guid(word) {
        return Some(Literal::Guid(word.to_ascii_lowercase()));
    }
    let digits = word.strip_prefix('-').unwrap_or(word);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok().map(Literal::Int);
    }
    is_moment(word).then(|| Literal::Moment(word.to_owned()))
}

fn is_guid(word: &str) -> bool {
    let groups: Vec<&str> = word.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// `2026-11-22`, `2026-11-22T10:00:00Z`, with fractions or an offset.
fn is_moment(word: &str) -> bool {
    let shape: String = word.chars().take(10).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00"
        && match word.as_bytes().get(10) {
            None => true,
            Some(letter) => {
                matches!(letter, b'T' | b't')
                    && word.len() <= 40
                    && word[11..].bytes().all(|b| b.is_ascii_digit() || b":.Zz+-".contains(&b))
            }
        }
}
