//! Eligibility: may this address, name, place or password be used? (SPEC §4)
//!
//! Each submodule is one question. The same functions stand behind the pages, the API and `tenantry check`, so the
//! three can't disagree. Rules that differ by country or provider are data files under `crates/model/data`.

pub mod address;
pub mod answer;
pub mod domain_name;
pub mod domain_prefix;
pub mod email;
pub mod organization;
pub mod password;
pub mod phone;
pub mod registration;
pub mod tidy;
pub mod username;
pub mod western;
