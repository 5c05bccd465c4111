//! Tenants by the thousand: made by the product's own operations, many in one transaction, so that their rows are right.

use std::sync::Arc;

use argon2_dispatch::{Encoded, Memory, Parameters};
use tenantry::access::Actor;
use tenantry::app::App;
use tenantry::config::Config;
use tenantry::error::Error;
use tenantry::features::directory::{self, NewUser};
use tenantry::features::operator::{self, NewTenant};
use tenantry::{serve, transaction};

use crate::Fault;
use crate::hashing::PARAMETERS;
use crate::server::{Home, fault};

/// Of one transaction.
const BATCH: u32 = 250;
pub const PASSWORD: &str = "lively brass orchard 71";

/// The prefix of a tenant: letters that nobody takes for each other.
fn prefix(number: u32) -> String {
    const LETTERS: &[u8; 10] = b"abcdefghkn";
    let digits = number.to_string();
    digits.bytes().fold("bench".to_owned(), |mut name, digit| {
        name.push(LETTERS[usize::from(digit - b'0')] as char);
        name
    })
}

/// Under which a person of this tenant signs in, without any role and so without a second factor.
pub fn sign_in_name(number: u32) -> String {
    format!("ana@{}.onwork.localhost", prefix(number))
}

/// Fills an empty database with tenants 0 to `count` of two people each.
pub async fn fill(home: &Home, count: u32) -> Result<(), Fault> {
    let app = open(home).await?;
    let hash: Arc<str> = password_hash()?.into();
    for first in (0..count).step_by(BATCH as usize) {
        let numbers = first..(first + BATCH).min(count);
        let filled: Result<(), Error> = transaction!(app.db, |scope| {
            for number in numbers.clone() {
                make(&app, scope, number, &hash).await?;
            }
            Ok(())
        });
        filled.map_err(fault)?;
    }
    Ok(())
}

/// The hash of [`PASSWORD`], made once for everybody.
pub fn password_hash() -> Result<String, Fault> {
    password_hash_of(PARAMETERS)
}

/// The same by other parameters.
pub fn password_hash_of(parameters: Parameters) -> Result<String, Fault> {
    let mut memory = Memory::new(parameters.memory_kib);
    let hash = Encoded::create(parameters, PASSWORD.as_bytes(), b"sixteen byte salt", None, &mut memory);
    Ok(hash.map_err(fault)?.to_string())
}

/// The service's inside, on an empty database, without the service.
pub async fn open(home: &Home) -> Result<App, Fault> {
    open_with(home, Vec::new()).await
}

/// The same beside a service that listens on a port: what is made for it has its address in it.
pub async fn open_beside(home: &Home, port: u16) -> Result<App, Fault> {
    open_with(home, vec![("TENANTRY_SERVER_PUBLIC_URL", format!("http://localhost:{port}"))]).await
}

async fn open_with(home: &Home, mut settings: Vec<(&str, String)>) -> Result<App, Fault> {
    settings.push(("TENANTRY_DATABASE_URL", home.database.clone()));
    settings.push(("TENANTRY_SECRETS_KEY_FILE", home.key_file().display().to_string()));
    settings.push(("TENANTRY_ACCOUNTS_PEOPLE", "100000000".into()));
    let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value));
    let config = Config::load(None, settings).map_err(fault)?;
    serve::open(config).await.map_err(fault)
}

async fn make(app: &App, scope: &mut tenantry::db::Scope, number: u32, hash: &str) -> Result<(), Error> {
    let (name, prefix, moment) = (format!("Contoso {number} Ltd"), prefix(number), app.moment());
    let new = NewTenant {
        display_name: &name,
        prefix: &prefix,
        country: "GB",
        username: "admin",
        administrator: "Ben Admin",
        contact_email: &format!("ben@contoso{number}.test"),
    };
    let made = operator::create_tenant(app, scope, &operator::check(app, &new)?, hash, &moment).await?;
    let actor = Actor::operator(made.id);
    let person = NewUser {
        user_name: "ana".into(),
        domain_name: made.initial_domain,
        display_name: "Ana Torres".into(),
        password: Some((hash.to_owned(), false)),
        ..NewUser::default()
    };
    let mut tenant = scope.tenant(actor.grant()).await?;
    directory::create_user(app, &mut tenant, &actor, &person, &moment).await.map(drop)
}
