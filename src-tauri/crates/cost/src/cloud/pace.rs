//! How much longer or shorter a call takes where it has another share of another core.
//!
//! What a call waits for stays as it is. What it computes takes as long as its share of a core makes it: a plan that
//! gives 0.29 of a core for 512 MB takes three and a half times as long for it. A share below one core is given out in
//! periods, so what fits into one period's share runs at full speed: that is why AWS's own hello-world calls take as
//! long with 128 MB as with 1,024 (the `mean_duration_ms` of `data/aws-lambda-hello-world-init.csv`).

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{
    book::{Confidence, CpuShare, Plan},
    usage::Bin,
};

/// How fast a core of the cloud is beside one of the machine that measured: 1 is as fast, 0.5 half as fast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoreSpeed(f64);

impl CoreSpeed {
    pub const SAME: Self = Self(1.0);
    /// How far off a guess of it may be, either way.
    const DOUBT: f64 = 4.0 / 3.0;

    /// `None` for what no core is: not between a twentieth and twenty times as fast.
    pub fn new(speed: f64) -> Option<Self> {
        (0.05..=20.0).contains(&speed).then_some(Self(speed))
    }

    pub fn value(self) -> f64 {
        self.0
    }

    /// The same guess, a third too low.
    #[must_use]
    pub fn faster(self) -> Self {
        Self(self.0 * Self::DOUBT)
    }

    /// The same guess, a third too high.
    #[must_use]
    pub fn slower(self) -> Self {
        Self(self.0 / Self::DOUBT)
    }
}

/// Cloud Functions' first generation has 0.083 vCPU with 200 MHz, and so on up.
/// <https://cloud.google.com/functions/pricing-1stgen>
const GHZ_PER_VCPU: Decimal = Decimal::from_parts(24, 0, 0, false, 1);

impl Plan {
    /// Cores an instance of that memory has; `None` where nobody says.
    pub fn vcpu(&self, memory_mb: u32) -> Option<Decimal> {
        match self.cpu.as_ref().map(|cpu| &cpu.share) {
            Some(CpuShare::PerMemory(megabytes)) => {
                Some(Decimal::from(memory_mb) / Decimal::from(megabytes.value))
            }
            Some(CpuShare::Fixed(vcpu)) => Some(vcpu.value),
            Some(CpuShare::OfSize) | None => {
                let size = self.sizing.nearest(memory_mb, None);
                match (size.vcpu_milli, size.ghz_milli) {
                    (0, 0) => None,
                    (0, ghz) => Some(Decimal::new(ghz.into(), 3) / GHZ_PER_VCPU),
                    (vcpu, _) => Some(Decimal::new(vcpu.into(), 3)),
                }
            }
        }
    }

    /// How sure [`Plan::vcpu`] is.
    pub fn vcpu_confidence(&self) -> Confidence {
        match self.cpu.as_ref().map(|cpu| &cpu.share) {
            Some(CpuShare::PerMemory(figure)) => figure.confidence,
            Some(CpuShare::Fixed(figure)) => figure.confidence,
            Some(CpuShare::OfSize) | None => self.sizing.confidence,
        }
    }

    /// How calls run on an instance of that memory; as here, where nobody says what CPU it has.
    pub fn pace(&self, memory_mb: u32, speed: CoreSpeed) -> Pace {
        let period = self.cpu.as_ref().and_then(|cpu| cpu.period_ms.as_ref());
        let own = self.cpu.as_ref().and_then(|cpu| cpu.speed.as_ref()).and_then(|own| own.value.to_f64());
        Pace {
            vcpu: self.vcpu(memory_mb).and_then(|vcpu| vcpu.to_f64()).unwrap_or(f64::INFINITY),
            period_us: period.and_then(|period| period.value.to_f64()).map(|ms| ms * 1000.0),
            speed: CoreSpeed(speed.0 * own.unwrap_or(1.0)),
        }
    }
}

/// How fast calls run on one size of a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    vcpu: f64,
    period_us: Option<f64>,
    speed: CoreSpeed,
}

impl Pace {
    /// Where calls take as long as here.
    pub const HERE: Self = Self { vcpu: f64::INFINITY, period_us: None, speed: CoreSpeed::SAME };

    /// How long a call takes, microseconds. `cpu_us` is what it computed here: more than `wall_us` where several cores
    /// worked at once.
    pub fn call_us(&self, wall_us: f64, cpu_us: f64) -> f64 {
        if wall_us <= 0.0 || cpu_us <= 0.0 {
            return wall_us.max(0.0);
        }
        let waiting = (wall_us - cpu_us).max(0.0);
        let cores = (cpu_us / wall_us).max(1.0);
        waiting + self.computing_us(cpu_us / self.speed.0, cores)
    }

    /// Start-up: at the core's speed, but not held to the share. AWS's own starts take as long with 128 MB as with 1,024.
    pub fn start_us(&self, wall_us: f64) -> f64 {
        wall_us.max(0.0) / self.speed.0
    }

    /// The same calls, as they would be billed there. `cpu_share`: what of their time they compute, more than 1 where
    /// several cores work at once.
    pub fn bin(&self, bin: Bin, cpu_share: f64) -> Bin {
        let ms = |us: f64| (us / 1000.0).ceil().min(1e15) as u64;
        let handler_us = bin.handler_ms as f64 * 1000.0;
        let init_us = bin.init_handler_ms.saturating_sub(bin.handler_ms) as f64 * 1000.0;
        // What does not change stays to the millisecond what was recorded.
        let handler_ms = ms(self.call_us(handler_us, handler_us * cpu_share));
        let init_ms = ms(self.start_us(init_us));
        Bin { handler_ms, init_handler_ms: handler_ms + init_ms, ..bin }
    }

    /// CPU time of what took `cpu_us` here.
    pub fn cpu_us(&self, cpu_us: f64) -> f64 {
        cpu_us / self.speed.0
    }

    fn computing_us(&self, work_us: f64, cores: f64) -> f64 {
        if self.vcpu >= cores {
            return work_us / cores;
        }
        match self.period_us {
            Some(period_us) if self.vcpu < 1.0 => {
                let share_us = self.vcpu * period_us;
                // Periods that are used up before the last one; what is left of the work runs at once.
                let whole = (work_us / share_us).ceil() - 1.0;
                whole * period_us + (work_us - whole * share_us) / cores
            }
            _ => work_us / self.vcpu,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Book;

    fn lambda(memory_mb: u32) -> Pace {
        Book::built_in().plan("aws-lambda-x86").expect("in the book").pace(memory_mb, CoreSpeed::SAME)
    }

    fn near(one: f64, other: f64) -> bool {
        (one - other).abs() <= 1e-6 * other.abs().max(1.0)
    }

    #[test]
    fn a_whole_core_takes_as_long_as_here() {
        assert!(near(lambda(1_769).call_us(250_000.0, 200_000.0), 250_000.0));
        let bin = Bin { handler_ms: 7, init_handler_ms: 300, memory_mb: 3_008, observed_mb: None, count: 3 };
        assert_eq!(lambda(3_008).bin(bin, 0.9), bin, "nothing changes, not even by rounding");
        assert_eq!(Pace::HERE.bin(bin, 4.0), bin);
    }

    #[test]
    fn half_a_core_doubles_what_is_computed_and_not_what_is_waited_for() {
        let pace = Pace { period_us: None, ..lambda(1_769 / 2) };
        let exact = 1.0 / pace.vcpu;
        assert!(near(pace.call_us(300_000.0, 100_000.0), 200_000.0 + 100_000.0 * exact));
        assert!(near(pace.call_us(300_000.0, 0.0), 300_000.0), "it only waits");
    }

    #[test]
    fn what_fits_into_a_period_is_not_slowed() {
        // 128 MB: 1.447 ms of every 20.
        let pace = lambda(128);
        assert!(near(pace.call_us(1_400.0, 1_400.0), 1_400.0));
        // 14.47 ms are ten shares: nine periods, and the last share at full speed.
        let share = pace.vcpu * 20_000.0;
        assert!(near(pace.call_us(10.0 * share, 10.0 * share), 180_000.0 + share));
        // Long work goes by the share.
        let long = pace.call_us(10e6, 10e6);
        assert!((long / (10e6 / pace.vcpu) - 1.0).abs() < 0.01, "{long}");
    }

    #[test]
    fn more_work_never_takes_less_and_more_memory_never_more() {
        for memory_mb in [128, 256, 512, 1_024, 1_769, 3_008] {
            let (pace, larger) = (lambda(memory_mb), lambda(memory_mb * 2));
            let mut before = 0.0;
            for step in 1..500 {
                let cpu = f64::from(step) * 313.0;
                let took = pace.call_us(cpu, cpu);
                assert!(took >= before, "{memory_mb} MB, {cpu} us");
                assert!(larger.call_us(cpu, cpu) <= took + 1e-6, "{memory_mb} MB, {cpu} us");
                before = took;
            }
        }
    }

    #[test]
    fn several_cores_are_used_where_they_are_there() {
        // Four cores busy here for 100 ms; two there.
        let pace = Pace { vcpu: 2.0, period_us: None, speed: CoreSpeed::SAME };
        assert!(near(pace.call_us(100_000.0, 400_000.0), 200_000.0));
        assert!(near(Pace::HERE.call_us(100_000.0, 400_000.0), 100_000.0));
    }

    #[test]
    fn a_slower_core_takes_longer_for_everything_it_computes() {
        let half = CoreSpeed::new(0.5).expect("a core can be half as fast");
        let pace = Pace { speed: half, ..Pace::HERE };
        assert!(near(pace.call_us(30_000.0, 10_000.0), 40_000.0));
        assert!(near(pace.start_us(100_000.0), 200_000.0));
        assert!(CoreSpeed::new(0.0).is_none() && CoreSpeed::new(f64::NAN).is_none());
        assert!(half.faster().value() > 0.5 && half.slower().value() < 0.5);
    }

    #[test]
    fn a_book_of_ones_own_says_how_fast_a_plans_cores_are() {
        let own = r#"schema = 1
            compiled = "2026-11-28"
            currency = "USD"
            [[source]]
            id = "own"
            title = "measured there"
            url = "https://example.org"
            date = "2026-11-28"
            [[plan]]
            id = "there"
            based_on = "gcp-cloud-run-request"
            source = "own"
            cpu = { speed = { value = "0.5", confidence = "observed" } }"#;
        let book = Book::built_in().overlaid("own.toml", own).expect("it has no mistake");
        let pace = book.plan("there").expect("in the book").pace(512, CoreSpeed::SAME);
        assert!(near(pace.call_us(30_000.0, 10_000.0), 40_000.0));
    }

    #[test]
    fn plans_say_what_cpu_they_have() {
        let book = Book::built_in();
        let vcpu = |id: &str, mb| {
            book.plan(id).expect("in the book").vcpu(mb).map(|vcpu| vcpu.round_dp(3).normalize().to_string())
        };
        assert_eq!(vcpu("aws-lambda-arm64", 512).as_deref(), Some("0.289"));
        assert_eq!(vcpu("azure-functions-flex", 512).as_deref(), Some("0.25"));
        assert_eq!(vcpu("gcp-cloud-run-request", 512).as_deref(), Some("1"));
        assert_eq!(vcpu("gcp-functions-gen1", 256).as_deref(), Some("0.167"));
        assert_eq!(vcpu("cloudflare-workers-paid", 128), None);
    }
}
