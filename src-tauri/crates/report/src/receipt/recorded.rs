//! The calls of a revision beside those of another one, as they were recorded. Nobody took turns for
//! them, so what else the machine did may differ: the halves of each have to agree all the same.

use coldframe_protocol::{self as wire, CheckedWhat, RecordedChange};
use coldframe_store::{InvocationFilter, NamedInvocation, Status};

use super::{Call, Duration, Taken, judge, price};
use crate::{
    Report, ReportError, search,
    wording::{mb, ms},
};

/// Of each revision: the newest.
const SAMPLES: u32 = 200;

impl Report {
    /// # Errors
    /// There is no such function; a time that is none; the record cannot be read.
    pub fn recorded_change(&self, query: &wire::RecordedQuery) -> Result<RecordedChange, ReportError> {
        let before = match &query.beside {
            Some(beside) => Some(beside.clone()),
            None => {
                let wire::RecordedQuery { function, revision, until, .. } = query.clone();
                self.revision_change(&wire::RevisionQuery { function, revision, until })?.before
            }
        };
        let is = self.warm_calls(query.function, &query.revision)?;
        let was = match &before {
            Some(before) => self.warm_calls(query.function, before)?,
            None => Vec::new(),
        };
        let of = |what, of: &dyn Fn(&NamedInvocation) -> Option<f64>| {
            let values = |calls: &[NamedInvocation]| calls.iter().filter_map(of).collect::<Vec<f64>>();
            judge(what, &values(&was), &values(&is), Taken::Apart)
        };
        let warm = of(CheckedWhat::Warm, &|call| Some(ms(call.row.phases.handler_us)));
        let cpu = of(CheckedWhat::CallCpu, &|call| Some(ms(call.row.cpu_user_us? + call.row.cpu_system_us?)));
        let memory = of(CheckedWhat::Memory, &|call| call.row.peak_memory_kb.map(mb));
        let price = self.price_of(&is, &was, warm.as_ref(), cpu.as_ref());
        Ok(RecordedChange { before, metrics: [warm, cpu, memory].into_iter().flatten().collect(), price })
    }

    fn price_of(
        &self,
        is: &[NamedInvocation],
        was: &[NamedInvocation],
        warm: Option<&wire::CheckedMetric>,
        cpu: Option<&wire::CheckedMetric>,
    ) -> Option<wire::CheckedPrice> {
        let (warm, cpu, newest) = (warm?, cpu?, is.first()?);
        let before = warm.before.zip(cpu.before).zip(was.first());
        let before = before.map(|((handler_ms, cpu_ms), call)| Call {
            memory_mb: call.row.memory_mb,
            handler_ms,
            cpu_ms,
        });
        let now = Call { memory_mb: newest.row.memory_mb, handler_ms: warm.now, cpu_ms: cpu.now };
        let duration = Duration { verdict: warm.verdict, band_ms: warm.band };
        price(self.book(), &newest.provider, &newest.row.architecture, (before, now), duration)
    }

    /// Newest first.
    fn warm_calls(&self, function: i64, revision: &str) -> Result<Vec<NamedInvocation>, ReportError> {
        let terms = search::parse(&format!("revision:{revision}"), 0).map_err(ReportError::Invalid)?.terms;
        let filter = InvocationFilter {
            function_id: Some(function),
            status: Some(Status::Ok),
            cold: Some(false),
            terms,
            ..InvocationFilter::default()
        };
        Ok(self.reader.invocations(&filter, None, SAMPLES)?)
    }
}
