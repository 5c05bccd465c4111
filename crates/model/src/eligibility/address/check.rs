//! The verdict on one address.

use super::countries::{CountryRules, Field, Subdivision, rules};
use super::postal::{self, Reading};
use super::{AddressInput, AddressVerdict, FieldProposal, regions};
use crate::eligibility::tidy::{is_deceptive, tidy};
use crate::eligibility::western;
use crate::refusal::{Code, Refusal};

/// The longest field, in characters; more than any real address line has.
pub const LONGEST_FIELD: usize = 200;

/// The most address lines.
pub const MOST_LINES: usize = 6;

/// Is the address complete, and do its parts agree? Fields are judged one by one: a missing street doesn't keep the
/// postal code from being judged.
#[must_use]
pub fn check(input: &AddressInput) -> AddressVerdict {
    let mut address = tidied(input);
    let mut refusals = oversized(&address);
    if refusals.is_empty() {
        match rules(&address.country) {
            Some(rules) => refusals = by_rules(rules, &mut address),
            None => refusals.push(Refusal::new(Code::AddressCountryUnknown).on("country")),
        }
    }
    let western = if refusals.iter().any(|refusal| refusal.code == Code::FieldTooLong) {
        Vec::new()
    } else {
        proposals(&address)
    };
    AddressVerdict { valid: refusals.is_empty(), normalised: address, refusals, western }
}

/// Without spaces around and between that mean nothing, and without empty lines.
fn tidied(input: &AddressInput) -> AddressInput {
    AddressInput {
        country: tidy(&input.country).to_ascii_uppercase(),
        address_lines: input
            .address_lines
            .iter()
            .map(|line| tidy(line))
            .filter(|line| !line.is_empty())
            .collect(),
        suburb: tidy(&input.suburb),
        city: tidy(&input.city),
        region: tidy(&input.region),
        postal_code: tidy(&input.postal_code),
    }
}

/// The text fields with their names in the API and, for address lines, which one it is.
fn texts(address: &AddressInput) -> impl Iterator<Item = (&'static str, usize, &str)> {
    let lines = address
        .address_lines
        .iter()
        .enumerate()
        .map(|(at, line)| (Field::AddressLines.name(), at, line.as_str()));
    let rest =
        [(Field::Suburb, &address.suburb), (Field::City, &address.city), (Field::Region, &address.region)];
    lines.chain(rest.into_iter().map(|(field, text)| (field.name(), 0, text.as_str())))
}

fn oversized(address: &AddressInput) -> Vec<Refusal> {
    let codes =
        [("country", 0, address.country.as_str()), (Field::PostalCode.name(), 0, &address.postal_code)];
    let mut refusals = Vec::new();
    for (field, _, text) in texts(address).chain(codes) {
        if text.chars().nth(LONGEST_FIELD).is_some() {
            refusals.push(Refusal::new(Code::FieldTooLong).on(field).with("max", LONGEST_FIELD.to_string()));
        } else if text.chars().any(is_deceptive) {
            refusals.push(Refusal::new(Code::InputInvalid).on(field));
        }
    }
    if address.address_lines.len() > MOST_LINES {
        let refusal = Refusal::new(Code::AddressTooManyLines).on(Field::AddressLines.name());
        refusals.push(refusal.with("max", MOST_LINES.to_string()));
    }
    refusals
}

fn by_rules(rules: &CountryRules, address: &mut AddressInput) -> Vec<Refusal> {
    let mut refusals = missing(rules, address);
    let postal_code_right = match read_postal_code(rules, &mut address.postal_code) {
        Some(refusal) => {
            refusals.push(refusal);
            false
        }
        None => !address.postal_code.is_empty() && !rules.postal.is_empty(),
    };
    match read_region(rules, &mut address.region) {
        Ok(Some(region)) => refusals.extend(disagreement(rules, region, address, postal_code_right)),
        Ok(None) => {}
        Err(refusal) => refusals.push(refusal),
    }
    refusals
}

fn missing(rules: &CountryRules, address: &AddressInput) -> Vec<Refusal> {
    let absent = |field: &Field| match field {
        Field::AddressLines => address.address_lines.is_empty(),
        Field::Suburb => address.suburb.is_empty(),
        Field::City => address.city.is_empty(),
        Field::Region => address.region.is_empty(),
        Field::PostalCode => address.postal_code.is_empty(),
    };
    let refusal = |field: Field| {
        let code = match field {
            Field::Region => Code::AddressRegionRequired,
            Field::PostalCode => Code::AddressPostalCodeRequired,
            _ => Code::FieldRequired,
        };
        Refusal::new(code).on(field.name()).with("example", rules.postal_example().unwrap_or_default())
    };
    rules.fields().into_iter().filter(|field| rules.requires(*field)).filter(absent).map(refusal).collect()
}

/// Puts the code into the country's writing, or says why it isn't one.
fn read_postal_code(rules: &CountryRules, code: &mut String) -> Option<Refusal> {
    if code.is_empty() || rules.postal.is_empty() {
        return None;
    }
    match postal::read(rules, code) {
        Reading::Valid(written) => {
            *code = written;
            None
        }
        Reading::Invalid(meant) => {
            let refusal = Refusal::new(Code::AddressPostalCodeInvalid).on(Field::PostalCode.name());
            let refusal = refusal.with("example", rules.postal_example().unwrap_or_default());
            Some(match meant {
                Some(meant) => refusal.suggest(meant),
                None => refusal,
            })
        }
    }
}

/// Puts the region's id in place of its name. Free text is refused only where addresses pick from a list.
fn read_region<'a>(rules: &'a CountryRules, region: &mut String) -> Result<Option<&'a Subdivision>, Refusal> {
    if region.is_empty() {
        return Ok(None);
    }
    if let Some(found) = rules.subdivision(region) {
        *region = rules.region_id(found);
        return Ok(Some(found));
    }
    let looks_like_id = rules.without_country(region).len() < region.len();
    if looks_like_id || !rules.subdivisions.is_empty() {
        return Err(Refusal::new(Code::AddressRegionUnknown)
            .on(Field::Region.name())
            .with("region", region.as_str()));
    }
    Ok(None)
}

fn disagreement(
    rules: &CountryRules,
    region: &Subdivision,
    address: &AddressInput,
    code_right: bool,
) -> Option<Refusal> {
    let code = if code_right { address.postal_code.as_str() } else { "" };
    let by_code = if code.is_empty() { None } else { regions::postal_code_elsewhere(rules, region, code) };
    by_code.or_else(|| {
        if address.city.is_empty() {
            None
        } else {
            regions::city_elsewhere(rules, region, &address.city, code)
        }
    })
}

fn proposals(address: &AddressInput) -> Vec<FieldProposal> {
    let foreign = texts(address).filter(|(_, _, text)| !western::is_western(text));
    let propose = |(field, line, text): (&'static str, usize, &str)| {
        let proposal = western::propose(text, Some(&address.country), None);
        FieldProposal { field, line, proposal }
    };
    foreign.map(propose).collect()
}
