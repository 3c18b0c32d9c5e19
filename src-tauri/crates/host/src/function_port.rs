//! A port of a function's own: where web services are deployed, each has a name for itself and answers at its root.

use std::{net::SocketAddr, str::FromStr};

use coldframe_providers::{domain::ProviderId, registry};

/// A function and its port, written `gcp/hello=8080`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionPort {
    pub provider: ProviderId,
    pub function: String,
    /// 0 picks one.
    pub port: u16,
}

impl FunctionPort {
    /// Where it is called, given the address that functions are reached on.
    pub fn url(&self, address: SocketAddr) -> String {
        let host = if address.ip().is_loopback() || address.ip().is_unspecified() {
            "localhost".to_owned()
        } else {
            SocketAddr::new(address.ip(), 0).to_string().trim_end_matches(":0").to_owned()
        };
        format!("http://{host}:{}/", self.port)
    }
}

impl FromStr for FunctionPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shape = || format!("{text:?} names no function and port; write gcp/hello=8080");
        let (name, port) = text.rsplit_once('=').ok_or_else(shape)?;
        let (provider, function) = name.split_once('/').ok_or_else(shape)?;
        if function.is_empty() {
            return Err(shape());
        }
        let port: u16 = port.parse().map_err(|_| shape())?;
        let all = registry::SERVICES.into_iter();
        let Some(provider) = all.clone().find(|one| one.as_str() == provider) else {
            let known: Vec<&str> = all.map(ProviderId::as_str).collect();
            return Err(format!(
                "functions of {provider:?} have no root of their own; those of {} do",
                known.join(" and ")
            ));
        };
        Ok(Self { provider, function: function.to_owned(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_and_its_port_are_read() {
        let read = |text: &str| text.parse::<FunctionPort>();
        let hello = FunctionPort { provider: ProviderId::Gcp, function: "hello".into(), port: 8080 };
        assert_eq!(read("gcp/hello=8080"), Ok(hello.clone()));
        for text in ["", "hello=80", "gcp/hello", "gcp/=80", "gcp/hello=x", "gcp/hello=99999"] {
            let error = read(text).expect_err(text);
            assert!(error.contains("write gcp/hello=8080"), "{error}");
        }
        assert!(read("aws/hello=80").is_err_and(|error| error.contains("those of gcp and knative do")));
        let at = |address: &str| hello.url(address.parse().expect("an address"));
        assert_eq!(at("127.0.0.1:9000"), "http://localhost:8080/");
        assert_eq!(at("192.168.1.2:9000"), "http://192.168.1.2:8080/");
        assert_eq!(at("[fd00::1]:9000"), "http://[fd00::1]:8080/");
    }
}
