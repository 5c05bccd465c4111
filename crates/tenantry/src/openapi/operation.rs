//! One method of one path.

use serde_json::{Value, json};

use super::shape::{list_of, reference, text};

/// The query options of a list, and of one object.
pub const LIST: &[&str] =
    &["$select", "$filter", "$search", "$orderby", "$top", "$count", "$expand", "$skiptoken"];
pub const ONE: &[&str] = &["$select", "$expand"];

/// What a status comes with.
#[derive(Clone, Debug)]
pub enum Answer {
    Json(Value),
    /// Another kind of text.
    Text(&'static str),
    Nothing,
}

/// What a client may send and what it gets.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: &'static str,
    pub path: String,
    pub summary: String,
    pub query: &'static [&'static str],
    pub body: Option<Value>,
    /// What the body is sent as.
    pub media: &'static str,
    pub answers: Vec<(u16, Answer)>,
    /// Statuses of refusals.
    pub refusals: Vec<u16>,
    /// Whether a token is asked for.
    pub is_open: bool,
    /// Whether refusals are told by RFC 9457 instead of Microsoft Graph's envelope.
    pub tells_problems: bool,
}

/// What any request with a token may be refused with.
const READING: [u16; 6] = [400, 401, 403, 404, 429, 503];

impl Operation {
    fn new(method: &'static str, path: impl Into<String>, summary: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            summary: summary.into(),
            query: &[],
            body: None,
            media: "application/json",
            answers: Vec::new(),
            refusals: READING.to_vec(),
            is_open: false,
            tells_problems: false,
        }
    }

    #[must_use]
    pub fn get(path: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new("GET", path, summary)
    }

    fn writing(self) -> Self {
        self.also_refused(&[409, 413])
    }

    #[must_use]
    pub fn post(path: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new("POST", path, summary).writing()
    }

    /// Answers 204 and takes `If-Match`.
    #[must_use]
    pub fn patch(path: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new("PATCH", path, summary).writing().also_refused(&[412]).nothing()
    }

    /// Answers 204 and takes `If-Match`.
    #[must_use]
    pub fn delete(path: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new("DELETE", path, summary).writing().also_refused(&[412]).nothing()
    }

    /// Answers 204.
    #[must_use]
    pub fn put(path: impl Into<String>, summary: impl Into<String>) -> Self {
        Self::new("PUT", path, summary).writing().nothing()
    }

    #[must_use]
    pub fn also_refused(mut self, statuses: &[u16]) -> Self {
        self.refusals.extend(statuses);
        self
    }

    #[must_use]
    pub fn query(self, query: &'static [&'static str]) -> Self {
        Self { query, ..self }
    }

    /// With a body of this schema.
    #[must_use]
    pub fn takes(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    #[must_use]
    pub fn answers(mut self, status: u16, answer: Answer) -> Self {
        self.answers.push((status, answer));
        self
    }

    /// One resource of this name.
    #[must_use]
    pub fn shows(self, name: &str) -> Self {
        self.query(ONE).answers(200, Answer::Json(reference(name)))
    }

    /// A page of resources of this name, with all options of a list.
    #[must_use]
    pub fn lists(self, name: &str) -> Self {
        self.query(LIST).answers(200, Answer::Json(page(reference(name))))
    }

    /// The number of what a list holds.
    #[must_use]
    pub fn counts(self) -> Self {
        self.query(&["$filter", "$search"]).answers(200, Answer::Text("text/plain"))
    }

    /// The new resource.
    #[must_use]
    pub fn makes(self, name: &str) -> Self {
        let body = reference(&format!("{name}.new"));
        self.takes(body).answers(201, Answer::Json(reference(name)))
    }

    #[must_use]
    pub fn nothing(self) -> Self {
        self.answers(204, Answer::Nothing)
    }

    /// The part of the API that it belongs to.
    #[must_use]
    pub fn tag(&self) -> &str {
        let mut parts = self.path.split('/').skip(2);
        let first = parts.next().unwrap_or_default();
        if first == "directory" { parts.next().unwrap_or(first) } else { first }
    }
}

/// A page of a list.
#[must_use]
pub fn page(items: Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "@odata.context": text(),
            "@odata.count": { "type": "integer" },
            "@odata.nextLink": text(),
            "value": list_of(items),
        },
        "required": ["value"],
        "patternProperties": { "@": {} },
        "additionalProperties": false,
    })
}

/// One value, as actions answer it.
#[must_use]
pub fn value(schema: Value) -> Value {
    json!({
        "type": "object",
        "properties": { "@odata.context": text(), "value": schema },
        "required": ["value"],
        "additionalProperties": false,
    })
}
