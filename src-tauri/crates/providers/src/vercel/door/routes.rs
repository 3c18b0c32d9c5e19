//! Which file under `api/` answers a path. A file answers with and without its extension, an `index` file for its
//! folder; `[name]` takes one segment, whose value goes to the query.

use std::path::Path;

use percent_encoding::percent_decode_str;

use crate::{domain::Function, invocation::Found};

#[derive(Debug)]
pub(super) struct Chosen<'a> {
    pub(super) found: &'a Found,
    /// Name and value of each `[name]`, the value as it stands in the path.
    pub(super) parameters: Vec<(String, String)>,
}

/// The function whose name is the path, letter for letter.
pub(super) fn by_name<'a>(functions: &[&'a Found], path: &str) -> Option<Chosen<'a>> {
    let is_it = |found: &&&Found| ways(found, path).any(|(route, path)| is_spelled(&route, &path));
    let found = functions.iter().find(is_it)?;
    Some(Chosen { found, parameters: Vec::new() })
}

/// The function that a path fits by variables in its name. Of several the one with fewer and later ones.
pub(super) fn by_variables<'a>(functions: &[&'a Found], path: &str) -> Option<Chosen<'a>> {
    let fits = functions.iter().filter_map(|found| {
        let fit = ways(found, path).find_map(|(route, path)| fit(&route, &path))?;
        Some((fit, *found))
    });
    // The first of equals.
    let (fit, found) = fits.min_by(|(one, _), (two, _)| one.variable.cmp(&two.variable))?;
    Some(Chosen { found, parameters: fit.parameters })
}

/// What the variables in a function's routes stand for in a path; nothing where there are none, or none fits.
pub(super) fn parameters(function: &Function, path: &str) -> Vec<(String, String)> {
    let routes = function.routes.iter();
    let fit = routes.filter_map(|route| fit(&segments(&route.path), &segments(path))).next();
    fit.map(|fit| fit.parameters).unwrap_or_default()
}

/// The parts of a function's route, beside each of the ways in which a path can be meant.
fn ways<'a>(found: &'a Found, path: &'a str) -> impl Iterator<Item = (Vec<&'a str>, Vec<&'a str>)> {
    let extension = Path::new(&found.app.handler).extension().and_then(|extension| extension.to_str());
    let sent = segments(path);
    // As sent, without the file's extension, and each without the name of an index file.
    let bare = sent.split_last().and_then(|(last, folder)| {
        let name = last.strip_suffix(extension?)?.strip_suffix('.')?;
        Some([folder, &[name]].concat())
    });
    let meant: Vec<Vec<&str>> = [Some(sent), bare]
        .into_iter()
        .flatten()
        .flat_map(|path| [of_folder(&path), Some(path)])
        .flatten()
        .collect();
    let routes = found.function.routes.iter().map(|route| {
        let parts = segments(&route.path);
        of_folder(&parts).unwrap_or(parts)
    });
    routes.flat_map(move |route| meant.clone().into_iter().map(move |path| (route.clone(), path)))
}

/// Of an index file its folder.
fn of_folder<'a>(path: &[&'a str]) -> Option<Vec<&'a str>> {
    match path.split_last() {
        Some((&"index", folder)) if !folder.is_empty() => Some(folder.to_vec()),
        _ => None,
    }
}

fn segments(path: &str) -> Vec<&str> {
    path.trim_matches('/').split('/').collect()
}

fn is_spelled(route: &[&str], path: &[&str]) -> bool {
    route.len() == path.len()
        && route.iter().zip(path).all(|(name, sent)| percent_decode_str(sent).decode_utf8_lossy() == *name)
}

struct Fit {
    /// For each segment whether it is a variable.
    variable: Vec<bool>,
    parameters: Vec<(String, String)>,
}

fn fit(route: &[&str], path: &[&str]) -> Option<Fit> {
    if route.len() != path.len() {
        return None;
    }
    let mut fit = Fit { variable: Vec::with_capacity(route.len()), parameters: Vec::new() };
    for (pattern, segment) in route.iter().zip(path) {
        // Vercel takes off one pair of brackets: `[[...x]]` is the variable `[...x]`.
        let name = pattern.strip_prefix('[').and_then(|pattern| pattern.strip_suffix(']'));
        match name {
            Some(name) if !segment.is_empty() => {
                fit.parameters.push((name.to_owned(), (*segment).to_owned()));
            }
            None if percent_decode_str(segment).decode_utf8_lossy() == *pattern => {}
            _ => return None,
        }
        fit.variable.push(name.is_some());
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
                let routes = [&*format!("ANY {route}")];
                let mut found = function_of(ProviderId::Vercel, route, &routes, UrlSettings::default());
                std::sync::Arc::make_mut(&mut found.app).handler = format!("{}.py", &route[1..]);
                found
            })
            .collect();
        let functions: Vec<&Found> = functions.iter().collect();
        let chosen = by_name(&functions, path).or_else(|| by_variables(&functions, path))?;
        Some((chosen.found.function.name.clone(), chosen.parameters))
    }

    #[test]
    fn files_answer_with_and_without_their_extension() {
        for path in ["/api/a", "/api/a.py", "/api/a/"] {
            assert_eq!(chosen(path), Some(("/api/a".into(), vec![])), "{path}");
        }
        for path in ["/api", "/api/", "/api/index"] {
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
        assert_eq!(
            chosen("/api/users/[id]"),
            Some(("/api/users/[id]".into(), vec![])),
            "as a rewrite names it"
        );
    }
}
