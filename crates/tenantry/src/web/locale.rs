//! The words of the pages, from `locales/<language>/*.ftl`.
//!
//! [`Locales`] is read once when the service starts; a [`Locale`] is one language of it, cheap to clone, chosen from
//! the person's own choice or from `Accept-Language`. A message that a language lacks is shown in English.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use model::refusal::Refusal;
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

use super::time::Time;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../locales"]
struct Files;

/// The language of whoever's own isn't known or has no texts.
pub const FALLBACK: &str = "en";
const RIGHT_TO_LEFT: &[&str] = &["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"];

/// Why the text files can't be used.
#[derive(Debug, thiserror::Error)]
pub enum LocaleError {
    #[error("locales/{file} isn't valid Fluent: {reason}")]
    Syntax { file: String, reason: String },
    #[error("locales/{file} defines a message that another file has already: {reason}")]
    Twice { file: String, reason: String },
    #[error("locales/{0} doesn't name a language")]
    Language(String),
    #[error("locales/en is missing")]
    NoFallback,
}

struct Language {
    tag: String,
    bundle: FluentBundle<FluentResource>,
}

/// Every language of the service.
pub struct Locales {
    languages: BTreeMap<String, Arc<Language>>,
    fallback: Arc<Language>,
}

/// One language, to write a page in.
#[derive(Clone)]
pub struct Locale {
    language: Arc<Language>,
    fallback: Arc<Language>,
}

/// A refusal in the person's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The stable code, for the API and for tests.
    pub code: &'static str,
    pub reason: String,
    /// What to do instead.
    pub remedy: String,
    /// A value that would be accepted.
    pub suggestion: Option<String>,
}

impl Locales {
    /// Reads the files compiled into the binary.
    ///
    /// # Errors
    /// When a file isn't valid Fluent, or a message stands in two files of a language.
    pub fn embedded() -> Result<Self, LocaleError> {
        let mut bundles = BTreeMap::new();
        for path in Files::iter() {
            let Some((tag, _)) = path.split_once('/').filter(|_| path.ends_with(".ftl")) else { continue };
            let Some(file) = Files::get(&path) else { continue };
            if !bundles.contains_key(tag) {
                bundles.insert(tag.to_owned(), empty_bundle(tag)?);
            }
            if let Some(bundle) = bundles.get_mut(tag) {
                add(bundle, &path, &String::from_utf8_lossy(&file.data))?;
            }
        }
        let languages: BTreeMap<_, _> = bundles
            .into_iter()
            .map(|(tag, bundle)| (tag.clone(), Arc::new(Language { tag, bundle })))
            .collect();
        let fallback = languages.get(FALLBACK).cloned().ok_or(LocaleError::NoFallback)?;
        Ok(Self { languages, fallback })
    }

    /// The language that a person gets: their own choice where we have it, else the best of `Accept-Language`.
    #[must_use]
    pub fn choose(&self, choice: Option<&str>, accept_language: Option<&str>) -> Locale {
        let wanted = choice.into_iter().map(str::to_owned).chain(ranked(accept_language.unwrap_or_default()));
        let language = wanted
            .filter_map(|tag| {
                let tag = tag.to_ascii_lowercase();
                let primary = tag.split('-').next().unwrap_or_default();
                self.languages.get(&tag).or_else(|| self.languages.get(primary)).cloned()
            })
            .next();
        Locale {
            language: language.unwrap_or_else(|| Arc::clone(&self.fallback)),
            fallback: Arc::clone(&self.fallback),
        }
    }

    /// The language that everything is written in.
    #[must_use]
    pub fn english(&self) -> Locale {
        self.choose(None, None)
    }
}

impl Locale {
    /// The text of a message. A key that no language has is shown itself, so that the page still stands.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.format(key, None, &FluentArgs::new()).unwrap_or_else(|| key.to_owned())
    }

    /// The text of a message that names values. Whole numbers choose plural forms.
    #[must_use]
    pub fn a<V: Display, const N: usize>(&self, key: &str, values: &[(&str, V); N]) -> String {
        self.format(key, None, &arguments(values)).unwrap_or_else(|| key.to_owned())
    }

    /// The text of a message whose key is data, such as a mail's or an activity's.
    #[must_use]
    pub fn message(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.format(key, None, &arguments(values)).unwrap_or_else(|| key.to_owned())
    }

    /// The label of a form field, `field-<name>`: the same wherever the field appears, also in the error summary.
    #[must_use]
    pub fn label(&self, field: &str) -> String {
        self.t(&format!("field-{field}"))
    }

    /// Whether a field has a label of its own.
    #[must_use]
    pub fn has_label(&self, field: &str) -> bool {
        self.fallback.bundle.has_message(&format!("field-{field}"))
    }

    /// The name of a country by its ISO 3166-1 code; the code itself where it is unknown.
    #[must_use]
    pub fn country(&self, code: &str) -> String {
        let name = self.format(&format!("country-{code}"), None, &FluentArgs::new());
        name.unwrap_or_else(|| code.to_owned())
    }

    /// Reason and remedy of a refusal.
    #[must_use]
    pub fn refusal(&self, refusal: &Refusal) -> Told {
        let code = refusal.code.as_str();
        let mut values = arguments(&refusal.arguments);
        // What isn't allowed is named by its key, and told in words.
        if let Some((name, key)) = refusal.arguments.iter().find(|(name, _)| *name == "permission") {
            values.set(*name, self.t(&format!("permission-{key}")));
        }
        Told {
            code,
            reason: self.format(code, None, &values).unwrap_or_else(|| code.to_owned()),
            remedy: self.format(code, Some("remedy"), &values).unwrap_or_default(),
            suggestion: refusal.suggestion.clone(),
        }
    }

    /// Reason and remedy of each.
    #[must_use]
    pub fn refusals(&self, refusals: &[Refusal]) -> Vec<Told> {
        refusals.iter().map(|refusal| self.refusal(refusal)).collect()
    }

    /// A moment, as a `<time>` element: write it in a template as it is.
    #[must_use]
    pub fn time(&self, moment: &jiff::Timestamp) -> Time {
        Time::minute(self, *moment)
    }

    /// The day of a moment, for deadlines: a `<time>` element too.
    #[must_use]
    pub fn date(&self, moment: &jiff::Timestamp) -> Time {
        Time::day(self, *moment)
    }

    /// The BCP 47 tag for the `lang` attribute.
    #[must_use]
    pub fn lang(&self) -> &str {
        &self.language.tag
    }

    /// `ltr` or `rtl`.
    #[must_use]
    pub fn dir(&self) -> &'static str {
        let primary = self.language.tag.split('-').next().unwrap_or_default();
        if RIGHT_TO_LEFT.contains(&primary) { "rtl" } else { "ltr" }
    }

    fn format(&self, key: &str, attribute: Option<&str>, values: &FluentArgs<'_>) -> Option<String> {
        [&self.language, &self.fallback].into_iter().find_map(|language| {
            let message = language.bundle.get_message(key)?;
            let pattern = match attribute {
                Some(name) => message.get_attribute(name)?.value(),
                None => message.value()?,
            };
            let mut errors = Vec::new();
            let text = language.bundle.format_pattern(pattern, Some(values), &mut errors);
            if !errors.is_empty() {
                tracing::warn!(key, ?errors, "a message names a value that it wasn't given");
            }
            Some(text.into_owned())
        })
    }
}

impl std::fmt::Debug for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Locale").field(&self.language.tag).finish()
    }
}

fn empty_bundle(tag: &str) -> Result<FluentBundle<FluentResource>, LocaleError> {
    let id: LanguageIdentifier = tag.parse().map_err(|_| LocaleError::Language(tag.to_owned()))?;
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // The marks would end up in attributes and mails, where they show as boxes.
    bundle.set_use_isolating(false);
    Ok(bundle)
}

fn add(bundle: &mut FluentBundle<FluentResource>, file: &str, text: &str) -> Result<(), LocaleError> {
    let resource = FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| LocaleError::Syntax {
        file: file.to_owned(),
        reason: errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    })?;
    bundle.add_resource(resource).map_err(|errors| LocaleError::Twice {
        file: file.to_owned(),
        reason: errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    })
}

fn arguments<V: Display>(values: &[(&str, V)]) -> FluentArgs<'static> {
    let mut arguments = FluentArgs::new();
    for (name, value) in values {
        arguments.set((*name).to_owned(), fluent_value(value.to_string()));
    }
    arguments
}

/// A whole number in its plain writing counts; anything else, such as `007`, is text.
fn fluent_value(text: String) -> FluentValue<'static> {
    match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => FluentValue::from(number),
        _ => FluentValue::from(text),
    }
}

/// The tags of an `Accept-Language` header, best first.
fn ranked(header: &str) -> impl Iterator<Item = String> {
    let mut tags: Vec<(f32, String)> = header
        .split(',')
        .take(16)
        .filter_map(|part| {
            let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            let weight: f32 = weight.trim().parse().ok().filter(|w| *w > 0.0)?;
            Some((weight, tag.trim().to_owned()))
        })
        .collect();
    tags.sort_by(|left, right| right.0.total_cmp(&left.0));
    tags.into_iter().map(|(_, tag)| tag)
}

#[cfg(test)]
mod tests;
