//! Under which contracts a function runs: its own first, then every other, each tried by the engine; and what of a
//! cloud its sources name. Dropping the call ends what runs.

use std::path::Path;

use coldframe_engine::{Elsewhere, Engine, Home, Refusal, TrialError, TrialFailure};
use coldframe_protocol::{self as wire, ErrorCode, PortedVerdict, RpcError};
use coldframe_providers::{
    domain::ProviderId,
    invocation::{FunctionRef, Invoke as _},
    portable,
    reached::Reached,
    registry,
};

use super::{Result, blocking, rightsize, unknown_function};
use crate::host::Host;

/// Of an answer that is shown.
const SHOWN: usize = 4000;
const MOST_TIES: usize = 200;
/// Of a reason, which may hold a whole page.
const REASON: usize = 600;

impl Host {
    pub(crate) async fn portability_of(
        &self,
        request: wire::PortabilityRequest,
    ) -> Result<wire::Portability> {
        let engine = self.engine()?;
        let function = engine.function_ref(request.function).ok_or_else(unknown_function)?;
        let (event, event_from) = self.event_to_try(&engine, &function, &request).await?;
        let found = engine.find(&function).ok_or_else(unknown_function)?;
        let heard = portable::heard(function.provider, &found.function, &event).map_err(|problem| {
            let error = RpcError::new(ErrorCode::Invalid, problem.message);
            match problem.hint {
                Some(hint) => error.hint(hint),
                None => error,
            }
        })?;
        let mut report = wire::Portability {
            function: request.function,
            name: function.name.clone(),
            provider: function.provider.as_str().to_owned(),
            title: function.provider.title().to_owned(),
            event,
            event_from: event_from.to_owned(),
            home: None,
            failure: None,
            elsewhere: Vec::new(),
            ties: self.ties_of(&engine, request.function).await?,
            connections: Vec::new(),
            rests_on: rests_on(),
        };
        self.tried(&engine, &request, &heard, &function, &mut report).await?;
        report.connections = connections(&engine, request.function);
        Ok(report)
    }

    /// Under its own contract, and all others.
    async fn tried(
        &self,
        engine: &Engine,
        request: &wire::PortabilityRequest,
        heard: &portable::Heard,
        function: &FunctionRef,
        report: &mut wire::Portability,
    ) -> Result<()> {
        let others = registry::ALL.iter().map(|one| one.id).filter(|id| *id != function.provider);
        if let Err(why) = engine.can_leave(request.function, heard).await.map_err(refused)? {
            report.elsewhere = others.map(|id| not_tried(id, &why)).collect();
            return Ok(());
        }
        let mut home = match engine.at_home(request.function, heard).await.map_err(refused)? {
            Ok(home) => home,
            Err(refusal) => {
                let why =
                    format!("it fails with this event under {}'s contract, too", function.provider.title());
                report.elsewhere = others.map(|id| not_tried(id, &why)).collect();
                report.failure = Some(failure(refusal));
                return Ok(());
            }
        };
        let mut is_sure = false;
        for id in others {
            let mut tried =
                engine.elsewhere(request.function, heard, &home.told, id).await.map_err(refused)?;
            if !is_sure && tried.differs_from(&home) {
                is_sure = true;
                home.told.varying = varying(engine, request.function, heard, &home).await?;
                if !home.told.varying.is_empty() {
                    tried =
                        engine.elsewhere(request.function, heard, &home.told, id).await.map_err(refused)?;
                }
            }
            if let Elsewhere::Refused { refusal, .. } = &mut tried {
                blame_variables(refusal, function.provider, &report.ties);
            }
            report.elsewhere.push(ported(id, tried, &home));
        }
        report.home = Some(run(&home));
        Ok(())
    }

    pub(crate) async fn ties_of(&self, engine: &Engine, function: i64) -> Result<Vec<wire::CloudTie>> {
        let (engine, root) = (engine.clone(), engine.root().to_owned());
        let found = engine.function_ref(function).and_then(|named| engine.find(&named));
        blocking(move || {
            let bound = |file: &Path| {
                let found = found.as_ref().map(|found| (found.app.provider, &found.function));
                found.map(|(id, function)| portable::bindings(id, function, file)).unwrap_or_default()
            };
            let mut ties = Vec::new();
            for file in engine.files(function) {
                let shown = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
                let named = bound(&file).into_iter().chain(portable::ties(&file));
                ties.extend(named.map(|tie| wire::CloudTie {
                    provider: tie.provider.as_str().to_owned(),
                    title: tie.provider.cloud().to_owned(),
                    name: tie.name,
                    service: tie.service,
                    kind: tie.kind.as_str().to_owned(),
                    file: shown.clone(),
                    line: tie.line,
                }));
                ties.truncate(MOST_TIES);
            }
            Ok(ties)
        })
        .await
    }
}

pub(crate) fn connections(engine: &Engine, function: i64) -> Vec<wire::SeenConnection> {
    let hosts = engine.reached(function).into_iter().filter_map(|one| match one {
        Reached::Host(host) => Some(host),
        Reached::Program(_) | Reached::File(_) => None,
    });
    let seen = hosts.map(|host| {
        let service = portable::service(&host);
        wire::SeenConnection {
            host,
            provider: service.map(|(id, _)| id.as_str().to_owned()),
            title: service.map(|(id, _)| id.cloud().to_owned()),
            service: service.and_then(|(_, service)| service).map(str::to_owned),
        }
    });
    seen.collect()
}

fn refused(error: TrialError) -> RpcError {
    match error {
        TrialError::NoFunction => unknown_function(),
        TrialError::Problem(problem) => RpcError::new(ErrorCode::Failed, problem.to_string()),
    }
}

fn rests_on() -> Vec<String> {
    [
        "each contract is tried by really running the function under it, on an instance of its own on this machine, with \
         one event: other events may use what that one does not",
        "an adapter is the least that stands between two contracts; it translates calls and answers, not what a cloud's \
         services do",
        "packages and variables are read from the files that are deployed with the function, not from what it has installed",
        "hosts are those that its processes were seen connecting to since the project was opened, in Python and Node; what \
         is written in C may connect unseen",
    ]
    .map(str::to_owned)
    .into()
}

fn not_tried(id: ProviderId, why: &str) -> wire::Ported {
    wire::Ported {
        provider: id.as_str().to_owned(),
        title: id.title().to_owned(),
        verdict: PortedVerdict::NotTried,
        reason: Some(why.to_owned()),
        adapter: None,
        run: None,
        same_answer: None,
        differs: Vec::new(),
        log: Vec::new(),
    }
}

fn ported(id: ProviderId, tried: Elsewhere, own: &Home) -> wire::Ported {
    let adapter = |adapter: portable::Adapter| wire::PortAdapter {
        file: adapter.file,
        source: adapter.source,
        note: adapter.note,
    };
    let blank = not_tried(id, "");
    match tried {
        Elsewhere::NotTried { why, adapter: untried } => {
            wire::Ported { adapter: untried.map(adapter), ..not_tried(id, &why) }
        }
        Elsewhere::Ran { adapter: through, as_it_is, remarks, home } => {
            let differs = own.told.differs_in(&home.told);
            let as_it_is = as_it_is.map(|refusal| format!("as it is: {}", short(&refusal.message)));
            let varying = &own.told.varying;
            let untold = format!(
                "not compared, as it is another with every call under its own contract, too: {}",
                varying.join(", ")
            );
            let untold = (!varying.is_empty()).then_some(untold);
            let reasons: Vec<String> = untold.into_iter().chain(remarks).chain(as_it_is).collect();
            wire::Ported {
                verdict: if through.is_some() { PortedVerdict::Adapter } else { PortedVerdict::AsItIs },
                reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
                adapter: through.map(adapter),
                same_answer: (!differs.is_empty() || varying.is_empty()).then_some(differs.is_empty()),
                differs,
                run: Some(run(&home)),
                ..blank
            }
        }
        Elsewhere::Refused { adapter: through, refusal } => wire::Ported {
            verdict: PortedVerdict::Refused,
            reason: Some(short(&refusal.message)),
            adapter: through.map(adapter),
            log: refusal.lines,
            ..blank
        },
    }
}

fn run(home: &Home) -> wire::PortedRun {
    let ms = |duration: std::time::Duration| duration.as_micros() as f64 / 1000.0;
    wire::PortedRun {
        status: home.told.status.as_u16(),
        answer: String::from_utf8_lossy(&home.told.body).chars().take(SHOWN).collect(),
        init_ms: ms(home.init),
        handler_ms: ms(home.handler),
    }
}

/// In what a second call under its own contract is answered with something else.
async fn varying(
    engine: &Engine,
    function: i64,
    heard: &portable::Heard,
    home: &Home,
) -> Result<Vec<String>> {
    let again = engine.at_home(function, heard).await.map_err(refused)?;
    Ok(again.map(|again| home.told.differs_in(&again.told)).unwrap_or_default())
}

/// What answers another status without a word may miss what only its own provider sets.
fn blame_variables(refusal: &mut Refusal, own: ProviderId, ties: &[wire::CloudTie]) {
    let mut named: Vec<&str> = ties
        .iter()
        .filter(|tie| tie.kind == "variable" && tie.provider == own.as_str())
        .map(|tie| tie.name.as_str())
        .collect();
    named.sort_unstable();
    named.dedup();
    if refusal.answers && !named.is_empty() {
        let only = format!("only {} sets {}, which its sources name", own.title(), named.join(", "));
        refusal.message = format!("{only}; {}", refusal.message);
    }
}

fn failure(refusal: Refusal) -> wire::PortedFailure {
    let Refusal { kind, message, lines, .. } = refusal;
    let wire::SizeFailure { status, message } = rightsize::failure(TrialFailure { kind, message });
    wire::PortedFailure { status, message, log: lines }
}

fn short(text: &str) -> String {
    text.chars().take(REASON).collect()
}
