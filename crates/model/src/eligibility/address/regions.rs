//! Do region, city and postal code agree?

use regex_lite::Regex;
use unicode_normalization::UnicodeNormalization;

use super::countries::{CountryRules, Subdivision};
use crate::refusal::{Code, Refusal};

/// Words that say what kind of region a name is of; people write and leave them out as they like.
const KINDS: [&str; 27] = [
    "prefecture",
    "province",
    "state",
    "county",
    "oblast",
    "region",
    "provincia",
    "departamento",
    "department",
    "governorate",
    "emirate",
    "district",
    "parish",
    "canton",
    "co",
    "of",
    "de",
    "ken",
    "fu",
    "to",
    "do",
    "the",
    "sheng",
    "shi",
    "zizhiqu",
    "islas",
    "illes",
];

/// Letters and digits alone, without case and accents.
pub(super) fn fold(text: &str) -> String {
    text.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The name of a region without the words for its kind, unless nothing would remain.
pub(super) fn bare(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'').map(fold);
    let kept: String = words.filter(|word| !KINDS.contains(&word.as_str())).collect();
    if kept.is_empty() { fold(text) } else { kept }
}

/// Whether a postal code begins as the pattern says. No pattern, no objection.
fn begins(pattern: &str, code: &str) -> bool {
    pattern.is_empty() || Regex::new(&format!("^(?:{pattern})")).is_ok_and(|pattern| pattern.is_match(code))
}

/// The reason why a known region and a valid postal code don't belong together.
pub(super) fn postal_code_elsewhere(
    rules: &CountryRules,
    region: &Subdivision,
    code: &str,
) -> Option<Refusal> {
    if begins(&region.postal, code) {
        return None;
    }
    let right = rules.subdivisions.iter().find(|one| !one.postal.is_empty() && begins(&one.postal, code));
    let refusal =
        Refusal::new(Code::AddressRegionPostalCode).on("region").with("region", region.name.as_str());
    Some(match right {
        Some(right) => refusal.suggest(rules.region_id(right)),
        None => refusal.on("postal_code"),
    })
}

/// The reason why a city isn't in the region, or its postal codes are others.
pub(super) fn city_elsewhere(
    rules: &CountryRules,
    region: &Subdivision,
    city: &str,
    code: &str,
) -> Option<Refusal> {
    if let Some(found) = region.city(city) {
        let disagree = !code.is_empty() && !begins(&found.postal, code);
        return disagree
            .then(|| Refusal::new(Code::AddressCityPostalCode).on("postal_code").with("city", city));
    }
    if region.cities.is_empty() || region.names().any(|name| bare(name) == bare(city)) {
        return None;
    }
    let right = rules.subdivisions.iter().find(|one| one.city(city).is_some())?;
    // A postal code of this region outweighs a namesake of the city elsewhere.
    if !region.postal.is_empty() && !code.is_empty() && begins(&region.postal, code) {
        return None;
    }
    let refusal = Refusal::new(Code::AddressCityRegion).on("city").with("city", city);
    Some(refusal.with("region", region.name.as_str()).suggest(right.name.as_str()))
}
