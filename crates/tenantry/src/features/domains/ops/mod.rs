//! A file per use case.

pub mod add;
pub mod cases;
pub mod decide;
pub mod depart;
pub mod force;
pub mod life;
pub mod look;
pub mod note;
pub mod observe;
pub mod primary;
pub mod promote;
pub mod remove;
pub mod services;
pub mod uses;
pub mod verify;
