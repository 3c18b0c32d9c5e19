//! The resident twin, as people switch it.

use coldframe_protocol::{self as wire, ErrorCode, RpcError};

use super::Result;
use crate::host::Host;

fn unbuilt<T>() -> Result<T> {
    Err(RpcError::new(ErrorCode::Failed, "there is no resident twin yet"))
}

impl Host {
    pub(super) async fn twin_of(&self, _function: i64) -> Result<wire::Twin> {
        unbuilt()
    }

    pub(super) async fn begin_twin(&self, _request: wire::StartTwin) -> Result<wire::Twin> {
        unbuilt()
    }

    pub(super) async fn end_twin(&self, _function: i64) -> Result<wire::Twin> {
        unbuilt()
    }

    pub(super) async fn mirror_calls(&self, _request: wire::MirrorCalls) -> Result<wire::Twin> {
        unbuilt()
    }

    pub(super) async fn kill(&self, _request: wire::KillInstance) -> Result<wire::Function> {
        unbuilt()
    }
}
