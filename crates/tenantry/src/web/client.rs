//! Where a request comes from: the peer, or what a trusted proxy says.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::header::{FORWARDED, HOST, USER_AGENT};
use http::request::Parts;
use std::convert::Infallible;
use uuid::Uuid;

use super::failure::RequestId;
use crate::access::Origin;
use crate::app::App;
use crate::config::is_of_this_machine;

/// The client's network address and user agent.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: IpAddr,
    pub user_agent: String,
    pub request: Option<Uuid>,
}

impl Client {
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin { ip: self.address.to_string(), user_agent: self.user_agent.clone(), request: self.request }
    }
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = peer(parts);
        let user_agent = header(parts, USER_AGENT.as_str()).unwrap_or_default().to_owned();
        let request = parts.extensions.get::<RequestId>().and_then(|id| id.0.parse().ok());
        Ok(Self { address: forwarded(parts, app, peer), user_agent, request })
    }
}

/// Whether a request comes from this machine or a development peer: by its real peer, by the client that a trusted proxy
/// names, and by a name of this machine (a page of another site whose name points here has another).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near(pub bool);

impl FromRequestParts<App> for Near {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let (server, peer) = (&app.config.server, peer(parts));
        let client = forwarded(parts, app, peer);
        // Who came through a proxy that isn't known may be anybody.
        let vouched = !parts.headers.contains_key(FORWARDED)
            && (!parts.headers.contains_key("x-forwarded-for") || server.trusts(peer));
        let named =
            parts.uri.authority().map(http::uri::Authority::as_str).or_else(|| header(parts, HOST.as_str()));
        let authority = named.and_then(|named| named.parse::<http::uri::Authority>().ok());
        let own = authority.is_some_and(|authority| is_of_this_machine(authority.host()));
        Ok(Self(own && vouched && server.is_near(peer) && server.is_near(client)))
    }
}

fn peer(parts: &Parts) -> IpAddr {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip().to_canonical())
}

// The last address that no trusted proxy wrote is the client; what stands before it anybody may have written.
fn forwarded(parts: &Parts, app: &App, peer: IpAddr) -> IpAddr {
    let server = &app.config.server;
    let mut client = peer;
    let lines: Vec<_> = parts.headers.get_all("x-forwarded-for").iter().rev().collect();
    let hops = lines.iter().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    for hop in hops.map(String::from_utf8_lossy) {
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        if !server.trusts(client) {
            break;
        }
        client = address.to_canonical();
    }
    client
}

fn header<'p>(parts: &'p Parts, name: &str) -> Option<&'p str> {
    parts.headers.get(name).and_then(|value| value.to_str().ok())
}

/// Browser and system, as far as a user agent says so in a way that everybody knows. A hint for people, never proof.
#[must_use]
pub fn browser(user_agent: &str) -> Option<(&'static str, &'static str)> {
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    // Those that call themselves others' names too come first.
    let browsers = [
        ("Edg/", "Edge"),
        ("EdgA/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ];
    first(&browsers).zip(first(&systems))
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_told_by_what_sets_them_apart() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/18.0 Mobile Safari/604.1";
        assert_eq!(browser(edge), Some(("Edge", "Windows")));
        assert_eq!(browser(safari), Some(("Safari", "iPhone")));
        assert_eq!(browser("curl/8"), None);
    }
}
