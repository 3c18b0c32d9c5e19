//! Lending the serving revision to whoever runs it outside of the pool: no instance, place or call of the pool's is
//! involved.

use coldframe_providers::domain::Problem;
use tokio::sync::oneshot;

use super::Owner;
use crate::{
    app::reload::Disk,
    instance::{Cause, StartRequest},
};

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
