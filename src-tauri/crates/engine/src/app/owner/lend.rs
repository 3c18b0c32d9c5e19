//! Lending the serving revision to whoever runs it outside of the pool: no instance, place or call of the pool's is
//! involved.

use std::sync::Arc;

use coldframe_providers::domain::Problem;
use tokio::sync::oneshot;

use super::Owner;
use crate::{
    app::{KeptCopy, Revision, reload::Disk},
    instance::{Cause, StartRequest},
};

/// What instances of two revisions are started from.
#[derive(Debug)]
pub(crate) struct LentPair {
    pub(crate) now: StartRequest,
    pub(crate) before: Option<StartRequest>,
}

/// What an instance of the serving revision is started from; or why there is none.
pub(crate) type Lent = Result<(StartRequest, Option<Disk>), Problem>;

impl Owner {
    /// Builds first, if nothing has been built.
    pub(in crate::app) fn lend(&mut self, reply: oneshot::Sender<Lent>) {
        self.code.borrowers.push(reply);
        if self.code.current.is_none() {
            return self.first_build();
        }
        self.serve_borrowers();
    }

    /// The revision that serves and the one before it, each from a copy of its files or a build of its own, so that no
    /// save matters to either. `None`: nothing serves, or no copy is kept of it.
    pub(in crate::app) fn lend_both(&self) -> Option<LentPair> {
        let from_copy = |revision: &Arc<Revision>, kept: Option<&Arc<KeptCopy>>| {
            let (mut request, _) = self.start_request(revision, Cause::Trial);
            match kept {
                _ if revision.detached => {}
                Some(kept) => request.use_copy(Arc::clone(kept)),
                None => return None,
            }
            request.cpu_milli = None;
            Some(request)
        };
        let now = from_copy(self.code.current.as_ref()?, self.code.kept.as_ref())?;
        let before = self.code.before.as_ref();
        let before = before.and_then(|(revision, kept)| from_copy(revision, kept.as_ref()));
        Some(LentPair { now, before })
    }

    /// After a build, whatever came of it.
    pub(super) fn serve_borrowers(&mut self) {
        for reply in std::mem::take(&mut self.code.borrowers) {
            let lent = match self.code.current.clone() {
                Some(revision) => Ok(self.start_request(&revision, Cause::Trial)),
                None => Err(self.not_built()),
            };
            let _ = reply.send(lent);
        }
    }
}
