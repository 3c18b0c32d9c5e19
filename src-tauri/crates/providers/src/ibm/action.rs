//! What an action is to its callers besides its code: its package, and what the web may do with it. Detection notes it
//! among its function's bindings; the door and the conversation read it there.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::activation::NAMESPACE;
use crate::domain::{App, Binding, Function};

const KIND: &str = "action";
/// The package of those that are in none.
pub(super) const NO_PACKAGE: &str = "default";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offer {
    /// Where it is in one.
    pub(super) package: Option<String>,
    /// Its own name, of which another package may have one more.
    pub(super) name: String,
    pub(super) web: Web,
}

/// How a web action is called; of consequence where a function has routes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Web {
    /// It is given query and body as they came.
    pub(super) raw: bool,
    pub(super) asks: Asks,
    /// It answers `OPTIONS` itself, and says what is to be said of origins.
    pub(super) own_options: bool,
}

/// What `require-whisk-auth` wants of callers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Asks {
    #[default]
    Nothing,
    /// Their key, whichever: every key is somebody's here.
    Key,
    /// This value in `X-Require-Whisk-Auth`.
    Secret(String),
}

/// The parameters that a manifest gives an action, and its package.
pub(super) fn defaults(app: &App) -> Map<String, Value> {
    let defaults = app.env.get("__OW_DEFAULTS").and_then(|text| serde_json::from_str(text).ok());
    defaults.unwrap_or_default()
}

impl Asks {
    pub(super) fn of(text: &str) -> Self {
        match text {
            "" | "false" => Self::Nothing,
            "true" => Self::Key,
            secret => Self::Secret(secret.to_owned()),
        }
    }
}

impl Offer {
    pub(super) fn new(package: &str, name: &str, web: Web) -> Self {
        Self { package: (package != NO_PACKAGE).then(|| package.to_owned()), name: name.to_owned(), web }
    }

    /// A function that no manifest describes is an action of no package.
    pub(super) fn of(function: &Function) -> Self {
        let Some(binding) = function.bindings.iter().find(|binding| binding.kind == KIND) else {
            return Self { package: None, name: function.name.clone(), web: Web::default() };
        };
        let setting = |name: &str| binding.settings.get(name).map(String::as_str);
        let is = |name: &str| setting(name) == Some("true");
        Self {
            package: setting("package").map(str::to_owned),
            name: binding.name.clone(),
            web: Web {
                raw: is("raw-http"),
                asks: setting("require-whisk-auth").map(Asks::of).unwrap_or_default(),
                own_options: is("web-custom-options"),
            },
        }
    }

    pub(super) fn binding(&self) -> Binding {
        let mut settings = BTreeMap::new();
        let mut set = |name: &str, value: &str| settings.insert(name.to_owned(), value.to_owned());
        if let Some(package) = &self.package {
            set("package", package);
        }
        for (name, is) in [("raw-http", self.web.raw), ("web-custom-options", self.web.own_options)] {
            if is {
                set(name, "true");
            }
        }
        match &self.web.asks {
            Asks::Nothing => {}
            Asks::Key => drop(set("require-whisk-auth", "true")),
            Asks::Secret(secret) => drop(set("require-whisk-auth", secret)),
        }
        Binding { name: self.name.clone(), kind: KIND.to_owned(), output: false, settings }
    }

    pub(super) fn is(&self, package: &str, name: &str) -> bool {
        self.package.as_deref().unwrap_or(NO_PACKAGE) == package && self.name == name
    }

    /// `guest` or `guest/shop`.
    pub(super) fn namespace(&self) -> String {
        self.package.as_ref().map_or(NAMESPACE.to_owned(), |package| format!("{NAMESPACE}/{package}"))
    }

    /// `guest/hello` or `guest/shop/hello`.
    pub(super) fn path(&self) -> String {
        format!("{}/{}", self.namespace(), self.name)
    }

    pub(super) fn route(&self) -> String {
        let package = self.package.as_deref().unwrap_or(NO_PACKAGE);
        format!("/api/v1/web/{NAMESPACE}/{package}/{}", self.name)
    }
}
