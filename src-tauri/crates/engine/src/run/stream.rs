//! A streamed answer on its way: chunks pass through so that the invocation is recorded before the last one leaves,
//! and so that the deadline and the process's end are seen in the middle of it.

use std::{pin::pin, time::Instant};

use coldframe_providers::{
    invocation::{Chunk, Failure, ResponseHead},
    narrate::Cause,
    registry,
};

use super::{Chunks, ENDING, Forward, Kept, Log, Run, SharedInstance, Told, exit_cause, failure_of};

enum Step {
    Chunk(Option<Chunk>),
    Cut(Cause),
}

impl Run {
    #[expect(clippy::too_many_arguments, reason = "the ends of one stream, named once")]
    pub(super) async fn stream(
        self,
        instance: &SharedInstance,
        begun: Instant,
        deadline: Instant,
        head: ResponseHead,
        mut chunks: Chunks,
        forward: Forward,
        log: Log,
    ) {
        let mut kept = Kept { cap: self.world.config.payload_cap, bytes: Vec::new(), total: 0 };
        // Set when the process has ended: what it had written still comes, for a moment.
        let mut ended: Option<Cause> = None;
        let mut timer = pin!(tokio::time::sleep_until(deadline.into()));
        loop {
            let step = tokio::select! {
                biased;
                chunk = chunks.recv() => Step::Chunk(chunk),
                exit = instance.child.exited(), if ended.is_none() => {
                    ended = Some(exit_cause(exit));
                    timer.as_mut().reset((Instant::now() + ENDING).into());
                    continue;
                }
                () = &mut timer => {
                    Step::Cut(ended.take().unwrap_or(Cause::Timeout(instance.app.settings.timeout)))
                }
            };
            match step {
                Step::Chunk(Some(Chunk::Data(data))) => {
                    kept.add(&data);
                    // A caller that left does not stop the function: Lambda runs it to its end.
                    let _ = forward.send(Chunk::Data(data)).await;
                }
                Step::Chunk(Some(Chunk::End)) => {
                    let handler = begun.elapsed();
                    self.record(handler, Told::streamed(&self.call, &head, kept.bytes, kept.total));
                    let _ = forward.send(Chunk::End).await;
                    let failed = head.failed.as_deref();
                    return self.after_answer(instance, deadline, handler, failed, log).await;
                }
                Step::Chunk(Some(Chunk::Failed { error_type, payload })) => {
                    let handler = begun.elapsed();
                    let mut told = Told::failure(&self.call, Failure::Error, &error_type, &payload);
                    told.response_bytes = kept.total;
                    self.record(handler, told);
                    let failed = Chunk::Failed { error_type: error_type.clone(), payload };
                    let _ = forward.send(failed).await;
                    return self.after_answer(instance, deadline, handler, Some(&error_type), log).await;
                }
                Step::Chunk(None) => {
                    let cause = match ended {
                        Some(cause) => cause,
                        None => exit_cause(instance.child.exited().await),
                    };
                    return self.break_off(instance, begun, kept, cause, forward, log).await;
                }
                Step::Cut(cause) => {
                    return self.break_off(instance, begun, kept, cause, forward, log).await;
                }
            }
        }
    }

    async fn break_off(
        self,
        instance: &SharedInstance,
        begun: Instant,
        kept: Kept,
        cause: Cause,
        forward: Forward,
        log: Log,
    ) {
        let body = registry::of(instance.app.provider).failure(&self.call.request_id, &cause);
        let kind = failure_of(&cause);
        let mut told = Told::failure(&self.call, kind, &body.error_type, &body.payload);
        told.response_bytes = kept.total;
        let handler = begun.elapsed();
        self.record(handler, told);
        let _ = forward.send(Chunk::Failed { error_type: body.error_type, payload: body.payload }).await;
        self.cut(instance, handler, &cause, log).await;
    }
}
