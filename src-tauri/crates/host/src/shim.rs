pub(crate) mod door {
    use std::{net::SocketAddr, sync::Arc};
    use coldframe_providers::{domain::Problem, invocation::{Event, Found, Invoke}};
    pub(crate) struct DoorConfig { pub(crate) allowed_hosts: Vec<String> }
    pub(crate) async fn serve<I: Invoke>(_: tokio::net::TcpListener, _: Arc<I>, _: DoorConfig, stop: tokio_util::sync::CancellationToken) { stop.cancelled().await }
    pub(crate) fn urls(_: &Found, _: SocketAddr) -> Vec<String> { vec![] }
    pub(crate) fn event_from_json(t: &str) -> Result<Event, Problem> { Ok(Event::Bytes(t.to_owned().into())) }
}
