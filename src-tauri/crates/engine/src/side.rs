//! Where a call has its instance from: the app's pool, or its resident twin. From there on both go the same way.

use std::sync::Arc;

use coldframe_providers::domain::App;
use tokio_util::sync::CancellationToken;

use crate::{
    app::{AppHandle, Lease, Taken},
    twin::TwinHandle,
};

#[derive(Debug, Clone)]
pub(crate) enum Side {
    Pool(AppHandle),
    Twin(TwinHandle),
}

impl Side {
    fn app(&self) -> &AppHandle {
        match self {
            Self::Pool(app) => app,
            Self::Twin(twin) => twin.app(),
        }
    }

    pub(crate) fn spec(&self) -> Arc<App> {
        self.app().spec()
    }

    /// Of the app as the record has it on this side.
    pub(crate) fn app_id(&self) -> i64 {
        match self {
            Self::Pool(app) => app.id(),
            Self::Twin(twin) => twin.id(),
        }
    }

    pub(crate) fn function_id(&self, name: &str) -> i64 {
        match self {
            Self::Pool(app) => app.function_id(name),
            Self::Twin(twin) => twin.function_id(name),
        }
    }

    /// Its calls are among those of the project that are shown while they come.
    pub(crate) fn is_shown(&self) -> bool {
        matches!(self, Self::Pool(_))
    }

    /// `None`: nobody wanted the instance any more before there was one.
    pub(crate) async fn take(&self, cold: bool, gone: Option<CancellationToken>) -> Option<Taken> {
        match self {
            Self::Pool(app) => app.take(cold, gone).await,
            Self::Twin(twin) => twin.take(gone).await,
        }
    }

    /// A call has finished; its instance is free, or gone.
    pub(crate) fn give_back(&self, lease: &Lease) {
        match self {
            Self::Pool(app) => app.give_back(lease),
            Self::Twin(twin) => twin.give_back(&lease.instance),
        }
    }
}
