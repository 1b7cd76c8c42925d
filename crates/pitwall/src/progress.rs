//! What a run says while it goes on: bars at a terminal, JSON lines for a program, plain lines otherwise.

use crate::output::{Output, Style};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use pipeline::{Event, StreamReport};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Receiver;

/// Plain lines come no faster than this for each stream.
const LINE_EVERY: Duration = Duration::from_secs(5);
const TICK: Duration = Duration::from_millis(120);

/// A shop and a stream of it.
type Key = (i64, &'static str);

/// Tells a run's events as they come, until the run is over.
pub(crate) async fn follow(
    output: Output,
    names: BTreeMap<i64, String>,
    mut events: Receiver<Event>,
) {
    let mut teller: Box<dyn Teller> = match output.style() {
        _ if output.is_quiet() => Box::new(Silent),
        Style::Json => Box::new(JsonLines { output }),
        Style::Terminal => Box::new(Bars::new(names)),
        Style::Plain => Box::new(PlainLines::new(output, names)),
    };
    while let Some(event) = events.recv().await {
        teller.tell(&event);
    }
}

trait Teller: Send {
    fn tell(&mut self, event: &Event);
}

struct Silent;

impl Teller for Silent {
    fn tell(&mut self, _event: &Event) {}
}

struct JsonLines {
    output: Output,
}

impl Teller for JsonLines {
    fn tell(&mut self, event: &Event) {
        if let Ok(line) = serde_json::to_value(event) {
            self.output.event(&line);
        }
    }
}

/// Records so far, and since when.
struct Counter {
    records: u64,
    since: Instant,
    told: Instant,
}

impl Counter {
    fn new() -> Self {
        Self {
            records: 0,
            since: Instant::now(),
            told: Instant::now(),
        }
    }

    /// Records per second.
    fn rate(&self) -> u64 {
        let milliseconds = u64::try_from(self.since.elapsed().as_millis())
            .unwrap_or(u64::MAX)
            .max(1);
        self.records.saturating_mul(1000) / milliseconds
    }
}

struct PlainLines {
    output: Output,
    names: BTreeMap<i64, String>,
    counters: HashMap<Key, Counter>,
}

impl PlainLines {
    fn new(output: Output, names: BTreeMap<i64, String>) -> Self {
        Self {
            output,
            names,
            counters: HashMap::new(),
        }
    }
}

impl Teller for PlainLines {
    fn tell(&mut self, event: &Event) {
        match event {
            Event::StreamStarted {
                shop_id, stream, ..
            } => {
                self.counters.insert((shop_id.0, stream), Counter::new());
            }
            Event::Page {
                shop_id,
                stream,
                label,
                seen,
                expected,
                records,
            } => {
                let name = shop_name(&self.names, shop_id.0);
                let counter = self
                    .counters
                    .entry((shop_id.0, stream))
                    .or_insert_with(Counter::new);
                counter.records += records;
                if counter.told.elapsed() >= LINE_EVERY {
                    counter.told = Instant::now();
                    let of = expected.map_or_else(String::new, |all| format!(" of {all}"));
                    self.output.say(&format!(
                        "{name} {stream} {label}: {seen}{of}, {}/s",
                        counter.rate()
                    ));
                }
            }
            Event::StreamFinished(report) => {
                if worth_a_line(report) {
                    let name = shop_name(&self.names, report.shop_id.0);
                    self.output.say(&format!("{name} {}", finished(report)));
                }
            }
            Event::Built {
                shop_id,
                step,
                done,
                total,
            } => {
                let step = step.as_str();
                let counter = self
                    .counters
                    .entry((shop_id.0, step))
                    .or_insert_with(Counter::new);
                counter.records = *done;
                if counter.told.elapsed() >= LINE_EVERY {
                    counter.told = Instant::now();
                    let name = shop_name(&self.names, shop_id.0);
                    let rate = counter.rate();
                    self.output
                        .say(&format!("{name} {step}: {done} of {total}, {rate}/s"));
                }
            }
            Event::Drained { shop_id, drained } => {
                if drained.orders > 0 || drained.days > 0 {
                    let name = shop_name(&self.names, shop_id.0);
                    self.output.say(&format!(
                        "{name}: {} orders and {} days summed",
                        drained.orders, drained.days
                    ));
                }
            }
        }
    }
}

struct Bars {
    all: MultiProgress,
    names: BTreeMap<i64, String>,
    bars: HashMap<Key, (ProgressBar, Counter, String)>,
}

impl Bars {
    fn new(names: BTreeMap<i64, String>) -> Self {
        Self {
            all: MultiProgress::new(),
            names,
            bars: HashMap::new(),
        }
    }

    /// A bar a shop; with its last order or day it has nothing more to say.
    fn built(&mut self, key: Key, done: u64, total: u64) {
        let (bar, counter, _) = self.bars.entry(key).or_insert_with(|| {
            let bar = ProgressBar::new(total).with_style(bar_style());
            bar.set_prefix(format!("{} {}", shop_name(&self.names, key.0), key.1));
            (self.all.add(bar), Counter::new(), String::new())
        });
        counter.records = done;
        bar.set_length(total);
        bar.set_position(done);
        bar.set_message(format!("{}/s", counter.rate()));
        if done >= total {
            bar.finish_and_clear();
        }
    }
}

/// A stream whose length nobody knows yet.
fn open_style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {prefix:28!} {msg}").expect("the template is right")
}

/// A stream, or a window of it, whose length the vendor said.
fn bar_style() -> ProgressStyle {
    ProgressStyle::with_template(
        "{spinner} {prefix:28!} {bar:24} {pos:>6}/{len:<6} {msg} eta {eta}",
    )
    .expect("the template is right")
}

impl Teller for Bars {
    fn tell(&mut self, event: &Event) {
        match event {
            Event::StreamStarted {
                shop_id, stream, ..
            } => {
                let bar = self
                    .all
                    .add(ProgressBar::new_spinner().with_style(open_style()));
                bar.set_prefix(format!("{} {stream}", shop_name(&self.names, shop_id.0)));
                bar.enable_steady_tick(TICK);
                self.bars
                    .insert((shop_id.0, stream), (bar, Counter::new(), String::new()));
            }
            Event::Page {
                shop_id,
                stream,
                label,
                seen,
                expected,
                records,
            } => {
                let Some((bar, counter, window)) = self.bars.get_mut(&(shop_id.0, *stream)) else {
                    return;
                };
                counter.records += records;
                if window != label {
                    window.clone_from(label);
                    bar.set_style(if expected.is_some() {
                        bar_style()
                    } else {
                        open_style()
                    });
                    bar.reset_eta();
                }
                if let Some(expected) = expected {
                    bar.set_length((*expected).max(*seen));
                }
                bar.set_position(*seen);
                bar.set_message(format!(
                    "{label}, {} in all, {}/s",
                    counter.records,
                    counter.rate()
                ));
            }
            Event::StreamFinished(report) => {
                if let Some((bar, ..)) = self.bars.remove(&(report.shop_id.0, report.stream)) {
                    bar.set_style(open_style());
                    if worth_a_line(report) {
                        bar.finish_with_message(totals(report));
                    } else {
                        bar.finish_and_clear();
                    }
                }
            }
            Event::Built {
                shop_id,
                step,
                done,
                total,
            } => self.built((shop_id.0, step.as_str()), *done, *total),
            Event::Drained { .. } => {}
        }
    }
}

/// Nothing new and no trouble: nobody wants to read it.
fn worth_a_line(report: &StreamReport) -> bool {
    report.created + report.updated + report.rejected > 0 || report.problem.is_some()
}

fn finished(report: &StreamReport) -> String {
    format!("{}: {}", report.stream, totals(report))
}

fn totals(report: &StreamReport) -> String {
    let mut words = format!(
        "{}, {} new, {} changed",
        report.status.as_str(),
        report.created,
        report.updated
    );
    if report.rejected > 0 {
        words.push_str(&format!(", {} rejected", report.rejected));
    }
    words
}

fn shop_name(names: &BTreeMap<i64, String>, shop: i64) -> String {
    names
        .get(&shop)
        .cloned()
        .unwrap_or_else(|| format!("shop {shop}"))
}
