use crate::testing::Inline;

#[test]
fn misspelt_properties_are_named_with_what_was_meant() {
    let project = Inline::new(&[
        (
            "serverless.yml",
            "service: shop\nprovider: {name: aws, runtime: python3.12, memorysize: 512}\nfunctions:\n  hello:\n    handler: app.main\n    timout: 7\n    custom: 1\nfrob: 1\npluggins: [x]\n",
        ),
        ("app.py", "def main(event, context): pass\n"),
    ]);
    insta::assert_snapshot!(project.problems(), @r"
    Warning serverless.yml:2: `memorysize` is no property of provider; hint: write memorySize; until then it is as if it was not there
    Warning serverless.yml:8: `frob` is no property of serverless.yml; hint: it is not read
    Warning serverless.yml:9: `pluggins` is no property of serverless.yml; hint: write plugins; until then it is as if it was not there
    Warning serverless.yml:6: `timout` is no property of a function; hint: write timeout; until then it is as if it was not there
    Warning serverless.yml:7: `custom` is no property of a function; hint: it is not read
    ");
}

#[test]
fn what_is_not_followed_is_named_with_what_happens_instead() {
    let project = Inline::new(&[
        (
            "serverless.yml",
            "service: shop
provider: {name: aws, vpc: {subnetIds: [a]}}
plugins: [serverless-esbuild]
functions:
  hello:
    handler: app.handler
    runtime: python3.12
    provisionedConcurrency: 2
    fileSystemConfig: {localMountPath: /mnt/x}
    events:
      - http: {path: x, method: get, private: true}
      - httpApi: {path: /y, method: get, authorizer: pool}
      - http: {path: z, method: get, integration: lambda}
      - http: {path: w, method: get, integration: LAMBDA_PROXY}
      - alb: {listenerArn: a, priority: 1, conditions: {path: /v, method: GET, query: {a: b}}}
",
        ),
        ("app.py", "def handler(event, context): pass\n"),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    aws hello: python python3.12 app.handler in . (6 s, 1024 MB)
      route GET /x (REST, dev)
      route GET /y
      route GET /z (REST, dev)
      route GET /w (REST, dev)
      route GET /v (load balancer)
      why: serverless.yml declares hello
      assumed: called `hello` here; deployed it would be shop-dev-hello
      assumed: provisionedConcurrency of serverless.yml is not used: kept_warm in coldframe.toml keeps instances
      assumed: vpc of serverless.yml is not used: it reaches what this machine reaches
      assumed: plugins of serverless.yml is not used: what they do when it is deployed or run is not done
      Warning serverless.yml:11: who calls an event of hello is not checked: authorizers, keys and signatures are not followed; hint: every call is let in, without what an authorizer would add to its event
      Warning serverless.yml:12: who calls an event of hello is not checked: authorizers, keys and signatures are not followed; hint: every call is let in, without what an authorizer would add to its event
      Warning serverless.yml:13: integration lambda is not followed: the event comes, and the answer is read, as with lambda-proxy; hint: call the function by its name with the event that its mapping template would make
      Warning serverless.yml:15: conditions of a load balancer's rule are not looked at: query; hint: every call of its path and method comes to it; call a function by its name where several have the same
      Warning serverless.yml:9: its file systems are not mounted: the folder it expects is what this machine has there; hint: make the folder on this machine, or give another path in an environment variable
    ");
}
