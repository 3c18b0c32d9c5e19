//! Load tests as they are shown: what is kept of each, and what its traffic would cost on the plan the code is written
//! for.

use coldframe_cost::{Bin, Book, Decimal, Machine, Plan, Usage, Usd};
use coldframe_protocol as wire;
use coldframe_store::{LoadRow, Range};

use crate::{
    Report, ReportError,
    costs::{NOT_TRAFFIC, Sending},
    deployed::own_plan,
    span::MINUTE,
    wording::rate,
};

/// Runs listed; a person compares a few.
const LISTED: u32 = 200;
/// More recorded calls than these are not sent again.
pub const MOST_REPLAYED: u32 = 200_000;
/// Sent later than this, calls were held up by the machine that sends them.
const LATE_MS: f64 = 5.0;
/// Calls that took so many times as long as their work waited most of the time.
const WAITED: f64 = 2.0;
const THERE: &str = "each call as long as it would take there, as the meter and Costs reckon";
const HERE: &str = "each call as long as it took here";

impl Report {
    /// The runs of a project, newest first. One that has no end is taken for interrupted: whoever runs it knows better.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn loads(&self, project_id: i64) -> Result<Vec<wire::LoadRun>, ReportError> {
        let rows = self.reader.loads(project_id, LISTED)?;
        Ok(rows.iter().filter_map(|row| self.kept(row)).collect())
    }

    /// # Errors
    /// There is no such run; the record cannot be read.
    pub fn load(&self, id: i64, now: i64) -> Result<wire::LoadDetail, ReportError> {
        let missing = ReportError::NotFound { what: "load test", id };
        let Some(found) = self.reader.load(id)? else { return Err(missing) };
        let Some(run) = self.kept(&found.row) else { return Err(missing) };
        let course: wire::LoadCourse = serde_json::from_str(&found.detail).unwrap_or_default();
        // What has no end was interrupted, and sent nothing after the last state that was kept.
        let until = found.row.ended_at.unwrap_or(now);
        Ok(self.load_detail(run, course, twin_course(&found.detail), until))
    }

    /// A run with what is worked out of it: its price, and what its figures rest on. `until`: its end, or now.
    pub fn load_detail(
        &self,
        mut run: wire::LoadRun,
        course: wire::LoadCourse,
        twin_course: Option<wire::LoadCourse>,
        until: i64,
    ) -> wire::LoadDetail {
        let range = Range { from: run.id, to: until.max(run.id) + 1 };
        let sent = Sending { function: run.function, range, over: run.state.is_over() };
        let recorded = self.sent_call(sent).ok().flatten();
        run.price = match recorded {
            Some((plan, each)) => Some(at_rate(plan, each, &run.figures, THERE)),
            None => price(&self.book, &run.figures),
        };
        if let (Some(twin), Some(course)) = (&mut run.twin, &twin_course) {
            let machine = self.meter_machine(run.function, until).ok().flatten();
            twin.price = machine.and_then(|machine| rent(machine, &twin.figures));
            twin.held_up = held_up(twin, course);
        }
        let mut rests_on = rests_on(&run);
        rests_on.push(match recorded {
            Some((plan, _)) => paced(plan, &run.figures.usage),
            None => unpaced(&self.book, &run.figures.usage),
        });
        wire::LoadDetail { rests_on, run, course, twin_course }
    }

    /// What a piece of work cost in all, at list price on the plan the code is written for.
    pub fn work_price(&self, used: &wire::MeteredCalls) -> Option<wire::MapPrice> {
        let (plan, each, calls) = each_call(&self.book, used)?;
        Some(wire::MapPrice {
            plan: plan.id.clone(),
            title: plan.title.clone(),
            usd: (each * Decimal::from(calls)).0.round_dp(6).normalize().to_string(),
        })
    }

    /// The moments at which calls of a function came in the last `minutes`, in microseconds from the begin of that time.
    /// No more than [`MOST_REPLAYED`] and one.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn arrivals(&self, function: i64, minutes: u32, now: i64) -> Result<Vec<u64>, ReportError> {
        let range = Range { from: now - i64::from(minutes) * MINUTE, to: now };
        let came = self.reader.arrivals(function, range, &NOT_TRAFFIC, MOST_REPLAYED + 1)?;
        Ok(came.into_iter().map(|at| u64::try_from(at - range.from).unwrap_or(0)).collect())
    }

    /// A run that another version of the protocol wrote in words this one does not know is left out.
    fn kept(&self, row: &LoadRow) -> Option<wire::LoadRun> {
        let mut run: wire::LoadRun = serde_json::from_str(&row.summary).ok()?;
        if row.ended_at.is_none() {
            run.state = wire::LoadState::Interrupted;
            run.figures.in_flight = 0;
        }
        run.price = None;
        Some(run)
    }
}

/// How a run went on the twin is kept beside how it went on the pool.
fn twin_course(detail: &str) -> Option<wire::LoadCourse> {
    let mut kept: serde_json::Value = serde_json::from_str(detail).ok()?;
    serde_json::from_value(kept.get_mut("twin")?.take()).ok()
}

/// A machine costs the same whatever it does.
fn rent(machine: &Machine, figures: &wire::LoadFigures) -> Option<wire::LoadPrice> {
    let hour = machine.hour()?;
    let an_hour = Decimal::try_from(figures.achieved_rate * 3600.0).ok().filter(|calls| !calls.is_zero())?;
    Some(wire::LoadPrice {
        plan: machine.id.clone(),
        title: machine.title.clone(),
        usd_per_hour: hour.0.round_dp(6).normalize().to_string(),
        usd_per_million: (hour * (Decimal::from(1_000_000) / an_hour)).to_cents().to_string(),
        basis: "its hour, whatever is sent".to_owned(),
    })
}

/// On the plan the code is written for, by what the run itself kept: where its calls are not in the record, or not yet.
fn price(book: &Book, figures: &wire::LoadFigures) -> Option<wire::LoadPrice> {
    let (plan, each, _) = each_call(book, &figures.usage)?;
    Some(at_rate(plan, each, figures, HERE))
}

/// Calls of that price at list price and the rate that was achieved.
fn at_rate(plan: &Plan, each: Usd, figures: &wire::LoadFigures, basis: &str) -> wire::LoadPrice {
    let an_hour = Decimal::try_from(figures.achieved_rate * 3600.0).unwrap_or_default();
    wire::LoadPrice {
        plan: plan.id.clone(),
        title: plan.title.clone(),
        usd_per_hour: (each * an_hour).0.round_dp(6).normalize().to_string(),
        usd_per_million: (each * Decimal::from(1_000_000)).to_cents().to_string(),
        basis: basis.to_owned(),
    }
}

/// That calls waited for a process rather than for its answer, where more were under way than the twin takes.
fn held_up(twin: &wire::TwinLoad, course: &wire::LoadCourse) -> Option<String> {
    let (processes, each) = (twin.processes, twin.calls_each);
    let room = processes.saturating_mul(each);
    let most = course.series.in_flight.iter().copied().max().unwrap_or(0);
    let usage = &twin.figures.usage;
    let calls = usage.warm_calls + usage.cold_calls;
    let p50_ms = twin.figures.latency.as_ref()?.p50_ms;
    let handler_ms = (usage.warm_ms + usage.cold_ms) as f64 / calls.max(1) as f64;
    if room == 0 || most <= room || p50_ms <= WAITED * handler_ms.max(1.0) {
        return None;
    }
    let some = |number: u32, what: &str, more: &str| {
        if number == 1 { format!("1 {what}") } else { format!("{number} {what}{more}") }
    };
    let takes = if processes == 1 { "takes" } else { "take" };
    Some(format!(
        "it could not keep up: {} with {} at a time {takes} {room} at once, and up to {most} were under way, so that calls \
         waited for a process; more processes take more (`coldframe twin --processes N`)",
        some(processes, "process", "es"),
        some(each, "call", "s"),
    ))
}

/// What a price of recorded calls takes into account.
fn paced(plan: &Plan, used: &wire::MeteredCalls) -> String {
    let core = plan.vcpu(used.memory_mb).filter(|vcpu| *vcpu < Decimal::ONE);
    let core = core.map_or_else(String::new, |vcpu| {
        format!(" ({} of a core with {} MB)", vcpu.round_dp(2).normalize(), used.memory_mb)
    });
    format!(
        "its price is of calls as long as they would take on {}{core}, cold starts as they would go there: as the meters and \
         Costs reckon",
        plan.title
    )
}

/// That a call which computes takes longer on the plan than here, which only the record can tell.
fn unpaced(book: &Book, used: &wire::MeteredCalls) -> String {
    let plan = own_plan(book, &used.provider, &used.architecture);
    let vcpu = plan.and_then(|plan| plan.vcpu(used.memory_mb)).filter(|vcpu| *vcpu < Decimal::ONE);
    let core = plan.zip(vcpu).map_or_else(String::new, |(plan, vcpu)| {
        format!(
            "; with {} MB {} gives them {} of a core, on which what computes takes longer and costs more",
            used.memory_mb,
            plan.title,
            vcpu.round_dp(2).normalize()
        )
    });
    format!("its price is of calls as long as they were here, for the record has them not, or not yet{core}")
}

/// What a call costs on average, and how many there were; `None` without one.
fn each_call<'a>(book: &'a Book, used: &wire::MeteredCalls) -> Option<(&'a Plan, Usd, u64)> {
    let calls = used.warm_calls + used.cold_calls;
    let plan = own_plan(book, &used.provider, &used.architecture)?;
    if calls == 0 {
        return None;
    }
    let warm = evenly(used.warm_calls, used.warm_ms, used.warm_ms, used.memory_mb);
    let cold = evenly(used.cold_calls, used.cold_ms, used.cold_init_ms, used.memory_mb);
    let mut usage = Usage::calls(warm.into_iter().chain(cold));
    // Known only when calls have finished: at most all of the time.
    usage.cpu_us = u128::from(used.warm_ms + used.cold_ms) * 1000;
    let each = plan.list_price(&plan.measure(&usage)) * (Decimal::ONE / Decimal::from(calls));
    Some((plan, each, calls))
}

/// So many calls that take so long together, as alike as whole milliseconds allow.
fn evenly(calls: u64, handler_ms: u64, init_handler_ms: u64, memory_mb: u32) -> Vec<Bin> {
    if calls == 0 {
        return Vec::new();
    }
    let longer = [handler_ms % calls, init_handler_ms % calls];
    let mut ends = [longer[0], longer[1], calls];
    ends.sort_unstable();
    let mut begin = 0;
    let parts = ends.into_iter().map(|end| {
        let more = |of: u64| u64::from(begin < of);
        let bin = Bin {
            handler_ms: handler_ms / calls + more(longer[0]),
            init_handler_ms: init_handler_ms / calls + more(longer[1]),
            memory_mb,
            observed_mb: None,
            count: end - begin,
        };
        begin = end;
        bin
    });
    parts.filter(|bin| bin.count > 0).collect()
}

fn rests_on(run: &wire::LoadRun) -> Vec<String> {
    let figures = &run.figures;
    let mut said = vec![
        "a call is sent when it is due, whether those before have been answered or not, and its latency counts from \
         that moment: waiting is measured, not left out"
            .to_owned(),
        "calls are made inside Coldframe, as every door makes them: no network and no HTTP is in the latency"
            .to_owned(),
    ];
    let without = figures.throttled + figures.dropped + figures.unfinished;
    if without > 0 {
        said.push(format!(
            "{without} calls were throttled, dropped or not waited for: they have no latency and no price"
        ));
    }
    if figures.crowded > 0 {
        said.push(format!(
            "{} of the dropped calls were not sent because {} others waited for an instance: this machine cannot start \
             them that fast",
            figures.crowded, run.plan.most_waiting
        ));
    }
    if let Some(late) = figures.late_p99_ms.filter(|late| *late > LATE_MS) {
        said.push(format!(
            "this machine was busy: one call in a hundred was sent more than {late:.0} ms after it was due, which is in \
             its latency"
        ));
    }
    if let Some(twin) = &run.twin {
        said.push(
            "each call that was sent went to the resident twin at the same moment, as a copy: both sides shared this machine, and made \
             each other slower"
                .to_owned(),
        );
        if let Some(price) = &twin.price {
            said.push(format!(
                "the twin's hour is that of one {}, whatever is sent; a million calls are a share of it at {} calls a second",
                price.title,
                rate(twin.figures.achieved_rate)
            ));
        }
    }
    if let Some(price) = &run.price {
        let mut sentence = format!(
            "an hour is priced at {} calls a second on {}, at list price without the free tier",
            rate(figures.achieved_rate),
            price.title
        );
        if figures.usage.provider != "aws" && price.basis == HERE {
            sentence.push_str(", as if no two calls shared an instance and each kept its CPU busy: at most");
        }
        said.push(sentence);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(usage: wire::MeteredCalls) -> wire::LoadFigures {
        wire::LoadFigures { achieved_rate: 50.0, usage, ..wire::LoadFigures::default() }
    }

    fn usage() -> wire::MeteredCalls {
        wire::MeteredCalls {
            provider: "aws".into(),
            architecture: "x86_64".into(),
            memory_mb: 1024,
            warm_calls: 1_000,
            warm_ms: 100_500,
            cold_calls: 3,
            cold_ms: 310,
            cold_init_ms: 901,
        }
    }

    #[test]
    fn a_part_of_a_core_is_told_where_the_price_does_not_count_it() {
        let book = Book::built_in();
        let small = wire::MeteredCalls { memory_mb: 128, ..usage() };
        let whole = wire::MeteredCalls { memory_mb: 1769, ..usage() };
        let said = unpaced(&book, &small);
        assert!(said.contains("with 128 MB AWS Lambda x86 gives them 0.07 of a core"), "{said}");
        assert!(!unpaced(&book, &whole).contains("of a core"), "a whole one");
        let plan = book.plan("aws-lambda-x86").expect("it is there");
        assert!(
            paced(plan, &small).contains("(0.07 of a core with 128 MB)")
                && !paced(plan, &whole).contains("core with")
        );
    }

    #[test]
    fn a_twin_that_cannot_keep_up_says_how_many_calls_it_takes() {
        let latency = |p50_ms| wire::LoadLatency {
            mean_ms: p50_ms,
            p50_ms,
            p90_ms: p50_ms,
            p99_ms: p50_ms,
            p999_ms: p50_ms,
            max_ms: p50_ms,
        };
        let twin = |p50_ms| wire::TwinLoad {
            figures: wire::LoadFigures { latency: Some(latency(p50_ms)), ..figures(usage()) },
            price: None,
            processes: 2,
            calls_each: 1,
            held_up: None,
        };
        let mut course = wire::LoadCourse::default();
        course.series.in_flight = vec![1, 40, 3];
        let said = held_up(&twin(7_700.0), &course).expect("they waited");
        assert!(
            said.contains("2 processes with 1 call at a time take 2 at once, and up to 40 were under way"),
            "{said}"
        );
        assert!(said.contains("--processes"), "{said}");
        assert_eq!(held_up(&twin(110.0), &course), None, "a few waited, most did not");
        course.series.in_flight = vec![1, 2];
        assert_eq!(held_up(&twin(7_700.0), &course), None, "there was room");
    }

    #[test]
    fn calls_spread_evenly_take_as_long_as_they_took() {
        for (calls, handler_ms, init_ms) in [(3, 310, 901), (7, 0, 6), (1, 5, 9), (10, 19, 11)] {
            let bins = evenly(calls, handler_ms, init_ms, 128);
            let sum = |of: fn(&Bin) -> u64| bins.iter().map(|bin| of(bin) * bin.count).sum::<u64>();
            assert_eq!((sum(|_| 1), sum(|bin| bin.handler_ms)), (calls, handler_ms), "{bins:?}");
            assert_eq!(sum(|bin| bin.init_handler_ms), init_ms, "{bins:?}");
        }
        assert_eq!(evenly(0, 0, 0, 128), []);
    }

    #[test]
    fn an_hour_costs_what_its_calls_cost() {
        let price = price(&Book::built_in(), &figures(usage())).expect("calls ran");
        assert_eq!(price.plan, "aws-lambda-x86");
        // 1,003 calls took 101.401 GB-s with init: 101.0977 ms each, and $0.20 a million.
        assert_eq!(price.usd_per_million, "1.88");
        let hour: f64 = price.usd_per_hour.parse().expect("a number");
        let each = 101.401 / 1003.0 * 0.000_016_666_7 + 0.2e-6;
        assert!((hour - each * 180_000.0).abs() < 2e-6, "{hour} is not {}", each * 180_000.0);
    }

    #[test]
    fn the_plan_is_the_one_the_code_is_written_for() {
        let book = Book::built_in();
        let plan = |usage| price(&book, &figures(usage)).map(|price| price.plan);
        let arm = wire::MeteredCalls { architecture: "arm64".into(), ..usage() };
        assert_eq!(plan(arm).as_deref(), Some("aws-lambda-arm64"));
        let vercel = wire::MeteredCalls { provider: "vercel".into(), ..usage() };
        assert_eq!(plan(vercel).as_deref(), Some("vercel-fluid-pro"));
        assert_eq!(plan(wire::MeteredCalls { provider: "nobody".into(), ..usage() }), None);
        assert_eq!(plan(wire::MeteredCalls::default()), None, "nothing ran");
    }
}
