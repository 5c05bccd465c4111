//! Sends every form of a page with every field spoilt, one at a time, and looks at each answer.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::body::Body;
use http::Method;
use http::header::ORIGIN;

use super::hostile::{self, BROKEN, MARKUP, STRANGER};
use super::routes::{Route, route_of, routes};
use super::store::{Dump, Store};
use crate::support::TestApp;
use crate::support::browser::{Browser, encode};
use crate::support::page::{Form, Page};

/// Values drawn by chance for each field, beside the known ones.
const DRAWN: usize = 5;

/// What a page says that asks again because it proposes something.
const PROPOSAL: &str = "Check the Western European writing";

/// Headers that every answer has.
const HEADERS: [&str; 6] = [
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
];

pub struct Fuzzer {
    store: Store,
    routes: Vec<Route>,
    /// Forms by where they go and what they ask for: the same form stands on many pages.
    seen: BTreeSet<(String, String, Vec<String>)>,
    sent_to: BTreeSet<String>,
    reasons: Reasons,
    requests: usize,
    mails: usize,
    /// What went wrong: a walk goes on to its end, so that one run tells of everything.
    faults: Vec<String>,
}

/// One request: what is sent, and how to say what it was.
struct Case<'c> {
    form: &'c Form,
    body: String,
    what: String,
    value: String,
}

impl Fuzzer {
    pub async fn new(t: &TestApp) -> Self {
        Self {
            store: Store::open(t).await,
            routes: routes(),
            seen: BTreeSet::new(),
            sent_to: BTreeSet::new(),
            reasons: Reasons::read(),
            requests: 0,
            mails: 0,
            faults: Vec::new(),
        }
    }

    /// Spoils every form and live check of a page; `good` is what a person would fill in.
    pub async fn page(&mut self, t: &TestApp, browser: &Browser, page: &Page, good: &[(&str, &str)]) {
        self.look_at(page, "the page itself", "");
        for form in page.forms() {
            let form = good
                .iter()
                .filter(|(name, _)| form.names().iter().any(|known| known == name))
                .fold(form.clone(), |form, (name, value)| form.fill(name, value));
            for action in form.ways() {
                self.form(t, browser, &form.clone().sent_to(&form.method, &action)).await;
            }
            for action in form.live_checks.clone() {
                self.form(t, browser, &form.clone().sent_to("post", &action)).await;
            }
        }
    }

    /// Spoils one form, unless one like it was seen before.
    pub async fn form(&mut self, t: &TestApp, browser: &Browser, form: &Form) {
        let route = route_of(&self.routes, &form.action);
        let route = route.unwrap_or_else(|| panic!("no route leads to {}", form.action)).path.clone();
        let names = form.names();
        if !self.seen.insert((form.method.clone(), route.clone(), names.clone())) {
            return;
        }
        if form.method == "post" {
            self.sent_to.insert(route.clone());
        }
        let before = self.store.dump().await;
        for name in &names {
            for (what, value, pairs) in spoilt(form, name, t.app.config.server.body_limit) {
                let case = Case { form, body: pairs, what: format!("{name}: {what}"), value };
                self.send(t, browser, &case, &before).await;
            }
        }
        let values = encode(&form.pairs());
        let mut whole = vec![
            ("nothing", String::new()),
            ("a field nobody asked for", format!("{values}&zzz={}", encode_value(&hostile::known()[2]))),
            ("a thousand fields", format!("{values}{}", "&a=b".repeat(1000))),
        ];
        whole.extend(BROKEN.iter().map(|broken| ("broken encoding", (*broken).to_owned())));
        for (what, body) in whole {
            let case = Case { form, body, what: what.to_owned(), value: String::new() };
            self.send(t, browser, &case, &before).await;
        }
    }

    async fn send(&mut self, t: &TestApp, browser: &Browser, case: &Case<'_>, before: &Dump) {
        self.requests += 1;
        let mark = self.store.mark().await;
        let mut browser = browser.clone();
        let form = case.form;
        let says = format!("{} {} {}", form.method, form.action, case.what);
        let request = if form.method == "post" {
            let request = browser
                .request(Method::POST, &form.action)
                .header("sec-fetch-site", "same-origin")
                .header(ORIGIN, &t.app.config.server.public_url);
            let live = form.live_checks.contains(&form.action);
            let request = if live { request.header("hx-request", "true") } else { request };
            request.body(Body::from(case.body.clone()))
        } else {
            let path = format!("{}?{}", form.action.split('?').next().unwrap_or_default(), case.body);
            // Longer addresses no server lets through.
            if path.len() > 60_000 || path.parse::<http::Uri>().is_err() {
                return;
            }
            browser.request(Method::GET, &path).body(Body::empty())
        };
        let (request, path) = (request.unwrap(), form.action.clone());
        let sent = tokio::spawn(async move {
            let answer = browser.send(&path, request).await;
            (browser, answer)
        });
        let Ok((mut browser, answer)) = sent.await else {
            return self.fault(&says, &case.value, "it is a fault, or its page isn't sound; see above");
        };
        let refused = self.look_at(&answer, &says, &case.value);
        if self.store.mark().await == mark {
            return;
        }
        let now = self.store.dump().await;
        let changed = before.differences(&now);
        if refused && !changed.is_empty() {
            self.fault(&says, &case.value, &format!("it is refused and changes {changed:?}"));
        }
        if !refused && !changed.is_empty() {
            self.look_after(t, &mut browser, &answer, &says, case).await;
        }
        let now = self.store.dump().await;
        self.store.restore(before, &now).await;
    }

    /// What came of an accepted value: mails, and the pages that show it.
    async fn look_after(
        &mut self,
        t: &TestApp,
        browser: &mut Browser,
        answer: &Page,
        says: &str,
        case: &Case<'_>,
    ) {
        if answer.status.is_redirection() {
            let shown = browser.follow(answer).await;
            self.look_at(&shown, says, &case.value);
        }
        t.run_jobs().await;
        for mail in t.mails().await {
            self.mails += 1;
            let clean = !mail.subject.chars().any(char::is_control)
                && mail.to.parse::<lettre::message::Mailbox>().is_ok()
                && !mail.to.contains(STRANGER)
                && !MARKUP.iter().any(|raw| mail.html.contains(raw));
            if !clean {
                self.fault(says, &case.value, &format!("it sends {mail:?}"));
            }
        }
        if MARKUP.iter().any(|raw| case.value.contains(raw)) {
            for path in ["/overview", "/people", "/activity", "/billing", "/access-requests", "/account"] {
                let shown = browser.get(path).await;
                self.look_at(&shown, says, "");
            }
        }
    }

    fn fault(&mut self, says: &str, value: &str, fault: &str) {
        self.faults.push(format!("{says} ({:?}): {fault}", value.chars().take(30).collect::<String>()));
    }

    /// Whether an answer refuses. It is at fault where it fails, isn't clear, or gives back what it should escape.
    pub fn look_at(&mut self, answer: &Page, says: &str, value: &str) -> bool {
        let mut faults = Vec::new();
        if answer.status.as_u16() >= 500 {
            faults.push(answer.status.to_string());
        }
        let lacks = HEADERS.iter().filter(|header| answer.header(header).is_empty());
        faults.extend(lacks.map(|header| format!("it lacks {header}")));
        if answer.header("content-security-policy").contains("unsafe") {
            faults.push("an unsafe policy".to_owned());
        }
        for (name, text) in &answer.headers {
            let text = String::from_utf8_lossy(text.as_bytes()).to_lowercase();
            let away = name == "location" && (!text.starts_with('/') || text.starts_with("//"));
            if away || name.as_str().contains("injected") {
                faults.push(format!("{name}: {text}"));
            }
        }
        let raw = MARKUP.iter().filter(|raw| answer.body.contains(**raw));
        faults.extend(raw.map(|raw| format!("{raw} comes back")));
        let refused = answer.status.is_client_error();
        let text = if refused { answer.text() } else { String::new() };
        if refused && !text.contains(PROPOSAL) && !self.reasons.stand_in(&text) && !is_oauth_error(answer) {
            faults.push(format!("no reason of the catalogue: {} {text}", answer.status));
        }
        faults.iter().for_each(|fault| self.fault(says, value, fault));
        refused
    }

    pub fn assert_faultless(&self) {
        assert!(self.faults.is_empty(), "{} faults:\n{}", self.faults.len(), self.faults.join("\n"));
    }

    /// Fails where a post route that begins like these had no form.
    pub fn assert_complete(&self, prefixes: &[&str]) {
        let missed: Vec<_> = self
            .routes
            .iter()
            .filter(|route| route.is_post && prefixes.iter().any(|prefix| route.begins(prefix)))
            .map(|route| route.path.as_str())
            // A script asks there what to ask an authenticator, and sends nothing.
            .filter(|path| !path.ends_with("/begin"))
            .filter(|path| !self.sent_to.contains(*path))
            .collect();
        println!("{} requests to {} forms, {} mails", self.requests, self.seen.len(), self.mails);
        self.assert_faultless();
        assert!(missed.is_empty(), "no form was found that goes to {missed:#?}");
    }
}

fn encode_value(value: &str) -> String {
    encode(&[("", value)]).trim_start_matches('=').to_owned()
}

/// The form with one field spoilt: what it is, the value, the body.
fn spoilt(form: &Form, name: &str, limit: usize) -> Vec<(String, String, String)> {
    let others: Vec<_> = form.pairs().into_iter().filter(|(known, _)| *known != name).collect();
    let good: Vec<_> = form.pairs().into_iter().filter(|(known, _)| *known == name).collect();
    let (rest, own) = (encode(&others), encode(&good));
    let mut hasher = DefaultHasher::new();
    (&form.action.split('/').nth(1), name).hash(&mut hasher);
    let seed = hasher.finish();
    let first = good.first().map_or("", |(_, value)| *value);
    let mut cases = Vec::new();
    let mut add =
        |what: &str, value: &str, body: String| cases.push((what.to_owned(), value.to_owned(), body));
    for value in hostile::known() {
        add("a known attack", &value, format!("{rest}&{name}={}", encode_value(&value)));
    }
    for value in hostile::long(limit) {
        add(&format!("{} characters", value.len()), &value, format!("{name}={value}&{rest}"));
    }
    for value in hostile::drawn(seed, first, DRAWN) {
        add(&format!("drawn with seed {seed}"), &value, format!("{rest}&{name}={}", encode_value(&value)));
    }
    add("missing", "", rest.clone());
    let markup = &hostile::known()[2];
    add("given twice", markup, format!("{rest}&{own}&{name}={}", encode_value(markup)));
    add("given twice", markup, format!("{name}={}&{own}&{rest}", encode_value(markup)));
    for broken in BROKEN {
        add(broken, broken, format!("{rest}&{name}={broken}"));
    }
    cases
}

/// The reasons of the catalogue as they may stand on a page: the words between their values, in order.
struct Reasons(Vec<Vec<String>>);

impl Reasons {
    fn read() -> Self {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../locales/en/refusals.ftl");
        let text = std::fs::read_to_string(file).unwrap();
        let reason = |line: &str| {
            // One of several, chosen by a value.
            if line.starts_with(' ') && line.trim_start_matches([' ', '*']).starts_with('[') {
                return line.split_once("] ").map(|(_, reason)| reason.to_owned());
            }
            let (code, reason) = line.split_once(" = ")?;
            (code.starts_with(|first: char| first.is_ascii_lowercase())).then(|| reason.to_owned())
        };
        let words = |reason: String| -> Vec<String> {
            let parts = reason.split('{').enumerate();
            parts
                .map(
                    |(at, part)| {
                        if at == 0 { part } else { part.split_once('}').map_or("", |(_, rest)| rest) }
                    },
                )
                .map(|part| part.trim().trim_end_matches('.').to_owned())
                .filter(|part| part.len() > 2)
                .collect()
        };
        Self(text.lines().filter_map(reason).map(words).filter(|words| !words.is_empty()).collect())
    }

    fn stand_in(&self, text: &str) -> bool {
        self.0.iter().any(|words| {
            let mut rest = text;
            words.iter().all(|word| match rest.split_once(word.as_str()) {
                Some((_, after)) => {
                    rest = after;
                    true
                }
                None => false,
            })
        })
    }
}

/// Whether a program is refused as OAuth's endpoints do (RFC 6749 §5.2): one of its words, and which parameter was wrong.
fn is_oauth_error(answer: &Page) -> bool {
    const WORDS: [&str; 6] = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "invalid_client_metadata",
        "invalid_token",
        "invalid_tenant",
    ];
    let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let is_word = told["error"].as_str().is_some_and(|error| WORDS.contains(&error));
    is_word && told["error_description"].as_str().is_some_and(|text| !text.is_empty())
}
