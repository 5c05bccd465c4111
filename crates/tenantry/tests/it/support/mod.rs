//! The harness: the real service in this process, on an own database, with a clock that the test moves and a browser
//! that fills forms as a person does.

pub mod app;
pub mod authenticator;
pub mod authority;
pub mod browser;
pub mod client;
pub mod company;
pub mod database;
pub mod document;
pub mod page;
pub mod people;
pub mod program;
pub mod provider;
pub mod receiver;
pub mod statements;

pub use app::TestApp;
pub use database::Engine;

/// Makes `name::sqlite` and `name::postgres` of each `async fn name(t: &mut TestApp)`. After the name may stand a
/// function that changes the configuration: `name(|config| config.sign_up.payment_optional = false)`.
macro_rules! both_engines {
    ($($name:ident $(($configure:expr))?),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                run($crate::support::Engine::Sqlite);
            }

            #[test]
            fn postgres() {
                run($crate::support::Engine::Postgres);
            }

            fn run(engine: $crate::support::Engine) {
                $crate::support::app::run(engine, &[$($configure)?], async |t| super::$name(t).await);
            }
        }
    )+};
}
