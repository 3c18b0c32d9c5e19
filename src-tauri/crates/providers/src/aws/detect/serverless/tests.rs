use crate::{domain::Severity, testing::Inline};

#[test]
fn functions_with_provider_settings_variables_and_events_are_read() {
    let project = Inline::new(&[
        (
            "serverless.yml",
            r"service: shop
frameworkVersion: '3'
custom:
  sizes: {dev: 256, prod: 1024}
  limits: ${file(./limits.yml):limits}
provider:
  name: aws
  runtime: nodejs20.x
  stage: ${opt:stage, 'dev'}
  memorySize: ${self:custom.sizes.${sls:stage}}
  architecture: arm64
  environment:
    STAGE: ${self:provider.stage}
    TABLE: ${self:service}-${self:provider.stage}-orders
    FROM_FILE: ${env:TOKEN}
    FALLBACK: ${env:NOPE, self:custom.nope, 'last'}
    VAULT: ${ssm:/a/b}
    QUEUE: !Ref Jobs
functions:
  hello:
    handler: src/hello.handler
    timeout: ${self:custom.limits.timeout}
    description: Says hello
    reservedConcurrency: 3
    events:
      - httpApi: 'GET /hello/{name}'
      - http: {path: old, method: post}
      - http: any legacy
      - httpApi: '*'
      - schedule: rate(1 minute)
    url:
      cors: true
      invokeMode: RESPONSE_STREAM
  work:
    handler: src/work.main
    runtime: python3.12
    memorySize: 512
    environment: {STAGE: own}
  typed:
    handler: src/typed.handler
",
        ),
        ("limits.yml", "limits:\n  timeout: 12\n"),
        ("src/hello.mjs", "export const handler = 1\n"),
        ("src/work.py", "def main(event, context): pass\n"),
        ("src/handler.py", "def handler(event, context): pass\n"),
        ("src/typed.ts", "export const handler = 1\n"),
        (".env", "TOKEN=secret\n"),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    aws hello: node nodejs20.x src/hello.handler in . (12 s, 256 MB)
      route GET /hello/{name}
      route POST /old (REST, dev)
      route ANY /legacy (REST, dev)
      route ANY $default
      streams
      env FALLBACK=last
      env FROM_FILE=secret
      env STAGE=dev
      env TABLE=shop-dev-orders
      env TOKEN=secret
      why: serverless.yml declares hello
      assumed: called `hello` here; deployed it would be shop-dev-hello
      assumed: schedule events do not come by themselves here; send them
      Warning serverless.yml:17: environment variable `VAULT` is not set: `${ssm:…}` is kept elsewhere; hint: set VAULT in .env or coldframe.toml
      Warning serverless.yml:18: environment variable `QUEUE` is not set: its value exists only after a deployment; hint: set QUEUE in .env or coldframe.toml
    aws work: python python3.12 src/work.main in . (6 s, 512 MB)
      env FALLBACK=last
      env FROM_FILE=secret
      env STAGE=own
      env TABLE=shop-dev-orders
      env TOKEN=secret
      why: serverless.yml declares work
      assumed: called `work` here; deployed it would be shop-dev-work
      Warning serverless.yml:17: environment variable `VAULT` is not set: `${ssm:…}` is kept elsewhere; hint: set VAULT in .env or coldframe.toml
      Warning serverless.yml:18: environment variable `QUEUE` is not set: its value exists only after a deployment; hint: set QUEUE in .env or coldframe.toml
    aws typed: typescript nodejs20.x src/typed.handler in . (6 s, 256 MB)
      env FALLBACK=last
      env FROM_FILE=secret
      env STAGE=dev
      env TABLE=shop-dev-orders
      env TOKEN=secret
      why: serverless.yml declares typed
      assumed: called `typed` here; deployed it would be shop-dev-typed
      Warning serverless.yml:17: environment variable `VAULT` is not set: `${ssm:…}` is kept elsewhere; hint: set VAULT in .env or coldframe.toml
      Warning serverless.yml:18: environment variable `QUEUE` is not set: its value exists only after a deployment; hint: set QUEUE in .env or coldframe.toml
    ");
    let app = project.detect().apps.remove(0);
    assert_eq!((app.architecture.as_str(), app.settings.concurrency), ("arm64", Some(3)));
    assert_eq!(app.functions[0].description, "Says hello");
    assert_eq!(app.functions[0].url.cors.clone().expect("cors: true").allow_origins, ["*"]);
}

#[test]
fn mistakes_name_file_and_line_and_cost_only_themselves() {
    let project = Inline::new(&[
        (
            "serverless.yml",
            r"service: shop
provider:
  name: aws
  runtime: python3.12
  timeout: 5000
functions:
  good:
    handler: work.main
  typo:
    handler: work.mian
  gone:
    handler: nowhere.main
  none: {}
  text: hello
  ruby: {handler: a.b, runtime: dotnet8}
  image: {image: x}
  loop: {handler: work.main, memorySize: '${self:functions.loop.memorySize}'}
  lost: ${file(./nope.yml)}
  code: ${file(./functions.js)}
",
        ),
        ("work.py", "def main(event, context): pass\n"),
        ("functions.js", ""),
        ("other/serverless.yml", "provider:\n  name: google\nfunctions: {a: {handler: b.c}}\n"),
        ("broken/serverless.yaml", "provider: [\nfunctions: x: y\n"),
        ("empty/serverless.yml", ""),
    ]);
    insta::assert_snapshot!(project.problems(), @r"
    Warning serverless.yml:5: timeout is `5000`, not a whole number of seconds from 1 to 900; hint: Lambda refuses it: write one from 1 to 900; until then 6 s is used
    Warning serverless.yml:10: work.py does not seem to define `mian`; hint: correct the handler's name, or add the function
    Warning serverless.yml:5: timeout is `5000`, not a whole number of seconds from 1 to 900; hint: Lambda refuses it: write one from 1 to 900; until then 6 s is used
    Error serverless.yml:12: handler `nowhere.main`: nowhere.py does not exist; hint: correct the handler, or create the file
    Warning serverless.yml:5: timeout is `5000`, not a whole number of seconds from 1 to 900; hint: Lambda refuses it: write one from 1 to 900; until then 6 s is used
    Warning serverless.yml:5: timeout is `5000`, not a whole number of seconds from 1 to 900; hint: Lambda refuses it: write one from 1 to 900; until then 6 s is used
    Warning serverless.yml:17: memorySize is not known: variables refer to variables too many times over; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then 1024 MB is used
    Error broken/serverless.yaml:2: invalid indentation; hint: correct the file; nothing in it is used until then
    Error empty/serverless.yml: it is empty; hint: begin it with service, provider and functions
    Warning other/serverless.yml:2: its provider is google, not aws; it is left out; hint: Coldframe reads serverless.yml for AWS Lambda
    Warning serverless.yml:13: function `none` has no handler; it is left out; hint: add one, such as src/hello.handler
    Warning serverless.yml:14: function `text` is `hello`, not a map; hint: give it a handler
    Warning serverless.yml:15: function `ruby` needs dotnet8, which Coldframe does not run; it is left out; hint: it runs python3.x, nodejs, java, ruby and provided runtimes
    Warning serverless.yml:16: function `image` is a container image, which is not run; it is left out; hint: declare its code in coldframe.toml
    Warning serverless.yml:18: function `lost` is not known: `${file(./nope.yml)}` has no value; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then it is left out
    Warning serverless.yml:19: function `code` is not known: ./functions.js would have to be run to know its value; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then it is left out
    ");
    let names: Vec<String> = project.detect().apps.into_iter().map(|app| app.name).collect();
    assert_eq!(names, ["good", "typo", "gone", "loop"]);
}

#[test]
fn everything_that_is_not_known_is_named_with_what_is_taken_instead() {
    let project = Inline::new(&[
        (
            "serverless.yml",
            r"service: ${env:SERVICE}
provider:
  name: aws
  runtime: ${env:RUNTIME}
  timeout: -3
functions:
  odd:
    handler: work.main
    memorySize: lots
    ephemeralStorageSize: ${env:SIZE}
    description: ${env:WORDS}
    architecture: ${env:CHIP}
    environment:
      - ${file(./nothing.yml)}
      - BOTH: ${env:ONE}-${env:TWO}
    events:
      - httpApi: ${env:ROUTE}
",
        ),
        ("work.mjs", "export const main = 1\n"),
    ]);
    insta::assert_snapshot!(project.problems(), @r"
    Warning serverless.yml:11: description is not known: `${env:WORDS}` has no value; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then it has none
    Warning serverless.yml:5: timeout is `-3`, not a whole number of seconds from 1 to 900; hint: Lambda refuses it: write one from 1 to 900; until then 6 s is used
    Warning serverless.yml:9: memorySize is `lots`, not a whole number of MB from 128 to 10240; hint: Lambda refuses it: write one from 128 to 10240; until then 1024 MB is used
    Warning serverless.yml:10: ephemeralStorageSize is not known: `${env:SIZE}` has no value; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then 512 MB is used
    Warning serverless.yml:12: architecture is not known: `${env:CHIP}` has no value; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then x86_64 is used
    Warning serverless.yml:14: a part of environment is not known: `${file(./nothing.yml)}` has no value; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then what it would bring is not set
    Warning serverless.yml:15: environment variable `BOTH` is not set: `${env:ONE}` has no value, and `${env:TWO}` has no value; hint: set BOTH in .env or coldframe.toml
    Warning serverless.yml:17: a route is not known: `${env:ROUTE}` has no value; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then there is no such route
    Warning serverless.yml:1: service is not known: `${env:SERVICE}` has no value; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then it has none
    Warning serverless.yml:4: runtime is not known: `${env:RUNTIME}` has no value; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then nodejs20.x is used
    ");
}

#[test]
fn hostile_variables_end_quickly() {
    let mut text = String::from("provider: aws\ncustom:\n  a0: x\n");
    for level in 1..40 {
        let below = level - 1;
        text.push_str(&format!("  a{level}: ${{self:custom.a{below}}}${{self:custom.a{below}}}\n"));
    }
    text.push_str("functions:\n");
    for (name, value) in [
        ("doubling", "${self:custom.a20}"),
        ("deep", "${self:custom.a39}"),
        ("open", "${self:custom.a1"),
        ("nested", &"${".repeat(5_000)),
        ("braces", &format!("{}{}", "${self:".repeat(500), "}".repeat(500))),
        ("outside", "${file(../../../etc/passwd)}"),
    ] {
        text.push_str(&format!("  {name}: {{handler: '{value}'}}\n"));
    }
    let project = Inline::new(&[("serverless.yml", &text)]);
    insta::assert_snapshot!(project.problems(), @r"
    Error serverless.yml:46: handler `${self:custom.a1` does not name a file and a function; hint: write it as FILE.FUNCTION, such as `app.lambda_handler`
    Error serverless.yml:47: handler `${${${${${${${${${${${${${${${${${${${${${${${${${${${${${${` does not name a file and a function; hint: write it as FILE.FUNCTION, such as `app.lambda_handler`
    Warning serverless.yml:16: handler is not known: variables refer to variables too many times over; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then its function is left out
    Warning serverless.yml:44: function `doubling` has no handler; it is left out; hint: add one, such as src/hello.handler
    Warning serverless.yml:35: handler is not known: variables refer to variables too many times over; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then its function is left out
    Warning serverless.yml:45: function `deep` has no handler; it is left out; hint: add one, such as src/hello.handler
    Warning serverless.yml:48: handler is not known: variables refer to variables too many times over; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then its function is left out
    Warning serverless.yml:48: function `braces` has no handler; it is left out; hint: add one, such as src/hello.handler
    Warning serverless.yml:49: handler is not known: ../../../etc/passwd lies outside the project; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then its function is left out
    Warning serverless.yml:49: function `outside` has no handler; it is left out; hint: add one, such as src/hello.handler
    ");
}

#[test]
fn a_file_without_functions_by_mistake_is_an_error_of_the_project() {
    let problems =
        ["", "# nothing\n", "service", "provider: aws\nfunction:\n  a: {handler: b.c}\n", "provider: aws\n"]
            .map(|text| Inline::new(&[("serverless.yml", text)]).problems());
    insta::assert_snapshot!(problems.concat(), @r"
    Error serverless.yml: it is empty; hint: begin it with service, provider and functions
    Error serverless.yml: it is empty; hint: begin it with service, provider and functions
    Error serverless.yml:1: it is `service`, not a map; hint: begin it with service, provider and functions
    Error serverless.yml:2: `function` is no section of serverless.yml; hint: write functions; until then there are none
    ");
}

#[test]
fn an_included_file_that_cannot_be_read_is_an_error_of_the_project() {
    let text = "provider: aws\ncustom: ${file(./config/dev.yml)}\nfunctions:\n  - ${file(./more.yml)}\n  - a:\n      \
                handler: app.main\n      runtime: python3.12\n      memorySize: ${self:custom.memory}\n      \
                environment: {LEVEL: '${self:custom.level}'}\n";
    let project = Inline::new(&[
        ("serverless.yml", text),
        ("config/dev.yml", "level: info\nmemory: [\n"),
        ("more.yml", ""),
        ("app.py", "def main(event, context): pass\n"),
    ]);
    insta::assert_snapshot!(project.problems(), @r"
    Warning serverless.yml:2: memorySize is not known: ./config/dev.yml: while parsing a node, did not find expected node content; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then 1024 MB is used
    Warning serverless.yml:2: environment variable `LEVEL` is not set: ./config/dev.yml: while parsing a node, did not find expected node content; hint: set LEVEL in .env or coldframe.toml
    Error more.yml: it is empty; hint: write what is included from it, or include it no more
    Error config/dev.yml:3: while parsing a node, did not find expected node content; hint: correct the file; nothing in it is used until then
    Warning serverless.yml:4: functions is not known: ./more.yml: it is empty; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then there are none
    ");
    assert!(
        project.only().problems.iter().all(|problem| problem.severity == Severity::Warning),
        "the project's"
    );
}

#[test]
fn a_function_has_the_name_and_the_region_that_the_file_gives_it() {
    let text = "service: shop\nprovider:\n  name: aws\n  runtime: python3.12\n  region: eu-west-1\n  \
                environment: {HOST: 'x.${aws:region}.example', OTHER: '${AWS::Region}'}\nfunctions:\n  \
                create: {handler: app.main, name: my-literal-name}\n  \
                list: {handler: app.main, name: '${self:service}-${sls:stage}-list'}\n  \
                remove: {handler: app.main, name: '${env:NAME}'}\n  plain: {handler: app.main}\n";
    let python = "def main(event, context): pass\n";
    let project = Inline::new(&[("serverless.yml", text), ("app.py", python)]);
    insta::assert_snapshot!(project.summary(), @r"
    aws my-literal-name: python python3.12 app.main in . (6 s, 1024 MB)
      env HOST=x.eu-west-1.example
      env OTHER=eu-west-1
      why: serverless.yml declares create
    aws shop-dev-list: python python3.12 app.main in . (6 s, 1024 MB)
      env HOST=x.eu-west-1.example
      env OTHER=eu-west-1
      why: serverless.yml declares list
    aws remove: python python3.12 app.main in . (6 s, 1024 MB)
      env HOST=x.eu-west-1.example
      env OTHER=eu-west-1
      why: serverless.yml declares remove
      Warning serverless.yml:10: name is not known: `${env:NAME}` has no value; hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then it is called `remove`
    aws plain: python python3.12 app.main in . (6 s, 1024 MB)
      env HOST=x.eu-west-1.example
      env OTHER=eu-west-1
      why: serverless.yml declares plain
      assumed: called `plain` here; deployed it would be shop-dev-plain
    ");
    let regions = |project: &Inline| -> Vec<_> {
        project.detect().apps.into_iter().map(|app| app.region.unwrap_or_default()).collect()
    };
    assert_eq!(regions(&project), ["eu-west-1"; 4]);
    project.write("coldframe.toml", b"[parameters]\nregion = 'sa-east-1'\n");
    assert_eq!(regions(&project), ["sa-east-1"; 4]);
    assert_eq!(project.detect().apps[0].env["HOST"], "x.sa-east-1.example");
    project.write("coldframe.toml", b"");
    project.write("serverless.yml", text.replace("eu-west-1", "${aws:region}").as_bytes());
    insta::assert_snapshot!(project.detect().apps[0].problems[0].to_string(), @r"
    serverless.yml:5: region is not known: variables refer to variables too many times over
    hint: give the variable a default, or a value under [parameters] in coldframe.toml; until then the emulated account's is used
    ");
}

#[test]
fn the_http_apis_cors_is_on_its_routes() {
    let service = |cors: &str| {
        let text = format!(
            "provider:\n  name: aws\n  runtime: python3.12\n  httpApi:\n    cors: {cors}\nfunctions:\n  \
             get: {{handler: app.main, events: [httpApi: GET /pets]}}\n  \
             put: {{handler: app.main, events: [httpApi: PUT /pets]}}\n  \
             none: {{handler: app.main}}\n  \
             rest: {{handler: app.main, events: [http: GET /rest]}}\n"
        );
        let project =
            Inline::new(&[("serverless.yml", &text), ("app.py", "def main(event, context): pass\n")]);
        let apps = project.detect().apps;
        apps.into_iter().map(|mut app| app.functions.remove(0).routes_cors).collect::<Vec<_>>()
    };
    let all = service("true");
    let cors = all[0].clone().expect("the API's");
    assert_eq!(
        (&all[1], &all[2], &all[3]),
        (&Some(cors.clone()), &None, &None),
        "only on the HTTP API's routes"
    );
    assert_eq!(
        (cors.allow_origins, cors.allow_methods),
        (vec!["*".into()], ["GET", "OPTIONS", "PUT"].map(String::from).to_vec())
    );
    assert!(cors.allow_headers.contains(&"Authorization".to_owned()));
    let own = service(
        "{allowedOrigins: [https://a.example], allowedMethods: [GET], allowCredentials: true, maxAge: 60}",
    );
    let own = own[0].clone().expect("the API's");
    assert_eq!((own.allow_origins[0].as_str(), own.allow_methods.len()), ("https://a.example", 1));
    assert_eq!((own.allow_credentials, own.max_age), (true, Some(60)));
    assert_eq!(service("false")[0], None);
}
