//! A provider in memory: tests say what the issuer answers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;

use super::{CardForm, PaymentMethod, Provider, Setup, SetupId, SetupState};
use crate::app::App;
use crate::error::Error;
use crate::moment::Moment;

/// Setups by id. Clones share them.
#[derive(Clone, Default)]
pub struct MemoryPayment(Arc<Mutex<BTreeMap<SetupId, Setup>>>);

impl MemoryPayment {
    /// Says what came of a setup, as the person's card would.
    pub fn decide(&self, id: &str, state: SetupState) {
        if let Some(setup) = self.setups().get_mut(id) {
            setup.state = state;
        }
    }

    /// A card to decide with.
    #[must_use]
    pub fn card(last_four: &str) -> PaymentMethod {
        PaymentMethod {
            provider: "memory".into(),
            reference: format!("memory_card_{last_four}"),
            brand: "visa".into(),
            last_four: last_four.to_owned(),
            expiry_month: 12,
            expiry_year: 2040,
            country: None,
            cardholder: None,
        }
    }

    fn setups(&self) -> std::sync::MutexGuard<'_, BTreeMap<SetupId, Setup>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Provider for MemoryPayment {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn create_setup<'a>(
        &'a self,
        _app: &'a App,
        reference: &'a str,
        moment: &'a Moment,
    ) -> BoxFuture<'a, Result<SetupId, Error>> {
        let mut setups = self.setups();
        let known = setups.iter().find(|(_, setup)| setup.reference == reference).map(|(id, _)| id.clone());
        let id = known.unwrap_or_else(|| format!("memory_{}", crate::secrets::token(moment)));
        let new = || Setup { reference: reference.to_owned(), state: SetupState::RequiresPaymentMethod };
        setups.entry(id.clone()).or_insert_with(new);
        Box::pin(async move { Ok(id) })
    }

    fn setup<'a>(&'a self, _app: &'a App, id: &'a str) -> BoxFuture<'a, Result<Option<Setup>, Error>> {
        let found = self.setups().get(id).cloned();
        Box::pin(async move { Ok(found) })
    }

    fn form(&self, id: &str, return_path: &str) -> CardForm {
        CardForm::Plain { action: format!("/memory/{id}"), return_path: return_path.to_owned() }
    }
}
