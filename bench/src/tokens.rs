//! Sign-in for applications: tokens beside signatures, refresh beside durable commits, documents beside a bare server, whole
//! sign-ins beside Argon2id; and the same of a peer where that is asked for.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use argon2_dispatch::Parameters;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use tenantry::access::Actor;
use tenantry::app::App;
use tenantry::error::Error;
use tenantry::features::directory::{self, NewUser};
use tenantry::transaction;

use crate::bare::Bare;
use crate::client::Client;
use crate::directory::{administrators_token, one_tenant};
use crate::load::{Measured, hammer};
use crate::provider::{CALLBACK, Pages, Peer, Provider};
use crate::server::{Home, Homes, Server, fault, on_both};
use crate::table::{rate, row, section};
use crate::{Bench, Fault, commits, hashing, tenants};

/// More than sign in at once, so that no two sign-ins at once are of one person.
const PEOPLE: u64 = 128;
const CONNECTIONS: [usize; 3] = [1, 16, 64];

pub async fn measure(bench: &Bench) -> Result<(), Fault> {
    on_both(bench, on).await?;
    if bench.peer {
        section("Sign-in for applications: oidc-provider, in memory");
        let peer = Peer::start()?;
        all(bench, &peer.provider, &Limits::of_the_machine(bench, None).await?).await?;
    }
    Ok(())
}

async fn on(bench: &Bench, engine: &str, homes: &mut Homes<'_>) -> Result<(), Fault> {
    section(&format!("Sign-in for applications, {engine}"));
    let home = homes.next().await?;
    let tenant = one_tenant(&home).await?;
    let app = tenants::open(&home).await?;
    add_people(&app, &tenant, &tenants::password_hash()?).await.map_err(fault)?;
    let server = Server::start(&home).await?;
    let provider = registered(&home, &server, &tenant).await?;
    let limits = Limits::of_the_machine(bench, Some(&home)).await?;
    all(bench, &provider, &limits).await?;
    beside_the_hash(bench, homes.next().await?).await
}

/// Nobody would hash so in earnest.
const LIGHT: Parameters = Parameters { memory_kib: 64, iterations: 1, lanes: 1 };

/// What a sign-in costs beside its hash: where that takes no time worth speaking of.
async fn beside_the_hash(bench: &Bench, home: Home) -> Result<(), Fault> {
    let tenant = one_tenant(&home).await?;
    let app = tenants::open(&home).await?;
    add_people(&app, &tenant, &tenants::password_hash_of(LIGHT)?).await.map_err(fault)?;
    let settings = [("TENANTRY_PASSWORDS_MEMORY", "64"), ("TENANTRY_PASSWORDS_ITERATIONS", "1")];
    let server = Server::start_with(&home, &settings).await?;
    let provider = registered(&home, &server, &tenant).await?;
    signed_in(&provider).await?;
    for connections in CONNECTIONS {
        let measured = signing_in(bench, &provider, connections).await?;
        row(
            &format!("sign-in by code but its hash, {connections}"),
            format!("{:.0} µs", measured.cost()),
            format!("of processor time; {}", times(&measured)),
        );
    }
    Ok(())
}

async fn add_people(app: &App, (tenant, domain): &crate::directory::Named, hash: &str) -> Result<(), Error> {
    transaction!(app.db, |scope| {
        let (moment, actor) = (app.moment(), Actor::operator(*tenant));
        let mut inside = scope.tenant(actor.grant()).await?;
        for number in 0..PEOPLE {
            let new = NewUser {
                user_name: format!("person{number}"),
                domain_name: domain.clone(),
                display_name: format!("Person {number}"),
                password: Some((hash.to_owned(), false)),
                ..NewUser::default()
            };
            directory::create_user(app, &mut inside, &actor, &new, &moment).await?;
        }
        Ok(())
    })
}

/// An application with a secret, made by the API as anybody would.
async fn registered(
    home: &Home,
    server: &Server,
    named: &crate::directory::Named,
) -> Result<Provider, Fault> {
    let token = administrators_token(home, server, named).await?;
    let mut client = Client::connect(server.port).await?;
    let mut make = async |path: &str, body: Value| -> Result<Value, Fault> {
        let answer = client.ask(path, &token, Some(body.to_string())).await?;
        let value: Value = serde_json::from_slice(&answer.body).map_err(fault)?;
        if answer.status < 300 { Ok(value) } else { Err(format!("{path} answers {value}")) }
    };
    let web = json!({ "redirectUris": [CALLBACK] });
    let application = make("/v1.0/applications", json!({ "displayName": "Bench", "web": web })).await?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let client_id = text(&application["appId"]);
    make("/v1.0/servicePrincipals", json!({ "appId": client_id })).await?;
    let id = text(&application["id"]);
    let secret = make(&format!("/v1.0/applications/{id}/addPassword"), json!({})).await?;
    let (tenant, domain) = (named.0, named.1.clone());
    let at = |path: &str| format!("/{tenant}{path}");
    Ok(Provider {
        pages: Pages::Tenantry,
        port: server.port,
        pid: server.pid(),
        discovery: at("/v2.0/.well-known/openid-configuration"),
        keys: at("/discovery/v2.0/keys"),
        authorization: at("/oauth2/v2.0/authorize"),
        token: at("/oauth2/v2.0/token"),
        introspection: at("/oauth2/v2.0/introspect"),
        own_scope: "https://graph.microsoft.com/.default",
        client_id,
        secret: text(&secret["secretText"]),
        name_of: Box::new(move |person| format!("person{person}@{domain}")),
    })
}

/// What this machine does without a service around it, in the same run.
struct Limits {
    /// A second of processor time.
    signatures: f64,
    /// A second, where something durable is written.
    commits: Option<f64>,
    bare: f64,
}

impl Limits {
    async fn of_the_machine(bench: &Bench, home: Option<&Home>) -> Result<Self, Fault> {
        let short = bench.seconds / 4;
        let signatures = signing_rate(short)?;
        let commits = match home {
            Some(home) if home.database.starts_with("sqlite") => Some(commits::sqlite(home.folder(), short)?),
            Some(home) => Some(commits::postgres(&home.database, short).await?),
            None => None,
        };
        let server = Bare::start()?;
        let bare =
            hammer(server.port, server.pid(), 16, short, async |client, _| client.get("/").await.map(drop));
        let bare = bare.await?.per_core_second();
        row("ES256 signatures alone", rate(signatures), "a core-second");
        row("RS256 signatures alone", rate(rsa_rate(short)?), "a core-second");
        if let Some(commits) = commits {
            row("durable commits alone", rate(commits), "one row each");
        }
        row("bare hyper", rate(bare), "a core-second");
        Ok(Self { signatures, commits, bare })
    }
}

fn signing_rate(duration: Duration) -> Result<f64, Fault> {
    let (random, own) = (SystemRandom::new(), std::process::id());
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(fault)?;
    let (before, started, mut count) = (crate::server::processor_of(own), Instant::now(), 0.0);
    while started.elapsed() < duration {
        pair.sign(&random, &[7; 600]).map_err(fault)?;
        count += 1.0;
    }
    Ok(count / (crate::server::processor_of(own) - before).max(0.01))
}

fn rsa_rate(duration: Duration) -> Result<f64, Fault> {
    let (random, own) = (SystemRandom::new(), std::process::id());
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(fault)?;
    let mut signature = vec![0; pair.public_modulus_len()];
    let (before, started, mut count) = (crate::server::processor_of(own), Instant::now(), 0.0);
    while started.elapsed() < duration {
        pair.sign(&RSA_PKCS1_SHA256, &random, &[7; 600], &mut signature).map_err(fault)?;
        count += 1.0;
    }
    Ok(count / (crate::server::processor_of(own) - before).max(0.01))
}

/// One kind of request, from few connections to many.
async fn each(
    bench: &Bench,
    provider: &Provider,
    (name, to_reach): (&str, &str),
    (limit, of): (f64, &str),
    work: impl AsyncFn(&mut Client, u64) -> Result<(), Fault>,
) -> Result<(), Fault> {
    for connections in CONNECTIONS {
        let measured = hammer(provider.port, provider.pid, connections, bench.seconds / 2, &work).await?;
        let core = measured.per_core_second();
        row(
            &format!("{name}, {connections}"),
            rate(core),
            format!("a core-second; {}{to_reach}; {}", share(core, limit, of), times(&measured)),
        );
    }
    Ok(())
}

fn share(core: f64, limit: f64, of: &str) -> String {
    if limit > 0.0 { format!("{:.3} of {of}", core / limit) } else { "kept in memory".to_owned() }
}

fn times(measured: &Measured) -> String {
    let (rate, half, most) = (rate(measured.per_second()), measured.within(0.5), measured.within(0.99));
    format!("{rate} in all, half within {half:.1} ms, 99 % within {most:.1} ms")
}

async fn all(bench: &Bench, provider: &Provider, limits: &Limits) -> Result<(), Fault> {
    let document = async |client: &mut Client, path: &str| match client.get(path).await?.status {
        200 => Ok(()),
        other => Err(format!("{path} answers {other}")),
    };
    let bare = (limits.bare, "bare hyper");
    each(bench, provider, ("discovery", ", to reach: 80k"), bare, async |client, _| {
        document(client, &provider.discovery).await
    })
    .await?;
    each(bench, provider, ("keys", ", to reach: 80k"), bare, async |client, _| {
        document(client, &provider.keys).await
    })
    .await?;
    let signatures = (limits.signatures, "ES256 alone");
    each(
        bench,
        provider,
        ("token for the client itself", ", to reach: 25k"),
        signatures,
        async |client, _| provider.own_token(client).await.map(drop),
    )
    .await?;
    let token = provider.own_token(&mut Client::connect(provider.port).await?).await?;
    each(bench, provider, ("introspection", ", to reach: 20k"), bare, async |client, _| {
        provider.introspect(client, &token).await
    })
    .await?;
    let tokens = RefCell::new(signed_in(provider).await?);
    let commits = (limits.commits.unwrap_or_default(), "commits alone");
    let both = [("refresh", false), ("refresh with an ID token, RS256", true)];
    // The peer takes no narrower scope.
    let kinds = if matches!(provider.pages, Pages::Peer) { &both[1..] } else { &both[..] };
    for (name, with_id_token) in kinds.iter().copied() {
        each(bench, provider, (name, ", to reach: 5k"), commits, async |client, _| {
            let token = tokens.borrow_mut().pop().ok_or("no refresh token is left")?;
            let next = provider.refresh(client, &token, with_id_token).await?;
            tokens.borrow_mut().insert(0, next);
            Ok(())
        })
        .await?;
    }
    sign_ins(bench, provider).await
}

/// Hashing alone is measured before and after each: its rate comes and goes with what else this machine does.
async fn sign_ins(bench: &Bench, provider: &Provider) -> Result<(), Fault> {
    for connections in CONNECTIONS {
        let before = hashing::rates(bench.seconds / 4)?.1;
        let measured = signing_in(bench, provider, connections).await?;
        let alone = f64::midpoint(before, hashing::rates(bench.seconds / 4)?.1);
        let core = measured.per_core_second();
        row(
            &format!("sign-in by code, {connections}"),
            rate(core),
            format!(
                "a core-second; {:.3} of Argon2id alone beside it ({}), to reach: 0.9; {}",
                core / alone,
                rate(alone),
                times(&measured)
            ),
        );
    }
    Ok(())
}

/// So many who sign in again and again.
async fn signing_in(bench: &Bench, provider: &Provider, connections: usize) -> Result<Measured, Fault> {
    let work = async |client: &mut Client, number| provider.sign_in(client, number % PEOPLE).await.map(drop);
    hammer(provider.port, provider.pid, connections, bench.seconds / 2, work).await
}

/// Signs everybody in once, so that nobody is asked to agree later; gives their refresh tokens.
async fn signed_in(provider: &Provider) -> Result<Vec<String>, Fault> {
    let mut client = Client::connect(provider.port).await?;
    let mut tokens = Vec::new();
    for person in 0..PEOPLE {
        tokens.push(provider.sign_in(&mut client, person).await?);
    }
    Ok(tokens)
}
