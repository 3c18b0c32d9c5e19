//! A provider's door that listens, for its tests: callers are real, what runs behind it is a fake.

use std::{net::SocketAddr, sync::Arc};

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::ProviderId,
    door::DoorConfig,
    fake_invoke::Fake,
    invocation::{Event, HttpRequest},
    raw_http::{Answered, ask},
    registry,
};

pub(crate) struct RunningDoor {
    pub(crate) address: SocketAddr,
    pub(crate) fake: Arc<Fake>,
    shutdown: CancellationToken,
}

impl Drop for RunningDoor {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl RunningDoor {
    pub(crate) async fn start(id: ProviderId, fake: Fake) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (fake, shutdown) = (Arc::new(fake), CancellationToken::new());
        tokio::spawn(registry::serve(id, listener, fake.clone(), DoorConfig::default(), shutdown.clone()));
        Self { address, fake, shutdown }
    }

    pub(crate) async fn ask(&self, head: &str, body: impl AsRef<[u8]>) -> Answered {
        ask(self.address, head, body.as_ref()).await
    }

    /// What the first call was sent.
    pub(crate) fn request(&self) -> HttpRequest {
        match &self.fake.seen()[0].event {
            Event::Http(request) => request.clone(),
            Event::Bytes(_) => panic!("the function takes requests"),
        }
    }
}
