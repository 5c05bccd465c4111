//! One kind of number: its label, and how a number of it is recognised.

use std::collections::HashMap;
use std::sync::LazyLock;

use stdnum::{ErrorKind, Validator};

const DATA: &str = include_str!("../../../data/registration/kinds.tsv");

/// One kind of number of one country, a line of the data.
pub struct Kind {
    /// Whether sign-up in its country asks for a number.
    pub required: bool,
    /// How people there call it.
    pub label: &'static str,
    /// A well-formed number for the form's hint.
    pub sample: &'static str,
    check: Check,
}

enum Check {
    Scheme(&'static dyn Validator),
    Shape { shapes: Vec<String>, digit: Option<fn(&[u64]) -> bool> },
}

/// What a number is to a kind.
pub(super) enum Finding {
    Valid {
        number: String,
        display: String,
    },
    /// The right shape with the wrong check digit: a slip of the pen.
    WrongCheckDigit,
    Other,
}

static KINDS: LazyLock<HashMap<&'static str, Vec<Kind>>> = LazyLock::new(|| {
    let mut kinds: HashMap<&'static str, Vec<Kind>> = HashMap::new();
    for line in DATA.lines().filter(|line| !line.starts_with('#')) {
        if let Some((country, kind)) = read(line) {
            kinds.entry(country).or_default().push(kind);
        }
    }
    kinds
});

/// One line of the data; a test reads every line so that none is left out.
pub(super) fn read(line: &'static str) -> Option<(&'static str, Kind)> {
    let mut columns = line.split('\t');
    let (country, need, label) = (columns.next()?, columns.next()?, columns.next()?);
    let (method, detail) = columns.next()?.split_once(':')?;
    let check = match method {
        "stdnum" => Check::Scheme(stdnum::find(detail)?),
        "shape" => {
            let (shapes, digit) = detail.split_once(':').unwrap_or((detail, ""));
            let shapes = shapes.split(',').map(compact).collect();
            Check::Shape { shapes, digit: if digit.is_empty() { None } else { Some(check_digit(digit)?) } }
        }
        _ => return None,
    };
    Some((country, Kind { required: need == "required", label, sample: columns.next()?, check }))
}

pub(super) fn of_country(country: &str) -> &'static [Kind] {
    KINDS.get(country.to_ascii_uppercase().as_str()).map(Vec::as_slice).unwrap_or_default()
}

/// Upper case, without the separators that people put in.
pub(super) fn compact(number: &str) -> String {
    number.chars().filter(|character| !" .-/".contains(*character)).flat_map(char::to_uppercase).collect()
}

impl Kind {
    pub(super) fn find(&self, number: &str) -> Finding {
        match &self.check {
            Check::Scheme(scheme) => match scheme.validate(number) {
                Ok(valid) => {
                    Finding::Valid { display: display(*scheme, &valid.compact), number: valid.compact }
                }
                Err(error) if error.kind() == ErrorKind::InvalidChecksum => Finding::WrongCheckDigit,
                Err(_) => Finding::Other,
            },
            Check::Shape { shapes, digit } => {
                let compacted = compact(number);
                if !shapes.iter().any(|shape| fits(&compacted, shape)) {
                    return Finding::Other;
                }
                let digits: Vec<u64> =
                    compacted.chars().filter_map(|c| c.to_digit(10)).map(u64::from).collect();
                if digit.is_some_and(|holds| !holds(&digits)) {
                    return Finding::WrongCheckDigit;
                }
                Finding::Valid { number: compacted, display: number.to_uppercase() }
            }
        }
    }
}

/// The scheme's own presentation, where it is still the same number.
fn display(scheme: &dyn Validator, number: &str) -> String {
    let formatted = scheme.format(number);
    let same = scheme.validate(&formatted).is_ok_and(|valid| valid.compact == number);
    if same { formatted } else { number.to_owned() }
}

fn fits(number: &str, shape: &str) -> bool {
    number.chars().count() == shape.chars().count()
        && number.chars().zip(shape.chars()).all(|(character, expected)| match expected {
            '#' => character.is_ascii_digit(),
            '@' => character.is_ascii_uppercase(),
            '*' => character.is_alphanumeric() || character == '&',
            literal => character == literal,
        })
}

/// The check digit rules of the data, by name.
fn check_digit(name: &str) -> Option<fn(&[u64]) -> bool> {
    match name {
        "az" => Some(|digits| digits.get(8) == Some(&(weighted(digits, &[4, 1, 8, 6, 2, 7, 5, 3]) % 11))),
        "kz" => Some(kazakhstan),
        "hu" => Some(|digits| weighted(digits, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10)),
        "ean" => Some(|digits| weighted(digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)),
        "ogrn" => Some(russian_register),
        _ => None,
    }
}

fn weighted(digits: &[u64], weights: &[u64]) -> u64 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn kazakhstan(digits: &[u64]) -> bool {
    let first = weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
    let remainder =
        if first == 10 { weighted(digits, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11 } else { first };
    digits.last() == Some(&remainder)
}

/// 13 digits for companies (modulo 11), 15 for entrepreneurs (modulo 13).
fn russian_register(digits: &[u64]) -> bool {
    let Some((last, body)) = digits.split_last() else { return false };
    let value = body.iter().fold(0, |value, digit| value * 10 + digit);
    value % (body.len() as u64 - 1) % 10 == *last
}
