//! Tenantry, the service: work accounts that any platform can host.
//!
//! A request goes from `routes` through the layers of `web` to a feature's handler, which parses it, runs the
//! feature's operation inside one [`transaction!`], and shows a page. `ARCHITECTURE.md` is the map of the house.

pub mod access;
pub mod app;
pub mod cli;
pub mod config;
pub mod db;
pub mod eligibility;
pub mod error;
pub mod features;
pub mod graph;
pub mod jobs;
pub mod logging;
pub mod mail;
pub mod moment;
pub mod openapi;
pub mod outside;
pub mod passwords;
pub mod pictures;
pub mod prove;
pub mod recent;
pub mod routes;
pub mod secrets;
pub mod serve;
pub mod signing;
pub mod web;
