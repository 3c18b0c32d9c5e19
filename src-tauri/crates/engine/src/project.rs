//! The open project: what is watched, and what a change means for the list of apps. Detection runs again whenever
//! something was saved; apps that are still the same are left alone.

mod broken;
mod held;
mod news;

use std::{
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use coldframe_providers::{domain::Detection, languages, registry as providers};
use coldframe_watch::{ChangeSet, Rules, Watch};
use tokio::sync::{mpsc, oneshot};

pub(crate) use self::{broken::Broken, held::Held, news::News};
use crate::{app::AppHandle, event::EngineEvent, registry::Registry, world::SharedWorld};

/// How long a function's file may be missing in the middle of a save.
const REMOVAL_DOUBT: Duration = Duration::from_millis(500);
/// A folder that never falls silent is believed after so many looks.
const MOST_DOUBTS: usize = 10;

/// What the project's task can be asked.
pub(crate) enum Ask {
    /// Resolves when everything saved so far has reached the apps it concerns.
    Settled(oneshot::Sender<()>),
    /// Looks at the project anew although no file of it was saved: something was installed beside them.
    Look(oneshot::Sender<()>),
    Shed,
    Stop(oneshot::Sender<()>),
}

/// Handle of the project's task, shared with the apps.
#[derive(Debug, Clone)]
pub(crate) struct Settle {
    asks: mpsc::UnboundedSender<Ask>,
    rules: Rules,
}

impl Settle {
    pub(crate) fn new(rules: Rules) -> (Self, mpsc::UnboundedReceiver<Ask>) {
        let (asks, receiver) = mpsc::unbounded_channel();
        (Self { asks, rules }, receiver)
    }

    pub(crate) async fn settled(&self) {
        let (done, wait) = oneshot::channel();
        if self.asks.send(Ask::Settled(done)).is_ok() {
            let _ = wait.await;
        }
    }

    /// Resolves when the project was looked at anew.
    pub(crate) async fn look(&self) {
        let (done, wait) = oneshot::channel();
        if self.asks.send(Ask::Look(done)).is_ok() {
            let _ = wait.await;
        }
    }

    pub(crate) fn shed(&self) {
        let _ = self.asks.send(Ask::Shed);
    }

    pub(crate) async fn stop(&self) {
        let (done, wait) = oneshot::channel();
        if self.asks.send(Ask::Stop(done)).is_ok() {
            let _ = wait.await;
        }
    }

    pub(crate) fn rules(&self) -> Rules {
        self.rules.clone()
    }
}

pub(crate) struct Project {
    pub(crate) world: SharedWorld,
    pub(crate) registry: Arc<Registry>,
    pub(crate) watch: Option<Watch>,
    pub(crate) changes: mpsc::Receiver<ChangeSet>,
    pub(crate) broken: Broken,
    pub(crate) held: Held,
}

impl Project {
    pub(crate) async fn run(mut self, mut asks: mpsc::UnboundedReceiver<Ask>) {
        loop {
            tokio::select! {
                biased;
                // Asks first: a project that never falls silent must still be closed.
                ask = asks.recv() => match ask {
                    Some(Ask::Settled(done)) => {
                        self.settle().await;
                        let _ = done.send(());
                    }
                    Some(Ask::Look(done)) => {
                        let detection = detect(&self.world).await;
                        self.apply(detection, &News::none());
                        let _ = done.send(());
                    }
                    Some(Ask::Shed) => self.registry.apps().iter().for_each(|app| app.shed()),
                    Some(Ask::Stop(done)) => {
                        for app in self.registry.apps() {
                            app.close();
                        }
                        let _ = done.send(());
                        return;
                    }
                    None => return,
                },
                Some(set) = self.changes.recv() => self.changed(set).await,
            }
        }
    }

    async fn settle(&mut self) {
        let mut sets = Vec::new();
        if let Some(watch) = &self.watch {
            // The watch waits while the channel is full, so it is emptied meanwhile.
            let mut flushed = pin!(watch.flush());
            loop {
                tokio::select! {
                    () = &mut flushed => break,
                    Some(set) = self.changes.recv() => sets.push(set),
                }
            }
        }
        sets.extend(self.changes.try_recv());
        for set in sets {
            self.changed(set).await;
        }
    }

    /// Tells the apps, then looks whether the list of apps is still right: once for all that is waiting.
    async fn changed(&mut self, set: ChangeSet) {
        let mut news = News::since(set.detected);
        self.hear(set, &mut news);
        let mut detection = detect(&self.world).await;
        // Some editors save by removing the file and writing it anew: what would be lost is looked at again until
        // nothing has moved for a while.
        for _ in 0..MOST_DOUBTS {
            if !news.removed_something() || !self.would_remove(&detection) {
                break;
            }
            tokio::time::sleep(REMOVAL_DOUBT).await;
            let quiet = match self.changes.try_recv() {
                Ok(set) => {
                    self.hear(set, &mut news);
                    false
                }
                Err(_) => true,
            };
            detection = detect(&self.world).await;
            if quiet {
                break;
            }
        }
        self.apply(detection, &news);
    }

    /// Tells the apps of this set and of all that are waiting behind it.
    fn hear(&mut self, set: ChangeSet, news: &mut News) {
        let mut next = Some(set);
        while let Some(set) = next {
            self.forward(&set);
            set.paths.into_iter().for_each(|change| news.add(change));
            next = self.changes.try_recv().ok();
        }
    }

    fn would_remove(&self, detection: &Detection) -> bool {
        self.registry.apps().iter().any(|known| {
            let spec = known.spec();
            !detection.apps.iter().any(|app| app.provider == spec.provider && app.name == spec.name)
        })
    }

    fn forward(&self, set: &ChangeSet) {
        let paths = || set.paths.iter().map(|change| self.world.relative(&change.path)).collect();
        self.world.bus.show(|| EngineEvent::Saved(paths()));
        let apps = self.registry.apps();
        let is_owned = |file: &Path| apps.iter().any(|app| file.starts_with(&app.spec().root));
        let changed = set.paths.iter().map(|change| &change.path);
        let shared: Vec<PathBuf> = changed.filter(|file| !is_owned(file)).cloned().collect();
        for app in &apps {
            let spec = app.spec();
            let own = set.paths.iter().map(|change| &change.path).filter(|file| {
                // A manifest's change reaches the app through detection, as a change of settings; a file below
                // another, deeper app belongs to that one.
                !spec.manifests.contains(file) && !belongs_deeper(file, app, &apps)
            });
            app.changed(own.cloned().collect(), &shared, set.detected);
        }
    }

    /// Brings the list of apps in line with what was found.
    pub(crate) fn apply(&mut self, detection: Detection, heard: &News) {
        let Detection { apps: found, problems, redact } = detection;
        let known = self.registry.apps();
        let before = self.registry.problems();
        self.broken.learn((!known.is_empty()).then_some(&before[..]), &problems);
        // While the file that says them is broken, those it last said go on to hold.
        if !self.broken.any() {
            self.world.redaction.learn(&redact);
        }
        let mut apps = Vec::new();
        let mut news = before != problems;
        let manifests: Vec<PathBuf> = found.iter().flat_map(|app| app.manifests.clone()).collect();
        for app in found {
            let same = known.iter().find(|handle| {
                let spec = handle.spec();
                spec.provider == app.provider && spec.name == app.name
            });
            match same {
                // While a manifest is broken, what it last said goes on to hold.
                Some(handle) if *handle.spec() == app || self.broken.any() => apps.push(handle.clone()),
                Some(handle) => {
                    news = true;
                    self.world.register(handle.id(), &app, |name| handle.function_id(name));
                    handle.updated(Arc::new(app), heard.detected);
                    apps.push(handle.clone());
                }
                // Its folder is known by a name that the broken manifest gave it.
                None if self.broken.any() && known.iter().any(|known| known.spec().root == app.root) => {}
                None => {
                    news = true;
                    let handle = AppHandle::open(&self.world, app.clone());
                    self.world.register(handle.id(), &app, |name| handle.function_id(name));
                    apps.push(handle);
                }
            }
        }
        for handle in known {
            if apps.iter().any(|app| app.id() == handle.id()) {
                continue;
            }
            let spec = handle.spec();
            // A save that breaks a file must not make its function disappear: it goes when its files go, or when
            // a manifest that can be read no longer names it.
            let described = self.broken.describes(&spec, |manifest| self.world.relative(manifest));
            let unnamed = heard.touched_manifest_of(&spec, &manifests, &self.world.project)
                && !self.broken.any()
                && !self.held.holds(&spec, &before, &problems, |manifest| self.world.relative(manifest));
            if (heard.took_code_of(&spec) && !described) || unnamed || !spec.root.exists() {
                news = true;
                handle.retire();
            } else {
                apps.push(handle);
            }
        }
        self.registry.replace(apps, problems);
        if news {
            self.world.bus.send(EngineEvent::Project);
        }
    }
}

fn belongs_deeper(file: &Path, app: &AppHandle, apps: &[AppHandle]) -> bool {
    let root = app.spec().root.clone();
    apps.iter().any(|other| {
        let other = other.spec();
        other.root != root && other.root.starts_with(&root) && file.starts_with(&other.root)
    })
}

/// Parses the project; runs nothing of it.
pub(crate) async fn detect(world: &SharedWorld) -> Detection {
    let (root, reported) = (world.project.clone(), world.reported());
    let looked = tokio::task::spawn_blocking(move || {
        let mut detection = providers::detect_after(&root, &reported);
        for app in &mut detection.apps {
            languages::look_around(app, &root);
        }
        detection
    });
    looked.await.unwrap_or_default()
}
