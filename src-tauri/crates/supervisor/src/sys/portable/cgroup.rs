//! CPU shares are kept on Linux only: nothing here can be made.

use crate::CpuMode;

/// There is none.
#[derive(Debug)]
pub(crate) enum Cgroup {}

impl Cgroup {
    pub(crate) fn create(_mode: CpuMode, _mark: &str, _milli: u32) -> Option<Self> {
        None
    }
}

pub(crate) fn clear_cgroups(_is_gone: impl Fn(&str) -> bool) {}

#[cfg_attr(windows, expect(dead_code, reason = "there is no keeper"))]
pub(crate) fn in_name(mark: &str) -> String {
    mark.to_owned()
}
