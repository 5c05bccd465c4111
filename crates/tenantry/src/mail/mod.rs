//! Mail: typed messages, an outbox, a transport.
//!
//! An operation enqueues a [`Message`] in its own transaction, so a mail exists exactly if its cause does. The job
//! then hands it to the transport: SMTP, or on a first run the local mailbox page. Text for people comes from
//! `locales/<language>/mail.ftl`: `<key>-subject`, and `<key>-body` whose lines become paragraphs.

mod layout;
mod transport;

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::db::Scope;
use crate::error::Error;
use crate::jobs::{self, Job, Priority};
use crate::moment::Moment;

pub use transport::{LocalMail, Transport, kept};

/// One mail to one person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// The address as its owner wrote it, plus tag included.
    pub to: String,
    /// The language tag of the person.
    pub language: String,
    /// Which text: `<key>-subject` and `<key>-body` of `mail.ftl`.
    pub key: String,
    /// Values that the text names.
    pub arguments: Vec<(String, String)>,
    /// A code shown large.
    pub code: Option<String>,
    /// The label's key and address of one button.
    pub action: Option<(String, String)>,
    /// A long text that follows the message.
    #[serde(default)]
    pub document: Option<Document>,
}

/// A text with headings, such as an agreement, given in the words of its source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document {
    pub title: String,
    /// Headings with their paragraphs.
    pub sections: Vec<(String, Vec<String>)>,
}

impl Message {
    #[must_use]
    pub fn new(to: impl Into<String>, language: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            to: to.into(),
            language: language.into(),
            key: key.into(),
            arguments: Vec::new(),
            code: None,
            action: None,
            document: None,
        }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.arguments.push((name.to_owned(), value.into()));
        self
    }

    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// A long text to follow the message, whole.
    #[must_use]
    pub fn document(mut self, document: Document) -> Self {
        self.document = Some(document);
        self
    }

    /// One button; `label` is a key of the text files, `address` an absolute link made by `App::link`.
    #[must_use]
    pub fn action(mut self, label: &str, address: impl Into<String>) -> Self {
        self.action = Some((label.to_owned(), address.into()));
        self
    }
}

/// Puts a mail into the outbox.
///
/// # Errors
/// When the engine fails.
pub async fn send(scope: &mut Scope, message: Message, moment: &Moment) -> Result<(), Error> {
    jobs::enqueue(scope, &SendMail { message }, moment).await
}

/// The outbox: one job a mail.
#[derive(Serialize, Deserialize)]
pub struct SendMail {
    message: Message,
}

impl Job for SendMail {
    const KIND: &'static str = "send-mail";
    const PRIORITY: Priority = Priority::First;

    async fn run(self, app: App, moment: Moment) -> Result<(), Error> {
        let rendered = layout::render(&app, &self.message);
        app.outside.mail.deliver(&app, rendered, &moment).await
    }
}
