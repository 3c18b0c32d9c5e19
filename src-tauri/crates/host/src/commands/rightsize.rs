//! Right-sizing: the sizes one after the other, each measured by the engine, then priced. Dropping the call ends what
//! runs.

use coldframe_cost::BALANCE;
use coldframe_engine::{Trial, TrialError, TrialFailure, TrialRequest, TrialRun};
use coldframe_protocol::{self as wire, ErrorCode, RpcError, ShareKept};
use coldframe_providers::{
    domain::ProviderId,
    invocation::{Event, Failure, FunctionRef},
    registry,
};

use super::{Result, invoke::event, unknown_function};
use crate::{host::Host, shape::share_kept};

/// What any provider here sells.
const SOLD_MB: std::ops::RangeInclusive<u32> = 128..=10_240;
const MOST_SIZES: usize = 32;
const MOST_EVENTS: usize = 100;
const MOST_RUNS: u32 = 1000;
const WARM_RUNS: u32 = 5;
const COLD_RUNS: u32 = 2;

/// A request with its defaults, found to make sense.
struct Wanted {
    memories: Vec<u32>,
    events: Vec<Event>,
    warm: u32,
    cold: u32,
}

impl Host {
    pub(super) async fn rightsize_function(
        &self,
        request: wire::RightsizeRequest,
    ) -> Result<wire::RightsizeReport> {
        let engine = self.engine()?;
        let function = engine.function_ref(request.function).ok_or_else(unknown_function)?;
        let wanted = wanted(&request, function.provider, |text| event(&engine, &function, text))?;
        let mut sizes = Vec::new();
        for memory_mb in &wanted.memories {
            let trial = TrialRequest {
                function_id: request.function,
                memory_mb: *memory_mb,
                events: wanted.events.clone(),
                cold: wanted.cold,
                warm: wanted.warm,
            };
            let trial = engine.trial(&trial).await.map_err(|error| match error {
                TrialError::NoFunction => unknown_function(),
                TrialError::Problem(_) => RpcError::new(ErrorCode::Failed, error.to_string()),
            })?;
            sizes.push(size(*memory_mb, trial));
        }
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let cores = u32::try_from(cores).unwrap_or(u32::MAX);
        let architectures = request.architectures.as_deref();
        let plans = coldframe_report::rightsize(self.inner.report.book(), &sizes, cores, architectures);
        Ok(wire::RightsizeReport {
            function: request.function,
            rests_on: rests_on(&function, &sizes, &wanted, cores),
            name: function.name,
            events: u32::try_from(wanted.events.len()).unwrap_or(u32::MAX),
            warm_runs: wanted.warm,
            cold_runs: wanted.cold,
            sizes,
            plans,
            balance: BALANCE.to_owned(),
        })
    }
}

fn wanted(
    request: &wire::RightsizeRequest,
    provider: ProviderId,
    event: impl Fn(&str) -> Result<Event>,
) -> Result<Wanted> {
    let invalid = |message: String| Err(RpcError::new(ErrorCode::Invalid, message));
    let usual = registry::of(provider).sizes;
    let mut memories = request.memories.clone().unwrap_or_else(|| usual.to_vec());
    memories.sort_unstable();
    memories.dedup();
    if memories.is_empty() || memories.len() > MOST_SIZES {
        return invalid(format!("between 1 and {MOST_SIZES} memory sizes can be measured at once"));
    }
    if let Some(odd) = memories.iter().find(|memory_mb| !SOLD_MB.contains(memory_mb)) {
        let (least, most) = (SOLD_MB.start(), SOLD_MB.end());
        return invalid(format!("memory goes from {least} to {most} MB, not {odd}"));
    }
    let (warm, cold) = (request.warm_runs.unwrap_or(WARM_RUNS), request.cold_runs.unwrap_or(COLD_RUNS));
    if !(1..=MOST_RUNS).contains(&warm) || !(1..=MOST_RUNS).contains(&cold) {
        return invalid(format!("each size is run between 1 and {MOST_RUNS} times, cold and warm"));
    }
    if request.events.len() > MOST_EVENTS {
        return invalid(format!("at most {MOST_EVENTS} events can be run"));
    }
    let texts = if request.events.is_empty() { vec!["{}".to_owned()] } else { request.events.clone() };
    let events = texts.iter().map(|text| event(text)).collect::<Result<_>>()?;
    Ok(Wanted { memories, events, warm, cold })
}

fn size(memory_mb: u32, trial: Trial) -> wire::MeasuredSize {
    let sorted = |of: &dyn Fn(&TrialRun) -> Option<f64>| {
        let mut values: Vec<f64> = trial.runs.iter().filter_map(of).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let warm = sorted(&|run| run.init.is_none().then(|| ms(run.handler)));
    wire::MeasuredSize {
        memory_mb,
        vcpu: f64::from(trial.vcpu_milli) / 1000.0,
        share: trial.limit.map(share_kept),
        cold_init_ms: median(&sorted(&|run| run.init.map(ms))),
        cold_handler_ms: median(&sorted(&|run| run.init.map(|_| ms(run.handler)))),
        warm_p50_ms: median(&warm),
        warm_min_ms: warm.first().copied(),
        warm_max_ms: warm.last().copied(),
        cpu_ms: median(&sorted(&|run| run.init.is_none().then(|| ms(run.cpu)))),
        peak_memory_mb: sorted(&|run| Some(mb(run.peak_memory_kb))).last().copied(),
        runs: trial.runs.iter().map(run).collect(),
        failure: trial.failure.map(failure),
    }
}

fn run(run: &TrialRun) -> wire::SizeRun {
    wire::SizeRun {
        init_ms: run.init.map(ms),
        handler_ms: ms(run.handler),
        cpu_ms: ms(run.cpu),
        peak_memory_mb: mb(run.peak_memory_kb),
    }
}

pub(crate) fn failure(failure: TrialFailure) -> wire::SizeFailure {
    let status = match failure.kind {
        Failure::Error => "error",
        Failure::InitError => "init_error",
        Failure::Timeout => "timeout",
        Failure::Crash => "crash",
        Failure::OutOfMemory => "out_of_memory",
    };
    wire::SizeFailure { status: status.to_owned(), message: failure.message }
}

fn rests_on(
    function: &FunctionRef,
    sizes: &[wire::MeasuredSize],
    wanted: &Wanted,
    cores: u32,
) -> Vec<String> {
    let mut said = vec![format!(
        "every duration was measured on this machine's CPU, which has {cores} cores: another core is faster or slower"
    )];
    let shares = || sizes.iter().filter_map(|size| size.share);
    let mut modes: Vec<&str> = shares().filter(|share| share.is_kept()).map(ShareKept::title).collect();
    modes.dedup();
    if !modes.is_empty() {
        said.push(format!("each size had the share of a core that it buys, kept by: {}", modes.join(", ")));
    }
    if shares().any(|share| share == ShareKept::Beyond) {
        said.push(format!(
            "sizes with more than {cores} vCPU had {cores}: what they took is the most they take"
        ));
    }
    if shares().any(|share| share == ShareKept::Unsupported) {
        said.push(
            "this system has no means to keep a share of the CPU: every size had the whole machine, and none is priced"
                .to_owned(),
        );
    }
    said.push(
        "boot and init had the same share: AWS's documentation promises init no more, though it is often given more, so \
         a cloud's init may be shorter"
            .to_owned(),
    );
    if function.provider == ProviderId::Aws {
        said.push("1,769 MB are one vCPU on Lambda, and other sizes in proportion".to_owned());
    }
    said.push("sizes whose ranges from the least to the most overlap may well be alike".to_owned());
    let runs = wanted.warm as usize * wanted.events.len();
    said.push(format!(
        "prices are of warm calls of the median duration of {runs} runs, at list price without the free tier"
    ));
    said.push(
        "a plan that sells other shares of a core is priced with a duration between the measured ones next to its own"
            .to_owned(),
    );
    said
}

fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 { Some(upper) } else { Some(f64::midpoint(*sorted.get(middle - 1)?, upper)) }
}

fn ms(duration: std::time::Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

fn mb(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_even_number_is_between_the_two() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), Some(3.0));
    }

    fn asked(request: &wire::RightsizeRequest) -> std::result::Result<Vec<u32>, String> {
        let event = |text: &str| match serde_json::from_str::<serde_json::Value>(text) {
            Ok(_) => Ok(Event::Bytes(text.to_owned().into())),
            Err(error) => Err(RpcError::new(ErrorCode::Invalid, error.to_string())),
        };
        wanted(request, ProviderId::Aws, event).map(|wanted| wanted.memories).map_err(|error| error.message)
    }

    fn request() -> wire::RightsizeRequest {
        wire::RightsizeRequest {
            function: 1,
            events: Vec::new(),
            memories: None,
            warm_runs: None,
            cold_runs: None,
            architectures: None,
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_before_anything_runs() {
        assert_eq!(asked(&request()), Ok(registry::of(ProviderId::Aws).sizes.to_vec()));
        let memories = |memories: &[u32]| {
            asked(&wire::RightsizeRequest { memories: Some(memories.to_vec()), ..request() })
        };
        assert_eq!(memories(&[512, 128, 512]), Ok(vec![128, 512]));
        assert_eq!(memories(&[]), Err("between 1 and 32 memory sizes can be measured at once".into()));
        assert_eq!(memories(&[64]), Err("memory goes from 128 to 10240 MB, not 64".into()));
        assert!(asked(&wire::RightsizeRequest { warm_runs: Some(0), ..request() }).is_err());
        let events = vec!["{".to_owned()];
        assert!(asked(&wire::RightsizeRequest { events, ..request() }).is_err(), "not JSON");
    }
}
