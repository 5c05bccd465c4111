//! Applications and service principals (facts §5.6): registered, changed, deleted and restored, with their secrets,
//! certificates, owners, and who may use them.
//!
//! Whoever has [`Permission::ManageApplications`](model::roles::Permission) may do all of it; an owner may do it to what
//! they own, but registers nothing new. A secret is shown by the operation that makes it and by nothing else: the tenant
//! keeps a keyed hash. What a service principal shows of its application is written with each change of that.

mod certificates;
mod jobs;
mod ops;
mod proof;
mod resource;
mod store;
mod web;

pub use jobs::{AddOwnApi, AddOwnApiToTenants, ForgetExtension, PurgeApplications};
pub use ops::application::{
    ApplicationUpdate, NewApplication, count_applications, create, find_by_app_id, find_by_unique_name,
    find_meant, get_application, list_applications, settings_home, update,
};
pub use ops::assignments::{
    Assignment, AssignmentSide, NewAssignment, assign, assignment, list_assignments, remove_assignment,
};
pub use ops::consent::{consent, find_service_principal_named, granted_to, roles_at};
pub use ops::delete::{
    delete, delete_service_principal, remove_now, remove_service_principal_now, restore,
    restore_service_principal,
};
pub use ops::extensions::{NewExtension, add_extension, check_extensions, extensions, remove_extension};
pub use ops::federated::{add_federated, change_federated, remove_federated};
pub use ops::grants::{
    Grant, GrantQuery, NewGrant, add_grant, change_grant, get_grant, list_grants, remove_grant,
};
pub use ops::guard::may_change;
pub use ops::home::rehome;
pub use ops::keys::{add_key, remove_key};
pub use ops::logo::{LOGO, logo, logo_address, logo_for_everybody, remove_logo, set_logo};
pub use ops::mine::assigned_groups;
pub use ops::own_api::add_own_api;
pub use ops::owners::{add_owner, owner_count, owners, remove_owner};
pub use ops::policies::{
    Policy, assign_policy, create_policy, delete_policy, policies, policy, policy_of, unassign_policy,
    update_policy,
};
pub use ops::principals::{
    ServicePrincipalUpdate, count_service_principals, create_service_principal, find_service_principal_of,
    get_service_principal, list_service_principals, service_principal_version_of, update_service_principal,
};
pub use ops::registration::{
    Registration, admit_registration, mark_registered, registration, set_registration,
};
pub use ops::secrets::{NewSecret, SecretHashes, add_secret, matching_secret, remove_secret, secret_hashes};
pub use ops::sign_in::{SignIn, Standing, set_sign_in, sign_in_of, standing_of};
pub use ops::signing::{SigningCertificate, add_signing_certificate};
pub use proof::{Signed, signed_by};
pub use resource::{APPLICATIONS, Credentialed, SERVICE_PRINCIPALS};
pub use web::routes;
