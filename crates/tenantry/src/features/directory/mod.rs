//! The people of a tenant: created, changed, disabled, deleted and restored.
//!
//! A person is identified by (tenant, user id); the name they sign in with, `user_name@domain_name`, may change. Who may
//! act on whom is `model::directory`'s to say. The last Global administrator who can sign in is never taken away: each
//! operation that could do so asks in its own transaction.

mod jobs;
mod ops;
mod resource;
mod store;
mod web;

pub use jobs::{FindUnindexed, IndexTenants, PurgeUser};
pub use ops::create::{ContactEmail, NewUser, SignInName, create_user, require_open};
pub use ops::delete::{delete, remove_now, restore};
pub use ops::directory_user::{
    DirectoryUser, UserChange, count_users, create as create_directory_user, forget_extension, get_user,
    list_users, make_guest, update as update_directory_user,
};
pub use ops::enable::{disable, enable};
pub use ops::entered::{contact_email, person_name};
pub use ops::export::{begin_export, export_head, export_rows};
pub use ops::factors::{reset_second_factors, second_factors};
pub use ops::list::{Filter, ListQuery, Listed, PAGE, Sort, UserType, behind, last_deleted, list};
pub use ops::lookup::{
    Counts, Person, PersonDetail, SignInAccount, closed_domains, contacts_who_may, counts, find_for_sign_in,
    find_meant, find_named, find_person, get, require_password_here, signs_in_elsewhere, taken_names,
    verified_domains, with_contact,
};
pub use ops::manager::{manager_of, set_manager};
pub use ops::password::{first_password, reset_password, resettable, temporary_password};
pub use ops::photo::{PHOTO, Photo, PhotoFacts, photo, photo_facts, remove_photo, set_photo};
pub use ops::rehome::{
    Rehomed, follow_forgotten, follow_rehomed, forget_contacts_at, people_under, rehome, rehome_deleted,
    rehome_everybody,
};
pub use ops::room::room;
pub use ops::sessions::revoke_sessions;
pub use ops::token::{IssuedToken, issue_token, open_tokens, revoke_tokens};
pub use ops::update::{Profile, update};
pub use resource::USERS;
pub use store::{
    of_domain as narrow_to_domain, reports_of as narrow_to_reports, the_manager_of as narrow_to_manager,
};

pub use web::photo as photo_pages;
pub use web::routes;
