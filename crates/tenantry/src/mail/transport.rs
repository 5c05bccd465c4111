//! Where mail goes: SMTP, or the local mailbox of a first run.

use jiff::Timestamp;
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::layout::Rendered;
use crate::app::App;
use crate::config;
use crate::db::{DbError, FromRow, Row};
use crate::error::Error;
use crate::moment::Moment;
use crate::{params, transaction};

/// The configured way out.
pub enum Transport {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    /// Kept in the database and shown on the mailbox page.
    Local,
}

/// How many mails the local mailbox keeps.
const KEPT: i64 = 500;

impl Transport {
    /// # Errors
    /// When the SMTP URL can't be used.
    pub fn new(settings: &config::Mail) -> Result<Self, Error> {
        if settings.transport == "local" {
            return Ok(Self::Local);
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.smtp_url)
            .map_err(|_| Error::internal("mail.smtp_url can't be used"))?;
        Ok(Self::Smtp(Box::new(builder.timeout(Some(std::time::Duration::from_secs(20))).build())))
    }

    /// Does the mail server answer and let us in? The local mailbox always does.
    ///
    /// # Errors
    /// Why it doesn't.
    pub async fn test(&self) -> Result<(), Error> {
        match self {
            Self::Smtp(transport) => match transport.test_connection().await {
                Ok(true) => Ok(()),
                Ok(false) => Err(Error::internal("the server closed the connection")),
                Err(error) => Err(Error::internal(error)),
            },
            Self::Local => Ok(()),
        }
    }

    pub(super) async fn deliver(&self, app: &App, mail: Rendered, moment: &Moment) -> Result<(), Error> {
        match self {
            Self::Smtp(transport) => {
                let message = compose(&app.config.mail.from, mail)?;
                transport.send(message).await.map(drop).map_err(|error| untaken(&error))
            }
            Self::Local => keep(app, &mail, moment).await,
        }
    }
}

// What a server says of a mail often names its recipient, who belongs in no log.
fn untaken(error: &lettre::transport::smtp::Error) -> Error {
    match error.status() {
        Some(code) => Error::internal(format!("the mail server answered {code}")),
        None => Error::internal(error),
    }
}

fn compose(from: &str, mail: Rendered) -> Result<Message, Error> {
    let from: Mailbox = from.parse().map_err(|_| Error::internal("mail.from isn't an address"))?;
    let to: Mailbox = mail.to.parse().map_err(|_| Error::internal("a recipient isn't an address"))?;
    Message::builder()
        .from(from)
        .to(to)
        .subject(mail.subject)
        .multipart(MultiPart::alternative_plain_html(mail.text, mail.html))
        .map_err(Error::internal)
}

/// A mail in the local mailbox.
pub struct LocalMail {
    pub recipient: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub kept_at: Timestamp,
}

impl FromRow for LocalMail {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            recipient: row.get("recipient")?,
            subject: row.get("subject")?,
            text: row.get("body_text")?,
            html: row.get("body_html")?,
            kept_at: row.get("kept_at")?,
        })
    }
}

async fn keep(app: &App, mail: &Rendered, moment: &Moment) -> Result<(), Error> {
    transaction!(app.db, |scope| {
        scope
            .execute(
                "INSERT INTO local_mail (id, recipient, subject, body_text, body_html, kept_at) VALUES ($1, $2, $3, $4, $5, $6)",
                params![moment.uuid(), &mail.to, &mail.subject, &mail.text, &mail.html, moment.now],
            )
            .await?;
        scope
            .execute(
                "DELETE FROM local_mail WHERE id NOT IN (SELECT id FROM local_mail ORDER BY kept_at DESC, id DESC LIMIT $1)",
                params![KEPT],
            )
            .await?;
        Ok(())
    })
}

/// The latest mails of the local mailbox, newest first; of one recipient where given.
///
/// # Errors
/// When the engine fails.
pub async fn kept(app: &App, recipient: Option<&str>) -> Result<Vec<LocalMail>, Error> {
    let mut scope = app.db.read().await?;
    let sql = "SELECT recipient, subject, body_text, body_html, kept_at FROM local_mail \
               WHERE $1 = '' OR lower(recipient) = $1 ORDER BY kept_at DESC, id DESC LIMIT 100";
    Ok(scope.all(sql, params![recipient.unwrap_or_default().to_lowercase()]).await?)
}
