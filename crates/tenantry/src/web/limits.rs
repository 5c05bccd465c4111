//! Rate limits by network: sensitive posts and live checks apart; by program, and by webhook. What must hold across nodes and restarts (codes an
//! hour, lockout) is counted in the database instead.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use model::ids::TenantId;
use model::refusal::{Code, Refusal};
use uuid::Uuid;

use crate::config;
use crate::error::Error;

/// The limiters of this node.
pub struct Limits {
    sensitive: Limiter,
    checks: Limiter,
    reads: DefaultKeyedRateLimiter<Program>,
    writes: DefaultKeyedRateLimiter<Program>,
    webhooks: DefaultKeyedRateLimiter<TenantId>,
}

/// Whoever asks the directory API, in the tenant that they act in.
type Program = (TenantId, Uuid);

/// Seconds' worth of requests that may come at once (facts §7.4).
const READS_AT_ONCE: u32 = 10;
const WRITES_AT_ONCE: u32 = 300;

/// Counts by visitor, and IPv6 by site too.
struct Limiter {
    visitors: DefaultKeyedRateLimiter<Network>,
    sites: DefaultKeyedRateLimiter<Network>,
}

/// One site with IPv6 has a /48, 65,536 visitors by the measure of [`Network`]; together they have so many times the
/// limit of one.
const VISITORS_OF_A_SITE: u32 = 16;

/// What counts as one visitor: an IPv4 address or an IPv6 /64.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(u128);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(u128::from(address.to_bits())),
            IpAddr::V6(address) => Self(address.to_bits() >> 64 << 64),
        }
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

/// Which limit a request counts against.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// Posts of sign-up, sign-in and reset.
    Sensitive,
    /// Live checks of the pages and the check API.
    Check,
}

/// How many networks are remembered before those that are quiet are forgotten.
const REMEMBERED: usize = 50_000;

impl Limits {
    #[must_use]
    pub fn new(settings: &config::Limits) -> Self {
        Self {
            sensitive: Limiter::new(settings.sensitive_per_minute),
            checks: Limiter::new(settings.checks_per_minute),
            reads: RateLimiter::keyed(at_once(settings.api_reads_per_second, READS_AT_ONCE)),
            writes: RateLimiter::keyed(at_once(settings.api_writes_per_second, WRITES_AT_ONCE)),
            webhooks: RateLimiter::keyed(per_minute(settings.webhook_sends_per_minute)),
        }
    }

    /// Counts one request of a program to the directory API.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] with the seconds to wait.
    pub fn count_api(&self, tenant: TenantId, who: Uuid, writes: bool) -> Result<(), Error> {
        count_in(if writes { &self.writes } else { &self.reads }, (tenant, who), Code::TooManyRequests)
    }

    /// Counts one time that somebody has a webhook sent to: whoever runs the receiver may be somebody else. All of a tenant's
    /// count together, since a new one may lead to the same receiver.
    ///
    /// # Errors
    /// [`Code::WebhookAskedOften`] with the seconds to wait.
    pub fn count_webhook(&self, tenant: TenantId) -> Result<(), Error> {
        count_in(&self.webhooks, tenant, Code::WebhookAskedOften)
    }

    /// Counts one request.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] with the seconds to wait.
    pub fn count(&self, limit: Limit, address: IpAddr) -> Result<(), Error> {
        let limiter = match limit {
            Limit::Sensitive => &self.sensitive,
            Limit::Check => &self.checks,
        };
        count_in(&limiter.visitors, address.into(), Code::TooManyRequests)?;
        match address.to_canonical() {
            IpAddr::V4(_) => Ok(()),
            IpAddr::V6(address) => {
                let site = Network(address.to_bits() >> 80 << 80);
                count_in(&limiter.sites, site, Code::TooManyRequests)
            }
        }
    }
}

impl Limiter {
    fn new(count: u32) -> Self {
        Self {
            visitors: RateLimiter::keyed(per_minute(count)),
            sites: RateLimiter::keyed(per_minute(count.saturating_mul(VISITORS_OF_A_SITE))),
        }
    }
}

fn per_minute(count: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN))
}

fn at_once(per_second: u32, seconds: u32) -> Quota {
    let count = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(count(per_second)).allow_burst(count(per_second.saturating_mul(seconds)))
}

fn count_in<K: Clone + Eq + Hash>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: K,
    refused: Code,
) -> Result<(), Error> {
    if limiter.len() > REMEMBERED {
        limiter.retain_recent();
    }
    limiter.check_key(&key).map_err(|until| {
        let seconds = until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
        Refusal::new(refused).with("seconds", seconds.to_string()).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PER_MINUTE: u32 = 5;

    fn admitted(limits: &Limits, addresses: impl Iterator<Item = String>) -> usize {
        addresses.filter(|text| limits.count(Limit::Sensitive, text.parse().unwrap()).is_ok()).count()
    }

    #[test]
    fn a_site_with_many_networks_is_few_visitors() {
        let settings = config::Config::load(None, []).unwrap().limits;
        let limits = Limits::new(&config::Limits { sensitive_per_minute: PER_MINUTE, ..settings });
        assert_eq!(admitted(&limits, (0..20).map(|host| format!("2001:db8:1:1::{host:x}"))), 5);
        let most = (PER_MINUTE * VISITORS_OF_A_SITE) as usize;
        let of_site = admitted(&limits, (2..400).map(|net| format!("2001:db8:1:{net:x}::1")));
        // The first five came from the same site; a slow run regains a few.
        assert!((most - 5..most + 5).contains(&of_site), "{of_site}");
        assert_eq!(admitted(&limits, ["2001:db8:2::1".to_owned()].into_iter()), 1, "another site");
        let of_addresses = (0..400).map(|host| format!("198.51.{}.{}", 100 + host / 200, host % 200));
        assert_eq!(admitted(&limits, of_addresses), 400, "each IPv4 address is one visitor");
    }
}
