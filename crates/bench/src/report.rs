//! Figures as JSON lines while they come, and a table of medians with the goals at the end.

use crate::goal::{Bound, Goal};
use anyhow::Context as _;
use serde::Serialize;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// One measurement.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Figure {
    /// What was done: `first_load`, `rebuild`, …
    pub test: String,
    /// By whom: `product`, or the baseline's name.
    pub variant: String,
    /// From 1.
    pub round: u32,
    /// Rows the work was about.
    pub rows: u64,
    /// Wall-clock seconds.
    pub secs: f64,
    /// WAL the server wrote meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wal_bytes: Option<u64>,
    /// Largest resident memory of the process that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_rss_bytes: Option<u64>,
    /// Rows that were written, where the point is that none should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_written: Option<u64>,
    /// What to know before comparing, such as that it was extrapolated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Takes figures and goals.
pub struct Report {
    lines: Box<dyn Write + Send>,
    figures: Vec<Figure>,
    goals: Vec<Goal>,
}

/// Least, middle and largest of a set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Least.
    pub min: f64,
    /// Middle, or the mean of the two middle ones.
    pub median: f64,
    /// Largest.
    pub max: f64,
}

impl Spread {
    /// Of at least one number; NaN throughout for none.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let (Some(min), Some(max)) = (values.first(), values.last()) else {
            return Self {
                min: f64::NAN,
                median: f64::NAN,
                max: f64::NAN,
            };
        };
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 1 {
            values[middle]
        } else {
            f64::midpoint(values[middle - 1], values[middle])
        };
        Self {
            min: *min,
            median,
            max: *max,
        }
    }
}

impl Report {
    /// Figures go to the file, or to standard output.
    pub fn open(file: Option<&Path>) -> anyhow::Result<Self> {
        let lines: Box<dyn Write + Send> = match file {
            Some(path) => {
                let file = File::create(path);
                Box::new(file.with_context(|| format!("create {}", path.display()))?)
            }
            None => Box::new(std::io::stdout()),
        };
        Ok(Self {
            lines,
            figures: Vec::new(),
            goals: Vec::new(),
        })
    }

    /// Writes any line of JSON, such as the facts about the machine.
    pub fn line(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        let text = serde_json::to_string(value)?;
        writeln!(self.lines, "{text}").context("write a figure")
    }

    /// Takes a figure.
    pub fn add(&mut self, figure: Figure) -> anyhow::Result<()> {
        self.line(&figure)?;
        eprintln!(
            "  {:<24} {:<22} round {}: {:.3} s",
            figure.test, figure.variant, figure.round, figure.secs
        );
        self.figures.push(figure);
        Ok(())
    }

    /// Takes a goal.
    pub fn goal(&mut self, goal: Goal) {
        self.goals.push(goal);
    }

    /// Seconds of a test by a variant, over its rounds.
    pub fn secs(&self, test: &str, variant: &str) -> Spread {
        let of = self.of(test, variant);
        Spread::of(of.map(|figure| figure.secs).collect())
    }

    /// WAL bytes of a test by a variant, over its rounds.
    pub fn wal(&self, test: &str, variant: &str) -> Spread {
        let of = self.of(test, variant);
        Spread::of(
            of.filter_map(|figure| figure.wal_bytes)
                .map(|bytes| bytes as f64)
                .collect(),
        )
    }

    /// The figures of a test by a variant.
    pub fn of<'a>(
        &'a self,
        test: &'a str,
        variant: &'a str,
    ) -> impl Iterator<Item = &'a Figure> + 'a {
        self.figures
            .iter()
            .filter(move |figure| figure.test == test && figure.variant == variant)
    }

    /// Prints the tables; returns how many goals were missed.
    pub fn close(self, quick: bool) -> usize {
        if !self.figures.is_empty() {
            println!("{}", self.medians());
        }
        let (text, missed) = self.goals_table(quick);
        println!("{text}");
        missed
    }

    fn medians(&self) -> String {
        let mut rows = vec![
            [
                "test",
                "variant",
                "n",
                "rows",
                "median s",
                "min–max s",
                "rows/s",
                "WAL MB",
                "RSS MB",
                "×product",
                "note",
            ]
            .map(str::to_owned)
            .to_vec(),
        ];
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for figure in &self.figures {
            let key = (figure.test.as_str(), figure.variant.as_str());
            if !seen.contains(&key) {
                seen.push(key);
                rows.push(self.median_row(figure));
            }
        }
        table(&rows)
    }

    fn median_row(&self, first: &Figure) -> Vec<String> {
        let (test, variant) = (&first.test, &first.variant);
        let secs = self.secs(test, variant);
        let product = self.secs(test, "product").median;
        let megabytes = |bytes: f64| format!("{:.1}", bytes / 1e6);
        let rss = self.of(test, variant).filter_map(|f| f.peak_rss_bytes);
        vec![
            test.clone(),
            variant.clone(),
            self.of(test, variant).count().to_string(),
            first.rows.to_string(),
            format!("{:.4}", secs.median),
            format!("{:.4}–{:.4}", secs.min, secs.max),
            format!("{:.0}", first.rows as f64 / secs.median),
            first
                .wal_bytes
                .map_or_else(String::new, |_| megabytes(self.wal(test, variant).median)),
            rss.max().map_or_else(String::new, |b| megabytes(b as f64)),
            if product.is_finite() {
                format!("{:.2}", secs.median / product)
            } else {
                String::new()
            },
            first.note.clone().unwrap_or_default(),
        ]
    }

    fn goals_table(&self, quick: bool) -> (String, usize) {
        let mut rows = vec![
            ["goal", "what", "measured", "bound", ""]
                .map(str::to_owned)
                .to_vec(),
        ];
        let mut missed = 0;
        for goal in &self.goals {
            let met = goal.met(quick);
            missed += usize::from(!met);
            let bound = match goal.bound(quick) {
                Bound::AtLeast(least) => format!("≥ {least:.3} {}", goal.unit),
                Bound::AtMost(most) => format!("≤ {most:.3} {}", goal.unit),
                Bound::Exactly(wanted) => format!("= {wanted} {}", goal.unit),
            };
            rows.push(vec![
                goal.id.to_owned(),
                goal.what.clone(),
                format!("{:.3} {}", goal.value, goal.unit),
                bound,
                if met { "pass" } else { "MISS" }.to_owned(),
            ]);
        }
        (table(&rows), missed)
    }
}

/// Columns as wide as their widest cell.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths);
        let padded = cells.map(|(cell, width)| format!("{cell:<width$}"));
        text.push_str(padded.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn medians_of_odd_and_even_sets() {
        let middle = |values: &[f64]| Spread::of(values.to_vec()).median;
        assert_eq!(middle(&[3.0, 1.0, 2.0]).to_string(), "2");
        assert_eq!(middle(&[4.0, 1.0, 2.0, 3.0]).to_string(), "2.5");
        assert!(middle(&[]).is_nan());
    }
}
