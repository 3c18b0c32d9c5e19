//! What a function's imports take: its init measured several times by the engine, told by the run in the middle, and
//! kept in the record.

use std::time::Duration;

use coldframe_engine::{MeasuredInit, TrialError};
use coldframe_protocol::{self as wire, ErrorCode, RpcError};
use coldframe_providers::{clock, domain::Language};
use coldframe_report::moment;
use coldframe_store::{Entry, ImportsEntry};

use super::{Result, import_tree::modules, rightsize::failure, unknown_function};
use crate::host::Host;

const RUNS: u32 = 3;
const MOST_RUNS: u32 = 25;

impl Host {
    pub(crate) async fn measure_imports_of(
        &self,
        request: wire::MeasureImports,
    ) -> Result<wire::ImportReport> {
        let runs = request.runs.unwrap_or(RUNS);
        if !(1..=MOST_RUNS).contains(&runs) {
            return Err(RpcError::new(
                ErrorCode::Invalid,
                format!("between 1 and {MOST_RUNS} inits can be measured"),
            ));
        }
        let engine = self.engine()?;
        let function = engine.function_ref(request.function).ok_or_else(unknown_function)?;
        let refused = |error: TrialError| match error {
            TrialError::NoFunction => unknown_function(),
            TrialError::Problem(_) => RpcError::new(ErrorCode::Failed, error.to_string()),
        };
        engine.measures_imports(request.function).map_err(|error| {
            let error = refused(error);
            RpcError {
                code: if error.code == ErrorCode::Failed { ErrorCode::Invalid } else { error.code },
                ..error
            }
        })?;
        let mut measured: Vec<MeasuredInit> = Vec::new();
        for _ in 0..runs {
            let one = engine.measure_imports(request.function).await.map_err(refused)?;
            if measured.last().is_some_and(|last| last.revision_id != one.revision_id) {
                // Saved meanwhile: what came before was other code.
                measured.clear();
            }
            measured.push(one);
            if measured.last().is_some_and(|one| one.failure.is_some()) {
                break;
            }
        }
        let language = engine.function_status(request.function).map(|status| status.app.language);
        let report = report(&request, function.name, language, measured);
        let Some((revision_id, report)) = report else { return Err(unknown_function()) };
        let entry = ImportsEntry {
            function_id: request.function,
            revision_id,
            measured_at: clock::now_us(),
            report: serde_json::to_string(&report)
                .map_err(|error| RpcError::new(ErrorCode::Failed, error.to_string()))?,
        };
        self.inner.recorder.note(Entry::Imports(Box::new(entry)));
        Ok(report)
    }
}

/// Of the run in the middle, or of the one that failed.
fn report(
    request: &wire::MeasureImports,
    name: String,
    language: Option<Language>,
    measured: Vec<MeasuredInit>,
) -> Option<(i64, wire::ImportReport)> {
    // By the process's own clock, which is that of the modules; by ours where it told of none.
    let init = |run: &MeasuredInit| {
        run.imports.as_ref().map_or(run.init, |imports| Duration::from_nanos(imports.init_ns))
    };
    let init_ms = |run: &MeasuredInit| init(run).as_nanos() as f64 / 1e6;
    let runs_ms = measured.iter().map(init_ms).collect();
    let mut sorted = measured;
    sorted.sort_by_key(|run| (run.failure.is_none(), init(run)));
    let told = if sorted.first().is_some_and(|run| run.failure.is_some()) {
        0
    } else {
        (sorted.len().max(1) - 1) / 2
    };
    let run = sorted.into_iter().nth(told)?;
    let imports = run.imports.as_ref();
    let whole = init_ms(&run);
    let modules = imports.map(|imports| modules(&imports.modules)).unwrap_or_default();
    let own: f64 = modules.iter().map(|module| module.self_ms).sum();
    let report = wire::ImportReport {
        function: request.function,
        name,
        language: language.map(Language::as_str).unwrap_or_default().to_owned(),
        revision: run.revision.clone(),
        measured_at: moment(clock::now_us()),
        runs_ms,
        init_ms: whole,
        outside_ms: (whole - own).max(0.0),
        modules,
        left_out: imports.map_or(0, |imports| imports.left_out),
        rests_on: rests_on(language, imports.is_some()),
        failure: run.failure.map(|failed| {
            let wire::SizeFailure { status, message } = failure(failed);
            wire::ImportFailure { status, message }
        }),
    };
    Some((run.revision_id, report))
}

fn rests_on(language: Option<Language>, told: bool) -> Vec<String> {
    let mut said = vec![
        "each run is an init of the code that serves, on an instance of its own on this machine; the run in the middle is \
         told"
            .to_owned(),
    ];
    if !told {
        said.push("the process ended before it could tell of its imports".to_owned());
        return said;
    }
    let how = match language {
        Some(Language::Python) => {
            "a module is timed where Python finds and loads it, which takes about a microsecond more; modules that were \
             loaded before the function's own take nothing"
        }
        _ => {
            "require is timed around Node's own loader; of an ES module its body is, and finding, reading and linking all \
             of them is told as a whole, which the measuring itself makes longer"
        }
    };
    said.push(how.to_owned());
    said.push("a module that several import counts for the one that did so first".to_owned());
    said
}
