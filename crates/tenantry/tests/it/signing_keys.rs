//! The keys that sign tokens, in the operator's hand: followed with an overlap, revoked at once.

use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tenantry::error::Error;
use tenantry::signing::managed::{self, Listed, State};
use tenantry::signing::{Algorithm, SIGNS_DAYS};

use crate::openid::{Registered, registered};
use crate::support::TestApp;
use crate::support::program::program;

both_engines!(
    a_key_is_followed_with_an_overlap,
    a_key_of_one_algorithm_is_followed_alone,
    what_a_revoked_key_signed_is_refused_at_once,
    a_key_that_doesnt_sign_is_revoked_without_a_successor,
);

async fn shown(t: &mut TestApp, r: &Registered) -> Vec<String> {
    let page = t.browser().get(&r.at("/discovery/v2.0/keys")).await;
    let keys: Value = serde_json::from_str(&page.body).unwrap();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn keys(t: &TestApp, algorithm: Algorithm) -> Vec<Listed> {
    let all = managed::list(&t.app, t.app.clock.now()).await.unwrap();
    all.into_iter().filter(|key| key.algorithm == algorithm).collect()
}

fn states(keys: &[Listed]) -> Vec<State> {
    keys.iter().map(|key| key.state).collect()
}

fn signed_by(token: &Value) -> String {
    let header = token.as_str().unwrap().split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

async fn tokens(t: &mut TestApp, r: &Registered) -> Value {
    let mut browser = t.signed_in(r.company.tenant, r.company.ana).await;
    let code = r.code(&mut browser, &[]).await;
    let (status, tokens) = r.redeem(t, &code).await;
    assert_eq!(status, 200, "{tokens}");
    tokens
}

async fn refreshed(t: &mut TestApp, r: &Registered, tokens: &Value) -> Value {
    let (status, next) = r.refresh(t, tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(status, 200, "{next}");
    next
}

async fn opens(t: &mut TestApp, r: &Registered, tokens: &Value) -> bool {
    r.userinfo(t, tokens["access_token"].as_str().unwrap()).await.0 == 200
}

async fn a_key_is_followed_with_an_overlap(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let first = tokens(t, &r).await;
    let before = shown(t, &r).await;
    let moment = t.app.moment();
    let made = managed::rotate(&t.app, &Algorithm::ALL, &moment).await.unwrap();
    assert_eq!(made.len(), Algorithm::ALL.len());
    let now = shown(t, &r).await;
    assert!(before.iter().chain(&made).all(|kid| now.contains(kid)), "{now:?}");
    // One that waits is enough.
    assert!(managed::rotate(&t.app, &Algorithm::ALL, &moment).await.unwrap().is_empty());
    let listed = keys(t, Algorithm::EdDsa).await;
    assert_eq!(states(&listed), [State::Next, State::Signing]);
    assert_eq!(listed[1].signs_until, listed[0].signs_from);
    assert_eq!(listed[0].signs_until, listed[0].signs_from + SignedDuration::from_hours(24 * SIGNS_DAYS));

    t.advance(SignedDuration::from_hours(23));
    let second = refreshed(t, &r, &first).await;
    assert_eq!(signed_by(&second["access_token"]), listed[1].id);
    t.advance(SignedDuration::from_mins(65));
    let third = refreshed(t, &r, &second).await;
    assert_eq!(signed_by(&third["access_token"]), listed[0].id);
    let after = keys(t, Algorithm::EdDsa).await;
    assert_eq!(states(&after), [State::Signing, State::Overlapping]);
    assert!(shown(t, &r).await.contains(&after[1].id), "what it signed is still good");
    t.run_jobs().await;
    assert_eq!(keys(t, Algorithm::EdDsa).await, after);
}

async fn a_key_of_one_algorithm_is_followed_alone(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    tokens(t, &r).await;
    shown(t, &r).await;
    let made = managed::rotate(&t.app, &[Algorithm::Es256], &t.app.moment()).await.unwrap();
    let listed = keys(t, Algorithm::Es256).await;
    assert_eq!((states(&listed), &made), (vec![State::Next, State::Signing], &vec![listed[0].id.clone()]));
    for other in [Algorithm::Rs256, Algorithm::EdDsa] {
        assert_eq!(states(&keys(t, other).await), [State::Signing], "{other:?}");
    }
    // The others are still to be had.
    assert_eq!(managed::rotate(&t.app, &Algorithm::ALL, &t.app.moment()).await.unwrap().len(), 2);
}

async fn what_a_revoked_key_signed_is_refused_at_once(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    let first = tokens(t, &r).await;
    assert!(opens(t, &r, &first).await);
    let own = signed_by(&first["access_token"]);
    // An older key that still overlaps doesn't come back.
    managed::rotate(&t.app, &Algorithm::ALL, &t.app.moment()).await.unwrap();
    t.advance(SignedDuration::from_hours(25));
    let second = refreshed(t, &r, &first).await;
    let signs = signed_by(&second["access_token"]);
    assert_ne!(signs, own);
    let revoked = managed::revoke(&t.app, &signs, &t.app.moment()).await.unwrap();
    let made = revoked.made.unwrap();
    assert!(revoked.changed && !opens(t, &r, &second).await);
    let seen = shown(t, &r).await;
    assert!(!seen.contains(&signs) && seen.contains(&made) && seen.contains(&own), "{seen:?}");
    let third = refreshed(t, &r, &second).await;
    assert_eq!(signed_by(&third["access_token"]), made);
    assert!(opens(t, &r, &third).await);
    let listed = keys(t, Algorithm::EdDsa).await;
    assert_eq!(states(&listed), [State::Signing, State::Revoked, State::Overlapping]);
    assert_eq!(listed[1].ends_at, t.app.clock.now());

    let again = managed::revoke(&t.app, &signs, &t.app.moment()).await.unwrap();
    assert_eq!((again.changed, again.made), (false, None));
    let unknown = managed::revoke(&t.app, "nobody", &t.app.moment()).await.unwrap_err();
    assert!(matches!(unknown, Error::Refused(_)), "{unknown:?}");
    assert_eq!(keys(t, Algorithm::EdDsa).await, listed);
}

async fn a_key_that_doesnt_sign_is_revoked_without_a_successor(t: &mut TestApp) {
    let r = registered(t, json!({})).await;
    tokens(t, &r).await;
    shown(t, &r).await;
    let made = managed::rotate(&t.app, &Algorithm::ALL, &t.app.moment()).await.unwrap();
    for kid in &made {
        let revoked = managed::revoke(&t.app, kid, &t.app.moment()).await.unwrap();
        assert_eq!((revoked.changed, revoked.made), (true, None));
    }
    let seen = shown(t, &r).await;
    assert!(made.iter().all(|kid| !seen.contains(kid)), "{seen:?}");
    let listed = keys(t, Algorithm::Rs256).await;
    assert_eq!(states(&listed), [State::Revoked, State::Signing]);
    assert_eq!(listed[1].signs_until, listed[1].signs_from + SignedDuration::from_hours(24 * SIGNS_DAYS));
}

#[test]
fn the_operator_lists_rotates_and_revokes_keys() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command: Command = program();
        command.args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().unwrap()
    };
    let json = |arguments: &[&str]| -> Value {
        let output = run(arguments);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {output:?}"))
    };
    let tenant = ["--display-name", "Contoso", "--prefix", "contoso", "--country", "GB", "--contact-email"];
    json(&[&["tenant", "create"][..], &tenant, &["ana@contoso.test"]].concat());
    assert_eq!(json(&["signing-key", "list"])["value"], json!([]));
    // Where there are none, what is made signs at once.
    let output = run(&["signing-key", "rotate"]);
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let made = made["value"].as_array().unwrap();
    assert!(made.iter().all(|key| log.contains(key["kid"].as_str().unwrap())), "the log has each: {log}");
    assert_eq!(made.len(), 3);
    assert!(made.iter().all(|key| key["state"] == "signing" && key.get("private_key").is_none()), "{made:?}");
    let next = json(&["signing-key", "rotate"]);
    assert!(next["value"].as_array().unwrap().iter().all(|key| key["state"] == "next"), "{next}");
    let kid = made[0]["kid"].as_str().unwrap();
    let output = run(&["signing-key", "revoke", kid]);
    let revoked: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&revoked["kid"], &revoked["changed"]), (&kid.into(), &true.into()));
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(log.contains("revoked a signing key") && log.contains(kid), "the only record: {log}");
    let listed = json(&["signing-key", "list"]);
    let listed = listed["value"].as_array().unwrap();
    let state = |kid: &Value| listed.iter().find(|key| key["kid"] == *kid).map(|key| key["state"].clone());
    assert_eq!(
        (state(&kid.into()), state(&revoked["signsNow"])),
        (Some("revoked".into()), Some("signing".into()))
    );
    assert_eq!(json(&["signing-key", "revoke", kid])["changed"], false);
    for unknown in ["-nobody", "nobody"] {
        let output = run(&["signing-key", "revoke", unknown]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("no signing key"));
    }
}

#[test]
fn the_operator_rotates_one_algorithm_and_is_told_what_waits() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command: Command = program();
        let output =
            command.args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
        let listed: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (listed["value"].clone(), String::from_utf8_lossy(&output.stderr).into_owned(), output.status.code())
    };
    let tenant = ["--display-name", "Contoso", "--prefix", "contoso", "--country", "GB", "--contact-email"];
    run(&[&["tenant", "create"][..], &tenant, &["ana@contoso.test"]].concat());
    let rotate = ["signing-key", "rotate", "--algorithm", "ES256"];
    // Twice the same is once.
    let (made, log, _) = run(&[&rotate[..], &["--algorithm", "ES256"]].concat());
    let shown = |keys: &Value| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        keys.as_array().unwrap().iter().map(|key| (text(&key["algorithm"]), text(&key["state"]))).collect()
    };
    assert_eq!(shown(&made), [("ES256".to_owned(), "signing".to_owned())], "{log}");
    let (next, log, _) = run(&rotate);
    assert_eq!(shown(&next), [("ES256".to_owned(), "next".to_owned())], "{log}");
    assert!(!log.contains("waits already"), "{log}");
    let (waiting, log, status) = run(&rotate);
    assert_eq!((&waiting, status), (&next, Some(0)));
    let (kid, from) = (next[0]["kid"].as_str().unwrap(), next[0]["signsFromDateTime"].as_str().unwrap());
    let told = format!("No new key for ES256: {kid} waits already, and signs from {from} on.");
    assert!(log.contains(&told), "{log}");
    // Of the others none waits: they are made, and nothing is said of them.
    let (all, log, _) = run(&["signing-key", "rotate"]);
    assert_eq!((all.as_array().unwrap().len(), log.matches("waits already").count()), (3, 1), "{log}");
    assert_eq!(run(&["signing-key", "rotate", "--algorithm", "HS256"]).2, Some(2));
}
