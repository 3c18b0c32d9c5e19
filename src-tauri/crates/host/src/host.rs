//! The running host: engine, record and read side behind one set of commands, on one data directory.

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use coldframe_cost::Book;
use coldframe_engine::{Engine, EngineConfig};
use coldframe_protocol as wire;
use coldframe_providers::clock;
use coldframe_report::Report;
use coldframe_store::{Accepted, Opened, Reader, ReloadEntry, Retention, Store, Taking};
use coldframe_supervisor::Supervisor;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::{
    at_start,
    commands::Named,
    config::HostConfig,
    doors::{self, Current, Surfaces},
    error::HostError,
    http, keeping,
    live::{Live, Source},
    load::Loads,
    lock::{Lock, Presence},
    map::Maps,
    names::FunctionNames,
    prices,
    receipts::Receipts,
    sidebyside::Contrasts,
};

const RETAIN: Duration = Duration::from_hours(1);

/// Cheap handle of the running host.
#[derive(Debug, Clone)]
pub struct Host {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) config: HostConfig,
    pub(crate) supervisor: Supervisor,
    pub(crate) store: Mutex<Option<Store>>,
    pub(crate) recorder: coldframe_store::Recorder,
    pub(crate) report: Report,
    pub(crate) reader: Reader,
    pub(crate) current: Arc<Current>,
    pub(crate) live: Live,
    pub(crate) loads: Loads,
    pub(crate) maps: Maps,
    pub(crate) contrasts: Contrasts,
    pub(crate) names: FunctionNames,
    /// Of functions that were looked at: what their sources name, and of which revision that was read.
    pub(crate) named: Mutex<HashMap<i64, (String, Named)>>,
    pub(crate) surfaces: Surfaces,
    pub(crate) presence: Presence,
    pub(crate) notices: Vec<String>,
    /// How long the record is kept; changed by the person while the host runs.
    pub(crate) keep: Mutex<Retention>,
    pub(crate) machine: Mutex<Option<sysinfo::System>>,
    pub(crate) reloads: AtomicU64,
    pub(crate) receipts: Receipts,
    /// Asynchronous events whose project has not been open yet.
    pub(crate) pending: Mutex<Vec<Accepted>>,
    stop: CancellationToken,
    lock: Mutex<Option<Lock>>,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host")
            .field("config", &self.config)
            .field("surfaces", &self.surfaces)
            .finish_non_exhaustive()
    }
}

impl Host {
    pub(crate) async fn start(config: HostConfig, lock: Lock) -> Result<Self, HostError> {
        let (set, mut notices) = at_start::read(&config.data_dir);
        let set = doors::free(&config, set, &mut notices).await;
        let mut config = config.or(set);
        let bound = doors::bind(&config).await?;
        config.function_ports = bound.function_ports();
        let data_dir = |source| HostError::DataDir { path: config.data_dir.clone(), source };
        let (store, opened) = open_store(&config).await?;
        let supervisor = Supervisor::start(coldframe_supervisor::Config {
            keeper: Some(config.keeper.clone()),
            run_dir: config.data_dir.join("run"),
        })?;
        notices.extend(self::notices(&opened));
        if supervisor.swept() > 0 {
            notices
                .push(format!("ended {} function processes an earlier host left behind", supervisor.swept()));
        }
        let book = prices::usable_book(&config.data_dir, &mut notices);
        let keep = keeping::read(&config.data_dir, &mut notices);
        let reader = store.reader()?;
        let listener =
            doors::listen(SocketAddr::from(([127, 0, 0, 1], config.ui_port.unwrap_or(0))), "--ui-port")
                .await?;
        let address = listener.local_addr().map_err(data_dir)?;
        let presence = Presence { address: address.to_string(), token: token(), pid: std::process::id() };
        lock.announce(&presence).map_err(data_dir)?;

        let inner = Inner {
            supervisor,
            recorder: store.recorder(),
            store: Mutex::new(Some(store)),
            report: Report::new(reader.clone(), book),
            reader,
            current: Arc::default(),
            live: Live::new(),
            loads: Loads::default(),
            maps: Maps::default(),
            contrasts: Contrasts::default(),
            names: FunctionNames::default(),
            named: Mutex::default(),
            surfaces: bound.surfaces(),
            presence,
            notices,
            keep: Mutex::new(keep),
            machine: Mutex::new(sysinfo::System::new().ok()),
            reloads: AtomicU64::new(0),
            receipts: Receipts::default(),
            pending: Mutex::new(opened.pending_events),
            stop: CancellationToken::new(),
            lock: Mutex::new(Some(lock)),
            config,
        };
        let host = Self { inner: Arc::new(inner) };
        if let Some(project) = &host.inner.config.project.clone() {
            host.open(project).await?;
        }
        host.shelf().empty_aside();
        tokio::spawn(host.clone().retain());
        bound.serve(&host.inner.current, &host.inner.config, &host.inner.stop);
        tokio::spawn(http::serve(listener, host.clone(), host.inner.stop.clone()));
        Ok(host)
    }

    /// Opens a project in place of the one that is open. Runs nothing of it.
    ///
    /// # Errors
    /// The folder cannot be read; what was open stays open.
    pub async fn open(&self, project: &Path) -> Result<(), HostError> {
        // Runtimes resolve links and `..` in the names of the files they load.
        let data_dir = &self.inner.config.data_dir;
        let data_dir = dunce::canonicalize(data_dir).unwrap_or_else(|_| data_dir.clone());
        let mut config = EngineConfig::new(data_dir.join("work"));
        config.account_concurrency =
            self.inner.config.account_concurrency.unwrap_or(config.account_concurrency);
        config.surfaces = self.inner.surfaces.clone();
        config.max_instances = self.inner.config.max_instances.unwrap_or(config.max_instances);
        let (supervisor, recorder) = (self.inner.supervisor.clone(), self.inner.recorder.clone());
        let (engine, events) =
            Engine::open(config, supervisor, recorder, project, self.inner.live.watched()).await?;
        self.inner.names.learn(&engine.status());
        let old = self.inner.current.set(Some(engine.clone()));
        if let Some(old) = old {
            self.inner.contrasts.halt().await;
            self.inner.receipts.halt().await;
            self.inner.loads.halt().await;
            self.inner.maps.halt().await;
            old.shutdown().await;
        }
        tokio::spawn(self.inner.live.clone().gather(self.clone(), events));
        self.resume(&engine);
        self.inner.live.stale();
        Ok(())
    }

    /// Cancelled when the host shuts down.
    pub(crate) fn stopped(&self) -> CancellationToken {
        self.inner.stop.clone()
    }

    /// Where the people's side is reached, and the token it asks for.
    pub fn presence(&self) -> &Presence {
        &self.inner.presence
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Arc<wire::LiveBatch>> {
        self.inner.live.subscribe()
    }

    pub(crate) fn engine(&self) -> Result<Engine, wire::RpcError> {
        self.inner.current.get().ok_or_else(|| {
            wire::RpcError::new(wire::ErrorCode::NoProject, "no project is open").hint("open a folder first")
        })
    }

    /// Lets calls finish, stops every function, writes everything and gives the data directory back.
    pub async fn shutdown(&self) {
        self.inner.stop.cancel();
        self.inner.contrasts.halt().await;
        self.inner.receipts.halt().await;
        self.inner.loads.halt().await;
        self.inner.maps.halt().await;
        if let Some(engine) = self.inner.current.set(None) {
            engine.shutdown().await;
        }
        self.inner.supervisor.shutdown().await;
        let store = self.inner.store.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(store) = store {
            let _ = tokio::task::spawn_blocking(move || store.close()).await;
        }
        drop(self.inner.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Everything recorded so far is where readers look. Blocking work, off the runtime's threads.
    pub(crate) async fn flush(&self) {
        let host = self.clone();
        let flushed = tokio::task::spawn_blocking(move || {
            let store = host.inner.store.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(store) = store.as_ref() {
                store.flush();
            }
        });
        let _ = flushed.await;
    }

    /// Forgets what is too old or too much, and closes finished days: at the start and every hour.
    async fn retain(self) {
        let mut every = tokio::time::interval(RETAIN);
        loop {
            tokio::select! {
                _ = every.tick() => {}
                () = self.inner.stop.cancelled() => return,
            }
            let host = self.clone();
            let _ = tokio::task::spawn_blocking(move || host.take_unkept()).await;
        }
    }

    pub(crate) fn retention(&self) -> Retention {
        *self.inner.keep.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes out of the record what is not kept any more. Blocks until it is gone.
    pub(crate) fn take_unkept(&self) {
        let keep = self.retention();
        let taking = {
            let store = self.inner.store.lock().unwrap_or_else(PoisonError::into_inner);
            store.as_ref().and_then(|store| store.begin_retain(keep, clock::now_us()))
        };
        // Others read and flush while rows are taken.
        let retained = taking.and_then(Taking::wait);
        tracing::debug!(?retained, "the record was trimmed");
    }
}

async fn open_store(config: &HostConfig) -> Result<(Store, Opened), HostError> {
    let directory = config.data_dir.clone();
    let opened = tokio::task::spawn_blocking(move || Store::open(&directory, clock::now_us()));
    match opened.await {
        Ok(result) => Ok(result?),
        Err(error) => {
            Err(HostError::DataDir { path: config.data_dir.clone(), source: std::io::Error::other(error) })
        }
    }
}

/// What opening the record had to mend.
pub(crate) fn notices(opened: &Opened) -> Vec<String> {
    let mut notices = Vec::new();
    if let Some(path) = &opened.set_aside {
        notices.push(format!(
            "the record could not be read and was set aside as {}; a new one was begun",
            path.display()
        ));
    }
    if opened.imported > 0 || opened.interrupted > 0 {
        notices.push(format!(
            "the last host ended without closing its record: imported {} entries, closed {} interrupted calls",
            opened.imported, opened.interrupted
        ));
    }
    for path in &opened.damaged {
        notices.push(format!(
            "the journal of the last host is damaged: what could be read of it is in the record, and the file was set \
             aside as {}; calls that stood behind the damage are missing",
            path.display()
        ));
    }
    match opened.pending_events.len() {
        0 => {}
        1 => notices.push("delivering 1 event that the last host had accepted".to_owned()),
        events => notices.push(format!("delivering {events} events that the last host had accepted")),
    }
    notices
}

/// 32 random bytes as hex.
fn token() -> String {
    let mut bytes = [0u8; 32];
    if getrandom::fill(&mut bytes).is_err() {
        // No system randomness: a hash of what only this process knows is the best that is left.
        let seed = format!("{} {} {:p}", clock::now_us(), std::process::id(), &raw const bytes);
        bytes = *blake3::hash(seed.as_bytes()).as_bytes();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Source for Host {
    async fn functions(&self, app: i64) -> Vec<wire::Function> {
        let Some(engine) = self.inner.current.get() else { return Vec::new() };
        let status = engine.app_status(app);
        status.map(|status| self.shape(&engine, &status)).unwrap_or_default()
    }

    fn reloaded(&self, reload: &ReloadEntry) {
        self.begin_receipt(reload);
    }

    fn count_reload(&self) {
        self.inner.reloads.fetch_add(1, Ordering::Relaxed);
    }

    async fn status(&self) -> wire::HostStatus {
        self.host_status().await
    }

    fn names(&self) -> FunctionNames {
        self.inner.names.clone()
    }

    fn book(&self) -> &Book {
        self.inner.report.book()
    }
}
