//! The load: callers in a closed loop, each on a connection of its own that is open before the clock starts.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinSet};

use crate::cpu::{Cpu, Watched};

/// Calls before the clock starts: connections, caches and the instance are warm then.
const WARM_UP: usize = 30;

/// Where and what to call.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) path: String,
}

/// One connection.
pub(crate) struct Caller {
    target: Target,
    host: String,
    sender: SendRequest<Full<Bytes>>,
}

/// What a turn of calls came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    pub(crate) p50_us: f64,
    pub(crate) p95_us: f64,
    pub(crate) p99_us: f64,
    pub(crate) calls_per_s: f64,
    /// What one call cost, where that was watched.
    pub(crate) cpu: Option<Cpu>,
}

impl Caller {
    pub(crate) async fn connect(target: &Target) -> Result<Self> {
        let stream = TcpStream::connect(target.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Ends with the sender, or with an error that the next call reports.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self { target: target.clone(), host: target.address.to_string(), sender })
    }

    /// One call; an answer that is no success is an error.
    pub(crate) async fn call(&mut self, event: &Bytes) -> Result<Bytes> {
        let request = Request::post(self.target.path.as_str())
            .header("host", self.host.as_str())
            .header("content-type", "application/json")
            .body(Full::new(event.clone()))?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await.context("no answer")?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        let failed = head.headers.contains_key("x-amz-function-error");
        ensure!(
            head.status.is_success() && !failed,
            "{} answered {}: {}",
            self.target.path,
            head.status,
            String::from_utf8_lossy(&body)
        );
        Ok(body)
    }
}

/// Calls back to back on `callers` connections for `length`.
pub(crate) async fn turn(
    target: &Target,
    callers: usize,
    length: Duration,
    event: &Bytes,
    watched: Option<Watched>,
) -> Result<Turn> {
    let mut connected = Vec::new();
    for _ in 0..callers {
        connected.push(Caller::connect(target).await?);
    }
    let mut warming = JoinSet::new();
    for mut caller in connected {
        let event = event.clone();
        warming.spawn(async move {
            for _ in 0..WARM_UP {
                caller.call(&event).await?;
            }
            anyhow::Ok(caller)
        });
    }
    let mut running = JoinSet::new();
    let warm = warming.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
    let before = watched.and_then(Watched::look);
    let begun = Instant::now();
    for mut caller in warm {
        let event = event.clone();
        running.spawn(async move {
            let mut took = Vec::with_capacity(16 * 1024);
            let mut last = Instant::now();
            while took.is_empty() || last.duration_since(begun) < length {
                caller.call(&event).await?;
                let now = Instant::now();
                took.push(now.duration_since(last));
                last = now;
            }
            anyhow::Ok(took)
        });
    }
    let all = running.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
    let elapsed = begun.elapsed();
    let after = watched.and_then(Watched::look);
    let mut took: Vec<Duration> = all.into_iter().flatten().collect();
    ensure!(!took.is_empty(), "{}: no call in {length:?}", target.path);
    took.sort_unstable();
    let at = |share: f64| {
        let index = ((took.len() - 1) as f64 * share) as usize;
        took[index].as_secs_f64() * 1e6
    };
    let calls_per_s = took.len() as f64 / elapsed.as_secs_f64();
    let cpu = before.zip(after).map(|(before, after)| after.since(before).of_each(took.len()));
    Ok(Turn { p50_us: at(0.5), p95_us: at(0.95), p99_us: at(0.99), calls_per_s, cpu })
}
