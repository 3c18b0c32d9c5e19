//! One row's function through its nine checks, in an order in which none spoils another's ground.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use coldframe_testkit::{Answer, Host, PATIENCE, Project, eventually};
use serde_json::{Value, json};

use super::{
    record::{Noted, told_by_the_verbs},
    row::{COLD, COLUMNS, CONCURRENCY, CRASH, ENVIRONMENT, ERROR, LOG, RELOAD, Row, TIMEOUT, WARM, Wanted},
};
use crate::serve;

/// What each column's cell says, or why its check failed.
pub(super) type Cells = [Result<String, String>; COLUMNS.len()];

/// Longer than compiling a package takes on a slow machine, which the first run does.
const COMPILED: Duration = Duration::from_secs(600);
/// While new code is awaited: calls that come all the time would take the CPU from the build they wait for.
const BETWEEN_CALLS: Duration = Duration::from_millis(25);

pub(super) async fn travelled(row: &'static Row) -> Cells {
    let project = row.project();
    let host = serve(&project);
    let mut journey = Journey { row, project, host, noted: Vec::new(), calls: AtomicUsize::new(0) };
    let mut cells: Cells = COLUMNS.map(|_| Err("not reached: the first call failed".to_owned()));
    cells[COLD] = journey.cold().await;
    if cells[COLD].is_err() {
        return cells;
    }
    cells[WARM] = journey.warm().await;
    cells[LOG] = journey.log().await;
    cells[ENVIRONMENT] = journey.environment().await;
    cells[ERROR] = journey.error().await;
    cells[CONCURRENCY] = journey.concurrency().await;
    cells[TIMEOUT] = journey.timeout().await;
    cells[CRASH] = journey.crash().await;
    cells[RELOAD] = journey.reload().await;
    let Journey { project, host, noted, calls, .. } = &journey;
    for (column, why) in told_by_the_verbs(project, host, noted, calls.load(Ordering::Relaxed)).await {
        cells[column] = cells[column].clone().and(Err(why));
    }
    cells
}

struct Journey {
    row: &'static Row,
    project: Project,
    host: Host,
    /// What the record has to say in the end.
    noted: Vec<Noted>,
    /// How many were made.
    calls: AtomicUsize,
}

fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}

impl Journey {
    /// An answer may come before its instance is free for the next call: then another would have that.
    async fn idle(&self) {
        eventually("its instances are idle", async || {
            let functions = self.host.functions().await;
            let resting = |function: &Value| function["state"] == "idle" || function["state"] == "at_zero";
            functions.iter().all(resting).then_some(())
        })
        .await;
    }

    async fn call(&self, act: &str, at: &str) -> Result<Answer, String> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let request = (self.row.contract.call)(&self.host, &Wanted { act, name: "Ada", at });
        let response = request.timeout(COMPILED).send().await.map_err(|error| error.to_string())?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.map_err(|error| error.to_string())?.to_vec();
        Ok(Answer { status, headers, body })
    }

    /// What the function returned to a call that had its instance for itself.
    async fn good(&self, act: &str) -> Result<Value, String> {
        self.idle().await;
        self.returned(act, "").await
    }

    async fn returned(&self, act: &str, at: &str) -> Result<Value, String> {
        let answer = self.call(act, at).await?;
        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
        let returned = (self.row.contract.returned)(body);
        ensure(answer.status == 200 && returned["version"].is_string(), || {
            let problem = answer.header("coldframe-problem");
            format!("`{act}` was answered with {} {:?} {problem:?}", answer.status, answer.text())
        })?;
        Ok(returned)
    }

    /// The newest row of the record, for a column's check.
    async fn note(
        &mut self,
        column: usize,
        status: &'static str,
        cold: Option<bool>,
        http_status: u16,
    ) -> Value {
        let query = json!({"function": null, "minutes": null, "status": null, "before": null, "limit": 1});
        let row = self.host.rpc("invocations", query).await[0].clone();
        self.noted.push(Noted { column, id: row["id"].clone(), status, cold, http_status });
        row
    }

    async fn cold(&mut self) -> Result<String, String> {
        let said = self.good("hello").await?;
        ensure(said["hello"] == "Ada" && said["version"] == "one", || said.to_string())?;
        self.note(COLD, "ok", Some(true), 200).await;
        Ok("answered".to_owned())
    }

    async fn warm(&mut self) -> Result<String, String> {
        let (one, two) = (self.good("hello").await?, self.good("hello").await?);
        ensure(one["instance"] == two["instance"], || format!("two instances: {one} {two}"))?;
        let calls = |said: &Value| said["calls"].as_u64().unwrap_or_default();
        ensure(calls(&two) == calls(&one) + 1, || format!("not the next call of one: {one} {two}"))?;
        self.note(WARM, "ok", Some(false), 200).await;
        Ok("same instance".to_owned())
    }

    async fn log(&mut self) -> Result<String, String> {
        self.good("log").await?;
        self.note(LOG, "ok", Some(false), 200).await;
        Ok("with its call".to_owned())
    }

    async fn environment(&mut self) -> Result<String, String> {
        let said = self.good("env").await?;
        let expected = self.row.contract.environment;
        for (name, value) in expected.iter().chain(&[("OWN", "kept")]) {
            let got = said["env"][name].as_str();
            let holds = got.is_some_and(|got| if value.is_empty() { !got.is_empty() } else { got == *value });
            ensure(holds, || format!("{name} is {got:?}"))?;
        }
        // Cargo gives it to this test, and this test to the host.
        ensure(said["env"]["CARGO_MANIFEST_DIR"].is_null(), || "the shell's variables are there".to_owned())?;
        self.note(ENVIRONMENT, "ok", Some(false), 200).await;
        let names: Vec<String> = expected.iter().map(|(name, _)| format!("`{name}`")).collect();
        Ok(names.join(" "))
    }

    async fn error(&mut self) -> Result<String, String> {
        let expected = &self.row.error;
        self.idle().await;
        expected.check(&self.call("error", "").await?)?;
        self.note(ERROR, expected.recorded, Some(false), expected.status).await;
        self.good("hello").await.map_err(|why| format!("after it: {why}"))?;
        let recorded = match expected.recorded {
            "error" => String::new(),
            other => format!(", recorded as {other}"),
        };
        Ok(expected.shown() + &recorded)
    }

    async fn concurrency(&mut self) -> Result<String, String> {
        let meeting = tempfile::tempdir().expect("a temporary folder");
        let at = meeting.path().display().to_string();
        self.idle().await;
        let (one, two) = tokio::join!(self.returned("meet", &at), self.returned("meet", &at));
        let (one, two) = (one?, two?);
        self.note(CONCURRENCY, "ok", None, 200).await;
        let shared = one["instance"] == two["instance"];
        ensure(shared == self.row.shares_instance, || format!("not where it should be: {one} {two}"))?;
        Ok(if shared { "two in one instance" } else { "two instances" }.to_owned())
    }

    async fn timeout(&mut self) -> Result<String, String> {
        let contract = self.row.contract;
        let before = self.good("hello").await?;
        self.idle().await;
        contract.timeout.check(&self.call("sleep", "").await?)?;
        self.note(TIMEOUT, contract.timeout.recorded, Some(false), contract.timeout.status).await;
        let after = self.good("hello").await.map_err(|why| format!("after it: {why}"))?;
        let ended = before["instance"] != after["instance"];
        ensure(ended == contract.timeout_ends_instance, || format!("before {before}, after {after}"))?;
        let instance = if ended { "its instance ends" } else { "its instance goes on" };
        Ok(format!("{}; {instance}", contract.timeout.shown()))
    }

    async fn crash(&mut self) -> Result<String, String> {
        let expected = &self.row.contract.crash;
        self.idle().await;
        expected.check(&self.call("exit", "").await?)?;
        self.note(CRASH, expected.recorded, Some(false), expected.status).await;
        self.good("hello").await.map_err(|why| format!("after it: {why}"))?;
        Ok(expected.shown())
    }

    async fn reload(&mut self) -> Result<String, String> {
        let file = self.project.file(self.row.reloads);
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let (old, new) = [("\"one\"", "\"two\""), ("'one'", "'two'")]
            .into_iter()
            .find(|(old, _)| text.contains(old))
            .ok_or("its file has no version")?;
        self.project.write(self.row.reloads, &text.replace(old, new));
        let (left, right) = tokio::join!(self.pairs_until_new(), self.pairs_until_new());
        left.and(right)?;
        ensure(self.good("hello").await?["version"] == "two", || "the old code is back".to_owned())?;
        self.note(RELOAD, "ok", Some(false), 200).await;
        Ok("no call lost".to_owned())
    }

    /// Two calls at a time, until two of them and those after them had the new code.
    async fn pairs_until_new(&self) -> Result<(), String> {
        let begun = Instant::now();
        let (mut new, mut rounds_of_new) = (false, 0);
        while rounds_of_new < 2 {
            ensure(begun.elapsed() < PATIENCE, || "the new code never answers".to_owned())?;
            let lost = |why: String| format!("a call was lost: {why}");
            let (one, other) = tokio::join!(self.returned("hello", ""), self.returned("hello", ""));
            let versions = [one.map_err(lost)?, other.map_err(lost)?].map(|said| said["version"].clone());
            let of_new = versions.iter().filter(|version| **version == "two").count();
            let known = versions.iter().all(|version| version == "one" || version == "two");
            ensure(known && (!new || of_new == 2), || format!("after new code ({new}): {versions:?}"))?;
            new = of_new > 0;
            rounds_of_new += usize::from(of_new == 2);
            tokio::time::sleep(BETWEEN_CALLS).await;
        }
        Ok(())
    }
}
