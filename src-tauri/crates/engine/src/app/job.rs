//! Work that a tool does for an app while a person waits: a build, an installation. What it says is kept, as far as it
//! is worth reading, and told as it comes; nothing of it is in the record.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use coldframe_providers::{clock, domain::Problem, languages::Tell};
use tokio_util::sync::CancellationToken;

use crate::{event::EngineEvent, world::SharedWorld};

/// Lines that are kept: the last ones say why it failed.
const KEPT: usize = 1000;
/// Characters of a line that are kept.
const LONGEST: usize = 4000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    Build,
    Install,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    Running,
    Done,
    Failed,
    Cancelled,
}

/// How a job stands, for people.
#[derive(Debug, Clone)]
pub struct JobStatus {
    pub id: i64,
    pub kind: JobKind,
    /// The command that runs, or was the last to.
    pub command: String,
    pub state: JobState,
    /// Unix microseconds.
    pub started_at: i64,
    pub elapsed: Duration,
    /// Why it failed.
    pub problem: Option<Problem>,
}

/// A line that a job's tool said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobLine {
    pub job: i64,
    /// Counts from 0; those before the first that is kept are gone.
    pub number: u64,
    pub text: String,
}

/// One job, shared by whoever does it, whoever owns the app it is done for, and whoever looks.
pub(crate) struct Job {
    id: i64,
    kind: JobKind,
    /// The apps it is done for.
    apps: Vec<i64>,
    world: SharedWorld,
    began: Instant,
    began_us: i64,
    pub(crate) cancel: CancellationToken,
    ended: CancellationToken,
    /// A tool runs for it, so that there is something to show.
    visible: AtomicBool,
    /// Locked for a line at a time.
    progress: Mutex<Progress>,
}

struct Progress {
    command: String,
    state: JobState,
    elapsed: Option<Duration>,
    problem: Option<Problem>,
    lines: VecDeque<JobLine>,
    next: u64,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Job {
    pub(crate) fn new(world: &SharedWorld, kind: JobKind, apps: Vec<i64>) -> Arc<Self> {
        Arc::new(Self {
            id: world.ids.next(),
            kind,
            apps,
            world: Arc::clone(world),
            began: Instant::now(),
            began_us: clock::now_us(),
            cancel: CancellationToken::new(),
            ended: CancellationToken::new(),
            visible: AtomicBool::new(false),
            progress: Mutex::new(Progress {
                command: String::new(),
                state: JobState::Running,
                elapsed: None,
                problem: None,
                lines: VecDeque::new(),
                next: 0,
            }),
        })
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn touched(&self) {
        if !self.is_visible() {
            return;
        }
        for app in &self.apps {
            self.world.bus.send(EngineEvent::Touched(*app));
        }
    }

    pub(crate) fn kind(&self) -> JobKind {
        self.kind
    }

    /// Whether a tool has been run for it.
    pub(crate) fn is_visible(&self) -> bool {
        self.visible.load(Ordering::Acquire)
    }

    pub(crate) fn is_running(&self) -> bool {
        self.is_visible() && self.progress().state == JobState::Running
    }

    /// Shows it before a tool runs.
    pub(crate) fn announce(&self, what: &str) {
        what.clone_into(&mut self.progress().command);
        self.visible.store(true, Ordering::Release);
    }

    /// Resolves when it has come to its end.
    pub(crate) async fn has_ended(&self) {
        self.ended.cancelled().await;
    }

    /// The first end counts.
    pub(crate) fn end(&self, state: JobState, problem: Option<Problem>) {
        {
            let mut progress = self.progress();
            if progress.state != JobState::Running {
                return;
            }
            progress.state = state;
            progress.elapsed = Some(self.began.elapsed());
            progress.problem = problem;
        }
        self.ended.cancel();
        self.touched();
    }

    pub(crate) fn status(&self) -> Option<JobStatus> {
        let progress = self.progress();
        self.is_visible().then(|| JobStatus {
            id: self.id,
            kind: self.kind,
            command: progress.command.clone(),
            state: progress.state,
            started_at: self.began_us,
            elapsed: progress.elapsed.unwrap_or_else(|| self.began.elapsed()),
            problem: progress.problem.clone(),
        })
    }

    /// The lines that are kept, from a number on.
    pub(crate) fn lines(&self, from: u64) -> Vec<JobLine> {
        self.progress().lines.iter().filter(|line| line.number >= from).cloned().collect()
    }
}

impl Tell for Job {
    fn begins(&self, command: &str) {
        command.clone_into(&mut self.progress().command);
        self.visible.store(true, Ordering::Release);
        self.says(&format!("$ {command}"));
        self.touched();
    }

    fn says(&self, line: &str) {
        // Of what was written over and over, the last is what a person would see.
        let shown = line.trim_end_matches('\r').rsplit('\r').next().unwrap_or(line);
        let text: String = shown.chars().take(LONGEST).collect();
        let line = {
            let mut progress = self.progress();
            let line = JobLine { job: self.id, number: progress.next, text };
            progress.next += 1;
            progress.lines.push_back(line.clone());
            if progress.lines.len() > KEPT {
                progress.lines.pop_front();
            }
            line
        };
        self.world.bus.show(|| EngineEvent::Said(line));
    }
}
