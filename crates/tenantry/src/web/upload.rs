//! Forms with a file: `multipart/form-data`, read up to a limit of its own while it arrives.
//!
//! A route that takes one is laid under [`own_limit`], since the body limit of all others is far smaller.

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_TYPE;
use model::refusal::Code;

use super::forms::Fields;
use crate::error::Error;

/// Parts of one form, and bytes of a part that is no file.
const PARTS: usize = 20;
const TEXT: usize = 4_096;
/// How many times its limit of a file is read before the connection is given up.
const READ_ON: usize = 8;
/// Bytes of a form of the usual kind.
const USUAL: usize = 1 << 16;

/// A file as it was sent: its name and bytes are whatever the sender chose.
#[derive(Debug)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A form with at most one file.
#[derive(Debug, Default)]
pub struct Upload {
    pub fields: Fields,
    pub file: Option<File>,
    /// The file was larger than asked for; its bytes weren't kept.
    pub too_large: bool,
}

/// For the route: the bytes are counted by [`read`] instead.
pub fn own_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::disable()
}

/// Reads a form whose field `file` has at most `most` bytes. A form of the usual kind has no file.
///
/// # Errors
/// What can't be read, or has too many parts, as an answer.
pub async fn read(request: Request, most: usize) -> Result<Upload, Response> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        let (head, body) = request.into_parts();
        let too_large = |_| Error::from(Code::InputTooLarge).into_response();
        let bytes = axum::body::to_bytes(body, USUAL).await.map_err(too_large)?;
        let fields = Fields::from_request(Request::from_parts(head, Body::from(bytes)), &()).await?;
        return Ok(Upload { fields, ..Upload::default() });
    }
    let unreadable = || Error::from(Code::InputInvalid).into_response();
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
    let mut upload = Upload::default();
    for _ in 0..PARTS {
        let Some(mut part) = parts.next_field().await.map_err(|_| unreadable())? else { return Ok(upload) };
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let limit = if file_name.is_some() { most } else { TEXT };
        let (mut bytes, mut seen) = (Vec::new(), 0);
        while let Some(chunk) = part.chunk().await.map_err(|_| unreadable())? {
            seen += chunk.len();
            if seen > limit {
                if file_name.is_none() {
                    return Err(Error::from(Code::InputTooLarge).into_response());
                }
                upload.too_large = true;
                // Read on for a while: a browser that is cut off shows a broken connection instead of the reason.
                if seen > limit.saturating_mul(READ_ON) {
                    return Ok(upload);
                }
                bytes.clear();
                continue;
            }
            bytes.extend_from_slice(&chunk);
        }
        match file_name {
            // A file field that was left empty is sent without a name.
            Some(file_name) if name == "file" && !file_name.is_empty() => {
                upload.file = Some(File { name: file_name, bytes });
            }
            Some(_) => {}
            None => {
                let text = String::from_utf8(bytes).map_err(|_| unreadable())?;
                upload.fields.set(&name, text);
            }
        }
    }
    Err(Error::from(Code::InputTooLarge).into_response())
}
