//! What a template that is right is read as; mistakes have a file of their own.

mod mistakes;
mod unfollowed;

use crate::testing::Inline;

const PYTHON: &str = "def lambda_handler(event, context):\n    return event\n";

#[test]
fn a_sam_template_with_globals_parameters_and_events_is_read() {
    let project = Inline::new(&[
        (
            "template.yaml",
            r#"AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev}
  Key: {Type: String}
Mappings:
  Sizes: {dev: {memory: 256}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Globals:
  Function:
    Timeout: 10
    Runtime: python3.13
    MemorySize: !FindInMap [Sizes, !Ref Stage, memory]
    Environment:
      Variables: {STAGE: !Ref Stage, LEVEL: info}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.lambda_handler
      Description: Says hello
      Architectures: [arm64]
      EphemeralStorage: {Size: 1024}
      ReservedConcurrentExecutions: 5
      Environment:
        Variables:
          LEVEL: !If [IsProd, warn, debug]
          TABLE: !Ref Orders
          QUEUE: !GetAtt Jobs.Arn
          SELF: !Sub 'https://${AWS::Region}.example/${Stage}/${!raw}'
          KEY: !Ref Key
          SECRET: '{{resolve:x}}'
          GONE: !Ref AWS::NoValue
          JOINED: !Join ['-', [a, !Select [1, !Split [',', 'x,y']]]]
      Events:
        Get: {Type: HttpApi, Properties: {Path: '/hello/{name}', Method: get}}
        All: {Type: HttpApi}
        Old: {Type: Api, Properties: {Path: /old, Method: ANY}}
        Tick: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}
      FunctionUrlConfig:
        AuthType: NONE
        InvokeMode: RESPONSE_STREAM
        Cors: {AllowOrigins: ['*'], AllowMethods: [GET], AllowCredentials: true, MaxAge: 60}
  Prod:
    Type: AWS::Serverless::Function
    Condition: IsProd
    Properties: {CodeUri: src/, Handler: app.lambda_handler}
  Orders: {Type: AWS::DynamoDB::Table}
  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
"#,
        ),
        ("src/app.py", PYTHON),
        ("src/lambda_function.py", PYTHON),
        (".env", "KEY=from-env\nLEVEL=never\n"),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    aws Hello: python python3.13 app.lambda_handler in src (10 s, 256 MB)
      route GET /hello/{name}
      route ANY $default
      route ANY /old (REST, Prod)
      streams
      env JOINED=a-y
      env KEY=from-env
      env LEVEL=debug
      env QUEUE=arn:aws:sqs:us-east-1:000000000000:jobs
      env SELF=https://us-east-1.example/dev/${raw}
      env STAGE=dev
      env TABLE=Orders
      why: template.yaml declares Hello, an AWS::Serverless::Function
      assumed: Schedule events do not come by themselves here; send them
      assumed: Jobs.Arn is taken to be `arn:aws:sqs:us-east-1:000000000000:jobs`; nothing is deployed to ask
      assumed: Orders is taken to be `Orders`; nothing is deployed to ask
      Warning template.yaml:34: environment variable `SECRET` is not set: CloudFormation reads it from another service when it deploys; hint: set SECRET in .env or coldframe.toml
    Warning template.yaml:48: function `Prod` is left out: its condition IsProd does not hold; hint: give its parameters other values under [parameters] in coldframe.toml to have it
    ");
    let app = project.only();
    assert_eq!(app.architecture.as_str(), "arm64");
    assert_eq!((app.settings.ephemeral_mb, app.settings.concurrency), (1024, Some(5)));
    assert_eq!(app.functions[0].description, "Says hello");
    let cors = app.functions[0].url.cors.clone().expect("the URL has CORS settings");
    assert_eq!(
        (cors.allow_origins, cors.max_age, cors.allow_credentials),
        (vec!["*".to_owned()], Some(60), true)
    );
    assert_eq!(app.manifests, [project.root().join("template.yaml"), project.root().join(".env")]);
}

#[test]
fn a_cloudformation_template_in_json_is_read() {
    let project = Inline::new(&[
        (
            "stack.json",
            r#"{
	"Resources": {
		"Api": {
			"Type": "AWS::Lambda::Function",
			"Properties": {
				"FunctionName": {"Fn::Sub": "${AWS::StackName}-api"},
				"Runtime": "nodejs20.x",
				"Handler": "dist/index.handler",
				"Code": "web",
				"Environment": {"Variables": {"ARN": {"Fn::GetAtt": ["Api", "Arn"]}}}
			}
		},
		"Url": {
			"Type": "AWS::Lambda::Url",
			"Properties": {"TargetFunctionArn": {"Fn::GetAtt": ["Api", "Arn"]}, "InvokeMode": "RESPONSE_STREAM"}
		},
		"Inline": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.12", "Handler": "index.handler", "Code": {"ZipFile": "def handler(e, c): pass"}}},
		"Bucket": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.12", "Handler": "index.handler", "Code": {"S3Bucket": "b", "S3Key": "k"}}}
	}
}"#,
        ),
        ("web/dist/index.mjs", "export const handler = 1\n"),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    aws project-api: node nodejs20.x dist/index.handler in web (3 s, 128 MB)
      streams
      env ARN=arn:aws:lambda:us-east-1:000000000000:function:project-api
      why: stack.json declares Api, an AWS::Lambda::Function
      assumed: the stack is called `project`, as the project's folder is
    Warning stack.json:17: function `Inline` is left out: its code stands in the template; hint: name a folder of this project as its code
    Warning stack.json:18: function `Bucket` is left out: its code lies in a bucket; hint: name a folder of this project as its code
    ");
}

#[test]
fn languages_follow_the_files_and_the_build_method() {
    let project = Inline::new(&[
        (
            "template.yml",
            r"Resources:
  Typed:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: typed, Handler: app.lambdaHandler, Runtime: nodejs22.x}
  Bundled:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: bundled, Handler: app.handler, Runtime: nodejs22.x}
    Metadata: {BuildMethod: esbuild, BuildProperties: {EntryPoints: [src/app.ts]}}
  Fast:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ./rust, Handler: bootstrap, Runtime: provided.al2023}
    Metadata: {BuildMethod: rust-cargolambda, BuildProperties: {Binary: second}}
  Shell:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: shell, Handler: hello.handler, Runtime: provided.al2023}
",
        ),
        ("typed/app.ts", "export const lambdaHandler = 1;\n"),
        ("bundled/src/app.ts", "export const handler = 1;\n"),
        ("rust/Cargo.toml", "[workspace]\nmembers = ['a']\n"),
        ("rust/a/Cargo.toml", "[package]\nname='a'\n[dependencies]\nlambda_http='1'\n"),
        ("rust/a/src/main.rs", ""),
        ("rust/a/src/bin/second.rs", ""),
        ("shell/bootstrap", "#!/bin/sh\n"),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    aws Typed: typescript nodejs22.x app.lambdaHandler in typed (3 s, 128 MB)
      why: template.yml declares Typed, an AWS::Serverless::Function
    aws Bundled: typescript nodejs22.x src/app.handler in bundled (3 s, 128 MB)
      why: template.yml declares Bundled, an AWS::Serverless::Function
      assumed: its source is bundled/src/app.ts, which esbuild is told to bundle
    aws Fast: rust provided.al2023 second in rust/a (3 s, 128 MB)
      why: template.yml declares Fast, an AWS::Serverless::Function
      why: rust/a/Cargo.toml builds its program `second`
    aws Shell: custom provided.al2023 hello.handler in shell (3 s, 128 MB)
      why: template.yml declares Shell, an AWS::Serverless::Function
      why: shell/bootstrap is what its runtime starts
    ");
}
