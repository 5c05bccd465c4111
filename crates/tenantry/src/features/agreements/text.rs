//! The format of agreement files: `= Title`, `# Heading`, paragraphs with an empty line between. No markup inside.

use aws_lc_rs::digest::{SHA256, digest};

/// A text that can be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The day from which it is in force, `YYYY-MM-DD`.
    pub version: String,
    /// The tag of the language that it is written in.
    pub language: String,
    /// ISO 3166-1 alpha-2, or empty for a text that serves every country without one of its own.
    pub country: String,
    pub title: String,
    pub sections: Vec<Section>,
    /// SHA-256 of [`Agreement::text`], in lower-case hexadecimal.
    pub hash: String,
}

/// A numbered section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// With its number: `1. Who agrees with whom`.
    pub heading: String,
    pub paragraphs: Vec<String>,
}

impl Agreement {
    /// Reads a file's text. `names` are the placeholders, such as `{operator}`, with what stands in their place.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(
        text: &str,
        (version, language, country): (&str, &str, &str),
        names: &[(&str, &str)],
    ) -> Result<Self, String> {
        let mut text = text.to_owned();
        for (name, value) in names {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        if let Some(start) = text.find('{') {
            let rest: String = text[start..].chars().take(20).collect();
            return Err(format!("there is no placeholder like `{rest}`"));
        }
        let (title, sections) = blocks(&text)?;
        let mut agreement = Self {
            version: version.to_owned(),
            language: language.to_owned(),
            country: country.to_owned(),
            title,
            sections,
            hash: String::new(),
        };
        agreement.hash = hash(&agreement.text());
        Ok(agreement)
    }

    /// The whole text as it is hashed, kept and mailed: title, headings and paragraphs with an empty line between.
    #[must_use]
    pub fn text(&self) -> String {
        let sections = self.sections.iter().flat_map(|section| {
            std::iter::once(section.heading.as_str()).chain(section.paragraphs.iter().map(String::as_str))
        });
        std::iter::once(self.title.as_str()).chain(sections).collect::<Vec<_>>().join("\n\n")
    }
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn hash(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn blocks(text: &str) -> Result<(String, Vec<Section>), String> {
    let (mut title, mut sections, mut paragraph) = (None, Vec::<Section>::new(), Vec::new());
    // One empty line more ends the last paragraph.
    for (index, line) in text.lines().map(str::trim).chain([""]).enumerate() {
        let at = index + 1;
        let heading = line.strip_prefix("# ");
        if (line.is_empty() || heading.is_some()) && !paragraph.is_empty() {
            let section = sections.last_mut().ok_or(format!("line {at}: text before the first heading"))?;
            section.paragraphs.push(paragraph.join(" "));
            paragraph.clear();
        }
        if let Some(words) = line.strip_prefix("= ") {
            if title.replace(words.trim().to_owned()).is_some() {
                return Err(format!("line {at}: a second title"));
            }
        } else if let Some(words) = heading {
            let heading = format!("{}. {}", sections.len() + 1, words.trim());
            sections.push(Section { heading, paragraphs: Vec::new() });
        } else if !line.is_empty() {
            paragraph.push(line);
        }
    }
    let title = title.ok_or("there is no title: a line that starts with `= `")?;
    if sections.is_empty() {
        return Err("there is no section: a line that starts with `# `".into());
    }
    Ok((title, sections))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str =
        "= Title\n\n# One\nA first line\nand a second of {operator}.\n\nAnother.\n# Two\nLast.\n";

    fn parse(text: &str) -> Result<Agreement, String> {
        Agreement::parse(text, ("2026-11-01", "en", ""), &[("operator", "Contoso")])
    }

    #[test]
    fn sections_are_numbered_and_lines_joined() {
        let agreement = parse(FILE).unwrap();
        assert_eq!(
            agreement.text(),
            "Title\n\n1. One\n\nA first line and a second of Contoso.\n\nAnother.\n\n2. Two\n\nLast."
        );
        // By another program.
        assert_eq!(agreement.hash, "a10fea0a589e834a2226ca75fa580dc6c0712020b97e2ca39f07af091ff16ecc");
    }

    #[test]
    fn the_hash_is_of_the_words_and_not_of_the_line_breaks() {
        let other = FILE.replace("line\nand", "line and").replace('\n', "\r\n");
        assert_eq!(parse(&other).unwrap().hash, parse(FILE).unwrap().hash);
        assert_ne!(parse(&FILE.replace("Last", "Least")).unwrap().hash, parse(FILE).unwrap().hash);
    }

    #[test]
    fn a_text_that_cannot_be_read_is_refused() {
        for (text, why) in [
            ("# One\nText", "no title"),
            ("= Title", "no section"),
            ("= Title\nText\n# One", "before the first heading"),
            ("= A\n= B\n# One\nText", "second title"),
            ("= A\n# One\n{nobody}", "no placeholder"),
        ] {
            assert!(parse(text).unwrap_err().contains(why), "{text}");
        }
    }
}
