//! The read side's answers that need a word of the host's.

use coldframe_protocol as wire;

use super::Result;
use crate::{frame, host::Host};

impl Host {
    pub(super) async fn detail(&self, id: i64) -> Result<wire::InvocationDetail> {
        let mut detail = self.read(move |report, _| report.invocation(id)).await?;
        let told = detail.logs.iter().any(|line| line.stream == "platform");
        if !told && frame::quiet(&detail.invocation) {
            frame::add(&mut detail.logs, [&detail.invocation]);
        }
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
        let recording_problem = self.inner.recorder.problem();
        wire::HostStatus {
            instances: statuses.iter().map(|status| status.instances.len() + status.starting).sum::<usize>()
                as u32,
            in_flight: statuses.iter().map(|status| status.in_flight).sum::<usize>() as u32,
            cpu_percent,
            memory_mb,
            reloads: self.inner.reloads.load(std::sync::atomic::Ordering::Relaxed),
            record_mb: (size.database + size.logs) as f64 / 1_048_576.0,
            invocations,
            recording: recording_problem.is_none(),
            recording_problem,
            paused: self.inner.current.get().is_some_and(|engine| engine.is_paused()),
            load: self.inner.loads.running_id(),
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
