//! An address that somebody entered, read strictly: what two programs could read differently is refused.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::refusal::{Code, Refusal};

/// Bytes of an address.
const LONGEST: usize = 2000;

/// What the configuration opens beyond https to public names at the usual port.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub ports: Vec<u16>,
    /// Names of this machine too, and http to them: for development.
    pub loopback: bool,
}

/// Whom to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// In lower case and ASCII, with a dot in it and without one at its end.
    Name(String),
    /// This machine, for development.
    Loopback(IpAddr),
}

/// An address that a request may be sent to, as far as its text tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    is_secure: bool,
    host: Host,
    port: u16,
    path: String,
}

impl Target {
    /// Reads an address.
    ///
    /// # Errors
    /// [`Code::UrlInvalid`], [`Code::UrlHttps`], [`Code::UrlPort`], or [`Code::UrlUnreachable`] for everything that
    /// isn't a name of the public internet: addresses in figures, in whatever writing, answer alike.
    pub fn parse(text: &str, rules: &Rules) -> Result<Self, Refusal> {
        let text = text.trim();
        let no = |code| Refusal::new(code).on("url");
        if text.is_empty() {
            return Err(no(Code::FieldRequired));
        }
        if text.len() > LONGEST {
            return Err(no(Code::FieldTooLong).with("max", LONGEST.to_string()));
        }
        let is_odd = |char: char| char.is_control() || char.is_whitespace() || "\\#<>\"{}|^`".contains(char);
        let (scheme, rest) = text.split_once("://").ok_or_else(|| no(Code::UrlInvalid))?;
        if text.contains(is_odd) {
            return Err(no(Code::UrlInvalid));
        }
        let is_secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" if rules.loopback => false,
            _ => return Err(no(Code::UrlHttps)),
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (host, port) = split(authority).ok_or_else(|| no(Code::UrlInvalid))?;
        let host = host_of(host, rules.loopback).map_err(no)?;
        let is_near = matches!(host, Host::Loopback(_));
        if !is_secure && !is_near {
            return Err(no(Code::UrlHttps));
        }
        let port = port.unwrap_or(if is_secure { 443 } else { 80 });
        if !is_near && !rules.ports.contains(&port) {
            return Err(no(Code::UrlPort));
        }
        if !path.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(no(Code::UrlInvalid));
        }
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Self { is_secure, host, port, path: format!("{slash}{path}") })
    }

    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Path and query, as a request names them.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Host and, where it isn't the usual one, port.
    #[must_use]
    pub fn authority(&self) -> String {
        let usual = if self.is_secure { 443 } else { 80 };
        if self.port == usual { self.host.to_string() } else { format!("{}:{}", self.host, self.port) }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Loopback(IpAddr::V4(address)) => write!(f, "{address}"),
            Self::Loopback(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.path)
    }
}

/// Host and port. `None` where a user stands before the host or the port isn't one.
fn split(authority: &str) -> Option<(&str, Option<u16>)> {
    if authority.contains('@') {
        return None;
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(_) => {
            let end = authority.find(']')? + 1;
            let (host, rest) = authority.split_at(end);
            let port = if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) };
            (host, port)
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let is_number = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    match port {
        None => Some((host, None)),
        Some(port) if is_number(port) => Some((host, Some(port.parse().ok().filter(|port| *port > 0)?))),
        Some(_) => None,
    }
}

fn host_of(host: &str, loopback: bool) -> Result<Host, Code> {
    if loopback {
        match host.to_ascii_lowercase().as_str() {
            "localhost" | "127.0.0.1" => return Ok(Host::Loopback(Ipv4Addr::LOCALHOST.into())),
            "[::1]" => return Ok(Host::Loopback(Ipv6Addr::LOCALHOST.into())),
            _ => {}
        }
    }
    if host.starts_with('[') {
        return Err(Code::UrlUnreachable);
    }
    if host.is_empty() || host.contains('%') {
        return Err(Code::UrlInvalid);
    }
    let host = host.strip_suffix('.').unwrap_or(host);
    let name = idna::domain_to_ascii_strict(host).map_err(|_| Code::UrlInvalid)?;
    let (_, last) = name.rsplit_once('.').ok_or(Code::UrlUnreachable)?;
    if is_number(last) || last == "localhost" {
        return Err(Code::UrlUnreachable);
    }
    Ok(Host::Name(name))
}

// What browsers take for the end of an IPv4 address (URL standard, "ends in a number"): decimal, octal, hexadecimal.
fn is_number(label: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let hex = label.strip_prefix("0x");
    digits(label) || hex.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
