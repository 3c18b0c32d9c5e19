//! What of the world outside a function reaches when it is called (hosts, programs that it starts, files outside its temporary
//! folder): to be told, and asked for, wherever calls are made that nobody else makes.

use std::sync::PoisonError;

use coldframe_engine::Engine;
use coldframe_protocol::{self as wire, ErrorCode, RpcError};
use coldframe_providers::{
    portable::{self, Outward},
    reached::Reached,
};

use super::{Result, blocking, portability::connections};
use crate::host::Host;

/// What its sources name, each as `Amazon S3 (boto3 in orders/app.py:3)`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Named {
    /// Clients of clouds.
    pub(crate) clouds: Vec<String>,
    /// Whatever else opens connections.
    pub(crate) clients: Vec<String>,
    /// What starts programs, or writes files that may be anywhere.
    pub(crate) acts: Vec<String>,
}

/// What is known of it.
#[derive(Debug)]
pub(crate) struct Reach {
    pub(crate) connections: Vec<wire::SeenConnection>,
    /// Programs and files it was seen starting and writing, and clients of clouds; and where it was seen connecting to nobody,
    /// or doing neither of the other, whatever in its sources could.
    pub(crate) ties: Vec<String>,
    /// It reaches them; else its code could.
    certain: bool,
}

impl Reach {
    fn new(connections: Vec<wire::SeenConnection>, done: Vec<String>, named: Named) -> Self {
        let Named { clouds, clients, acts } = named;
        let certain = !connections.is_empty() || !done.is_empty() || !clouds.is_empty();
        let clients = clients.into_iter().filter(|_| connections.is_empty());
        let acts = if done.is_empty() { acts } else { Vec::new() };
        let ties = done.into_iter().chain(clouds).chain(clients).chain(acts).collect();
        Self { connections, ties, certain }
    }

    /// Of what is not called.
    pub(crate) fn nothing() -> Self {
        Self::new(Vec::new(), Vec::new(), Named::default())
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.connections.is_empty() && self.ties.is_empty()
    }

    /// Each in words.
    pub(crate) fn named(&self) -> Vec<String> {
        let hosts = self.connections.iter().map(|seen| match &seen.service {
            Some(service) => format!("{service} ({})", seen.host),
            None => seen.host.clone(),
        });
        hosts.chain(self.ties.iter().cloned()).collect()
    }

    /// # Errors
    /// What is called twice would, or could, write there twice.
    fn twice(&self) -> Result<()> {
        if self.is_nothing() {
            return Ok(());
        }
        let (verb, named) = (self.verb(), self.named().join(", "));
        let message = format!("every call would be made twice, and it {verb} something outside: {named}");
        Err(RpcError::new(ErrorCode::Conflict, message).hint(
            "what it writes there would be written twice; say that this is all right (--twice), or take an event that \
             writes nothing",
        ))
    }

    /// Before what it names.
    pub(crate) fn verb(&self) -> &'static str {
        if self.certain { "reaches" } else { "may reach" }
    }
}

/// Programs that it was seen starting, and files that it was seen writing, in words.
pub(crate) fn done(engine: &Engine, function: i64) -> Vec<String> {
    let done = engine.reached(function).into_iter().filter_map(|one| match one {
        Reached::Host(_) => None,
        Reached::Program(name) => Some(format!("the program {name}")),
        Reached::File(path) => Some(format!("the file {path}")),
    });
    done.collect()
}

/// Before anything of it has run.
pub(crate) async fn unseen(engine: &Engine, function: i64) -> Result<Reach> {
    Ok(Reach::new(Vec::new(), Vec::new(), named(engine, function).await?))
}

impl Host {
    pub(crate) async fn reach(&self, engine: &Engine, function: i64) -> Result<Reach> {
        let mut seen = connections(engine, function);
        seen.retain(|seen| !self.is_own(&seen.host));
        Ok(Reach::new(seen, done(engine, function), self.known(engine, function).await?))
    }

    /// Before calls are made on both sides: the one rule of every way to make them.
    ///
    /// # Errors
    /// It reaches something outside, or could, and nobody has said that it may be written to twice.
    pub(crate) async fn may_call_twice(
        &self,
        engine: &Engine,
        function: i64,
        writes_twice_ok: Option<bool>,
    ) -> Result<()> {
        if writes_twice_ok == Some(true) {
            return Ok(());
        }
        self.reach(engine, function).await?.twice()
    }

    /// Read anew with every revision.
    async fn known(&self, engine: &Engine, function: i64) -> Result<Named> {
        let revision = engine.function_status(function).map(|status| status.revision).unwrap_or_default();
        let known = || self.inner.named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, named)) = known().get(&function).filter(|(of, _)| *of == revision && !of.is_empty()) {
            return Ok(named.clone());
        }
        let found = named(engine, function).await?;
        known().insert(function, (revision, found.clone()));
        Ok(found)
    }

    /// A listener of this host's own, as a process names it: `localhost:9000`.
    fn is_own(&self, host: &str) -> bool {
        let Some(port) = host.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok()) else {
            return false;
        };
        let surfaces = self.inner.surfaces.iter().map(|(_, address)| address.port());
        surfaces.chain(self.inner.config.function_ports.iter().map(|one| one.port)).any(|own| own == port)
    }
}

async fn named(engine: &Engine, function: i64) -> Result<Named> {
    let (engine, root) = (engine.clone(), engine.root().to_owned());
    blocking(move || {
        let mut named = Named::default();
        for file in engine.files(function) {
            let shown = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            let at = |name: &str, line: u32| format!("{name} in {shown}:{line}");
            // A variable's name alone writes nothing, nor does what the function is written with.
            let ties = portable::ties(&file);
            let clouds: Vec<_> = ties
                .iter()
                .filter(|tie| tie.kind == portable::TieKind::Package && !portable::is_framework(&tie.name))
                .collect();
            let clients = portable::clients(&file).into_iter();
            // One that is a cloud's is told as that.
            let others = clients.filter(|one| clouds.iter().all(|cloud| cloud.name != one.name));
            let shown = |Outward { name, line }: Outward| at(&name, line);
            named.clients.extend(others.map(shown));
            named.acts.extend(portable::acts(&file).into_iter().map(shown));
            named.clouds.extend(clouds.iter().map(|cloud| match &cloud.service {
                Some(service) => format!("{service} ({})", at(&cloud.name, cloud.line)),
                None => at(&cloud.name, cloud.line),
            }));
        }
        Ok(named)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(host: &str, service: Option<&str>) -> wire::SeenConnection {
        wire::SeenConnection {
            host: host.to_owned(),
            provider: None,
            title: None,
            service: service.map(str::to_owned),
        }
    }

    fn named(clouds: &[&str], clients: &[&str], acts: &[&str]) -> Named {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        Named { clouds: owned(clouds), clients: owned(clients), acts: owned(acts) }
    }

    #[test]
    fn what_was_seen_is_certain_and_what_could_be_is_told_until_then() {
        let nothing = Reach::new(Vec::new(), Vec::new(), Named::default());
        assert!(nothing.is_nothing() && nothing.twice().is_ok());
        let could = Reach::new(Vec::new(), Vec::new(), named(&[], &["socket in a.py:1"], &[]));
        assert_eq!((could.verb(), could.named()), ("may reach", vec!["socket in a.py:1".to_owned()]));
        let refused = could.twice().expect_err("it could write");
        assert_eq!(refused.code, ErrorCode::Conflict);
        assert!(refused.message.contains("may reach something outside: socket in a.py:1"), "{refused:?}");
        assert!(refused.hint.is_some_and(|hint| hint.contains("--twice")), "what allows it");
        let cloud =
            Reach::new(Vec::new(), Vec::new(), named(&["boto3 in a.py:2"], &["socket in a.py:1"], &[]));
        assert_eq!((cloud.verb(), cloud.named().len()), ("reaches", 2));
        let hosts = vec![seen("127.0.0.1:19999", None), seen("s3.amazonaws.com", Some("Amazon S3"))];
        let does = Reach::new(hosts, Vec::new(), named(&[], &["socket in a.py:1"], &[]));
        assert_eq!(
            (does.verb(), does.named()),
            ("reaches", vec!["127.0.0.1:19999".to_owned(), "Amazon S3 (s3.amazonaws.com)".to_owned()])
        );
    }

    #[test]
    fn programs_and_files_are_asked_about_as_hosts_are() {
        let could = Reach::new(Vec::new(), Vec::new(), named(&[], &[], &["subprocess in a.py:1"]));
        assert_eq!(could.verb(), "may reach");
        assert!(could.twice().is_err(), "whatever it starts may write");
        let done = vec!["the file /srv/out.txt".to_owned()];
        let both =
            Reach::new(Vec::new(), done.clone(), named(&[], &["socket in a.py:2"], &["open in a.py:1"]));
        assert_eq!(both.named(), ["the file /srv/out.txt", "socket in a.py:2"], "it may connect as well");
        assert_eq!(both.verb(), "reaches");
    }
}
