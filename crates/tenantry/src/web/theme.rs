//! Light, dark, or as the system says: a form that works without a script, remembered in a cookie.

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;

use super::cookies;
use super::forms::Fields;
use super::layout::Page;

/// How the pages are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// An unknown word means the system's choice.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }

    /// The value of `data-theme` and of the cookie.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// `POST /theme`; no state needed.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/theme", post(choose))
}

async fn choose(page: Page, fields: Fields) -> Response {
    let theme = Theme::parse(fields.value("theme"));
    let mut response = Redirect::to(own_path(fields.value("back"))).into_response();
    cookies::put(page.is_secure(), response.headers_mut(), "theme", theme.as_str(), Some(31_536_000));
    response
}

/// A path on this site as it is, anything else as the start page: nobody can use a form to send people away.
#[must_use]
pub fn own_path(path: &str) -> &str {
    let inside = path.starts_with('/') && !path.starts_with("//");
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if inside && plain { path } else { "/" }
}

/// The value of a cookie in a `Cookie` header.
pub(super) fn cookie<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_on_this_site() {
        assert_eq!(own_path("/people?page=2"), "/people?page=2");
        for away in ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nb: c"] {
            assert_eq!(own_path(away), "/", "{away:?}");
        }
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        assert_eq!(cookie("a=1; theme=dark", "theme"), Some("dark"));
        assert_eq!(cookie("my-theme=dark", "theme"), None);
    }
}
