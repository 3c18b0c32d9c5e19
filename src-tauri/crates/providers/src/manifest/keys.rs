//! Keys of a manifest that nothing here follows: those that its format has, with what holds instead, and those that it
//! has not. Both are named, for a setting that is passed over in silence is taken to hold.

use super::{Manifest, Node};
use crate::{aws::detect::spelling::nearest, domain::Problem};

/// What a map of a manifest may say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys {
    /// What the map is: `an action`, `host.json`.
    pub(crate) of: &'static str,
    /// Followed, or of no consequence on one machine.
    pub(crate) known: &'static [&'static str],
    /// Of consequence and not followed: with what holds instead, or what to do.
    pub(crate) unfollowed: &'static [(&'static str, &'static str)],
}

impl Manifest {
    /// What of a map is not followed, a warning each.
    pub(crate) fn doubts<'a>(&'a self, map: &'a Node, keys: &'a Keys) -> impl Iterator<Item = Problem> + 'a {
        let of = keys.of;
        map.entries().iter().filter(|(key, _)| !keys.known.contains(&key.text.as_str())).filter_map(
            move |(key, _)| {
                let line = (key.line > 0).then_some(key.line);
                let warning = |message: String| Problem::warning(message).at(&self.shown, line);
                // What YAML merges into a map is no key of it.
                if key.text == "<<" {
                    return None;
                }
                let unfollowed = keys.unfollowed.iter().find(|(name, _)| *name == key.text);
                if let Some((name, instead)) = unfollowed {
                    return Some(warning(format!("`{name}` of {of} is not followed")).hint(*instead));
                }
                let all: Vec<&str> =
                    keys.known.iter().copied().chain(keys.unfollowed.iter().map(|(name, _)| *name)).collect();
                let problem = warning(format!("`{}` is no property of {of}", key.text));
                Some(match nearest(&key.text, &all).filter(|meant| map.get(meant).is_none()) {
                    Some(meant) => {
                        problem.hint(format!("write {meant}; until then it is as if it was not there"))
                    }
                    None => problem.hint("it is not read"),
                })
            },
        )
    }
}
