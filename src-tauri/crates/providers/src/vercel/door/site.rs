//! A folder that is deployed, as its callers see it: what of `vercel.json`, static files and functions answers a path.
//! The order is Vercel's: redirects, what is there by its name, rewrites, files with variables in their names.
//! <https://vercel.com/docs/routing>

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use percent_encoding::percent_decode_str;

use super::routes::{self, Chosen};
use crate::{
    invocation::Found,
    manifest,
    project::text_of,
    vercel::{
        detect::is_application,
        edge::{self, Asked, Moved, Rewritten, Rules},
    },
};

/// The `vercel.json` of every folder, read again when it has changed.
#[derive(Debug, Default)]
pub(super) struct Sites {
    /// Short sections only; nothing is awaited in them.
    known: Mutex<HashMap<PathBuf, Known>>,
}

#[derive(Debug, Default)]
struct Known {
    /// Of the file: its time and length.
    read: Option<(SystemTime, u64)>,
    rules: Arc<Rules>,
}

/// One folder and its functions.
pub(super) struct Site<'a> {
    root: &'a Path,
    functions: Vec<&'a Found>,
    /// Answers what nothing else does.
    application: Option<&'a Found>,
    pub(super) rules: Arc<Rules>,
}

/// What answers.
pub(super) enum Answers<'a> {
    Moved(Moved),
    Function(Chosen<'a>),
    /// A static file, absolute.
    File(PathBuf),
    /// A rewrite leads to another site.
    Elsewhere(String),
}

impl Sites {
    /// The deployed folders that functions lie in, in their order.
    pub(super) fn of<'a>(&self, functions: &'a [Found]) -> Vec<Site<'a>> {
        let mut sites: Vec<Site<'a>> = Vec::new();
        for found in functions {
            let root = found.app.root.as_path();
            let at = sites.iter().position(|site| site.root == root).unwrap_or_else(|| {
                let (functions, rules) = (Vec::new(), self.rules(root));
                sites.push(Site { root, functions, application: None, rules });
                sites.len() - 1
            });
            if is_application(&found.function) {
                sites[at].application = Some(found);
            } else {
                sites[at].functions.push(found);
            }
        }
        sites
    }

    /// One that cannot be read keeps the rules it last gave.
    fn rules(&self, root: &Path) -> Arc<Rules> {
        let file = root.join("vercel.json");
        let stamp = fs::metadata(&file).ok().and_then(|file| Some((file.modified().ok()?, file.len())));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(root.to_owned()).or_default();
        if known.read != stamp {
            known.read = stamp;
            let parsed = text_of(&file).map(|text| manifest::parse_json(&text));
            match parsed {
                Some(Ok(json)) => known.rules = Arc::new(edge::read(&json).0),
                Some(Err(_)) => {}
                None => known.rules = Arc::default(),
            }
        }
        Arc::clone(&known.rules)
    }
}

impl<'a> Site<'a> {
    /// Who answers, and what is asked of them besides the caller's own query.
    pub(super) fn answers(&self, asked: &Asked<'_>) -> Option<(Answers<'a>, String)> {
        if let Some(moved) = self.rules.moved(asked) {
            return Some((Answers::Moved(moved), String::new()));
        }
        let (mut path, mut query) = (asked.path.to_owned(), String::new());
        let mut next = 0;
        loop {
            if let Some(there) = self.by_name(&path) {
                return Some((there, query));
            }
            let asked = Asked { path: &path, ..*asked };
            let Some((rewritten, after)) = self.rules.rewritten(&asked, next) else { break };
            next = after;
            match rewritten {
                Rewritten::Elsewhere(url) => return Some((Answers::Elsewhere(url), query)),
                Rewritten::Path { path: to, query: more } => {
                    path = to;
                    let separator = if query.is_empty() || more.is_empty() { "" } else { "&" };
                    query = format!("{query}{separator}{more}");
                }
            }
        }
        let chosen = routes::by_variables(&self.functions, &path)?;
        Some((Answers::Function(chosen), query))
    }

    /// What answers where nothing of any folder does.
    pub(super) fn application(&self) -> Option<(Answers<'a>, String)> {
        let chosen = Chosen { found: self.application?, parameters: Vec::new() };
        Some((Answers::Function(chosen), String::new()))
    }

    fn by_name(&self, path: &str) -> Option<Answers<'a>> {
        let function = routes::by_name(&self.functions, path).map(Answers::Function);
        function.or_else(|| self.file(path).map(Answers::File))
    }

    /// A file that a person's page is made of: below `public` where there is such a folder, else beside `api`.
    fn file(&self, path: &str) -> Option<PathBuf> {
        let decoded = percent_decode_str(path).decode_utf8().ok()?;
        let parts: Vec<&str> = decoded.split('/').filter(|part| !part.is_empty()).collect();
        if parts.iter().any(|part| part.starts_with('.') || part.contains(['\\', '\0', ':'])) {
            return None;
        }
        let public = self.root.join("public");
        let folder = if public.is_dir() {
            public
        } else {
            let private = parts.first().is_some_and(|first| NOT_STATIC.contains(first));
            // What a build makes is not there.
            if private || parts.contains(&"node_modules") || self.has_build() {
                return None;
            }
            self.root.to_owned()
        };
        let named = folder.join(parts.iter().collect::<PathBuf>());
        let html = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(".html");
            PathBuf::from(name)
        };
        let clean = (self.rules.has_clean_urls() && !parts.is_empty()).then(|| html(&named));
        let file = [Some(named.clone()), clean, Some(named.join("index.html"))]
            .into_iter()
            .flatten()
            .find(|file| file.is_file())?;
        if folder == self.root && !is_of_a_page(&file) {
            return None;
        }
        // A link may lead out of the folder.
        let inside = file.canonicalize().ok()?.starts_with(folder.canonicalize().ok()?);
        inside.then_some(file)
    }

    fn has_build(&self) -> bool {
        text_of(&self.root.join("package.json"))
            .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
            .is_some_and(|manifest| manifest["scripts"].get("build").is_some())
    }
}

/// Of a folder without `public`: manifests and environments are nobody's page.
const NOT_STATIC: [&str; 7] =
    ["api", "venv", "vercel.json", "package.json", "package-lock.json", "tsconfig.json", "requirements.txt"];

/// What pages are made of. Vercel publishes every file of such a folder; here the code and data beside it stay where
/// they are, as any other page could ask for them.
const OF_PAGES: &str = "html htm css js mjs map json txt xml webmanifest wasm svg png jpg jpeg gif webp avif ico woff \
                        woff2 ttf otf pdf mp3 mp4 webm ogg csv";

fn is_of_a_page(file: &Path) -> bool {
    let ending = file.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    ending.is_some_and(|ending| OF_PAGES.split(' ').any(|one| one == ending))
}
