//! Where a Django project has its application: in the module that its settings name, and `manage.py` names the settings.
//! Vercel runs `manage.py` to learn it; here both are read.
//! <https://vercel.com/docs/frameworks/full-stack/django>

use std::{path::Path, sync::LazyLock};

use regex::Regex;

use crate::project::Project;

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(SETTINGS, r#"DJANGO_SETTINGS_MODULE["']\s*(?:,|\]\s*=)\s*["']([\w.]+)["']"#);
pattern!(ASGI, r#"(?m)^ASGI_APPLICATION\s*=\s*["']([\w.]+)\.\w+["']"#);
pattern!(WSGI, r#"(?m)^WSGI_APPLICATION\s*=\s*["']([\w.]+)\.\w+["']"#);

/// The file of the application, from the folder that is deployed.
pub(super) fn application(project: &Project, root: &Path) -> Option<String> {
    let manage = project.peek(&root.join("manage.py"))?;
    let settings = SETTINGS.captures(&manage)?[1].replace('.', "/");
    let text = [".py", "/__init__.py"]
        .iter()
        .find_map(|ending| project.peek(&root.join(format!("{settings}{ending}"))))?;
    let module =
        ASGI.captures(&text).or_else(|| WSGI.captures(&text)).map(|found| found[1].replace('.', "/"));
    // Settings may have it from others, which they import; Django's own template has it beside them.
    let beside = || settings.rsplit_once('/').map(|(package, _)| format!("{package}/wsgi"));
    Some(format!("{}.py", module.or_else(beside)?))
}
