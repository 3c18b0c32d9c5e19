//! An `Invoke` for the doors' tests: every function does what the test says, and what was asked of it is noted.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::{
    domain::{App, Architecture, Function, Language, ProviderId, Route, Settings, Takes, UrlSettings},
    invocation::{
        Answer, Body, Event, Failure, Found, FunctionRef, Invocation, Invoke, Outcome, ResponseHead,
    },
};

type Behaviour = Box<dyn Fn(&Invocation) -> Answer + Send + Sync>;

/// What the doors asked for, in order.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) request_id: String,
    pub(crate) trigger: &'static str,
    pub(crate) event: Event,
    pub(crate) context: crate::invocation::CallContext,
}

#[derive(Default)]
pub(crate) struct Fake {
    functions: Vec<Found>,
    behaviours: HashMap<String, Behaviour>,
    seen: Mutex<Vec<Seen>>,
    /// Resolves to let invocations answer, when a test holds them back.
    held: tokio::sync::Mutex<Option<oneshot::Receiver<()>>>,
    started: tokio::sync::Notify,
}

impl Fake {
    #[must_use]
    pub(crate) fn with(
        mut self,
        found: Found,
        behaviour: impl Fn(&Invocation) -> Answer + Send + Sync + 'static,
    ) -> Self {
        self.behaviours.insert(found.function.name.clone(), Box::new(behaviour));
        self.functions.push(found);
        self
    }

    /// Holds the next invocation until the sender is used.
    pub(crate) fn hold(&mut self) -> oneshot::Sender<()> {
        let (release, held) = oneshot::channel();
        self.held = tokio::sync::Mutex::new(Some(held));
        release
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) async fn started(&self) {
        self.started.notified().await;
    }

    fn note(&self, invocation: &Invocation) {
        self.seen.lock().unwrap().push(Seen {
            request_id: invocation.request_id.clone(),
            trigger: invocation.trigger.as_str(),
            event: invocation.event.clone(),
            context: invocation.context.clone(),
        });
    }

    fn answer(&self, invocation: &Invocation) -> Answer {
        match self.behaviours.get(&invocation.function.name) {
            Some(behaviour) => behaviour(invocation),
            None => Answer::NotFound,
        }
    }
}

impl Invoke for Fake {
    async fn invoke(&self, invocation: Invocation) -> Outcome {
        self.note(&invocation);
        self.started.notify_one();
        if let Some(held) = self.held.lock().await.take() {
            let _ = held.await;
        }
        let answer = self.answer(&invocation);
        let request_id = invocation.request_id.clone();
        let (log, lines) = oneshot::channel();
        let _ = log.send(vec![
            format!("START RequestId: {request_id} Version: $LATEST"),
            format!("END RequestId: {request_id}"),
            format!("REPORT RequestId: {request_id}\tDuration: 1.00 ms"),
        ]);
        Outcome { request_id, invocation_id: Some(1), answer, served: None, log: Some(lines) }
    }

    async fn accept(&self, invocation: Invocation) -> Result<(), Answer> {
        self.note(&invocation);
        match self.answer(&invocation) {
            Answer::Response { .. } | Answer::FunctionError { .. } => Ok(()),
            refusal => Err(refusal),
        }
    }

    fn find(&self, function: &FunctionRef) -> Option<Found> {
        self.functions.iter().find(|found| found.function.name == function.name).cloned()
    }

    fn list(&self, _provider: ProviderId) -> Vec<Found> {
        self.functions.clone()
    }
}

/// A function with routes like `GET /pets/{id}`.
pub(crate) fn found(name: &str, routes: &[&str]) -> Found {
    function_of(ProviderId::Aws, name, routes, UrlSettings::default())
}

pub(crate) fn function_of(provider: ProviderId, name: &str, routes: &[&str], url: UrlSettings) -> Found {
    let routes = routes
        .iter()
        .filter_map(|route| route.split_once(' '))
        .map(|(method, path)| Route::new(method, path));
    let function = Function {
        name: name.into(),
        description: String::new(),
        routes: routes.collect(),
        routes_cors: None,
        url,
        takes: Takes::Event,
        entry: None,
        bindings: Vec::new(),
    };
    let app = App {
        provider,
        name: name.into(),
        language: Language::Python,
        runtime: "python3.12".into(),
        root: PathBuf::from("/project"),
        handler: "app.handler".into(),
        architecture: Architecture::X86_64,
        region: None,
        settings: Settings {
            timeout: Duration::from_secs(3),
            memory_mb: 128,
            ephemeral_mb: 512,
            concurrency: None,
            idle: Duration::from_secs(300),
            kept_warm: 0,
            always_cold: false,
            emulate_cpu_share: false,
            ask_for_keys: false,
            follow_schedules: false,
            instance_concurrency: 1,
            start_limit: Duration::from_secs(10),
        },
        env: BTreeMap::from([("STAGE".to_owned(), "test".to_owned())]),
        functions: vec![function.clone()],
        manifests: Vec::new(),
        layers: Vec::new(),
        interpreter: None,
        why: Vec::new(),
        assumed: Vec::new(),
        problems: Vec::new(),
    };
    Found {
        app: Arc::new(app),
        function: Arc::new(function),
        revision: "r1".into(),
        modified_ms: 1_767_225_600_123,
    }
}

pub(crate) fn response(body: impl Into<Bytes>) -> Answer {
    response_with(http::HeaderMap::new(), Body::Full(body.into()))
}

pub(crate) fn response_with(headers: http::HeaderMap, body: Body) -> Answer {
    let streamed = matches!(body, Body::Stream(_));
    let head =
        ResponseHead { status: http::StatusCode::OK, headers, streamed, failed: None, log: Vec::new() };
    Answer::Response { head, body }
}

/// Answers with the event it was given.
pub(crate) fn echo(invocation: &Invocation) -> Answer {
    match &invocation.event {
        Event::Bytes(bytes) => response(bytes.clone()),
        Event::Http(request) => response(request.body.clone()),
    }
}

pub(crate) fn failure(kind: Failure, error_type: &str, payload: &'static str) -> Answer {
    Answer::FunctionError {
        kind,
        error_type: error_type.into(),
        payload: Bytes::from_static(payload.as_bytes()),
    }
}

/// A streamed answer of these chunks.
pub(crate) fn stream(content_type: &'static str, chunks: Vec<crate::invocation::Chunk>) -> Answer {
    let (sender, receiver) = tokio::sync::mpsc::channel(chunks.len().max(1));
    for chunk in chunks {
        sender.try_send(chunk).unwrap();
    }
    let content_type = http::HeaderValue::from_static(content_type);
    let headers = http::HeaderMap::from_iter([(http::header::CONTENT_TYPE, content_type)]);
    response_with(headers, Body::Stream(receiver))
}
