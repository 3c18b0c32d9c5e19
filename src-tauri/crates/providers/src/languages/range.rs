//! Ranges of versions as people write them: `requires-python` of Python's projects, `engines` of Node's. Major and minor
//! versions are told apart; what is said of patches is for the tools that install.

use std::sync::LazyLock;

use regex::Regex;

use super::versions::Version;

static BOUND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([<>=!~^]*)\s*v?(\d+(?:\.\d+)?)[^\s,<>=!~^]*").expect("the pattern is a constant")
});

/// Whether a range such as `>=3.9,<4`, `^3.10`, `>=18 <21` or `22.x || 20.x` allows a version.
pub(super) fn allows(range: &str, version: Version) -> bool {
    range.split("||").any(|all| bounds(all).all(|(operator, bound)| holds(&operator, bound, version)))
}

/// The oldest major version that a range allows in its newest minor one, of those that it names or that come after.
pub(super) fn oldest_major(range: &str) -> Option<u32> {
    let named = range.split("||").flat_map(bounds).flat_map(|(_, bound)| [bound.major, bound.major + 1]);
    named.filter(|major| allows(range, newest_of(*major))).min()
}

/// A version that no minor bound excludes.
pub(super) fn newest_of(major: u32) -> Version {
    Version { major, minor: Some(u32::MAX), patch: None }
}

/// Of one alternative; `18 - 20` are two.
fn bounds(all: &str) -> impl Iterator<Item = (String, Version)> {
    let all = match all.split_once(" - ") {
        Some((from, to)) => format!(">={} <={}", from.trim(), to.trim()),
        None => all.to_owned(),
    };
    let bound = |found: regex::Captures<'_>| {
        Version::leading(&found[2]).map(|(version, _)| (found[1].to_owned(), version))
    };
    BOUND.captures_iter(&all).filter_map(bound).collect::<Vec<_>>().into_iter()
}

fn holds(operator: &str, bound: Version, version: Version) -> bool {
    let (own, other) = (parts(version), parts(bound));
    let whole = bound.minor.is_none();
    match operator {
        ">=" => own >= other,
        ">" if whole => own.0 > other.0,
        ">" => own > other,
        "<=" if whole => own.0 <= other.0,
        "<=" => own <= other,
        "<" => own < other,
        "^" | "~=" => own >= other && own.0 == other.0,
        "~" | "=" | "==" | "" => own.0 == other.0 && (whole || own.1 == other.1),
        // `!=` is of a patch, and what else there may be is for its own tools.
        _ => true,
    }
}

fn parts(version: Version) -> (u32, u32) {
    (version.major, version.minor.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_allow_what_their_tools_would_take() {
        let version = |text: &str| Version::leading(text).unwrap().0;
        for (range, allowed, not) in [
            (">=3.9", "3.9", "3.8"),
            ("^3.10", "3.13", "4.0"),
            ("~3.10", "3.10", "3.11"),
            (">=3.9, <=3.12", "3.12", "3.13"),
            (">3.9,<4.0", "3.10", "3.9"),
            ("~=3.10", "3.10", "3.9"),
            ("==3.11.*", "3.11", "3.12"),
            (">=18 <21", "20.9", "21.0"),
            ("> 18", "19.0", "18.9"),
            ("<= 20", "20.9", "21.0"),
            ("22.x || 20.x", "20.20", "21.1"),
            ("^18 || >=20.5 <21", "20.20", "20.4"),
            ("18 - 20", "20.1", "17.9"),
            ("v20", "20.3", "22.3"),
        ] {
            assert!(allows(range, version(allowed)) && !allows(range, version(not)), "{range}");
        }
        assert!(allows("*", version("4.2")) && allows("!=3.9.1", version("3.9")));
    }

    #[test]
    fn the_oldest_of_a_range_is_one_that_it_allows() {
        for (range, oldest) in [
            (">=18 <21", Some(18)),
            ("<21 >=18", Some(18)),
            ("22.x || 20.x", Some(20)),
            ("^18 || >=20.5 <21", Some(18)),
            (">20 <23", Some(21)),
            (">20 <21", None),
        ] {
            assert_eq!(oldest_major(range), oldest, "{range}");
        }
    }
}
