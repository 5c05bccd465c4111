//! What stands in an address in place of an id, a name or a secret.

use super::fuzz::Fuzzer;
use super::hostile;
use super::routes::routes;
use super::store::Store;
use crate::support::TestApp;

both_engines!(odd_addresses_lead_nowhere(crate::input::unlimited));

/// What browsers load for pages: bare answers, no pages.
const ASSETS: [&str; 2] = ["/assets", "/brand"];

/// Segments that no page of ours ever linked to.
fn segments() -> Vec<String> {
    let mut segments: Vec<String> =
        ["%00", "%FF%FE", "%2e%2e%2f", "%0d%0aX-Injected:1", "..", "-1", "1e309", "%F0%9F%8E%89", "%"]
            .map(str::to_owned)
            .to_vec();
    segments.extend(["0190a5b0-0000-7000-8000-000000000000", "{id}"].map(str::to_owned));
    let written = |value: &String| {
        percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    segments.extend(hostile::known().iter().filter(|value| !value.is_empty()).take(12).map(written));
    segments
        .extend(hostile::drawn(11, "contoso.test", 4).iter().filter(|value| !value.is_empty()).map(written));
    segments.push("x".repeat(8_000));
    segments
}

/// Everybody is asked, signed in or not; pages only show, so nothing at all may change.
async fn odd_addresses_lead_nowhere(t: &mut TestApp) {
    let company = t.company("contoso").await;
    let visitor = t.browser();
    let ana = t.signed_in(company.tenant, company.ana).await;
    let store = Store::open(t).await;
    let mut fuzzer = Fuzzer::new(t).await;
    let mut asked = 0;
    let before = store.dump().await;
    for route in routes()
        .iter()
        .filter(|route| route.path.contains('{') && !ASSETS.iter().any(|assets| route.begins(assets)))
    {
        for segment in segments() {
            let parts =
                route.path.split('/').map(|part| if part.starts_with('{') { segment.as_str() } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            if path.parse::<http::Uri>().is_err() {
                continue;
            }
            for browser in [&visitor, &ana] {
                let answer = browser.clone().get(&path).await;
                fuzzer.look_at(&answer, &path, "");
                if route.is_post {
                    let answer = browser.clone().post(&path, &[("username", "x"), ("code", "1")]).await;
                    fuzzer.look_at(&answer, &path, "");
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "{asked}");
    fuzzer.assert_faultless();
    assert_eq!(before.differences(&store.dump().await), Vec::<String>::new());
}
