//! Which statements a piece of work runs, as the database room tells them.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use tenantry::db::STATEMENTS;
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber as _;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

#[derive(Clone, Default)]
struct Listener(Arc<Mutex<Vec<String>>>);

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
        write!(self.0, "{value:?}").unwrap();
    }
}

impl<S: tracing::Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == STATEMENTS {
            let mut text = Text(String::new());
            event.record(&mut text);
            self.0.lock().unwrap().push(text.0);
        }
    }
}

/// The answer of some work with every statement that it ran, where tenants are entered and what begins and commits.
pub async fn statements_of<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    let listener = Listener::default();
    let heard = Arc::clone(&listener.0);
    let answer = work.with_subscriber(tracing_subscriber::registry().with(listener)).await;
    let statements = heard.lock().unwrap().clone();
    (answer, statements)
}

/// Hears every statement that runs on this thread, also those of tasks that are spawned on it, until it is dropped.
pub struct Hearing {
    heard: Arc<Mutex<Vec<String>>>,
    _listens: tracing::subscriber::DefaultGuard,
}

impl Hearing {
    pub fn begin() -> Self {
        let listener = Listener::default();
        let heard = Arc::clone(&listener.0);
        let subscriber = tracing_subscriber::registry().with(listener);
        Self { heard, _listens: tracing::subscriber::set_default(subscriber) }
    }

    /// Each statement once.
    pub fn end(self) -> std::collections::BTreeSet<String> {
        self.heard.lock().unwrap().iter().cloned().collect()
    }
}
