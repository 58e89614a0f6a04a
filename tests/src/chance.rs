//! Chance from a seed: the same seed gives the same crash, so a failure can be looked at twice.

/// A small generator (SplitMix64): enough to choose moments and sectors, not for secrets.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Chance(seed)
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// At least `low`, below `high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.draw() % (high - low)
    }

    /// A place among so many; the first if there are none.
    pub fn place(&mut self, among: usize) -> usize {
        let place = self.draw() % u64::try_from(among.max(1)).expect("a length fits into 64 bits");
        usize::try_from(place).expect("it is below a length")
    }

    /// A coin.
    pub fn coin(&mut self) -> bool {
        self.draw() & 1 == 1
    }
}
