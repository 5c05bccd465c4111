use std::sync::Arc;

use super::*;
use crate::moment::SystemRandom;

fn moment() -> Moment {
    Moment::new("2026-11-21T12:00:00Z".parse().unwrap(), Arc::new(SystemRandom))
}

fn judged(
    number: &str,
    expiry: &str,
    cvc: &str,
    name: &str,
) -> Result<SetupState, Vec<(Code, &'static str)>> {
    let (number, cvc) = (Secret::new(number), Secret::new(cvc));
    judge(&Card { number: &number, expiry, cvc: &cvc, name }, &moment()).map_err(|error| {
        error.into_refusals().unwrap().iter().map(|one| (one.code, one.field.unwrap())).collect()
    })
}

#[test]
fn every_test_card_has_a_right_check_digit_and_its_own_number() {
    for (index, card) in TEST_CARDS.iter().enumerate() {
        assert!(passes_luhn(card.number), "{}", card.number);
        assert!(TEST_CARDS[index + 1..].iter().all(|other| other.number != card.number));
    }
}

#[test]
fn test_cards_are_taken_or_declined() {
    let Ok(SetupState::Succeeded(method)) = judged("4242 4242 4242 4242", "11/26", "123", " Ana  Torres ")
    else {
        panic!()
    };
    assert_eq!(
        (method.brand.as_str(), method.last_four.as_str(), method.expiry()),
        ("visa", "4242", "11/2026".to_owned())
    );
    assert_eq!(method.cardholder.as_deref(), Some("Ana Torres"));
    let Ok(SetupState::Succeeded(method)) = judged("3782-822463-10005", "1/2031", "1234", "Ana") else {
        panic!()
    };
    assert_eq!(method.name(), "American Express •••• 0005");
    assert_eq!(
        judged("4000000000000002", "12/30", "123", "Ana"),
        Ok(SetupState::Declined("card_declined".into()))
    );
}

#[test]
fn anything_else_is_refused_beside_its_field() {
    let code = |result: Result<SetupState, Vec<(Code, &'static str)>>| result.unwrap_err();
    // A number that a card could carry: right check digit, not on the list.
    assert_eq!(
        code(judged("4539578763621486", "12/30", "123", "Ana")),
        [(Code::CardNotATestCard, "card_number")]
    );
    assert_eq!(
        code(judged("4242424242424241", "12/30", "123", "Ana")),
        [(Code::CardNumberInvalid, "card_number")]
    );
    assert_eq!(code(judged("4242424242424242", "10/26", "123", "Ana")), [(Code::CardExpired, "card_expiry")]);
    for wrong in ["13/30", "1230", "12/1", "ab/cd", "12/2099", "-1/30", "12/30/30"] {
        let refused = judged("4242424242424242", wrong, "123", "Ana");
        assert!(matches!(refused.as_ref().map_err(|refusals| refusals[0].1), Err("card_expiry")), "{wrong}");
    }
    assert_eq!(code(judged("378282246310005", "12/30", "123", "Ana")), [(Code::CardCvcInvalid, "card_cvc")]);
    assert_eq!(
        code(judged("4242424242424242", "12/30", "123", "4242 4242 4242 4242")),
        [(Code::InputInvalid, "card_name")]
    );
    assert_eq!(code(judged("", "", "", "")).len(), 4);
}
