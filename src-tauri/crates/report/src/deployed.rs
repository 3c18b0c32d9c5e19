//! What the cloud's own cold start would have cost a call: one that found new code ready here, where a deployment starts
//! cold, and one that waited for a start here. A guess, as a range that says what it rests on.

use coldframe_cost::{Book, ColdStart, CoreSpeed, Plan, Starting};
use coldframe_protocol::DeployedCold;

use crate::{costs::CONTRACTS, wording::ms};

/// Whose code it is, for what a start of it takes.
#[derive(Debug, Clone, Copy)]
pub struct Deployed<'a> {
    pub provider: &'a str,
    pub language: &'a str,
    pub runtime: &'a str,
    pub memory_mb: u32,
}

/// How the instance of a call was started.
#[derive(Debug, Clone, Copy)]
pub struct Started {
    /// The call waited for it.
    pub cold: bool,
    pub init_us: i64,
    /// It is the first call of what a reload had initialised, in so long.
    pub reload_init_us: Option<i64>,
}

impl Deployed<'_> {
    /// `None` for a call that waited for nothing here and would not have there.
    pub fn cold_of(&self, book: &Book, started: Started) -> Option<DeployedCold> {
        let import_us = started.reload_init_us.or(started.cold.then_some(started.init_us))?;
        self.cold(book, ms(import_us))
    }

    /// On the plan the code is written for. `import_ms`: its own module code, measured here, without the boot before it,
    /// which the cloud's own start has. `None` where nobody measured a start of anything like it.
    pub fn cold(&self, book: &Book, import_ms: f64) -> Option<DeployedCold> {
        let plan = own_plan(book, self.provider, "x86_64")?;
        let speed = CoreSpeed::SAME;
        let paces = [speed.faster(), speed, speed.slower()].map(|speed| plan.pace(self.memory_mb, speed));
        let starting = Starting {
            runtime: self.runtime,
            language: self.language,
            architecture: &plan.architecture,
            memory_mb: self.memory_mb,
            import_ms,
        };
        let cold = ColdStart::expect(starting, paces, self.provider == "aws")?;
        Some(DeployedCold {
            low_ms: cold.low_ms,
            high_ms: cold.high_ms,
            title: plan.title.clone(),
            rests_on: rests_on(&cold, import_ms, "the code"),
        })
    }
}

/// Of those the code of a provider is written for, the one for an architecture, else the first.
pub(crate) fn own_plan<'a>(book: &'a Book, provider: &str, architecture: &str) -> Option<&'a Plan> {
    let plans = own_plans(book, provider);
    let own = plans.iter().find(|plan| plan.architecture == architecture).or(plans.first());
    own.copied()
}

/// All that the code of a provider's functions is written for.
pub fn own_plans<'a>(book: &'a Book, provider: &str) -> Vec<&'a Plan> {
    let contract = CONTRACTS.iter().find(|(of, _)| *of == provider);
    let ids = contract.map(|(_, ids)| *ids).unwrap_or_default();
    ids.iter().filter_map(|id| book.plan(id)).collect()
}

/// `whose`: what takes so long to import here.
pub(crate) fn rests_on(cold: &ColdStart, import_ms: f64, whose: &str) -> String {
    let hello = cold.hello;
    let digits = usize::from(import_ms < 10.0);
    let own = if cold.foreign { "no start of this provider was measured: AWS's own" } else { "AWS's own" };
    format!(
        "{own} start of {} at {} MB on {} ({:.0} ms, a slow one {:.0}, of {} measured in August 2026), the \
         runtime's boot with it, and the {import_ms:.digits$} ms {whose} takes here for its own import (without the \
         boot here, where its process tells them apart)",
        hello.runtime, hello.memory_mb, hello.architecture, hello.p50_ms, hello.p90_ms, hello.samples,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAMBDA: Deployed<'_> =
        Deployed { provider: "aws", language: "python", runtime: "python3.13", memory_mb: 512 };

    #[test]
    fn a_deployment_starts_the_cloud_and_the_code() {
        let book = Book::built_in();
        let bare = LAMBDA.cold(&book, 0.0).expect("Python was measured");
        let heavy = LAMBDA.cold(&book, 400.0).expect("Python was measured");
        assert!(bare.low_ms > 0.0 && bare.low_ms <= bare.high_ms, "{bare:?}");
        assert!(heavy.low_ms > bare.low_ms + 250.0 && heavy.high_ms > bare.high_ms + 400.0, "{heavy:?}");
        assert!(
            heavy.rests_on.contains("python3.13") && heavy.rests_on.contains("400 ms the code takes here")
        );
        assert!(heavy.title.contains("Lambda"), "{}", heavy.title);
    }

    #[test]
    fn a_call_that_waited_here_would_have_waited_there() {
        let book = Book::built_in();
        let started = |cold, reload_init_us| Started { cold, init_us: 90_000, reload_init_us };
        let of = |started| LAMBDA.cold_of(&book, started);
        assert_eq!(of(started(true, None)), LAMBDA.cold(&book, 90.0));
        assert_eq!(of(started(false, Some(40_000))), LAMBDA.cold(&book, 40.0), "the reload's, not its own");
        assert_eq!(of(started(false, None)), None, "it is warm on both sides");
    }

    #[test]
    fn another_cloud_is_told_as_one_nobody_measured_and_an_unknown_one_not_at_all() {
        let book = Book::built_in();
        let vercel = Deployed { provider: "vercel", ..LAMBDA }.cold(&book, 50.0).expect("it is in the book");
        assert!(vercel.rests_on.starts_with("no start of this provider was measured"), "{vercel:?}");
        let there = LAMBDA.cold(&book, 50.0).expect("Python was measured");
        assert!(vercel.low_ms < there.low_ms && vercel.high_ms > there.high_ms);
        assert_eq!(Deployed { provider: "elsewhere", ..LAMBDA }.cold(&book, 50.0), None);
        assert_eq!(Deployed { language: "cobol", runtime: "cobol", ..LAMBDA }.cold(&book, 50.0), None);
    }
}
