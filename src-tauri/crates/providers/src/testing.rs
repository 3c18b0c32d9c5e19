//! Inline projects for detection's tests: files in a temporary folder, and what was found as text to compare.

use std::{fmt::Write as _, fs, path::Path};

use crate::domain::{App, Detection, Gateway, Problem, Reported};

/// A temporary project of the given files; gone when dropped.
pub(crate) struct Inline {
    // Its name ends in nothing random: the project is a folder inside.
    folder: tempfile::TempDir,
}

impl Inline {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let inline = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        fs::create_dir(inline.root()).expect("the project folder");
        for (name, text) in files {
            inline.write(name, text.as_bytes());
        }
        inline
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let file = self.root().join(name);
        fs::create_dir_all(file.parent().expect("a file has a folder")).expect("folders of the project");
        fs::write(&file, bytes).expect("a file of the project");
        #[cfg(unix)]
        if name.ends_with("bootstrap") {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("an executable file");
        }
    }

    pub(crate) fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("project")
    }

    pub(crate) fn detect(&self) -> Detection {
        crate::registry::detect(&self.root())
    }

    /// After an app's process told of itself.
    pub(crate) fn detect_after(&self, reported: &Reported) -> Detection {
        crate::registry::detect_after(&self.root(), reported)
    }

    /// One line per app, then its settings where they are not the usual ones, sentences and problems, indented.
    pub(crate) fn summary(&self) -> String {
        summarise(&self.detect(), &self.root())
    }

    /// Only the problems, as a person reads them.
    pub(crate) fn problems(&self) -> String {
        let detection = self.detect();
        let all = detection.apps.iter().flat_map(|app| &app.problems).chain(&detection.problems);
        all.map(|problem| format!("{}\n", problem_line(problem, &self.root()))).collect()
    }

    /// The only app there is.
    pub(crate) fn only(&self) -> App {
        let mut detection = self.detect();
        assert_eq!(detection.apps.len(), 1, "one app in {}", self.summary());
        detection.apps.remove(0)
    }
}

pub(crate) fn summarise(detection: &Detection, root: &Path) -> String {
    let mut text = String::new();
    for app in &detection.apps {
        let folder = app.root.strip_prefix(root).unwrap_or(&app.root);
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let settings = &app.settings;
        let _ = writeln!(
            text,
            "{} {}: {} {} {} in {} ({} s, {} MB)",
            app.provider.as_str(),
            app.name,
            app.language.as_str(),
            app.runtime,
            app.handler,
            folder.display(),
            settings.timeout.as_secs_f64(),
            settings.memory_mb
        );
        for function in &app.functions {
            for route in &function.routes {
                let by = match &route.gateway {
                    Gateway::Http => String::new(),
                    Gateway::Rest(stage) => format!(" (REST, {})", stage.name),
                    Gateway::LoadBalancer { multi_value: true } => " (load balancer, all values)".into(),
                    Gateway::LoadBalancer { .. } => " (load balancer)".into(),
                };
                let _ = writeln!(text, "  route {} {}{by}", route.method, route.path);
            }
            if function.url.streaming {
                let _ = writeln!(text, "  streams");
            }
        }
        for (name, value) in &app.env {
            let _ = writeln!(text, "  env {name}={value}");
        }
        for sentence in &app.why {
            let _ = writeln!(text, "  why: {sentence}");
        }
        for sentence in &app.assumed {
            let _ = writeln!(text, "  assumed: {sentence}");
        }
        for problem in &app.problems {
            let _ = writeln!(text, "  {}", problem_line(problem, root));
        }
    }
    for problem in &detection.problems {
        let _ = writeln!(text, "{}", problem_line(problem, root));
    }
    text
}

fn problem_line(problem: &Problem, root: &Path) -> String {
    let root = root.display().to_string();
    format!("{:?} {problem}", problem.severity).replace('\n', "; ").replace(&root, "PROJECT")
}
