//! The built-in provider of a first run: it takes the well-known test cards and nothing else.
//!
//! A number or CVC is looked at in memory and dropped: brand, last four digits, expiry and name are what is stored.

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::refusal::{Code, Refusal};

use super::{CardForm, PaymentMethod, Provider, Setup, SetupId, SetupState};
use crate::app::App;
use crate::db::{DbError, FromRow, Row, Scope};
use crate::error::Error;
use crate::moment::Moment;
use crate::secrets::{Secret, token};
use crate::{params, transaction};

/// The sandbox.
pub struct Sandbox;

/// What a card form sends.
pub struct Card<'a> {
    pub number: &'a Secret,
    /// `MM/YY` or `MM/YYYY`.
    pub expiry: &'a str,
    pub cvc: &'a Secret,
    pub name: &'a str,
}

struct TestCard {
    number: &'static str,
    brand: &'static str,
    country: Option<&'static str>,
    /// The issuer's reason to say no.
    declined: Option<&'static str>,
}

const fn card(number: &'static str, brand: &'static str) -> TestCard {
    TestCard { number, brand, country: None, declined: None }
}

const fn issued_in(number: &'static str, country: &'static str) -> TestCard {
    TestCard { number, brand: "visa", country: Some(country), declined: None }
}

const fn declined(number: &'static str, reason: &'static str) -> TestCard {
    TestCard { number, brand: "visa", country: None, declined: Some(reason) }
}

/// The test numbers that payment providers document; no card carries them.
const TEST_CARDS: &[TestCard] = &[
    card("4242424242424242", "visa"),
    card("4000056655665556", "visa"),
    card("5555555555554444", "mastercard"),
    card("2223003122003222", "mastercard"),
    card("5200828282828210", "mastercard"),
    card("378282246310005", "amex"),
    card("371449635398431", "amex"),
    card("6011111111111117", "discover"),
    card("3056930009020004", "diners"),
    card("3566002020360505", "jcb"),
    card("6200000000000005", "unionpay"),
    issued_in("4000000760000002", "BR"),
    issued_in("4000002500000003", "FR"),
    issued_in("4000002760000016", "DE"),
    declined("4000000000000002", "card_declined"),
    declined("4000000000009995", "insufficient_funds"),
    declined("4000000000000069", "expired_card"),
    declined("4000000000000127", "incorrect_cvc"),
];

const NAME: &str = "sandbox";

/// Characters of a cardholder's name.
const LONGEST_NAME: usize = 100;

impl FromRow for Setup {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let state: String = row.get("state")?;
        let detail: String = row.get("detail")?;
        let state = match state.as_str() {
            "requires_payment_method" => SetupState::RequiresPaymentMethod,
            "declined" => SetupState::Declined(detail),
            "succeeded" => SetupState::Succeeded(
                serde_json::from_str(&detail).map_err(|error| DbError::Shape(error.to_string()))?,
            ),
            other => return Err(DbError::Shape(format!("a setup is {other}"))),
        };
        Ok(Self { reference: row.get("reference")?, state })
    }
}

impl Provider for Sandbox {
    fn name(&self) -> &'static str {
        NAME
    }

    fn create_setup<'a>(
        &'a self,
        app: &'a App,
        reference: &'a str,
        moment: &'a Moment,
    ) -> BoxFuture<'a, Result<SetupId, Error>> {
        Box::pin(create(app, reference, moment))
    }

    fn setup<'a>(&'a self, app: &'a App, id: &'a str) -> BoxFuture<'a, Result<Option<Setup>, Error>> {
        Box::pin(find(app, id))
    }

    fn form(&self, id: &str, return_path: &str) -> CardForm {
        CardForm::Plain { action: format!("/sandbox/setups/{id}"), return_path: return_path.to_owned() }
    }
}

async fn create(app: &App, reference: &str, moment: &Moment) -> Result<SetupId, Error> {
    transaction!(app.db, |scope| {
        let id = format!("setup_{}", token(moment));
        let sql = "INSERT INTO sandbox_setup (id, reference, state, detail, created_at) \
                   VALUES ($1, $2, 'requires_payment_method', '', $3) ON CONFLICT (reference) DO UPDATE SET created_at = excluded.created_at";
        scope.execute(sql, params![id, reference, moment.now]).await?;
        let row: Row =
            scope.one("SELECT id FROM sandbox_setup WHERE reference = $1", params![reference]).await?;
        Ok(row.get("id")?)
    })
}

/// Removes setups that nobody asked for since: cards that were taken are kept with their owners by then.
///
/// # Errors
/// When the engine fails.
pub async fn purge(scope: &mut Scope, since: Timestamp) -> Result<(), Error> {
    scope.execute("DELETE FROM sandbox_setup WHERE created_at <= $1", params![since]).await?;
    Ok(())
}

async fn find(app: &App, id: &str) -> Result<Option<Setup>, Error> {
    let mut scope = app.db.read().await?;
    let sql = "SELECT reference, state, detail FROM sandbox_setup WHERE id = $1";
    Ok(scope.optional(sql, params![id]).await?)
}

/// Takes a card into a setup, as a provider's own page would. A test card that its issuer declines is taken too: the
/// setup's state then says so. The card that was sent last counts.
///
/// # Errors
/// When there is no such setup, and with a refusal a field where the card isn't one that can be taken.
pub async fn take(app: &App, id: &str, card: &Card<'_>, moment: &Moment) -> Result<(), Error> {
    if find(app, id).await?.is_none() {
        return Err(Error::not_found());
    }
    let state = judge(card, moment)?;
    let (state, detail) = match state {
        SetupState::RequiresPaymentMethod => ("requires_payment_method", String::new()),
        SetupState::Declined(reason) => ("declined", reason),
        SetupState::Succeeded(method) => {
            ("succeeded", serde_json::to_string(&method).map_err(Error::internal)?)
        }
    };
    transaction!(app.db, |scope| {
        let sql = "UPDATE sandbox_setup SET state = $2, detail = $3 WHERE id = $1";
        scope.execute(sql, params![id, state, &detail]).await?;
        Ok(())
    })
}

/// What the issuer of a test card says.
fn judge(card: &Card<'_>, moment: &Moment) -> Result<SetupState, Error> {
    let mut refusals = Vec::new();
    let number = number(card.number.expose()).map_err(|refusal| refusals.push(refusal)).ok();
    let expiry = expiry(card.expiry, moment.now).map_err(|refusal| refusals.push(refusal)).ok();
    let digits = number.map_or(0, |known| if known.brand == "amex" { 4 } else { 3 });
    if let Err(refusal) = cvc(card.cvc.expose(), digits) {
        refusals.push(refusal);
    }
    let name = name(card.name).map_err(|refusal| refusals.push(refusal)).ok();
    let (Some(known), Some((month, year)), Some(name), true) = (number, expiry, name, refusals.is_empty())
    else {
        return Err(Error::Refused(refusals));
    };
    if let Some(reason) = known.declined {
        return Ok(SetupState::Declined(reason.to_owned()));
    }
    Ok(SetupState::Succeeded(PaymentMethod {
        provider: NAME.to_owned(),
        reference: format!("card_{}", token(moment)),
        brand: known.brand.to_owned(),
        last_four: known.number[known.number.len() - 4..].to_owned(),
        expiry_month: month,
        expiry_year: year,
        country: known.country.map(str::to_owned),
        cardholder: Some(name),
    }))
}

fn number(typed: &str) -> Result<&'static TestCard, Refusal> {
    let refuse = |code| Err(Refusal::new(code).on("card_number"));
    if typed.trim().is_empty() {
        return refuse(Code::FieldRequired);
    }
    let digits = zeroize::Zeroizing::new(
        typed.chars().filter(|char| !" -\u{a0}\u{202f}".contains(*char)).collect::<String>(),
    );
    if !(12..=19).contains(&digits.len())
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
        || !passes_luhn(&digits)
    {
        return refuse(Code::CardNumberInvalid);
    }
    TEST_CARDS
        .iter()
        .find(|known| known.number == digits.as_str())
        .map_or_else(|| refuse(Code::CardNotATestCard), Ok)
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            let doubled = digit * 2;
            if place % 2 == 0 { digit } else { doubled / 10 + doubled % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Month and four-digit year; a card is good until its month ends.
fn expiry(typed: &str, now: Timestamp) -> Result<(u32, u32), Refusal> {
    let refuse = |code| Refusal::new(code).on("card_expiry");
    if typed.trim().is_empty() {
        return Err(refuse(Code::FieldRequired));
    }
    let invalid = || refuse(Code::CardExpiryInvalid);
    let (month, year) = typed.split_once(['/', '-', ' ']).ok_or_else(invalid)?;
    let digits = |text: &str| text.trim_matches([' ', '/']).parse::<u32>().ok();
    let (month, year) = digits(month).zip(digits(year)).ok_or_else(invalid)?;
    let year = if year < 100 { 2000 + year } else { year };
    if !(1..=12).contains(&month) || !(2000..=2999).contains(&year) {
        return Err(invalid());
    }
    let today = now.to_zoned(TimeZone::UTC).date();
    let present = u32::try_from(i32::from(today.year()) * 12 + i32::from(today.month())).unwrap_or_default();
    let last = year * 12 + month;
    if last < present {
        Err(refuse(Code::CardExpired))
    } else if last > present + 12 * 30 {
        Err(invalid())
    } else {
        Ok((month, year))
    }
}

/// `digits` is 0 where the brand isn't known: three or four will do then.
fn cvc(typed: &str, digits: usize) -> Result<(), Refusal> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Refusal::new(Code::FieldRequired).on("card_cvc"));
    }
    let length = if digits == 0 { (3..=4).contains(&typed.len()) } else { typed.len() == digits };
    if length && typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    let wanted = if digits == 4 { "4" } else { "3" };
    Err(Refusal::new(Code::CardCvcInvalid).on("card_cvc").with("digits", wanted))
}

fn name(typed: &str) -> Result<String, Refusal> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let refuse = |code| Refusal::new(code).on("card_name");
    if name.is_empty() {
        Err(refuse(Code::FieldRequired))
    } else if name.chars().count() > LONGEST_NAME {
        Err(refuse(Code::FieldTooLong).with("max", LONGEST_NAME.to_string()))
    } else if name.chars().any(char::is_control) || name.chars().filter(char::is_ascii_digit).count() > 6 {
        // A card number typed into the wrong field must not be kept as a name.
        Err(refuse(Code::InputInvalid))
    } else {
        Ok(name)
    }
}

#[cfg(test)]
mod tests;
