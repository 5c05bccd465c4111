//! The tables `webhook`, `webhook_delivery`, `webhook_attempt` and `webhook_turn`.

pub mod attempts;
pub mod deliveries;
pub mod turn;
pub mod webhooks;
