//! Names with an @ or dots: where there is no room they break at those, not in the middle of a word.

use std::fmt;

use askama::filters::HtmlSafe;

/// Prints a user name, mailbox or domain name, escaped, with places to break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breaking(String);

impl Breaking {
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Breaking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            match char {
                '@' => f.write_str("@<wbr>")?,
                '.' => f.write_str("<wbr>.")?,
                '&' => f.write_str("&#38;")?,
                '<' => f.write_str("&#60;")?,
                '>' => f.write_str("&#62;")?,
                '"' => f.write_str("&#34;")?,
                '\'' => f.write_str("&#39;")?,
                other => write!(f, "{other}")?,
            }
        }
        Ok(())
    }
}

impl HtmlSafe for Breaking {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_breaks_at_its_parts_and_stays_text() {
        assert_eq!(Breaking::new("ana@a.test").to_string(), "ana@<wbr>a<wbr>.test");
        assert_eq!(Breaking::new("<b>&\"'").to_string(), "&#60;b&#62;&#38;&#34;&#39;");
    }
}
