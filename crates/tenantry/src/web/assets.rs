//! Style sheet and scripts, compiled into the binary.
//!
//! An asset's address carries the hash of its content, so browsers keep it for good and a new release is seen at
//! once. Compressed forms are made once, when first asked for.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{LazyLock, OnceLock};

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../assets"]
struct Files;

/// Something that browsers keep for good, because its address changes with its content.
pub(super) struct Asset {
    pub(super) url: String,
    pub(super) hash: String,
    mime: &'static str,
    plain: Bytes,
    gzip: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
}

/// How long browsers may keep an asset.
pub(super) const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Constant content of the binary, not state: the same for every service in a process.
static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    Files::iter()
        .filter(|name| !name.ends_with(".md"))
        .filter_map(|name| {
            let file = Files::get(&name)?;
            let asset = Asset::new("/assets", &name, file.data.into_owned());
            Some((name.into_owned(), asset))
        })
        .collect()
});

/// The address of an asset, for templates. A name that doesn't exist gives an address that answers 404.
#[must_use]
pub fn asset(name: &str) -> &'static str {
    ASSETS.get(name).map_or("/assets/none", |asset| asset.url.as_str())
}

/// `/assets/<hash>/<name>`; no state needed.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{hash}/{*name}", get(serve)).route("/favicon.ico", get(favicon))
}

async fn serve(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    match ASSETS.get(&name) {
        Some(asset) if asset.hash == hash => asset.answer(&headers, FOR_GOOD),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn favicon(headers: HeaderMap) -> Response {
    match ASSETS.get("icon.svg") {
        Some(asset) => asset.answer(&headers, "public, max-age=86400"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Asset {
    /// At `<folder>/<hash>/<name>`.
    pub(super) fn new(folder: &str, name: &str, content: Vec<u8>) -> Self {
        let digest = digest(&SHA256, &content);
        let hash: String = digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self {
            url: format!("{folder}/{hash}/{name}"),
            hash,
            mime: mime(name),
            plain: Bytes::from(content),
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    pub(super) fn answer(&self, headers: &HeaderMap, caching: &'static str) -> Response {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (encoding, body) = if accepts(accepted, "br") {
            (Some("br"), self.brotli.get_or_init(|| brotli(&self.plain)).clone())
        } else if accepts(accepted, "gzip") {
            (Some("gzip"), self.gzip.get_or_init(|| gzip(&self.plain)).clone())
        } else {
            (None, self.plain.clone())
        };
        let tag = format!("\"{}-{}\"", self.hash, encoding.unwrap_or("plain"));
        let known = headers.get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
        let mut response =
            if known { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
        let answered = response.headers_mut();
        answered.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
        answered.insert(VARY, HeaderValue::from_static("accept-encoding"));
        answered.insert(CONTENT_TYPE, HeaderValue::from_static(self.mime));
        answered.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            answered.insert(ETAG, tag);
        }
        if let Some(encoding) = encoding.filter(|_| !known) {
            answered.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|part| {
        let mut pieces = part.split(';').map(str::trim);
        pieces.next() == Some(encoding) && pieces.next() != Some("q=0")
    })
}

fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory can't fail; an empty answer would show it at once in the tests.
    let written = encoder.write_all(plain).and_then(|()| encoder.finish());
    Bytes::from(written.unwrap_or_default())
}

fn brotli(plain: &[u8]) -> Bytes {
    let mut packed = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams { quality: 9, ..Default::default() };
    let written = brotli::BrotliCompress(&mut &plain[..], &mut packed, &settings);
    Bytes::from(written.map(|_| packed).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn every_asset_unpacks_to_itself() {
        for asset in ASSETS.values() {
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(&gzip(&asset.plain)[..]).read_to_end(&mut unpacked).unwrap();
            assert_eq!(unpacked, asset.plain);
            let mut unpacked = Vec::new();
            brotli::BrotliDecompress(&mut &brotli(&asset.plain)[..], &mut unpacked).unwrap();
            assert_eq!(unpacked, asset.plain);
        }
    }

    #[test]
    fn style_and_scripts_leave_room_in_fifty_kilobytes() {
        let sent: usize = ["app.css", "app.js", "htmx.min.js", "icon.svg", "passkeys.js"]
            .iter()
            .map(|name| gzip(&ASSETS.get(*name).unwrap().plain).len())
            .sum();
        assert!(sent < 40_000, "{sent} bytes");
    }

    #[test]
    fn an_answer_names_its_hash_and_honours_a_known_one() {
        let asset = ASSETS.get("app.css").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, br;q=0"));
        let first = asset.answer(&headers, "public");
        assert_eq!(first.headers()[CONTENT_ENCODING], "gzip");
        headers.insert(IF_NONE_MATCH, first.headers()[ETAG].clone());
        assert_eq!(asset.answer(&headers, "public").status(), StatusCode::NOT_MODIFIED);
    }
}
