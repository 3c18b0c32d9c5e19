//! The cold start to expect: what the cloud itself takes for a function that does nothing, and this function's own
//! import on top.

use super::{HelloStart, Pace};

/// A function as it starts here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Starting<'a> {
    pub runtime: &'a str,
    pub language: &'a str,
    pub architecture: &'a str,
    pub memory_mb: u32,
    /// Its own module code, measured here.
    pub import_ms: f64,
}

/// From a good start to a slow one, milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct ColdStart {
    pub low_ms: f64,
    pub typical_ms: f64,
    pub high_ms: f64,
    /// Of the cloud's own start alone, before the import.
    pub hello: HelloStart,
    /// The cloud's own start was measured at another provider.
    pub foreign: bool,
}

/// How much longer a start may be at a provider whose own starts nobody measured for us.
const FOREIGN_DOUBT: f64 = 3.0;

impl ColdStart {
    /// `paces`: how fast that provider's cores are, at best, as supposed, and at worst. `aws`: whether it is AWS, whose
    /// starts were measured; elsewhere those stand in, and the range says so. `None` where no runtime like it was measured.
    pub fn expect(starting: Starting<'_>, [fast, usual, slow]: [Pace; 3], aws: bool) -> Option<Self> {
        let Starting { runtime, language, architecture, memory_mb, import_ms } = starting;
        let hello = HelloStart::of(runtime, language, architecture, memory_mb)?;
        let import = |pace: Pace| pace.start_us(import_ms * 1000.0) / 1000.0;
        let doubt = if aws { 1.0 } else { FOREIGN_DOUBT };
        Some(Self {
            low_ms: hello.p50_ms / doubt + import(fast),
            typical_ms: hello.p50_ms + import(usual),
            high_ms: hello.p90_ms * doubt + import(slow),
            hello,
            foreign: !aws,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Book, cloud::CoreSpeed};

    const PYTHON: Starting<'_> = Starting {
        runtime: "python3.13",
        language: "python",
        architecture: "x86_64",
        memory_mb: 512,
        import_ms: 400.0,
    };

    fn paces() -> [Pace; 3] {
        let book = Book::built_in();
        let plan = book.plan("aws-lambda-x86").expect("in the book");
        let speed = CoreSpeed::SAME;
        [speed.faster(), speed, speed.slower()].map(|speed| plan.pace(512, speed))
    }

    #[test]
    fn the_import_comes_on_top_of_the_clouds_own_start() {
        let cold = ColdStart::expect(PYTHON, paces(), true).expect("Python was measured");
        assert_eq!(cold.typical_ms, cold.hello.p50_ms + 400.0);
        assert!(cold.low_ms < cold.typical_ms && cold.typical_ms < cold.high_ms);
        assert_eq!(cold.high_ms, cold.hello.p90_ms + 400.0 * 4.0 / 3.0);
        let bare = ColdStart::expect(Starting { import_ms: 0.0, ..PYTHON }, paces(), true).expect("Python");
        assert_eq!((bare.low_ms, bare.typical_ms), (bare.hello.p50_ms, bare.hello.p50_ms));
    }

    #[test]
    fn where_nobody_measured_the_range_is_wider() {
        let [there, elsewhere] =
            [true, false].map(|aws| ColdStart::expect(PYTHON, paces(), aws).expect("Python"));
        assert_eq!(there.typical_ms, elsewhere.typical_ms);
        assert!(elsewhere.low_ms < there.low_ms && elsewhere.high_ms > there.high_ms && elsewhere.foreign);
    }
}
