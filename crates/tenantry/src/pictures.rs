//! Pictures that people send: which are taken, and how they are shown so that nothing in them can run or tell.

use aws_lc_rs::digest::{SHA256, digest};
use axum::response::{IntoResponse as _, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use model::refusal::{Code, Refusal};
use protocol::picture::{self, Fault, Kind, Picture};

use crate::error::Error;

/// Pixels of a side: a few bytes can claim millions, which whoever looks at them would have to hold.
pub const SIDE: u32 = 4_096;

/// Opened as a page of its own, a picture may load and run nothing, whatever a browser takes it for.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Which pictures are taken for one purpose.
pub struct Wanted {
    /// The field or property that it stands in.
    pub on: &'static str,
    /// Bytes.
    pub largest: usize,
    pub kinds: &'static [Kind],
}

impl Wanted {
    /// The picture without what it tells beside.
    ///
    /// # Errors
    /// Too large, of another kind, damaged, or too wide or high.
    pub fn take(&self, sent: &[u8]) -> Result<Picture, Refusal> {
        if sent.len() > self.largest {
            return Err(self.too_large());
        }
        let wanted = |kind: Kind| self.kinds.contains(&kind);
        match picture::read(sent) {
            Ok(found) if !wanted(found.kind) => Err(self.other_kind()),
            Ok(found) if found.width > SIDE || found.height > SIDE => {
                Err(Refusal::new(Code::PictureSides).on(self.on).with("max", SIDE.to_string()))
            }
            Ok(found) => Ok(found),
            Err(Fault::Unknown) => Err(self.other_kind()),
            Err(Fault::Broken) => Err(Refusal::new(Code::PictureBroken).on(self.on)),
        }
    }

    /// The largest size in words.
    #[must_use]
    pub fn size(&self) -> String {
        format!("{} KiB", self.largest / 1024)
    }

    /// The kinds in words.
    #[must_use]
    pub fn names(&self) -> String {
        self.kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// What is told of a file whose bytes weren't kept.
    #[must_use]
    pub fn too_large(&self) -> Refusal {
        Refusal::new(Code::PictureTooLarge).on(self.on).with("max", self.size())
    }

    fn other_kind(&self) -> Refusal {
        Refusal::new(Code::PictureKind).on(self.on).with("kinds", self.names())
    }
}

/// What tells two pictures apart (RFC 9110 §8.8.3).
#[must_use]
pub fn etag(image: &[u8]) -> String {
    let digest = digest(&SHA256, image);
    let hash: String = digest.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

fn names(headers: &HeaderMap, header: HeaderName, etag: Option<&str>) -> Option<bool> {
    let tags = headers.get(header)?.to_str().unwrap_or_default();
    let is_it = |tag: &str| etag.is_some_and(|etag| tag == "*" || tag.trim_start_matches("W/") == etag);
    Some(tags.split(',').map(str::trim).any(is_it))
}

/// `If-Match` of a picture (RFC 9110 §13.1.1).
///
/// # Errors
/// [`Code::ChangedMeanwhile`].
pub fn unchanged(headers: &HeaderMap, etag: Option<&str>) -> Result<(), Error> {
    match names(headers, IF_MATCH, etag) {
        Some(false) => Err(Code::ChangedMeanwhile.into()),
        _ => Ok(()),
    }
}

/// A picture as an answer; nothing but its ETag where the caller has it (RFC 9110 §13.1.2).
#[must_use]
pub fn shown(headers: &HeaderMap, content_type: &str, etag: &str, image: Vec<u8>) -> Response {
    let is_known = names(headers, IF_NONE_MATCH, Some(etag)) == Some(true);
    let mut response =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { image.into_response() };
    let answered = response.headers_mut();
    // Asked for each time, since the right to see it may end, but sent once.
    for (name, value) in [
        (CACHE_CONTROL, "private, no-cache"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CONTENT_TYPE, content_type),
        (ETAG, etag),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            answered.insert(name, value);
        }
    }
    if is_known {
        answered.remove(CONTENT_TYPE);
    }
    response
}

/// The same where nobody needs a right to see it, and a while passes before one that was taken away is gone everywhere.
#[must_use]
pub fn shown_to_everybody(headers: &HeaderMap, content_type: &str, etag: &str, image: Vec<u8>) -> Response {
    let mut response = shown(headers, content_type, etag, image);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}
