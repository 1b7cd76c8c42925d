//! Load: so many connections that ask again as soon as they are answered, or requests that come when they come.

use super::bare::Pool;
use super::http::Connection;
use super::question::Case;
use anyhow::Context as _;
use hdrhistogram::Histogram;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Who is asked.
#[derive(Clone)]
pub enum Target {
    /// The API.
    Product(SocketAddr),
    /// What others would write.
    FastApi(SocketAddr),
    /// The database itself.
    Bare(Arc<Pool>),
}

/// Somebody who asks, one question at a time.
enum Hand {
    Http(Connection),
    Bare(Arc<Pool>),
}

/// What came of a load.
pub struct Measured {
    /// Time of each request in microseconds.
    pub micros: Histogram<u64>,
    /// Wall-clock seconds.
    pub secs: f64,
}

impl Target {
    /// Name in the report.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Product(_) => "product",
            Self::FastApi(_) => "fastapi",
            Self::Bare(_) => "bare_pipelined",
        }
    }

    /// The figures of its answer, as a text to compare.
    pub async fn figures(&self, case: &Case) -> anyhow::Result<String> {
        match self.hand().await? {
            Hand::Http(mut connection) => {
                let answer = connection.ask(&case.request).await?;
                case.question.figures_of_answer(answer)
            }
            Hand::Bare(pool) => case.question.figures_of_rows(&pool.ask(case).await?),
        }
    }

    async fn hand(&self) -> anyhow::Result<Hand> {
        Ok(match self {
            Self::Product(address) | Self::FastApi(address) => {
                Hand::Http(Connection::open(*address).await?)
            }
            Self::Bare(pool) => Hand::Bare(Arc::clone(pool)),
        })
    }
}

impl Hand {
    async fn ask(&mut self, case: &Case) -> anyhow::Result<()> {
        match self {
            Self::Http(connection) => {
                connection.ask(&case.request).await?;
            }
            Self::Bare(pool) => {
                pool.ask(case).await?;
            }
        }
        Ok(())
    }
}

impl Measured {
    /// Requests a second.
    pub fn per_second(&self) -> f64 {
        self.micros.len() as f64 / self.secs
    }

    /// A quantile in milliseconds.
    pub fn millis(&self, quantile: f64) -> f64 {
        self.micros.value_at_quantile(quantile) as f64 / 1e3
    }
}

fn histogram() -> anyhow::Result<Histogram<u64>> {
    // Up to a minute, to three figures.
    Histogram::new_with_bounds(1, 60_000_000, 3).context("make a histogram")
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Closed loop: every connection asks again as soon as it is answered.
pub async fn closed(
    target: &Target,
    cases: &Arc<[Case]>,
    connections: usize,
    time: Duration,
) -> anyhow::Result<Measured> {
    let mut hands = Vec::with_capacity(connections);
    for _ in 0..connections {
        hands.push(target.hand().await?);
    }
    let began = Instant::now();
    let mut asking = JoinSet::new();
    for (at, mut hand) in hands.into_iter().enumerate() {
        let cases = Arc::clone(cases);
        asking.spawn(async move {
            let mut times = histogram()?;
            // Each begins elsewhere, so that they do not ask for the same thing at the same time.
            let mut next = at * 7;
            while began.elapsed() < time {
                let asked = Instant::now();
                hand.ask(&cases[next % cases.len()]).await?;
                times.saturating_record(micros(asked));
                next += 1;
            }
            anyhow::Ok(times)
        });
    }
    gather(asking, began).await
}

/// Open loop: requests come at a rate, whether those before are answered or not; the time of each counts from when it
/// came, so that one stall is seen by all who waited behind it.
pub async fn open(
    target: &Target,
    cases: &Arc<[Case]>,
    rate: f64,
    time: Duration,
) -> anyhow::Result<Measured> {
    const HANDS: usize = 64;
    let mut hands = Vec::with_capacity(HANDS);
    for _ in 0..HANDS {
        hands.push(target.hand().await?);
    }
    let total = (rate * time.as_secs_f64()).ceil().max(1.0) as u64;
    let due = move |number: u64| Duration::from_secs_f64(number as f64 / rate);
    let came = Arc::new(Semaphore::new(0));
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let mut asking = JoinSet::new();
    for mut hand in hands {
        let (cases, came, next) = (Arc::clone(cases), Arc::clone(&came), Arc::clone(&next));
        asking.spawn(async move {
            let mut times = histogram()?;
            loop {
                came.acquire().await?.forget();
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= total {
                    return anyhow::Ok(times);
                }
                let at = usize::try_from(number)? % cases.len();
                hand.ask(&cases[at]).await?;
                times.saturating_record(micros(began + due(number)));
            }
        });
    }
    // A thread sleeps more exactly than the runtime's timer, which counts in milliseconds.
    let arrivals = tokio::task::spawn_blocking(move || {
        for number in 0..total {
            let at = began + due(number);
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            came.add_permits(1);
        }
        came.add_permits(HANDS);
    });
    let measured = gather(asking, began).await?;
    arrivals.await.context("send requests at their times")?;
    Ok(measured)
}

async fn gather(
    mut asking: JoinSet<anyhow::Result<Histogram<u64>>>,
    began: Instant,
) -> anyhow::Result<Measured> {
    let mut all = histogram()?;
    while let Some(times) = asking.join_next().await {
        all.add(times.context("ask")??)?;
    }
    Ok(Measured {
        micros: all,
        secs: began.elapsed().as_secs_f64(),
    })
}
