//! Signing in, beside the hashes that the machine does alone.

use std::time::Duration;

use crate::client::Client;
use crate::load::{Measured, hammer};
use crate::pages::CONNECTIONS;
use crate::server::{Home, Server};
use crate::table::{rate, row, section};
use crate::{Bench, Fault, hashing, tenants};

/// Enough that no two sign-ins at once are of one person.
const TENANTS: u32 = 500;

const ROUNDS: usize = 7;

/// Both steps of a sign-in, as a person without a second factor.
pub async fn sign_in(client: &mut Client, tenant: u32) -> Result<(), Fault> {
    client.forget();
    let name = tenants::sign_in_name(tenant);
    client.post("/sign-in", &[("username", &name)]).await?.leads_to("/sign-in/password")?;
    client
        .post("/sign-in/password", &[("password", tenants::PASSWORD)])
        .await?
        .leads_to("/overview")
        .map(drop)
}

/// Sign-ins of so many at once, each of another tenant.
pub async fn sign_ins(
    server: &Server,
    clients: usize,
    tenants: u32,
    time: Duration,
) -> Result<Measured, Fault> {
    // A stride that shares no factor with a round number meets tenants all over the tables.
    let spread = |number: u64| (number.wrapping_mul(7919) % u64::from(tenants)) as u32;
    hammer(server.port, server.pid(), clients, time, async |client, number| {
        sign_in(client, spread(number)).await
    })
    .await
}

pub async fn measure_sign_in(bench: &Bench) -> Result<(), Fault> {
    section("Sign-in, 16 connections");
    let home = Home::sqlite()?;
    tenants::fill(&home, TENANTS).await?;
    let server = Server::start(&home).await?;
    // Other load comes and goes: several short rounds, each beside hashing alone, and the one in the middle counts.
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let before = hashing::rates(bench.seconds / 10)?;
        let measured = sign_ins(&server, CONNECTIONS, TENANTS, bench.seconds / 2).await?;
        let after = hashing::rates(bench.seconds / 10)?;
        let (alone, alone_core) = ((before.0 + after.0) / 2.0, (before.1 + after.1) / 2.0);
        rounds.push((measured.per_core_second() / alone_core, alone, alone_core, measured));
    }
    rounds.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (least, most) = (rounds[0].0, rounds[ROUNDS - 1].0);
    let (ratio, alone, alone_core, measured) = rounds.swap_remove(ROUNDS / 2);
    let path = argon2_dispatch::path();
    row("Argon2id alone, all cores", rate(alone), format!("{} a core-second, {path}", rate(alone_core)));
    row(
        "sign-in",
        rate(measured.per_second()),
        format!("{} a core-second", rate(measured.per_core_second())),
    );
    row(
        "sign-in to Argon2id alone, a core-second",
        format!("{ratio:.2}"),
        format!("to reach: 0.90 or more; {ROUNDS} rounds gave {least:.2} to {most:.2}"),
    );
    row(
        "time of a sign-in, both steps",
        format!("{:.0} ms", measured.within(0.5)),
        format!("99 % within {:.0} ms", measured.within(0.99)),
    );
    memory_under_load(&server).await
}

async fn memory_under_load(server: &Server) -> Result<(), Fault> {
    let mut most = 0.0_f64;
    let load = sign_ins(server, 64, TENANTS, Duration::from_secs(4));
    tokio::pin!(load);
    loop {
        tokio::select! {
            done = &mut load => { done?; break }
            () = tokio::time::sleep(Duration::from_millis(20)) => most = most.max(server.resident()),
        }
    }
    row("resident memory, 64 sign-ins at once", format!("{most:.1} MiB"), "to reach: 90 MiB or less");
    Ok(())
}
