//! Step 4: the organisation.

use model::organisation::Organisation;
use model::sign_up::Step;

use super::open_at;
use crate::db::Scope;
use crate::error::Error;
use crate::features::signup::store::{self, SignUp};
use crate::moment::Moment;

/// Keeps what was checked by [`model::organisation::check`].
///
/// # Errors
/// When the sign-up isn't at this step, or the engine fails.
pub async fn save_organisation(
    scope: &mut Scope,
    sign_up: &SignUp,
    organisation: &Organisation,
    moment: &Moment,
) -> Result<(), Error> {
    let before = open_at(sign_up, Step::Organisation, moment)?;
    store::set_organisation(scope, sign_up.id, organisation).await?;
    if before.organisation.is_none() {
        store::count_in_funnel(scope, "details", moment).await?;
    }
    Ok(())
}
