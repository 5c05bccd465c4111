//! What the template shows: which fields, in which order, called what.

use model::eligibility::address::{self, CountryRules, Field};
use model::eligibility::registration;
use model::eligibility::western::is_western;
use unicode_normalization::UnicodeNormalization as _;

use super::{PROPOSED, WESTERN};
use crate::web::forms::Fields;
use crate::web::locale::Locale;

/// A field of the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressField {
    pub name: String,
    pub label: String,
    pub hint: String,
    pub autocomplete: String,
    pub optional: bool,
    /// Pairs of value and text where one is picked from a list.
    pub options: Vec<(String, String)>,
}

impl AddressField {
    /// Pairs of value and text where one is picked from a list.
    #[must_use]
    pub fn choices(&self) -> &[(String, String)] {
        &self.options
    }
}

/// The form of an organisation in one country.
#[derive(Clone, Debug)]
pub struct OrganisationForm {
    /// Where the whole form is sent, and the start of the paths of its live checks.
    pub action: String,
    /// Codes and names, by name; the first pair asks to choose.
    pub countries: Vec<(String, String)>,
    /// The address below the country, a row of one or more fields each.
    pub rows: Vec<Vec<AddressField>>,
    pub registration_label: String,
    pub registration_hint: String,
    pub registration_optional: bool,
    /// Western forms were proposed and wait for a word.
    pub proposed: bool,
    western: Vec<&'static str>,
}

impl OrganisationForm {
    /// Whether the page asks for this Western form, such as `city_western`.
    #[must_use]
    pub fn asks(&self, western: &str) -> bool {
        self.western.contains(&western)
    }

    /// Where the live check of a field is.
    #[must_use]
    pub fn live(&self, field: &str) -> String {
        format!("{}/check/{field}", self.action)
    }
}

/// The form as it is filled in, to be sent to `action`.
#[must_use]
pub fn view(l: &Locale, fields: &Fields, action: &str) -> OrganisationForm {
    let country = fields.value("country").trim().to_ascii_uppercase();
    let western =
        WESTERN.into_iter().filter(|(of, ..)| !is_western(fields.value(of))).map(|(_, name, _)| name);
    let label = registration::labels(&country);
    let sample = registration::kinds(&country).first().map(|kind| kind.sample);
    OrganisationForm {
        action: action.to_owned(),
        countries: countries(l),
        rows: rows(l, address::rules(&country)),
        registration_label: label.map_or_else(
            || l.t("organisation-registration"),
            |labels| l.a("organisation-registration-of", &[("labels", labels)]),
        ),
        registration_hint: sample
            .map_or_else(String::new, |sample| l.a("organisation-example", &[("example", sample)])),
        registration_optional: !registration::is_required(&country),
        proposed: fields.has(PROPOSED),
        western: western.collect(),
    }
}

fn countries(l: &Locale) -> Vec<(String, String)> {
    let mut all: Vec<_> = address::countries().map(|code| (code.to_owned(), l.country(code))).collect();
    // Åland stands among the names with A.
    all.sort_by_cached_key(|(_, name)| name.nfd().filter(char::is_ascii).collect::<String>().to_lowercase());
    all.insert(0, (String::new(), l.t("organisation-country-choose")));
    all
}

/// Rows in the country's own order; where no country is chosen, those that most have.
fn rows(l: &Locale, rules: Option<&CountryRules>) -> Vec<Vec<AddressField>> {
    let order =
        rules.map_or_else(|| vec![Field::AddressLines, Field::PostalCode, Field::City], CountryRules::fields);
    let mut rows: Vec<Vec<AddressField>> = Vec::new();
    let mut beside = false;
    // A suburb is written as one of the address lines.
    for field in order.into_iter().filter(|field| *field != Field::Suburb) {
        let view = address_field(l, rules, field);
        let wide = field == Field::AddressLines;
        match rows.last_mut() {
            Some(row) if beside && !wide => row.push(view),
            _ => rows.push(vec![view]),
        }
        beside = !wide;
    }
    rows
}

fn address_field(l: &Locale, rules: Option<&CountryRules>, field: Field) -> AddressField {
    let label = rules.map_or("", |rules| rules.label(field));
    let (text, autocomplete) = match field {
        Field::AddressLines | Field::Suburb => (l.t("organisation-street"), "street-address"),
        Field::City => (city(l, label), "address-level2"),
        Field::Region => (region(l, label), "address-level1"),
        Field::PostalCode => (postal_code(l, label), "postal-code"),
    };
    let example = rules.filter(|_| field == Field::PostalCode).and_then(CountryRules::postal_example);
    AddressField {
        name: field.name().to_owned(),
        label: text,
        hint: match (field, example) {
            (Field::AddressLines, _) => l.t("organisation-street-hint"),
            (_, Some(example)) => l.a("organisation-example", &[("example", example)]),
            _ => String::new(),
        },
        autocomplete: autocomplete.to_owned(),
        optional: rules.is_some_and(|rules| !rules.requires(field)),
        options: if field == Field::Region { regions(l, rules) } else { Vec::new() },
    }
}

/// Ids and names of a country's regions; none where any text will do.
fn regions(l: &Locale, rules: Option<&CountryRules>) -> Vec<(String, String)> {
    let Some(rules) = rules.filter(|rules| !rules.subdivisions.is_empty()) else { return Vec::new() };
    let named = rules.subdivisions.iter().map(|one| {
        let name = if one.name.is_empty() { &one.key } else { &one.name };
        let latin = !one.latin.is_empty() && one.latin != *name;
        (rules.region_id(one), if latin { format!("{name} ({})", one.latin) } else { name.clone() })
    });
    std::iter::once((String::new(), l.t("organisation-region-choose"))).chain(named).collect()
}

fn city(l: &Locale, label: &str) -> String {
    match label {
        "district" => l.t("organisation-district"),
        "post_town" => l.t("organisation-post-town"),
        "suburb" => l.t("organisation-suburb"),
        _ => l.t("organisation-city"),
    }
}

fn region(l: &Locale, label: &str) -> String {
    match label {
        "state" => l.t("organisation-state"),
        "island" => l.t("organisation-island"),
        "department" => l.t("organisation-department"),
        "parish" => l.t("organisation-parish"),
        "county" => l.t("organisation-county"),
        "oblast" => l.t("organisation-oblast"),
        "emirate" => l.t("organisation-emirate"),
        "area" => l.t("organisation-area"),
        "prefecture" => l.t("organisation-prefecture"),
        "do_si" => l.t("organisation-do-si"),
        "district" => l.t("organisation-district"),
        _ => l.t("organisation-province"),
    }
}

fn postal_code(l: &Locale, label: &str) -> String {
    match label {
        "zip" => l.t("organisation-zip-code"),
        "eircode" => l.t("organisation-eircode"),
        "pin" => l.t("organisation-pin-code"),
        _ => l.t("organisation-postal-code"),
    }
}
