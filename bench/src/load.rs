//! Many clients that ask again and again for a while.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;

use crate::Fault;
use crate::client::Client;
use crate::server::processor_of;

/// What came of it.
pub struct Measured {
    pub count: u64,
    pub seconds: f64,
    /// Processor time of the server.
    pub processor: f64,
    latencies: Vec<f64>,
}

impl Measured {
    pub fn per_second(&self) -> f64 {
        self.count as f64 / self.seconds
    }

    /// For each second of processor time that the server used.
    pub fn per_core_second(&self) -> f64 {
        if self.processor > 0.0 { self.count as f64 / self.processor } else { 0.0 }
    }

    /// Microseconds of the server's processor time for each.
    pub fn cost(&self) -> f64 {
        self.processor * 1e6 / self.count.max(1) as f64
    }

    /// Milliseconds within which this share of all was answered.
    pub fn within(&self, share: f64) -> f64 {
        let at = (self.latencies.len() as f64 * share) as usize;
        self.latencies.get(at.min(self.latencies.len().saturating_sub(1))).copied().unwrap_or_default()
            * 1000.0
    }
}

/// Lets `clients` work for so long, each one thing after the other. `work` gets its client and a number that no other
/// call gets. The first quarter of a second warms up and isn't counted.
pub async fn hammer(
    port: u16,
    pid: u32,
    clients: usize,
    duration: Duration,
    work: impl AsyncFn(&mut Client, u64) -> Result<(), Fault>,
) -> Result<Measured, Fault> {
    let counter = std::cell::Cell::new(0_u64);
    let next = || counter.replace(counter.get() + 1);
    let until = |deadline: Instant| {
        let (work, next) = (&work, &next);
        async move |client: &mut Client| {
            let mut latencies = Vec::new();
            while Instant::now() < deadline {
                let started = Instant::now();
                work(client, next()).await?;
                latencies.push(started.elapsed().as_secs_f64());
            }
            Ok::<_, Fault>(latencies)
        }
    };
    let mut connected = try_join_all((0..clients).map(|_| Client::connect(port))).await?;
    let warm = until(Instant::now() + Duration::from_millis(250));
    try_join_all(connected.iter_mut().map(|client| warm(client))).await?;
    let (before, started) = (processor_of(pid), Instant::now());
    let counted = until(started + duration);
    let latencies = try_join_all(connected.iter_mut().map(|client| counted(client))).await?;
    let (seconds, processor) = (started.elapsed().as_secs_f64(), processor_of(pid) - before);
    let mut latencies: Vec<f64> = latencies.into_iter().flatten().collect();
    latencies.sort_by(f64::total_cmp);
    Ok(Measured { count: latencies.len() as u64, seconds, processor, latencies })
}
