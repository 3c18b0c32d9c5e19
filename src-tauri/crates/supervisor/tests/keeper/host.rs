//! The host that is to be killed: starts what it is told on stdin, and says the process ids.

use std::io::{BufRead as _, Write as _};

use coldframe_supervisor::{Child, Command, Config, CpuMode, CpuShare, Supervisor, keeper};

/// A shell with a child in the background, in one group.
const GROUP: &str = "sleep 100 & echo $!; echo end; wait";
/// A daemon in a session of its own whose parent is gone.
const DAEMON: &str = "
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        print('end', flush=True)
        time.sleep(100)
    os._exit(0)
os.wait()
time.sleep(100)";

pub(crate) fn run(run_dir: String) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(serve(run_dir));
}

async fn serve(run_dir: String) {
    let config = Config { keeper: keeper::argv(), run_dir: run_dir.into() };
    let supervisor = Supervisor::start(config).expect("a supervisor");
    say(&format!("swept {}", supervisor.swept()));
    let mut children = Vec::new();
    loop {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).expect("a line");
        match line.trim() {
            "group" => children.push(start(&supervisor, "/bin/sh", GROUP).await),
            "daemon" => children.push(start(&supervisor, "/usr/bin/python3", DAEMON).await),
            "quota" => children.push(start_held(&supervisor, None).await),
            "stopped" => children.push(start_held(&supervisor, Some(CpuMode::DutyCycle)).await),
            "end" => {
                supervisor.shutdown().await;
                return;
            }
            other => panic!("{other:?} is not understood"),
        }
    }
}

/// A process with nearly no CPU, which wants all there is.
async fn start_held(supervisor: &Supervisor, only: Option<CpuMode>) -> Child {
    let script = "echo end; while :; do :; done";
    let mut command = Command::new("/bin/sh", "/").arg("-c").arg(script);
    command.cpu_share = Some(CpuShare { milli: 20, only });
    started(supervisor, command).await
}

async fn start(supervisor: &Supervisor, program: &str, script: &str) -> Child {
    let command = Command::new(program, "/").arg("-c").arg(script).env("PATH", "/usr/bin:/bin");
    started(supervisor, command).await
}

async fn started(supervisor: &Supervisor, command: Command) -> Child {
    let mut child = supervisor.spawn(command).await.expect("a process");
    let mut lines = child.take_output().expect("the first to ask");
    say(&child.pid().to_string());
    loop {
        let line = lines.recv().await.expect("more output").text;
        say(&line);
        if line == "end" {
            return child;
        }
    }
}

fn say(text: &str) {
    println!("{text}");
    std::io::stdout().flush().expect("somebody listens");
}
