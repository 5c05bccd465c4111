//! An OpenID provider as a client sees it: the service itself, or the one that it is measured beside.

use std::io::BufRead as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::percent_decode_str;

use crate::client::Client;
use crate::server::fault;
use crate::{Fault, tenants};

pub const CALLBACK: &str = "http://localhost:9/callback";
/// One PKCE verifier does for everybody here: nobody listens.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// How a person gets through the pages of a provider.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    Tenantry,
    Peer,
}

/// Where a provider answers, and a client that it knows.
pub struct Provider {
    pub pages: Pages,
    pub port: u16,
    pub pid: u32,
    pub discovery: String,
    pub keys: String,
    pub authorization: String,
    pub token: String,
    pub introspection: String,
    pub client_id: String,
    pub secret: String,
    /// What a person signs in as.
    pub name_of: Box<dyn Fn(u64) -> String>,
    /// What the client asks a token for itself for.
    pub own_scope: &'static str,
}

/// A member of an answer that is text.
fn member(body: &[u8], name: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    value[name].as_str().map(str::to_owned)
}

fn parameter(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let of = |pair: &str| {
        pair.split_once('=').filter(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    };
    let value = query.split('&').find_map(of)?;
    percent_decode_str(&value).decode_utf8().ok().map(|text| text.into_owned())
}

/// An address without its host.
fn path_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    if rest.len() == address.len() { address } else { rest.find('/').map_or("/", |at| &rest[at..]) }
}

impl Provider {
    async fn ask(
        &self,
        client: &mut Client,
        path: &str,
        more: &[(&str, &str)],
        wanted: &str,
    ) -> Result<String, Fault> {
        let own = [("client_id", self.client_id.as_str()), ("client_secret", self.secret.as_str())];
        let answer = client.post(path, &[&own[..], more].concat()).await?;
        let found = member(&answer.body, wanted);
        found.ok_or_else(|| format!("{path} answers {}: {}", answer.status, answer.text()))
    }

    /// A token for the client itself.
    pub async fn own_token(&self, client: &mut Client) -> Result<String, Fault> {
        let asked = [("grant_type", "client_credentials"), ("scope", self.own_scope)];
        let asked = if self.own_scope.is_empty() { &asked[..1] } else { &asked[..] };
        self.ask(client, &self.token, asked, "access_token").await
    }

    /// A new refresh token for one that is used up by it, with an ID token or without.
    pub async fn refresh(
        &self,
        client: &mut Client,
        token: &str,
        with_id_token: bool,
    ) -> Result<String, Fault> {
        let asked = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "offline_access")];
        let asked = if with_id_token { &asked[..2] } else { &asked[..] };
        self.ask(client, &self.token, asked, "refresh_token").await
    }

    pub async fn introspect(&self, client: &mut Client, token: &str) -> Result<(), Fault> {
        let own = [("client_id", self.client_id.as_str()), ("client_secret", self.secret.as_str())];
        let answer = client.post(&self.introspection, &[&own[..], &[("token", token)]].concat()).await?;
        let value: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if value["active"] == true { Ok(()) } else { Err(format!("introspection answers {}", answer.text())) }
    }

    fn request(&self) -> String {
        let challenge = URL_SAFE_NO_PAD
            .encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes()));
        format!(
            "{}?client_id={}&response_type=code&scope=openid%20profile%20offline_access&state=s&nonce=n\
             &redirect_uri={}&code_challenge={challenge}&code_challenge_method=S256",
            self.authorization,
            self.client_id,
            percent_encoding::utf8_percent_encode(CALLBACK, percent_encoding::NON_ALPHANUMERIC),
        )
    }

    /// The whole way of a person with a password: from the client to the pages and back, and the code for tokens. Gives
    /// the refresh token.
    pub async fn sign_in(&self, client: &mut Client, person: u64) -> Result<String, Fault> {
        client.forget();
        let request = self.request();
        let mut answer = client.get(&request).await?;
        let name = (self.name_of)(person);
        match self.pages {
            Pages::Tenantry => {
                let next = parameter(&answer.location, "next").ok_or("no sign-in was asked for")?;
                let first = [("username", name.as_str()), ("next", &next)];
                client.post("/sign-in", &first).await?.leads_to("/sign-in/password")?;
                let password = [("password", tenants::PASSWORD)];
                answer = client.post("/sign-in/password", &password).await?.leads_to(&self.authorization)?;
                answer = client.get(path_of(&answer.location)).await?;
                if answer.status == 200 {
                    // The first time a person agrees to what the client asks for.
                    let (_, query) = request.split_once('?').unwrap_or_default();
                    let pairs: Vec<(String, String)> = query
                        .split('&')
                        .filter_map(|pair| pair.split_once('='))
                        .map(|(name, _)| (name.to_owned(), parameter(&request, name).unwrap_or_default()))
                        .chain([("answer".to_owned(), "accept".to_owned())])
                        .collect();
                    let pairs: Vec<(&str, &str)> =
                        pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                    answer =
                        client.post(&self.authorization.replace("/authorize", "/consent"), &pairs).await?;
                }
            }
            Pages::Peer => {
                let page = path_of(&answer.location).to_owned();
                let typed = [("login", name.as_str()), ("password", tenants::PASSWORD)];
                answer = client.post(&page, &typed).await?;
                answer = client.get(path_of(&answer.location)).await?;
            }
        }
        let code = parameter(&answer.location, "code").ok_or_else(|| {
            format!("status {} to {:?} instead of a code: {}", answer.status, answer.location, answer.text())
        })?;
        let asked = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.ask(client, &self.token, &asked, "refresh_token").await
    }
}

/// npm's `oidc-provider` as a child process, with what it keeps in memory.
pub struct Peer {
    child: Child,
    pub provider: Provider,
}

impl Peer {
    /// Installs it where that wasn't done, and starts it.
    pub fn start() -> Result<Self, Fault> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peer");
        if !folder.join("node_modules").is_dir() {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(&folder);
            let installed = npm.status().map_err(|error| format!("npm: {error}"))?;
            if !installed.success() {
                return Err("the peer can't be installed".into());
            }
        }
        let mut node = Command::new("node");
        node.arg("server.mjs").current_dir(&folder).env("NODE_ENV", "production");
        let mut child = node.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(fault)?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("the peer has no output")?;
        std::io::BufReader::new(output).read_line(&mut line).map_err(fault)?;
        let pid = child.id();
        let started = line.trim().parse();
        let mut peer = Self { child, provider: Provider::peer(pid) };
        peer.provider.port = started.map_err(|_| format!("the peer didn't start: {line:?}"))?;
        Ok(peer)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Provider {
    fn peer(pid: u32) -> Self {
        Self {
            pages: Pages::Peer,
            port: 0,
            pid,
            discovery: "/.well-known/openid-configuration".into(),
            keys: "/jwks".into(),
            authorization: "/auth".into(),
            token: "/token".into(),
            introspection: "/token/introspection".into(),
            client_id: "bench".into(),
            secret: "a secret that only the bench has, forty bytes".into(),
            name_of: Box::new(|person| format!("person{person}")),
            own_scope: "",
        }
    }
}
