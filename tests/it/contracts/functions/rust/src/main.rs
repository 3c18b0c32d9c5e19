//! What every function of the table does, by its event's `do`.

use std::{
    collections::BTreeMap,
    env, fs,
    path::Path,
    process,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::{Deserialize, Serialize};

const VERSION: &str = "one";

static INSTANCE: LazyLock<String> = LazyLock::new(unique);
static CALLS: AtomicU64 = AtomicU64::new(0);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Event {
    r#do: String,
    name: String,
    at: String,
}

#[derive(Serialize)]
struct Said {
    hello: String,
    version: &'static str,
    instance: String,
    calls: u64,
    env: BTreeMap<String, String>,
}

async fn act(event: LambdaEvent<Event>) -> Result<Said, Error> {
    let event = event.payload;
    let calls = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
    let mut said = Said {
        hello: event.name,
        version: VERSION,
        instance: INSTANCE.clone(),
        calls,
        env: BTreeMap::new(),
    };
    match event.r#do.as_str() {
        "error" => return Err("bad seed".into()),
        "exit" => process::exit(3),
        "sleep" => tokio::time::sleep(Duration::from_secs(60)).await,
        "log" => println!("a line of {}", said.hello),
        "env" => said.env = env::vars().collect(),
        "meet" => meet(Path::new(&event.at)).await?,
        _ => {}
    }
    Ok(said)
}

/// Returns when two calls are here, whichever processes they are in.
async fn meet(folder: &Path) -> Result<(), Error> {
    fs::write(folder.join(unique()), "")?;
    while fs::read_dir(folder)?.count() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

fn unique() -> String {
    let at = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}", process::id(), at.as_nanos())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(act)).await
}
