//! Photos of people: given, shown without what their files tell beside, taken away, and gone with the person.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use model::roles::Role;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;
use crate::support::people::Company;

both_engines!(
    a_photo_is_given_shown_and_taken_away,
    a_change_of_a_photo_is_noted_and_told,
    whoever_may_change_a_person_may_change_their_photo,
    what_is_no_picture_is_refused(crate::input::unlimited),
    a_photo_goes_with_its_person,
    pages_show_and_change_photos,
    a_batch_carries_photos,
);

/// 24 by 16 pixels that lie on their side, with a position, a maker and a comment.
pub const TURNED: &[u8] = include_bytes!("../../../protocol/tests/pictures/turned.jpg");
pub const TOLD: &[u8] = include_bytes!("../../../protocol/tests/pictures/told.png");
pub const MOVING: &[u8] = include_bytes!("../../../protocol/tests/pictures/moving.gif");

/// Sends a file as a browser does.
pub async fn upload(browser: &mut Browser, path: &str, file: &[u8]) -> Page {
    let head = b"--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"me.jpg\"\r\n\
                 Content-Type: image/jpeg\r\n\r\n";
    let body = [&head[..], file, b"\r\n--xx--\r\n"].concat();
    let mut request = browser.request(Method::POST, path).body(Body::from(body)).unwrap();
    request.headers_mut().insert(CONTENT_TYPE, "multipart/form-data; boundary=xx".parse().unwrap());
    browser.send(path, request).await
}

fn told(body: &Value) -> bool {
    ["private words", "Phone maker", "GPS"].iter().any(|words| body.to_string().contains(words))
}

async fn a_photo_is_given_shown_and_taken_away(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[]).await;
    let client = t.client(tenant, ana).await;
    let path = format!("/v1.0/users/{ben}/photo");
    let value = format!("{path}/$value");
    for path in [&path, &value, "/v1.0/me/photo"] {
        client.get(path).await.assert_refused(404, "ImageNotFound", "photo-missing");
        client.delete(path).await.assert_refused(404, "ImageNotFound", "photo-missing");
    }
    let none = client.get(&format!("{path}s")).await;
    assert_eq!(none.body["value"], json!([]));
    let sent = client.put_bytes(&value, "text/html", TURNED.to_vec()).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
    let facts = client.get(&path).await;
    let etag = facts.body["@odata.mediaEtag"].as_str().unwrap().to_owned();
    let context = format!("http://localhost:8080/v1.0/$metadata#users('{ben}')/photo/$entity");
    let expected = json!({
        "@odata.context": context, "@odata.mediaContentType": "image/jpeg", "@odata.mediaEtag": etag,
        "id": "16x24", "height": 24, "width": 16,
    });
    assert_eq!(facts.body, expected, "as it is shown, turned upright");
    let full = [("accept", "application/json;odata.metadata=full")];
    let full = client.send(Method::GET, &path, None, &full).await;
    assert_eq!(full.body, expected, "a photo is no user");

    let shown = client.get(&value).await;
    assert_eq!(shown.headers["content-type"], "image/jpeg", "what it is, not what somebody said it is");
    assert_eq!(shown.headers["x-content-type-options"], "nosniff");
    let policy = shown.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert_eq!(shown.headers["cache-control"], "private, no-cache");
    assert_eq!(shown.headers["etag"], etag);
    assert!(!told(&shown.body), "it tells nothing beside");
    for (known, status) in [(etag.as_str(), 304), ("W/\"x\", *", 304), ("\"other\"", 200)] {
        let again = client.send(Method::GET, &value, None, &[("if-none-match", known)]).await;
        assert_eq!((again.status.as_u16(), &again.headers["etag"]), (status, &shown.headers["etag"]));
    }
    let size = client.get(&format!("{path}s/16x24/$value")).await;
    assert_eq!(size.body, shown.body);
    client.get(&format!("{path}s/48x48")).await.assert_refused(404, "ImageNotFound", "photo-missing");
    assert_eq!(client.get(&format!("{path}s")).await.each("id"), ["16x24"]);
    let by_name = client.get(&format!("/v1.0/users/ben@{domain}/photo")).await;
    assert_eq!(by_name.body["id"], "16x24");
}

async fn a_change_of_a_photo_is_noted_and_told(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[]).await;
    let client = t.client(tenant, ana).await;
    let path = format!("/v1.0/users/{ben}/photo");
    let value = format!("{path}/$value");
    let user = client.get(&format!("/v1.0/users/{ben}")).await.headers["etag"].clone();
    let latest = client.get("/v1.0/users/delta?$deltatoken=latest").await;
    client.put_bytes(&value, "image/jpeg", TURNED.to_vec()).await;
    let now = client.get(&format!("/v1.0/users/{ben}")).await;
    assert_eq!(now.headers["etag"], user, "a person's properties are as they were");
    let link = latest.body["@odata.deltaLink"].as_str().unwrap().replace("http://localhost:8080", "");
    assert_eq!(client.get(&link).await.each("id"), [ben.to_string()]);
    let events = t.rows(tenant, "audit_event").await;
    client.put_bytes(&value, "image/jpeg", TURNED.to_vec()).await;
    assert_eq!(t.rows(tenant, "audit_event").await, events, "the same photo changes nothing");
    let log = client.get("/v1.0/auditLogs/directoryAudits?$top=100").await;
    let events = log.body["value"].as_array().unwrap();
    let changes = events.iter().map(|event| &event["targetResources"][0]["modifiedProperties"][0]);
    let told: Vec<_> = changes.filter(|change| change["displayName"] == "photo").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0]["newValue"].as_str().unwrap().contains("image/jpeg, 16x24"), "{told:?}");

    let refused = client.send(Method::DELETE, &value, None, &[("if-match", "\"other\"")]).await;
    refused.assert_refused(412, "PreconditionFailed", "changed-meanwhile");
    let patched = client.patch_bytes(&value, "image/png", TOLD.to_vec()).await;
    assert_eq!(patched.status, StatusCode::OK);
    assert_eq!(client.get(&path).await.body["@odata.mediaContentType"], "image/png");
    assert_eq!(client.delete(&path).await.status, StatusCode::NO_CONTENT);
    client.get(&value).await.assert_refused(404, "ImageNotFound", "photo-missing");
}

async fn whoever_may_change_a_person_may_change_their_photo(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben", &[]).await;
    let ida = t.person(tenant, &domain, "ida", &[Role::UserAdministrator]).await;
    let reader = t.person(tenant, &domain, "zoe", &[Role::GlobalReader]).await;
    let (own, desk, reader) =
        (t.client(tenant, ben).await, t.client(tenant, ida).await, t.client(tenant, reader).await);
    let of = |user: model::ids::UserId| format!("/v1.0/users/{user}/photo/$value");
    let photo = || TURNED.to_vec();

    assert_eq!(own.put_bytes("/v1.0/me/photo/$value", "image/jpeg", photo()).await.status, StatusCode::OK);
    assert_eq!(own.get(&of(ben)).await.status, StatusCode::OK);
    for path in [of(ana), of(ida)] {
        let refused = own.put_bytes(&path, "image/jpeg", photo()).await;
        assert_eq!(refused.status, own.get(&path).await.status, "who can't see them");
        refused.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    }
    assert_eq!(desk.put_bytes(&of(ben), "image/png", TOLD.to_vec()).await.status, StatusCode::OK);
    let beyond = desk.put_bytes(&of(ana), "image/jpeg", photo()).await;
    beyond.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    let beyond = desk.patch(&format!("/v1.0/users/{ana}"), json!({ "city": "Athens" })).await;
    beyond.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    assert_eq!(reader.get(&of(ben)).await.headers["content-type"], "image/png");
    let refused = reader.delete(&of(ben)).await;
    refused.assert_refused(403, "Authorization_RequestDenied", "not-allowed");
    assert_eq!(own.delete("/v1.0/me/photo").await.status, StatusCode::NO_CONTENT);
}

/// A PNG that says it has so many pixels.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = TOLD.to_vec();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    bytes
}

async fn what_is_no_picture_is_refused(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let client = t.client(tenant, ana).await;
    let (path, photo) = ("/v1.0/me/photo/$value", "/v1.0/me/photo");
    let comment = [&[0xFF, 0xFE, 0xFF, 0xFF][..], &[b'x'; 0xFFFD]].concat();
    let large = [&TURNED[..2], &comment.repeat(9), &TURNED[2..]].concat();
    let script = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
    for (bytes, code, says) in [
        (Vec::new(), "picture-kind", "PNG, JPEG"),
        (script, "picture-kind", "PNG, JPEG"),
        (MOVING.to_vec(), "picture-kind", "PNG, JPEG"),
        (TURNED[..300].to_vec(), "picture-broken", "damaged"),
        (large, "picture-too-large", "512 KiB"),
        (claiming(4_097, 1), "picture-sides", "4096 pixels"),
        (claiming(0, 9), "picture-broken", "damaged"),
    ] {
        for answer in [
            client.put_bytes(path, "image/png", bytes.clone()).await,
            client.patch_bytes(path, "image/png", bytes.clone()).await,
        ] {
            answer.assert_refused(400, "Request_BadRequest", code);
            assert!(answer.body.to_string().contains(says), "{}", answer.body);
        }
    }
    let flood = client.put_bytes(path, "image/png", vec![0; 5 << 20]).await;
    flood.assert_refused(413, "Request_BadRequest", "input-too-large");
    // Each byte of a picture spoilt in turn is taken or refused, and what is taken tells nothing.
    for at in (0..TURNED.len()).step_by(7) {
        let mut bytes = TURNED.to_vec();
        bytes[at] ^= 0x5A;
        let answer = client.put_bytes(path, "a/b", bytes).await;
        assert!(matches!(answer.status.as_u16(), 200 | 400), "{}", answer.body);
        if answer.status == StatusCode::OK {
            assert!(!told(&client.get(path).await.body), "byte {at}");
        }
    }
    for value in crate::input::hostile::known().into_iter().filter(|value| !value.is_empty()) {
        let size = percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC);
        let answer = client.get(&format!("{photo}s/{size}")).await;
        assert!((400..500).contains(&answer.status.as_u16()), "{value:?}: {}", answer.body);
    }
}

async fn a_photo_goes_with_its_person(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let mut people = Vec::new();
    for name in ["ben", "ida"] {
        people.push(t.person(tenant, &domain, name, &[]).await);
    }
    let client = t.client(tenant, ana).await;
    for user in &people {
        let path = format!("/v1.0/users/{user}/photo/$value");
        client.put_bytes(&path, "image/png", TOLD.to_vec()).await;
        assert_eq!(client.delete(&format!("/v1.0/users/{user}")).await.status, StatusCode::NO_CONTENT);
        client.get(&path).await.assert_refused(404, "Request_ResourceNotFound", "not-found");
        let refused = client.put_bytes(&path, "image/png", TOLD.to_vec()).await;
        refused.assert_refused(404, "Request_ResourceNotFound", "not-found");
    }
    assert_eq!(t.rows(tenant, "user_photo").await, 2, "it is kept with whom can be restored");
    let gone = format!("/v1.0/directory/deletedItems/{}", people[0]);
    client.post(&format!("{gone}/restore"), json!({})).await;
    let back = client.get(&format!("/v1.0/users/{}/photo", people[0])).await;
    assert_eq!(back.body["id"], "16x16");
    client.delete(&format!("/v1.0/users/{}", people[0])).await;
    assert_eq!(client.delete(&gone).await.status, StatusCode::NO_CONTENT);
    assert_eq!(t.rows(tenant, "user_photo").await, 1);
    t.advance(SignedDuration::from_hours(24 * 30 + 1));
    t.run_jobs().await;
    assert_eq!(t.rows(tenant, "user_photo").await, 0, "nothing is left of who is gone for good");
}

async fn pages_show_and_change_photos(t: &mut TestApp) {
    let Company { tenant, domain, ana } = t.company("contoso").await;
    let ben = t.person(tenant, &domain, "ben okafor", &[]).await;
    let other = t.company("fabrikam").await;
    let mut browser = t.signed_in(tenant, ana).await;
    let page = browser.get(&format!("/people/{ben}")).await;
    assert_eq!(page.text_of(".named .avatar").unwrap(), "BO");
    assert!(page.attributes("main .actions a", "href").contains(&format!("/people/{ben}/photo")));
    let form = format!("/people/{ben}/photo");
    browser.get(&form).await.assert_shows(&["Photo of BEN OKAFOR", "512 KiB"]);
    for (file, says) in [
        (MOVING.to_vec(), "PNG, JPEG"),
        (TURNED[..400].to_vec(), "damaged"),
        (vec![b'x'; 600 * 1024], "512 KiB at most"),
    ] {
        upload(&mut browser, &form, &file).await.assert_refused(422, says);
    }
    let nothing = browser.get(&form).await;
    browser.submit_to(&nothing, &form, &[]).await.assert_refused(422, "No picture was chosen");

    let saved = upload(&mut browser, &form, TURNED).await;
    let page = browser.follow(&saved).await;
    page.assert_shows(&["The photo is saved", "Change photo"]);
    let picture = page.attributes(".named img", "src").remove(0);
    let shown = browser.get(&picture).await;
    assert_eq!(shown.header("content-type"), "image/jpeg");
    assert!(shown.header("content-security-policy").contains("sandbox"));
    assert!(!shown.body.contains("private words"));

    // The own photo, by somebody without any role, whom the directory's pages are closed to.
    let mut own = t.signed_in(tenant, ben).await;
    let account = own.get("/account").await;
    assert_eq!(account.attributes(".named img", "src"), ["/account/photo/picture"]);
    assert_eq!(own.get("/account/photo/picture").await.header("etag"), shown.header("etag"));
    assert_eq!(own.get(&picture).await.status, StatusCode::OK);
    let saved = upload(&mut own, "/account/photo", TOLD).await;
    own.follow(&saved).await.assert_shows(&["The photo is saved"]);
    let refused = upload(&mut own, &format!("/people/{ana}/photo"), TOLD).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let page = own.get("/account/photo").await;
    let removed = own.submit_to(&page, "/account/photo/remove", &[]).await;
    own.follow(&removed).await.assert_shows(&["The photo is removed", "Add a photo"]);
    assert_eq!(own.get("/account/photo/picture").await.status, StatusCode::NOT_FOUND);

    // A photo elsewhere is nobody's here.
    let elsewhere = t.client(other.tenant, other.ana).await;
    elsewhere.put_bytes("/v1.0/me/photo/$value", "image/png", TOLD.to_vec()).await;
    let unknown = "0190a5b0-0000-7000-8000-000000000000";
    for part in ["photo", "photo/picture"] {
        for id in [other.ana.to_string(), unknown.to_owned(), "x".to_owned()] {
            let path = format!("/people/{id}/{part}");
            assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
            let status = upload(&mut browser, &format!("/people/{id}/photo"), TOLD).await.status;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    let nobody = t.browser().get(&picture).await;
    assert!(nobody.status.is_redirection() && nobody.location().starts_with("/sign-in"));
}

async fn a_batch_carries_photos(t: &mut TestApp) {
    let Company { tenant, ana, .. } = t.company("contoso").await;
    let client = t.client(tenant, ana).await;
    let put = json!({
        "id": "1", "method": "PUT", "url": "/me/photo/$value", "headers": { "Content-Type": "image/png" },
        "body": STANDARD.encode(TOLD),
    });
    let get = json!({ "id": "2", "method": "GET", "url": "/me/photo/$value", "dependsOn": ["1"] });
    let answer = client.post("/v1.0/$batch", json!({ "requests": [put, get] })).await;
    let responses = &answer.body["responses"];
    assert_eq!((&responses[0]["status"], &responses[1]["status"]), (&json!(200), &json!(200)), "{responses}");
    let shown = STANDARD.decode(responses[1]["body"].as_str().unwrap()).unwrap();
    assert_eq!(shown, protocol::picture::read(TOLD).unwrap().bytes);
    let broken = json!({
        "id": "1", "method": "PUT", "url": "/me/photo/$value", "headers": { "Content-Type": "image/png" },
        "body": "no base64!",
    });
    let answer = client.post("/v1.0/$batch", json!({ "requests": [broken] })).await;
    assert_eq!(answer.body["responses"][0]["body"]["error"]["innerError"]["code"], "picture-kind");
}
