//! One route of two functions. A deployment is refused; here the first that was found answers.

use std::collections::BTreeMap;

use crate::domain::{App, Gateway, Problem};

/// Gives every app with a route that another has already a problem that names both.
pub(super) fn note(apps: &mut [App]) {
    let mut taken: BTreeMap<(String, String), String> = BTreeMap::new();
    for app in apps {
        for route in app.functions.iter().flat_map(|function| &function.routes) {
            // Whatever they are called, two variables take the same part of a path.
            let parts = route.path.split('/').map(|part| match part.strip_prefix('{') {
                Some(name) if name.ends_with("+}") => "{+}",
                Some(_) => "{}",
                None => part,
            });
            let api = match &route.gateway {
                Gateway::Http => "",
                Gateway::Rest(stage) => stage.name.as_str(),
                // Its rules have an order: the first that fits is meant to answer.
                Gateway::LoadBalancer { .. } => continue,
            };
            let path = format!("{api} {}", parts.collect::<Vec<_>>().join("/"));
            let first = taken.entry((route.method.clone(), path)).or_insert_with(|| app.name.clone());
            if *first != app.name {
                let message = format!(
                    "{} {} is a route of {first} too, which answers it here; a deployment with both is refused",
                    route.method, route.path
                );
                app.problems.push(
                    Problem::warning(message)
                        .hint("give one of them another path or method, or leave one out"),
                );
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Inline;

    #[test]
    fn a_route_of_two_functions_is_named_with_both() {
        let function = |name: &str, path: &str, method: &str| {
            format!(
                "  {name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: f/\n      Handler: \
                 app.handler\n      Runtime: python3.12\n      Events:\n        Get:\n          Type: HttpApi\n          \
                 Properties:\n            Path: {path}\n            Method: {method}\n"
            )
        };
        let template = format!(
            "Resources:\n{}{}{}",
            function("One", "/peas/{id}", "get"),
            function("Two", "/peas/{name}", "get"),
            function("Three", "/peas/{id}", "post")
        );
        let project = Inline::new(&[
            ("template.yaml", template.as_str()),
            ("f/app.py", "def handler(event, context): pass\n"),
        ]);
        assert_eq!(
            project.problems(),
            "Warning GET /peas/{name} is a route of One too, which answers it here; a deployment with both is refused; \
             hint: give one of them another path or method, or leave one out\n"
        );
    }
}
