use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::audit::{Activity, Category, SignInResult};
use model::eligibility::address::countries;
use model::refusal::Code;

use super::*;

fn english() -> Locale {
    Locales::embedded().unwrap().english()
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found
}

/// Every quoted word of templates and code, and those that are handed to `l.t` or `l.a`.
fn words() -> (BTreeSet<String>, BTreeSet<(String, String)>) {
    let (mut quoted, mut asked) = (BTreeSet::new(), BTreeSet::new());
    for path in [files("../../templates", ".html"), files("src", ".rs")].concat() {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let text = code.collect::<Vec<_>>().join("\n");
        quoted.extend(text.split('"').map(str::to_owned));
        for call in ["l.t(\"", "l.a(\"", "locale.t(\"", "locale.a(\""] {
            let keys = text.split(call).skip(1).filter_map(|rest| rest.split('"').next());
            asked.extend(keys.map(|key| (key.to_owned(), path.display().to_string())));
        }
    }
    (quoted, asked)
}

fn keys() -> Vec<(String, String)> {
    files("../../locales/en", ".ftl")
        .into_iter()
        .flat_map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let named = path.file_name().unwrap().to_string_lossy().into_owned();
            let starts = |line: &str| line.starts_with(|first: char| first.is_ascii_alphabetic());
            let keys: Vec<_> = text.lines().filter(|line| starts(line)).map(str::to_owned).collect();
            keys.into_iter().filter_map(move |line| {
                line.split_once('=').map(|(key, _)| (key.trim().to_owned(), named.clone()))
            })
        })
        .collect()
}

#[test]
fn every_key_that_is_asked_for_has_its_text() {
    let l = english();
    let (_, asked) = words();
    let missing: Vec<_> =
        asked.iter().filter(|(key, _)| l.format(key, None, &FluentArgs::new()).is_none()).collect();
    assert!(missing.is_empty(), "no text in locales/en: {missing:#?}");
}

#[test]
fn every_field_has_its_label() {
    let l = english();
    let mut unlabelled = Vec::new();
    for path in files("../../templates", ".html") {
        let text = std::fs::read_to_string(&path).unwrap();
        for call in text.split("form::").skip(1).map(|rest| rest.split('}').next().unwrap_or_default()) {
            let own = ["text(", "password(", "code(", "textarea(", "select(", "checkbox(", "choices("]
                .iter()
                .any(|piece| call.starts_with(piece));
            let name = call.split('"').nth(1).unwrap_or_default();
            if own && !call.contains("label =") && !call.contains("legend =") && !l.has_label(name) {
                unlabelled.push(format!("field-{name} of {}", path.display()));
            }
        }
    }
    assert!(unlabelled.is_empty(), "no text in locales/en/fields.ftl: {unlabelled:#?}");
}

#[test]
fn every_text_is_used() {
    let (quoted, _) = words();
    let codes: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let used = |key: &str| {
        let word = key.strip_prefix("field-").unwrap_or(key);
        let mail = key.strip_suffix("-subject").or_else(|| key.strip_suffix("-body"));
        let activity = key.strip_prefix("activity-").is_some_and(|name| name.parse::<Activity>().is_ok());
        let category = key.strip_prefix("activity-category-");
        let category = category.is_some_and(|name| Category::ALL.iter().any(|known| known.as_str() == name));
        let result =
            key.strip_prefix("sign-in-result-").is_some_and(|name| SignInResult::named(name).is_some());
        let country = key.strip_prefix("country-").is_some_and(|code| countries().any(|known| known == code));
        quoted.contains(word)
            || codes.contains(key)
            || activity
            || category
            || result
            || country
            || mail.is_some_and(|mail| quoted.contains(mail))
    };
    let unused: Vec<_> = keys().into_iter().filter(|(key, _)| !used(key)).collect();
    assert!(unused.is_empty(), "asked for by no template and no code: {unused:#?}");
}

#[test]
fn every_refusal_has_reason_and_remedy() {
    let l = english();
    let told: Vec<_> = Code::ALL.iter().map(|code| l.refusal(&Refusal::new(*code))).collect();
    let silent: Vec<_> = told
        .iter()
        .filter(|told| told.reason == told.code || told.remedy.is_empty())
        .map(|told| told.code)
        .collect();
    assert!(silent.is_empty(), "no reason or no remedy in locales/en/refusals.ftl: {silent:?}");
}

#[test]
fn no_sentence_ends_with_a_name_that_may_end_in_a_full_stop() {
    for path in files("../../locales/en", ".ftl") {
        let text = std::fs::read_to_string(&path).unwrap();
        for name in ["organisation", "organization", "product", "who"] {
            let ending = format!("{{ ${name} }}.");
            let line = text.lines().find(|line| line.contains(&ending));
            assert!(line.is_none(), "{}: \"Contoso Inc..\" comes of {line:?}", path.display());
        }
    }
}

#[test]
fn every_activity_has_its_words() {
    let l = english();
    let silent: Vec<_> = Activity::ALL
        .iter()
        .map(|activity| format!("activity-{}", activity.as_str()))
        .filter(|key| l.message(key, &[]) == *key)
        .collect();
    assert!(silent.is_empty(), "no text in locales/en/activity.ftl: {silent:?}");
}

#[test]
fn every_language_is_complete_fluent() {
    let locales = Locales::embedded().unwrap();
    assert!(locales.languages.contains_key("en"));
    for path in files("../../locales", ".ftl") {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(FluentResource::try_new(text).is_ok(), "{}", path.display());
    }
}

#[test]
fn a_broken_file_and_a_message_defined_twice_are_refused() {
    let mut bundle = empty_bundle("en").unwrap();
    assert!(matches!(add(&mut bundle, "en/a.ftl", "key = {"), Err(LocaleError::Syntax { .. })));
    add(&mut bundle, "en/a.ftl", "key = one").unwrap();
    assert!(matches!(add(&mut bundle, "en/b.ftl", "key = two"), Err(LocaleError::Twice { .. })));
}

#[test]
fn values_and_plurals_are_filled_in_without_isolation_marks() {
    let l = english();
    assert_eq!(l.a("layout-account-of", &[("name", "Ana")]), "Account of Ana");
    assert_eq!(l.a("summary-title", &[("count", 1)]), "One thing needs your attention.");
    assert_eq!(l.a("summary-title", &[("count", "2")]), "2 things need your attention.");
    let told = l.refusal(&Refusal::new(Code::FieldTooLong).with("max", "20"));
    assert_eq!(told.remedy, "Shorten it to 20 characters.");
}

#[test]
fn the_language_comes_from_the_choice_then_from_the_browser() {
    let locales = Locales::embedded().unwrap();
    assert_eq!(locales.choose(Some("xx"), Some("fr;q=0.9, en-GB, *;q=0.1")).lang(), "en");
    assert_eq!(ranked("de;q=0.5, fr, en;q=0.8, it;q=0").collect::<Vec<_>>(), ["fr", "en", "de"]);
    assert_eq!(locales.choose(None, Some(";;;,q=,\u{0}")).dir(), "ltr");
}

#[test]
fn a_moment_reads_in_utc_and_is_exact_for_machines() {
    let moment: jiff::Timestamp = "2026-11-21T09:05:07Z".parse().unwrap();
    let time = english().time(&moment);
    assert_eq!(time.text(), "21 November 2026, 09:05 UTC");
    assert!(time.to_string().starts_with(r#"<time datetime="2026-11-21T09:05:07Z" data-local="time">"#));
    assert_eq!(english().date(&moment).text(), "21 November 2026");
}

#[test]
fn every_country_has_its_name() {
    let l = english();
    let nameless: Vec<_> = countries().filter(|code| l.country(code) == *code).collect();
    assert!(nameless.is_empty(), "no text in locales/en/countries.ftl: {nameless:?}");
}
