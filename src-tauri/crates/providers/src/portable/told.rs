//! What a function's caller got, of no provider in particular, and in what two callers got something else.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{self, CONTENT_TYPE, LOCATION, SET_COOKIE},
};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub status: StatusCode,
    /// None where a value is answered, which has none.
    pub headers: HeaderMap,
    pub body: Bytes,
    /// In what the next caller at home gets something else, too: nothing can be told from that.
    pub varying: Vec<String>,
}

/// Whose values are the servers': of a connection, of a clock, of a body that is compared itself.
const OF_SERVERS: [HeaderName; 8] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::DATE,
    header::ETAG,
    header::SERVER,
    header::TRANSFER_ENCODING,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("x-powered-by"),
];

impl Told {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body, varying: Vec::new() }
    }

    pub fn of_value(body: Bytes) -> Self {
        Self::new(StatusCode::OK, HeaderMap::new(), body)
    }

    /// As callers of the function see it: a value may say its own, as Lambda's and OpenWhisk's answers do.
    pub fn said_status(&self) -> StatusCode {
        let said = || {
            let value: Value = serde_json::from_slice(&self.body).ok()?;
            StatusCode::from_u16(u16::try_from(value.get("statusCode")?.as_u64()?).ok()?).ok()
        };
        if self.status == StatusCode::OK { said().unwrap_or(self.status) } else { self.status }
    }

    /// In what another caller got something else: `status`, the names of headers, `body`. Headers that only one provider's
    /// servers add are none of the function's; JSON is compared by what it says; what varies at home is not compared.
    pub fn differs_in(&self, other: &Self) -> Vec<String> {
        let mut differs = Vec::new();
        if self.status != other.status {
            differs.push("status".to_owned());
        }
        // Of a value the other's headers are its provider's, too.
        if !self.headers.is_empty() {
            let own = self.headers.keys().filter(|name| !OF_SERVERS.contains(name));
            let added = [&SET_COOKIE, &LOCATION].into_iter().filter(|name| !self.headers.contains_key(*name));
            let other_than = |name: &&HeaderName| values(&self.headers, name) != values(&other.headers, name);
            differs.extend(own.chain(added).filter(other_than).map(ToString::to_string));
        }
        let json = |told: &Self| serde_json::from_slice::<Value>(&told.body).ok();
        if self.body != other.body && json(self).is_none_or(|own| json(other) != Some(own)) {
            differs.push("body".to_owned());
        }
        differs.retain(|part| !self.varying.contains(part));
        differs
    }
}

/// All values of a name; those of cookies apart, others as one list. UTF-8 is what text is anyway.
fn values(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let all = headers.get_all(name).iter();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
    if *name == SET_COOKIE {
        return all.map(text).collect();
    }
    let one = all.map(text).collect::<Vec<_>>().join(", ");
    if *name != CONTENT_TYPE {
        return vec![one];
    }
    let lower = one.to_ascii_lowercase();
    let parts = lower.split(';').map(|part| part.trim().replace('"', ""));
    parts.filter(|part| part != "charset=utf-8").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> Told {
        let pairs = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(name, value);
        }
        Told::new(StatusCode::from_u16(status).unwrap(), map, Bytes::from_static(body.as_bytes()))
    }

    #[test]
    fn two_callers_got_the_same_where_the_functions_own_is_the_same() {
        let own =
            told(200, &[("content-type", "text/html"), ("date", "now"), ("x-own", "1, 2")], "{\"a\": 1}");
        let same =
            [("content-type", "text/html; charset=UTF-8"), ("x-own", "1"), ("x-own", "2"), ("x-edge", "e")];
        assert!(own.differs_in(&told(200, &same, "{\"a\":1}")).is_empty());
        let value = Told::of_value("{\"a\": 1}".into());
        assert!(
            value.differs_in(&told(200, &[("content-type", "application/json")], "{\"a\":1}")).is_empty()
        );
    }

    #[test]
    fn what_differs_is_named() {
        let own = told(302, &[("location", "/a"), ("set-cookie", "a=1"), ("set-cookie", "b=2")], "");
        let last = told(302, &[("location", "/a"), ("set-cookie", "b=2")], "");
        assert_eq!(own.differs_in(&last), ["set-cookie"]);
        assert_eq!(last.differs_in(&own), ["set-cookie"]);
        assert_eq!(
            own.differs_in(&told(301, &[("set-cookie", "a=1"), ("set-cookie", "b=2")], "x")),
            ["status", "location", "body"]
        );
        let plain = told(200, &[("content-type", "text/plain")], "");
        assert_eq!(
            plain.differs_in(&told(200, &[("content-type", "application/json")], "")),
            ["content-type"]
        );
        assert_eq!(
            plain.differs_in(&told(200, &[("content-type", "text/plain"), ("set-cookie", "a=1")], "")),
            ["set-cookie"]
        );
    }

    #[test]
    fn what_varies_at_home_is_not_compared() {
        let now = told(200, &[("x-id", "1")], "12:00");
        let mut own = now.clone();
        own.varying = now.differs_in(&told(200, &[("x-id", "2")], "12:01"));
        assert_eq!(own.varying, ["x-id", "body"]);
        assert!(own.differs_in(&told(200, &[("x-id", "3")], "12:02")).is_empty());
        assert_eq!(own.differs_in(&told(500, &[("x-id", "3")], "12:02")), ["status"]);
    }

    #[test]
    fn a_value_may_say_a_status() {
        assert_eq!(Told::of_value("{\"statusCode\": 500}".into()).said_status().as_u16(), 500);
        assert_eq!(Told::of_value("{\"statusCode\": 5}".into()).said_status().as_u16(), 200);
        assert_eq!(Told::of_value("[]".into()).said_status().as_u16(), 200);
        assert_eq!(told(201, &[("x-own", "1")], "{\"statusCode\": 500}").said_status().as_u16(), 201);
    }
}
