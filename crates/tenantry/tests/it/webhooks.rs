//! Webhooks: changes told in their order, signed, tried again, sent again; in the API, on pages and to a real receiver.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use model::outbound::Host;
use model::roles::Role;
use serde_json::{Value, json};
use tenantry::access::{Actor, Origin};
use tenantry::outside::http::{Answer, Post, SendError};

use crate::domains;
use crate::input::hostile;
use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::client::Client;
use crate::support::page::Page;
use crate::support::people::Company;

both_engines!(
    changes_are_told_in_their_order_and_signed,
    what_becomes_of_a_domain_name_is_told,
    who_is_in_a_group_that_hides_it_is_not_told,
    what_fails_is_tried_again_and_has_failed_in_the_end,
    a_receiver_that_is_gone_is_left_alone,
    after_days_of_failure_a_webhook_is_disabled,
    a_dead_receiver_holds_up_no_other,
    what_is_asked_for_by_hand_is_tried_itself,
    pages_say_what_is_held_back,
    held_back_deliveries_are_looked_at_in_time,
    a_busy_receiver_says_when_to_come_again,
    both_secrets_sign_while_a_new_one_is_entered,
    deliveries_are_sent_again,
    deliveries_are_forgotten_after_thirty_days,
    webhooks_are_looked_after_in_the_portal,
    a_webhook_is_sent_to_by_hand_so_often(|config| config.limits.webhook_sends_per_minute = 3),
    webhooks_of_others_answer_like_unknown_ones,
    addresses_are_read_strictly_and_tell_nothing,
    whatever_a_program_sends_is_answered(crate::input::unlimited),
);

const HOST: &str = "hooks.contoso.com";

struct World {
    client: Client,
    company: Company,
}

fn ok() -> Result<Answer, SendError> {
    status(200)
}

fn status(status: u16) -> Result<Answer, SendError> {
    Ok(Answer { status, retry_after: None, body: b"seen".to_vec() })
}

async fn contoso(t: &TestApp) -> World {
    let company = t.company("contoso").await;
    World { client: t.client(company.tenant, company.ana).await, company }
}

impl World {
    /// Id and secret of a new webhook.
    async fn webhook(&self, host: &str, events: &[&str]) -> (String, String) {
        let body = json!({ "url": format!("https://{host}/directory"), "events": events });
        let made = self.client.post("/v1.0/webhooks", body).await;
        assert_eq!(made.status.as_u16(), 201, "{}", made.body);
        let text = |name: &str| made.body[name].as_str().unwrap().to_owned();
        (text("id"), text("secret"))
    }

    async fn group(&self, name: &str) -> String {
        let body = json!({ "displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true });
        let made = self.client.post("/v1.0/groups", body).await;
        made.body["id"].as_str().unwrap().to_owned()
    }

    /// A new token: an hour is over soon.
    async fn again(&mut self, t: &TestApp) {
        self.client = t.client(self.company.tenant, self.company.ana).await;
    }

    async fn deliveries(&self, webhook: &str) -> Vec<Value> {
        let answer = self.client.get(&format!("/v1.0/webhooks/{webhook}/deliveries")).await;
        answer.body["value"].as_array().unwrap_or_else(|| panic!("{}", answer.body)).clone()
    }
}

fn header<'p>(post: &'p Post, name: &str) -> &'p str {
    &post.headers.iter().find(|(known, _)| *known == name).unwrap().1
}

fn told(post: &Post) -> Value {
    serde_json::from_slice(&post.body).unwrap()
}

fn events(sent: &[Post]) -> Vec<String> {
    sent.iter().map(|post| told(post)["type"].as_str().unwrap().to_owned()).collect()
}

/// HMAC-SHA256 (RFC 2104) by hand, since the service has its own from a library.
fn hmac(key: &[u8], message: &[u8]) -> String {
    assert!(key.len() <= 64);
    let pad = |with: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ with).collect() };
    let inner = digest(&SHA256, &[pad(0x36), message.to_vec()].concat());
    STANDARD.encode(digest(&SHA256, &[pad(0x5c), inner.as_ref().to_vec()].concat()))
}

pub fn signature(secret: &str, (id, timestamp, body): (&str, &str, &[u8])) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    assert!((24..=64).contains(&key.len()));
    format!("v1,{}", hmac(&key, &[id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat()))
}

fn signed(post: &Post, secret: &str) -> String {
    signature(secret, (header(post, "webhook-id"), header(post, "webhook-timestamp"), &post.body))
}

async fn what_becomes_of_a_domain_name_is_told(t: &mut TestApp) {
    let world = contoso(t).await;
    let actor = Actor::user(
        world.company.tenant,
        world.company.ana,
        "ana",
        Role::GlobalAdministrator.permissions(),
        Origin::local(),
    );
    t.http.put(HOST, ok());
    world.webhook(HOST, &["domain.*"]).await;
    let name = "fabrikam.com";
    domains::own(t, &actor, name).await;
    world.client.patch(&format!("/v1.0/domains/{name}"), json!({ "isDefault": true })).await;
    let gone = world.client.post("/v1.0/domains", json!({ "id": "fabrikam.org" })).await;
    assert_eq!(gone.status.as_u16(), 201, "{}", gone.body);
    world.client.delete("/v1.0/domains/fabrikam.org").await;
    t.run_jobs().await;
    let sent = t.http.sent();
    assert_eq!(
        events(&sent),
        ["domain.created", "domain.updated", "domain.updated", "domain.created", "domain.removed"]
    );
    let data = told(&sent[1])["data"].clone();
    assert_eq!((&data["id"], &data["resource"]), (&json!(name), &json!("domains")));
    assert!(data["link"].as_str().unwrap().ends_with("/v1.0/domains/fabrikam.com"), "{data}");
}

async fn who_is_in_a_group_that_hides_it_is_not_told(t: &mut TestApp) {
    let world = contoso(t).await;
    t.http.put(HOST, ok());
    world.webhook(HOST, &["group.*"]).await;
    let ben = t.person(world.company.tenant, &world.company.domain, "ben", &[]).await;
    let board = json!({ "displayName": "Board", "mailNickname": "board", "mailEnabled": true, "securityEnabled": false,
        "groupTypes": ["Unified"], "visibility": "HiddenMembership" });
    let board = world.client.post("/v1.0/groups", board).await.body["id"].as_str().unwrap().to_owned();
    let member = json!({ "@odata.id": format!("https://localhost/v1.0/directoryObjects/{ben}") });
    world.client.post(&format!("/v1.0/groups/{board}/members/$ref"), member).await;
    t.run_jobs().await;
    let hidden = told(&t.http.sent()[1]);
    assert_eq!((&hidden["type"], &hidden["data"]["id"]), (&json!("group.member.added"), &json!(board)));
    assert!(!hidden.to_string().contains(&ben.to_string()), "who is in it is hidden: {hidden}");
}

async fn changes_are_told_in_their_order_and_signed(t: &mut TestApp) {
    let world = contoso(t).await;
    t.http.put(HOST, ok());
    let (id, secret) = world.webhook(HOST, &["user.created", "group.*"]).await;
    let listed = world.client.get("/v1.0/webhooks").await;
    assert!(!listed.body.to_string().contains("whsec_"), "{}", listed.body);
    let ben = t.person(world.company.tenant, &world.company.domain, "ben", &[]).await;
    let sales = world.group("Sales").await;
    let member = json!({ "@odata.id": format!("https://localhost/v1.0/directoryObjects/{ben}") });
    world.client.post(&format!("/v1.0/groups/{sales}/members/$ref"), member).await;
    world.client.patch(&format!("/v1.0/users/{ben}"), json!({ "jobTitle": "Buyer" })).await;
    world.client.delete(&format!("/v1.0/groups/{sales}")).await;
    t.run_jobs().await;
    let sent = t.http.sent();
    assert_eq!(events(&sent), ["user.created", "group.created", "group.member.added", "group.deleted"]);
    let mut ids: Vec<_> = sent.iter().map(|post| header(post, "webhook-id").to_owned()).collect();
    for post in &sent {
        assert_eq!(header(post, "webhook-signature"), signed(post, &secret));
        assert_eq!(header(post, "webhook-timestamp"), t.app.moment().now.as_second().to_string());
        assert_eq!(post.target.host(), &Host::Name(HOST.to_owned()));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    let first = told(&sent[0]);
    let now: Timestamp = first["timestamp"].as_str().unwrap().parse().unwrap();
    assert_eq!(now, t.app.moment().now);
    assert_eq!(first["data"]["id"], json!(ben));
    assert_eq!(first["data"]["tenantId"], json!(world.company.tenant));
    assert_eq!(first["data"]["link"], json!(format!("http://localhost:8080/v1.0/users/{ben}")));
    assert!(!first.to_string().contains("BEN"), "ids alone: {first}");
    assert_eq!(told(&sent[2])["data"]["memberId"], json!(ben));
    let deliveries = world.deliveries(&id).await;
    assert_eq!(deliveries.len(), 4);
    assert!(deliveries.iter().all(|delivery| delivery["status"] == "delivered"), "{deliveries:?}");
    t.assert_nothing_left().await;
    let count = format!("/v1.0/webhooks/{id}/deliveries?$top=3");
    let page = world.client.get(&count).await;
    let next = page.body["@odata.nextLink"].as_str().unwrap().replace("http://localhost:8080", "");
    assert_eq!(world.client.get(&next).await.each("event"), ["user.created"]);
    // Nothing is kept for one that is disabled, and nothing is followed once it is gone.
    let path = format!("/v1.0/webhooks/{id}");
    world.client.patch(&path, json!({ "enabled": false })).await;
    world.group("Two").await;
    let enabled = world.client.patch(&path, json!({ "enabled": true })).await;
    assert_eq!(enabled.body["status"], "enabled");
    world.group("Three").await;
    t.run_jobs().await;
    assert_eq!(events(&t.http.sent()), ["group.created"]);
    assert_eq!(world.client.delete(&path).await.status.as_u16(), 204);
    world.group("Four").await;
    t.assert_nothing_left().await;
    assert_eq!(t.rows(world.company.tenant, "webhook_attempt").await, 0);
}

async fn what_fails_is_tried_again_and_has_failed_in_the_end(t: &mut TestApp) {
    let mut world = contoso(t).await;
    let (id, secret) = world.webhook(HOST, &["group.created"]).await;
    world.group("Sales").await;
    t.run_jobs().await;
    let first = t.http.sent().remove(0);
    t.run_jobs().await;
    assert!(t.http.sent().is_empty(), "not before its time");
    // 5 s, then 5 min, each up to a tenth longer.
    for seconds in [6, 331] {
        t.advance(SignedDuration::from_secs(seconds));
        t.run_jobs().await;
        let again = t.http.sent();
        let [again] = again.as_slice() else { panic!("{again:?}") };
        assert_eq!(header(again, "webhook-id"), header(&first, "webhook-id"));
        assert_ne!(header(again, "webhook-timestamp"), header(&first, "webhook-timestamp"));
        assert_eq!(
            (&again.body, header(again, "webhook-signature")),
            (&first.body, signed(again, &secret).as_str())
        );
    }
    t.http.put(HOST, status(302));
    let mut tries = 3;
    for hours in [1, 3, 6, 11, 16, 22, 27] {
        t.advance(SignedDuration::from_hours(hours));
        t.run_jobs().await;
        tries += t.http.sent().len();
    }
    assert_eq!(tries, 10);
    world.again(t).await;
    let delivery = world.deliveries(&id).await.remove(0);
    assert_eq!((&delivery["status"], &delivery["attemptCount"]), (&json!("failed"), &json!(10)));
    let path = format!("/v1.0/webhooks/{id}/deliveries/{}", delivery["id"].as_str().unwrap());
    let shown = world.client.get(&path).await.body;
    let (newest, oldest) = (&shown["attempts"][0], &shown["attempts"][9]);
    assert_eq!((&newest["outcome"], &newest["statusCode"]), (&json!("refused"), &json!(302)));
    assert_eq!((&oldest["outcome"], &oldest["statusCode"]), (&json!("unreachable"), &Value::Null));
    // One that arrives makes it well again.
    t.http.put(HOST, ok());
    world.group("Support").await;
    t.advance(SignedDuration::from_mins(6));
    t.run_jobs().await;
    assert_eq!(t.http.sent().len(), 1);
    let webhook = world.client.get(&format!("/v1.0/webhooks/{id}")).await.body;
    assert_eq!((&webhook["status"], &webhook["failingSinceDateTime"]), (&json!("enabled"), &Value::Null));
}

async fn a_receiver_that_is_gone_is_left_alone(t: &mut TestApp) {
    let world = contoso(t).await;
    let (id, _) = world.webhook(HOST, &["group.created"]).await;
    t.http.put(HOST, status(410));
    world.group("Sales").await;
    world.group("Support").await;
    t.run_jobs().await;
    assert_eq!(t.http.sent().len(), 1);
    let webhook = world.client.get(&format!("/v1.0/webhooks/{id}")).await.body;
    assert_eq!((&webhook["status"], &webhook["enabled"]), (&json!("gone"), &json!(false)));
    let mail = t.mail_to("ana.torres@mail.test").await;
    assert!(mail.subject.contains(HOST) && mail.link() == format!("/webhooks/{id}"), "{mail:?}");
    let states: Vec<_> = world.deliveries(&id).await;
    assert!(states.iter().all(|delivery| delivery["status"] == "failed"), "{states:?}");
    let test = world.client.post(&format!("/v1.0/webhooks/{id}/test"), json!({})).await;
    assert_eq!((test.status.as_u16(), test.codes().1), (409, "webhook-not-enabled"));
    t.advance(SignedDuration::from_hours(48));
    t.run_jobs().await;
    assert!(t.http.sent().is_empty());
}

async fn after_days_of_failure_a_webhook_is_disabled(t: &mut TestApp) {
    let mut world = contoso(t).await;
    let (id, _) = world.webhook(HOST, &["group.created"]).await;
    for day in 0..6 {
        world.again(t).await;
        world.group(&format!("Group{day}")).await;
        t.run_jobs().await;
        let webhook = world.client.get(&format!("/v1.0/webhooks/{id}")).await.body;
        assert_eq!(webhook["status"], json!(if day < 5 { "enabled" } else { "failing" }), "day {day}");
        t.advance(SignedDuration::from_hours(24));
    }
    let mail = t.mail_to("ana.torres@mail.test").await;
    assert!(mail.text.contains("five days"), "{mail:?}");
    t.http.sent();
    t.advance(SignedDuration::from_hours(24));
    t.run_jobs().await;
    assert!(t.http.sent().is_empty());
}

async fn a_dead_receiver_holds_up_no_other(t: &mut TestApp) {
    let world = contoso(t).await;
    t.http.put("alive.contoso.com", ok());
    world.webhook("dead.contoso.com", &["group.created"]).await;
    world.webhook("alive.contoso.com", &["group.created"]).await;
    for name in ["One", "Two", "Three", "Four"] {
        world.group(name).await;
    }
    t.run_jobs().await;
    let sent = t.http.sent();
    let to = |host: &str| {
        sent.iter().filter(|post| post.target.host() == &Host::Name(host.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(
        (to("alive.contoso.com").len(), to("dead.contoso.com").len()),
        (4, 1),
        "one failure is enough"
    );
    let numbers: Vec<i64> =
        to("alive.contoso.com").iter().map(|post| told(post)["data"]["sequence"].as_i64().unwrap()).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    // It comes back: all that waited arrives in its order.
    t.http.put("dead.contoso.com", ok());
    t.advance(SignedDuration::from_secs(6));
    t.run_jobs().await;
    let numbers: Vec<i64> =
        t.http.sent().iter().map(|post| told(post)["data"]["sequence"].as_i64().unwrap()).collect();
    assert_eq!(numbers.len(), 4);
    t.assert_nothing_left().await;
}

fn ids(sent: &[Post]) -> Vec<String> {
    sent.iter().map(|post| header(post, "webhook-id").to_owned()).collect()
}

/// A webhook whose receiver fails, with three deliveries of which the first was tried: their ids, the oldest first.
async fn failing(t: &mut TestApp) -> (World, String, Vec<String>) {
    let world = contoso(t).await;
    t.http.put(HOST, status(500));
    let (id, _) = world.webhook(HOST, &["group.created"]).await;
    for name in ["One", "Two", "Three"] {
        world.group(name).await;
    }
    t.run_jobs().await;
    let deliveries = world.deliveries(&id).await;
    let held: Vec<_> = deliveries.iter().rev().map(|each| each["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids(&t.http.sent()), held[..1]);
    (world, id, held)
}

async fn what_is_asked_for_by_hand_is_tried_itself(t: &mut TestApp) {
    let (world, id, held) = failing(t).await;
    let path = format!("/v1.0/webhooks/{id}");
    let again = |delivery: &str| format!("{path}/deliveries/{delivery}/replay");
    let test = world.client.post(&format!("{path}/test"), json!({})).await.body;
    let last = world.client.post(&again(&held[2]), json!({})).await;
    assert_eq!(last.status.as_u16(), 202, "{}", last.body);
    let twice = world.client.post(&again(&held[2]), json!({})).await;
    assert_eq!(twice.codes().1, "delivery-waiting", "it is on its way");
    t.run_jobs().await;
    let mut asked = ids(&t.http.sent());
    asked.sort();
    let mut expected = vec![test["id"].as_str().unwrap().to_owned(), held[2].clone()];
    expected.sort();
    assert_eq!(asked, expected, "these and no others");
    let tried = world.client.get(&format!("{path}/deliveries/{}", held[2])).await.body;
    assert_eq!((&tried["status"], &tried["attemptCount"]), (&json!("waiting"), &json!(1)));
    // They put off nothing: the next of the others is looked at when it would have been.
    t.advance(SignedDuration::from_secs(6));
    t.run_jobs().await;
    assert_eq!(ids(&t.http.sent()), held[1..2]);
    // One that arrives lets the others through.
    t.http.put(HOST, ok());
    world.client.post(&again(&held[1]), json!({})).await;
    t.run_jobs().await;
    let sent = ids(&t.http.sent());
    assert_eq!((sent.len(), &sent[0]), (4, &held[1]), "{sent:?}");
    t.assert_nothing_left().await;
}

async fn pages_say_what_is_held_back(t: &mut TestApp) {
    let (world, id, held) = failing(t).await;
    let mut ana = t.signed_in(world.company.tenant, world.company.ana).await;
    let path = format!("/webhooks/{id}");
    ana.get(&path).await.assert_shows(&[
        "Failing",
        "held back until one gets through",
        "Next look",
        "Held back",
    ]);
    let delivery = format!("{path}/deliveries/{}", held[2]);
    let page = ana.get(&delivery).await;
    page.assert_shows(&["Held back", "until another delivery gets through", "Next look", "Try now"]);
    assert!(!page.text().contains("Next try"), "{}", page.text());
    let shown = world.client.get(&format!("/v1.0/webhooks/{id}/deliveries/{}", held[2])).await.body;
    let next: Timestamp = shown["nextAttemptDateTime"].as_str().unwrap().parse().unwrap();
    assert!(next > t.app.moment().now, "{shown}");
    ana.get(&format!("{path}/deliveries/{}", held[0])).await.assert_shows(&["Waiting", "Next try"]);
    let answer = ana.submit_to(&page, &format!("{delivery}/replay"), &[]).await;
    ana.follow(&answer).await.assert_shows(&["It is tried now", "It is being tried now"]);
    t.run_jobs().await;
    assert_eq!(ids(&t.http.sent()), held[2..]);
    t.http.put(HOST, ok());
    t.advance(SignedDuration::from_secs(6));
    t.run_jobs().await;
    let page = ana.get(&path).await;
    assert!(!page.text().contains("eld back"), "{}", page.text());
}

async fn held_back_deliveries_are_looked_at_in_time(t: &mut TestApp) {
    let (world, id, held) = failing(t).await;
    // A change that comes meanwhile moves no look.
    world.group("Four").await;
    t.run_jobs().await;
    assert!(t.http.sent().is_empty());
    for (seconds, looked_at) in [(6, &held[1]), (301, &held[2])] {
        t.advance(SignedDuration::from_secs(seconds));
        t.run_jobs().await;
        assert_eq!(ids(&t.http.sent()), std::slice::from_ref(looked_at));
    }
    t.advance(SignedDuration::from_secs(301));
    t.run_jobs().await;
    assert_eq!(t.http.sent().len(), 1);
    let waiting = world.deliveries(&id).await;
    assert_eq!(waiting.iter().filter(|delivery| delivery["attemptCount"] == 0).count(), 0, "{waiting:?}");
}

async fn a_busy_receiver_says_when_to_come_again(t: &mut TestApp) {
    let world = contoso(t).await;
    world.webhook(HOST, &["group.created"]).await;
    t.http.put(HOST, Ok(Answer { status: 429, retry_after: Some("1800".to_owned()), body: Vec::new() }));
    world.group("Sales").await;
    world.group("Support").await;
    t.run_jobs().await;
    assert_eq!(t.http.sent().len(), 1);
    t.http.put(HOST, ok());
    t.advance(SignedDuration::from_secs(1790));
    t.run_jobs().await;
    assert!(t.http.sent().is_empty());
    t.advance(SignedDuration::from_secs(20));
    t.run_jobs().await;
    assert_eq!(t.http.sent().len(), 2);
}

async fn both_secrets_sign_while_a_new_one_is_entered(t: &mut TestApp) {
    let mut world = contoso(t).await;
    t.http.put(HOST, ok());
    let (id, old) = world.webhook(HOST, &["group.created"]).await;
    let rotated = world.client.post(&format!("/v1.0/webhooks/{id}/rotateSecret"), json!({})).await;
    let new = rotated.body["secret"].as_str().unwrap().to_owned();
    assert_ne!(old, new);
    world.group("Sales").await;
    t.run_jobs().await;
    let post = t.http.sent().remove(0);
    assert_eq!(
        header(&post, "webhook-signature"),
        format!("{} {}", signed(&post, &new), signed(&post, &old))
    );
    t.advance(SignedDuration::from_hours(25));
    world.again(t).await;
    world.group("Support").await;
    t.run_jobs().await;
    let post = t.http.sent().remove(0);
    assert_eq!(header(&post, "webhook-signature"), signed(&post, &new));
    let mut scope = t.app.db.read().await.unwrap();
    let actor = tenantry::access::Actor::operator(world.company.tenant);
    let mut scope = scope.tenant(actor.grant()).await.unwrap();
    let row: tenantry::db::Row =
        scope.one("SELECT secret FROM webhook WHERE tenant_id = $1", &[]).await.unwrap();
    let stored: Vec<u8> = row.get("secret").unwrap();
    assert!(!String::from_utf8_lossy(&stored).contains(new.trim_start_matches("whsec_")));
}

async fn deliveries_are_sent_again(t: &mut TestApp) {
    let world = contoso(t).await;
    t.http.put(HOST, status(500));
    let (id, _) = world.webhook(HOST, &["group.created"]).await;
    let path = format!("/v1.0/webhooks/{id}");
    let test = world.client.post(&format!("{path}/test"), json!({})).await;
    assert_eq!((test.status.as_u16(), &test.body["event"]), (202, &json!("webhook.test")));
    t.run_jobs().await;
    assert_eq!(events(&t.http.sent()), ["webhook.test"]);
    let delivery = format!("{path}/deliveries/{}", test.body["id"].as_str().unwrap());
    // What waits for its next try is tried now, once.
    let sooner = world.client.post(&format!("{delivery}/replay"), json!({})).await;
    assert_eq!((sooner.status.as_u16(), &sooner.body["status"]), (202, &json!("waiting")));
    let waiting = world.client.post(&format!("{delivery}/replay"), json!({})).await;
    assert_eq!(waiting.codes().1, "delivery-waiting");
    t.run_jobs().await;
    assert_eq!(events(&t.http.sent()), ["webhook.test"]);
    assert_eq!(world.client.get(&delivery).await.body["attemptCount"], json!(2));
    t.http.put(HOST, ok());
    t.advance(SignedDuration::from_mins(6));
    world.group("Sales").await;
    world.group("Support").await;
    t.run_jobs().await;
    assert_eq!(events(&t.http.sent()), ["webhook.test", "group.created", "group.created"]);
    let again = world.client.post(&format!("{delivery}/replay"), json!({})).await;
    assert_eq!((again.status.as_u16(), &again.body["status"]), (202, &json!("waiting")));
    t.run_jobs().await;
    let sent = t.http.sent();
    assert_eq!(header(&sent[0], "webhook-id"), test.body["id"].as_str().unwrap());
    let since = json!({ "since": t.app.moment().now });
    let all = world.client.post(&format!("{path}/replay"), since).await;
    assert_eq!((all.status.as_u16(), &all.body["count"]), (202, &json!(2)));
    t.run_jobs().await;
    assert_eq!(events(&t.http.sent()), ["group.created", "group.created"]);
    for wrong in [json!({}), json!({ "since": "2027-01-01T00:00:00Z" }), json!({ "since": "soon" })] {
        assert!(world.client.post(&format!("{path}/replay"), wrong).await.status.is_client_error());
    }
    assert_eq!(t.rows(world.company.tenant, "webhook_attempt").await, 8);
}

async fn deliveries_are_forgotten_after_thirty_days(t: &mut TestApp) {
    let mut world = contoso(t).await;
    t.http.put(HOST, ok());
    let (id, _) = world.webhook(HOST, &["group.created"]).await;
    world.group("Sales").await;
    t.run_jobs().await;
    t.advance(SignedDuration::from_hours(29 * 24));
    t.run_jobs().await;
    world.again(t).await;
    assert_eq!(world.deliveries(&id).await.len(), 1);
    t.advance(SignedDuration::from_hours(25));
    t.run_jobs().await;
    assert_eq!(t.rows(world.company.tenant, "webhook_delivery").await, 0);
    assert_eq!(t.rows(world.company.tenant, "webhook_attempt").await, 0);
    t.assert_nothing_left().await;
}

async fn webhooks_are_looked_after_in_the_portal(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let mut ana = t.signed_in(company.tenant, company.ana).await;
    ana.get("/webhooks").await.assert_shows(&["Nobody is told of changes yet", "standardwebhooks"]);
    let form = ana.get("/webhooks/new").await;
    let wrong = ana.post("/webhooks/new", &[("url", "http://hooks.contoso.com/")]).await;
    wrong.assert_refused(422, "must begin with https://");
    assert_eq!(form.attributes("[name=events]", "value").len(), 34);
    let typed =
        [("url", "https://hooks.contoso.com/in?key=7"), ("description", "Stock"), ("events", "user.*")];
    let shown = ana.post("/webhooks/new", &typed).await;
    let secret = shown.text_of(".record dd").unwrap();
    assert!(secret.starts_with("whsec_"), "{secret}");
    let path = shown.attributes("main .actions a", "href").remove(0);
    let list = ana.get("/webhooks").await;
    list.assert_shows(&["hooks.contoso.com/in", "Stock", "Enabled"]);
    assert!(!list.body.contains("key=7"), "an address may hold a secret");
    let page = ana.get(&path).await;
    assert!(!page.body.contains(&secret));
    t.http.put(
        HOST,
        Ok(Answer { status: 500, retry_after: None, body: b"<script>alert(1)</script>\x07".to_vec() }),
    );
    let answer = ana.submit_to(&page, &format!("{path}/test"), &[]).await;
    let page = ana.follow(&answer).await;
    page.assert_shows(&["A test event is on its way", "webhook.test", "Waiting", "It is being tried now"]);
    assert_eq!(
        page.attributes("#deliveries[hx-get]", "hx-get"),
        std::slice::from_ref(&path),
        "it looks again by itself"
    );
    t.run_jobs().await;
    assert!(ana.get(&path).await.attributes("[hx-get]", "hx-get").is_empty(), "until it has come");
    let delivery = page.attributes("td a", "href").remove(0);
    let one = ana.get(&delivery).await;
    one.assert_shows(&["Try 1:", "another status than 2xx", "500", "<script>alert(1)</script>"]);
    assert!(!one.body.contains("<script>alert"), "an answer is text");
    ana.get(&path).await.assert_shows(&["Failing", "Nothing has arrived since"]);
    t.http.put(HOST, ok());
    one.assert_shows(&["Try now"]);
    let answer = ana.submit_to(&one, &format!("{delivery}/replay"), &[]).await;
    let tried = ana.follow(&answer).await;
    tried.assert_shows(&["It is tried now", "Waiting", "It is being tried now", "Show what came of it"]);
    assert_eq!(tried.attributes("#delivery", "hx-get"), std::slice::from_ref(&delivery));
    assert!(tried.attributes("main a", "href").contains(&delivery), "and without a script");
    assert!(!tried.text().contains("Try now"), "it is on its way");
    t.run_jobs().await;
    let one = ana.get(&delivery).await;
    one.assert_shows(&["Arrived", "Send again", "sent as one line"]);
    assert!(one.attributes("[hx-get]", "hx-get").is_empty(), "nothing more will come");
    let sample = one.text_of("pre.sample").unwrap();
    assert!(sample.starts_with("{ \"data\": {") && one.body.contains("\n  &#34;type&#34;"), "{}", one.body);
    sent_again(t, &mut ana, &one, (&path, &delivery)).await;
    changed_and_removed(&mut ana, &path, &secret).await;
    let ben = t.person(company.tenant, &company.domain, "ben", &[Role::UserAdministrator]).await;
    is_denied(&mut t.signed_in(company.tenant, ben).await).await;
}

async fn sent_again(t: &mut TestApp, ana: &mut Browser, one: &Page, (path, delivery): (&str, &str)) {
    let answer = ana.submit_to(one, &format!("{delivery}/replay"), &[]).await;
    ana.follow(&answer).await.assert_shows(&["It is sent again", "Waiting"]);
    t.run_jobs().await;
    let ask = ana.get(&format!("{path}/replay")).await;
    let answer = ana.submit(&ask, &[("since", "24")]).await;
    ana.follow(&answer).await;
    t.run_jobs().await;
    assert_eq!(t.http.sent().len(), 4);
}

async fn is_denied(browser: &mut Browser) {
    let denied = browser.get("/webhooks").await;
    assert_eq!(denied.status.as_u16(), 403);
    assert!(denied.text().contains("Application administrator"), "{}", denied.text());
}

async fn changed_and_removed(ana: &mut Browser, path: &str, secret: &str) {
    let edit = ana.get(&format!("{path}/edit")).await;
    let answer = ana.submit(&edit, &[("description", "Warehouse")]).await;
    ana.follow(&answer).await.assert_shows(&["Warehouse", "user.*"]);
    let ask = ana.get(&format!("{path}/secret")).await;
    let shown = ana.submit_to(&ask, &format!("{path}/secret"), &[]).await;
    assert_ne!(shown.text_of(".record dd").unwrap(), secret);
    for (button, word) in [("disable", "The webhook is disabled"), ("enable", "The webhook is enabled")] {
        let page = ana.get(path).await;
        let answer = ana.submit_to(&page, &format!("{path}/{button}"), &[]).await;
        ana.follow(&answer).await.assert_shows(&[word]);
    }
    let ask = ana.get(&format!("{path}/delete")).await;
    let answer = ana.submit_to(&ask, &format!("{path}/delete"), &[]).await;
    ana.follow(&answer).await.assert_shows(&["The webhook is removed", "Nobody is told"]);
    ana.get("/activity").await.assert_shows(&["removed a webhook", "made a new secret for a webhook"]);
}

async fn a_webhook_is_sent_to_by_hand_so_often(t: &mut TestApp) {
    let world = contoso(t).await;
    t.http.put(HOST, ok());
    let (id, _) = world.webhook(HOST, &["group.created"]).await;
    let (second, _) = world.webhook(HOST, &["group.created"]).await;
    let mut ana = t.signed_in(world.company.tenant, world.company.ana).await;
    let rea = t.person(world.company.tenant, &world.company.domain, "rea", &[Role::DirectoryReaders]).await;
    let mut rea = t.signed_in(world.company.tenant, rea).await;
    let (page, api) = (format!("/webhooks/{id}"), format!("/v1.0/webhooks/{id}"));
    for _ in 0..5 {
        assert_eq!(rea.post(&format!("{page}/test"), &[]).await.status.as_u16(), 403, "and takes nothing");
    }
    let test = world.client.post(&format!("{api}/test"), json!({})).await;
    assert_eq!(test.status.as_u16(), 202, "{}", test.body);
    t.run_jobs().await;
    let delivery = format!("/deliveries/{}/replay", test.body["id"].as_str().unwrap());
    assert_eq!(ana.post(&format!("{page}{delivery}"), &[]).await.status.as_u16(), 303);
    t.run_jobs().await;
    let since = json!({ "since": t.app.moment().now });
    assert_eq!(world.client.post(&format!("{api}/replay"), since.clone()).await.status.as_u16(), 202);
    t.run_jobs().await;
    let sent = t.http.sent().len();
    for path in [format!("{page}{delivery}"), format!("{page}/test")] {
        let refused = ana.post(&path, &[]).await;
        refused.assert_refused(429, "sent to by hand as often as they may be for now");
        assert!(refused.text().contains("Wait"), "{}", refused.text());
        assert!(!refused.header("retry-after").is_empty());
    }
    let bulk = ana.post(&format!("{page}/replay"), &[("since", "24")]).await;
    assert_eq!(bulk.status.as_u16(), 429);
    for (path, body) in [(format!("{api}{delivery}"), json!({})), (format!("{api}/replay"), since)] {
        let refused = world.client.post(&path, body).await;
        assert_eq!((refused.status.as_u16(), refused.codes().1), (429, "webhook-asked-often"));
    }
    t.run_jobs().await;
    assert!(t.http.sent().is_empty() && sent > 0, "nothing was sent");
    let other = ana.post(&format!("/webhooks/{second}/test"), &[]).await;
    assert_eq!(other.status.as_u16(), 429, "another may lead to the same receiver");
}

async fn webhooks_of_others_answer_like_unknown_ones(t: &mut TestApp) {
    let world = contoso(t).await;
    t.http.put(HOST, ok());
    let (id, _) = world.webhook(HOST, &["user.*"]).await;
    let test = world.client.post(&format!("/v1.0/webhooks/{id}/test"), json!({})).await.body;
    let delivery = test["id"].as_str().unwrap().to_owned();
    let fabrikam = t.company("fabrikam").await;
    let other = t.client(fabrikam.tenant, fabrikam.ana).await;
    t.person(fabrikam.tenant, &fabrikam.domain, "ida", &[]).await;
    t.run_jobs().await;
    assert_eq!(events(&t.http.sent()), ["webhook.test"], "the other tenant's people are its own");
    let own = World { client: other.clone(), company: fabrikam.clone() };
    let (own_id, _) = own.webhook(HOST, &["user.*"]).await;
    for path in [format!("/v1.0/webhooks/{id}"), format!("/v1.0/webhooks/{own_id}/deliveries/{delivery}")] {
        assert_eq!(other.get(&path).await.status.as_u16(), 404, "{path}");
    }
    for path in ["test", "rotateSecret", &format!("deliveries/{delivery}/replay")] {
        let answer = other.post(&format!("/v1.0/webhooks/{id}/{path}"), json!({})).await;
        assert_eq!(answer.status.as_u16(), 404, "{path}");
    }
    assert_eq!(other.delete(&format!("/v1.0/webhooks/{id}")).await.status.as_u16(), 404);
    let reader = t.person(world.company.tenant, &world.company.domain, "rea", &[Role::GlobalReader]).await;
    let reader = t.client(world.company.tenant, reader).await;
    assert_eq!(reader.get("/v1.0/webhooks").await.status.as_u16(), 403);
}

async fn addresses_are_read_strictly_and_tell_nothing(t: &mut TestApp) {
    let world = contoso(t).await;
    let add = async |url: &str| {
        let answer = world.client.post("/v1.0/webhooks", json!({ "url": url, "events": ["user.*"] })).await;
        (answer.status.as_u16(), answer.codes().1.to_owned())
    };
    for url in [
        "https://10.0.0.1/",
        "https://0x7f000001/",
        "https://[::1]/",
        "https://localhost/",
        "https://intranet/",
    ] {
        assert_eq!(add(url).await, (400, "url-unreachable".to_owned()), "{url}");
    }
    assert_eq!(add("http://hooks.contoso.com/").await.1, "url-https");
    assert_eq!(add("https://hooks.contoso.com:22/").await.1, "url-port");
    assert_eq!(add("https://a@hooks.contoso.com/").await.1, "url-invalid");
    for number in 0..8 {
        assert_eq!(add(&format!("https://hooks{number}.contoso.com/")).await.0, 201);
    }
    assert_eq!(add("https://hooks.contoso.com/").await.1, "webhooks-too-many");
}

async fn whatever_a_program_sends_is_answered(t: &mut TestApp) {
    let world = contoso(t).await;
    let (id, _) = world.webhook(HOST, &["user.*"]).await;
    let path = format!("/v1.0/webhooks/{id}");
    let mut values: Vec<Value> =
        vec![json!(7), json!([7]), json!({ "a": 1 }), json!(true), json!(null), json!("x".repeat(60_000))];
    values.extend(hostile::known().into_iter().map(Value::from));
    for value in &values {
        for property in ["url", "description", "events", "enabled", "since", "status", "id"] {
            let body = json!({ (property): value });
            for answer in [
                world.client.patch(&path, body.clone()).await,
                world.client.post("/v1.0/webhooks", body.clone()).await,
                world.client.post(&format!("{path}/replay"), body.clone()).await,
            ] {
                let status = answer.status.as_u16();
                assert!(
                    matches!(status, 200 | 202 | 400 | 409),
                    "{property}: {value}: {status} {}",
                    answer.body
                );
            }
        }
        if let Some(text) = value.as_str().filter(|text| text.len() < 1000) {
            let part =
                percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
            for action in ["", "/deliveries", "/test", "/rotateSecret", "/deliveries/x/replay"] {
                let path = format!("/v1.0/webhooks/{part}{action}");
                for answer in [world.client.get(&path).await, world.client.post(&path, json!({})).await] {
                    assert!(answer.status.is_client_error() || answer.status.is_success(), "{path}");
                }
            }
        }
    }
}
