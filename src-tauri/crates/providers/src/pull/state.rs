//! The runtime's state machine, as Lambda's own: `Started → Ready → Running → Invocation(Error)Response → ResponseSent
//! → Ready`. Names and rules are those of the Runtime Interface Emulator (`core/states.go`), because error answers
//! carry the names.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, oneshot};

use super::{Identity, extensions::Extensions, flights::Flights};
use crate::{
    conversation::{Idle, InitFailure, Ready},
    imports::ReportedImports,
    invocation::{Handover, Reply, ReportedUsage},
    reached::Reached,
};

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) identity: Identity,
    /// Short sections only, never held across an await: connections and the driver meet here.
    inner: Mutex<Inner>,
    /// Wakes connections that wait for an event.
    pub(super) work: Notify,
    /// Wakes the one driver of this instance.
    pub(super) progress: Notify,
    /// Of a process that has several invocations at a time; the states are then those of its init alone.
    pub(super) flights: Option<Flights>,
}

#[derive(Debug)]
pub(super) struct Inner {
    state: State,
    /// The invocation in progress; the last one when there is none.
    pub(super) current: Option<Arc<Handover>>,
    answer: Option<oneshot::Sender<Reply>>,
    /// How many invocations were handed over: extensions are told of each once.
    pub(super) sequence: u64,
    init: Option<Duration>,
    init_failure: Option<InitFailure>,
    usage: Option<ReportedUsage>,
    loaded: Option<Vec<PathBuf>>,
    reached: Vec<Reached>,
    imports: Option<ReportedImports>,
    pub(super) extensions: Extensions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Started,
    InitError,
    Ready,
    Running,
    Response,
    ErrorResponse,
    ResponseSent,
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Started => "Started",
            Self::InitError => "InitError",
            Self::Ready => "Ready",
            Self::Running => "Running",
            Self::Response => "InvocationResponse",
            Self::ErrorResponse => "InvocationErrorResponse",
            Self::ResponseSent => "RuntimeResponseSentState",
        }
    }
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    InvalidRequestId,
    Transition { from: State, to: State },
}

impl Shared {
    /// `calls`: how many the process has at a time.
    pub(super) fn new(identity: Identity, calls: u32) -> Self {
        let inner = Inner {
            state: State::Started,
            current: None,
            answer: None,
            sequence: 0,
            init: None,
            init_failure: None,
            usage: None,
            loaded: None,
            reached: Vec::new(),
            imports: None,
            extensions: Extensions::default(),
        };
        Self {
            identity,
            inner: Mutex::new(inner),
            work: Notify::new(),
            progress: Notify::new(),
            flights: (calls > 1).then(Flights::default),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every section leaves the state whole, so a panic elsewhere does not spoil it.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // The driver's side.

    pub(super) fn is_ready(&self) -> bool {
        self.lock().state == State::Ready
    }

    pub(super) fn init_result(&self) -> Option<Result<Ready, InitFailure>> {
        let mut inner = self.lock();
        match inner.state {
            State::Started => None,
            State::InitError => inner.init_failure.clone().map(Err),
            _ => Some(Ok(Ready {
                init: inner.init,
                loaded: inner.loaded.take(),
                usage: inner.usage.take(),
                functions: None,
            })),
        }
    }

    pub(super) fn hand_over(&self, handover: Handover, answer: oneshot::Sender<Reply>) {
        {
            let mut inner = self.lock();
            let handover = Arc::new(handover);
            inner.current = Some(Arc::clone(&handover));
            inner.sequence += 1;
            match &self.flights {
                Some(flights) => flights.add(handover, answer),
                None => {
                    inner.state = State::Running;
                    inner.answer = Some(answer);
                }
            }
        }
        self.work.notify_waiters();
    }

    pub(super) fn take_idle(&self) -> Idle {
        let mut inner = self.lock();
        Idle { usage: inner.usage.take(), loaded: inner.loaded.take() }
    }

    pub(super) fn take_reached(&self) -> Vec<Reached> {
        std::mem::take(&mut self.lock().reached)
    }

    pub(super) fn take_imports(&self) -> Option<ReportedImports> {
        self.lock().imports.take()
    }

    // The process's side.

    /// The process asks for an event. Resolves with the next one; while one is in progress, with that one again, unless
    /// it has several at a time.
    pub(super) async fn next(
        &self,
        usage: Option<ReportedUsage>,
        init: Option<Duration>,
    ) -> Result<Arc<Handover>, Refusal> {
        {
            let mut inner = self.lock();
            match inner.state {
                State::Started | State::ResponseSent => {
                    if inner.state == State::Started {
                        inner.init = init;
                    }
                    inner.state = State::Ready;
                    inner.usage = usage.or(inner.usage);
                    self.progress.notify_one();
                }
                State::Ready | State::Running => {}
                from => return Err(Refusal::Transition { from, to: State::Ready }),
            }
        }
        loop {
            // Made before the look at the state: from here on no handover is missed.
            let work = self.work.notified();
            if let Some(flights) = &self.flights {
                if let Some(handover) = flights.take() {
                    return Ok(handover);
                }
            } else {
                let inner = self.lock();
                if inner.state == State::Running
                    && let Some(current) = &inner.current
                {
                    return Ok(Arc::clone(current));
                }
            }
            work.await;
        }
    }

    pub(super) fn init_failed(&self, failure: InitFailure) -> Result<(), Refusal> {
        let mut inner = self.lock();
        if inner.state != State::Started {
            return Err(Refusal::Transition { from: inner.state, to: State::InitError });
        }
        inner.state = State::InitError;
        inner.init_failure = Some(failure);
        self.progress.notify_one();
        Ok(())
    }

    /// An answer to the invocation begins to arrive; `to` is the state for its kind.
    pub(super) fn begin_answer(
        &self,
        request_id: &str,
        to: State,
        usage: Option<ReportedUsage>,
    ) -> Result<Option<oneshot::Sender<Reply>>, Refusal> {
        let mut inner = self.lock();
        if let Some(flights) = &self.flights {
            inner.usage = usage.or(inner.usage);
            return flights.begin_answer(request_id).map(Some);
        }
        if inner.current.as_ref().is_none_or(|current| current.request_id != request_id) {
            return Err(Refusal::InvalidRequestId);
        }
        match inner.state {
            State::Running => {
                inner.state = to;
                inner.usage = usage;
                Ok(inner.answer.take())
            }
            // The process has asked for more: that id is history.
            State::Ready => Err(Refusal::InvalidRequestId),
            from => Err(Refusal::Transition { from, to }),
        }
    }

    /// The answer has arrived whole, or will never.
    pub(super) fn end_answer(&self) {
        if self.flights.is_none() {
            self.lock().state = State::ResponseSent;
        }
    }

    pub(super) fn loaded(&self, files: Vec<PathBuf>) {
        self.lock().loaded = Some(files);
    }

    pub(super) fn reached(&self, reached: Vec<Reached>) {
        self.lock().reached = reached;
    }

    pub(super) fn imports(&self, imports: ReportedImports) {
        self.lock().imports = Some(imports);
    }

    pub(super) fn state(&self) -> State {
        self.lock().state
    }
}
