//! What a template says that has no effect here.

use crate::testing::Inline;

#[test]
fn what_is_not_followed_is_named_with_what_happens_instead() {
    let project = Inline::new(&[
        (
            "template.yaml",
            "Globals:
  Function: {Tracing: Active}
Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1, Auth: {DefaultAuthorizer: Pool}}}
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: app.lambda_handler
      Runtime: python3.12
      VpcConfig: {SubnetIds: [a]}
      SnapStart: {ApplyOn: PublishedVersions}
      FileSystemConfigs:
        - {Arn: x, LocalMountPath: /mnt/x}
      Events:
        Get: {Type: Api, Properties: {Path: /, Method: get, Auth: {ApiKeyRequired: true}}}
        Open: {Type: Api, Properties: {Path: /open, Method: get, Auth: {Authorizer: NONE}}}
",
        ),
        ("app.py", "def lambda_handler(event, context): pass\n"),
    ]);
    insta::assert_snapshot!(project.summary(), @r"
    aws Hello: python python3.12 app.lambda_handler in . (3 s, 128 MB)
      route GET / (REST, Prod)
      route GET /open (REST, Prod)
      why: template.yaml declares Hello, an AWS::Serverless::Function
      assumed: SnapStart of template.yaml is not used: a cold start runs the whole init
      assumed: VpcConfig of template.yaml is not used: it reaches what this machine reaches
      assumed: Tracing of template.yaml is not used: no traces are sent
      Warning template.yaml:16: who calls event Get is not checked: authorizers, keys and signatures are not followed; hint: every call is let in, without what an authorizer would add to its event
      Warning template.yaml:14: its file systems are not mounted: the folder it expects is what this machine has there; hint: make the folder on this machine, or give another path in an environment variable
    Warning template.yaml:4: who calls Api is not checked: authorizers, keys and signatures are not followed; hint: every call is let in, without what an authorizer would add to its event
    ");
}
