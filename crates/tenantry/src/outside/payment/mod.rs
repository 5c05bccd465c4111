//! Cards, set up for later payments at zero amount: nothing is charged here.
//!
//! A *setup* collects one card. It is made for an owner (a sign-up, a tenant) under a reference that makes asking twice
//! harmless; the person fills in the provider's form; afterwards the provider, not the browser, says what came of it.
//! The shape is that of Stripe's SetupIntent. Providers: the built-in [`sandbox`] and, for tests, [`memory`].

pub mod memory;
pub mod sandbox;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use model::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Error;
use crate::moment::Moment;

/// The provider's name for a setup: unguessable.
pub type SetupId = String;

/// A card as it may be kept: never its number or CVC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentMethod {
    /// Who keeps the card.
    pub provider: String,
    /// The provider's name for the card.
    pub reference: String,
    /// `visa`, `mastercard`, `amex`, `discover`, `diners`, `jcb`, `unionpay`.
    pub brand: String,
    /// Four digits.
    pub last_four: String,
    /// 1 to 12.
    pub expiry_month: u32,
    /// Four digits.
    pub expiry_year: u32,
    /// Where the card was issued, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub country: Option<String>,
    #[serde(default)]
    pub cardholder: Option<String>,
}

impl PaymentMethod {
    /// `Visa •••• 4242`: how pages and the activity log name the card.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} •••• {}", brand_name(&self.brand), self.last_four)
    }

    /// `12/2030`.
    #[must_use]
    pub fn expiry(&self) -> String {
        format!("{:02}/{}", self.expiry_month, self.expiry_year)
    }
}

/// The brand as it writes itself.
#[must_use]
pub fn brand_name(brand: &str) -> &str {
    match brand {
        "visa" => "Visa",
        "mastercard" => "Mastercard",
        "amex" => "American Express",
        "discover" => "Discover",
        "diners" => "Diners Club",
        "jcb" => "JCB",
        "unionpay" => "UnionPay",
        other => other,
    }
}

/// What came of a setup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetupState {
    /// No card yet.
    RequiresPaymentMethod,
    /// The issuer said no, with its reason's code; another card may be tried in the same setup.
    Declined(String),
    Succeeded(PaymentMethod),
}

/// What a decline means for the person, beside the card number.
#[must_use]
pub fn declined(reason: &str) -> Refusal {
    let code = match reason {
        "insufficient_funds" => Code::CardInsufficientFunds,
        "expired_card" => Code::CardDeclinedExpired,
        "incorrect_cvc" => Code::CardDeclinedCvc,
        _ => Code::CardDeclined,
    };
    Refusal::new(code).on("card_number")
}

/// A setup as its provider knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// What it was made under.
    pub reference: String,
    pub state: SetupState,
}

/// How the page collects the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardForm {
    /// A plain form: `card_number`, `card_expiry`, `card_cvc`, `card_name` and the hidden `return_path`, posted to the
    /// provider's `action`, which leads back to that path.
    Plain { action: String, return_path: String },
}

/// Somebody who keeps cards.
pub trait Provider: Send + Sync {
    /// The name that is stored beside references.
    fn name(&self) -> &'static str;

    /// Makes a setup, or gives the one made under this reference before.
    fn create_setup<'a>(
        &'a self,
        app: &'a App,
        reference: &'a str,
        moment: &'a Moment,
    ) -> BoxFuture<'a, Result<SetupId, Error>>;

    /// The setup of that id, if there is one.
    fn setup<'a>(&'a self, app: &'a App, id: &'a str) -> BoxFuture<'a, Result<Option<Setup>, Error>>;

    /// How a page collects the card of a setup; the person ends at `return_path`, a page of ours.
    fn form(&self, id: &str, return_path: &str) -> CardForm;
}

/// The provider as features use it. Cheap to clone. Call it outside transactions: a provider may be slow.
#[derive(Clone)]
pub struct Payment(Arc<dyn Provider>);

impl Payment {
    pub fn new(provider: impl Provider + 'static) -> Self {
        Self(Arc::new(provider))
    }

    /// The name that is stored beside references.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.0.name()
    }

    /// Makes a setup for a card. `reference` is the owner's id (of a sign-up, a tenant), or that id, a slash and
    /// anything where one owner needs several; the same reference gives the same setup.
    ///
    /// # Errors
    /// When the provider can't be reached.
    pub async fn create_setup(&self, app: &App, reference: &str, moment: &Moment) -> Result<SetupId, Error> {
        self.0.create_setup(app, reference, moment).await
    }

    /// What came of a setup of this owner.
    ///
    /// # Errors
    /// When there is no such setup or it belongs to another owner, which answer alike; when the provider can't be
    /// reached.
    pub async fn setup(&self, app: &App, id: &str, owner: &str) -> Result<SetupState, Error> {
        let setup = self.0.setup(app, id).await?.ok_or_else(Error::not_found)?;
        let rest = setup.reference.strip_prefix(owner);
        if owner.is_empty() || !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Err(Error::not_found());
        }
        Ok(setup.state)
    }

    /// Refuses an id that isn't a setup's.
    ///
    /// # Errors
    /// When there is no such setup, or the provider can't be reached.
    pub async fn exists(&self, app: &App, id: &str) -> Result<(), Error> {
        self.0.setup(app, id).await?.map(drop).ok_or_else(Error::not_found)
    }

    /// How a page collects the card of a setup.
    #[must_use]
    pub fn form(&self, id: &str, return_path: &str) -> CardForm {
        self.0.form(id, return_path)
    }
}

/// Whether a card form may lead back to this path: one of our own pages that asks for cards, and nothing that a browser
/// could read as another site.
#[must_use]
pub fn may_return_to(path: &str) -> bool {
    let ours = ["/sign-up/", "/billing/"].iter().any(|start| path.starts_with(start)) || path == "/billing";
    let plain = |char: char| {
        char.is_ascii_lowercase()
            || char.is_ascii_digit()
            || "-_/".contains(char)
            || char.is_ascii_uppercase()
    };
    ours && path.len() <= 200 && !path.contains("//") && path.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::may_return_to;

    #[test]
    fn only_our_own_pages_are_returned_to() {
        for ours in
            ["/sign-up/payment", "/billing", "/billing/cards/new/setup_aZ-9", "/billing/set-up/payment"]
        {
            assert!(may_return_to(ours), "{ours}");
        }
        let tricks = [
            "",
            "/",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/sign-up/",
            "/sign-up/..%2f",
            "/sign-up/../sign-out",
            "/sign-up//evil.example",
            "/sign-up/x?next=//evil",
            "/sign-up/x#y",
            "/sign-upx",
            "/billingx",
            "/sign-up/\r\nx",
            "javascript:/sign-up/",
        ];
        for trick in tricks {
            assert!(!may_return_to(trick), "{trick}");
        }
    }
}
