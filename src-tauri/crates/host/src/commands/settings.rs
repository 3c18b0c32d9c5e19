//! Where everything is, what holds for it, how long it is kept, and taking it out.

use std::sync::PoisonError;

use coldframe_engine::{EngineConfig, SECRET_FILES, SECRET_NAMES};
use coldframe_protocol::{self as wire, ErrorCode, RpcError};
use coldframe_providers::{clock, provider::Provider, registry};
use coldframe_report::{clear, cleared};
use coldframe_store::Clear;

use super::{Result, blocking};
use crate::{at_start, editor, host::Host, keeping, prices};

impl Host {
    pub(super) async fn all_settings(&self) -> Result<wire::Settings> {
        let host = self.clone();
        blocking(move || Ok(host.settings_now())).await
    }

    fn settings_now(&self) -> wire::Settings {
        let config = &self.inner.config;
        let engine = EngineConfig::new(config.data_dir.join("work"));
        let retention = self.retention();
        let size = self.inner.reader.size();
        let provider = |provider: &Provider| {
            let given = &provider.defaults;
            wire::ProviderLimits {
                provider: provider.id.as_str().into(),
                memory_mb: given.memory_mb,
                timeout_ms: millis(given.timeout),
                idle_ms: millis(given.idle),
            }
        };
        let bounded = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        wire::Settings {
            ui_url: format!("http://{}", self.presence().address),
            record: wire::RecordPlace {
                directory: config.data_dir.display().to_string(),
                file: self.inner.reader.file().display().to_string(),
                database_bytes: size.database,
                log_bytes: size.logs,
                keep_days: keeping::days(&retention),
                keep_gib: keeping::gib(&retention),
            },
            limits: wire::DefaultLimits {
                providers: registry::ALL.map(provider).into(),
                max_instances: bounded(config.max_instances.unwrap_or(engine.max_instances)),
                account_concurrency: bounded(
                    config.account_concurrency.unwrap_or(engine.account_concurrency),
                ),
            },
            start: at_start::read(&config.data_dir).0,
            prices: self.price_book(),
            privacy: wire::Privacy {
                redacted: SECRET_NAMES.map(str::to_owned).into(),
                own: self.inner.current.get().map(|engine| engine.own_secrets()).unwrap_or_default(),
                payload_bytes: engine.payload_cap as u64,
                secret_files: SECRET_FILES.map(str::to_owned).into(),
            },
            notifications: keeping::notifications(&config.data_dir),
            editor: wire::Editor {
                command: keeping::editor(&config.data_dir),
                found: editor::found().map(|known| known.to_string()),
            },
            receipts: keeping::receipts(&config.data_dir),
        }
    }

    fn price_book(&self) -> wire::PriceBook {
        let path = prices::own_path(&self.inner.config.data_dir);
        let (exists, book) = (path.exists(), self.inner.report.book());
        let own = prices::price_book(&self.inner.config.data_dir);
        wire::PriceBook {
            path: path.display().to_string(),
            exists,
            used: exists && own.as_ref().is_ok_and(|own| own == book),
            problem: own.err().map(|error| error.to_string()),
            compiled: book.compiled.clone(),
            plans: u32::try_from(book.plans.len()).unwrap_or(u32::MAX),
            machines: u32::try_from(book.machines.len()).unwrap_or(u32::MAX),
        }
    }

    pub(super) async fn keep(&self, request: wire::KeepRecord) -> Result<wire::Settings> {
        let retention = keeping::changed(self.retention(), request.days, request.gib)
            .map_err(|problem| RpcError::new(ErrorCode::Invalid, problem))?;
        let host = self.clone();
        blocking(move || {
            keeping::write(&host.inner.config.data_dir, &retention)
                .map_err(|problem| RpcError::new(ErrorCode::Failed, problem))?;
            *host.inner.keep.lock().unwrap_or_else(PoisonError::into_inner) = retention;
            host.take_unkept();
            Ok(())
        })
        .await?;
        self.inner.live.stale();
        self.all_settings().await
    }

    pub(super) async fn notify_of(&self, wanted: wire::Notifications) -> Result<wire::Settings> {
        let host = self.clone();
        blocking(move || {
            keeping::notify_of(&host.inner.config.data_dir, &wanted)
                .map_err(|problem| RpcError::new(ErrorCode::Failed, problem))
        })
        .await?;
        // The window reads its own again.
        self.inner.live.stale();
        self.all_settings().await
    }

    pub(super) async fn start_with(&self, wanted: wire::HostStart) -> Result<wire::Settings> {
        let host = self.clone();
        blocking(move || {
            at_start::write(&host.inner.config.data_dir, wanted)
                .map_err(|problem| RpcError::new(ErrorCode::Invalid, problem))
        })
        .await?;
        self.all_settings().await
    }

    pub(super) async fn measure_saves(&self, on: bool) -> Result<wire::Settings> {
        let host = self.clone();
        blocking(move || {
            keeping::measure_saves(&host.inner.config.data_dir, on)
                .map_err(|problem| RpcError::new(ErrorCode::Failed, problem))
        })
        .await?;
        if !on {
            self.inner.receipts.halt().await;
        }
        self.all_settings().await
    }

    pub(super) async fn projects_recorded(&self) -> Result<Vec<wire::RecordedProject>> {
        self.flush().await;
        let open = self.open_project_id();
        self.read(move |report, _| report.recorded_projects(open)).await
    }

    pub(super) async fn would_clear(&self, request: wire::ClearRecord) -> Result<wire::Cleared> {
        self.flush().await;
        let wanted = self.wanted(&request);
        self.read(move |report, _| report.clearable(&wanted)).await
    }

    pub(super) async fn clear(&self, request: wire::ClearRecord) -> Result<wire::Cleared> {
        self.flush().await;
        let (host, wanted) = (self.clone(), self.wanted(&request));
        let taken = blocking(move || {
            let taking = {
                let store = host.inner.store.lock().unwrap_or_else(PoisonError::into_inner);
                store.as_ref().and_then(|store| store.begin_clear(wanted, clock::now_us()))
            };
            // Others read and flush while rows are taken.
            taking.and_then(coldframe_store::Taking::wait).ok_or_else(|| {
                RpcError::new(ErrorCode::Failed, "the record could not be cleared, or not all of it")
                    .hint("the host's own output says why; what went is gone, and it can be tried again")
            })
        })
        .await?;
        self.inner.loads.removed.clear();
        let (shelf, tables) = (self.shelf(), self.tables());
        blocking(move || {
            if request.older_than_days.is_none() {
                tables.clear(request.project);
            }
            shelf.clear(request.project, request.older_than_days, clock::now_us());
            Ok(())
        })
        .await?;
        self.inner.live.stale();
        Ok(cleared(&taken))
    }

    fn wanted(&self, request: &wire::ClearRecord) -> Clear {
        clear(request, self.open_project_id(), clock::now_us())
    }

    fn open_project_id(&self) -> Option<i64> {
        self.inner.current.get().map(|engine| engine.project_id())
    }
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
