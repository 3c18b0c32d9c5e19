//! Calls that an instance has at the same time: every line is of the call that wrote it.

use std::{collections::BTreeSet, os::unix::fs::symlink};

use coldframe_testkit::{Project, eventually};

use super::{HOST, get, log_of};
use crate::{installed, serve};

/// Six calls go on together, so that every one writes while the others do.
const NODE: &str = "\
const { app } = require('@azure/functions');
const held = [];
const together = () => new Promise((go) => {
  held.push(go);
  if (held.length === 6) held.forEach((one) => one());
});
for (const name of ['alpha', 'beta', 'gamma']) {
  app.http(name, { authLevel: 'anonymous', handler: async (request, context) => {
    const n = `${name} ${request.query.get('n')}`;
    if (request.query.get('n') === 'first') return { body: n };
    context.log('before', n);
    await together();
    console.log(`after ${n}\\ntwo lines ${n}`);
    process.stdout.write(`half ${n}`);
    await null;
    context.log('end', n);
    setImmediate(() => console.log('late', n));
    return { body: n };
  } });
}
";

/// As folders with a `function.json` have it.
const FOLDER: &str = "\
const held = global.held ??= [];
module.exports = async (context, req) => {
  const n = context.executionContext.functionName + ' ' + req.query.n;
  if (req.query.n !== 'first') {
    context.log('before', n);
    await new Promise((go) => { held.push(go); if (held.length === 6) held.forEach((one) => one()); });
    console.log(`after ${n}`);
    context.log.warn('end', n);
  }
  context.res = { body: n };
};
";

async fn lines_of_six(project: &Project, each: usize) -> Vec<(String, Vec<String>)> {
    symlink(installed::node_clouds(), project.file("app/node_modules")).expect("a link");
    let host = serve(project);
    assert_eq!(get(&host, "/api/alpha?n=first").await.text(), "alpha first");
    let calls = (0..6).map(|n| {
        let (host, name) = (&host, ["alpha", "beta", "gamma"][n % 3]);
        async move {
            let answer = get(host, &format!("/api/{name}?n={n}")).await;
            assert_eq!(answer.text(), format!("{name} {n}"));
        }
    });
    futures_util::future::join_all(calls).await;
    eventually("every call has all its lines", async || {
        let mut found = Vec::new();
        for row in host.invocations().await {
            let mut lines = log_of(&host, &row).await;
            lines.sort();
            if !lines.is_empty() {
                found.push((row["function"].as_str().expect("a name").to_owned(), lines));
            }
        }
        (found.len() == 6 && found.iter().all(|(_, lines)| lines.len() >= each)).then_some(found)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_of_the_call_that_wrote_it_though_others_write_beside_it() {
    let project = Project::new()
        .with("app/host.json", HOST)
        .with("app/package.json", r#"{"name": "app", "main": "all.js"}"#)
        .with("app/all.js", NODE);
    let mut seen = BTreeSet::new();
    for (function, lines) in lines_of_six(&project, 6).await {
        let n = lines[2].strip_prefix("after ").unwrap_or_else(|| panic!("{lines:?}")).to_owned();
        assert!(n.starts_with(&function), "{function} has lines of its own: {lines:?}");
        let expected =
            ["[INFORMATION] before ", "[INFORMATION] end ", "after ", "half ", "late ", "two lines "];
        assert_eq!(lines, expected.map(|text| format!("{text}{n}")));
        seen.insert(n);
    }
    assert_eq!(seen.len(), 6, "each call once: {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_of_folders_have_their_lines_too() {
    let bindings = r#"{"bindings": [{"authLevel": "anonymous", "type": "httpTrigger", "direction": "in", "name": "req", "methods": ["get"]}, {"type": "http", "direction": "out", "name": "res"}]}"#;
    let mut project = Project::new().with("app/host.json", HOST);
    for name in ["alpha", "beta", "gamma"] {
        project = project
            .with(&format!("app/{name}/function.json"), bindings)
            .with(&format!("app/{name}/index.js"), FOLDER);
    }
    for (function, lines) in lines_of_six(&project, 3).await {
        let n = lines[2].strip_prefix("after ").unwrap_or_else(|| panic!("{lines:?}")).to_owned();
        assert!(n.starts_with(&function), "{function} has lines of its own: {lines:?}");
        assert_eq!(
            lines,
            [format!("[INFORMATION] before {n}"), format!("[WARNING] end {n}"), format!("after {n}")]
        );
    }
}
