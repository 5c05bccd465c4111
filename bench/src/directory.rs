//! The directory API in a small tenant and in a large one: what a request costs the server, and the ratio between them.

use std::time::Instant;

use jiff::SignedDuration;
use model::groups::GroupProperties;
use model::ids::{ObjectId, TenantId, UserId};
use tenantry::access::Actor;
use tenantry::app::App;
use tenantry::error::Error;
use tenantry::features::directory::{self, NewUser};
use tenantry::features::groups::{self, NewGroup};
use tenantry::features::operator::{self, NewTenant};
use tenantry::transaction;

use crate::load::{Measured, hammer};
use crate::pages::CONNECTIONS;
use crate::server::{Home, Homes, Server, fault, on_both};
use crate::table::{rate, row, section};
use crate::{Bench, Fault, tenants};

const SMALL: u32 = 1_000;
/// Of one transaction.
const BATCH: u32 = 250;
/// Groups that one person is in.
const GROUPS: u32 = 2_000;
/// Groups in each other, the person in the innermost.
const LEVELS: u32 = 5;

/// A tenant full of people, and how a program asks about them.
struct Full {
    named: Named,
    ids: Vec<UserId>,
    /// The person in many groups, and the one at the bottom of the nested ones with the outermost of these.
    joiner: UserId,
    nested: (UserId, ObjectId),
}

const KINDS: [&str; 10] = [
    "look-up by id",
    "look-up by name",
    "page of 100",
    "filter that finds a hundred, 20",
    "filter that finds all, 20",
    "search that finds ten",
    "groups of one in 2,000, page of 100",
    "membership over 5 levels",
    "check of 20 groups",
    "create a group",
];

pub async fn measure(bench: &Bench) -> Result<(), Fault> {
    on_both(bench, on).await
}

async fn on(bench: &Bench, engine: &str, homes: &mut Homes<'_>) -> Result<(), Fault> {
    let people = bench.people;
    section(&format!("Directory API, a tenant of {SMALL} people and one of {people}, {engine}: server time"));
    let small = at(bench, &homes.next().await?, SMALL).await?;
    let large = at(bench, &homes.next().await?, people).await?;
    for (name, (small, large)) in KINDS.iter().zip(small.iter().zip(&large)) {
        let figure = format!("{:.0} µs, {:.0} µs", small.cost(), large.cost());
        let ratio = large.cost() / small.cost();
        let speed = rate(large.per_core_second());
        row(name, figure, format!("ratio {ratio:.2}; {speed} a core-second in the large one"));
    }
    Ok(())
}

async fn at(bench: &Bench, home: &Home, people: u32) -> Result<Vec<Measured>, Fault> {
    let started = Instant::now();
    let full = fill(home, people).await?;
    println!("  ({people} people and {GROUPS} groups made in {:.1} s)", started.elapsed().as_secs_f64());
    let server = Server::start(home).await?;
    let token = administrators_token(home, &server, &full.named).await?;
    let mut measured = Vec::with_capacity(KINDS.len());
    for kind in 0..KINDS.len() {
        measured.push(one(bench, &server, (&full, &token), kind).await?);
    }
    Ok(measured)
}

/// One of [`KINDS`], asked by many at once.
async fn one(
    bench: &Bench,
    server: &Server,
    (full, token): (&Full, &str),
    kind: usize,
) -> Result<Measured, Fault> {
    let of = |number: u64| full.ids[number.wrapping_mul(7919) as usize % full.ids.len()];
    let question = |number: u64| match kind {
        0 => format!("/v1.0/users/{}", of(number)),
        1 => format!("/v1.0/users/person{}@{}", number % full.ids.len() as u64, full.named.1),
        2 => "/v1.0/users?$top=100&$select=id,displayName".to_owned(),
        3 => format!("/v1.0/users?$filter=startsWith(displayName,'Person%2000000{}')&$top=20", number % 10),
        4 => "/v1.0/users?$filter=startsWith(displayName,'Person')&$top=20".to_owned(),
        5 => format!("/v1.0/users?$search=%22displayName:00000{:02}%22&$top=20", number % 100),
        6 => format!("/v1.0/users/{}/memberOf?$top=100&$select=id", full.joiner),
        7 => format!("/v1.0/users/{}/transitiveMemberOf?$select=id", full.nested.0),
        8 => format!("/v1.0/users/{}/checkMemberGroups", full.nested.0),
        _ => "/v1.0/groups".to_owned(),
    };
    let groups = vec![format!("\"{}\"", full.nested.1); 20].join(",");
    hammer(server.port, server.pid(), CONNECTIONS, bench.seconds, async |client, number| {
        let body = match kind {
            8 => Some(format!("{{\"groupIds\":[{groups}]}}")),
            9 => Some(format!(
                "{{\"displayName\":\"New\",\"mailEnabled\":false,\"mailNickname\":\"new{number}\",\"securityEnabled\":true}}"
            )),
            _ => None,
        };
        let path = question(number);
        match client.ask(&path, token, body).await?.status {
            200 | 201 => Ok(()),
            other => Err(format!("{path} answers {other}")),
        }
    })
    .await
}

/// A tenant and its initial domain name.
pub type Named = (TenantId, String);

/// A tenant with its administrator in an empty database.
pub async fn one_tenant(home: &Home) -> Result<Named, Fault> {
    let app = tenants::open(home).await?;
    let hash = tenants::password_hash()?;
    let made: Result<_, Error> = transaction!(app.db, |scope| {
        let new = NewTenant {
            display_name: "Contoso Ltd",
            prefix: "contoso",
            country: "GB",
            username: "admin",
            administrator: "Ben Admin",
            contact_email: "ben@contoso.test",
        };
        operator::create_tenant(&app, scope, &operator::check(&app, &new)?, &hash, &app.moment()).await
    });
    let made = made.map_err(fault)?;
    Ok((made.id, made.initial_domain))
}

async fn fill(home: &Home, people: u32) -> Result<Full, Fault> {
    let (tenant, domain) = one_tenant(home).await?;
    let app = tenants::open(home).await?;
    let mut ids = Vec::with_capacity(people as usize);
    for first in (0..people).step_by(BATCH as usize) {
        let numbers = first..(first + BATCH).min(people);
        ids.extend(add_people(&app, tenant, &domain, numbers).await.map_err(fault)?);
    }
    let joiner = ids[0];
    for first in (0..GROUPS).step_by(BATCH as usize) {
        add_groups(&app, tenant, joiner, first..(first + BATCH).min(GROUPS)).await.map_err(fault)?;
    }
    let inner = ids[1];
    let outermost = nest(&app, tenant, inner).await.map_err(fault)?;
    Ok(Full { named: (tenant, domain), ids, joiner, nested: (inner, outermost) })
}

/// A token of the administrator, for the API.
pub async fn administrators_token(
    home: &Home,
    server: &Server,
    (tenant, domain): &Named,
) -> Result<String, Fault> {
    let app = tenants::open_beside(home, server.port).await?;
    let token: Result<_, Error> = transaction!(app.db, |scope| {
        let (moment, actor) = (app.moment(), Actor::operator(*tenant));
        let mut inside = scope.tenant(actor.grant()).await?;
        let (expires, name) = (moment.now + SignedDuration::from_hours(12), format!("admin@{domain}"));
        directory::issue_token(&app, &mut inside, &actor, &name, expires, &moment).await
    });
    Ok(token.map_err(fault)?.secret.expose().to_owned())
}

async fn add_people(
    app: &App,
    tenant: TenantId,
    domain: &str,
    numbers: std::ops::Range<u32>,
) -> Result<Vec<UserId>, Error> {
    transaction!(app.db, |scope| {
        let (moment, actor) = (app.moment(), Actor::operator(tenant));
        let mut inside = scope.tenant(actor.grant()).await?;
        let mut ids = Vec::new();
        for number in numbers.clone() {
            let new = NewUser {
                user_name: format!("person{number}"),
                domain_name: domain.to_owned(),
                display_name: format!("Person {number:08}"),
                ..NewUser::default()
            };
            ids.push(directory::create_user(app, &mut inside, &actor, &new, &moment).await?);
        }
        Ok(ids)
    })
}

fn group(name: String, nickname: &str, member: uuid::Uuid) -> NewGroup {
    let mut properties = GroupProperties { security_enabled: true, ..GroupProperties::default() };
    properties.texts.insert("mailNickname".into(), nickname.into());
    NewGroup { display_name: name, properties, members: vec![member], ..NewGroup::default() }
}

async fn add_groups(
    app: &App,
    tenant: TenantId,
    member: UserId,
    numbers: std::ops::Range<u32>,
) -> Result<(), Error> {
    transaction!(app.db, |scope| {
        let (moment, actor) = (app.moment(), Actor::operator(tenant));
        let mut inside = scope.tenant(actor.grant()).await?;
        for number in numbers.clone() {
            let new = group(format!("Group {number}"), &format!("group{number}"), member.0);
            groups::create(app, &mut inside, &actor, &new, &moment).await?;
        }
        Ok(())
    })
}

/// Groups in each other; gives the outermost.
async fn nest(app: &App, tenant: TenantId, innermost: UserId) -> Result<ObjectId, Error> {
    transaction!(app.db, |scope| {
        let (moment, actor) = (app.moment(), Actor::operator(tenant));
        let mut inside = scope.tenant(actor.grant()).await?;
        let mut within = innermost.0;
        for level in 0..LEVELS {
            let new = group(format!("Level {level}"), &format!("level{level}"), within);
            within = groups::create(app, &mut inside, &actor, &new, &moment).await?.id.0;
        }
        Ok(ObjectId(within))
    })
}
