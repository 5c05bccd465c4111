//! A struct per section; `defaults.toml` says what each key means.

use std::net::{IpAddr, SocketAddr};

use model::outbound::Rules;
use model::webhooks::Schedule;
use serde::Deserialize;

use super::ConfigError;

macro_rules! sections {
    ($($name:ident { $($key:ident: $kind:ty),* $(,)? })*) => {$(
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $(pub $key: $kind,)* }
    )*};
}

sections! {
    Server {
        listen: SocketAddr, public_url: String, tls_certificate: String, tls_key: String,
        trusted_proxies: Vec<String>, development_peers: Vec<String>, body_limit: usize, header_timeout: u64,
        request_timeout: u64,
    }
    Product { name: String, accent: String, support: String }
    Database { url: String }
    Secrets { key_file: String }
    Accounts { account_domain: String, domain_names: i64, custom_roles: i64, people: i64, rule_groups: i64 }
    Imports { file_bytes: usize, rows: usize }
    Domains { prove_every: i64, warn_after: i64, lapse_after: i64, contest_for: i64 }
    SignUp { allow_test_names: bool, payment_optional: bool, expires_after: i64 }
    Eligibility { allow: Vec<String>, deny: Vec<String>, lists: String, allow_test_names: bool }
    Mail { transport: String, from: String, smtp_url: String }
    Payment { provider: String }
    Agreements { folder: String, operator: String }
    Outbound {
        ports: Vec<String>, authorities: String, loopback: bool, connect_timeout: u64, timeout: u64,
    }
    Webhooks { retries: Vec<String> }
    Registration { enabled: bool, per_tenant: i64 }
    Dns { servers: Vec<SocketAddr>, timeout: u64 }
    Passwords { memory: u32, iterations: u32, lanes: u32, parallel: usize, waiting: usize }
    Sessions { hours: i64, remembered_days: i64 }
    Limits {
        sensitive_per_minute: u32, checks_per_minute: u32, api_reads_per_second: u32, api_writes_per_second: u32,
        codes_per_address: i64, codes_per_network: i64, webhook_sends_per_minute: u32,
    }
    Audit { keep_days: i64 }
    Log { level: String, format: String }
}

impl Server {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let url: http::Uri = self
            .public_url
            .parse()
            .map_err(|_| ConfigError::Value("server.public_url is not a URL".into()))?;
        let scheme = url.scheme_str().unwrap_or_default();
        if !["http", "https"].contains(&scheme)
            || url.host().is_none()
            || self.public_url.ends_with('/')
            || url.path() != "/"
        {
            return Err(ConfigError::Value(
                "server.public_url is http(s)://host[:port] without a path or slash".into(),
            ));
        }
        let authority = url.authority().map(http::uri::Authority::as_str).unwrap_or_default();
        let default_port = if scheme == "http" { ":80" } else { ":443" };
        // Browsers write the origin like this, and it is compared with what they send.
        if self.public_url != format!("{scheme}://{authority}").to_lowercase()
            || authority.contains('@')
            || authority.ends_with(default_port)
        {
            return Err(ConfigError::Value(
                "server.public_url is written in lower case, without a user and without the usual port"
                    .into(),
            ));
        }
        if scheme == "http" && !self.is_local() {
            return Err(ConfigError::Value(
                "server.public_url must be https:// unless its host is localhost: cookies and codes would travel in the clear".into(),
            ));
        }
        if self.tls_certificate.is_empty() != self.tls_key.is_empty() {
            return Err(ConfigError::Value("server.tls_certificate and server.tls_key go together".into()));
        }
        for (key, networks) in
            [("trusted_proxies", &self.trusted_proxies), ("development_peers", &self.development_peers)]
        {
            for network in networks {
                parse_network(network).ok_or_else(|| {
                    ConfigError::Value(format!(
                        "server.{key}: `{network}` is neither an address nor a CIDR range"
                    ))
                })?;
            }
        }
        Ok(())
    }

    /// Does the service answer on this machine alone, by its public URL?
    #[must_use]
    pub fn is_local(&self) -> bool {
        let url = self.public_url.parse::<http::Uri>().ok();
        is_of_this_machine(url.as_ref().and_then(http::Uri::host).unwrap_or_default())
    }

    /// May whoever comes from this address open the development pages?
    #[must_use]
    pub fn is_near(&self, address: IpAddr) -> bool {
        address.to_canonical().is_loopback() || within(&self.development_peers, address)
    }

    /// Do people reach the service over TLS?
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Is this peer a proxy whose forwarding headers are believed?
    #[must_use]
    pub fn trusts(&self, peer: IpAddr) -> bool {
        within(&self.trusted_proxies, peer)
    }
}

/// Is this the name of the machine itself, which no other site's name can be pointed at?
#[must_use]
pub fn is_of_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

fn within(networks: &[String], address: IpAddr) -> bool {
    networks
        .iter()
        .filter_map(|network| parse_network(network))
        .any(|(network, bits)| contains(network, bits, address))
}

fn parse_network(text: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address.parse::<IpAddr>().ok()?, bits.parse().ok()?),
        None => {
            let address = text.parse::<IpAddr>().ok()?;
            (address, if address.is_ipv4() { 32 } else { 128 })
        }
    };
    (bits <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, bits))
}

fn contains(network: IpAddr, bits: u32, peer: IpAddr) -> bool {
    match (network, peer.to_canonical()) {
        (IpAddr::V4(network), IpAddr::V4(peer)) => {
            bits == 0 || (network.to_bits() ^ peer.to_bits()) >> (32 - bits) == 0
        }
        (IpAddr::V6(network), IpAddr::V6(peer)) => {
            bits == 0 || (network.to_bits() ^ peer.to_bits()) >> (128 - bits) == 0
        }
        _ => false,
    }
}

impl Product {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let digits = self.accent.strip_prefix('#');
        let is_colour = digits
            .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if self.accent.is_empty() || is_colour {
            Ok(())
        } else {
            Err(ConfigError::Value(format!(
                "product.accent is a colour as #rrggbb, such as \"#0b6b50\", not {:?}",
                self.accent
            )))
        }
    }
}

impl Mail {
    pub(super) fn check(&self, server: &Server) -> Result<(), ConfigError> {
        match self.transport.as_str() {
            "local" if server.is_local() => Ok(()),
            "local" => Err(ConfigError::Value(
                "mail.transport = \"local\" shows every mail to every visitor, so it needs a server.public_url on localhost; set \"smtp\"".into(),
            )),
            "smtp" if self.smtp_url.is_empty() => Err(ConfigError::Value("mail.smtp_url is needed for mail.transport = \"smtp\"".into())),
            "smtp" => Ok(()),
            other => Err(ConfigError::Value(format!("mail.transport is \"local\" or \"smtp\", not {other:?}"))),
        }
    }
}

impl Accounts {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let name = &self.account_domain;
        let is_name = !name.is_empty()
            && name.len() <= 200
            && name.contains('.')
            && name.split('.').all(|label| {
                !label.is_empty()
                    && label
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            });
        if is_name {
            Ok(())
        } else {
            Err(ConfigError::Value("accounts.account_domain is not a lower-case domain name".into()))
        }
    }
}

impl Outbound {
    pub(super) fn check(&self, server: &Server) -> Result<(), ConfigError> {
        if self.ports.iter().any(|port| port.parse::<u16>().is_err()) {
            return Err(ConfigError::Value("outbound.ports are numbers of ports, such as [\"443\", \"8443\"], in the environment 443,8443 too".into()));
        }
        if self.loopback && !server.is_local() {
            return Err(ConfigError::Value(
                "outbound.loopback lets tenants reach this machine itself, so it needs a server.public_url on localhost".into(),
            ));
        }
        Ok(())
    }

    /// What an address must keep to.
    #[must_use]
    pub fn rules(&self) -> Rules {
        let ports = self.ports.iter().filter_map(|port| port.parse().ok()).collect();
        Rules { ports, loopback: self.loopback }
    }
}

impl Webhooks {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        match Schedule::read(&self.retries) {
            Some(_) => Ok(()),
            None => Err(ConfigError::Value(
                "webhooks.retries are at most 30 waits of at most a week, such as [\"5s\", \"5m\", \"2h\", \"1d\"]".into(),
            )),
        }
    }

    /// The waits between tries.
    #[must_use]
    pub fn schedule(&self) -> Schedule {
        Schedule::read(&self.retries).unwrap_or_default()
    }
}

impl Log {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        tracing_subscriber::EnvFilter::try_new(&self.level)
            .map_err(|_| ConfigError::Value("log.level is neither a level nor directives".into()))?;
        match self.format.as_str() {
            "text" | "json" => Ok(()),
            other => Err(ConfigError::Value(format!("log.format is \"text\" or \"json\", not {other:?}"))),
        }
    }
}

impl Passwords {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.memory < 8 * self.lanes || self.iterations == 0 || self.lanes == 0 {
            return Err(ConfigError::Value(
                "passwords: memory ≥ 8 × lanes, iterations ≥ 1, lanes ≥ 1".into(),
            ));
        }
        Ok(())
    }
}
