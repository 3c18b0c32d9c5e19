//! The invocations of a process that has several at a time. As on Lambda's managed instances, it has as many requests for
//! work open as it takes, each is given another event, and each answer names the one that it is for; the process is ready
//! as soon as the first of the requests is there.
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-execution-environment.html>

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::state::Refusal;
use crate::invocation::{Handover, Reply};

type Answer = oneshot::Sender<Reply>;

#[derive(Debug, Default)]
pub(super) struct Flights(
    /// Short sections only, within the one of the state.
    Mutex<Inner>,
);

#[derive(Debug, Default)]
struct Inner {
    /// For the next requests for work.
    waiting: VecDeque<(Arc<Handover>, Answer)>,
    /// What the process has, by request id.
    taken: HashMap<String, Answer>,
}

impl Flights {
    pub(super) fn add(&self, handover: Arc<Handover>, answer: Answer) {
        self.lock().waiting.push_back((handover, answer));
    }

    /// The next that somebody still waits for: one whose deadline passed before its turn came is not begun.
    pub(super) fn take(&self) -> Option<Arc<Handover>> {
        let mut inner = self.lock();
        while let Some((handover, answer)) = inner.waiting.pop_front() {
            if !answer.is_closed() {
                inner.taken.insert(handover.request_id.clone(), answer);
                return Some(handover);
            }
        }
        None
    }

    /// Each is answered once. An answer that comes after the deadline is taken like any other, and goes nowhere.
    pub(super) fn begin_answer(&self, request_id: &str) -> Result<Answer, Refusal> {
        self.lock().taken.remove(request_id).ok_or(Refusal::InvalidRequestId)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every section leaves it whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
