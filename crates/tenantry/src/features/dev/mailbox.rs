//! `/dev/mailbox`: the mail of a deployment that sends none, newest first, of one recipient with `?to=`.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::mail::{LocalMail, kept};
use crate::web::layout::{Page, render};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/dev/mailbox", get(show))
}

#[derive(Deserialize)]
struct Filter {
    #[serde(default)]
    to: String,
}

#[derive(Template)]
#[template(path = "dev/mailbox.html")]
struct MailboxPage {
    page: Page,
    to: String,
    letters: Vec<Letter>,
}

struct Letter {
    mail: LocalMail,
    parts: Vec<Part>,
}

struct Part {
    text: String,
    is_link: bool,
}

async fn show(State(app): State<App>, page: Page, Query(filter): Query<Filter>) -> Result<Response, Error> {
    if app.config.mail.transport != "local" {
        return Err(Error::not_found());
    }
    let to = filter.to.trim().to_owned();
    let own = format!("{}/", app.config.server.public_url);
    let letters =
        kept(&app, Some(&to)).await?.into_iter().map(|mail| Letter { parts: parts(&mail.text, &own), mail });
    Ok(render(&MailboxPage { letters: letters.collect(), page, to }, StatusCode::OK))
}

/// Cuts a text at its links into this service; all others stay text.
fn parts(text: &str, own: &str) -> Vec<Part> {
    text.split_inclusive(char::is_whitespace)
        .flat_map(|word| {
            let trimmed = word.trim_end();
            let (link, rest) =
                if trimmed.starts_with(own) { word.split_at(trimmed.len()) } else { ("", word) };
            [(link, true), (rest, false)]
        })
        .filter(|(text, _)| !text.is_empty())
        .map(|(text, is_link)| Part { text: text.to_owned(), is_link })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_into_this_service_can_be_clicked() {
        let text = "Your code\n\nGo on:\nhttp://localhost:8080/sign-up/code?a=1\nor https://evil.example/x http://localhost:8080.evil.example/";
        let cut = parts(text, "http://localhost:8080/");
        let links: Vec<_> = cut.iter().filter(|part| part.is_link).map(|part| part.text.as_str()).collect();
        assert_eq!(links, ["http://localhost:8080/sign-up/code?a=1"]);
        assert_eq!(cut.iter().map(|part| part.text.as_str()).collect::<String>(), text);
    }
}
