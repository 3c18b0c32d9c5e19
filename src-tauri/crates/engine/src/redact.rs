//! What is kept out of the record: values of what is named like a secret, and whole files of secrets.

mod names;
mod text;

use std::{
    path::Path,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use bytes::Bytes;
use regex::bytes::Regex;

use self::names::Names;

/// What stands in the record where a secret was.
pub const REDACTED: &str = "[redacted]";

/// Words of names whose texts are not recorded, one or several of them; `_` stands for `-`, a capital and nothing too.
pub const SECRET_NAMES: [&str; 11] = [
    "authorization",
    "cookie",
    "password",
    "passphrase",
    "passwd",
    "pwd",
    "secret",
    "api_key",
    "access_key",
    "private_key",
    "token",
];

/// Files that are named in the record and never read into it; `*` stands for anything.
pub const SECRET_FILES: [&str; 16] = [
    ".env",
    ".env.*",
    "*.env",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "id_rsa*",
    "id_ed25519*",
    "secrets.*",
    "credentials",
    "local.settings.json",
    ".npmrc",
    ".pypirc",
    ".netrc",
];

/// Of files with a value a line, where no quotes say where it ends.
const DATA: [&str; 7] = ["yaml", "yml", "toml", "ini", "cfg", "conf", "properties"];

fn names() -> String {
    SECRET_NAMES.map(|name| name.replace('_', "[_-]?")).join("|")
}

/// A quoted text that code gives to something with a secret's name: `token = "…"`, `"token": '…'`, `token: str = "…"`.
static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
    let name = format!(r#"(?i-u)([a-z0-9_-]*(?:{})["']?\]?\s*(?::\s*[\w.\[\]| ]+=|:?=|:)\s*)"#, names());
    let value = r#"(?:"(?:[^"\\\n]|\\.)+"|'(?:[^'\\\n]|\\.)+'|`(?:[^`\\]|\\.)+`)"#;
    Regex::new(&[name.as_str(), value].concat()).expect("a constant pattern")
});

static LINE: LazyLock<Regex> = LazyLock::new(|| {
    let line = format!(r#"(?im-u)^([ \t-]*[a-z0-9_.-]*(?:{})[ \t]*[:=][ \t]*)[^\s"'\[{{][^\n]*"#, names());
    Regex::new(&line).expect("a constant pattern")
});

/// Which names are secrets' in the open project: read by every call, replaced whole when a person says something new.
#[derive(Debug, Default)]
pub(crate) struct Redaction {
    names: RwLock<Arc<Names>>,
}

impl Redaction {
    /// `own`: the project's own names, besides [`SECRET_NAMES`]; `*` stands for anything.
    pub(crate) fn learn(&self, own: &[String]) {
        if self.names().own() != own {
            *self.names.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Names::with(own));
        }
    }

    pub(crate) fn names(&self) -> Arc<Names> {
        Arc::clone(&self.names.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A body as the record keeps it.
    pub(crate) fn redact(&self, bytes: Bytes) -> Bytes {
        let names = self.names();
        // Most have none, and to look for one is cheaper than to replace.
        if !names.may_be_in(&bytes) {
            return bytes;
        }
        text::redacted(&names, &bytes).map_or(bytes, Bytes::from)
    }
}

/// A source file's text as the record keeps it.
pub(crate) fn redacted_source(path: &Path, text: &str) -> String {
    let text = GIVEN.replace_all(text.as_bytes(), &b"${1}\"[redacted]\""[..]).into_owned();
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let text = if DATA.contains(&extension) {
        LINE.replace_all(&text, &b"${1}[redacted]"[..]).into_owned()
    } else {
        text
    };
    String::from_utf8_lossy(&text).into_owned()
}

pub(crate) fn is_secret_file(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    SECRET_FILES.iter().any(|pattern| match pattern.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
        None => name == *pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_without_secrets_is_not_copied() {
        let redaction = Redaction::default();
        for body in [&br#"{"used": 3}"#[..], br#"{"tokens_used": 3, "text": "no secret"}"#, b"\x00token\xff"]
        {
            let body = Bytes::from_static(body);
            assert_eq!(redaction.redact(body.clone()).as_ptr(), body.as_ptr());
        }
    }

    #[test]
    fn a_project_has_secrets_of_its_own() {
        let redaction = Redaction::default();
        let body = Bytes::from_static(
            br#"{"ssn":"1-2","bank_card":"3","cards":"4","nested":"{\"userSsn\":\"5\"}"}"#,
        );
        assert_eq!(redaction.redact(body.clone()), body, "nobody said that these are secrets");
        redaction.learn(&["ssn".to_owned(), "*_card".to_owned()]);
        assert_eq!(
            redaction.redact(body.clone()),
            br#"{"ssn":"[redacted]","bank_card":"[redacted]","cards":"4","nested":"{\"userSsn\":\"[redacted]\"}"}"#[..]
        );
        redaction.learn(&[]);
        assert_eq!(redaction.redact(body.clone()), body, "what is taken back is kept again");
    }

    #[test]
    fn code_keeps_everything_but_the_texts_given_to_secrets() {
        let source = |name: &str, text: &str| redacted_source(Path::new(name), text);
        let hidden = [
            ("app.py", "API_KEY = \"abc\""),
            ("app.py", "db_password: str = 'abc'"),
            ("app.py", "env[\"TOKEN\"] = 'abc'"),
            ("app.js", "const accessKey = `abc`"),
            ("app.js", "{ apiKey: 'abc', 'x-token': \"abc\" }"),
            ("app.go", "token := \"abc\""),
            ("a.yaml", "  - dbPassword: abc"),
            ("a.toml", "api_key = 'abc'"),
            ("a.ini", "secret=abc def"),
        ];
        for (name, text) in hidden {
            let kept = source(name, text);
            assert!(!kept.contains("abc") && kept.contains("[redacted]"), "{text} became {kept}");
        }
        let plain = [
            ("app.py", "token = os.environ['TOKEN_NAME']\nimport secrets\n"),
            ("app.py", "for token in tokens: total += 1"),
            ("app.js", "if (token === undefined) throw new Error('none')"),
            ("a.yaml", "Timeout: 3\nHandler: app.handler\n"),
        ];
        for (name, text) in plain {
            assert_eq!(source(name, text), text, "nothing here is a secret");
        }
    }

    #[test]
    fn files_of_secrets_are_known_by_their_names() {
        for name in [".env", ".env.local", "prod.env", "server.PEM", "id_rsa", "secrets.yaml", ".npmrc"] {
            assert!(is_secret_file(&Path::new("/p").join(name)), "{name}");
        }
        for name in ["app.py", "environment.ts", "secrets.py.md", "keys.json", "id_made.py", ".envrc"] {
            assert_eq!(is_secret_file(&Path::new("/p").join(name)), name.starts_with("secrets."), "{name}");
        }
    }
}
