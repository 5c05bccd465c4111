//! Rule-based membership: groups whose members follow from what people are (facts §5.5).
//!
//! A rule is stored in the transaction that changes its group, and a job works through the tenant's people after the
//! commit, some at a time, each step a transaction of its own that names the next: it goes on where it was after a
//! restart. People are read and asked before that transaction, which writes the differences alone, where rule and person are
//! still what was asked. Whatever changes a person has all rules asked of them once more. Rules that move with the clock are asked
//! daily. A paused rule rests until it is let on.

mod asking;
mod jobs;
mod ops;
mod store;

pub use jobs::{EvaluateDaily, EvaluatePerson, EvaluateRule, EvaluateTenants};
pub use ops::{Preview, forget_rule, is_evaluating, person_changed, preview, rule_changed, would_match};
