//! Every route as one company with the ids of another: the answer must be the one that an unknown id gets.

use std::collections::BTreeMap;

use axum::Router;
use http::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::asking::{Asking, Seen, Sent};
use super::paths::{self, Route};
use super::scene::Company;
use crate::app::App;
use crate::error::Error;

/// Fields of forms that may name something, all sent at once: a form takes those that it knows.
const FIELDS: [&str; 14] = [
    "id",
    "ids",
    "user",
    "person",
    "people",
    "selected",
    "member",
    "owner",
    "group",
    "application",
    "domain",
    "name",
    "session",
    "to",
];

/// Where a tenant's provider answers. That a tenant is there, it tells every client; what it tells of it must name nothing else.
const PROVIDER: &str = "/{tenant}/";

/// What was found of one route and method.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub method: String,
    pub path: String,
    /// Requests with ids of the other company.
    pub asked: usize,
    /// The best status with an id of the own company, where the route has a place for one: proof that it can be reached.
    pub own: Option<u16>,
    /// Why it fails, the first few; empty where it holds.
    pub faults: Vec<String>,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub lines: Vec<Line>,
}

impl Report {
    #[must_use]
    pub fn holds(&self) -> bool {
        self.lines.iter().all(|line| line.faults.is_empty())
    }
}

type Ids = BTreeMap<String, Vec<String>>;

/// Asks every route of `inside` through `router`, in two companies that are made for it: `app` has a database of its own.
/// `only` leaves out the routes that don't begin so.
///
/// # Errors
/// When the companies can't be made.
pub async fn isolation(
    app: &App,
    router: &Router,
    inside: &Router,
    only: Option<&str>,
) -> Result<Report, Error> {
    let routes = paths::all(inside).await;
    let own = Company::make(app, "zephyrquill", "Goldcrest").await?;
    let other = Company::make(app, "marrowstone", "Amberfinch").await?;
    for company in [&own, &other] {
        company.furnish(&company.asking(app, router).await?).await?;
        company.import(app).await?;
    }
    let own_ids = own.sees(&own.asking(app, router).await?, &routes).await;
    let asking = other.asking(app, router).await?;
    let mut other_ids = other.sees(&asking, &routes).await;
    // What both see is nobody's own: ids of roles, for one.
    let shared = |id: &String| own_ids.values().any(|own| own.contains(id));
    other_ids.values_mut().for_each(|ids| ids.retain(|id| !shared(id)));
    let before = state(&asking, &routes).await;
    let mut lines = Vec::new();
    let wanted = |route: &&Route| {
        !route.path.starts_with("/dev") && only.is_none_or(|only| route.path.starts_with(only))
    };
    for route in routes.iter().filter(wanted) {
        for method in &route.methods {
            let asking = own.asking(app, router).await?;
            let attempt = Attempt { route, method, own: &own_ids, other: &other_ids, mark: other.mark };
            lines.push(attempt.run(&asking).await);
        }
    }
    let asking = other.asking(app, router).await?;
    for (path, now) in state(&asking, &routes).await {
        if before.get(&path).is_some_and(|then| *then != now) {
            let faults = vec!["what the other company sees of itself has changed".to_owned()];
            lines.push(Line { method: "GET".into(), path, asked: 1, own: None, faults });
        }
    }
    Ok(Report { lines })
}

/// What a company sees of its directory, to be compared later. Sessions and the log grow by looking.
async fn state(asking: &Asking, routes: &[Route]) -> BTreeMap<String, String> {
    let mut state = BTreeMap::new();
    let is_collection = |route: &&Route| {
        route.path.starts_with("/v1.0/")
            && route.holes() == 0
            && route.methods.iter().any(|name| name == "GET")
            && !route.path.ends_with("/delta")
            && !route.path.contains("audit")
    };
    for route in routes.iter().filter(is_collection) {
        let answer = asking.send(&Sent::api(Method::GET, route.path.clone(), None)).await;
        state.insert(route.path.clone(), plain(&answer.body));
    }
    state
}

struct Attempt<'a> {
    route: &'a Route,
    method: &'a str,
    own: &'a Ids,
    other: &'a Ids,
    mark: &'static str,
}

impl Attempt<'_> {
    async fn run(&self, asking: &Asking) -> Line {
        let mut line = Line {
            method: self.method.to_owned(),
            path: self.route.path.clone(),
            asked: 0,
            own: None,
            faults: Vec::new(),
        };
        let unknown = uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001).to_string();
        for id in self.other.values().flatten() {
            let like = like(id, &unknown);
            for (with, without) in self.pairs(id, &like) {
                for (theirs, nobodys) in
                    self.requests(&with, id).into_iter().zip(self.requests(&without, &like))
                {
                    line.asked += 1;
                    self.compare(asking, &mut line, (&theirs, id), (&nobodys, &like)).await;
                }
            }
            if line.faults.len() > 3 {
                break;
            }
        }
        if self.route.holes() > 0 && self.method == "GET" {
            line.own = Some(self.reached(asking).await);
        }
        line
    }

    /// The best status with own ids.
    async fn reached(&self, asking: &Asking) -> u16 {
        let firsts: Vec<&String> = match self.route.holes() {
            1 => vec![&self.route.path],
            _ => self.own_objects(),
        };
        let mut best = u16::MAX;
        for first in firsts {
            for id in self.own.values().flatten() {
                let with = if self.route.holes() == 1 { vec![id.as_str()] } else { vec![first.as_str(), id] };
                for sent in self.requests(&self.route.filled(&with), id) {
                    best = best.min(asking.send(&sent).await.status);
                }
                if best == 200 {
                    return best;
                }
            }
        }
        best
    }

    /// The path with an id of the other company in each hole in turn, the others filled with own ids; and the same with
    /// an unknown one.
    fn pairs(&self, id: &str, like: &str) -> Vec<(String, String)> {
        let holes = self.route.holes();
        let fill = |first: &str, rest: &str, at: usize| {
            let values: Vec<&str> = (0..holes).map(|hole| if hole == at { first } else { rest }).collect();
            self.route.filled(&values)
        };
        match holes {
            0 => vec![(self.route.path.clone(), self.route.path.clone())],
            1 => vec![(fill(id, id, 0), fill(like, like, 0))],
            _ => {
                let mut pairs = vec![(fill(id, id, 0), fill(like, like, 0))];
                for own in self.own_objects() {
                    pairs.extend((0..holes).map(|at| (fill(id, own, at), fill(like, own, at))));
                }
                pairs
            }
        }
    }

    /// Own ids for the first hole: those of the collection that the route begins with, where it is listed.
    fn own_objects(&self) -> Vec<&String> {
        let collection = self.route.path.split("/{").next().unwrap_or_default();
        let of = |listed: &str| self.own.get(listed).into_iter().flatten();
        let fitting: Vec<_> = of(&format!("{collection} id")).collect();
        if fitting.is_empty() { of("/v1.0/users id").collect() } else { fitting }
    }

    fn requests(&self, path: &str, id: &str) -> Vec<Sent> {
        let Ok(method) = self.method.parse::<Method>() else { return Vec::new() };
        let is_api = path.starts_with("/v1.0/");
        if method == Method::GET || method == Method::DELETE {
            return vec![if is_api {
                Sent::api(method, path.to_owned(), None)
            } else {
                Sent::page(method, path.to_owned(), Vec::new())
            }];
        }
        if !is_api {
            let fields = FIELDS.iter().map(|name| (*name, id)).collect();
            return vec![Sent::page(method, path.to_owned(), fields)];
        }
        vec![Sent::api(method, path.to_owned(), Some(naming(path, id)))]
    }

    async fn compare(
        &self,
        asking: &Asking,
        line: &mut Line,
        (theirs, id): (&Sent, &str),
        (nobodys, like): (&Sent, &str),
    ) {
        let (foreign, unknown) = (asking.send(theirs).await, asking.send(nobodys).await);
        if foreign.body.contains(self.mark) || foreign.location.contains(self.mark) {
            line.faults.push(format!("the answer for {id} names something of the other company"));
        }
        if self.route.path.starts_with(PROVIDER) {
            return;
        }
        let both = [id, like];
        if said(&foreign, &both) == said(&unknown, &both) {
            return;
        }
        // Answers that differ by themselves, such as new codes, are told apart by their status alone.
        let (theirs_again, again) = (asking.send(theirs).await, asking.send(nobodys).await);
        let differs = said(&again, &both) != said(&unknown, &both)
            || said(&theirs_again, &both) != said(&foreign, &both);
        if foreign.status == unknown.status && differs {
            return;
        }
        line.faults.push(format!(
            "{id} answers {} {} and an unknown one {} {}: {}",
            foreign.status,
            foreign.location,
            unknown.status,
            unknown.location,
            difference(&plain(&foreign.body), &plain(&unknown.body))
        ));
    }
}

/// A body that names an object where the route takes one.
fn naming(path: &str, id: &str) -> Value {
    let last = path.rsplit('/').next().unwrap_or_default();
    let reader = model::roles::Role::GlobalReader.template_id();
    match last {
        "$ref" => json!({ "@odata.id": format!("https://localhost/v1.0/directoryObjects/{id}") }),
        "getByIds" => json!({ "ids": [id] }),
        "checkMemberGroups" => json!({ "groupIds": [id] }),
        "checkMemberObjects" => json!({ "ids": [id] }),
        "roleAssignments" => {
            json!({ "principalId": id, "roleDefinitionId": reader, "directoryScopeId": "/" })
        }
        "appRoleAssignments" | "appRoleAssignedTo" => {
            json!({ "principalId": id, "resourceId": id, "appRoleId": uuid::Uuid::nil() })
        }
        "oauth2PermissionGrants" => {
            json!({ "clientId": id, "resourceId": id, "consentType": "AllPrincipals", "scope": "read" })
        }
        "$batch" => json!({ "requests": [{ "id": "1", "method": "GET", "url": format!("/users/{id}") }] }),
        "groups" => json!({
            "displayName": "Named", "mailEnabled": false, "mailNickname": "named", "securityEnabled": true,
            "members@odata.bind": [format!("https://localhost/v1.0/directoryObjects/{id}")],
        }),
        _ => json!({}),
    }
}

/// An id of the same kind that nobody has.
fn like(id: &str, unknown: &str) -> String {
    match (id.split_once('@'), id.split_once('.')) {
        (_, Some((_, above))) if id.contains('@') => format!("ben@unknownquill.{above}"),
        (None, Some((_, above))) => format!("unknownquill.{above}"),
        (Some(_), _) => "ben@unknownquill.com".to_owned(),
        (None, None) => unknown.to_owned(),
    }
}

/// What an answer says, but for the ids that were asked for: the one in question may be repeated, and the own log may tell
/// that either was named before.
fn said(seen: &Seen, ids: &[&str; 2]) -> (u16, String, String) {
    let said = |text: &str| {
        let without = |text: String, id: &&str| text.replace(id, "ID").replace(&id.replace('@', "%40"), "ID");
        plain(&ids.iter().fold(text.to_owned(), without))
    };
    (seen.status, said(&seen.location), said(&seen.body))
}

fn difference(one: &str, other: &str) -> String {
    let at = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| text.chars().skip(at.saturating_sub(30)).take(90).collect::<String>();
    format!("{:?} against {:?}", around(one), around(other))
}

/// A text without what differs from request to request: ids and moments.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut word = String::new();
    for char in text.chars().chain(std::iter::once(' ')) {
        if char.is_ascii_alphanumeric() || matches!(char, '-' | ':' | '_') {
            word.push(char);
            continue;
        }
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let mixed = word.chars().any(|char| char.is_ascii_uppercase()) && digits > 0;
        let changes = word.len() >= 16 && (digits >= 4 || mixed);
        plain.push_str(if changes { "…" } else { &word });
        word.clear();
        plain.push(char);
    }
    plain
}
