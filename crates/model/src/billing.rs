//! What may be done to a billing account.

use crate::refusal::{Code, Refusal};

/// May a card be removed, of so many, while so much is owed (in the currency's smallest unit)?
///
/// # Errors
/// [`Code::PaymentMethodLast`] when it is the last one and something is owed (SPEC §11).
pub fn may_remove_card(cards: usize, owed: u64) -> Result<(), Refusal> {
    if cards <= 1 && owed > 0 { Err(Code::PaymentMethodLast.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_card_stays_while_something_is_owed() {
        assert!(may_remove_card(1, 1).is_err());
        assert!(may_remove_card(1, 0).is_ok() && may_remove_card(2, 1).is_ok());
    }
}
