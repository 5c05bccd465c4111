use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::refusal::Code;

fn address(country: &str, postal_code: &str, region: &str, city: &str) -> AddressInput {
    AddressInput {
        country: country.into(),
        address_lines: vec!["Main Street 1".into()],
        city: city.into(),
        region: region.into(),
        postal_code: postal_code.into(),
        ..AddressInput::default()
    }
}

fn codes(verdict: &AddressVerdict) -> Vec<(Code, Option<&'static str>)> {
    verdict.refusals.iter().map(|refusal| (refusal.code, refusal.field)).collect()
}

#[test]
fn every_country_has_rules_that_hold_their_own_examples() {
    assert!(countries().count() >= 249);
    for code in countries() {
        let rules = rules(code).unwrap_or_else(|| panic!("{code}"));
        assert_eq!(rules.code, code);
        assert!(rules.fields().contains(&Field::AddressLines), "{code}");
        for example in &rules.examples {
            assert!(rules.is_postal_code(example), "{code} {example}");
        }
        for region in &rules.subdivisions {
            assert_eq!(
                rules.subdivision(&rules.region_id(region)).map(|one| &one.key),
                Some(&region.key),
                "{code}"
            );
        }
    }
}

#[test]
fn postal_codes_take_the_usual_writing() {
    let cases = [
        ("GB", "ec1a1bb", "EC1A 1BB"),
        ("NL", "2511cv", "2511 CV"),
        ("SE", "11455", "114 55"),
        ("JP", "1000001", "100-0001"),
        ("PL", "00950", "00-950"),
        ("BR", "01310100", "01310-100"),
        ("LV", "1010", "LV-1010"),
        ("AD", "700", "AD700"),
        ("DE", "D-10115", "10115"),
        ("PT", "1000 205", "1000-205"),
        ("JP", "〒１００－０００１", "100-0001"),
        ("US", "941031234", "94103-1234"),
        ("IE", "d02 x285", "D02 X285"),
        ("GB", "BFPO 61", "BFPO 61"),
    ];
    for (country, typed, expected) in cases {
        let verdict = check(&address(country, typed, "", "Town"));
        assert_eq!(verdict.normalised.postal_code, expected, "{country}");
        assert!(
            verdict.refusals.iter().all(|refusal| refusal.field != Some("postal_code")),
            "{country} {typed}"
        );
    }
}

#[test]
fn a_look_alike_in_a_postal_code_is_suggested_not_taken() {
    for (country, typed, meant) in
        [("GB", "SW1A OAA", "SW1A 0AA"), ("DE", "1O115", "10115"), ("CA", "K1A OB1", "K1A 0B1")]
    {
        let verdict = check(&address(country, typed, "", "Town"));
        let refusal =
            verdict.refusals.iter().find(|refusal| refusal.code == Code::AddressPostalCodeInvalid).unwrap();
        assert_eq!(refusal.suggestion.as_deref(), Some(meant));
    }
}

#[test]
fn wrong_postal_codes_are_refused() {
    for (country, typed) in
        [("DE", "1011"), ("US", "9410"), ("GB", "ZZ1 1ZZ"), ("CA", "D1A 0B1"), ("CH", "80011")]
    {
        let verdict = check(&address(country, typed, "", "Town"));
        assert!(
            codes(&verdict).contains(&(Code::AddressPostalCodeInvalid, Some("postal_code"))),
            "{country} {typed}"
        );
    }
}

#[test]
fn regions_are_known_by_id_key_and_name() {
    for (country, typed, id) in [
        ("US", "california", "US-CA"),
        ("US", "CA", "US-CA"),
        ("CA", "Québec", "CA-QC"),
        ("JP", "東京都", "JP-13"),
        ("JP", "Osaka", "JP-27"),
        ("IN", "Karnataka", "IN-KA"),
        ("DE", "Bayern", "DE-BY"),
        ("BR", "São Paulo", "BR-SP"),
    ] {
        assert_eq!(check(&address(country, "", typed, "Town")).normalised.region, id);
    }
    let verdict = check(&address("US", "10001", "Atlantis", "New York"));
    assert_eq!(codes(&verdict), [(Code::AddressRegionUnknown, Some("region"))]);
}

#[test]
fn region_and_postal_code_agree() {
    assert!(check(&address("US", "10001", "NY", "New York")).valid);
    let verdict = check(&address("US", "10001", "CA", "New York"));
    assert_eq!(codes(&verdict), [(Code::AddressRegionPostalCode, Some("region"))]);
    assert_eq!(verdict.refusals[0].suggestion.as_deref(), Some("US-NY"));
}

#[test]
fn region_and_city_agree() {
    assert!(check(&address("BR", "80010-000", "PR", "Curitiba")).valid);
    let verdict = check(&address("BR", "", "SP", "Curitiba"));
    assert!(codes(&verdict).contains(&(Code::AddressCityRegion, Some("city"))));
}

#[test]
fn what_is_missing_is_named_by_field() {
    let verdict = check(&AddressInput { country: "us".into(), ..AddressInput::default() });
    let fields: Vec<_> = verdict.refusals.iter().filter_map(|refusal| refusal.field).collect();
    assert_eq!(fields, ["address_lines", "city", "region", "postal_code"]);
    assert_eq!(codes(&check(&AddressInput::default())), [(Code::AddressCountryUnknown, Some("country"))]);
    assert!(check(&address("AG", "", "", "St. John's")).valid);
}

#[test]
fn labels_follow_the_local_order() {
    let mut input = address("US", "94103", "US-CA", "San Francisco");
    assert_eq!(
        format(&input, "Contoso", Order::Local),
        ["Contoso", "Main Street 1", "San Francisco, CA 94103"]
    );
    input = address("DE", "10115", "", "Berlin");
    assert_eq!(format(&input, "", Order::Local), ["Main Street 1", "10115 Berlin"]);
    input = address("JP", "100-0001", "JP-13", "");
    assert_eq!(format(&input, "", Order::Local), ["〒100-0001", "東京都", "Main Street 1"]);
    assert_eq!(format(&input, "", Order::Latin), ["Main Street 1, Tokyo", "100-0001"]);
}

#[test]
fn fields_that_are_not_western_get_a_proposal() {
    let mut input = address("GR", "105 57", "", "Αθήνα");
    input.address_lines = vec!["Ερμού 15".into()];
    let verdict = check(&input);
    assert!(verdict.valid);
    let proposals: Vec<_> =
        verdict.western.iter().map(|one| (one.field, one.proposal.western.as_str())).collect();
    assert_eq!(proposals, [("address_lines", "Ermou 15"), ("city", "Athens")]);
}

#[test]
fn oversized_fields_are_refused_and_not_worked_on() {
    let verdict = check(&address("JP", &"1".repeat(1_000_000), "東".repeat(300_000).as_str(), "x"));
    assert!(codes(&verdict).iter().all(|(code, _)| *code == Code::FieldTooLong));
    assert!(verdict.western.is_empty());
}

proptest! {
    #[test]
    fn a_normalised_address_stays_as_it_is(
        at in 0..249_usize, postal_code in "\\PC{0,10}|[0-9A-Z -]{3,9}", region in "\\PC{0,8}|[A-Z]{2}", city in "\\PC{0,8}",
    ) {
        let country = countries().nth(at).unwrap_or("US");
        let once = check(&address(country, &postal_code, &region, &city));
        let twice = check(&once.normalised);
        prop_assert_eq!(&once.normalised, &twice.normalised);
        prop_assert_eq!(once.valid, twice.valid);
    }

    #[test]
    fn real_codes_survive_any_spacing(at in 0..249_usize, pick in any::<prop::sample::Index>()) {
        let rules = rules(countries().nth(at).unwrap_or("US")).unwrap();
        prop_assume!(!rules.examples.is_empty());
        let example = pick.get(&rules.examples);
        let squeezed = example.to_lowercase().replace(' ', "");
        let verdict = check(&address(&rules.code, &squeezed, "", "Town"));
        prop_assert!(verdict.refusals.iter().all(|refusal| refusal.field != Some("postal_code")), "{} {}", rules.code, example);
    }
}

/// The labelled file beside the repository: which share of its rows gets the expected verdict.
#[test]
fn labelled_addresses_get_the_expected_verdict() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/address_checks_dev.csv");
    let Ok(data) = std::fs::read_to_string(&file) else {
        println!("notice: {} is absent; its rows aren't tested", file.display());
        return;
    };
    let (mut good, mut all) = (0, 0);
    for row in data.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let verdict = check(&address(cells[1], cells[2], cells[3], cells[4]));
        let on = |field| verdict.refusals.iter().any(|refusal| refusal.field == Some(field));
        good += usize::from(match cells[5] {
            "valid" | "valid_after_normalisation" => !on("postal_code"),
            "region_exists" => !on("region"),
            "invalid" => on("postal_code"),
            "invalid_region" => on("postal_code") || on("region"),
            _ => on("region"),
        });
        all += 1;
    }
    assert!(good * 100 >= all * 98, "{good} of {all}");
}
