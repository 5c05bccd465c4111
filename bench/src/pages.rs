//! The landing page beside an answer of two bytes.

use crate::bare::Bare;
use crate::load::hammer;
use crate::server::{Home, Server};
use crate::table::{rate, row, section};
use crate::{Bench, Fault};

pub const CONNECTIONS: usize = 16;

pub async fn measure(bench: &Bench) -> Result<(), Fault> {
    section("Landing page, 16 connections");
    let bare = Bare::start()?;
    let nothing = hammer(bare.port, bare.pid(), CONNECTIONS, bench.seconds, async |client, _| {
        client.get("/").await.map(drop)
    });
    let nothing = nothing.await?;
    let home = Home::sqlite()?;
    let server = Server::start(&home).await?;
    let page = hammer(server.port, server.pid(), CONNECTIONS, bench.seconds, async |client, _| {
        let answer = client.get("/").await?;
        if answer.status == 200 { Ok(()) } else { Err(format!("the landing page answers {}", answer.status)) }
    });
    let page = page.await?;
    let core =
        |measured: &crate::load::Measured| format!("{} a core-second", rate(measured.per_core_second()));
    row("bare hyper", rate(nothing.per_second()), core(&nothing));
    row("landing page", rate(page.per_second()), core(&page));
    row(
        "landing page to bare hyper, a core-second",
        format!("{:.2}", page.per_core_second() / nothing.per_core_second()),
        format!("half within {:.2} ms, 99 % within {:.2} ms", page.within(0.5), page.within(0.99)),
    );
    Ok(())
}
