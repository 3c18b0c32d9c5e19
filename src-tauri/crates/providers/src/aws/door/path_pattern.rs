//! A load balancer's path patterns: `*` stands for any letters, slashes too, and `?` for one; case counts.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions>

pub(super) fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), path.as_bytes());
    let (mut at, mut next) = (0, 0);
    // Where the last star stands, and what it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(next) {
            Some(b'*') => {
                star = Some((next, at));
                next += 1;
            }
            Some(letter) if *letter == b'?' || *letter == text[at] => {
                (at, next) = (at + 1, next + 1);
            }
            _ => {
                let Some((place, taken)) = star else { return false };
                (at, next) = (taken + 1, place + 1);
                star = Some((place, taken + 1));
            }
        }
    }
    pattern[next..].iter().all(|letter| *letter == b'*')
}

#[cfg(test)]
mod tests {
    #[test]
    fn stars_take_slashes_too() {
        for (pattern, path, fits) in [
            ("/img/*", "/img/a/b.png", true),
            ("/img/*", "/img", false),
            ("*", "/anything", true),
            ("/*/edit", "/a/b/edit", true),
            ("/v?/x", "/v2/x", true),
            ("/v?/x", "/v/x", false),
            ("/exact", "/exact", true),
            ("/exact", "/exact/", false),
        ] {
            assert_eq!(super::fits(pattern, path), fits, "{pattern} {path}");
        }
    }
}
