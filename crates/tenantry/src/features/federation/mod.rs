//! Signing in with an identity provider of the organisation's own, by OpenID Connect.
//!
//! A provider belongs to one verified domain name and has two stages. The draft is saved and tried; enforcing copies it, and
//! from then on everybody whose user name is at that domain name signs in there, and no password or passkey of ours opens
//! their account. Whoever runs the provider can sign in as any of them, so enforcing takes a Global administrator's rights, and
//! a Global administrator with a password and a name elsewhere must remain.
//!
//! A [`Trip`] is one way to the provider and back. The browser carries it, encrypted; its state is used up before the code is
//! redeemed, and it counts for the revision that it set out with. What comes back is [`Asserted`]: (issuer, subject) says who it
//! is. The first time, the asserted user name finds the person, and the identity is linked to them; a name that comes with
//! another identity later opens nothing (SPEC §3.4).

mod ops;
mod store;
mod web;

pub use ops::settings::{
    Settings, View, discover, end, enforce, enforced, require_to_end, save, set_tested, switch_off, view,
};
pub use ops::trip::{Answer, Asserted, Purpose, Trip, come_back, of_trip, set_out};
pub use ops::who::{Identity, forget, identity_of, person_of};
pub use store::{Provider, Stage, Tested};
pub use web::{Instead, lead_on, refused, routes, tested, trip_of};
