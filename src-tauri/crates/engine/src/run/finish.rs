//! After the answer: wait until the process asks for more work, measure what it used, tell the log, give the
//! instance back.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use coldframe_providers::{
    clock,
    conversation::Idle,
    invocation::ReportedUsage,
    narrate::{Cause, Moment},
    registry,
};

use super::{Log, Run, SharedInstance, exit_cause};
use crate::instance::{Written, sampled};

enum After {
    Idle(Idle),
    Gone(Cause),
}

impl Run {
    /// The answer has left; `failed` names the error type when the function reported one.
    pub(super) async fn after_answer(
        self,
        instance: &SharedInstance,
        deadline: Instant,
        handler: Duration,
        failed: Option<&str>,
        log: Log,
    ) {
        instance.answered.store(true, Ordering::Release);
        // The answer is on its way first. The process is reading our reply to it meanwhile, and so this costs nobody.
        tokio::task::yield_now().await;
        instance.child.sample_ahead();
        let after = tokio::select! {
            biased;
            idle = instance.conversation.idle() => After::Idle(idle),
            exit = instance.child.exited() => After::Gone(exit_cause(exit)),
            // Answered but never came back for more: the environment is reset at the deadline, as Lambda does.
            () = tokio::time::sleep_until(deadline.into()) => {
                After::Gone(Cause::Timeout(instance.app.settings.timeout))
            }
        };
        match after {
            After::Idle(idle) => {
                let used = self.measure(instance, idle.usage);
                if let Some(loaded) = idle.loaded {
                    *instance.loaded.lock().expect("replaced whole") = Some(loaded);
                }
                instance.note_reached();
                let lines = self.lines(instance).await;
                instance.served.fetch_add(1, Ordering::Relaxed);
                if lines.last {
                    instance.child.watch_memory(false);
                }
                self.side.give_back(&self.lease);
                self.tell(instance, handler, failed, None, used, lines, log);
            }
            After::Gone(cause) => {
                let reason = if matches!(cause, Cause::Timeout(_)) { "timeout" } else { "crash" };
                let used = self.measure(instance, None);
                instance.end(reason);
                let lines = self.lines(instance).await;
                self.side.give_back(&self.lease);
                self.tell(instance, handler, failed, None, used, lines, log);
            }
        }
    }

    /// The process did not answer: it is gone, or goes now, unless the provider lets it be.
    pub(super) async fn cut(self, instance: &SharedInstance, handler: Duration, cause: &Cause, log: Log) {
        let mut used = self.measure(instance, None);
        if let Cause::OutOfMemory { used_mb, .. } = cause {
            // What it was killed with; it was gone before it could be measured again.
            used.peak_memory_kb = used.peak_memory_kb.max(u64::from(*used_mb) * 1024);
        }
        match cause {
            // It listens on; where a worker of it ended, it has others or replaces it.
            Cause::Unanswered { .. } => {}
            Cause::Timeout(_) if !registry::of(instance.app.provider).rules.overdue.ends(instance.calls) => {}
            Cause::Timeout(_) => instance.end("timeout"),
            Cause::OutOfMemory { .. } => instance.end("out_of_memory"),
            _ => instance.end("crash"),
        }
        let lines = self.lines(instance).await;
        if lines.last {
            instance.child.watch_memory(false);
        }
        self.side.give_back(&self.lease);
        self.tell(instance, handler, None, Some(cause), used, lines, log);
    }

    fn measure(&self, instance: &SharedInstance, reported: Option<ReportedUsage>) -> ReportedUsage {
        let used = instance.usage_since_last(reported, sampled(&instance.child));
        instance.child.reset_peak();
        used
    }

    /// Every line the invocation wrote.
    async fn lines(&self, instance: &SharedInstance) -> Written {
        instance.child.drain().await;
        instance.logs.end(self.call.id).await
    }

    #[expect(clippy::too_many_arguments, reason = "everything an invocation's last words say")]
    fn tell(
        &self,
        instance: &SharedInstance,
        handler: Duration,
        failed: Option<&str>,
        cause: Option<&Cause>,
        used: ReportedUsage,
        written: Written,
        log: Log,
    ) {
        let init = self.lease.cold.as_ref().map(|phases| phases.boot + phases.init);
        // A quiet, successful, warm call keeps no lines of the provider's: its row says all that they would.
        let known = (!written.overlapped).then_some(used);
        let quiet = written.lines.is_empty() && failed.is_none() && cause.is_none() && init.is_none();
        if quiet && log.is_closed() {
            return self.call.finish(&self.world, known);
        }
        let opening = instance.logs.opening(&self.call.request_id);
        let after = self.call.closing(instance, handler, init, failed, cause, used);
        if !quiet {
            let opening = if written.opened { Vec::new() } else { opening.clone() };
            for line in opening.into_iter().chain(after.iter().cloned()) {
                instance.logs.platform(Some(self.call.tag()), line);
            }
        }
        self.call.finish(&self.world, known);
        let mut all = if init.is_some() { written.init } else { Vec::new() };
        all.extend(opening);
        all.extend(written.lines);
        all.extend(after);
        let _ = log.send(all);
    }
}

impl super::Call {
    /// The provider's lines after the function's own.
    fn closing(
        &self,
        instance: &SharedInstance,
        handler: Duration,
        init: Option<Duration>,
        failed: Option<&str>,
        cause: Option<&Cause>,
        used: ReportedUsage,
    ) -> Vec<String> {
        let provider = registry::of(instance.app.provider);
        let request_id: &str = &self.request_id;
        let mut lines = Vec::new();
        if let Some(cause) = cause {
            let at_ms = clock::now_us() / 1000;
            lines.extend(provider.narrate(&Moment::Failed { request_id, cause, at_ms }));
        }
        lines.extend(provider.narrate(&Moment::Ended { request_id }));
        let reported = Moment::Reported {
            request_id,
            handler,
            init,
            memory_mb: instance.app.settings.memory_mb,
            max_memory_mb: u32::try_from(used.peak_memory_kb.div_ceil(1024)).unwrap_or(u32::MAX),
            failed,
            cause,
        };
        lines.extend(provider.narrate(&reported));
        lines
    }
}
