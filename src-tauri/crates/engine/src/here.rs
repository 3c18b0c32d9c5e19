//! Work that begins in the task of whoever waits for it. A call then reaches its function, and its answer the caller,
//! without a change of task. Should the caller leave, or have what it came for, the rest goes on in a task of its own:
//! nobody who leaves stops a function or keeps it from being recorded.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::runtime::Handle;

/// A future that is not dropped before its end, but moved.
pub(crate) struct Here<F: Future<Output = ()> + Send + 'static>(Option<Pin<Box<F>>>);

impl<F: Future<Output = ()> + Send + 'static> Here<F> {
    pub(crate) fn new(work: F) -> Self {
        Self(Some(Box::pin(work)))
    }
}

impl<F: Future<Output = ()> + Send + 'static> Future for Here<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(work) = &mut self.0 else { return Poll::Ready(()) };
        let polled = work.as_mut().poll(context);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl<F: Future<Output = ()> + Send + 'static> Drop for Here<F> {
    fn drop(&mut self) {
        // A future that panicked cannot go on; without a runtime nothing can.
        if let Some(rest) = self.0.take()
            && !std::thread::panicking()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn work_goes_on_when_nobody_waits_for_it() {
        let (go, gone) = oneshot::channel::<()>();
        let (done, finished) = oneshot::channel();
        let mut here = Here::new(async move {
            let _ = gone.await;
            let _ = done.send("done");
        });
        tokio::select! {
            biased;
            () = &mut here => panic!("it waits to be told to go on"),
            () = std::future::ready(()) => {}
        }
        drop(here);
        go.send(()).expect("the work still waits");
        assert_eq!(finished.await, Ok("done"), "the rest ran though its caller had left");
    }

    #[tokio::test]
    async fn work_that_has_ended_is_not_begun_again() {
        let mut here = Here::new(async {});
        (&mut here).await;
        (&mut here).await;
    }
}
