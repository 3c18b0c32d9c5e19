//! The Lambda API's operations and the paths they are called by.

use http::Method;

/// What a request to the Lambda API asks for. Names are path segments as sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Operation<'a> {
    Invoke(&'a str),
    InvokeWithResponseStream(&'a str),
    InvokeAsync(&'a str),
    ListFunctions,
    GetFunction(&'a str),
    GetFunctionConfiguration(&'a str),
    GetFunctionUrlConfig(&'a str),
    ListFunctionUrlConfigs(&'a str),
    GetFunctionConcurrency(&'a str),
    ListVersionsByFunction(&'a str),
    ListAliases(&'a str),
    ListTags(&'a str),
    ListEventSourceMappings,
    GetAccountSettings,
}

/// For callers who ask for something else.
pub(super) const SUPPORTED: &str = "Invoke, InvokeWithResponseStream, InvokeAsync, ListFunctions, GetFunction, \
    GetFunctionConfiguration, GetFunctionUrlConfig, ListFunctionUrlConfigs, GetFunctionConcurrency, \
    ListVersionsByFunction, ListAliases, ListTags, ListEventSourceMappings, GetAccountSettings";

/// Whether a path begins with an API version, `/2015-03-31/`.
pub(super) fn is_api_path(path: &str) -> bool {
    const SHAPE: &[u8] = b"/0000-00-00/";
    path.len() >= SHAPE.len()
        && path
            .bytes()
            .zip(SHAPE)
            .all(|(byte, &shape)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape })
}

impl<'a> Operation<'a> {
    pub(super) fn of(method: &Method, path: &'a str) -> Option<Self> {
        let (version, rest) = path.strip_prefix('/')?.split_once('/')?;
        // Older SDKs end the collections with a slash.
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let mut segments = rest.splitn(3, '/');
        let key = (version, segments.next()?, segments.next(), segments.next());
        Some(match (method, key) {
            (&Method::POST, ("2015-03-31", "functions", Some(name), Some("invocations"))) => {
                Self::Invoke(name)
            }
            (
                &Method::POST,
                ("2021-11-15", "functions", Some(name), Some("response-streaming-invocations")),
            ) => Self::InvokeWithResponseStream(name),
            (&Method::POST, ("2014-11-13", "functions", Some(name), Some("invoke-async"))) => {
                Self::InvokeAsync(name)
            }
            (&Method::GET, key) => match key {
                ("2015-03-31", "functions", None, None) => Self::ListFunctions,
                ("2015-03-31", "functions", Some(name), None) => Self::GetFunction(name),
                ("2015-03-31", "functions", Some(name), Some("configuration")) => {
                    Self::GetFunctionConfiguration(name)
                }
                ("2015-03-31", "functions", Some(name), Some("versions")) => {
                    Self::ListVersionsByFunction(name)
                }
                ("2015-03-31", "functions", Some(name), Some("aliases")) => Self::ListAliases(name),
                ("2021-10-31", "functions", Some(name), Some("url")) => Self::GetFunctionUrlConfig(name),
                ("2021-10-31", "functions", Some(name), Some("urls")) => Self::ListFunctionUrlConfigs(name),
                ("2019-09-30", "functions", Some(name), Some("concurrency")) => {
                    Self::GetFunctionConcurrency(name)
                }
                ("2017-03-31", "tags", Some(arn), None) => Self::ListTags(arn),
                ("2015-03-31", "event-source-mappings", None, None) => Self::ListEventSourceMappings,
                ("2016-08-19", "account-settings", None, None) => Self::GetAccountSettings,
                _ => return None,
            },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_operations() {
        let of = |method: Method, path: &'static str| Operation::of(&method, path);
        assert_eq!(
            of(Method::POST, "/2015-03-31/functions/f%3Alive/invocations"),
            Some(Operation::Invoke("f%3Alive"))
        );
        assert_eq!(
            of(Method::POST, "/2014-11-13/functions/f/invoke-async/"),
            Some(Operation::InvokeAsync("f"))
        );
        assert_eq!(of(Method::GET, "/2015-03-31/functions/"), Some(Operation::ListFunctions));
        assert_eq!(of(Method::GET, "/2015-03-31/functions"), Some(Operation::ListFunctions));
        assert_eq!(of(Method::GET, "/2015-03-31/functions/f"), Some(Operation::GetFunction("f")));
        assert_eq!(of(Method::POST, "/2015-03-31/functions"), None, "CreateFunction is not for us");
        assert_eq!(of(Method::GET, "/2015-03-31/functions/f/invocations"), None);
    }

    #[test]
    fn only_versions_are_api_paths() {
        assert!(is_api_path("/2015-03-31/functions"));
        assert!(!is_api_path("/2015-03-31") && !is_api_path("/hello/2015-03-31/") && !is_api_path("/"));
    }
}
