//! A real process running our bootstrap, started from a provider's own launch command.

use std::{fs, path::PathBuf, time::Duration};

use bytes::Bytes;
use coldframe_providers::{
    bootstraps,
    conversation::{Conversation, Idle, InitFailure, Ready},
    domain::{App, Architecture, Function, Language, ProviderId, Settings, Takes, UrlSettings},
    invocation::{Body, CallContext, Event, Handover, HttpRequest, Reply},
    languages::{self, BuildRequest},
    launch::{Account, LaunchContext},
    registry,
};
use coldframe_supervisor::{Child, Config, Exit, OutputLines, Supervisor};
use tokio::time::timeout;

use crate::raw::hello;

/// Debug builds of tool chains and a busy machine: long, but never waited for in full.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Project {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) app: App,
    pub(crate) measure_imports: bool,
    /// How many its process has at a time.
    pub(crate) calls: u32,
    supervisor: Supervisor,
}

pub(crate) struct Instance {
    pub(crate) conversation: Conversation,
    pub(crate) child: Child,
    pub(crate) output: OutputLines,
    pub(crate) project: PathBuf,
}

pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("in time")
}

impl Project {
    pub(crate) fn new(
        provider: ProviderId,
        language: Language,
        handler: &str,
        files: &[(&str, &str)],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("project");
        for (name, text) in files {
            let file = root.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let runtime = match language {
            Language::Python => "python3.11",
            Language::Node | Language::TypeScript => "nodejs20.x",
            Language::Java => "java17",
            Language::Ruby => "ruby3.1",
            Language::Rust | Language::Go | Language::Custom | Language::Process => "provided.al2023",
        };
        let app = App {
            provider,
            name: "hello".into(),
            language,
            runtime: runtime.into(),
            root,
            handler: handler.into(),
            architecture: Architecture::X86_64,
            region: None,
            settings: Settings {
                timeout: Duration::from_secs(3),
                memory_mb: 512,
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
            env: [("GREETING".to_owned(), "hi".to_owned())].into(),
            functions: vec![Function {
                name: "hello".into(),
                description: String::new(),
                routes: Vec::new(),
                routes_cors: None,
                url: UrlSettings::default(),
                takes: Takes::Event,
                entry: None,
                bindings: Vec::new(),
            }],
            manifests: Vec::new(),
            layers: Vec::new(),
            interpreter: None,
            why: Vec::new(),
            assumed: Vec::new(),
            problems: Vec::new(),
        };
        let supervisor =
            Supervisor::start(Config { keeper: None, run_dir: folder.path().join("run") }).unwrap();
        Self { folder, app, measure_imports: false, calls: 1, supervisor }
    }

    pub(crate) async fn build(&self) -> Result<languages::Built, coldframe_providers::domain::Problem> {
        let out = self.folder.path().join("build");
        let keep = out.with_file_name("fetched");
        let request = BuildRequest { app: &self.app, project: &self.app.root, out, keep, tell: &() };
        soon(languages::build(&self.supervisor, request)).await
    }

    pub(crate) async fn start(&self) -> Instance {
        let built = self.build().await.unwrap_or_else(|problem| panic!("{problem}"));
        let written = bootstraps::write(&self.folder.path().join("bootstraps")).unwrap();
        let scratch = self.folder.path().join("scratch");
        fs::create_dir_all(&scratch).unwrap();
        let account = Account::default();
        let conversation = Conversation::open(&self.app, &account, self.calls).await.unwrap();
        let context = LaunchContext {
            app: &self.app,
            project: &self.app.root,
            code: &built.code,
            artifact: built.artifact.as_deref(),
            scratch: &scratch,
            bootstraps: &written,
            revision: "abc",
            stream: "0123456789abcdef0123456789abcdef",
            address: conversation.address(),
            port: conversation.port(),
            account: &account,
            door: None,
            calls: self.calls,
            measure_imports: self.measure_imports,
            now_ms: 1_767_225_600_000,
        };
        let command =
            registry::of(self.app.provider).launch(&context).unwrap_or_else(|problem| panic!("{problem}"));
        let mut child = self.supervisor.spawn(command).await.unwrap();
        let output = child.take_output().unwrap();
        Instance { conversation, child, output, project: self.app.root.clone() }
    }

    pub(crate) async fn ready(&self) -> (Instance, Ready) {
        let mut instance = self.start().await;
        match instance.begin().await {
            Ok(ready) => (instance, ready),
            Err(failure) => panic!("init failed: {failure:?}"),
        }
    }

    pub(crate) async fn init_failure(&self) -> (InitFailure, Exit, Vec<String>) {
        let mut instance = self.start().await;
        let failure = instance.begin().await.expect_err("init fails");
        let exit = soon(instance.child.exited()).await;
        (failure, exit, instance.lines().await)
    }
}

impl Instance {
    pub(crate) async fn begin(&mut self) -> Result<Ready, InitFailure> {
        let child = self.child.clone();
        tokio::select! {
            ready = soon(self.conversation.ready(|port| child.owns_port(port))) => ready,
            exit = self.child.exited() => panic!("ended before it was ready: {exit}; {:?}", self.lines().await),
        }
    }

    pub(crate) async fn call(&self, event: &str) -> Reply {
        let reply = self.hand_over("id-1", CallContext::default(), event);
        tokio::select! {
            reply = soon(reply) => reply,
            exit = self.child.exited() => panic!("ended instead of answering: {exit}"),
        }
    }

    pub(crate) async fn hand_over(&self, request_id: &str, context: CallContext, event: &str) -> Reply {
        let now_ms = coldframe_providers::clock::now_us() / 1000;
        let handover = Handover {
            request_id: request_id.into(),
            event: Event::Bytes(Bytes::copy_from_slice(event.as_bytes())),
            deadline_ms: now_ms + 3000,
            context,
            function: hello(),
        };
        self.conversation.exchange(handover).await
    }

    pub(crate) async fn request(&self, request: HttpRequest) -> Reply {
        let handover = Handover {
            request_id: "id-1".into(),
            event: Event::Http(request),
            deadline_ms: 0,
            context: CallContext::default(),
            function: hello(),
        };
        soon(self.conversation.exchange(handover)).await
    }

    pub(crate) async fn idle(&self) -> Idle {
        soon(self.conversation.idle()).await
    }

    /// What it has printed so far.
    pub(crate) async fn lines(&mut self) -> Vec<String> {
        self.child.drain().await;
        let mut lines = Vec::new();
        while let Some(line) = self.output.try_recv() {
            lines.push(line.text);
        }
        lines
    }
}

pub(crate) fn text(reply: Reply) -> String {
    match reply {
        Reply::Response { body: Body::Full(body), .. } => String::from_utf8(body.to_vec()).unwrap(),
        other => panic!("not a whole response: {other:?}"),
    }
}

pub(crate) fn failed(reply: Reply) -> (String, serde_json::Value) {
    match reply {
        Reply::Error { error_type, payload } => (error_type, serde_json::from_slice(&payload).unwrap()),
        other => panic!("not an error: {other:?}"),
    }
}
