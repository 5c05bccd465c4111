//! What lies outside this process: DNS, payment, mail. Small traits, a real and an in-memory implementation each.

use crate::mail::Transport;

/// The neighbours of a running service.
pub struct Outside {
    pub mail: Transport,
}
