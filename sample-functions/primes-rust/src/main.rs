//! Compiled code: the fastest cold start here, and a build step before every reload.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(handler)).await
}

async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let below = event.payload["below"].as_u64().unwrap_or(1_000_000).min(50_000_000);
    let primes = sieve(usize::try_from(below)?);
    println!("{} primes below {below}", primes.len());
    Ok(json!({ "below": below, "count": primes.len(), "largest": primes.last() }))
}

/// Eratosthenes.
fn sieve(below: usize) -> Vec<usize> {
    let mut composite = vec![false; below];
    let mut primes = Vec::new();
    for number in 2..below {
        if !composite[number] {
            primes.push(number);
            for multiple in (number * number..below).step_by(number) {
                composite[multiple] = true;
            }
        }
    }
    primes
}
