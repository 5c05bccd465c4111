//! The order in which jobs run, and how many of strangers wait.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tenantry::app::{App, Parts};
use tenantry::error::Error;
use tenantry::jobs::{self, Job, Priority, Registry};
use tenantry::mail::Transport;
use tenantry::moment::Moment;
use tenantry::outside::Outside;
use tenantry::outside::dns::Dns;
use tenantry::outside::payment::{Payment, sandbox::Sandbox};
use tenantry::transaction;
use tenantry::web::limits::Limits;
use uuid::Uuid;

use crate::support::TestApp;

both_engines!(what_strangers_enqueue_runs_last, a_full_kind_has_no_room);

/// What ran, of whichever test.
static RAN: Mutex<Vec<(Uuid, &str)>> = Mutex::new(Vec::new());

macro_rules! noted {
    ($($name:ident $kind:literal $priority:ident),*) => {$(
        #[derive(Serialize, Deserialize)]
        struct $name(Uuid);

        impl Job for $name {
            const KIND: &'static str = $kind;
            const PRIORITY: Priority = Priority::$priority;
            const MOST_WAITING: i64 = 3;

            async fn run(self, _: App, _: Moment) -> Result<(), Error> {
                RAN.lock().unwrap().push((self.0, Self::KIND));
                Ok(())
            }
        }
    )*};
}

noted!(Letter "letter" First, Work "work" Ordinary, Guess "guess" Last);

fn with_noted(t: &TestApp) -> App {
    let app = &t.app;
    App::new(Parts {
        config: app.config.clone(),
        db: app.db.clone(),
        keys: Arc::clone(&app.keys),
        locales: Arc::clone(&app.locales),
        passwords: app.passwords.clone(),
        email_rules: app.email_rules.clone(),
        outside: Outside {
            mail: Transport::new(&app.config.mail).unwrap(),
            dns: Dns::new(t.dns.clone()),
            payment: Payment::new(Sandbox),
            http: app.outside.http.clone(),
        },
        agreements: app.agreements.clone(),
        jobs: Registry::default().with::<Letter>().with::<Work>().with::<Guess>(),
        limits: Limits::new(&app.config.limits),
        signing: tenantry::signing::Opened::default(),
        client_keys: tenantry::signing::ClientKeys::default(),
        kept: tenantry::web::kept::Kept::default(),
        known: tenantry::features::openid::Known::default(),
        clock: Arc::clone(&app.clock),
        random: Arc::clone(&app.random),
    })
}

async fn what_strangers_enqueue_runs_last(t: &mut TestApp) {
    let (app, run) = (with_noted(t), t.app.moment().uuid());
    for _ in 0..80 {
        let moment = app.moment();
        let made = transaction!(app.db, |scope| jobs::enqueue(scope, &Guess(run), &moment).await);
        made.unwrap();
    }
    t.advance(jiff::SignedDuration::from_secs(1));
    let moment = app.moment();
    let made: Result<(), Error> = transaction!(app.db, |scope| {
        for _ in 0..4 {
            jobs::enqueue(scope, &Work(run), &moment).await?;
            jobs::enqueue(scope, &Letter(run), &moment).await?;
        }
        Ok(())
    });
    made.unwrap();
    assert_eq!(jobs::run_due(&app).await.unwrap(), 88);
    let ran = RAN.lock().unwrap().clone();
    let ran: Vec<&str> = ran.iter().filter(|(of, _)| *of == run).map(|(_, kind)| *kind).collect();
    let last = |kind: &str| ran.iter().rposition(|ran| *ran == kind).unwrap();
    // Sixteen run at once, in any order among themselves.
    assert!(last("letter") < 32 && last("work") < 32, "{ran:?}");
    assert_eq!(ran.len(), 88);
}

async fn a_full_kind_has_no_room(t: &mut TestApp) {
    let (app, run) = (with_noted(t), t.app.moment().uuid());
    for waiting in 0..5 {
        let moment = app.moment();
        let made: Result<(), Error> = transaction!(app.db, |scope| {
            jobs::require_room::<Guess>(scope).await?;
            jobs::enqueue(scope, &Guess(run), &moment).await
        });
        assert_eq!(made.is_ok(), waiting < 3, "{waiting}: {made:?}");
    }
    let made = transaction!(app.db, |scope| jobs::require_room::<Letter>(scope).await);
    made.expect("another kind has room");
    jobs::run_due(&app).await.unwrap();
    let made = transaction!(app.db, |scope| jobs::require_room::<Guess>(scope).await);
    made.expect("what ran waits no more");
}
