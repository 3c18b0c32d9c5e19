//! What Vercel's clock calls: by hand, and by the clock where `coldframe.toml` says so.

use coldframe_testkit::{Project, eventually, run};
use serde_json::json;

use crate::builder;

const REPORT: &str = "\
export default (req, res) => {
  console.log('by', req.headers['user-agent'], req.headers.authorization, req.url);
  res.end('done');
};
";

#[tokio::test(flavor = "multi_thread")]
async fn a_cron_runs_by_hand_with_its_secret() {
    let project = Project::new()
        .with("vercel.json", r#"{"crons": [{"path": "/api/report?full=1", "schedule": "0 5 1 1 *"}]}"#)
        .with(".env.local", "CRON_SECRET=tomato\n")
        .with("api/report.mjs", REPORT);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    let schedules = host.function("api-report").await["schedules"].clone();
    assert_eq!((&schedules[0]["at"], &schedules[0]["followed"]), (&json!("0 5 1 1 *"), &json!(false)));
    let directory = data.path().display().to_string();
    let args = ["--data-dir", &directory, "invoke", "api-report", "--scheduled", "--json"];
    let ran = run(env!("CARGO_BIN_EXE_coldframe").as_ref(), &args, project.path(), &[], "");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let logs = ran.json()["logs"].to_string();
    assert!(logs.contains("by vercel-cron/1.0 Bearer tomato /api/report?full=1"), "{logs}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_calls_where_the_project_says_so() {
    // In six fields, which Vercel does not take, nobody would have to wait for a minute: the door's own tests have the clock.
    let project = Project::new()
        .with("vercel.json", r#"{"crons": [{"path": "/api/report", "schedule": "* * * * *"}]}"#)
        .with("coldframe.toml", "[functions.api-report]\nfollow_schedules = true\n")
        .with("api/report.mjs", REPORT);
    let host = builder(&project).start();
    eventually("coldframe.toml is followed", async || {
        (host.function("api-report").await["schedules"][0]["followed"] == true).then_some(())
    })
    .await;
}
