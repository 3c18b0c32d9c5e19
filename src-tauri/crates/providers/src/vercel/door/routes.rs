//! Which file under `api/` answers a path. A file answers with and without its extension, an `index` file for its
//! folder; `[name]` takes one segment, whose value goes to the query. Names that are spelled out go first.

use http::Method;
use percent_encoding::percent_decode_str;

use crate::{domain::Language, invocation::Found};

#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) found: Found,
    /// Name and value of each `[name]`, the value as it stands in the path.
    pub(super) parameters: Vec<(String, String)>,
}

pub(super) fn choose(functions: &[Found], method: &Method, path: &str) -> Option<Chosen> {
    let mut best: Option<(Fit, &Found)> = None;
    for found in functions {
        let routes = found.function.routes.iter();
        let routes = routes.filter(|route| route.method == "ANY" || route.method == method.as_str());
        for fit in routes.filter_map(|route| fit(&route.path, path, extensions(found.app.language))) {
            if best.as_ref().is_none_or(|(known, _)| fit.dynamic < known.dynamic) {
                best = Some((fit, found));
            }
        }
    }
    best.map(|(fit, found)| Chosen { found: found.clone(), parameters: fit.parameters })
}

/// The endings a file of a language may have in a URL.
fn extensions(language: Language) -> &'static [&'static str] {
    match language {
        Language::Python => &[".py"],
        Language::Node => &[".js", ".mjs"],
        Language::TypeScript => &[".ts", ".tsx"],
        Language::Rust => &[".rs"],
        Language::Custom | Language::Process => &[],
    }
}

struct Fit {
    /// For each segment whether it is a variable: fewer and later ones are more specific.
    dynamic: Vec<bool>,
    parameters: Vec<(String, String)>,
}

fn fit(route: &str, path: &str, extensions: &[&str]) -> Option<Fit> {
    let route = segments(route);
    let sent = segments(path);
    // As sent, without the file's extension, and without the name of an index file.
    let bare = sent.last().and_then(|last| {
        let name = extensions.iter().find_map(|extension| last.strip_suffix(extension))?;
        Some([&sent[..sent.len() - 1], &[name]].concat())
    });
    [Some(sent), bare].into_iter().flatten().find_map(|path| {
        fit_segments(&route, &path).or_else(|| {
            let (last, folder) = path.split_last()?;
            (*last == "index" && !folder.is_empty()).then(|| fit_segments(&route, folder)).flatten()
        })
    })
}

fn segments(path: &str) -> Vec<&str> {
    path.trim_matches('/').split('/').collect()
}

fn fit_segments(route: &[&str], path: &[&str]) -> Option<Fit> {
    let route = match route.split_last() {
        Some((&"index", folder)) if !folder.is_empty() && path.last() != Some(&"index") => folder,
        _ => route,
    };
    if route.len() != path.len() {
        return None;
    }
    let mut fit = Fit { dynamic: Vec::with_capacity(route.len()), parameters: Vec::new() };
    for (pattern, segment) in route.iter().zip(path) {
        let name = pattern.strip_prefix('[').and_then(|pattern| pattern.strip_suffix(']'));
        match name {
            Some(name) if !segment.is_empty() => {
                fit.parameters.push((name.to_owned(), (*segment).to_owned()));
            }
            None if percent_decode_str(segment).decode_utf8_lossy() == *pattern => {}
            _ => return None,
        }
        fit.dynamic.push(name.is_some());
    }
    Some(fit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{ProviderId, UrlSettings},
        fake_invoke::function_of,
    };

    fn chosen(path: &str) -> Option<(String, Vec<(String, String)>)> {
        let names = [
            "/api",
            "/api/a",
            "/api/[id]",
            "/api/users/[id]",
            "/api/users/me",
            "/api/[team]/[id]",
            "/api/deep/index",
        ];
        let functions: Vec<Found> = names
            .iter()
            .map(|route| {
                function_of(ProviderId::Vercel, route, &[&format!("ANY {route}")], UrlSettings::default())
            })
            .collect();
        let chosen = choose(&functions, &Method::GET, path)?;
        Some((chosen.found.function.name.clone(), chosen.parameters))
    }

    #[test]
    fn files_answer_with_and_without_their_extension() {
        for path in ["/api/a", "/api/a.py", "/api/a/"] {
            assert_eq!(chosen(path), Some(("/api/a".into(), vec![])), "{path}");
        }
        for path in ["/api", "/api/", "/api/index", "/api/index.py"] {
            assert_eq!(chosen(path), Some(("/api".into(), vec![])), "{path}");
        }
        for path in ["/api/deep", "/api/deep/index", "/api/deep/index.py"] {
            assert_eq!(chosen(path).unwrap().0, "/api/deep/index", "{path}");
        }
        assert_eq!(chosen("/"), None);
        assert_eq!(chosen("/api/a/b/c"), None);
    }

    #[test]
    fn variables_take_what_no_name_does() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(chosen("/api/x%20y"), Some(("/api/[id]".into(), vec![pair("id", "x%20y")])));
        assert_eq!(chosen("/api/users/me").unwrap().0, "/api/users/me");
        assert_eq!(chosen("/api/users/7"), Some(("/api/users/[id]".into(), vec![pair("id", "7")])));
        assert_eq!(chosen("/api/x/7").unwrap().1, [pair("team", "x"), pair("id", "7")]);
    }
}
