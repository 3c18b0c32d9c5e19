//! CORS of a function URL, as a browser asks for it.

use coldframe_testkit::Project;

use super::{curl, own_host};
use crate::serve;

fn project() -> Project {
    let code = "def lambda_handler(event, context):\n    \
                return {'statusCode': 200, 'headers': {'access-control-allow-origin': 'https://function.example'}, 'body': 'hi'}\n";
    Project::new().python("shared", code).python("plain", code).with(
        "template.yaml",
        "Transform: AWS::Serverless-2016-10-31\n\
         Globals: { Function: { Runtime: python3.12, Handler: lambda_function.lambda_handler } }\n\
         Resources:\n\
         \x20 plain: { Type: AWS::Serverless::Function, Properties: { CodeUri: plain/ } }\n\
         \x20 shared:\n\
         \x20   Type: AWS::Serverless::Function\n\
         \x20   Properties:\n\
         \x20     CodeUri: shared/\n\
         \x20     FunctionUrlConfig:\n\
         \x20       AuthType: NONE\n\
         \x20       Cors:\n\
         \x20         AllowOrigins: [https://app.example]\n\
         \x20         AllowMethods: [GET, PUT]\n\
         \x20         AllowHeaders: [x-seed]\n\
         \x20         ExposeHeaders: [x-rows]\n\
         \x20         AllowCredentials: true\n\
         \x20         MaxAge: 600\n",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preflight_is_answered_without_the_function() {
    let project = project();
    let host = serve(&project);
    let ask = |origin: &str| {
        let origin = format!("Origin: {origin}");
        let method = "Access-Control-Request-Method: PUT";
        curl(&own_host(&host, "shared"), &["-X", "OPTIONS", "-H", &origin, "-H", method])
    };
    let got = ask("https://app.example");
    assert_eq!(got.status, 200, "{got:?}");
    for (header, value) in [
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-allow-methods", "GET,PUT"),
        ("access-control-allow-headers", "x-seed"),
        ("access-control-allow-credentials", "true"),
        ("access-control-max-age", "600"),
    ] {
        assert_eq!(got.header(header), Some(value), "{header} of {got:?}");
    }
    let got = ask("https://other.example");
    assert_eq!(got.header("access-control-allow-origin"), None, "another origin is allowed nothing: {got:?}");
    assert_eq!(host.invocations().await.len(), 0, "the function was not called");
}

#[test]
fn what_is_configured_wins_over_what_the_function_says() {
    let project = project();
    let host = serve(&project);
    let got = curl(&own_host(&host, "shared"), &["-H", "Origin: https://app.example"]);
    assert_eq!(got.all("access-control-allow-origin"), ["https://app.example"], "{got:?}");
    assert_eq!(got.header("access-control-expose-headers"), Some("x-rows"));
    let got = curl(&own_host(&host, "shared"), &["-H", "Origin: https://other.example"]);
    assert_eq!((got.status, got.all("access-control-allow-origin")), (200, vec![]), "{got:?}");
    let got = curl(&own_host(&host, "plain"), &["-H", "Origin: https://app.example"]);
    assert_eq!(
        got.all("access-control-allow-origin"),
        ["https://function.example"],
        "without a configuration CORS is the function's business: {got:?}"
    );
}
