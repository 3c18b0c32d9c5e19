//! Application Load Balancers of a template: the listeners and rules that forward to a target group with a function.

use std::rc::Rc;

use super::{Template, deployed, resolve::intrinsic};
use crate::{
    aws::detect::unfollowed,
    domain::{App, Gateway, Problem, Route},
    manifest::Node,
};

const GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
const RULE: &str = "AWS::ElasticLoadBalancingV2::ListenerRule";
const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";
/// Of a target group: events and answers have all values of headers and queries.
const MULTI_VALUE: &str = "lambda.multi_value_headers.enabled";

impl Template<'_> {
    /// Adds the routes of rules, and of listeners' own actions, to the functions they lead to.
    pub(super) fn load_balancers(&self, apps: &mut [(String, App)]) {
        for (id, group) in self.of_kind(GROUP) {
            let get = |key: &str| {
                group.get("Properties").and_then(|all| self.resolver.get(all, key).ok().flatten())
            };
            let Some(targets) = get("Targets") else { continue };
            let function = targets.items().iter().find_map(|target| logical_id(target.get("Id")?));
            let Some((_, app)) = apps.iter_mut().find(|(id, _)| Some(id) == function.as_ref()) else {
                continue;
            };
            let multi_value = get("TargetGroupAttributes").is_some_and(|attributes| {
                attributes.items().iter().any(|one| {
                    let text =
                        |key: &str| one.get(key).and_then(|node| self.resolver.text(node).ok().flatten());
                    text("Key").as_deref() == Some(MULTI_VALUE) && text("Value").as_deref() == Some("true")
                })
            });
            let gateway = Gateway::LoadBalancer { multi_value };
            let mut routes = Vec::new();
            for (_, rule) in self.of_kind(RULE).filter(|(_, rule)| leads_to(rule, "Actions", id)) {
                routes.extend(self.conditions(rule, &gateway));
                app.problems.extend(self.other_conditions(rule));
            }
            if self.of_kind(LISTENER).any(|(_, listener)| leads_to(listener, "DefaultActions", id)) {
                routes.push(Route { method: "ANY".into(), path: "*".into(), gateway });
            }
            if let Some(function) = app.functions.first_mut() {
                routes.retain(|route| !function.routes.contains(route));
                function.routes.extend(routes);
            }
        }
    }

    fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = (&str, &Rc<Node>)> {
        let all = self.resources().iter();
        all.filter(move |(_, one)| deployed::kind(one) == kind).map(|(key, one)| (key.text.as_str(), one))
    }

    fn other_conditions(&self, rule: &Node) -> Option<Problem> {
        let conditions = rule.get("Properties")?.get("Conditions")?;
        let fields = conditions.items().iter().filter_map(|one| one.get("Field")?.text());
        let others: Vec<&str> =
            fields.filter(|field| !["path-pattern", "http-request-method"].contains(field)).collect();
        unfollowed::conditions(self.manifest, conditions, &others)
    }

    /// Every path with every method that a rule asks for. What else it asks for (hosts, headers) is not looked at.
    fn conditions(&self, rule: &Node, gateway: &Gateway) -> Vec<Route> {
        let conditions = rule.get("Properties").and_then(|all| all.get("Conditions"));
        let values = |field: &str, config: &str| -> Vec<String> {
            let of_field = conditions
                .into_iter()
                .flat_map(|all| all.items())
                .filter(|one| one.get("Field").and_then(|node| node.text()) == Some(field));
            let listed = of_field.filter_map(|one| {
                one.get(config).and_then(|config| config.get("Values")).or_else(|| one.get("Values"))
            });
            listed.filter_map(|list| self.resolver.texts(list).ok()).flatten().collect()
        };
        let or = |values: Vec<String>, usual: &str| {
            if values.is_empty() { vec![usual.to_owned()] } else { values }
        };
        let methods = or(values("http-request-method", "HttpRequestMethodConfig"), "ANY");
        let paths = or(values("path-pattern", "PathPatternConfig"), "*");
        let route = |path: &String, method: &String| Route {
            method: method.to_ascii_uppercase(),
            path: path.clone(),
            gateway: gateway.clone(),
        };
        paths.iter().flat_map(|path| methods.iter().map(move |method| route(path, method))).collect()
    }
}

/// Whether one of a resource's actions forwards to a target group of this template.
fn leads_to(resource: &Node, actions: &str, group: &str) -> bool {
    let actions = resource.get("Properties").and_then(|all| all.get(actions));
    actions.into_iter().flat_map(|all| all.items()).any(|action| {
        let several = action.get("ForwardConfig").and_then(|config| config.get("TargetGroups"));
        let several = several.into_iter().flat_map(|all| all.items());
        std::iter::once(action)
            .chain(several)
            .filter_map(|holder| logical_id(holder.get("TargetGroupArn")?))
            .any(|id| id == group)
    })
}

/// The resource that `!Ref ID` and `!GetAtt ID.Arn` name.
fn logical_id(node: &Rc<Node>) -> Option<String> {
    match intrinsic(node)? {
        ("Ref", id) => id.text().map(str::to_owned),
        ("GetAtt", path) => {
            let first = path.items().first().map_or_else(|| path.text(), |first| first.text())?;
            Some(first.split('.').next().unwrap_or(first).to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Inline;

    #[test]
    fn rules_and_listeners_lead_to_the_functions_of_their_target_groups() {
        let template = "\
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Code: ., Handler: app.handler, Runtime: python3.12}}
  One:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: lambda, Targets: [{Id: !GetAtt F.Arn}]}
  All:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      Targets: [{Id: !GetAtt [F, Arn]}]
      TargetGroupAttributes: [{Key: lambda.multi_value_headers.enabled, Value: true}]
  Other: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Targets: [{Id: i-123}]}}
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      Conditions:
        - {Field: path-pattern, Values: [/a/*, /b]}
        - {Field: http-request-method, HttpRequestMethodConfig: {Values: [get, POST]}}
        - {Field: host-header, Values: [garden.example]}
      Actions: [{Type: forward, TargetGroupArn: !Ref One}]
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions: [{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref All}]}}]
  Broken: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {Actions: 3, Conditions: {a: b}}}
";
        let project =
            Inline::new(&[("template.yaml", template), ("app.py", "def handler(event, context): pass\n")]);
        insta::assert_snapshot!(project.summary(), @r"
        aws F: python python3.12 app.handler in . (3 s, 128 MB)
          route GET /a/* (load balancer)
          route POST /a/* (load balancer)
          route GET /b (load balancer)
          route POST /b (load balancer)
          route ANY * (load balancer, all values)
          why: template.yaml declares F, an AWS::Lambda::Function
          Warning template.yaml:16: conditions of a load balancer's rule are not looked at: host-header; hint: every call of its path and method comes to it; call a function by its name where several have the same
        ");
    }
}
