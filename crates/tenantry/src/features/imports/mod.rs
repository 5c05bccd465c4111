//! People from a file: a CSV is looked through without changing anything, every row gets its verdict, and a job then
//! creates whoever is good.
//!
//! Each row is created in a transaction of its own, which marks the row too, so that no failure undoes another row and
//! no row is created twice, whatever runs again. The job acts for who started the import, and asks before every row
//! whether they still may. Initial passwords are kept encrypted beside their rows and given out once;
//! to a terminal they are given out until they have been written to it.

mod jobs;
mod ops;
mod store;
mod web;

pub use jobs::{ForgetImport, ForgetPasswords, RunImport};
pub use ops::draft::{Parsed, Upload, discard, draft};
pub use ops::passwords::{Initial, forget as forget_passwords, show as show_passwords};
pub use ops::read::{Counts, Import, ImportState, ImportWay, Row, RowState, Shown, get, recent, rows};
pub use ops::results::{results_csv, template_csv};
pub use ops::run::{Step, run_some};
pub use ops::start::start;
pub use web::routes;
