//! The read side's answers that need a word of the host's.

use std::time::Duration;

use coldframe_protocol as wire;
use coldframe_providers::{domain::ProviderId, narrate::Moment, registry};

use super::Result;
use crate::host::Host;

/// A quiet, successful call keeps none of the provider's lines, because its row says all that they would. Whoever
/// looks at it sees them all the same.
fn frame(detail: &mut wire::InvocationDetail) {
    let call = &detail.invocation;
    let told = detail.logs.iter().any(|line| line.stream == "platform");
    if told || call.status != "ok" || call.provider != ProviderId::Aws.as_str() {
        return;
    }
    let request_id = call.request_id.as_str();
    let of = |moment: &Moment<'_>| registry::narrate(ProviderId::Aws, moment);
    let mut after = of(&Moment::Ended { request_id });
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "megabytes of one process")]
    let max_memory_mb = call.peak_memory_mb.unwrap_or_default().ceil() as u32;
    after.extend(of(&Moment::Reported {
        request_id,
        handler: Duration::try_from_secs_f64(call.handler_ms / 1000.0).unwrap_or_default(),
        init: call
            .cold
            .then(|| Duration::try_from_secs_f64((call.boot_ms + call.init_ms) / 1000.0).unwrap_or_default()),
        memory_mb: call.memory_mb,
        max_memory_mb,
        failed: None,
    }));
    let before = of(&Moment::Started { request_id, version: "$LATEST" });
    let line = |id: i64, text: String| wire::LogLine {
        id,
        at: call.started_at.clone(),
        function_id: call.function_id,
        function: call.function.clone(),
        instance: call.instance.clone().unwrap_or_default(),
        invocation_id: Some(call.id),
        request_id: Some(call.request_id.clone()),
        stream: "platform".into(),
        text,
    };
    let before: Vec<_> = before.into_iter().zip(1..).map(|(text, n)| line(-n, text)).collect();
    let after: Vec<_> = after.into_iter().zip(10..).map(|(text, n)| line(-n, text)).collect();
    detail.logs.splice(0..0, before);
    detail.logs.extend(after);
}

impl Host {
    pub(super) async fn detail(&self, id: i64) -> Result<wire::InvocationDetail> {
        let mut detail = self.read(move |report, _| report.invocation(id)).await?;
        frame(&mut detail);
        Ok(detail)
    }

    pub(crate) async fn host_status(&self) -> wire::HostStatus {
        let statuses = match self.inner.current.get() {
            Some(engine) => engine.status(),
            None => Vec::new(),
        };
        let reader = self.inner.reader.clone();
        let counted = tokio::task::spawn_blocking(move || (reader.size(), reader.invocation_count())).await;
        let (size, invocations) = match counted {
            Ok((size, count)) => (size, count.unwrap_or_default()),
            Err(_) => Default::default(),
        };
        let (cpu_percent, memory_mb) = self.own_use();
        wire::HostStatus {
            instances: statuses.iter().map(|status| status.instances.len() + status.starting).sum::<usize>()
                as u32,
            in_flight: statuses.iter().map(|status| status.in_flight).sum::<usize>() as u32,
            cpu_percent,
            memory_mb,
            reloads: self.inner.reloads.load(std::sync::atomic::Ordering::Relaxed),
            record_mb: (size.database + size.logs) as f64 / 1_048_576.0,
            invocations,
            recording: self.inner.recorder.problem().is_none(),
        }
    }

    /// CPU (percent of one core since the last call) and memory of this process alone.
    #[expect(clippy::cast_precision_loss, reason = "bytes of one process fit an f64")]
    fn own_use(&self) -> (f64, f64) {
        let pid = sysinfo::Pid::from_u32(std::process::id());
        let mut machine = self.inner.machine.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(system) = machine.as_mut() else { return (0.0, 0.0) };
        system.refresh_processes_specifics(
            sysinfo::ProcessesToUpdate::Some(&[pid]),
            false,
            sysinfo::ProcessRefreshKind::nothing().with_cpu().with_memory(),
        );
        system.process(pid).map_or((0.0, 0.0), |process| {
            (f64::from(process.cpu_usage()), process.memory() as f64 / 1_048_576.0)
        })
    }
}
