//! The status that an activation's caller sees, for the record: that of the REST API, of a Code Engine function, of a web
//! action.

use http::StatusCode;
use serde_json::Value;

use super::super::params::{self, Rules, Unfit};
use crate::invocation::{Ending, StatusOf, as_it_is};

/// What a web action answers depends on its address as well, and on what is asked of the activation: here the
/// activation's own.
pub(super) const BY_WEB_ACTION: StatusOf = as_it_is;
/// Who does not wait for the activation's end is told nothing of it.
pub(super) const BY_ID: StatusOf = |_| StatusCode::ACCEPTED;

pub(super) fn by_rest(ending: &Ending<'_>) -> StatusCode {
    match ending {
        Ending::Answered { head, .. } if head.failed.is_none() => StatusCode::OK,
        Ending::Answered { .. } | Ending::Failed { .. } => StatusCode::BAD_GATEWAY,
        Ending::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
        Ending::Refused => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

pub(super) fn by_function(ending: &Ending<'_>) -> StatusCode {
    match ending {
        Ending::Answered { head, bytes, .. } if head.failed.is_none() => {
            of_result(&serde_json::from_slice(bytes).unwrap_or_default())
        }
        Ending::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// <https://cloud.ibm.com/docs/codeengine?topic=codeengine-fun-exchanging-data-with-functions>
pub(super) fn of_result(result: &Value) -> StatusCode {
    match params::answer(result, Rules::Function) {
        // A function that says no status has answered, with or without a body.
        Ok(response) if result.get("statusCode").is_none() && response.status() == StatusCode::NO_CONTENT => {
            StatusCode::OK
        }
        Ok(response) => response.status(),
        Err(Unfit::Status) => StatusCode::UNPROCESSABLE_ENTITY,
        Err(Unfit::Body) => StatusCode::BAD_REQUEST,
    }
}
