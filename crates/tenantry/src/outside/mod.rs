//! What lies outside this process: DNS, payment, mail, receivers of webhooks. Small traits, a real and an in-memory implementation each.

pub mod dns;
pub mod http;
pub mod payment;

use crate::mail::Transport;
use dns::Dns;
use http::Http;
use payment::Payment;

/// The neighbours of a running service.
pub struct Outside {
    pub mail: Transport,
    pub dns: Dns,
    pub payment: Payment,
    pub http: Http,
}
