//! A function goes on running when its caller leaves, as in the cloud, and its record must be written either way. hyper
//! drops a request's future when the connection breaks; what is wrapped here moves to a task of its own instead.
//! Calls whose caller stays (nearly all) never pay for a task.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{runtime::Handle, sync::mpsc};
use tokio_util::task::TaskTracker;

use crate::invocation::{Answer, Body, Chunk, Outcome};

/// How long a closing door waits for invocations whose callers have left.
const DRAIN: Duration = Duration::from_secs(1);

/// Where abandoned invocations finish.
#[derive(Debug, Clone)]
pub(crate) struct Afterlife {
    tasks: TaskTracker,
    runtime: Handle,
}

impl Afterlife {
    /// Must be called within a runtime.
    pub(crate) fn new() -> Self {
        Self { tasks: TaskTracker::new(), runtime: Handle::current() }
    }

    /// Waits a bounded time for what is still running. Nothing may be handed over after this.
    pub(crate) async fn end(&self) {
        self.tasks.close();
        if tokio::time::timeout(DRAIN, self.tasks.wait()).await.is_err() {
            tracing::info!(
                running = self.tasks.len(),
                "invocations whose callers had left were still running"
            );
        }
    }

    fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn_on(future, &self.runtime);
    }

    /// `future`, which goes on in the background if this one is dropped before its end.
    pub(crate) fn outlive<F>(&self, future: F) -> Outlive<F>
    where
        F: Future + Send + 'static,
        F::Output: Abandon,
    {
        Outlive { future: Some(Box::pin(future)), afterlife: self.clone() }
    }

    /// The chunks of a streamed answer, which are read to their end whether or not somebody still wants them.
    pub(crate) fn chunks(&self, receiver: mpsc::Receiver<Chunk>) -> Chunks {
        Chunks { receiver: Some(receiver), afterlife: self.clone() }
    }
}

pub(crate) struct Outlive<F>
where
    F: Future + Send + 'static,
    F::Output: Abandon,
{
    /// Until it is ready.
    future: Option<Pin<Box<F>>>,
    afterlife: Afterlife,
}

impl<F> Future for Outlive<F>
where
    F: Future + Send + 'static,
    F::Output: Abandon,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Some(future) = self.future.as_mut() else { return Poll::Pending };
        let output = std::task::ready!(future.as_mut().poll(context));
        self.future = None;
        Poll::Ready(output)
    }
}

impl<F> Drop for Outlive<F>
where
    F: Future + Send + 'static,
    F::Output: Abandon,
{
    fn drop(&mut self) {
        if let Some(future) = self.future.take() {
            self.afterlife.spawn(async move { future.await.abandon().await });
        }
    }
}

/// What remains to be done with a result nobody waits for.
pub(crate) trait Abandon: Send {
    fn abandon(self) -> impl Future<Output = ()> + Send;
}

impl Abandon for Outcome {
    async fn abandon(self) {
        if let Answer::Response { body: Body::Stream(mut chunks), .. } = self.answer {
            drain(&mut chunks).await;
        }
    }
}

impl Abandon for Result<(), Answer> {
    async fn abandon(self) {}
}

pub(crate) struct Chunks {
    /// Until the last chunk.
    receiver: Option<mpsc::Receiver<Chunk>>,
    afterlife: Afterlife,
}

impl Chunks {
    /// The next chunk; `None` if the process died without saying how its answer ends. Not to be called after that,
    /// nor after `End` or `Failed`.
    pub(crate) async fn next(&mut self) -> Option<Chunk> {
        let chunk = self.receiver.as_mut()?.recv().await;
        if !matches!(chunk, Some(Chunk::Data(_))) {
            self.receiver = None;
        }
        chunk
    }
}

impl Drop for Chunks {
    fn drop(&mut self) {
        if let Some(mut receiver) = self.receiver.take() {
            self.afterlife.spawn(async move { drain(&mut receiver).await });
        }
    }
}

async fn drain(chunks: &mut mpsc::Receiver<Chunk>) {
    while let Some(Chunk::Data(_)) = chunks.recv().await {}
}
