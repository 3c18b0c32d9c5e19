//! Two states of the code measured beside each other: the project's files now, and as they were in a commit. Each is a
//! copy with an engine of its own; neither a running host's pools nor its record know of it. What the figures say is the
//! report's (`coldframe_report::receipt`).

mod asked;
mod budgets;
mod function;
mod git;
pub(crate) mod imports;
mod lists;
mod measure;
mod trees;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use coldframe_cost::Book;
use coldframe_engine::{AppStatus, Engine, EngineConfig};
use coldframe_protocol::{self as wire, ErrorCode, RpcError};
use coldframe_providers::clock;
use coldframe_store::Store;
use coldframe_supervisor::Supervisor;

pub use self::budgets::Budgets;
use self::{asked::Asked, git::GitError, trees::TreesError};
pub(crate) use self::{
    function::counterpart,
    git::{Commit, Git},
    trees::{Place, Trees},
};

type Result<T> = std::result::Result<T, RpcError>;

/// Hears what goes on, a line at a time.
type Tell = dyn Fn(&str) + Send + Sync;

/// What is to be compared.
#[derive(Debug, Clone)]
pub struct Comparison {
    pub project: PathBuf,
    /// By name, or PROVIDER/NAME; all when there is none.
    pub functions: Vec<String>,
    /// As git names it; the last commit when it is left out.
    pub against: Option<String>,
    /// As a person writes them. `None`: those saved beside the project, its schedule's, an example of its trigger, or an
    /// empty one; an empty list calls nothing.
    pub events: Option<Vec<String>>,
    /// Its functions are called although that reaches something outside, or could: what they write there is really written.
    pub writes_ok: bool,
    pub budgets: Budgets,
    /// A function is measured so long at most.
    pub within: Duration,
}

/// How a comparison ended.
#[derive(Debug)]
pub enum Checked<S> {
    Done(wire::CheckReport),
    /// By what stopped it.
    Stopped(S),
}

/// Compares on a supervisor of its own, without a host, until `stop` resolves. Either way nothing it has made stays, and
/// nothing it has started runs.
///
/// # Errors
/// There is nothing to compare with, or no such function; the copies cannot be made.
pub async fn check<S>(
    keeper: Vec<std::ffi::OsString>,
    book: Book,
    comparison: &Comparison,
    tell: &Tell,
    stop: impl Future<Output = S>,
) -> Result<Checked<S>> {
    let place = Place::new().map_err(TreesError::Disk)?;
    let config = coldframe_supervisor::Config { keeper: Some(keeper), run_dir: place.path().join("run") };
    let supervisor = Supervisor::start(config).map_err(failed)?;
    let mut report = std::pin::pin!(compare(&supervisor, &book, comparison, &place, tell));
    let ended = tokio::select! {
        report = &mut report => report.map(Checked::Done),
        by = stop => {
            // Nothing is dropped halfway: without processes all that is under way fails and ends as it always does.
            supervisor.shutdown().await;
            let _ = report.await;
            Ok(Checked::Stopped(by))
        }
    };
    supervisor.shutdown().await;
    ended
}

/// Compares on a host's supervisor.
pub(crate) async fn compare_on(
    supervisor: &Supervisor,
    book: &Book,
    comparison: &Comparison,
) -> Result<wire::CheckReport> {
    let place = Place::new().map_err(TreesError::Disk)?;
    compare(supervisor, book, comparison, &place, &|_| {}).await
}

async fn compare(
    supervisor: &Supervisor,
    book: &Book,
    comparison: &Comparison,
    place: &Place,
    tell: &Tell,
) -> Result<wire::CheckReport> {
    let project = dunce::canonicalize(&comparison.project).map_err(|error| {
        let message = format!("cannot open the folder {}: {error}", comparison.project.display());
        RpcError::new(ErrorCode::NotFound, message)
    })?;
    let (trees, commit, mut notes) = trees(supervisor, &project, comparison, place).await?;
    notes.extend(trees.notes.iter().cloned());
    let ground = Ground::open(supervisor, place.path()).await?;
    let sides = Sides::open(&ground, &trees).await?;
    let result = sides.functions(book, &project, comparison, commit.as_ref(), tell).await;
    sides.shutdown().await;
    ground.close().await;
    let functions = result?;
    let past_budget = functions.iter().flat_map(|function| &function.budgets).any(|budget| budget.exceeded);
    Ok(wire::CheckReport {
        against: commit.map(|commit| wire::CheckedCommit {
            name: comparison.against.clone().unwrap_or_else(|| "HEAD".to_owned()),
            hash: commit.short,
            subject: commit.subject,
        }),
        regressed: functions.iter().any(|function| function.regressed),
        undecided: functions.iter().any(function::undecided),
        functions,
        notes,
        rests_on: rests_on(),
        past_budget,
    })
}

/// The copies, what the one of before is of, and what to say of that.
async fn trees(
    supervisor: &Supervisor,
    project: &Path,
    comparison: &Comparison,
    place: &Place,
) -> Result<(Trees, Option<Commit>, Vec<String>)> {
    let name = comparison.against.as_deref();
    let found = async {
        let git = Git::of(supervisor, project).await?;
        let commit = git.commit(name.unwrap_or("HEAD")).await?;
        let same = git.is_clean().await? && git.commit("HEAD").await?.hash == commit.hash;
        Ok::<_, GitError>((git, commit, same))
    };
    match found.await {
        Ok((git, commit, false)) => {
            let trees = Trees::of(&git, project, Some(&commit), place.path()).await?;
            Ok((trees, Some(commit), Vec::new()))
        }
        Ok((git, commit, true)) => {
            let note = format!(
                "the files are those of {} ({}): there is nothing to compare; --against names another revision",
                name.unwrap_or("the last commit"),
                commit.short
            );
            Ok((Trees::of(&git, project, None, place.path()).await?, None, vec![note]))
        }
        // Budgets want nothing to compare with.
        Err(error) if name.is_none() && error.is_nothing_there() && comparison.budgets.any() => {
            Ok((Trees::alone(supervisor, project, place.path()).await?, None, vec![error.to_string()]))
        }
        Err(error) => Err(TreesError::Git(error).into()),
    }
}

/// What both engines stand on: a supervisor, and a record that is thrown away.
pub(crate) struct Ground {
    supervisor: Supervisor,
    store: Option<Store>,
    place: PathBuf,
}

impl Ground {
    pub(crate) async fn open(supervisor: &Supervisor, place: &Path) -> Result<Self> {
        let directory = place.join("record");
        let opened = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&directory).map_err(failed)?;
            Store::open(&directory, clock::now_us()).map_err(failed)
        });
        let (store, _) = opened.await.map_err(failed)??;
        Ok(Self { supervisor: supervisor.clone(), store: Some(store), place: place.to_owned() })
    }

    pub(crate) async fn engine(&self, work: &str, project: &Path) -> Result<Engine> {
        let Some(store) = &self.store else { return Err(failed("the record is closed")) };
        let config = EngineConfig::new(self.place.join(work));
        let (supervisor, recorder) = (self.supervisor.clone(), store.recorder());
        // Nobody looks.
        let opened = Engine::open(config, supervisor, recorder, project, Arc::new(|| false)).await;
        let (engine, mut events) = opened.map_err(failed)?;
        tokio::spawn(async move { while events.recv().await.is_some() {} });
        Ok(engine)
    }

    pub(crate) async fn close(mut self) {
        if let Some(store) = self.store.take() {
            let _ = tokio::task::spawn_blocking(move || store.close()).await;
        }
    }
}

/// The engines of the two states.
struct Sides {
    now: Engine,
    before: Option<Engine>,
}

impl Sides {
    async fn open(ground: &Ground, trees: &Trees) -> Result<Self> {
        let now = ground.engine("3", &trees.now).await?;
        let before = match &trees.before {
            Some(before) => Some(ground.engine("4", before).await?),
            None => None,
        };
        Ok(Self { now, before })
    }

    async fn functions(
        &self,
        book: &Book,
        project: &Path,
        comparison: &Comparison,
        commit: Option<&Commit>,
        tell: &Tell,
    ) -> Result<Vec<wire::CheckedFunction>> {
        let wanted = wanted(&self.now.status(), &comparison.functions)?;
        let mut asked = Vec::new();
        for (id, status) in wanted {
            asked.push(Asked::of(self, project, comparison, (id, status)).await?);
        }
        let writes: Vec<String> = asked.iter().filter_map(|one| one.writes(self.before.is_some())).collect();
        if !comparison.writes_ok && !writes.is_empty() {
            let hint = "if that does no harm, say so (--writes-ok); --starts-only calls nothing";
            return Err(RpcError::new(ErrorCode::Conflict, writes.join("; ")).hint(hint));
        }
        writes.iter().for_each(|sentence| tell(sentence));
        let of = function::Of { sides: self, book, comparison, commit };
        let mut checked = Vec::new();
        for one in asked {
            checked.push(of.function(one, tell).await?);
        }
        Ok(checked)
    }

    async fn shutdown(&self) {
        self.now.shutdown().await;
        if let Some(before) = &self.before {
            before.shutdown().await;
        }
    }
}

/// Each function that is meant, with its app.
fn wanted(apps: &[AppStatus], names: &[String]) -> Result<Vec<(i64, AppStatus)>> {
    let all: Vec<(i64, &str, &AppStatus)> = apps
        .iter()
        .flat_map(|app| app.functions.iter().map(move |(id, name)| (*id, name.as_str(), app)))
        .collect();
    if all.is_empty() {
        return Err(RpcError::new(ErrorCode::NotFound, "no function was found")
            .hint("`coldframe functions` says what is looked for"));
    }
    if names.is_empty() {
        return Ok(all.into_iter().map(|(id, _, app)| (id, app.clone())).collect());
    }
    let mut wanted = Vec::new();
    for name in names {
        let (provider, plain) = match name.split_once('/') {
            Some((provider, plain)) => (Some(provider), plain),
            None => (None, name.as_str()),
        };
        let is_meant = |(_, known, app): &&(i64, &str, &AppStatus)| {
            let provider_fits = provider.is_none_or(|provider| app.app.provider.as_str() == provider);
            (*known == plain && provider_fits) || known == name
        };
        let mut found = all.iter().filter(is_meant);
        match (found.next(), found.next()) {
            (Some((id, _, app)), None) => wanted.push((*id, AppStatus::clone(app))),
            (Some((_, _, one)), Some((_, _, other))) => {
                let (one, other) = (one.app.provider.as_str(), other.app.provider.as_str());
                let message = format!("{name} is a function of both {one} and {other}");
                return Err(RpcError::new(ErrorCode::Invalid, message)
                    .hint(format!("write {one}/{name} or {other}/{name}")));
            }
            (None, _) => {
                let known: Vec<&str> = all.iter().map(|(_, name, _)| *name).collect();
                return Err(RpcError::new(ErrorCode::NotFound, format!("there is no function {name}"))
                    .hint(format!("the functions are {}", known.join(", "))));
            }
        }
    }
    Ok(wanted)
}

fn rests_on() -> Vec<String> {
    [
        "both sides were measured on this machine, on copies of their files, in turn: a start of the one with its calls, \
         then one of the other; every instance had the whole CPU",
        "the first start of either is thrown away: what it makes (byte code, caches) the next ones find",
        "a change is told where it is beyond its noise band, both halves of the rounds show it, and it is more than anybody \
         would care for: 5 % and 2 ms of a start, 10 % and 4 ms of its slow end, 5 % and 0.2 ms of a call, 3 % and 1 MB of \
         memory; one that only a half shows is left open",
        "the noise band is how far chance alone may move the change, by how the rounds differ among each other (a \
         signed-rank test, 1 in 2000), and at least what anybody would care for",
        "imports are timed one by one in further starts of either side (a rank-sum test, 1 in 2000): a slow one is told \
         there, also where the whole start is within its noise",
        "prices are of a million warm calls of the median duration, as long as it would be on the plan's part of a core, at \
         list price without the free tier",
    ]
    .map(str::to_owned)
    .into()
}

fn failed(error: impl std::fmt::Display) -> RpcError {
    RpcError::new(ErrorCode::Failed, error.to_string())
}

impl From<TreesError> for RpcError {
    fn from(error: TreesError) -> Self {
        match &error {
            TreesError::Git(git) => {
                let code = match git {
                    GitError::Failed { .. } | GitError::Start(_) => ErrorCode::Failed,
                    _ => ErrorCode::Invalid,
                };
                let said = Self::new(code, error.to_string());
                match git.hint() {
                    Some(hint) => said.hint(hint),
                    None => said,
                }
            }
            TreesError::Disk(_) => Self::new(ErrorCode::Failed, error.to_string())
                .hint("is the folder for temporary files full, or read-only?"),
        }
    }
}
