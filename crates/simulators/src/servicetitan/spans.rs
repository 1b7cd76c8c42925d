//! Sets of time: unions, intersections and differences of half-open spans, in microseconds.

/// Disjoint spans in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Spans(Vec<(i64, i64)>);

impl Spans {
    /// The union of whatever is given; empty and backward spans count for nothing.
    pub(crate) fn union(mut spans: Vec<(i64, i64)>) -> Self {
        spans.retain(|(start, end)| end > start);
        spans.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::with_capacity(spans.len());
        for (start, end) in spans {
            match merged.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        Self(merged)
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        let mut common = Vec::new();
        for (a, b) in &self.0 {
            for (c, d) in &other.0 {
                let (start, end) = (*a.max(c), *b.min(d));
                if end > start {
                    common.push((start, end));
                }
            }
        }
        Self(common)
    }

    pub(crate) fn without(&self, other: &Self) -> Self {
        let mut left = self.0.clone();
        for (c, d) in &other.0 {
            let mut next = Vec::with_capacity(left.len() + 1);
            for (a, b) in left {
                if *d <= a || *c >= b {
                    next.push((a, b));
                } else {
                    if a < *c {
                        next.push((a, *c));
                    }
                    if *d < b {
                        next.push((*d, b));
                    }
                }
            }
            left = next;
        }
        Self(left)
    }

    /// The whole length in seconds, half a second up.
    pub(crate) fn seconds(&self) -> i64 {
        let micros: i64 = self.0.iter().map(|(start, end)| end - start).sum();
        (micros + 500_000) / 1_000_000
    }

    /// The longest span in seconds.
    pub(crate) fn longest(&self) -> i64 {
        let longest = self.0.iter().map(|(start, end)| end - start).max();
        (longest.unwrap_or(0) + 500_000) / 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::Spans;

    fn minutes(spans: &[(i64, i64)]) -> Spans {
        Spans::union(
            spans
                .iter()
                .map(|(a, b)| (a * 60_000_000, b * 60_000_000))
                .collect(),
        )
    }

    #[test]
    fn a_technicians_day_of_golden_f1() {
        // reference/servicetitan.md F1: minutes of 2 March, technician 501.
        let shift = minutes(&[(480, 1_020), (840, 1_020)]);
        let away = minutes(&[(720, 750), (960, 1_020)]);
        let work = minutes(&[(485, 600), (620, 735), (780, 990), (930, 975)]);
        let drive = minutes(&[(465, 485), (600, 620), (760, 780), (920, 930)]);
        let available = shift.without(&away);
        assert_eq!(available.seconds() / 60, 450);
        assert_eq!(work.seconds() / 60, 440);
        assert_eq!(work.and(&available).seconds() / 60, 395);
        assert_eq!(drive.without(&work).seconds() / 60, 60);
        assert_eq!(minutes(&[(0, 10), (20, 25)]).longest(), 600);
    }
}
