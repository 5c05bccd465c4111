//! A moment on a page: exact for machines, readable for people, local once the script has run.

use std::fmt;

use askama::filters::HtmlSafe;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::locale::Locale;

/// Prints as a `<time>` element. Without a script it reads in UTC and says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    iso: String,
    kind: &'static str,
    text: String,
}

impl Time {
    pub(super) fn day(l: &Locale, moment: Timestamp) -> Self {
        Self::new(l, moment, "date", "date-utc")
    }

    pub(super) fn minute(l: &Locale, moment: Timestamp) -> Self {
        Self::new(l, moment, "time", "time-utc")
    }

    fn new(l: &Locale, moment: Timestamp, kind: &'static str, pattern: &str) -> Self {
        let at = moment.to_zoned(TimeZone::UTC);
        let month = match at.month() {
            1 => l.t("month-1"),
            2 => l.t("month-2"),
            3 => l.t("month-3"),
            4 => l.t("month-4"),
            5 => l.t("month-5"),
            6 => l.t("month-6"),
            7 => l.t("month-7"),
            8 => l.t("month-8"),
            9 => l.t("month-9"),
            10 => l.t("month-10"),
            11 => l.t("month-11"),
            _ => l.t("month-12"),
        };
        let clock = format!("{:02}:{:02}", at.hour(), at.minute());
        let values = [
            ("day", at.day().to_string()),
            ("month", month),
            ("year", at.year().to_string()),
            ("clock", clock),
        ];
        Self { kind, iso: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), text: l.a(pattern, &values) }
    }

    /// The text that a person reads without a script, such as `21 November 2026, 09:41 UTC`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The day of a moment as plain text, for mails.
#[must_use]
pub fn day(l: &Locale, moment: Timestamp) -> String {
    Time::day(l, moment).text
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            r#"<time datetime="{}" data-local="{}">{}</time>"#,
            self.iso,
            self.kind,
            askama::filters::escape(&self.text, askama::filters::Html).map_err(|_| fmt::Error)?
        )
    }
}

/// Both parts are escaped above.
impl HtmlSafe for Time {}
