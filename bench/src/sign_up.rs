//! Whole sign-ups, from the address to the tenant, beside durable commits and hashes alone.

use crate::client::Client;
use crate::load::{Measured, hammer};
use crate::pages::CONNECTIONS;
use crate::server::{Database, Home, Server};
use crate::table::{rate, row, section, skipped};
use crate::{Bench, Fault, commits, hashing, mail, tenants};

const PASSWORD: &str = "lively brass orchard 71";

/// In an empty database the engine locks whole tables where it later locks rows.
const TENANTS: u32 = 1_000;

/// Every step as a person takes it, each time another company.
async fn sign_up(client: &mut Client, number: u64) -> Result<(), Fault> {
    client.forget();
    let email = format!("ana@company{number}.test");
    client.post("/sign-up/start", &[("email", &email)]).await?.leads_to("/sign-up/code")?;
    let code = mail::code_for(&email).await?;
    client.post("/sign-up/code", &[("code", &code)]).await?.leads_to("/sign-up/discovery")?;
    client.post("/sign-up/discovery", &[("way", "separate")]).await?.leads_to("/sign-up/organisation")?;
    let name = format!("Company {number} Ltd");
    let organisation = [
        ("legal_name", name.as_str()),
        ("country", "GR"),
        ("address_lines", "Ermou 12"),
        ("city", "Athens"),
        ("postal_code", "10557"),
        ("given_name", "Ana"),
        ("surname", "Torres"),
        ("phone", "2101234567"),
        ("registration_id", "094259216"),
    ];
    client.post("/sign-up/organisation", &organisation).await?.leads_to("/sign-up/details")?;
    let prefix = format!("fresh{}", letters(number));
    let details = [
        ("display_name", "Ana Torres"),
        ("username", "ana"),
        ("prefix", prefix.as_str()),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ];
    client.post("/sign-up/details", &details).await?.leads_to("/sign-up/payment")?;
    let page = client.get("/sign-up/agreement").await?.text();
    let hash = page.split("name=\"agreement\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let signature = [
        ("agreement", hash.ok_or("the agreement's page has no agreement")?),
        ("authority", "yes"),
        ("signatory_name", "Ana Torres"),
        ("signatory_title", "Director"),
    ];
    client.post("/sign-up/agreement", &signature).await?.leads_to("/account").map(drop)
}

/// A number in letters that nobody takes for each other.
fn letters(number: u64) -> String {
    number.to_string().bytes().map(|digit| b"abcdefghkn"[usize::from(digit - b'0')] as char).collect()
}

pub async fn measure(bench: &Bench) -> Result<(), Fault> {
    section(&format!("Completed sign-ups, 16 at once, beside {TENANTS} tenants"));
    mail::listen().await?;
    let (_, hashes) = hashing::rates(bench.seconds / 2)?;
    row("Argon2id alone", format!("{} a core-second", rate(hashes)), "each sign-up needs one");
    let home = Home::sqlite()?;
    let commits = commits::sqlite(home.folder(), bench.seconds / 2)?;
    row("SQLite, durable commits of one writer", rate(commits), "");
    tell("SQLite", &on(&home, bench).await?, commits, hashes);
    match &bench.postgres {
        None => skipped("PostgreSQL", "give --postgres or TENANTRY_TEST_POSTGRES"),
        Some(url) => {
            let database = Database::create(url).await?;
            let commits = commits::postgres(&database.url, bench.seconds / 2).await?;
            let durable = if database.flushes().await? { "" } else { "fsync is off: they are not durable" };
            row("PostgreSQL, commits of 16 writers", rate(commits), durable);
            let home = Home::at(database.url.clone())?;
            let measured = on(&home, bench).await;
            database.remove().await?;
            tell("PostgreSQL", &measured?, commits, hashes);
        }
    }
    Ok(())
}

fn tell(engine: &str, measured: &Measured, commits: f64, hashes: f64) {
    let core = measured.per_core_second();
    row(
        &format!("{engine}, completed sign-ups"),
        rate(measured.per_second()),
        format!("{} a core-second; half within {:.0} ms", rate(core), measured.within(0.5)),
    );
    row(
        &format!("{engine}, to commits and to hashes"),
        format!("{:.2}, {:.2}", measured.per_second() / commits, core / hashes),
        "of the engine's commit rate; of Argon2id a core-second",
    );
}

async fn on(home: &Home, bench: &Bench) -> Result<Measured, Fault> {
    tenants::fill(home, TENANTS).await?;
    let server = Server::start(home).await?;
    hammer(server.port, server.pid(), CONNECTIONS, bench.seconds, async |client, number| {
        sign_up(client, number).await
    })
    .await
}
