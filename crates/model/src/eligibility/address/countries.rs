//! The rules of each country: one JSON line a country, found by its code and parsed on first use.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use regex_lite::Regex;
use serde::{Deserialize, Serialize};

use super::regions::fold;

const DATA: &str = include_str!("../../../data/address/countries.jsonl");

/// Length of `{"code":"XX"`, behind which the rest of a line begins.
const CODE_AT: usize = r#"{"code":""#.len();

struct Entry {
    line: &'static str,
    rules: OnceLock<Option<CountryRules>>,
}

static INDEX: LazyLock<BTreeMap<&'static str, Entry>> = LazyLock::new(|| {
    let entry =
        |line: &'static str| Some((line.get(CODE_AT..CODE_AT + 2)?, Entry { line, rules: OnceLock::new() }));
    DATA.lines().filter_map(entry).collect()
});

/// What an address of one country consists of.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct CountryRules {
    /// ISO 3166-1 alpha-2, and XK for Kosovo.
    pub code: String,
    /// Local order, in the notation of libaddressinput (`%Z %C`).
    pub format: String,
    /// The order for Latin writing where it differs, else empty.
    pub latin_format: String,
    /// Letters of the required fields, as in the format.
    pub required: String,
    /// Letters of the fields that the country's post wants in capitals.
    pub upper: String,
    /// Regular expression of the whole postal code; empty where the country has none.
    pub postal: String,
    /// Real postal codes in the country's usual writing.
    pub examples: Vec<String>,
    /// Letters that senders abroad put before the code (`CH-8001`).
    pub signs: Vec<String>,
    /// What a region is called here: `state`, `province`, `prefecture`, `county` …
    pub region_label: String,
    /// What a city is called here: `city`, `post_town`, `district` …
    pub city_label: String,
    /// What a suburb is called here: `suburb`, `neighborhood`, `townland` …
    pub suburb_label: String,
    /// What a postal code is called here: `postal`, `zip`, `pin`, `eircode`.
    pub postal_label: String,
    /// The regions that addresses name; empty where addresses don't, or where any text will do.
    pub subdivisions: Vec<Subdivision>,
    /// Other regions of ISO 3166-2, which addresses don't name but registers do.
    pub iso_subdivisions: Vec<Subdivision>,
    #[serde(skip)]
    pattern: OnceLock<Option<Regex>>,
}

/// A region of a country.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Subdivision {
    /// What local addresses write.
    pub key: String,
    /// The second half of the ISO 3166-2 code; empty where ISO has none.
    pub iso: String,
    /// Name in the country's first language.
    pub name: String,
    /// Name in Latin letters where the name isn't.
    pub latin: String,
    /// Regular expression of how its postal codes begin; empty when unknown.
    pub postal: String,
    /// Other names it goes by.
    pub also: Vec<String>,
    /// Its cities; empty when the data doesn't list them.
    pub cities: Vec<City>,
}

/// A city of a region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct City {
    pub name: String,
    pub latin: String,
    /// Regular expression of how its postal codes begin; empty when unknown.
    pub postal: String,
}

/// A field of the address form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    AddressLines,
    Suburb,
    City,
    Region,
    PostalCode,
}

impl Field {
    const ALL: [Self; 5] = [Self::AddressLines, Self::Suburb, Self::City, Self::Region, Self::PostalCode];

    fn letter(self) -> char {
        match self {
            Self::AddressLines => 'A',
            Self::Suburb => 'D',
            Self::City => 'C',
            Self::Region => 'S',
            Self::PostalCode => 'Z',
        }
    }

    /// The name of the field in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AddressLines => "address_lines",
            Self::Suburb => "suburb",
            Self::City => "city",
            Self::Region => "region",
            Self::PostalCode => "postal_code",
        }
    }
}

impl CountryRules {
    /// The fields that an address here has, in local order.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let letters = self.format.split('%').filter_map(|part| part.chars().next());
        letters.filter_map(|letter| Field::ALL.into_iter().find(|field| field.letter() == letter)).collect()
    }

    #[must_use]
    pub fn requires(&self, field: Field) -> bool {
        self.required.contains(field.letter())
    }

    /// What the field is called here, as the key of its text.
    #[must_use]
    pub fn label(&self, field: Field) -> &str {
        match field {
            Field::AddressLines => "street",
            Field::Suburb => &self.suburb_label,
            Field::City => &self.city_label,
            Field::Region => &self.region_label,
            Field::PostalCode => &self.postal_label,
        }
    }

    /// A postal code in this country's writing.
    #[must_use]
    pub fn postal_example(&self) -> Option<&str> {
        self.examples.first().map(String::as_str)
    }

    /// The region that a text means: its id, key, or a name in any writing.
    #[must_use]
    pub fn subdivision(&self, text: &str) -> Option<&Subdivision> {
        let bare = self.without_country(text);
        let all = || self.subdivisions.iter().chain(&self.iso_subdivisions);
        all()
            .find(|one| one.key == bare || (!one.iso.is_empty() && one.iso.eq_ignore_ascii_case(bare)))
            .or_else(|| {
                let wanted = super::regions::bare(bare);
                all().find(|one| {
                    !wanted.is_empty() && one.names().any(|name| super::regions::bare(name) == wanted)
                })
            })
    }

    /// The text without the country's code before it: `CA` of `US-CA`.
    pub(super) fn without_country<'a>(&self, text: &'a str) -> &'a str {
        match text.split_once('-') {
            Some((start, rest)) if start.eq_ignore_ascii_case(&self.code) => rest,
            _ => text,
        }
    }

    /// How a region is kept: `US-CA`, or the local key where ISO has no code.
    #[must_use]
    pub fn region_id(&self, region: &Subdivision) -> String {
        if region.iso.is_empty() { region.key.clone() } else { format!("{}-{}", self.code, region.iso) }
    }

    /// Whether the whole text is a postal code as written here.
    #[must_use]
    pub fn is_postal_code(&self, text: &str) -> bool {
        let compile = || Regex::new(&format!("^(?:{})$", self.postal)).ok();
        self.pattern.get_or_init(compile).as_ref().is_some_and(|pattern| pattern.is_match(text))
    }
}

impl Subdivision {
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let own = [self.key.as_str(), &self.name, &self.latin];
        own.into_iter().chain(self.also.iter().map(String::as_str)).filter(|name| !name.is_empty())
    }

    /// The city of that name, in any writing.
    #[must_use]
    pub fn city(&self, text: &str) -> Option<&City> {
        let wanted = fold(text);
        self.cities.iter().find(|city| {
            fold(&city.name) == wanted || (!city.latin.is_empty() && fold(&city.latin) == wanted)
        })
    }
}

/// All countries, by ISO 3166-1 alpha-2 code, in the order of the codes.
pub fn countries() -> impl Iterator<Item = &'static str> {
    INDEX.keys().copied()
}

/// The rules of a country by its alpha-2 code in capitals.
#[must_use]
pub fn rules(country: &str) -> Option<&'static CountryRules> {
    let entry = INDEX.get(country)?;
    entry.rules.get_or_init(|| serde_json::from_str(entry.line).ok()).as_ref()
}
