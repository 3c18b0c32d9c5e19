//! `src-tauri/JSON.md` against what every verb prints: no field is missing in it, and it promises none that is not there.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use coldframe_testkit::{Host, Project, Verb, eventually, kill, run};
use serde_json::{Value, json};

use crate::builder;

/// The page's tables: of each shape its fields and their types.
struct Page {
    verbs: BTreeMap<String, String>,
    shapes: BTreeMap<String, BTreeMap<String, String>>,
    seen: BTreeSet<String>,
}

impl Page {
    fn read() -> Self {
        let text = include_str!("../../src-tauri/JSON.md");
        let mut page = Self { verbs: BTreeMap::new(), shapes: BTreeMap::new(), seen: BTreeSet::new() };
        let mut shape = String::new();
        for line in text.lines() {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            if let Some(name) = line.strip_prefix("## ") {
                shape = name.to_lowercase().replace(' ', "-");
            } else if let Some(rest) = line.strip_prefix("Every field of ") {
                let fields = page.shapes[link(rest).expect("a link")].clone();
                page.shapes.insert(shape.clone(), fields);
            } else if let Some(name) = line.starts_with("| `").then(|| cells[0].trim_matches('`').to_owned())
            {
                let of = if shape.is_empty() {
                    &mut page.verbs
                } else {
                    page.shapes.entry(shape.clone()).or_default()
                };
                of.insert(name, cells[1].to_owned());
            }
        }
        page
    }

    fn check(&mut self, kind: &str, value: &Value, at: &str) {
        if let Some(each) = kind.strip_prefix("list of ").or_else(|| kind.strip_prefix("a list of ")) {
            let values = value.as_array().unwrap_or_else(|| panic!("{at} is no list: {value}"));
            values.iter().for_each(|value| self.check(each, value, at));
        } else if value.is_null() {
            assert!(kind.ends_with(" or null"), "{at} is null, and the page says {kind:?}");
        } else if let Some(shape) = link(kind) {
            self.object(shape, value, at);
        } else {
            let fits = match kind.trim_end_matches(" or null") {
                "text" => value.is_string(),
                "integer" => value.is_u64(),
                "number" => value.is_number(),
                "boolean" => value.is_boolean(),
                unknown => panic!("{at}: {unknown:?} is no type"),
            };
            assert!(fits, "{at} is {value}, and the page says {kind:?}");
        }
    }

    fn object(&mut self, shape: &str, value: &Value, at: &str) {
        self.seen.insert(shape.to_owned());
        let fields = self.shapes.get(shape).unwrap_or_else(|| panic!("no section {shape}")).clone();
        let object = value.as_object().unwrap_or_else(|| panic!("{at} is no object: {value}"));
        let printed: Vec<&String> = object.keys().filter(|name| !fields.contains_key(*name)).collect();
        assert!(printed.is_empty(), "{at} has fields the page does not list under {shape}: {printed:?}");
        for (name, kind) in fields {
            let field =
                object.get(&name).unwrap_or_else(|| panic!("{at} has no {name}, which the page lists"));
            self.check(&kind, field, &format!("{at}.{name}"));
        }
    }
}

/// `shape` of `[…](#shape)`.
fn link(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("(#")?;
    rest.split(')').next()
}

fn coldframe(folder: &Path, data: &Path, args: &[&str]) -> Verb {
    let directory = data.display().to_string();
    let mut all = args.to_vec();
    all.extend(["--data-dir", &directory]);
    run(Path::new(env!("CARGO_BIN_EXE_coldframe")), &all, folder, &[], "")
}

/// Fails at one size only.
const PICKY: &str = "\
import os

def lambda_handler(event, context):
    if os.environ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] == '512':
        raise ValueError('not this one')
";
/// Fails by the last digit of the request's id, which is as good as tossed.
const MOODY: &str = "\
def lambda_handler(event, context):
    if int(context.aws_request_id[-1], 16) % 2:
        raise ValueError('not this time')
";
/// Runs elsewhere but where what only Lambda tells is missing, and is tied to it by name.
const TIED: &str = "\
import os
import socket

def lambda_handler(event, context):
    os.environ.get('AWS_REGION')
    try:
        socket.getaddrinfo('seeds.example', 443, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        pass
    return context.get_remaining_time_in_millis() > 0
";
const BROKEN: &str = "Resources:\n  Broken:\n    Type: [unclosed\n";

/// Saves other code of a function that was called, so that there is a change to tell.
async fn changed(host: &Host, project: &Project) {
    project.write("echo/lambda_function.py", &format!("{}\nX = 1\n", crate::ECHO));
    let echo = host.function("echo").await["id"].clone();
    eventually("the change is recorded", async || {
        let starts = host.rpc("starts", json!({"function": echo, "minutes": null})).await;
        starts["shifts"].as_array().is_some_and(|shifts| !shifts.is_empty()).then_some(())
    })
    .await;
}

/// What only a comparison has, and a failure.
fn compared(page: &mut Page, data: &Path) {
    let project = crate::check::repository(Project::new().python("echo", crate::ECHO));
    let saves = [
        (format!("import unittest.mock, http.client\n{}", crate::ECHO), 0),
        ("def lambda_handler(event, context):\n    raise ValueError('no seed')\n".to_owned(), 1),
    ];
    for (save, code) in saves {
        project.write("echo/lambda_function.py", &save);
        let checked = coldframe(project.path(), data, &["check", "--json", "--writes-ok", "--within", "1ms"]);
        assert_eq!(checked.code, code, "{}", checked.stderr);
        page.check("one [check](#check)", &checked.json(), "check");
    }
}

/// What only a row that goes on has, and one that comes to nothing.
async fn contrasted(page: &mut Page, data: &Path, project: &Project, host: &Host) {
    let failed = coldframe(project.path(), data, &["sidebyside", "gone", "--row", "provisioning", "--json"]);
    assert_eq!(failed.code, 1, "it cannot run: {}", failed.stderr);
    page.object("side-by-side", &failed.json(), "sidebyside");
    let echo = host.function("echo").await["id"].clone();
    let asked = json!({"function": echo, "rows": ["scaling_to_zero"], "event": "{}"});
    let begun = host.rpc("run_rows", asked).await;
    page.object("side-by-side", &begun, "run_rows");
    eventually("the row is done", async || {
        let table = host.rpc("side_by_side", json!({"function": echo})).await;
        table["running"].is_null().then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_lists_every_field_of_every_verb_and_no_other() {
    let project = Project::new()
        .python("echo", crate::ECHO)
        .python("picky", PICKY)
        .python("moody", MOODY)
        .python("tied", TIED)
        .with("site/vercel.json", r#"{"crons": [{"path": "/api/tick", "schedule": "0 5 * * *"}]}"#)
        .with("site/api/tick.mjs", "export default (req, res) => res.end();\n");
    let project =
        project.python("gone", "import json.tool\nimport gone_for_good\n").with("template.yaml", BROKEN);
    let project = project
        .node("needy", "export const handler = async () => 1;\n")
        .with("needy/package.json", r#"{"dependencies": {"beside": "file:../beside"}}"#)
        .with("beside/package.json", r#"{"name": "beside", "version": "1.0.0"}"#);
    let data = tempfile::tempdir().expect("a temporary folder");
    let host = builder(&project).data_dir(data.path()).start();
    host.invoke("echo", &json!({})).await;
    changed(&host, &project).await;
    // The first call of new code says more than others.
    project.write("echo/lambda_function.py", &format!("{}\nNEW = True\n", crate::ECHO));
    eventually("the new code is called", async || {
        host.invoke("echo", &json!({})).await;
        host.invocations().await.iter().any(|row| row["reload_init_ms"].is_f64()).then_some(())
    })
    .await;
    let mut page = Page::read();
    let further: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("invoke", &["echo"][..]),
        ("install", &["needy"]),
        ("logs", &["echo"]),
        ("imports", &["gone", "--runs", "1"]),
        ("load", &["moody", "--rate", "20", "--for", "2s", "--twin"]),
        ("twin", &["moody", "--processes", "1"]),
        ("sidebyside", &["echo", "--row", "idle", "--row", "administration"]),
        ("report", &["--calls-per-month", "1000000"]),
        ("check", &["echo", "--starts-only", "--max-memory-mb", "900", "--within", "1ms"]),
        ("portability", &["tied"]),
        ("rightsize", &["picky", "--memory", "512,1769", "--runs", "1", "--cold-runs", "1"]),
        ("cost", &["--calls-per-month", "1000000", "--budget", "p99=1ms"]),
        (
            "estimate",
            &[
                "--plan",
                "aws-lambda-arm64",
                "--requests",
                "9000000",
                "--duration-ms",
                "9",
                "--memory-mb",
                "512",
            ],
        ),
        (
            "simulate",
            &[
                "--plan",
                "aws-lambda-arm64",
                "--requests",
                "900000",
                "--shape",
                "daily",
                "--most-calls",
                "100000",
            ],
        ),
    ]);
    let help = coldframe(project.path(), data.path(), &["--help"]).stdout;
    let verbs = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a list");
    let verbs = verbs.lines().filter_map(|line| line.split_whitespace().next());
    for verb in verbs.filter(|verb| !["new", "map", "serve", "cancel", "help"].contains(verb)) {
        let prints = page.verbs.remove(verb).unwrap_or_else(|| panic!("{verb} is not on the page"));
        let mut args = vec![verb, "--json"];
        args.extend(further.get(verb).copied().unwrap_or_default());
        let printed = coldframe(project.path(), data.path(), &args);
        let fails = verb == "imports";
        assert_eq!(printed.code, i32::from(fails), "{verb}: {}", printed.stderr);
        let kind = prints.split(',').next().and_then(|kind| kind.split(';').next()).expect("never empty");
        page.check(kind, &printed.json(), verb);
    }
    assert!(page.verbs.is_empty(), "the page lists what is no verb: {:?}", page.verbs);
    project.write("items.jsonl", "{}\n{}\n");
    let torn = coldframe(project.path(), data.path(), &["portability", "gone", "--json"]);
    assert_eq!(torn.code, 1, "it fails at home: {}", torn.stderr);
    page.check("one [portability](#portability)", &torn.json(), "portability");
    compared(&mut page, data.path());
    contrasted(&mut page, data.path(), &project, &host).await;
    let mapped = coldframe(project.path(), data.path(), &["map", "moody", "items.jsonl"]);
    assert_eq!(mapped.stdout.lines().count(), 2, "{}", mapped.stderr);
    for line in mapped.stdout.lines() {
        page.object("map-answer", &serde_json::from_str(line).expect("one object a line"), "map");
    }
    let moody = json!({"function": host.function("moody").await["id"]});
    let twin = host.rpc("twin", moody.clone()).await;
    let pid = twin["processes"][0]["pid"].as_u64().and_then(|pid| u32::try_from(pid).ok());
    kill(pid.expect("it runs"), true);
    let fallen = eventually("nobody was there for a while", async || {
        let twin = host.rpc("twin", moody.clone()).await;
        (twin["outages"].as_array().is_some_and(|all| !all.is_empty())).then_some(twin)
    })
    .await;
    page.object("twin", &fallen, "twin");
    let unseen: Vec<&String> = page.shapes.keys().filter(|shape| !page.seen.contains(*shape)).collect();
    assert!(unseen.is_empty(), "nothing printed has the shape of {unseen:?}");

    assert!(host.terminate().success());
    let followed = coldframe(project.path(), data.path(), &["logs", "echo", "--follow", "--json"]);
    assert!(followed.stdout.lines().count() >= 3, "{}", followed.stdout);
    for line in followed.stdout.lines() {
        page.object("log-line", &serde_json::from_str(line).expect("one object a line"), "logs --follow");
    }
}

#[test]
fn a_project_with_nothing_but_a_broken_manifest_prints_an_empty_list_and_the_problem_beside_it() {
    let project = Project::new().with("template.yaml", BROKEN);
    let data = tempfile::tempdir().expect("a temporary folder");
    let functions = coldframe(project.path(), data.path(), &["functions", "--json"]);
    assert_eq!((functions.code, functions.stdout.trim()), (0, "[]"));
    assert!(functions.stderr.starts_with("template.yaml:"), "{}", functions.stderr);
}
