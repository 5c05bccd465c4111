//! The texts that the service has: the built-in ones, or the operator's in their place.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::text::Agreement;
use crate::config::Config;

#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../agreements"]
struct Files;

/// The agreement that every organisation accepts.
const WORK_ACCOUNT: &str = "work-account";

/// The language of last resort.
const FALLBACK: &str = "en";

/// Why the texts can't be used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    #[error("agreements: {0}: {1}")]
    File(String, String),
    #[error("agreements: there is no {WORK_ACCOUNT}/<YYYY-MM-DD>/{FALLBACK}.txt")]
    NoFallback,
}

/// The version of the work-account agreement in force, by language and country.
#[derive(Clone)]
pub struct Library {
    by_language: Arc<BTreeMap<String, Arc<Agreement>>>,
    fallback: Arc<Agreement>,
}

impl Library {
    /// Reads the texts; the latest version is the one in force.
    ///
    /// # Errors
    /// When a file can't be read or understood, or there is no English text.
    pub fn open(config: &Config) -> Result<Self, LibraryError> {
        let folder = config.agreements.folder.as_str();
        let files = if folder.is_empty() { embedded() } else { from_folder(Path::new(folder))? };
        Self::from_files(&files, config)
    }

    fn from_files(files: &BTreeMap<String, String>, config: &Config) -> Result<Self, LibraryError> {
        let operator = match config.agreements.operator.as_str() {
            "" => &config.product.name,
            named => named,
        };
        let support = match config.product.support.as_str() {
            "" => &config.server.public_url,
            named => named,
        };
        let names = [("operator", operator), ("product", config.product.name.as_str()), ("support", support)];
        let mut versions: BTreeMap<String, BTreeMap<String, Arc<Agreement>>> = BTreeMap::new();
        for (path, text) in files {
            let refused = |why: &str| LibraryError::File(path.clone(), why.to_owned());
            let mut parts = path.split('/');
            let (Some(WORK_ACCOUNT), Some(version), Some(file), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                return Err(refused("isn't named work-account/<YYYY-MM-DD>/<language>.txt"));
            };
            if version.parse::<jiff::civil::Date>().is_err() || version.len() != 10 {
                return Err(refused("the version isn't a date like 2026-11-01"));
            }
            let tag = file.trim_end_matches(".txt");
            let (language, country) = tag.split_once('-').unwrap_or((tag, ""));
            let agreement =
                Agreement::parse(text, (version, language, country), &names).map_err(|why| refused(&why))?;
            versions.entry(version.to_owned()).or_default().insert(tag.to_owned(), Arc::new(agreement));
        }
        let (_, by_language) = versions.pop_last().ok_or(LibraryError::NoFallback)?;
        let fallback = by_language.get(FALLBACK).cloned().ok_or(LibraryError::NoFallback)?;
        Ok(Self { by_language: Arc::new(by_language), fallback })
    }

    /// The text for a country (ISO 3166-1 alpha-2) in a language: the country's own first, then the language's, then
    /// the country's in English, then English.
    #[must_use]
    pub fn find(&self, country: &str, language: &str) -> Arc<Agreement> {
        let language = language.split('-').next().unwrap_or(FALLBACK);
        let tags = [format!("{language}-{country}"), language.to_owned(), format!("{FALLBACK}-{country}")];
        tags.iter().find_map(|tag| self.by_language.get(tag)).unwrap_or(&self.fallback).clone()
    }
}

fn embedded() -> BTreeMap<String, String> {
    let read = |path: std::borrow::Cow<'static, str>| {
        let file = Files::get(&path)?;
        Some((path.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    };
    Files::iter().filter(|path| path.ends_with(".txt")).filter_map(read).collect()
}

fn from_folder(folder: &Path) -> Result<BTreeMap<String, String>, LibraryError> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(inside) = folders.pop() {
        let failed = |path: &Path, error: std::io::Error| {
            LibraryError::File(path.display().to_string(), error.to_string())
        };
        for entry in std::fs::read_dir(&inside).map_err(|error| failed(&inside, error))? {
            let path = entry.map_err(|error| failed(&inside, error))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "txt") {
                let text = std::fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                files.insert(name, text);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::load(None, []).unwrap()
    }

    fn library(files: &[(&str, &str)]) -> Result<Library, LibraryError> {
        let files = files
            .iter()
            .map(|(path, title)| ((*path).to_owned(), format!("= {title}\n# One\nText")))
            .collect();
        Library::from_files(&files, &config())
    }

    #[test]
    fn the_built_in_texts_name_the_operator_and_keep_their_hash() {
        let library = Library::open(&config()).unwrap();
        let agreement = library.find("GR", "el");
        assert_eq!((agreement.language.as_str(), agreement.version.as_str()), ("en", "2026-11-01"));
        assert!(agreement.sections.len() > 8 && !agreement.text().contains('{'));
        assert_eq!(agreement.hash, "059c9162b2676a6db1181c94c574ed3f41ce27c38e17ca23f0786ef01c526cec");
    }

    #[test]
    fn the_nearest_text_of_the_latest_version_is_found() {
        let library = library(&[
            ("work-account/2025-01-01/fr.txt", "old"),
            ("work-account/2026-01-01/en.txt", "en"),
            ("work-account/2026-01-01/en-US.txt", "en-US"),
            ("work-account/2026-01-01/de.txt", "de"),
            ("work-account/2026-01-01/de-AT.txt", "de-AT"),
        ])
        .unwrap();
        for (country, language, title) in [
            ("AT", "de", "de-AT"),
            ("DE", "de-DE", "de"),
            ("US", "fr", "en-US"),
            ("US", "de", "de"),
            ("GB", "en", "en"),
            ("FR", "fr", "en"),
        ] {
            assert_eq!(library.find(country, language).title, title, "{language} in {country}");
        }
    }

    #[test]
    fn files_that_say_too_little_stop_the_start() {
        for files in [
            &[("work-account/2026-01-01/de.txt", "de")][..],
            &[("work-account/latest/en.txt", "en")],
            &[("other/2026-01-01/en.txt", "en")],
            &[],
        ] {
            assert!(library(files).is_err());
        }
    }
}
