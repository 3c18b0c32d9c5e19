//! Chance from a seed: the same numbers on every machine and in every build, so that a simulation can be repeated and
//! quoted. That is why none of it is from elsewhere: generators in crates may change with their version, and the
//! logarithm of the standard library may differ between systems in its last digit. Not for secrets.
//!
//! The generator is xoshiro256++ 1.0 by David Blackman and Sebastiano Vigna, seeded by `SplitMix64` as they advise; both
//! are in the public domain. <https://prng.di.unimi.it/xoshiro256plusplus.c>

use std::{
    f64::consts::{LN_2, PI, SQRT_2},
    sync::LazyLock,
};

#[derive(Debug, Clone)]
pub(crate) struct Random([u64; 4]);

impl Random {
    /// Streams of one seed have nothing in common, so that drawing more of one leaves the others as they are.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut state = split_mix(&mut seed.clone()) ^ split_mix(&mut stream.rotate_left(32));
        Self(std::array::from_fn(|_| split_mix(&mut state)))
    }

    #[inline]
    pub(crate) fn bits(&mut self) -> u64 {
        let state = &mut self.0;
        let drawn = state[0].wrapping_add(state[3]).rotate_left(23).wrapping_add(state[0]);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        drawn
    }

    /// Above 0, at most 1, each of 2^53 values as likely as the other.
    #[inline]
    pub(crate) fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 * STEP
    }

    /// Exponentially distributed with mean 1.
    #[inline]
    pub(crate) fn exponential(&mut self) -> f64 {
        // Nearly always one number and one product.
        let bits = self.bits();
        let layer = (bits & 0xff) as usize;
        let x = (bits >> 11) as f64 * STEP * LAYERS.x[layer];
        if x < LAYERS.x[layer + 1] { x } else { self.at_the_edge(layer, x) }
    }

    #[cold]
    fn at_the_edge(&mut self, mut layer: usize, mut x: f64) -> f64 {
        let tables = &*LAYERS;
        loop {
            if x < tables.x[layer + 1] {
                return x;
            }
            if layer == 0 {
                // Beyond the last layer it is the same distribution again.
                return TAIL - ln(self.unit());
            }
            let (low, high) = (tables.y[layer], tables.y[layer + 1]);
            if low + (high - low) * self.unit() < 1.0 - one_minus_exp(x) {
                return x;
            }
            let bits = self.bits();
            layer = (bits & 0xff) as usize;
            x = (bits >> 11) as f64 * STEP * tables.x[layer];
        }
    }

    /// A whole number below `many`; 0 where there is none.
    pub(crate) fn below(&mut self, many: u64) -> u64 {
        high(self.bits(), many)
    }
}

const STEP: f64 = 1.0 / (1_u64 << 53) as f64;

/// The exponential density cut into 256 layers of equal area, the lowest with all beyond [`TAIL`]: Marsaglia and
/// Tsang's ziggurat, whose constant this is. <https://www.jstatsoft.org/article/view/v005i08>
struct Layers {
    /// How far each reaches, widest first.
    x: [f64; 257],
    y: [f64; 257],
}

const TAIL: f64 = 7.697_117_470_131_05;

static LAYERS: LazyLock<Layers> = LazyLock::new(|| {
    let density = |x: f64| 1.0 - one_minus_exp(x);
    let area = (TAIL + 1.0) * density(TAIL);
    let mut layers = Layers { x: [0.0; 257], y: [1.0; 257] };
    (layers.x[0], layers.y[0]) = (TAIL + 1.0, 0.0);
    (layers.x[1], layers.y[1]) = (TAIL, density(TAIL));
    for layer in 2..256 {
        layers.y[layer] = layers.y[layer - 1] + area / layers.x[layer - 1];
        layers.x[layer] = -ln(layers.y[layer]);
    }
    layers
});

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut drawn = *state;
    drawn = (drawn ^ (drawn >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    drawn ^ (drawn >> 31)
}

/// The upper half of the product: `bits` as a fraction of 2^64, times `many`.
#[inline]
pub(crate) fn high(bits: u64, many: u64) -> u64 {
    ((u128::from(bits) * u128::from(many)) >> 64) as u64
}

/// Natural logarithm of a positive normal number, in nothing but the four operations.
#[inline]
pub(crate) fn ln(x: f64) -> f64 {
    const FRACTION: u64 = (1 << 52) - 1;
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as i64 - 1023;
    let mut mantissa = f64::from_bits((bits & FRACTION) | (1023 << 52));
    if mantissa > SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    // ln m = 2 artanh s, with |s| at most 0.172: ten terms are as exact as the type.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let z = s * s;
    let tail = 1.0 / 13.0 + z * (1.0 / 15.0 + z * (1.0 / 17.0 + z * (1.0 / 19.0)));
    let series =
        1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z * (1.0 / 11.0 + z * tail))));
    2.0 * s * (1.0 + z * series) + exponent as f64 * LN_2
}

/// `1 − e^−x` for x from 0, also where that is tiny.
#[inline]
pub(crate) fn one_minus_exp(x: f64) -> f64 {
    let series =
        |x: f64| x * (1.0 - x / 2.0 * (1.0 - x / 3.0 * (1.0 - x / 4.0 * (1.0 - x / 5.0 * (1.0 - x / 6.0)))));
    if x < 1e-5 {
        return x * (1.0 - x / 2.0 * (1.0 - x / 3.0));
    }
    if x < 0.01 {
        return series(x);
    }
    // 1 − e^−2x = y (2 − y) where y = 1 − e^−x.
    let mut y = series(x.min(64.0) / 8192.0);
    for _ in 0..13 {
        y *= 2.0 - y;
    }
    y
}

/// The cosine of so many turns, from −1 to 1.
pub(crate) fn cosine(turns: f64) -> f64 {
    let angle = (turns - turns.round()) * 2.0 * PI / 16.0;
    let z = angle * angle;
    let mut cosine =
        1.0 - z / 2.0 * (1.0 - z / 12.0 * (1.0 - z / 30.0 * (1.0 - z / 56.0 * (1.0 - z / 90.0))));
    for _ in 0..4 {
        cosine = 2.0 * cosine * cosine - 1.0;
    }
    cosine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_its_authors_numbers() {
        let mut random = Random([1, 2, 3, 4]);
        let drawn: Vec<u64> = (0..5).map(|_| random.bits()).collect();
        let reference =
            [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205];
        assert_eq!(drawn, reference);
        let mut state = 1_477_776_061_723_855_037;
        let seeds: Vec<u64> = (0..3).map(|_| split_mix(&mut state)).collect();
        assert_eq!(seeds, [1_985_237_415_132_408_290, 2_979_275_885_539_914_483, 13_511_426_838_097_143_398]);
    }

    #[test]
    fn streams_of_a_seed_differ_and_a_stream_repeats() {
        let first = |seed, stream| Random::new(seed, stream).bits();
        assert_eq!(first(7, 1), first(7, 1));
        assert_ne!(first(7, 1), first(7, 2));
        assert_ne!(first(7, 1), first(8, 1));
        assert_ne!(first(0, 0), first(1, 1));
    }

    #[test]
    fn exponential_draws_have_its_mean_variance_and_tail() {
        let mut random = Random::new(3, 1);
        let many = 1_000_000;
        let (mut sum, mut squares, mut beyond, mut small) = (0.0, 0.0, 0, 0);
        for _ in 0..many {
            let x = random.exponential();
            assert!(x >= 0.0);
            (sum, squares) = (sum + x, squares + x * x);
            beyond += u32::from(x > TAIL);
            small += u32::from(x < 0.1);
        }
        let many = f64::from(many);
        // Four standard errors: those of the mean, of the second moment and of two shares.
        let mean = sum / many;
        assert!((mean - 1.0).abs() < 4.0 / many.sqrt(), "{mean}");
        let second = squares / many;
        assert!((second - 2.0).abs() < 4.0 * (20.0 / many).sqrt(), "{second}");
        for (count, share) in [(beyond, (-TAIL).exp()), (small, -(-0.1_f64).exp_m1())] {
            let off = f64::from(count) - share * many;
            assert!(
                off.abs() < 4.0 * (share * (1.0 - share) * many).sqrt(),
                "{count} of {many}, not {share}"
            );
        }
    }

    #[test]
    fn functions_agree_with_the_library_s() {
        let near = |ours: f64, theirs: f64, what: &str| {
            assert!(
                (ours - theirs).abs() <= 4e-15 * theirs.abs().max(1e-3),
                "{what}: {ours} is not {theirs}"
            );
        };
        for step in 1..2_000 {
            let x = f64::from(step) / 997.0;
            near(ln(x), x.ln(), "ln");
            near(one_minus_exp(x), -(-x).exp_m1(), "1 - exp");
            assert!((cosine(x) - (x * 2.0 * PI).cos()).abs() < 1e-12, "cos of {x} turns");
        }
        near(one_minus_exp(1e-9), -(-1e-9_f64).exp_m1(), "1 - exp of nearly nothing");
        near(one_minus_exp(30.0), 1.0 - (-30.0_f64).exp(), "1 - exp of much");
        near(ln(1.0 / (1_u64 << 53) as f64), -53.0 * LN_2, "the smallest that is drawn");
    }
}
