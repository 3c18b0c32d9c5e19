//! A client of a host that already runs: what command-line verbs and second windows use.

use coldframe_protocol::{ErrorCode, LiveBatch, RpcError};
use futures_util::{Stream, StreamExt};
use serde_json::Value;

use crate::lock::Presence;

#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    presence: Presence,
}

impl Client {
    pub(crate) fn new(presence: Presence) -> Self {
        Self { http: reqwest::Client::builder().no_proxy().build().unwrap_or_default(), presence }
    }

    pub fn presence(&self) -> &Presence {
        &self.presence
    }

    /// Sends one command to the running host.
    ///
    /// # Errors
    /// Those of the command; [`ErrorCode::Failed`] when the host cannot be reached.
    pub async fn call(&self, name: &str, request: &Value) -> Result<Value, RpcError> {
        let url = format!("http://{}/rpc/{name}", self.presence.address);
        let unreachable = |error: reqwest::Error| {
            RpcError::new(ErrorCode::Failed, format!("the running host does not answer: {error}"))
        };
        let response = self
            .http
            .post(url)
            .bearer_auth(&self.presence.token)
            .json(request)
            .send()
            .await
            .map_err(unreachable)?;
        let ok = response.status().is_success();
        let body: Value = response.json().await.map_err(unreachable)?;
        if ok {
            return Ok(body);
        }
        Err(serde_json::from_value(body)
            .unwrap_or_else(|_| RpcError::new(ErrorCode::Failed, "the running host refused the call")))
    }

    /// What happens in the running host, until it ends.
    ///
    /// # Errors
    /// The host cannot be reached.
    pub async fn live(&self) -> Result<impl Stream<Item = LiveBatch> + Send + use<>, RpcError> {
        let url = format!("http://{}/live", self.presence.address);
        let response =
            self.http.get(url).bearer_auth(&self.presence.token).send().await.map_err(|error| {
                RpcError::new(ErrorCode::Failed, format!("the running host does not answer: {error}"))
            })?;
        let bytes = Box::pin(response.bytes_stream());
        let lines =
            futures_util::stream::unfold((bytes, Vec::<u8>::new()), |(mut bytes, mut buffer)| async move {
                loop {
                    if let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
                        let line: Vec<u8> = buffer.drain(..=end).collect();
                        match serde_json::from_slice(&line) {
                            Ok(batch) => return Some((batch, (bytes, buffer))),
                            // An empty line keeps the connection alive.
                            Err(_) => continue,
                        }
                    }
                    buffer.extend_from_slice(&bytes.next().await?.ok()?);
                }
            });
        Ok(lines)
    }
}
