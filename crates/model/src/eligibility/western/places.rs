//! Names that places are known by abroad.

use super::keys::key;
use super::sorted::Sorted;

static PLACES: Sorted = Sorted(include_str!("../../../data/western/places.tsv"));

/// Words for the kind of place that may follow its name without belonging to it.
const KINDS: [&str; 14] =
    ["市", "縣", "县", "県", "省", "시", "군", "도", "광역시", "특별시", "city", "город", "г", "м"];

/// The Western names of the place that the whole text names: in the country first, then the best known ones.
pub(super) fn find(text: &str, country: Option<&str>) -> Vec<String> {
    let whole = key(text);
    let named = PLACES.get(&whole).or_else(|| {
        let end = KINDS.iter().filter_map(|kind| whole.strip_suffix(kind));
        end.filter(|name| name.chars().count() > 1).find_map(|name| PLACES.get(name))
    });
    let Some(named) = named else { return Vec::new() };
    let mut names: Vec<(&str, &str)> = named.split('|').filter_map(|one| one.split_once(':')).collect();
    names.sort_by_key(|(place, _)| Some(*place) != country);
    names.into_iter().map(|(_, name)| name.to_owned()).take(2).collect()
}

/// The name of a place within a longer text, only if it lies in one of the countries. Takes a folded key.
pub(super) fn within(folded: &str, countries: &[&str]) -> Option<&'static str> {
    let named = PLACES.get(folded)?;
    named
        .split('|')
        .filter_map(|one| one.split_once(':'))
        .find(|(place, _)| countries.contains(place))
        .map(|(_, name)| name)
}
