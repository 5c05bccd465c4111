//! The tables `application_secret`, `app_role_assignment` and `oauth2_permission_grant`.

pub mod assignments;
pub mod grants;
pub mod secrets;
