//! The question before, and the results after.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::choice::Choice;
use crate::error::Error;
use crate::web::forms::Fields;
use crate::web::fresh::LONGEST_WAY;
use crate::web::layout::{Page, Section, render};
use crate::web::links::Query;
use crate::web::locale::{Locale, Told};
use crate::web::theme::own_path;

/// As many as the longest list has on a page; a longer selection wasn't made by a page.
const MOST: usize = 50;

/// One of the ticked objects.
#[derive(Clone, Debug)]
pub(super) struct Ticked {
    pub id: Uuid,
    pub name: String,
    /// What else tells it apart, such as a sign-in name.
    pub detail: String,
    /// Its own page; empty where there is none to lead to.
    pub href: String,
    /// Why it would be refused, as far as that is known before it is asked for.
    pub refused: Vec<Told>,
}

impl Ticked {
    pub fn new(id: Uuid, name: String, detail: String) -> Self {
        Self { id, name, detail, href: String::new(), refused: Vec::new() }
    }

    /// With its own page, in the section of its list.
    pub fn within(self, section: Section) -> Self {
        Self { href: format!("{}/{}", section.href(), self.id), ..self }
    }
}

/// How many of them it would be done to; all of them where it would be done to none, so that a question still counts.
pub(super) fn count(ticked: &[Ticked]) -> usize {
    let fine = ticked.iter().filter(|each| each.refused.is_empty()).count();
    if fine == 0 { ticked.len() } else { fine }
}

/// What an act says of itself.
pub(super) struct Words {
    /// What is asked, with the count.
    pub title: String,
    pub effect: String,
    pub button: String,
    /// What was done, with the count.
    pub done: String,
    pub danger: bool,
}

/// Which objects the ticks name.
pub(super) fn ids(fields: &Fields) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = fields.all("id").filter_map(|id| id.parse().ok()).take(MOST).collect();
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    ids
}

/// Where the question stands, to come back to it.
pub(super) fn address(section: Section, act: &str, fields: &Fields) -> String {
    let ids: String = ids(fields).iter().map(|id| format!("&id={id}")).collect();
    let address = format!("{}/selected?action={act}{ids}", section.href());
    let seen = List::seen(section, fields);
    let whole = format!("{address}&{}", Query::default().with("from", &seen));
    if seen == section.href() || whole.len() > LONGEST_WAY { address } else { whole }
}

#[derive(Template)]
#[template(path = "bulk/ask.html")]
pub(super) struct Ask {
    pub page: Page,
    pub list: List,
    pub words: Words,
    /// The act, by its name in the address.
    pub action: &'static str,
    pub ticked: Vec<Ticked>,
    pub choice: Option<Choice>,
}

#[derive(Template)]
#[template(path = "bulk/done.html")]
struct Done {
    page: Page,
    list: List,
    title: String,
    results: Vec<(Ticked, Vec<Told>)>,
}

/// The list that the ticks were made in.
#[derive(Clone, Debug)]
pub(super) struct List {
    pub href: String,
    /// The page of it that was seen, as it was searched and filtered.
    pub seen: String,
    pub title: String,
}

impl List {
    pub fn at(href: String, title: String) -> Self {
        Self { seen: href.clone(), href, title }
    }

    pub fn of(l: &Locale, section: Section, fields: &Fields) -> Self {
        let title = match section {
            Section::Groups => l.t("groups-title"),
            Section::Applications => l.t("applications-title"),
            _ => l.t("people-title"),
        };
        Self { href: section.href().to_owned(), seen: Self::seen(section, fields), title }
    }

    /// Nothing but a page of this list counts.
    fn seen(section: Section, fields: &Fields) -> String {
        let from = fields.value("from");
        let query = from.strip_prefix(section.href()).filter(|rest| rest.starts_with('?'));
        if query.is_some() && own_path(from) == from { from.to_owned() } else { section.href().to_owned() }
    }
}

impl Ask {
    /// No group is there to choose, or nothing would be done.
    fn is_blocked(&self) -> bool {
        self.choice.as_ref().is_some_and(|choice| choice.options.is_empty())
            || self.ticked.iter().all(|each| !each.refused.is_empty())
    }

    pub fn answer(self) -> Response {
        let refused = self.choice.as_ref().is_some_and(|choice| choice.refused.is_some());
        let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        render(&self, status)
    }
}

/// What became of each; a fault ends it all.
#[derive(Default)]
pub(super) struct Results(Vec<(Ticked, Vec<Told>)>);

impl Results {
    pub fn note(&mut self, l: &Locale, ticked: Ticked, result: Result<(), Error>) -> Result<(), Error> {
        let told = match result.map_err(Error::into_refusals) {
            Ok(()) => Vec::new(),
            Err(refusals) => l.refusals(&refusals?),
        };
        self.0.push((ticked, told));
        Ok(())
    }

    pub fn done(&self) -> usize {
        self.0.iter().filter(|(_, told)| told.is_empty()).count()
    }

    pub fn answer(self, page: Page, list: List, title: String) -> Response {
        render(&Done { list, title, results: self.0, page }, StatusCode::OK)
    }
}
