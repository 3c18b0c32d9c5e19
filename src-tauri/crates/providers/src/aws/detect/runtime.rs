//! Which language a runtime identifier means.

use crate::domain::Language;

/// For everything that brings its own executable.
pub(crate) const PROVIDED: &str = "provided.al2023";

/// What the plugin serverless-rust has its functions say; it builds them with cargo and deploys them as provided.
/// <https://github.com/softprops/serverless-rust>
pub(crate) const SERVERLESS_RUST: &str = "rust";

/// `None` when Coldframe does not run it.
pub(crate) fn language(runtime: &str) -> Option<Language> {
    if runtime.starts_with("python3") {
        Some(Language::Python)
    } else if runtime.starts_with("nodejs") {
        Some(Language::Node)
    } else if runtime.starts_with("java") {
        Some(Language::Java)
    } else if runtime.starts_with("ruby") {
        Some(Language::Ruby)
    } else if runtime.starts_with("provided") || runtime == "go1.x" || runtime == SERVERLESS_RUST {
        Some(Language::Custom)
    } else {
        None
    }
}
