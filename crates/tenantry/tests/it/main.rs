//! The integration tests: one binary, and every test on SQLite and on PostgreSQL.
//!
//! A test is an `async fn name(t: &mut TestApp)` whose name is listed in its file's `both_engines!`.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[macro_use]
mod support;

mod abuse;
mod administrative_units;
mod api_document;
mod api_permissions;
mod applications;
mod applications_api;
mod audit_logs;
mod billing;
mod bulk;
mod commands;
mod confirmations;
mod crash;
mod database;
mod directory_api;
mod dns;
mod docs;
mod doctor;
mod domains;
mod eligibility;
mod federation;
mod gates;
mod graph_further;
mod groups_api;
mod groups_pages;
mod harness;
mod house;
mod imports;
mod input;
mod isolation;
mod logs;
mod mailbox;
mod openid;
mod openid_api;
mod openid_device;
mod openid_documents;
mod openid_dpop;
mod openid_exchange;
mod openid_flows;
mod openid_front;
mod openid_mapping;
mod openid_trust;
mod operator;
mod outbound;
mod own_api;
mod people;
mod photos;
mod plans;
mod programs;
mod prove;
mod queue;
mod roles;
mod sealed;
mod sign_up;
mod signin;
mod signing_keys;
mod stalled;
mod transport;
mod users_api;
mod webhooks;
