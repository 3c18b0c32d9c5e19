//! One invocation from the moment its app has a place for it until the process asks for more work:
//! hand over, race the answer against the deadline and the process's end, record, answer, measure, give back.

mod finish;
mod payload;
mod record;
mod stream;
mod told;

use std::{
    pin::{Pin, pin},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use bytes::Bytes;
use coldframe_providers::{
    clock,
    domain::Function,
    invocation::{Answer, Body, Chunk, Failure, Handover, Invocation, Outcome, Reply},
    narrate::Cause,
    registry,
};
use coldframe_supervisor::Exit;
use tokio::sync::{mpsc, oneshot};

pub(crate) use self::{record::Call, told::Told};
use crate::{
    app::{Lease, Taken},
    crowd::Waiting,
    instance::Instance,
    side::Side,
    world::SharedWorld,
};

/// Shorter calls are not worth a row of their own before they end.
const NOTED_RUNNING: Duration = Duration::from_millis(50);

/// What the Runtime API makes of a response whose connection broke.
const TRUNCATED: &str = "Runtime.TruncatedResponse";
/// How long the end of such a process may take to be noticed, and the end of its stream to arrive.
const ENDING: Duration = Duration::from_millis(250);
/// The same for an answer that fits one write: every crash waits this long, so it is short.
const LAST_WORDS: Duration = Duration::from_millis(20);

fn is_truncated(reply: &Reply) -> bool {
    matches!(reply, Reply::Error { error_type, .. } if error_type == TRUNCATED)
}

/// Runs one invocation to its end. `answer` resolves as soon as the caller may have it; the rest follows here. It is
/// dropped unused when the call is given up while it is `waiting`.
#[expect(clippy::too_many_arguments, reason = "everything a call comes with")]
pub(crate) async fn invocation(
    world: SharedWorld,
    side: Side,
    function: Arc<Function>,
    invocation: Invocation,
    waiting: Option<Waiting>,
    id: i64,
    attempt: u32,
    answer: oneshot::Sender<Outcome>,
) {
    let call = Call::new(&world, &side, &function, &invocation, id, attempt);
    let Some(taken) = taken(&world, &side, &call, invocation.cold, waiting).await else {
        return call.record_unstarted(&world, Told::given_up(&call));
    };
    match taken {
        Taken::Lease(lease) => {
            Run { world, side, call, lease: *lease }.drive(function, invocation, answer).await;
        }
        Taken::Throttled(throttle) => {
            call.record_unstarted(&world, Told::throttled(&call, throttle));
            let _ = answer.send(call.outcome(Answer::Throttled(throttle)));
        }
        Taken::TurnedAway(message) => {
            call.record_unstarted(&world, Told::turned_away());
            let _ = answer.send(call.outcome(Answer::Refused { message }));
        }
        Taken::Failed { failure, build, queue } => {
            let ended = call.failed_start(&world, side.spec().provider, failure, build, queue);
            let _ = answer.send(ended);
        }
    }
}

/// Waits for an instance; a call that waits a while is noted, so that it is found interrupted should the host die.
/// `None`: it was given up meanwhile.
async fn taken(
    world: &SharedWorld,
    side: &Side,
    call: &Call,
    cold: bool,
    waiting: Option<Waiting>,
) -> Option<Taken> {
    let mut take = pin!(side.take(cold, waiting.as_ref().map(Waiting::unwanted)));
    tokio::select! {
        biased;
        taken = &mut take => taken,
        () = tokio::time::sleep(NOTED_RUNNING) => {
            call.note_running(world);
            take.await
        }
    }
}

/// An invocation that has an instance.
pub(crate) struct Run {
    world: SharedWorld,
    side: Side,
    call: Call,
    lease: Lease,
}

/// How the exchange with the process ended.
enum Ended {
    Replied(Reply),
    /// No answer of its own: the deadline, a crash, an out-of-memory kill.
    Cut(Cause),
}

impl Run {
    /// Races the answer against the process's end and the deadline. A call that takes a while is noted as running
    /// meanwhile, so that it is found interrupted should the host die.
    async fn ended(
        &self,
        mut exchange: Pin<&mut impl Future<Output = Reply>>,
        mut exited: Pin<&mut impl Future<Output = Exit>>,
        begun: Instant,
        timeout: Duration,
    ) -> Ended {
        let deadline = begun + timeout;
        let mut timer = pin!(tokio::time::sleep_until((begun + NOTED_RUNNING).min(deadline).into()));
        loop {
            tokio::select! {
                biased;
                reply = &mut exchange => {
                    // A response that breaks off is the first sign of a process that is ending.
                    if is_truncated(&reply)
                        && let Ok(exit) = tokio::time::timeout(ENDING, &mut exited).await
                    {
                        return Ended::Cut(exit_cause(exit));
                    }
                    return Ended::Replied(reply);
                }
                exit = &mut exited => {
                    // What it wrote last may still be on its way through the loopback.
                    return match tokio::time::timeout(LAST_WORDS, exchange).await {
                        Ok(reply) if !is_truncated(&reply) => Ended::Replied(reply),
                        _ => Ended::Cut(exit_cause(exit)),
                    };
                }
                () = &mut timer => {
                    if begun.elapsed() >= timeout {
                        return Ended::Cut(Cause::Timeout(timeout));
                    }
                    self.call.note_running(&self.world);
                    self.call.note_serving(&self.world, &self.lease.instance);
                    timer.as_mut().reset(deadline.into());
                }
            }
        }
    }

    async fn drive(self, function: Arc<Function>, invocation: Invocation, answer: oneshot::Sender<Outcome>) {
        let instance = Arc::clone(&self.lease.instance);
        let timeout = instance.app.settings.timeout;
        let begun = Instant::now();
        let deadline = begun + timeout;
        let limit_ms = i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX);
        instance.logs.begin(self.call.tag());
        instance.answered.store(false, Ordering::Release);
        instance.child.watch_memory(true);
        let handover = Handover {
            request_id: self.call.request_id.to_string(),
            event: invocation.event,
            deadline_ms: (clock::now_us() / 1000).saturating_add(limit_ms),
            context: invocation.context,
            function,
        };
        let ended = {
            let exchange = pin!(instance.conversation.exchange(handover));
            let exited = pin!(instance.child.exited());
            self.ended(exchange, exited, begun, timeout).await
        };
        if let Ended::Replied(Reply::Response { head, .. }) = &ended {
            for line in &head.log {
                instance.logs.platform(Some(self.call.tag()), line.clone());
            }
        }
        let handler = begun.elapsed();
        let (log, lines) = oneshot::channel();

        match ended {
            Ended::Replied(Reply::Response { head, body: Body::Full(bytes) }) => {
                let failed = head.failed.clone();
                self.record(handler, Told::answered(&self.call, &head, &bytes));
                let body = Body::Full(bytes);
                let _ = answer.send(self.outcome(Answer::Response { head, body }, lines, handler));
                self.after_answer(&instance, deadline, handler, failed.as_deref(), log).await;
            }
            Ended::Replied(Reply::Response { head, body: Body::Stream(chunks) }) => {
                let (forward, body) = mpsc::channel(8);
                let told_head = head.clone();
                let response = Answer::Response { head, body: Body::Stream(body) };
                let _ = answer.send(self.outcome(response, lines, handler));
                self.stream(&instance, begun, deadline, told_head, chunks, forward, log).await;
            }
            Ended::Replied(Reply::Error { error_type, payload }) => {
                let told = Told::failure(&self.call, Failure::Error, &error_type, &payload);
                self.record(handler, told);
                let failed =
                    Answer::FunctionError { kind: Failure::Error, error_type: error_type.clone(), payload };
                let _ = answer.send(self.outcome(failed, lines, handler));
                self.after_answer(&instance, deadline, handler, Some(&error_type), log).await;
            }
            Ended::Replied(Reply::Unanswered { begun }) => {
                let cause = Cause::Unanswered { begun };
                let failed = self.without_answer(handler, &cause);
                let _ = answer.send(self.outcome(failed, lines, handler));
                self.cut(&instance, handler, &cause, log).await;
            }
            Ended::Cut(cause) => {
                let failed = self.without_answer(handler, &cause);
                let _ = answer.send(self.outcome(failed, lines, handler));
                self.cut(&instance, handler, &cause, log).await;
            }
        }
    }

    /// Records that there was no answer of the function's own, and gives the provider's.
    fn without_answer(&self, handler: Duration, cause: &Cause) -> Answer {
        let body = registry::of(self.lease.instance.app.provider).failure(&self.call.request_id, cause);
        let kind = failure_of(cause);
        self.record(handler, Told::failure(&self.call, kind, &body.error_type, &body.payload));
        Answer::FunctionError { kind, error_type: body.error_type, payload: body.payload }
    }
}

/// What a caller sees of an end that was not the function's own.
fn failure_of(cause: &Cause) -> Failure {
    match cause {
        Cause::Timeout(_) | Cause::InitTimeout(_) | Cause::NeverListened { .. } => Failure::Timeout,
        Cause::OutOfMemory { .. } => Failure::OutOfMemory,
        Cause::ResponseTooLarge => Failure::Error,
        Cause::Unanswered { begun: true } => Failure::Error,
        Cause::Exited(_) | Cause::Signalled(_) | Cause::Unanswered { begun: false } | Cause::Spawn(_) => {
            Failure::Crash
        }
    }
}

pub(crate) fn exit_cause(exit: Exit) -> Cause {
    match exit {
        Exit::Code(code) => Cause::Exited(code),
        Exit::Signal(signal) => Cause::Signalled(signal),
        Exit::OutOfMemory { limit_mb, used_mb } => Cause::OutOfMemory { limit_mb, used_mb },
    }
}

/// What is kept of a stream's bytes while they pass.
struct Kept {
    cap: usize,
    bytes: Vec<u8>,
    total: u64,
}

impl Kept {
    fn add(&mut self, data: &Bytes) {
        self.total += data.len() as u64;
        let room = self.cap.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(&data[..room.min(data.len())]);
    }
}

type Chunks = mpsc::Receiver<Chunk>;
type Forward = mpsc::Sender<Chunk>;
type Log = oneshot::Sender<Vec<String>>;

pub(crate) fn elapsed_us(duration: Duration) -> i64 {
    crate::instance::micros(duration)
}

pub(crate) type SharedInstance = Arc<Instance>;
