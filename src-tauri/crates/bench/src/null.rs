//! The emulator that does nothing but carry events: what the Invoke API and the Runtime API cost by themselves, with
//! the real runtime client in between. No record, no limits, no logs, no deadlines. The function is given the headers
//! and the answers that Lambda gives it, so that it has the same work to do.
//!
//! An event goes straight from the connection it arrived on to the connection that waits for work, the latest idle
//! first, and its answer straight back.

use std::{
    collections::{HashMap, VecDeque},
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, StatusCode, body::Incoming, header::HeaderValue};
use tokio::{net::TcpListener, process::Command, sync::oneshot};
use uuid::Uuid;

use crate::server::{self, Answer};

const FAR_DEADLINE_MS: &str = "9999999999999";
const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:echo";

#[derive(Default)]
struct Null {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Connections that wait in `/next`; the latest last.
    idle: Vec<oneshot::Sender<Job>>,
    waiting: VecDeque<Job>,
    running: HashMap<String, oneshot::Sender<Bytes>>,
}

struct Job {
    event: Bytes,
    answer: oneshot::Sender<Bytes>,
}

pub(crate) async fn serve(function: &Path, instances: usize) -> Result<()> {
    let null = Arc::new(Null::default());
    let runtime_api = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = runtime_api.local_addr()?;
    let processes = (0..instances)
        .map(|_| {
            Command::new(function)
                .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
                .env("AWS_LAMBDA_FUNCTION_NAME", "echo")
                .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
                .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
                .env("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/echo")
                .env("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
                .stdin(Stdio::null())
                .kill_on_drop(true)
                .spawn()
                .with_context(|| format!("cannot start {}", function.display()))
        })
        .collect::<Result<Vec<_>>>()?;
    let pulled = Arc::clone(&null);
    tokio::spawn(server::run(runtime_api, move |request| Arc::clone(&pulled).runtime_api(request)));
    let listener = server::announced().await?;
    tokio::select! {
        () = server::run(listener, move |request| Arc::clone(&null).invoke_api(request)) => {}
        () = server::orphaned() => {}
    }
    drop(processes);
    Ok(())
}

impl Null {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn invoke_api(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let Some(event) = body(request).await else { return status(StatusCode::BAD_REQUEST) };
        let (answer, answered) = oneshot::channel();
        self.give(Job { event, answer });
        let Ok(payload) = answered.await else { return status(StatusCode::BAD_GATEWAY) };
        let mut response = Response::new(Full::new(payload));
        let headers = response.headers_mut();
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        headers.insert("x-amz-executed-version", HeaderValue::from_static("$LATEST"));
        response
    }

    fn give(&self, mut job: Job) {
        let mut state = self.lock();
        while let Some(idle) = state.idle.pop() {
            // A process that hung up leaves a closed place behind.
            match idle.send(job) {
                Ok(()) => return,
                Err(back) => job = back,
            }
        }
        state.waiting.push_back(job);
    }

    async fn runtime_api(self: Arc<Self>, request: Request<Incoming>) -> Answer {
        let path = request.uri().path().to_owned();
        let Some(rest) = path.strip_prefix("/2018-06-01/runtime/invocation/") else {
            return status(StatusCode::NOT_FOUND);
        };
        match rest.split_once('/') {
            None => match self.next().await {
                Some(job) => self.hand_over(job),
                None => status(StatusCode::BAD_GATEWAY),
            },
            Some((id, _)) => {
                let answer = self.lock().running.remove(id);
                let (Some(payload), Some(answer)) = (body(request).await, answer) else {
                    return status(StatusCode::BAD_REQUEST);
                };
                let _ = answer.send(payload);
                accepted()
            }
        }
    }

    async fn next(&self) -> Option<Job> {
        let work = {
            let mut state = self.lock();
            if let Some(job) = state.waiting.pop_front() {
                return Some(job);
            }
            let (idle, work) = oneshot::channel();
            state.idle.push(idle);
            work
        };
        work.await.ok()
    }

    fn hand_over(&self, job: Job) -> Answer {
        let id = Uuid::new_v4().hyphenated().to_string();
        let mut response = Response::new(Full::new(job.event));
        let headers = response.headers_mut();
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        headers.insert("lambda-runtime-deadline-ms", HeaderValue::from_static(FAR_DEADLINE_MS));
        headers.insert("lambda-runtime-invoked-function-arn", HeaderValue::from_static(ARN));
        for (name, text) in
            [("lambda-runtime-trace-id", trace_id(&id)), ("lambda-runtime-aws-request-id", id.clone())]
        {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        }
        self.lock().running.insert(id, job.answer);
        response
    }
}

async fn body(request: Request<Incoming>) -> Option<Bytes> {
    Some(request.into_body().collect().await.ok()?.to_bytes())
}

/// Lambda always gives one, and the runtime client works on it.
fn trace_id(id: &str) -> String {
    let digits = id.replace('-', "");
    format!("Root=1-00000000-{};Parent={};Sampled=0", &digits[..24], &digits[16..])
}

fn accepted() -> Answer {
    let mut response = Response::new(Full::new(Bytes::from_static(b"{\"status\":\"OK\"}\n")));
    *response.status_mut() = StatusCode::ACCEPTED;
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    response
}

fn status(status: StatusCode) -> Answer {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
