//! Rate limits by network: sensitive posts and live checks apart. What must hold across nodes and restarts (codes an
//! hour, lockout) is counted in the database instead.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use model::refusal::{Code, Refusal};

use crate::config;
use crate::error::Error;

/// The limiters of this node.
pub struct Limits {
    sensitive: DefaultKeyedRateLimiter<Network>,
    checks: DefaultKeyedRateLimiter<Network>,
}

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
        let per_minute = |count: u32| Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN));
        Self {
            sensitive: RateLimiter::keyed(per_minute(settings.sensitive_per_minute)),
            checks: RateLimiter::keyed(per_minute(settings.checks_per_minute)),
        }
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
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        limiter.check_key(&address.into()).map_err(|until| {
            let seconds = until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
            Refusal::new(Code::TooManyRequests).with("seconds", seconds.to_string()).into()
        })
    }
}
