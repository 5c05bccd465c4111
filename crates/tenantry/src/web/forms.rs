//! Forms: what a person typed, what was refused of it, and the way both come back to the page.
//!
//! A handler takes [`Fields`], hands values to an operation, adds the refusals it gets, and renders the same page with
//! them: every value stands where it was typed, and reason and remedy stand beside it.

use std::fmt;
use std::str::Utf8Error;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{FromRequest, FromRequestParts, RawForm, Request};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use model::refusal::{Code, Refusal};
use percent_encoding::percent_decode;

use super::layout::Page;
use crate::error::Error;

/// The name prefix of the button that takes a suggestion: `use.city` with the suggested city as its value.
const USE: &str = "use.";

/// The hidden field that says what stood there when the page was shown.
const SEEN: &str = "seen";

/// Pairs that a form may have: several times what the longest page sends, a list with every row ticked. Fields are
/// looked up one after the other, so a body of very many would cost its square.
const PAIRS: usize = 200;

/// A form as it was sent, or an empty one, with the refusals that belong to it.
#[derive(Clone, Default)]
pub struct Fields {
    typed: Vec<(String, String)>,
    refusals: Vec<Refusal>,
    took_suggestion: bool,
}

impl Fields {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same form with a value filled in, such as one that is stored already.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// The same with one value more of a name that has several, such as a ticked box.
    #[must_use]
    pub fn also(mut self, name: &str, value: impl Into<String>) -> Self {
        self.typed.push((name.to_owned(), value.into()));
        self
    }

    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.typed.retain(|(known, _)| known != name);
        self.typed.push((name.to_owned(), value.into()));
    }

    /// The same form with several values of one name, such as ticked boxes.
    #[must_use]
    pub fn with_all<'a>(mut self, name: &str, values: impl Iterator<Item = &'a str>) -> Self {
        self.typed.extend(values.map(|value| (name.to_owned(), value.to_owned())));
        self
    }

    /// What was typed into a field, or nothing.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.typed.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// What was typed to look for: one line of at most 100 characters.
    #[must_use]
    pub fn sought(&self, name: &str) -> String {
        self.value(name).trim().chars().filter(|char| !char.is_control()).take(100).collect()
    }

    /// Whether a checkbox was ticked, a button pressed, or a field sent at all.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.typed.iter().any(|(known, _)| known == name)
    }

    /// Whether a value was chosen, among several of one name.
    #[must_use]
    pub fn chose(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|chosen| chosen == value)
    }

    /// Everything that was sent, in its order.
    pub fn pairs(&self) -> impl Iterator<Item = (String, String)> {
        self.typed.iter().cloned()
    }

    /// The same form without some of its fields.
    #[must_use]
    pub fn without(mut self, names: &[&str]) -> Self {
        self.typed.retain(|(known, _)| !names.contains(&known.as_str()));
        self
    }

    /// Every value of a name, such as the ticked rows of a table.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.typed.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the form was sent by a "Use it" button. Its value is filled in: show the page again.
    #[must_use]
    pub fn took_suggestion(&self) -> bool {
        self.took_suggestion
    }

    pub fn refuse(&mut self, refusal: Refusal) {
        self.refusals.push(refusal);
    }

    pub fn refuse_all(&mut self, refusals: impl IntoIterator<Item = Refusal>) {
        self.refusals.extend(refusals);
    }

    #[must_use]
    pub fn is_refused(&self) -> bool {
        !self.refusals.is_empty()
    }

    /// All refusals, for the summary at the head of the page.
    #[must_use]
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// The first refusal of a field: one thing at a time is enough.
    #[must_use]
    pub fn refusal(&self, name: &str) -> Option<&Refusal> {
        self.refusals.iter().find(|refusal| refusal.field == Some(name))
    }

    /// The same form, which says what stood there when it was shown: [`Fields::require_unchanged`] asks for it.
    #[must_use]
    pub fn showing(self, state: &Self) -> Self {
        self.with(SEEN, state.mark())
    }

    /// The same form, filled with what is stored, which says so itself.
    #[must_use]
    pub fn showing_itself(self) -> Self {
        let mark = self.mark();
        self.with(SEEN, mark)
    }

    /// A mark of these values, the same for the same values.
    #[must_use]
    pub fn mark(&self) -> String {
        let mut told = Vec::new();
        for text in self.typed.iter().filter(|(name, _)| name != SEEN).flat_map(|(name, value)| [name, value])
        {
            told.extend_from_slice(&text.len().to_be_bytes());
            told.extend_from_slice(text.as_bytes());
        }
        let digest = digest(&SHA256, &told);
        URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16])
    }

    /// Keeps a page from writing over what changed after it was shown, and from acting again when it is sent again. Whoever
    /// doesn't say what they saw isn't held to it.
    ///
    /// # Errors
    /// [`Code::ChangedSinceShown`].
    pub fn require_unchanged(&self, state: &Self) -> Result<(), Refusal> {
        if !self.has(SEEN) || self.value(SEEN) == state.mark() {
            return Ok(());
        }
        Err(Refusal::new(Code::ChangedSinceShown))
    }

    fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut fields = Self::new();
        let (uses, typed): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| name.starts_with(USE));
        fields.typed = typed;
        for (name, value) in uses {
            fields.set(name.trim_start_matches(USE), value);
            fields.took_suggestion = true;
        }
        fields
    }
}

/// Names only: values may be passwords.
impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.typed.iter().map(|(name, _)| name).collect();
        f.debug_struct("Fields").field("typed", &names).field("refusals", &self.refusals).finish()
    }
}

/// Reads the body of a post or the query of a get. Bytes that no text has are refused, not replaced.
impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let RawForm(sent) =
            RawForm::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        read(&sent).map_err(|code| Error::from(code).into_response())
    }
}

fn read(sent: &[u8]) -> Result<Fields, Code> {
    let pairs = || sent.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    if pairs().nth(PAIRS).is_some() {
        return Err(Code::InputTooLarge);
    }
    let pairs: Result<Vec<_>, Utf8Error> = pairs().map(pair).collect();
    pairs.map(Fields::from_pairs).map_err(|_| Code::InputInvalid)
}

fn pair(sent: &[u8]) -> Result<(String, String), Utf8Error> {
    let mut parts = sent.splitn(2, |byte| *byte == b'=').map(|part| {
        let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        percent_decode(&spaced).decode_utf8().map(std::borrow::Cow::into_owned)
    });
    let mut next = || parts.next().unwrap_or_else(|| Ok(String::new()));
    Ok((next()?, next()?))
}

/// What stands below one field: the answer to a live check.
#[derive(askama::Template)]
#[template(path = "pieces/verdict.html")]
pub struct Verdict<'a> {
    pub page: Page,
    pub fields: Fields,
    /// The field that was checked.
    pub name: &'a str,
    /// What to say when nothing is refused; may be empty.
    pub good: String,
}

/// Whether htmx asks for a part of a page. `Htmx(false)` wants the whole page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Htmx(pub bool);

impl<S: Send + Sync> FromRequestParts<S> for Htmx {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let asked = parts.headers.contains_key("hx-request");
        let restoring = parts.headers.contains_key("hx-history-restore-request");
        Ok(Self(asked && !restoring))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(typed: &[(&str, &str)]) -> Vec<(String, String)> {
        typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_taken_suggestion_replaces_what_was_typed() {
        let fields =
            Fields::from_pairs(pairs(&[("city", "Athen"), ("use.city", "Athens"), ("street", "Ermou 12")]));
        assert!(fields.took_suggestion());
        assert_eq!((fields.value("city"), fields.value("street")), ("Athens", "Ermou 12"));
        assert!(!Fields::from_pairs(pairs(&[("city", "Athens")])).took_suggestion());
    }

    #[test]
    fn what_was_sent_is_read_as_text_or_not_at_all() {
        let read = |sent: &str| pair(sent.as_bytes()).ok();
        let own = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(read("a+b=c%2Bd%3D+%c3%A9="), own("a b", "c+d= é="));
        assert_eq!((read("a"), read("=b"), read("a=")), (own("a", ""), own("", "b"), own("a", "")));
        assert_eq!(read("a=%ZZ%2"), own("a", "%ZZ%2"));
        for broken in ["a=%FF", "%C0%80=b", "a=%ED%A0%80"] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_form_of_very_many_pairs_is_refused_unread() {
        for prefix in ["use.", ""] {
            let sent = |count: usize| -> String {
                (0..count).map(|number| format!("{prefix}a{number}=b&")).collect::<String>() + "&&"
            };
            assert_eq!(read(sent(PAIRS).as_bytes()).map(|fields| fields.typed.len()), Ok(PAIRS));
            assert_eq!(read(sent(PAIRS + 1).as_bytes()).map(drop), Err(Code::InputTooLarge));
        }
        assert_eq!(read("a=%FF&".repeat(PAIRS + 1).as_bytes()).map(drop), Err(Code::InputTooLarge));
    }

    #[test]
    fn several_values_of_a_name_are_kept() {
        let fields = Fields::from_pairs(pairs(&[("id", "1"), ("id", "2")]));
        assert_eq!(fields.all("id").collect::<Vec<_>>(), ["1", "2"]);
        assert!(fields.chose("id", "2") && !fields.chose("id", "3"));
    }

    #[test]
    fn a_refusal_is_found_by_its_field_and_values_stay_out_of_logs() {
        let mut fields = Fields::new().with("password", "hunter2");
        fields.refuse(Refusal::new(Code::FieldRequired).on("email"));
        assert!(fields.is_refused() && fields.refusal("email").is_some());
        assert!(fields.refusal("password").is_none());
        assert!(!format!("{fields:?}").contains("hunter2"));
    }
}
