//! Documents that everybody may read, finished: the metadata and the keys of tenants that were asked for of late.
//!
//! What is kept counts while this process has committed nothing to the tables that it is made of, and for [`SECONDS`] at most, since
//! other nodes and commands commit too: a key that was revoked, or a tenant that was deleted, is shown no more at once on the
//! node that did so, and after these seconds on every other.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::HeaderValue;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::app::App;
use crate::error::Error;

/// How long a document is shown without asking whether it is still so.
const SECONDS: i64 = 2;

/// Documents that are kept. Each is some kilobytes.
const MOST: usize = 1000;

/// A document as it is sent.
#[derive(Clone)]
pub struct Document {
    pub bytes: Bytes,
    /// Its `ETag`.
    pub tag: HeaderValue,
}

impl Document {
    /// # Errors
    /// Never, but the types say so.
    pub fn of(value: &Value) -> Result<Self, Error> {
        let bytes = Bytes::from(value.to_string());
        let hash = URL_SAFE_NO_PAD.encode(&digest(&SHA256, &bytes).as_ref()[..16]);
        // Weak, since what is sent may be compressed.
        let tag = HeaderValue::from_str(&format!("W/\"{hash}\"")).map_err(Error::internal)?;
        Ok(Self { bytes, tag })
    }
}

/// What a document is as old as: taken before anything that it is made of is read.
#[derive(Clone, Copy)]
pub struct AsOf {
    at: Timestamp,
    watched: u64,
}

impl AsOf {
    #[must_use]
    pub fn now(app: &App) -> Self {
        Self { at: app.clock.now(), watched: app.db.watched() }
    }

    fn covers(self, now: Self) -> bool {
        let until = self.at.checked_add(SignedDuration::from_secs(SECONDS)).unwrap_or(self.at);
        self.watched == now.watched && (self.at..until).contains(&now.at)
    }
}

/// What this process keeps, by path.
#[derive(Default)]
pub struct Documents(RwLock<HashMap<String, (AsOf, Document)>>);

impl Documents {
    #[must_use]
    pub fn find(&self, path: &str, now: AsOf) -> Option<Document> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (as_of, document) = kept.get(path)?;
        as_of.covers(now).then(|| document.clone())
    }

    pub fn keep(&self, path: &str, as_of: AsOf, document: Document) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST && !kept.contains_key(path) {
            kept.retain(|_, (known, _)| known.covers(as_of));
            if kept.len() >= MOST {
                kept.clear();
            }
        }
        kept.insert(path.to_owned(), (as_of, document));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn as_of(second: i64, watched: u64) -> AsOf {
        AsOf { at: Timestamp::from_second(second).unwrap(), watched }
    }

    #[test]
    fn a_document_is_kept_for_seconds_and_until_something_changes() {
        let (documents, document) = (Documents::default(), Document::of(&json!({ "a": 1 })).unwrap());
        documents.keep("/a", as_of(10, 7), document);
        assert!(documents.find("/b", as_of(10, 7)).is_none());
        for (second, watched, found) in
            [(10, 7, true), (11, 7, true), (12, 7, false), (9, 7, false), (10, 8, false), (10, 6, false)]
        {
            let at = as_of(second, watched);
            assert_eq!(documents.find("/a", at).is_some(), found, "{second} {watched}");
        }
    }

    #[test]
    fn no_more_are_kept_than_may_be() {
        let (documents, document) = (Documents::default(), Document::of(&json!({})).unwrap());
        for number in 0..=MOST {
            documents.keep(&format!("/{number}"), as_of(10, 0), document.clone());
        }
        assert!(documents.0.read().unwrap().len() <= MOST);
        assert!(documents.find(&format!("/{MOST}"), as_of(10, 0)).is_some());
    }
}
