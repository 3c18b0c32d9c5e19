//! How many primes lie below a number: the same question to every language.

use std::time::Instant;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handler)).await
}

async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let below = event.payload["queryStringParameters"]["below"].as_str().unwrap_or("200000");
    let below = below.parse::<usize>()?.min(2_000_000);
    let began = Instant::now();
    let count = primes(below);
    let ms = began.elapsed().as_secs_f64() * 1000.0;
    Ok(json!({ "language": "Rust, compiled here", "count": count, "ms": (ms * 100.0).round() / 100.0 }))
}

fn primes(below: usize) -> usize {
    let mut composite = vec![false; below];
    let mut count = 0;
    for number in 2..below {
        if !composite[number] {
            count += 1;
            for multiple in (number * number..below).step_by(number) {
                composite[multiple] = true;
            }
        }
    }
    count
}
