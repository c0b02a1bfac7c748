//! How many bytes a set of blocks will take: what JPEGs took so far in, predictions out. Pure.

/// Bytes of what stands around the coded data: comment, patch and tables.
const HEAD_BYTES: f64 = 480.0;
/// Codes that a block takes besides those of its values: its six ends and DC differences.
const CODES_OF_A_BLOCK: u64 = 12;
/// Bytes of a code before any JPEG was made.
const FIRST: f64 = 0.75;
/// Most that the newest JPEG counts in what is learned.
const NEWEST: f64 = 0.125;
/// Codes of a JPEG that counts as much: a single block says little of all others.
const ENOUGH: f64 = 2000.0;

/// Bytes that a code takes, learned of each JPEG.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    per_code: f64,
}

impl Default for Estimate {
    fn default() -> Self {
        Estimate { per_code: FIRST }
    }
}

impl Estimate {
    /// What a JPEG of so many blocks with so many values that are not zero tells, whose coded data took so
    /// many bytes.
    pub fn of(values: u64, blocks: usize, coded: usize) -> Self {
        Estimate { per_code: coded as f64 / codes(values, blocks).max(1.0) }
    }

    /// Bytes of a JPEG of so many blocks that have so many values which are not zero.
    pub fn bytes(&self, values: u64, blocks: usize) -> usize {
        (codes(values, blocks) * self.per_code + HEAD_BYTES) as usize
    }

    /// Learns that the coded data of such a JPEG took so many bytes, without what stands around it.
    pub fn learn(&mut self, values: u64, blocks: usize, coded: usize) {
        let codes = codes(values, blocks).max(1.0);
        self.per_code += (coded as f64 / codes - self.per_code) * NEWEST * (codes / ENOUGH).min(1.0);
    }
}

fn codes(values: u64, blocks: usize) -> f64 {
    (values + CODES_OF_A_BLOCK * blocks as u64) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_jpegs_took_is_what_they_will_take() {
        let mut estimate = Estimate::default();
        (0..100).for_each(|_| estimate.learn(10_000, 500, 8_000));
        assert!(estimate.bytes(10_000, 500).abs_diff(8_480) < 10);
        assert!(estimate.bytes(5_000, 250).abs_diff(4_480) < 10);
    }

    #[test]
    fn a_single_block_says_little_of_all_others() {
        let mut estimate = Estimate::default();
        let before = estimate.bytes(10_000, 500);
        (0..34).for_each(|_| estimate.learn(20, 1, 0));
        assert!(estimate.bytes(10_000, 500) > before * 9 / 10);
    }
}
