//! Receivers in memory, for tests: what they answer is set while the service runs, and what they got is kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use model::outbound::Target;

use super::{Answer, Client, Post, SendError};

#[derive(Default)]
struct Inside {
    answers: BTreeMap<String, Result<Answer, SendError>>,
    sent: Vec<Post>,
    asked: Vec<String>,
}

/// Answers by address, or else by host, as it was told; nobody else can be reached. Clones share what they know.
#[derive(Clone, Default)]
pub struct MemoryHttp(Arc<Mutex<Inside>>);

impl MemoryHttp {
    /// Sets what an address or a host answers from now on.
    pub fn put(&self, host: &str, answer: Result<Answer, SendError>) {
        self.inside().answers.insert(host.to_owned(), answer);
    }

    /// Takes what was sent since this was last asked, the oldest first.
    pub fn sent(&self) -> Vec<Post> {
        std::mem::take(&mut self.inside().sent)
    }

    /// Takes the addresses that were asked since, the oldest first.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.inside().asked)
    }

    fn answer(&self, target: &Target) -> Option<Result<Answer, SendError>> {
        let inside = self.inside();
        let by_host = || inside.answers.get(&target.host().to_string());
        inside.answers.get(&target.to_string()).or_else(by_host).cloned()
    }

    fn inside(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client for MemoryHttp {
    fn post<'a>(&'a self, post: &'a Post) -> BoxFuture<'a, Result<Answer, SendError>> {
        let answer = self.answer(&post.target);
        self.inside().sent.push(post.clone());
        ready(answer.unwrap_or(Err(SendError::Unreachable))).boxed()
    }

    fn get<'a>(&'a self, target: &'a Target, most: usize) -> BoxFuture<'a, Result<Answer, SendError>> {
        let mut answer = self.answer(target).unwrap_or(Err(SendError::Unreachable));
        if let Ok(answer) = &mut answer {
            answer.body.truncate(most);
        }
        self.inside().asked.push(target.to_string());
        ready(answer).boxed()
    }
}
