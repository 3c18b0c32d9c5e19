//! What calls used, added up as meters count it.

use std::time::Duration;

use coldframe_engine::AppStatus;
use coldframe_protocol::MeteredCalls;
use coldframe_providers::{domain::ProviderId, invocation::Served};

/// Of a function before its first call.
pub(crate) fn of(provider: ProviderId, status: &AppStatus) -> MeteredCalls {
    MeteredCalls {
        provider: provider.as_str().to_owned(),
        architecture: status.app.architecture.as_str().to_owned(),
        memory_mb: status.app.settings.memory_mb,
        ..MeteredCalls::default()
    }
}

pub(crate) fn add(usage: &mut MeteredCalls, served: Served) {
    let ms = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(0).div_ceil(1000);
    if served.cold {
        usage.cold_calls += 1;
        usage.cold_ms += ms(served.handler);
        usage.cold_init_ms += ms(served.init + served.handler);
    } else {
        usage.warm_calls += 1;
        usage.warm_ms += ms(served.handler);
    }
}
