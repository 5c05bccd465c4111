//! Password hashing on a bounded pool of threads.
//!
//! Argon2id is meant to be slow, so its threads are as many as the processor's cores, each with one working memory
//! that it reuses and gives back when idle, and only so many callers may wait: more are told to try later (SPEC §8).
//! A check without a stored hash does the same work, so that time doesn't tell who has an account.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use argon2_dispatch::{Encoded, Memory, Parameters};
use model::refusal::{Code, Refusal};
use tokio::sync::oneshot;

use crate::config;
use crate::error::Error;
use crate::moment::Moment;
use crate::secrets::Secret;

/// What checking a password found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    pub matches: bool,
    /// The stored hash has other parameters than today's: hash the password again.
    pub outdated: bool,
}

enum Work {
    Hash { salt: [u8; 16], answer: oneshot::Sender<Result<String, String>> },
    Check { stored: Option<String>, answer: oneshot::Sender<Checked> },
}

struct Task {
    password: Secret,
    work: Work,
}

/// The pool. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    queue: mpsc::SyncSender<Task>,
    accepted: Arc<AtomicU64>,
}

/// A thread that had no work for so long gives its memory back.
const IDLE: Duration = Duration::from_secs(2);

/// What an overloaded service tells callers to wait.
const RETRY_SECONDS: u32 = 5;

impl Hasher {
    /// Starts the threads.
    ///
    /// # Errors
    /// When a thread can't be started.
    pub fn start(settings: &config::Passwords) -> std::io::Result<Self> {
        let threads = match settings.parallel {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            some => some,
        };
        let parameters = Parameters {
            memory_kib: settings.memory,
            iterations: settings.iterations,
            lanes: settings.lanes,
        };
        let (queue, tasks) = mpsc::sync_channel(settings.waiting);
        let tasks = Arc::new(Mutex::new(tasks));
        for number in 0..threads {
            let tasks = Arc::clone(&tasks);
            std::thread::Builder::new()
                .name(format!("argon2-{number}"))
                .spawn(move || serve(&tasks, parameters))?;
        }
        Ok(Self { queue, accepted: Arc::default() })
    }

    /// Hashes a new password into a PHC string.
    ///
    /// # Errors
    /// [`Code::Overloaded`] when too many wait.
    pub async fn hash(&self, password: &Secret, moment: &Moment) -> Result<String, Error> {
        let (answer, hashed) = oneshot::channel();
        self.submit(Task { password: password.clone(), work: Work::Hash { salt: moment.bytes(), answer } })?;
        hashed.await.map_err(Error::internal)?.map_err(Error::internal)
    }

    /// Compares a password with a stored hash; without one it takes the same time and doesn't match.
    ///
    /// # Errors
    /// [`Code::Overloaded`] when too many wait.
    pub async fn check(&self, password: &Secret, stored: Option<String>) -> Result<Checked, Error> {
        let (answer, checked) = oneshot::channel();
        self.submit(Task { password: password.clone(), work: Work::Check { stored, answer } })?;
        checked.await.map_err(Error::internal)
    }

    /// How many hashes were computed or are about to be: metrics, and the proof that all answers cost the same work.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    fn submit(&self, task: Task) -> Result<(), Error> {
        self.queue
            .try_send(task)
            .map_err(|_| Refusal::new(Code::Overloaded).with("seconds", RETRY_SECONDS.to_string()))?;
        self.accepted.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

fn serve(tasks: &Mutex<mpsc::Receiver<Task>>, parameters: Parameters) {
    // Stored hashes of earlier settings may ask for more memory than today's; four times is where it ends.
    let limit = parameters.memory_kib.saturating_mul(4);
    let mut memory = Memory::new(limit);
    loop {
        let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(IDLE);
        match next {
            Ok(task) => perform(task, parameters, &mut memory),
            Err(mpsc::RecvTimeoutError::Timeout) => memory = Memory::new(limit),
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn perform(task: Task, parameters: Parameters, memory: &mut Memory) {
    let password = task.password.expose().as_bytes();
    match task.work {
        Work::Hash { salt, answer } => {
            let hashed = Encoded::create(parameters, password, &salt, None, memory);
            let _ = answer.send(hashed.map(|hash| hash.to_string()).map_err(|error| error.to_string()));
        }
        Work::Check { stored, answer } => {
            let parsed = stored.as_deref().and_then(|stored| stored.parse::<Encoded>().ok());
            let checked = match parsed {
                Some(hash) => Checked {
                    matches: hash.verify(password, None, memory).unwrap_or(false),
                    outdated: hash.parameters() != parameters,
                },
                None => {
                    let _ = Encoded::create(parameters, password, &[0; 16], None, memory);
                    Checked { matches: false, outdated: false }
                }
            };
            let _ = answer.send(checked);
        }
    }
}
