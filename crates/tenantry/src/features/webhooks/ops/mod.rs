pub mod deliveries;
pub mod follow;
pub mod manage;
pub mod send;
pub mod settle;
