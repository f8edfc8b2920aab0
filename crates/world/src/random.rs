//! Numbers that look random and are not: SplitMix64, keyed by seed, stream name and index.
//! Every person, company or ship draws from a stream of its own, so that any one of them can
//! be made without making the others, and adding a property to one kind moves no other kind.

/// A SplitMix64 generator (Steele, Lea and Flood, 2014).
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Rng {
    /// The stream called `stream` for thing number `index` of the world with this seed.
    pub(crate) fn at(seed: u64, stream: &str, index: u64) -> Self {
        let mut hash: u64 = 0xCBF2_9CE4_8422_2325;
        for byte in stream.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        let stream = mix(mix(seed.wrapping_add(GAMMA)) ^ hash);
        Self(mix(stream.wrapping_add(index.wrapping_mul(GAMMA))))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// A number in `0..bound`; 0 when the bound is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number in `low..=high`.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True `per_mille` times in a thousand.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of `choices`, all alike; the default when there are none.
    pub(crate) fn pick<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        let at = self.below(choices.len() as u64);
        choices.get(at as usize).copied().unwrap_or_default()
    }

    /// One of `choices`, the early ones more often: names are never evenly spread.
    pub(crate) fn lean<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        let bound = choices.len() as u64;
        let at = self.below(bound).min(self.below(bound));
        choices.get(at as usize).copied().unwrap_or_default()
    }
}

/// A one-to-one reordering of `0..n`, so that neighbours in the plan are strangers in print.
#[derive(Clone, Debug)]
pub(crate) struct Shuffle {
    n: u64,
    factor: u64,
    inverse: u64,
    offset: u64,
}

impl Shuffle {
    pub(crate) fn new(seed: u64, stream: &str, n: u64) -> Self {
        let n = n.max(1);
        let mut rng = Rng::at(seed, stream, n);
        let mut factor = (n / 2 + rng.below(n / 3 + 1)).max(1);
        while greatest_common_divisor(factor, n) != 1 {
            factor += 1;
        }
        Self {
            n,
            factor: factor % n.max(2),
            inverse: inverse(factor, n),
            offset: rng.below(n),
        }
    }

    /// The thing that stands at `rank`; beyond the range, rank and thing are the same.
    pub(crate) fn thing(&self, rank: u64) -> u64 {
        if rank >= self.n {
            return rank;
        }
        modulo(rank, self.factor, self.offset, self.n)
    }

    /// The rank of `thing`: the reverse of [`Shuffle::thing`].
    pub(crate) fn rank(&self, thing: u64) -> u64 {
        if thing >= self.n {
            return thing;
        }
        modulo(thing + self.n - self.offset, self.inverse, 0, self.n)
    }
}

fn modulo(value: u64, factor: u64, offset: u64, n: u64) -> u64 {
    let product = u128::from(value) * u128::from(factor) + u128::from(offset);
    u64::try_from(product % u128::from(n)).unwrap_or(0)
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The inverse of `a` modulo `n`, by the extended Euclidean algorithm.
fn inverse(a: u64, n: u64) -> u64 {
    let modulus = i128::from(n);
    let (mut old_r, mut r) = (i128::from(a), modulus);
    let (mut old_s, mut s) = (1_i128, 0_i128);
    while r != 0 {
        let quotient = old_r / r;
        (old_r, r) = (r, old_r - quotient * r);
        (old_s, s) = (s, old_s - quotient * s);
    }
    u64::try_from(old_s.rem_euclid(modulus)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffle_is_one_to_one() {
        for n in [1, 2, 3, 7, 100, 1400, 9973] {
            let shuffle = Shuffle::new(9, "test", n);
            let mut seen: Vec<u64> = (0..n).map(|rank| shuffle.thing(rank)).collect();
            for (rank, thing) in seen.iter().enumerate() {
                assert_eq!(shuffle.rank(*thing), rank as u64, "n {n}");
            }
            seen.sort_unstable();
            assert_eq!(seen, (0..n).collect::<Vec<_>>(), "n {n}");
        }
    }

    #[test]
    fn streams_do_not_meet() {
        let mut first: Vec<u64> = Vec::new();
        for stream in ["people", "companies", "ships"] {
            for index in 0..500 {
                first.push(Rng::at(7, stream, index).next());
            }
        }
        first.sort_unstable();
        first.dedup();
        assert_eq!(first.len(), 1500);
    }

    #[test]
    fn below_stays_below_and_reaches_all() {
        let mut rng = Rng::at(1, "test", 0);
        let mut seen = [0_u32; 7];
        for _ in 0..7000 {
            seen[rng.below(7) as usize] += 1;
        }
        assert!(
            seen.iter().all(|count| (800..1200).contains(count)),
            "{seen:?}"
        );
    }
}
