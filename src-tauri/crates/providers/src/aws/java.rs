//! How a Lambda function in Java is run: by AWS's own runtime client, with the options that AWS starts it with.

use std::path::Path;

use coldframe_supervisor::Command;

use crate::{
    domain::Problem,
    languages::java::{self, Client},
    launch::LaunchContext,
};

/// On AWS it lies in `/var/runtime/lib`. It speaks the Runtime API through a native library.
/// <https://github.com/aws/aws-lambda-java-libs/tree/main/aws-lambda-java-runtime-interface-client>
pub(crate) const CLIENT: Client = Client {
    group: "com.amazonaws",
    artifact: "aws-lambda-java-runtime-interface-client",
    version: "2.10.1",
    unpacked: Some("jni/**"),
};

const MAIN: &str = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
/// Names the native library; else every instance would unpack it to the same place in `/tmp`, over the others'.
const NATIVE: &str = "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

/// Of a function's memory, what AWS's runtime leaves the JVM beside its heap: 15 %, and no more than this.
const MOST_BESIDE_HEAP_MB: u32 = 240;

/// # Errors
/// There is no `java`, or the client has no native library for this machine.
pub(super) fn command(context: &LaunchContext<'_>, client: &Path) -> Result<Command, Problem> {
    let app = context.app;
    let given = app.env.get("JAVA_TOOL_OPTIONS").map(String::as_str).unwrap_or_default();
    let mut command = Command::new(java::interpreter(app)?, context.code);
    // The command line's options win over the variable's, so what a function sets there is not set here.
    let heap = format!("-Xmx{}m", heap_mb(app.settings.memory_mb));
    if !["-Xmx", "MaxHeapSize", "MaxRAM"].iter().any(|name| given.contains(name)) {
        command = command.arg(heap);
    }
    if !["UseG1GC", "UseParallelGC", "UseZGC", "UseShenandoahGC"].iter().any(|name| given.contains(name)) {
        command = command.arg("-XX:+UseSerialGC");
    }
    // From Java 17 on. <https://docs.aws.amazon.com/lambda/latest/dg/java-customization.html>
    if !given.contains("TieredStopAtLevel") && !given.contains("TieredCompilation") {
        command = command.arg("-XX:TieredStopAtLevel=1");
    }
    Ok(command
        .arg("-Djava.net.preferIPv4Stack=true")
        .arg(format!("-D{NATIVE}={}", native(client)?.display()))
        .arg("-classpath")
        .arg(client.join("*"))
        .arg(MAIN)
        .arg(&app.handler))
}

fn heap_mb(memory_mb: u32) -> u32 {
    memory_mb - (memory_mb * 15 / 100).min(MOST_BESIDE_HEAP_MB)
}

fn native(client: &Path) -> Result<std::path::PathBuf, Problem> {
    let machine = match std::env::consts::ARCH {
        "aarch64" => "aarch_64",
        other => other,
    };
    let libraries = client.join("jni");
    let library = libraries.join(format!("libaws-lambda-jni.{}-{machine}.so", std::env::consts::OS));
    if library.is_file() {
        return Ok(library);
    }
    Err(Problem::error(format!(
        "AWS's runtime client for Java has no native library for {} on {machine}",
        std::env::consts::OS
    ))
    .hint("AWS builds it for Linux only: run Coldframe in a Linux virtual machine or container for functions in Java"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heap_leaves_the_jvm_its_part() {
        assert_eq!([128, 512, 3008].map(heap_mb), [109, 436, 2768]);
    }
}
