//! Random numbers that any order can be made from alone, without those before it.

/// SplitMix64: one multiplication chain a number, good enough for sizes and prices.
pub struct Dice(u64);

impl Dice {
    /// Dice of one order.
    pub fn new(seed: u64, index: i64) -> Self {
        Self(seed ^ index.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = (high - low + 1).unsigned_abs();
        low + i64::try_from(self.next() % span).unwrap_or(0)
    }

    /// True this many times in a thousand.
    pub fn in_thousand(&mut self, times: i64) -> bool {
        self.between(0, 999) < times
    }
}
