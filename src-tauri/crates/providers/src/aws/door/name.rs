//! How callers of the Lambda API name a function: `name`, `name:qualifier`, `account:function:name`, a whole ARN.
//! SDKs percent-encode an ARN into one path segment.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::error::ApiError;

/// The only version there is here.
pub(super) const LATEST: &str = "$LATEST";

#[derive(Debug, PartialEq, Eq)]
pub(super) struct FunctionName {
    pub(super) name: String,
    /// As the caller gave it, in the name or in the query.
    pub(super) qualifier: Option<String>,
}

impl FunctionName {
    /// `segment` as it stands in the path, `query` as it stands in the target.
    pub(super) fn parse(segment: &str, query: Option<&str>) -> Result<Self, ApiError> {
        let text = decode(segment);
        let (name, own) = split(&text).ok_or_else(|| {
            ApiError::validation(format!(
                "1 validation error detected: Value '{text}' at 'functionName' failed to satisfy constraint: Member must \
                 satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{{2}}(-gov)?-[a-z]+-\\d{{1}}:)?\
                 (\\d{{12}}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"
            ))
        })?;
        let asked = query.and_then(|query| parameter(query, "Qualifier")).filter(|asked| !asked.is_empty());
        if let (Some(own), Some(asked)) = (own, asked.as_deref())
            && own != asked
        {
            return Err(ApiError::invalid_parameter(
                "The derived qualifier from the function name does not match the specified qualifier.".into(),
            ));
        }
        let qualifier = own.map(str::to_owned).or_else(|| asked.map(Cow::into_owned));
        Ok(Self { name: name.to_owned(), qualifier })
    }

    /// Whether the qualifier, if any, is the version that exists.
    pub(super) fn is_latest(&self) -> bool {
        self.qualifier.as_deref().is_none_or(|qualifier| qualifier == LATEST)
    }
}

/// Name and qualifier; `None` if the text is no function name.
fn split(text: &str) -> Option<(&str, Option<&str>)> {
    let mut rest = text;
    let mut skip = |matches: &dyn Fn(&str) -> bool| {
        if let Some((head, tail)) = rest.split_once(':')
            && matches(head)
        {
            rest = tail;
            return true;
        }
        false
    };
    if text.starts_with("arn:")
        && !(skip(&|_| true) && skip(&|part| part.starts_with("aws")) && skip(&|part| part == "lambda"))
    {
        return None;
    }
    skip(&is_region);
    skip(&is_account);
    skip(&|part| part == "function");
    let (name, qualifier) = match rest.split_once(':') {
        Some((name, qualifier)) => (name, Some(qualifier)),
        None => (rest, None),
    };
    let sound = !name.is_empty() && qualifier.is_none_or(|part| !part.is_empty() && !part.contains(':'));
    sound.then_some((name, qualifier))
}

fn is_account(part: &str) -> bool {
    part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// `eu-central-1`, `us-gov-west-1`.
fn is_region(part: &str) -> bool {
    let mut parts = part.split('-');
    parts.next().is_some_and(|area| area.len() == 2 && area.bytes().all(|byte| byte.is_ascii_lowercase()))
        && part.matches('-').count() >= 2
        && parts
            .next_back()
            .is_some_and(|number| number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit()))
}

/// A path segment or query part, decoded.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// The first value of a query parameter, decoded.
pub(super) fn parameter<'a>(query: &'a str, name: &str) -> Option<Cow<'a, str>> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(key) == name).then(|| decode(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(segment: &str, query: Option<&str>) -> (String, Option<String>) {
        let name = FunctionName::parse(segment, query).unwrap();
        (name.name, name.qualifier)
    }

    #[test]
    fn every_way_to_name_a_function_leads_to_its_name() {
        let live = ("f".to_owned(), Some("live".to_owned()));
        assert_eq!(parsed("f", None), ("f".into(), None));
        assert_eq!(parsed("f:live", None), live);
        assert_eq!(parsed("f%3Alive", None), live, "SDKs encode the colon");
        assert_eq!(parsed("000000000000:function:f:live", None), live);
        assert_eq!(parsed("arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af%3Alive", None), live);
        assert_eq!(parsed("arn:aws-cn:lambda:cn-north-1:000000000000:function:f", None), ("f".into(), None));
        assert_eq!(parsed("function:f", None), ("f".into(), None));
        assert_eq!(parsed("function", None), ("function".into(), None), "a function may be called function");
        assert_eq!(parsed("f", Some("x=1&Qualifier=%24LATEST")), ("f".into(), Some("$LATEST".into())));
        assert_eq!(parsed("f:live", Some("Qualifier=live")), live);
    }

    #[test]
    fn contradicting_or_senseless_names_are_refused() {
        for (segment, query) in
            [("f:live", Some("Qualifier=other")), ("f:a:b", None), ("arn:aws:s3:::b", None), (":", None)]
        {
            let error = FunctionName::parse(segment, query).unwrap_err();
            assert_eq!(error.status(), 400, "{segment} {query:?}");
        }
    }
}
