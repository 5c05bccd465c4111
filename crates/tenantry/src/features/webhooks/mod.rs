//! Webhooks: changes of the directory told to addresses of the tenant's own, as Standard Webhooks says
//! (<https://www.standardwebhooks.com>): signed over the bytes that are sent, tried again for days, sent again on demand.
//!
//! The record of changes is the outbox. A change enqueues the job that makes deliveries of it ([`FollowChanges`]) in its
//! own transaction; one job a tenant ([`SendWebhooks`]) sends what is due, the webhooks side by side and each in the
//! order of changes. A webhook that fails rests, growing longer, and holds up nobody. Each try of a delivery has its id,
//! so whoever gets one twice can tell.

mod jobs;
mod ops;
mod signature;
mod store;
mod web;

pub use jobs::{FollowChanges, SendWebhooks};
pub use ops::deliveries::{Delivery, attempts, delivery, list_deliveries, replay, replay_since, send_test};
pub use ops::manage::{NewWebhook, Webhook, WebhookUpdate, add, get, list, remove, rotate_secret, update};
pub use store::attempts::Attempt;
pub use web::{routes, state};
