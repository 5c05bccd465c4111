//! The same requests at a thousand tenants and at many: what a tenant that nobody uses costs the others.

use std::time::Instant;

use crate::load::{Measured, hammer};
use crate::pages::CONNECTIONS;
use crate::server::{Home, Homes, Server, on_both};
use crate::table::{row, section};
use crate::{Bench, Fault, people, tenants};

const SMALL: u32 = 1_000;

struct Size {
    landing: Measured,
    sign_in: Measured,
    account: Measured,
    resident: f64,
    ready: f64,
    /// Seconds of processor time of what is done by itself after the first start: once a day for each tenant, or once for all time.
    looks: f64,
}

pub async fn measure(bench: &Bench) -> Result<(), Fault> {
    on_both(bench, on).await
}

async fn on(bench: &Bench, engine: &str, homes: &mut Homes<'_>) -> Result<(), Fault> {
    section(&format!("{SMALL} tenants and {} tenants, {engine}: server time of one request", bench.tenants));
    let small = at(bench, &homes.next().await?, SMALL).await?;
    let large = at(bench, &homes.next().await?, bench.tenants).await?;
    let rows = [
        ("landing page", &small.landing, &large.landing),
        ("sign-in", &small.sign_in, &large.sign_in),
        ("My account, signed in", &small.account, &large.account),
    ];
    for (name, small, large) in rows {
        let figure = format!("{:.0} µs, {:.0} µs", small.cost(), large.cost());
        let ratio = large.cost() / small.cost();
        row(name, figure, format!("ratio {ratio:.2}; to reach: 1.25 or less"));
    }
    let per_tenant = (large.resident - small.resident) * 1024.0 / f64::from(bench.tenants - SMALL);
    row(
        "resident memory after this load",
        format!("{:.1} MiB, {:.1} MiB", small.resident, large.resident),
        format!("{per_tenant:.2} KiB a tenant; to reach: 4 or less"),
    );
    row("ready after start", format!("{:.0} ms, {:.0} ms", small.ready, large.ready), "");
    let a_tenant = large.looks / f64::from(bench.tenants) * 1e6;
    row(
        "looks at every tenant by itself",
        format!("{:.1} s, {:.1} s", small.looks, large.looks),
        format!(
            "of processor time, before anything above was measured: {a_tenant:.0} µs a tenant, at most once a day"
        ),
    );
    Ok(())
}

async fn at(bench: &Bench, home: &Home, count: u32) -> Result<Size, Fault> {
    let started = Instant::now();
    tenants::fill(home, count).await?;
    println!("  ({count} tenants with two people each made in {:.1} s)", started.elapsed().as_secs_f64());
    let server = Server::start(home).await?;
    let looks = server.quiet().await;
    let (port, pid, time) = (server.port, server.pid(), bench.seconds);
    let landing =
        hammer(port, pid, CONNECTIONS, time, async |client, _| client.get("/").await.map(drop)).await?;
    let sign_in = people::sign_ins(&server, CONNECTIONS, count, time).await?;
    let account = hammer(port, pid, CONNECTIONS, time, async |client, number| {
        if !client.is_known() {
            people::sign_in(client, (number % u64::from(count)) as u32).await?;
        }
        match client.get("/account").await?.status {
            200 => Ok(()),
            other => Err(format!("My account answers {other}")),
        }
    });
    Ok(Size {
        landing,
        sign_in,
        account: account.await?,
        resident: server.resident(),
        ready: server.ready.as_secs_f64() * 1000.0,
        looks,
    })
}
