//! The grammar. `-not` binds closer than `-and`, `-and` closer than `-or`; the hyphen of an operator may be left out.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::fault::{Fault, FaultKind};
use super::token::{Token, tokens};
use super::{
    Attribute, Condition, Instant, ItemTest, Kind, Order, PATTERN_BYTES, PATTERNS, Pattern, Test, Whole,
};

const DEEPEST: usize = 24;

/// An operator without its hyphen, and whether it turns the answer round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equals,
    StartsWith,
    EndsWith,
    Contains,
    Matches,
    In,
    AtMost,
    AtLeast,
    Any,
    All,
}

const OPERATORS: [(&str, Operator, bool); 16] = [
    ("eq", Operator::Equals, false),
    ("ne", Operator::Equals, true),
    ("startsWith", Operator::StartsWith, false),
    ("notStartsWith", Operator::StartsWith, true),
    ("endsWith", Operator::EndsWith, false),
    ("notEndsWith", Operator::EndsWith, true),
    ("contains", Operator::Contains, false),
    ("notContains", Operator::Contains, true),
    ("match", Operator::Matches, false),
    ("notMatch", Operator::Matches, true),
    ("in", Operator::In, false),
    ("notIn", Operator::In, true),
    ("le", Operator::AtMost, false),
    ("ge", Operator::AtLeast, false),
    ("any", Operator::Any, false),
    ("all", Operator::All, false),
];

/// The operators of comparisons as they are written, with their hyphen.
pub fn operators() -> impl Iterator<Item = String> {
    OPERATORS.into_iter().map(|(name, ..)| format!("-{name}"))
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
    patterns: usize,
}

pub(super) fn rule(text: &str) -> Result<Whole, Fault> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0, patterns: 0 };
    if *parser.peek() == Token::End {
        return Err(parser.fault(FaultKind::Empty));
    }
    let whole = match parser.reports()? {
        Some(manager) => Whole::ReportsOf(manager),
        None => Whole::When(parser.either(Parser::condition)?),
    };
    match parser.peek() {
        Token::End => Ok(whole),
        other => Err(parser.fault(FaultKind::ExpectedEnd(other.shown()))),
    }
}

/// What conditions of people and of single values have in common.
trait Joined: Sized {
    fn and(self, other: Self) -> Self;
    fn or(self, other: Self) -> Self;
    fn not(self) -> Self;
}

impl Joined for Condition {
    fn and(self, other: Self) -> Self {
        Self::And(Box::new(self), Box::new(other))
    }
    fn or(self, other: Self) -> Self {
        Self::Or(Box::new(self), Box::new(other))
    }
    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}

impl Joined for ItemTest {
    fn and(self, other: Self) -> Self {
        Self::And(Box::new(self), Box::new(other))
    }
    fn or(self, other: Self) -> Self {
        Self::Or(Box::new(self), Box::new(other))
    }
    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}

type Read<T> = fn(&mut Parser) -> Result<T, Fault>;

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.next].1
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        token
    }

    fn fault(&self, kind: FaultKind) -> Fault {
        let (at, token) = &self.tokens[self.next];
        Fault { at: *at, kind: if *token == Token::End { kind.at_end() } else { kind } }
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), Token::Word(word) if bare(word).eq_ignore_ascii_case(keyword))
    }

    fn takes_keyword(&mut self, keyword: &str) -> bool {
        let is_there = self.is_keyword(keyword);
        if is_there {
            self.take();
        }
        is_there
    }

    fn takes_sign(&mut self, sign: char) -> bool {
        let is_there = *self.peek() == Token::Sign(sign);
        if is_there {
            self.take();
        }
        is_there
    }

    fn bracket(&mut self, sign: char) -> Result<(), Fault> {
        if self.takes_sign(sign) {
            return Ok(());
        }
        Err(self.fault(FaultKind::ExpectedBracket(sign.to_string())))
    }

    fn reports(&mut self) -> Result<Option<Uuid>, Fault> {
        let words: Vec<String> = self.tokens.iter().take(3).map(|(_, token)| token.shown()).collect();
        if !words.join(" ").eq_ignore_ascii_case("direct reports for") {
            return Ok(None);
        }
        self.next = 3;
        let shown = self.peek().shown();
        let id = Uuid::parse_str(&shown).map_err(|_| self.fault(FaultKind::ExpectedId(shown)))?;
        self.take();
        Ok(Some(id))
    }

    fn either<T: Joined>(&mut self, one: Read<T>) -> Result<T, Fault> {
        let mut left = self.both(one)?;
        while self.takes_keyword("or") {
            left = left.or(self.both(one)?);
        }
        Ok(left)
    }

    fn both<T: Joined>(&mut self, one: Read<T>) -> Result<T, Fault> {
        let mut left = self.one(one)?;
        while self.takes_keyword("and") {
            left = left.and(self.one(one)?);
        }
        Ok(left)
    }

    fn one<T: Joined>(&mut self, one: Read<T>) -> Result<T, Fault> {
        if self.depth >= DEEPEST {
            return Err(self.fault(FaultKind::TooDeep));
        }
        self.depth += 1;
        let found = if self.takes_keyword("not") {
            self.one(one)?.not()
        } else if self.takes_sign('(') {
            let inner = self.either(one)?;
            self.bracket(')')?;
            inner
        } else {
            one(self)?
        };
        self.depth -= 1;
        Ok(found)
    }

    fn condition(&mut self) -> Result<Condition, Fault> {
        let attribute = self.attribute()?;
        let name = self.take().shown();
        let at = self.next;
        let (operator, negated) = self.operator()?;
        let condition = match attribute.kind() {
            _ if operator == Operator::Equals && self.takes_keyword("null") => {
                Some(Condition::IsNull(attribute))
            }
            Kind::Text => self.test(operator)?.map(|test| Condition::Text(attribute, test)),
            Kind::Texts => self.item(attribute, operator)?,
            Kind::Truth if operator == Operator::Equals => Some(self.truth(attribute)?),
            Kind::Moment => self.moment(attribute, operator)?,
            Kind::Truth => None,
        };
        let Some(condition) = condition else {
            let (at, operator) = (self.tokens[at].0, self.tokens[at].1.shown());
            return Err(Fault { at, kind: FaultKind::OperatorUnfit { operator, attribute: name } });
        };
        Ok(if negated { condition.not() } else { condition })
    }

    fn attribute(&self) -> Result<Attribute, Fault> {
        let Token::Word(word) = self.peek() else {
            return Err(self.fault(FaultKind::ExpectedCondition(self.peek().shown())));
        };
        let Some((of, name)) = word.split_once('.') else {
            return Err(self.fault(FaultKind::ExpectedCondition(self.peek().shown())));
        };
        if !of.eq_ignore_ascii_case("user") {
            return Err(self.fault(FaultKind::NotOfUsers(self.peek().shown())));
        }
        Attribute::named(name).ok_or_else(|| {
            let nearest = Attribute::nearly_named(name);
            self.fault(FaultKind::UnknownAttribute { name: self.peek().shown(), nearest })
        })
    }

    fn operator(&mut self) -> Result<(Operator, bool), Fault> {
        let Token::Word(word) = self.peek() else {
            return Err(self.fault(FaultKind::ExpectedOperator(self.peek().shown())));
        };
        let named = |(name, ..): &(&str, Operator, bool)| name.eq_ignore_ascii_case(bare(word));
        let Some((_, operator, negated)) = OPERATORS.into_iter().find(named) else {
            return Err(self.fault(FaultKind::UnknownOperator(self.peek().shown())));
        };
        self.take();
        Ok((operator, negated))
    }

    /// What follows an operator of texts; `None` when it isn't one.
    fn test(&mut self, operator: Operator) -> Result<Option<Test>, Fault> {
        Ok(Some(match operator {
            Operator::Equals => Test::Equals(self.folded()?),
            Operator::StartsWith => Test::StartsWith(self.folded()?),
            Operator::EndsWith => Test::EndsWith(self.folded()?),
            Operator::Contains => Test::Contains(self.folded()?),
            Operator::Matches => Test::Matches(self.pattern()?),
            Operator::In => Test::In(self.list()?),
            _ => return Ok(None),
        }))
    }

    fn item(&mut self, attribute: Attribute, operator: Operator) -> Result<Option<Condition>, Fault> {
        let (all, test) = match operator {
            Operator::Any | Operator::All => {
                self.bracket('(')?;
                let test = self.either(Self::item_test)?;
                self.bracket(')')?;
                (operator == Operator::All, test)
            }
            // Of several values, "contains" has always meant that one of them is this.
            Operator::Contains => (false, ItemTest::Text(Test::Equals(self.folded()?))),
            _ => return Ok(None),
        };
        Ok(Some(Condition::Item { attribute, all, test }))
    }

    fn item_test(&mut self) -> Result<ItemTest, Fault> {
        if *self.peek() != Token::Word("_".into()) {
            return Err(self.fault(FaultKind::ExpectedCondition(self.peek().shown())));
        }
        self.take();
        let at = self.next;
        let (operator, negated) = self.operator()?;
        let Some(test) = self.test(operator)? else {
            let (at, operator) = (self.tokens[at].0, self.tokens[at].1.shown());
            return Err(Fault { at, kind: FaultKind::OperatorUnfit { operator, attribute: "_".into() } });
        };
        let test = ItemTest::Text(test);
        Ok(if negated { test.not() } else { test })
    }

    fn truth(&mut self, attribute: Attribute) -> Result<Condition, Fault> {
        let is_true = Condition::IsTrue(attribute);
        match self.peek().shown().to_ascii_lowercase().as_str() {
            "true" => {
                self.take();
                Ok(is_true)
            }
            "false" => {
                self.take();
                Ok(is_true.not())
            }
            _ => Err(self.fault(FaultKind::ExpectedTruth(self.peek().shown()))),
        }
    }

    fn moment(&mut self, attribute: Attribute, operator: Operator) -> Result<Option<Condition>, Fault> {
        let order = match operator {
            Operator::Equals => Order::Equal,
            Operator::AtMost => Order::AtMost,
            Operator::AtLeast => Order::AtLeast,
            _ => return Ok(None),
        };
        let shown = self.peek().shown();
        if shown.eq_ignore_ascii_case("system.now") {
            self.take();
            return self.days().map(|days| Some(Condition::Moment(attribute, order, Instant::FromNow(days))));
        }
        let moment = shown.parse::<Timestamp>().ok().or_else(|| start_of(&shown));
        let moment = moment.ok_or_else(|| self.fault(FaultKind::ExpectedMoment(shown)))?;
        self.take();
        Ok(Some(Condition::Moment(attribute, order, Instant::At(moment))))
    }

    /// `-plus p30d`, `-minus p1d` or nothing.
    fn days(&mut self) -> Result<i64, Fault> {
        let sign = if self.takes_keyword("plus") {
            1
        } else if self.takes_keyword("minus") {
            -1
        } else {
            return Ok(0);
        };
        let shown = self.peek().shown();
        let lower = shown.to_ascii_lowercase();
        let digits = lower.strip_prefix('p').and_then(|rest| rest.strip_suffix('d'));
        let days = digits.filter(|digits| digits.len() <= 5).and_then(|digits| digits.parse::<u32>().ok());
        let days = days.ok_or_else(|| self.fault(FaultKind::ExpectedMoment(shown)))?;
        self.take();
        Ok(sign * i64::from(days))
    }

    fn value(&mut self) -> Result<String, Fault> {
        match self.peek().clone() {
            Token::Text(text) => {
                self.take();
                Ok(text)
            }
            other => Err(self.fault(FaultKind::ExpectedValue(other.shown()))),
        }
    }

    fn folded(&mut self) -> Result<String, Fault> {
        self.value().map(|text| super::evaluate::folded(&text))
    }

    fn list(&mut self) -> Result<Vec<String>, Fault> {
        self.bracket('[')?;
        let mut values = vec![self.folded()?];
        while self.takes_sign(',') {
            values.push(self.folded()?);
        }
        self.bracket(']')?;
        Ok(values)
    }

    fn pattern(&mut self) -> Result<Pattern, Fault> {
        let shown = self.peek().shown();
        let Token::Text(text) = self.peek() else {
            return Err(self.fault(FaultKind::ExpectedValue(shown)));
        };
        if self.patterns == PATTERNS {
            return Err(self.fault(FaultKind::TooManyPatterns));
        }
        let mut builder = regex_lite::RegexBuilder::new(text);
        builder.case_insensitive(true).nest_limit(20);
        let Ok(regex) = builder.size_limit(PATTERN_BYTES).build() else {
            // A larger one is compiled once more, only to say what is wrong with it.
            let is_pattern = builder.size_limit(64 * PATTERN_BYTES).build().is_ok();
            let kind = if is_pattern { FaultKind::PatternTooLarge } else { FaultKind::BadPattern };
            return Err(self.fault(kind(shown)));
        };
        self.patterns += 1;
        self.take();
        Ok(Pattern(regex))
    }
}

fn bare(word: &str) -> &str {
    word.strip_prefix('-').unwrap_or(word)
}

/// The first moment of a day in UTC.
fn start_of(day: &str) -> Option<Timestamp> {
    let day: Date = day.parse().ok()?;
    day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}
