//! How far a task is, gathered while it works and told at every sign of life.

use pipeline::Event;
use pipeline::build::Step;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use store::door::work::Progress;

/// What a task has done so far.
#[derive(Debug, Default)]
pub(super) struct Gathered(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Records seen and expected by stream and window: a month, a pass.
    windows: BTreeMap<(&'static str, String), (u64, Option<u64>)>,
    /// Orders or days done, and in all, where the work counts them.
    counted: Option<(&'static str, (u64, u64))>,
}

impl Gathered {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // Counters are whole after any panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what a sync tells.
    pub(super) fn note(&self, event: Event) {
        match event {
            Event::Page {
                stream,
                label,
                seen,
                expected,
                ..
            } => {
                self.state()
                    .windows
                    .insert((stream, label), (seen, expected));
            }
            Event::Built {
                step, done, total, ..
            } => {
                let what = match step {
                    Step::Snapshots => "orders",
                    Step::Days => "days",
                };
                self.counted(what, (done, total));
            }
            Event::StreamStarted { stream, .. } => {
                let mut state = self.state();
                let is_known = state.windows.keys().any(|(known, _)| *known == stream);
                if !is_known {
                    state.windows.insert((stream, String::new()), (0, None));
                }
            }
            Event::StreamFinished(_) | Event::Drained { .. } => {}
        }
    }

    /// So many orders or days are done, of so many.
    pub(super) fn counted(&self, what: &'static str, done_of_total: (u64, u64)) {
        self.state().counted = Some((what, done_of_total));
    }

    /// As it is told.
    pub(super) fn told(&self) -> Progress {
        let state = self.state();
        let mut streams: BTreeMap<&str, (u64, Option<u64>)> = BTreeMap::new();
        for ((stream, _), (seen, expected)) in &state.windows {
            let (done, total) = streams.entry(stream).or_default();
            *done += seen;
            if let Some(expected) = expected {
                *total = Some(total.unwrap_or(0) + expected.max(seen));
            }
        }
        let (done, total, note) = match state.counted {
            Some((what, (done, total))) => (done, Some(total), what),
            None => {
                let done = streams.values().map(|(done, _)| done).sum();
                let known: Vec<u64> = streams.values().filter_map(|(_, total)| *total).collect();
                let total = (!known.is_empty()).then(|| known.iter().sum());
                (done, total, "records")
            }
        };
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        Progress {
            done: whole(done),
            total: total.map(whole),
            note: note.to_owned(),
            streams: json!(
                streams
                    .iter()
                    .map(|(stream, (done, total))| {
                        json!({ "stream": stream, "done": done, "total": total })
                    })
                    .collect::<Vec<_>>()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Gathered;
    use domain::ShopId;
    use pipeline::Event;
    use pipeline::build::Step;
    use serde_json::json;

    fn page(stream: &'static str, label: &str, seen: u64, expected: Option<u64>) -> Event {
        Event::Page {
            shop_id: ShopId(1),
            stream,
            label: label.to_owned(),
            seen,
            expected,
            records: 100,
        }
    }

    #[test]
    fn windows_of_a_stream_add_up() {
        let gathered = Gathered::default();
        for event in [
            page("repair_orders", "2026-07", 100, Some(250)),
            page("repair_orders", "2026-07", 250, Some(250)),
            page("repair_orders", "2026-06", 100, Some(300)),
            page("employees", "", 12, None),
        ] {
            gathered.note(event);
        }
        let told = gathered.told();
        assert_eq!((told.done, told.total), (362, Some(550)));
        assert_eq!(
            told.streams,
            json!([
                { "stream": "employees", "done": 12, "total": null },
                { "stream": "repair_orders", "done": 350, "total": 550 },
            ])
        );
    }

    #[test]
    fn a_build_counts_what_it_has_marked() {
        let gathered = Gathered::default();
        for (done, total) in [(0, 5_000), (2_000, 5_000)] {
            gathered.note(Event::Built {
                shop_id: ShopId(1),
                step: Step::Snapshots,
                done,
                total,
            });
        }
        let told = gathered.told();
        assert_eq!((told.done, told.total), (2_000, Some(5_000)));
        assert_eq!(told.note, "orders");
    }
}
