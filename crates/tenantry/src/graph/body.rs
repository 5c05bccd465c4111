//! A JSON object that a client sent, read property by property with refusals that name them.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use jiff::Timestamp;
use model::refusal::{Code, Refusal};
use serde_json::{Map, Value};

use super::laid::plain;
use crate::app::App;
use crate::error::Error;

/// The object. What was read is taken out; what is left in the end is refused by [`Body::end`].
#[derive(Clone, Debug)]
pub struct Body(Map<String, Value>);

impl FromRequest<App> for Body {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let bytes = Bytes::from_request(request, app).await.map_err(|rejection| {
            let too_large = rejection.status().as_u16() == 413;
            Error::from(if too_large { Code::InputTooLarge } else { Code::BodyInvalid })
        })?;
        Self::read(&bytes)
    }
}

/// What a client said of a property.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Property<T> {
    /// Nothing: it stays as it is.
    #[default]
    Absent,
    /// `null`: it is taken away.
    Null,
    Is(T),
}

impl<T> Property<T> {
    /// The value, where `null` means none.
    pub fn given(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The new value, where nothing said means the old one.
    pub fn or(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Absent => old,
            Self::Null => None,
            Self::Is(value) => Some(value),
        }
    }
}

impl Body {
    /// # Errors
    /// [`Code::BodyInvalid`] unless it is one JSON object.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            _ => Err(Code::BodyInvalid.into()),
        }
    }

    /// An object that stands in another.
    ///
    /// # Errors
    /// [`Code::BodyInvalid`] for anything else.
    pub fn of(value: Value) -> Result<Self, Error> {
        match value {
            Value::Object(object) => Ok(Self(object)),
            _ => Err(Code::BodyInvalid.into()),
        }
    }

    fn take<T>(
        &mut self,
        name: &str,
        kind: &'static str,
        read: impl FnOnce(Value) -> Option<T>,
    ) -> Result<Property<T>, Refusal> {
        match self.0.remove(name) {
            None => Ok(Property::Absent),
            Some(Value::Null) => Ok(Property::Null),
            Some(value) => read(value).map(Property::Is).ok_or_else(|| wrong_kind(name, kind)),
        }
    }

    /// # Errors
    /// [`Code::PropertyKind`] for anything else.
    pub fn text(&mut self, name: &str) -> Result<Property<String>, Refusal> {
        self.take(name, "Edm.String", |value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    /// # Errors
    /// [`Code::PropertyKind`] for anything else.
    pub fn truth(&mut self, name: &str) -> Result<Property<bool>, Refusal> {
        self.take(name, "Edm.Boolean", |value| value.as_bool())
    }

    /// # Errors
    /// [`Code::PropertyKind`] for anything else.
    pub fn moment(&mut self, name: &str) -> Result<Property<Timestamp>, Refusal> {
        self.take(name, "Edm.DateTimeOffset", |value| value.as_str()?.parse().ok())
    }

    /// # Errors
    /// [`Code::PropertyKind`] for anything else.
    pub fn texts(&mut self, name: &str) -> Result<Property<Vec<String>>, Refusal> {
        self.take(name, "Collection(Edm.String)", |value| {
            let entries = value.as_array()?.iter();
            entries.map(|entry| entry.as_str().map(str::to_owned)).collect()
        })
    }

    /// # Errors
    /// [`Code::PropertyKind`] for anything else.
    pub fn object(&mut self, name: &str) -> Result<Property<Body>, Refusal> {
        self.take(name, "an object", |value| match value {
            Value::Object(object) => Some(Self(object)),
            _ => None,
        })
    }

    /// Every property whose name begins so, taken out.
    pub fn take_beginning(&mut self, beginning: &str) -> Vec<(String, Value)> {
        let (taken, rest) =
            std::mem::take(&mut self.0).into_iter().partition(|(name, _)| name.starts_with(beginning));
        self.0 = rest;
        Map::into_iter(taken).collect()
    }

    /// A value of any kind, taken out.
    pub fn any(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    pub fn put(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// All that wasn't taken out.
    #[must_use]
    pub fn rest(self) -> Map<String, Value> {
        self.0
    }

    /// Takes out what clients send back as they read it: a property that can't be written, with the value that it has.
    pub fn pass_over_same(&mut self, current: &Map<String, Value>, names: &[&str]) {
        for name in names {
            let same = |sent: &Value| {
                plain(sent.clone()) == current.get(*name).cloned().map(plain).unwrap_or_default()
            };
            if self.0.get(*name).is_some_and(same) {
                self.0.remove(*name);
            }
        }
    }

    /// Takes out a property that says nothing: `null`, or an empty list.
    pub fn pass_over_nothing(&mut self, name: &str) {
        let nothing = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if self.0.get(name).is_some_and(nothing) {
            self.0.remove(name);
        }
    }

    /// Refuses what nobody asked for: a misspelt property must not seem to be stored. Annotations are passed over.
    ///
    /// # Errors
    /// [`Code::PropertyUnknown`], or [`Code::PropertyReadOnly`] where it is one of these.
    pub fn end(self, read_only: &[&str]) -> Result<(), Refusal> {
        match self.0.into_iter().map(|(name, _)| name).find(|name| !name.contains('@')) {
            None => Ok(()),
            Some(name) => {
                let known = read_only.contains(&name.as_str());
                let code = if known { Code::PropertyReadOnly } else { Code::PropertyUnknown };
                Err(Refusal::new(code).with("property", name.chars().take(80).collect::<String>()))
            }
        }
    }
}

fn wrong_kind(name: &str, kind: &'static str) -> Refusal {
    Refusal::new(Code::PropertyKind).with("property", name).with("kind", kind)
}
