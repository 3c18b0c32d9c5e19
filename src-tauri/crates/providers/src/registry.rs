//! The providers there are: one line each.

use std::{path::Path, sync::Arc};

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    aws, azure, detecting,
    domain::{Detection, ProviderId, Reported},
    door::DoorConfig,
    gcp, ibm,
    invocation::Invoke,
    knative, overrides,
    provider::Provider,
    templates::Template,
    vercel,
};

/// What a person adds to or overrides of what is found, at the root of a project.
pub const OVERRIDES: &str = overrides::FILE;

/// Every provider, in the order in which people see them.
pub const ALL: [&Provider; 6] =
    [&aws::PROVIDER, &vercel::PROVIDER, &gcp::PROVIDER, &ibm::PROVIDER, &knative::PROVIDER, &azure::PROVIDER];

/// Those whose functions are web services, which may each have a port of their own ([`DoorConfig::alone`]).
pub const SERVICES: [ProviderId; 2] = [ProviderId::Gcp, ProviderId::Knative];

pub fn of(id: ProviderId) -> &'static Provider {
    match id {
        ProviderId::Aws => &aws::PROVIDER,
        ProviderId::Azure => &azure::PROVIDER,
        ProviderId::Vercel => &vercel::PROVIDER,
        ProviderId::Gcp => &gcp::PROVIDER,
        ProviderId::Ibm => &ibm::PROVIDER,
        ProviderId::Knative => &knative::PROVIDER,
    }
}

/// Serves a provider's callers on `listener` until `shutdown`.
pub async fn serve<I: Invoke>(
    id: ProviderId,
    listener: TcpListener,
    invoke: Arc<I>,
    config: DoorConfig,
    shutdown: CancellationToken,
) {
    match id {
        ProviderId::Aws => aws::door::serve(listener, invoke, config, shutdown).await,
        ProviderId::Azure => azure::door::serve(listener, invoke, config, shutdown).await,
        ProviderId::Vercel => vercel::door::serve(listener, invoke, config, shutdown).await,
        ProviderId::Gcp => gcp::door::serve(listener, invoke, config, shutdown).await,
        ProviderId::Ibm => ibm::door::serve(listener, invoke, config, shutdown).await,
        ProviderId::Knative => knative::door::serve(listener, invoke, config, shutdown).await,
    }
}

/// Every app of every provider in a project, in a stable order. Reads files, executes nothing, never panics: what is
/// wrong is among the problems.
pub fn detect(project: &Path) -> Detection {
    detect_after(project, &Reported::new())
}

/// The same, when apps have run and told of themselves what no file says.
pub fn detect_after(project: &Path, reported: &Reported) -> Detection {
    detecting::detect(project, &ALL, reported)
}

/// Functions to begin with, provider by provider.
pub fn templates() -> impl Iterator<Item = &'static Template> {
    ALL.iter().flat_map(|provider| provider.templates)
}
