//! The door as its callers see it, byte by byte. What runs behind it is a fake; the provider's own clients are tried
//! against the whole host elsewhere.

mod clients;
mod describe;
mod function_url;
mod gateway;
mod invoke_api;
mod response_stream;

use std::{net::SocketAddr, sync::Arc};

use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{DoorConfig, serve};
use crate::{
    fake_invoke::Fake,
    raw_http::{Answered, ask},
};

struct Running {
    address: SocketAddr,
    fake: Arc<Fake>,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

async fn start(fake: Fake) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (fake, shutdown) = (Arc::new(fake), CancellationToken::new());
    let task = tokio::spawn(serve(listener, fake.clone(), DoorConfig::default(), shutdown.clone()));
    Running { address, fake, shutdown, task }
}

impl Running {
    async fn ask(&self, head: &str, body: impl AsRef<[u8]>) -> Answered {
        ask(self.address, head, body.as_ref()).await
    }

    /// `POST` of an invocation with more headers, each on its line.
    async fn invoke(&self, name: &str, headers: &str, body: impl AsRef<[u8]>) -> Answered {
        self.ask(&format!("POST /2015-03-31/functions/{name}/invocations HTTP/1.1\n{headers}"), body).await
    }

    async fn get(&self, target: &str) -> Answered {
        self.ask(&format!("GET {target} HTTP/1.1\n"), "").await
    }

    /// The event of the only call so far.
    fn event(&self) -> serde_json::Value {
        let seen = self.fake.seen();
        assert_eq!(seen.len(), 1, "one call reached the function");
        match &seen[0].event {
            crate::invocation::Event::Bytes(bytes) => serde_json::from_slice(bytes).unwrap(),
            crate::invocation::Event::Http(_) => panic!("Lambda pulls bytes"),
        }
    }
}
