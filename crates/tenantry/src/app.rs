//! All that a request, a job or a command may use. Tests build this same one, with their own clock and neighbours.

use std::ops::Deref;
use std::sync::Arc;

use model::eligibility::email::EmailRules;

use crate::config::Config;
use crate::db::Db;
use crate::features::agreements::Library;
use crate::features::openid::Known;
use crate::jobs::Registry;
use crate::moment::{Clock, Moment, Random};
use crate::outside::Outside;
use crate::passwords::Hasher;
use crate::secrets::Keys;
use crate::web::kept::Kept;
use crate::web::layout::{Notice, PageSource};
use crate::web::limits::Limits;
use crate::web::locale::Locales;

/// A handle on the running service. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the handle holds.
pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub keys: Arc<Keys>,
    pub locales: Arc<Locales>,
    pub passwords: Hasher,
    pub email_rules: EmailRules,
    pub outside: Outside,
    pub agreements: Library,
    pub jobs: Registry,
    pub limits: Limits,
    pub signing: crate::signing::Opened,
    pub client_keys: crate::signing::ClientKeys,
    pub kept: Kept,
    pub known: Known,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
}

impl App {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The present instant with the random source, for one operation.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment::new(self.clock.now(), Arc::clone(&self.random))
    }

    /// What pages are made with: languages, the product's name, and what a visitor must know of the set-up.
    #[must_use]
    pub fn page_source(&self) -> PageSource {
        let mut notices = Vec::new();
        if self.config.mail.transport == "local" {
            notices.push(Notice::LocalMailbox);
        }
        if self.config.payment.provider == "sandbox" {
            notices.push(Notice::SandboxPayment);
        }
        if !self.config.server.is_secure() {
            notices.push(Notice::PlainHttp);
        }
        PageSource::new(Arc::clone(&self.locales), &self.config.product, notices)
    }

    /// An absolute link, from configuration alone (SPEC §3.12). `path` starts with a slash.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.config.server.public_url)
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
