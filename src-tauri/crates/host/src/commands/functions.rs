//! Functions as they stand now, and their pools.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use coldframe_engine::{AppStatus, Engine, PoolChange, app_id, function_id, project_id};
use coldframe_protocol as wire;
use coldframe_providers::{
    domain::{App, ProviderId},
    invocation::{FunctionRef, Invoke},
    languages, registry,
};

use super::{Result, unknown_function};
use crate::{host::Host, shape};

impl Host {
    pub(super) async fn all_functions(&self) -> Result<Vec<wire::Function>> {
        let engine = self.engine()?;
        let statuses = engine.status();
        self.inner.names.learn(&statuses);
        Ok(statuses.iter().flat_map(|status| self.shape(&engine, status)).collect())
    }

    pub(super) async fn function(&self, id: i64) -> Result<wire::Function> {
        let engine = self.engine()?;
        let status = engine.function_status(id).ok_or_else(unknown_function)?;
        let functions = self.shape(&engine, &status);
        functions.into_iter().find(|function| function.id == id).ok_or_else(unknown_function)
    }

    pub(super) async fn app(&self, function: i64) -> Result<Arc<App>> {
        let status = self.engine()?.function_status(function).ok_or_else(unknown_function)?;
        Ok(status.app)
    }

    /// The functions of one app, with their URLs.
    pub(crate) fn shape(&self, engine: &Engine, status: &AppStatus) -> Vec<wire::Function> {
        let provider = status.app.provider;
        shape::functions(status, engine.root(), |name| {
            let reference = FunctionRef { provider, name: name.to_owned() };
            let Some(found) = engine.find(&reference) else { return Vec::new() };
            let surface = self.inner.surfaces.iter().find(|(of, _)| *of == provider);
            let Some((_, address)) = surface else { return Vec::new() };
            let own = self.inner.config.function_ports.iter();
            let own = own.filter(|one| one.provider == provider && one.function.eq_ignore_ascii_case(name));
            let urls = own.map(|one| one.url(*address));
            urls.chain(registry::of(provider).urls(&found, *address)).collect()
        })
    }

    pub(super) async fn change_pool(&self, request: &wire::SetPool) -> Result<wire::Function> {
        let change = PoolChange {
            idle: request.idle_ms.map(Duration::from_millis),
            kept_warm: request.kept_warm,
            always_cold: request.always_cold,
            next_cold: request.next_cold,
            emulate_cpu_share: request.emulate_cpu_share,
            concurrency: request.concurrency.map(wire::ConcurrencyChange::limit),
        };
        self.engine()?.configure(request.function, &change);
        self.function(request.function).await
    }

    pub(super) fn surface_list(&self) -> Vec<wire::Surface> {
        let surfaces = self.inner.surfaces.iter();
        let wire = |(provider, address): &(ProviderId, SocketAddr)| wire::Surface {
            provider: provider.as_str().into(),
            url: format!("http://{address}"),
        };
        surfaces.map(wire).collect()
    }
}

/// What a folder holds, without a host: nothing is run or recorded.
///
/// # Errors
/// The folder cannot be read.
pub fn functions_of(dir: &Path) -> std::io::Result<(Vec<wire::Function>, Vec<wire::Problem>)> {
    let root = dir.canonicalize()?;
    std::fs::read_dir(&root)?;
    let detection = registry::detect(&root);
    let project = project_id(&root);
    let functions = detection.apps.into_iter().flat_map(|mut app| {
        languages::look_around(&mut app, &root);
        let id = app_id(project, &app);
        let functions = app.functions.iter();
        let names =
            functions.map(|function| (function_id(id, &function.name), function.name.clone())).collect();
        let problems = app.problems.clone();
        let settings = app.settings.clone();
        let status = AppStatus {
            id,
            app: Arc::new(app),
            functions: names,
            revision: String::new(),
            problems,
            job: None,
            serving: false,
            starting: 0,
            instances: Vec::new(),
            idle: settings.idle,
            kept_warm: settings.kept_warm,
            always_cold: settings.always_cold,
            emulate_cpu_share: settings.emulate_cpu_share,
            next_cold: false,
            concurrency: settings.concurrency,
            instance_concurrency: settings.instance_concurrency,
            in_flight: 0,
            working: false,
            twin: false,
        };
        shape::functions(&status, &root, |_| Vec::new())
    });
    let problems = detection.problems.iter().map(shape::problem).collect();
    Ok((functions.collect(), problems))
}
