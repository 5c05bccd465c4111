//! What lies outside this process: DNS, payment, mail. Small traits, a real and an in-memory implementation each.

pub mod dns;

use crate::mail::Transport;
use dns::Dns;

/// The neighbours of a running service.
pub struct Outside {
    pub mail: Transport,
    pub dns: Dns,
}
