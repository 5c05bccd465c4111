//! The base layout of all mails, text and HTML, without images or anything fetched.

use askama::Template;

use super::{Document, Message};
use crate::app::App;
use crate::web::brand;
use crate::web::colour::Rgb;

/// A mail ready for the transport.
pub struct Rendered {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

#[derive(Template)]
#[template(path = "mail/message.html")]
struct HtmlBody<'a> {
    language: &'a str,
    direction: &'a str,
    product: &'a str,
    subject: &'a str,
    paragraphs: Vec<&'a str>,
    code: Option<&'a str>,
    action: Option<(String, &'a str)>,
    document: Option<&'a Document>,
    footer: String,
    /// Background and text of the button.
    button: (Rgb, Rgb),
}

pub(super) fn render(app: &App, message: &Message) -> Rendered {
    let l = app.locales.choose(Some(&message.language), None);
    let product = app.config.product.name.as_str();
    let mut arguments: Vec<(&str, &str)> =
        message.arguments.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    arguments.push(("product", product));
    let subject = one_line(&l.message(&format!("{}-subject", message.key), &arguments));
    let body = l.message(&format!("{}-body", message.key), &arguments);
    let paragraphs: Vec<&str> = body.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let footer = l.a("mail-footer", &[("product", product), ("link", app.config.server.public_url.as_str())]);
    let action = message.action.as_ref().map(|(label, address)| (l.t(label), address.as_str()));

    let mut text = paragraphs.join("\n\n");
    if let Some(code) = &message.code {
        text = format!("{code}\n\n{text}");
    }
    if let Some((label, address)) = &action {
        text = format!("{text}\n\n{label}:\n{address}");
    }
    if let Some(document) = &message.document {
        text = format!("{text}\n\n{}", in_text(document));
    }
    text = format!("{text}\n\n-- \n{footer}\n");

    let html = HtmlBody {
        language: l.lang(),
        direction: l.dir(),
        product,
        subject: &subject,
        paragraphs,
        code: message.code.as_deref(),
        action,
        document: message.document.as_ref(),
        footer,
        button: brand::button(&app.config.product.accent),
    };
    let html = html.render().unwrap_or_default();
    Rendered { to: message.to.clone(), subject, text, html }
}

// Below a line of its own, with nothing added: a hash of the text can be compared.
fn in_text(document: &Document) -> String {
    let sections =
        document.sections.iter().flat_map(|(heading, paragraphs)| std::iter::once(heading).chain(paragraphs));
    let blocks: Vec<_> = std::iter::once(&document.title).chain(sections).map(String::as_str).collect();
    format!("{}\n\n{}", "=".repeat(40), blocks.join("\n\n"))
}

// A header holds one line; values in a subject come from people.
fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}
