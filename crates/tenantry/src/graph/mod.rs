//! The manners of the directory API: Microsoft Graph's, so that its clients work here by changing the base address.
//!
//! [`Caller`] is who asks; [`Resource`] says of each property how it may be searched; [`filter`] turns a typed query into
//! SQL with parameters; [`Collection`] is a page of an answer with its authenticated next link. Shapes of single
//! resources stand with their features.

pub mod address;
mod answer;
mod body;
mod caller;
pub mod changes;
pub mod filter;
pub mod index;
pub mod laid;
mod literal;
pub mod metadata;
mod page;
pub mod query;
mod searchable;

pub use answer::{
    Entity, Listing, count, creates_if_missing, entity, etag, list, shown, unchanged, with_unique_name,
};
pub use body::{Body, Property};
pub use caller::Caller;
pub use filter::{By, Indexed, Resource, Searchable, unsupported};
pub use page::{Asked, CHUNK, Collection, PAGE_BYTES, bytes_of, context, in_context, selected};
