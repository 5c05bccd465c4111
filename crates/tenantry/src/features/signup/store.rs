//! The tables `mail_code`, `sign_up`, `sign_up_access`, `sign_up_follower` and `sign_up_reached`.

mod code;
mod draft;

pub(super) use code::*;
pub(super) use draft::*;
