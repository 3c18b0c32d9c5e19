//! When a process that says nothing of itself counts as ready.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use coldframe_providers::{
    domain::{App, Language, ProviderId},
    provider::Pushing,
    push::Push,
};
use tokio::net::TcpListener;

use crate::{
    instance::Project,
    raw::{Raw, soon},
};

static REQUESTS: Pushing = Pushing::of_requests(|_| None);

fn app() -> App {
    Project::new(ProviderId::Knative, Language::Process, "", &[]).app.clone()
}

#[tokio::test]
async fn somebody_elses_socket_is_not_readiness() {
    let push = Push::open(&REQUESTS, &app()).await.unwrap();
    let _listener = TcpListener::bind(("127.0.0.1", push.port())).await.unwrap();
    let asked = AtomicUsize::new(0);
    // The first two looks find a stranger's socket.
    let ready = push.ready(|port| {
        assert_eq!(port, push.port());
        asked.fetch_add(1, Ordering::Relaxed) == 2
    });
    soon(ready).await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_bootstrap_that_speaks_is_ready_when_it_says_so() {
    let push = Push::open(&REQUESTS, &app()).await.unwrap();
    let _listener = TcpListener::bind(("127.0.0.1", push.port())).await.unwrap();
    let mut process = Raw::connect(push.address()).await;
    assert_eq!(process.post("/coldframe/hello", "", "").await.status, 202);
    let said = AtomicBool::new(false);
    let ready = push.ready(|_| said.load(Ordering::Relaxed));
    let (ready, ()) = tokio::join!(soon(ready), async {
        said.store(true, Ordering::Relaxed);
        process.post("/coldframe/ready", "coldframe-init-us: 1200\r\n", "").await;
    });
    assert_eq!(ready.unwrap().init, Some(std::time::Duration::from_micros(1200)));
}
