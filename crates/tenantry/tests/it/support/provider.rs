//! An OpenID provider in memory: its documents, its keys, and the tokens that it gives for a code.

use std::collections::BTreeMap;

use model::ids::{TenantId, UserId};
use serde_json::{Value, json};
use tenantry::access::Actor;
use tenantry::error::Error;
use tenantry::features::credentials;
use tenantry::outside::http::memory::MemoryHttp;
use tenantry::outside::http::{Answer, SendError};
use tenantry::secrets::Secret;
use tenantry::signing::{Algorithm, SigningKey, generate};
use tenantry::{params, transaction};

use super::TestApp;
use super::browser::Browser;
use super::page::Page;

pub const ISSUER: &str = "https://id.example";
pub const CLIENT: &str = "tenantry at contoso";
pub const SECRET: &str = "only the two of us have it";

pub struct Provider {
    http: MemoryHttp,
    key: SigningKey,
}

/// The parameters that a browser was sent to the provider with.
pub struct Request(BTreeMap<String, String>);

impl Request {
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

fn key(id: &str) -> SigningKey {
    let pkcs8 = generate(Algorithm::Es256).unwrap();
    SigningKey::from_pkcs8(id.into(), Algorithm::Es256, &pkcs8).unwrap()
}

fn answer(status: u16, body: &Value) -> Result<Answer, SendError> {
    Ok(Answer { status, retry_after: None, body: body.to_string().into_bytes() })
}

impl Provider {
    pub fn start(t: &TestApp) -> Self {
        let provider = Self { http: t.http.clone(), key: key("first") };
        provider.publish(&provider.document());
        provider.publish_keys();
        provider
    }

    pub fn document(&self) -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example/authorize?way=work",
            "token_endpoint": "https://id.example/token",
            "jwks_uri": "https://id.example/keys",
            "userinfo_endpoint": "https://id.example/userinfo",
            "response_types_supported": ["code"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    pub fn publish(&self, document: &Value) {
        self.http.put(&format!("{ISSUER}/.well-known/openid-configuration"), answer(200, document));
    }

    fn publish_keys(&self) {
        self.http
            .put("https://id.example/keys", answer(200, &json!({ "keys": [self.key.public().unwrap()] })));
    }

    /// Signs with another key from now on, published or not.
    pub fn turn_key(&mut self, id: &str, publish: bool) {
        self.key = key(id);
        if publish {
            self.publish_keys();
        }
    }

    /// Tells this of whoever has the token.
    pub fn tells(&self, userinfo: &Value) {
        self.http.put("https://id.example/userinfo", answer(200, userinfo));
    }

    /// The token endpoint answers so.
    pub fn answers(&self, given: Result<Answer, SendError>) {
        self.http.put("https://id.example/token", given);
    }

    pub fn refuses(&self, error: &str) {
        self.answers(answer(400, &json!({ "error": error })));
    }

    /// The claims of somebody who has just signed in there.
    pub fn claims(&self, t: &TestApp, request: &Request, subject: &str, name: &str) -> Value {
        let now = t.app.moment().now.as_second();
        json!({
            "iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": request.get("nonce"),
            "sub": subject, "email": name, "email_verified": true, "auth_time": now,
        })
    }

    /// Gives a token with these claims for the next code.
    pub fn gives(&self, claims: &Value) {
        let token = self.key.sign("JWT", claims).unwrap();
        self.answers(answer(200, &json!({ "id_token": token, "access_token": "x", "token_type": "Bearer" })));
    }

    /// Where the page leads that leads to the provider.
    pub fn asked(&self, page: &Page) -> Request {
        let links = page.attributes("a#submit", "href");
        let [address] = links.as_slice() else { panic!("no way on: {}", page.text()) };
        let refreshed = page.attributes("meta[http-equiv=refresh]", "content");
        assert_eq!(refreshed, [format!("0;url={address}")]);
        let query = address.strip_prefix("https://id.example/authorize?way=work&").expect(address);
        let decoded =
            |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        Request(
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| (decoded(name), decoded(value)))
                .collect(),
        )
    }

    /// Sends the browser back with a code.
    pub async fn send_back(&self, browser: &mut Browser, request: &Request) -> Page {
        let path = request.get("redirect_uri").strip_prefix("http://localhost:8080").unwrap().to_owned();
        let query =
            super::browser::encode(&[("code", "c"), ("state", request.get("state")), ("iss", ISSUER)]);
        browser.get(&format!("{path}?{query}")).await
    }

    /// From the page that leads here to the answer of the service, as somebody with this subject and name.
    pub async fn sign_in(
        &self,
        t: &TestApp,
        browser: &mut Browser,
        page: &Page,
        (subject, name): (&str, &str),
    ) -> Page {
        let request = self.asked(page);
        self.gives(&self.claims(t, &request, subject, name));
        self.send_back(browser, &request).await
    }
}

/// Somebody without a password is no way in that could stay.
pub async fn give_password(t: &TestApp, person: &Actor) {
    let (moment, user) = (t.app.moment(), person.user_id().unwrap());
    let hash = t.app.passwords.hash(&Secret::new("violet tractor hums 7"), &moment).await.unwrap();
    let done: Result<(), Error> = transaction!(t.app.db, |scope| {
        let mut scope = scope.tenant(person.grant()).await?;
        credentials::set_password(&mut scope, user, &hash, false, &moment).await
    });
    done.unwrap();
}

/// Links somebody to an identity, beside the service.
pub async fn link(t: &TestApp, tenant: TenantId, user: &str, domain: &str) {
    let (now, user): (_, UserId) = (t.app.moment().now, user.parse().unwrap());
    let sql = "INSERT INTO federated_identity (tenant_id, issuer, subject, user_id, domain_name, linked_at, last_used_at) \
               VALUES ($1, $2, 'a subject', $3, $4, $5, $5)";
    let done: Result<u64, Error> = transaction!(t.app.db, |scope| {
        let mut scope = scope.tenant(Actor::operator(tenant).grant()).await?;
        Ok(scope.execute(sql, params![ISSUER, user, domain, now]).await?)
    });
    assert_eq!(done.unwrap(), 1);
}
