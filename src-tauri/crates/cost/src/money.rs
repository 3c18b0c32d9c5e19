//! Dollars as decimals.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, Mul, Sub},
};

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

/// US dollars, exact. Prints plain decimal digits without a sign: `0.0000008`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(pub Decimal);

impl Usd {
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Half-up to cents, as the providers round a line of a bill; always two decimals.
    #[must_use]
    pub fn to_cents(self) -> Self {
        let mut cents = self.0.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        cents.rescale(2);
        Self(cents)
    }

    /// For drawing a chart; never for adding up.
    pub fn to_f64(self) -> f64 {
        self.0.to_f64().unwrap_or(f64::MAX)
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `normalize` would also shorten a rounded 12.30, so it is only for figures finer than cents.
        if self.0.scale() > 2 { self.0.normalize().fmt(f) } else { self.0.fmt(f) }
    }
}

impl Add for Usd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Usd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul<Decimal> for Usd {
    type Output = Self;
    fn mul(self, factor: Decimal) -> Self {
        Self(self.0 * factor)
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::Usd;

    fn usd(text: &str) -> Usd {
        Usd(text.parse().unwrap())
    }

    #[test]
    fn rounds_half_up_to_two_decimals() {
        assert_eq!(usd("2.333338").to_cents().to_string(), "2.33");
        assert_eq!(usd("0.005").to_cents().to_string(), "0.01", "a half goes up, also before an even digit");
        assert_eq!(usd("0.025").to_cents().to_string(), "0.03", "no banker's rounding");
        assert_eq!(usd("7").to_cents().to_string(), "7.00");
    }

    #[test]
    fn prints_every_digit_and_no_exponent() {
        assert_eq!(usd("0.00000080000").to_string(), "0.0000008");
        assert_eq!(usd("12.30").to_string(), "12.30");
    }
}
