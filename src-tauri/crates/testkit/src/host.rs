//! The real binary, serving a project.

use std::{
    ffi::OsString,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::PATIENCE;

#[derive(Debug)]
pub struct HostBuilder {
    binary: PathBuf,
    args: Vec<String>,
    data_dir: Option<PathBuf>,
    folder: PathBuf,
    env: Vec<(String, OsString)>,
}

/// A running `coldframe serve`. Dropping it ends it.
#[derive(Debug)]
pub struct Host {
    child: Child,
    /// `http://127.0.0.1:PORT` of each surface.
    pub aws: String,
    pub vercel: String,
    pub gcp: String,
    pub ibm: String,
    pub knative: String,
    pub azure: String,
    pub ui: String,
    token: String,
    data_dir: PathBuf,
    own: Option<TempDir>,
    pub http: reqwest::Client,
    stderr: Arc<Mutex<String>>,
}

/// An HTTP answer, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// # Panics
    /// When the body is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.text()))
    }
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
    pub fn function_error(&self) -> Option<&str> {
        self.header("x-amz-function-error")
    }
}

impl HostBuilder {
    pub fn new(binary: impl Into<PathBuf>, project: &Path) -> Self {
        let args =
            ["serve", &project.display().to_string(), "--port", "0", "--ui"].map(String::from).to_vec();
        Self { binary: binary.into(), args, data_dir: None, folder: PathBuf::from("."), env: Vec::new() }
    }

    /// A variable of its environment, beside those of the tests'.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Leaves the project's folder out, and starts it in this one.
    #[must_use]
    pub fn only_in(mut self, folder: &Path) -> Self {
        self.args.remove(1);
        folder.clone_into(&mut self.folder);
        self
    }

    #[must_use]
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Uses a directory that outlives the host.
    #[must_use]
    pub fn data_dir(mut self, path: &Path) -> Self {
        self.data_dir = Some(path.to_owned());
        self
    }

    /// Starts it and waits until it has said where it listens.
    ///
    /// # Panics
    /// When it ends or stays silent instead.
    pub fn start(self) -> Host {
        let own = self.data_dir.is_none().then(|| {
            tempfile::Builder::new().prefix("coldframe-data-").tempdir().expect("a temporary folder")
        });
        let data_dir = match (&self.data_dir, &own) {
            (Some(path), _) => path.clone(),
            (None, Some(own)) => own.path().to_owned(),
            (None, None) => unreachable!("one of the two was made above"),
        };
        let mut child = Command::new(&self.binary)
            .args(&self.args)
            .arg("--data-dir")
            .arg(&data_dir)
            .current_dir(&self.folder)
            .envs(self.env)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the coldframe binary");
        let stderr = Arc::new(Mutex::new(String::new()));
        collect(child.stderr.take().expect("piped"), Arc::clone(&stderr));
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut said = || match lines.next() {
            Some(Ok(line)) => line,
            _ => {
                std::thread::sleep(Duration::from_millis(100));
                panic!("the host ended before it was ready: {}", stderr.lock().expect("not poisoned"))
            }
        };
        let after = |line: String, what: &str| {
            line.strip_prefix(what).unwrap_or_else(|| panic!("expected {what:?}, got {line:?}")).to_owned()
        };
        let aws = after(said(), "listening on ");
        let vercel = after(said(), "vercel on ");
        let gcp = after(said(), "gcp on ");
        let ibm = after(said(), "ibm on ");
        let knative = after(said(), "knative on ");
        let azure = after(said(), "azure on ");
        let ui = after(said(), "ui on ");
        let (ui, token) = ui.split_once("/#token=").expect("the interface's address carries its token");
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
        Host {
            child,
            aws,
            vercel,
            gcp,
            ibm,
            knative,
            azure,
            ui: ui.to_owned(),
            token: token.to_owned(),
            data_dir,
            own,
            http,
            stderr,
        }
    }
}

impl Host {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    /// What it printed on standard error so far.
    ///
    /// # Panics
    /// When the reading thread panicked.
    pub fn stderr(&self) -> String {
        self.stderr.lock().expect("not poisoned").clone()
    }

    /// A synchronous call through the Invoke API.
    ///
    /// # Panics
    /// When the host does not answer.
    pub async fn invoke(&self, function: &str, event: &Value) -> Answer {
        self.try_invoke(function, event).await.expect("an answer of the Invoke API")
    }

    /// A call with its log, as `LogType: Tail` brings it.
    pub async fn invoke_tailed(&self, function: &str, event: &Value) -> Answer {
        let url = format!("{}/2015-03-31/functions/{function}/invocations", self.aws);
        let request = self.http.post(url).header("x-amz-log-type", "Tail").body(event.to_string());
        answer(request).await.expect("an answer of the Invoke API")
    }

    /// # Errors
    /// The host does not answer.
    pub async fn try_invoke(&self, function: &str, event: &Value) -> reqwest::Result<Answer> {
        let url = format!("{}/2015-03-31/functions/{function}/invocations", self.aws);
        answer(self.http.post(url).body(event.to_string())).await
    }

    /// # Panics
    /// When the host does not answer.
    pub async fn get(&self, url: &str) -> Answer {
        answer(self.http.get(url)).await.expect("an answer")
    }

    /// One command of the protocol.
    ///
    /// # Panics
    /// When the host does not answer with success.
    pub async fn rpc(&self, name: &str, request: Value) -> Value {
        let answer = self.try_rpc(name, request).await;
        assert_eq!(answer.status, 200, "rpc {name}: {}", answer.text());
        answer.json()
    }

    /// # Panics
    /// When the host does not answer at all.
    pub async fn try_rpc(&self, name: &str, request: Value) -> Answer {
        let call = self.http.post(format!("{}/rpc/{name}", self.ui)).bearer_auth(&self.token).json(&request);
        answer(call).await.expect("an answer of the people's side")
    }

    /// Every function of the project, as the interface sees them.
    pub async fn functions(&self) -> Vec<Value> {
        self.rpc("functions", serde_json::json!({})).await.as_array().cloned().unwrap_or_default()
    }

    /// The function of that name, as the protocol shows it.
    ///
    /// # Panics
    /// When there is none.
    pub async fn function(&self, name: &str) -> Value {
        let functions = self.rpc("functions", serde_json::json!({})).await;
        let all = functions.as_array().expect("a list");
        all.iter()
            .find(|function| function["name"] == name)
            .unwrap_or_else(|| panic!("no {name} in {functions}"))
            .clone()
    }

    /// Every row of the record, newest first.
    pub async fn invocations(&self) -> Vec<Value> {
        let mut rows: Vec<Value> = Vec::new();
        loop {
            let before = rows.last().map(|row| row["id"].clone());
            let query = serde_json::json!({"function": null, "minutes": null, "status": null, "before": before, "limit": 1000});
            let page = self.rpc("invocations", query).await;
            let page = page.as_array().expect("a list of invocations");
            if page.is_empty() {
                return rows;
            }
            rows.extend(page.iter().cloned());
        }
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Panics
    /// When it does not end.
    pub fn terminate(mut self) -> std::process::ExitStatus {
        crate::kill(self.child.id(), false);
        self.child.wait().expect("our own child")
    }

    /// Waits until it has ended without being asked to.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn ended(&mut self) -> std::process::ExitStatus {
        let child = &mut self.child;
        let begun = std::time::Instant::now();
        loop {
            if let Some(status) = child.try_wait().expect("our own child") {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "it goes on running");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// `kill -9`; the data directory stays if it was given.
    ///
    /// # Panics
    /// When it does not end.
    pub fn kill_hard(mut self) {
        crate::kill(self.child.id(), true);
        self.child.wait().expect("our own child");
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            crate::kill(self.child.id(), false);
            let _ = self.child.wait();
        }
        // Its keeper may outlive it by a moment, with a file of its own in there.
        let Some(own) = &self.own else { return };
        let begun = std::time::Instant::now();
        while std::fs::remove_dir_all(own.path()).is_err()
            && own.path().exists()
            && begun.elapsed() < PATIENCE
        {
            std::thread::yield_now();
        }
    }
}

async fn answer(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Answer { status, headers, body: response.bytes().await?.to_vec() })
}

fn collect(stream: impl std::io::Read + Send + 'static, into: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if let Ok(mut text) = into.lock() {
                text.push_str(&line);
                text.push('\n');
            }
        }
    });
}
