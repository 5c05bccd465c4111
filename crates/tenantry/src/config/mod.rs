//! Configuration: the embedded, commented `defaults.toml`, then the operator's file, then the environment.
//!
//! The defaults file is the list of keys: a key that isn't in it is refused with the nearest one that is.

use std::net::SocketAddr;
use std::path::Path;

use serde::Deserialize;
use toml::{Table, Value};

mod numbers;
mod sections;

pub use sections::*;

/// The commented defaults, as shipped.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// All settings of a running service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub product: Product,
    pub database: Database,
    pub secrets: Secrets,
    pub accounts: Accounts,
    pub imports: Imports,
    pub domains: Domains,
    pub sign_up: SignUp,
    pub eligibility: Eligibility,
    pub mail: Mail,
    pub payment: Payment,
    pub agreements: Agreements,
    pub dns: Dns,
    pub outbound: Outbound,
    pub webhooks: Webhooks,
    pub registration: Registration,
    pub passwords: Passwords,
    pub sessions: Sessions,
    pub audit: Audit,
    pub limits: Limits,
    pub log: Log,
}

/// Why a configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    #[error("{0}: {1}")]
    Syntax(String, String),
    #[error("{source_name}: there is no key `{key}`{suggestion}")]
    Unknown { source_name: String, key: String, suggestion: String },
    #[error("{0}")]
    Value(String),
}

impl Config {
    /// Reads the defaults, then `file`, then the environment variables given.
    ///
    /// # Errors
    /// An unreadable file, an unknown key, or a value that can't be.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        Self::from_settings(Self::settings(file, environment)?)
    }

    /// The settings in force as they are written, before their values are looked at.
    ///
    /// # Errors
    /// An unreadable file or an unknown key.
    pub fn settings(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Table, ConfigError> {
        let mut settings: Table = toml::from_str(DEFAULTS)
            .map_err(|error| ConfigError::Syntax("defaults.toml".into(), error.to_string()))?;
        if let Some(path) = file {
            let name = path.display().to_string();
            let text =
                std::fs::read_to_string(path).map_err(|error| ConfigError::File(name.clone(), error))?;
            let own: Table = toml::from_str(&text)
                .map_err(|error| ConfigError::Syntax(name.clone(), error.to_string()))?;
            lay_over(&mut settings, own, &name)?;
        }
        for (variable, text) in environment {
            // TENANTRY_TEST_… tell the tests where their database is, in the shell that `cargo run` may share.
            if let Some(name) = variable.strip_prefix("TENANTRY_").filter(|name| !name.starts_with("TEST_")) {
                set_from_environment(&mut settings, &variable, name, &text)?;
            }
        }
        Ok(settings)
    }

    /// # Errors
    /// A value that can't be.
    pub fn from_settings(settings: Table) -> Result<Self, ConfigError> {
        numbers::check(&settings)?;
        let config: Self =
            settings.try_into().map_err(|error: toml::de::Error| ConfigError::Value(error.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// Listens elsewhere. A public URL that nobody set follows the port, so that links and cookies still fit.
    pub fn listen_at(&mut self, address: SocketAddr) {
        let default = format!("http://localhost:{}", self.server.listen.port());
        if self.server.public_url == default {
            self.server.public_url = format!("http://localhost:{}", address.port());
        }
        self.server.listen = address;
    }

    /// May the service be started so? The mailbox page, with everybody's codes, must not be there for a network that
    /// nobody named.
    ///
    /// # Errors
    /// What to set instead.
    pub fn may_serve(&self) -> Result<(), ConfigError> {
        let listen = self.server.listen;
        let named = !self.server.development_peers.is_empty();
        if self.mail.transport != "local" || listen.ip().is_loopback() || named {
            return Ok(());
        }
        Err(ConfigError::Value(format!(
            "server.listen {listen} is open to the network, and mail.transport = \"local\" would keep everybody's codes on a page.\n\
             In earnest: set server.public_url to https://…, mail.transport = \"smtp\" and mail.smtp_url.\n\
             To try it out in a container: set server.development_peers (TENANTRY_SERVER_DEVELOPMENT_PEERS) to the address \
             that you come from, with Docker its gateway 172.17.0.1, and publish the port on 127.0.0.1 alone."
        )))
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.server.check()?;
        self.product.check()?;
        self.mail.check(&self.server)?;
        self.accounts.check()?;
        self.passwords.check()?;
        self.log.check()?;
        self.outbound.check(&self.server)?;
        self.webhooks.check()?;
        if self.payment.provider != "sandbox" {
            return Err(ConfigError::Value("payment.provider must be \"sandbox\"".into()));
        }
        Ok(())
    }
}

/// A URL as it may be shown: without what stands before its host and behind its path.
#[must_use]
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let rest = rest.split('?').next().unwrap_or_default();
    match rest.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://…@{host}"),
        None => format!("{scheme}://{rest}"),
    }
}

fn lay_over(settings: &mut Table, own: Table, source_name: &str) -> Result<(), ConfigError> {
    for (section, value) in own {
        let Some(Value::Table(known)) = settings.get_mut(&section) else {
            return Err(unknown(source_name, &section, settings.keys()));
        };
        let Value::Table(values) = value else {
            return Err(ConfigError::Value(format!("{source_name}: [{section}] is a section")));
        };
        for (key, value) in values {
            if !known.contains_key(&key) {
                return Err(unknown(source_name, &format!("{section}.{key}"), known.keys()));
            }
            known.insert(key, value);
        }
    }
    Ok(())
}

fn set_from_environment(
    settings: &mut Table,
    variable: &str,
    name: &str,
    text: &str,
) -> Result<(), ConfigError> {
    let name = name.to_ascii_lowercase();
    for (section, values) in settings.iter_mut() {
        let (Some(key), Value::Table(values)) = (name.strip_prefix(&format!("{section}_")), values) else {
            continue;
        };
        if let Some(known) = values.get_mut(key) {
            let wrong = |_| ConfigError::Value(format!("{variable} isn't a {}", known_kind(known)));
            *known = match known {
                Value::Integer(_) => Value::Integer(text.parse().map_err(wrong)?),
                Value::Boolean(_) => Value::Boolean(
                    text.parse()
                        .map_err(|_| ConfigError::Value(format!("{variable} is neither true nor false")))?,
                ),
                Value::Array(_) => Value::Array(list(variable, text)?),
                _ => Value::String(text.to_owned()),
            };
            return Ok(());
        }
    }
    let keys: Vec<String> = settings
        .iter()
        .flat_map(|(section, values)| {
            values
                .as_table()
                .into_iter()
                .flat_map(Table::keys)
                .map(move |key| format!("TENANTRY_{section}_{key}").to_uppercase())
        })
        .collect();
    Err(unknown("environment", variable, keys.iter()))
}

/// A list as it stands in a file, or its entries with commas between them.
fn list(variable: &str, text: &str) -> Result<Vec<Value>, ConfigError> {
    let text = text.trim();
    // An address of IPv6 begins with a bracket, too, and its port stands behind it.
    if !(text.starts_with('[') && text.ends_with(']')) {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        return Ok(parts.map(|part| Value::String(part.to_owned())).collect());
    }
    let wrong = || {
        ConfigError::Value(format!("{variable} isn't a list: write it a,b or as in a file, [\"a\", \"b\"]"))
    };
    let read: Table = toml::from_str(&format!("list = {text}")).map_err(|_| wrong())?;
    match read.get("list") {
        Some(Value::Array(values)) if read.len() == 1 => values
            .iter()
            .map(|value| match value {
                Value::String(text) => Ok(Value::String(text.clone())),
                Value::Integer(number) => Ok(Value::String(number.to_string())),
                _ => Err(wrong()),
            })
            .collect(),
        _ => Err(wrong()),
    }
}

fn known_kind(value: &Value) -> &'static str {
    if value.is_integer() { "number" } else { "value of the right kind" }
}

fn unknown<'k>(source_name: &str, key: &str, known: impl Iterator<Item = &'k String>) -> ConfigError {
    let last = key.rsplit('.').next().unwrap_or(key);
    let nearest = known
        .map(|candidate| (strsim::damerau_levenshtein(last, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 3)
        .min_by_key(|(distance, _)| *distance);
    let suggestion =
        nearest.map_or_else(String::new, |(_, candidate)| format!("; did you mean `{candidate}`?"));
    ConfigError::Unknown { source_name: source_name.to_owned(), key: key.to_owned(), suggestion }
}
