//! How each row happens: one file each. They speak to the function as anybody could, through the host's own commands, and
//! leave the pool's settings as they found them.

mod administration;
mod availability;
mod billing;
mod idle;
mod latency;
mod lock_in;
mod long_work;
mod provisioning;
mod scaling_out;
mod scaling_to_zero;
mod statelessness;
mod steady_spiky;
mod utilisation;

use coldframe_protocol::{RowKind, RowResult};

use super::stage::{Result, Stage};

/// The saved event that is long work.
pub(super) const LONG_EVENT: &str = "long";

pub(super) async fn run(kind: RowKind, stage: &Stage<'_>) -> Result<RowResult> {
    // Each has a room of its own: the largest would have to fit into all of them.
    match kind {
        RowKind::Provisioning => Box::pin(provisioning::run(stage)).await,
        RowKind::Idle => Box::pin(idle::run(stage)).await,
        RowKind::ScalingOut => Box::pin(scaling_out::run(stage)).await,
        RowKind::ScalingToZero => Box::pin(scaling_to_zero::run(stage)).await,
        RowKind::Utilisation => Box::pin(utilisation::run(stage)).await,
        RowKind::Billing => Box::pin(billing::run(stage)).await,
        RowKind::Statelessness => Box::pin(statelessness::run(stage)).await,
        RowKind::Availability => Box::pin(availability::run(stage)).await,
        RowKind::SteadySpiky => {
            Box::pin(async {
                // A price of calls that are never answered says nothing.
                stage.call().await.well()?;
                steady_spiky::run(stage).await
            })
            .await
        }
        RowKind::Latency => Box::pin(latency::run(stage)).await,
        RowKind::LongWork => Box::pin(long_work::run(stage)).await,
        RowKind::Administration => Box::pin(administration::run(stage)).await,
        RowKind::LockIn => Box::pin(lock_in::run(stage)).await,
    }
}
