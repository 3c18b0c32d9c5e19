//! What SAM and the Serverless Framework have in common about gateways: what they add to the CORS settings of a REST
//! API's path, and what no gateway here sends.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{App, Gateway, Problem};

const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// Payload 1.0 of an HTTP API, which differs from a REST API's; the problem has no place yet.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
pub(crate) fn old_payload(whose: &str) -> Problem {
    Problem::warning(format!("{whose} asks an HTTP API for payload 1.0; here the function gets 2.0"))
        .hint("expect 2.0, or use a REST API's event, whose 1.0 is sent")
}

/// Where no methods are named, a path allows those that it has.
pub(crate) fn complete_cors<'a>(apps: impl Iterator<Item = &'a mut App>) {
    let mut routes: Vec<_> =
        apps.flat_map(|app| &mut app.functions).flat_map(|function| &mut function.routes).collect();
    let mut methods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for route in &routes {
        if let Gateway::Rest(_) = route.gateway {
            let of_path =
                methods.entry(route.path.clone()).or_insert_with(|| BTreeSet::from(["OPTIONS".into()]));
            match route.method.as_str() {
                "ANY" => of_path.extend(METHODS.map(str::to_owned)),
                method => _ = of_path.insert(method.to_owned()),
            }
        }
    }
    for route in &mut routes {
        if let Gateway::Rest(stage) = &mut route.gateway
            && let Some(cors) = &mut stage.cors
            && cors.allow_methods.is_empty()
        {
            cors.allow_methods = methods.get(&route.path).into_iter().flatten().cloned().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Inline;

    #[test]
    fn an_http_apis_old_payload_is_warned_of() {
        let python = ("app.py", "def main(event, context): pass\n");
        let template = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.12\n      Handler: app.main\n      Events:\n        New: {Type: HttpApi, Properties: {Path: /a, Method: get, PayloadFormatVersion: '2.0'}}\n        Old: {Type: HttpApi, Properties: {Path: /b, Method: get, PayloadFormatVersion: '1.0'}}\n";
        assert_eq!(
            Inline::new(&[("template.yaml", template), python]).problems(),
            "Warning template.yaml:9: event Old asks an HTTP API for payload 1.0; here the function gets 2.0; hint: expect 2.0, \
             or use a REST API's event, whose 1.0 is sent\n"
        );
        let serverless = "provider:\n  name: aws\n  runtime: python3.12\n  httpApi:\n    payload: '1.0'\nfunctions:\n  f: {handler: app.main, events: [{httpApi: 'GET /a'}]}\n";
        assert_eq!(
            Inline::new(&[("serverless.yml", serverless), python]).problems(),
            "Warning serverless.yml:5: provider.httpApi asks an HTTP API for payload 1.0; here the function gets 2.0; hint: expect \
             2.0, or use a REST API's event, whose 1.0 is sent\n"
        );
        let own = "provider: {name: aws, runtime: python3.12}\nfunctions:\n  f: {handler: app.main, httpApi: {payload: '1.0'}}\n";
        assert_eq!(
            Inline::new(&[("serverless.yml", own), python]).problems(),
            "Warning serverless.yml:3: httpApi asks an HTTP API for payload 1.0; here the function gets 2.0; hint: expect \
             2.0, or use a REST API's event, whose 1.0 is sent\n"
        );
    }

    #[test]
    fn a_path_allows_the_methods_it_has() {
        let serverless = "provider: {name: aws, runtime: python3.12, stage: live}\nfunctions:\n  f:\n    handler: app.main\n    events:\n      - http: {path: a, method: get, cors: true}\n      - http: {path: a, method: post, cors: {origins: ['https://a.example', 'https://b.example'], headers: [x-one], maxAge: 60}}\n      - http: {path: b, method: any, cors: false}\n";
        let app =
            Inline::new(&[("serverless.yml", serverless), ("app.py", "def main(event, context): pass\n")])
                .only();
        let stages: Vec<_> = app.functions[0]
            .routes
            .iter()
            .map(|route| match &route.gateway {
                super::Gateway::Rest(stage) => (stage.name.as_str(), stage.cors.clone()),
                other => panic!("a REST API's: {other:?}"),
            })
            .collect();
        let first = stages[0].1.as_ref().expect("cors: true");
        assert_eq!(
            (first.allow_origins.as_slice(), first.allow_methods.join(",")),
            (&["*".to_owned()][..], "GET,OPTIONS,POST".into())
        );
        let second = stages[1].1.as_ref().expect("a map");
        assert_eq!(
            (second.allow_origins.len(), second.allow_headers.as_slice(), second.max_age),
            (2, &["x-one".to_owned()][..], Some(60))
        );
        assert_eq!((stages[2].0, stages[2].1.as_ref()), ("live", None));
    }
}
