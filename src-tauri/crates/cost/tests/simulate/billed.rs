//! What is billed where instances are billed for the time they have a call under way: each second once, at any volume,
//! and the same from a sample as from all of the calls.

use coldframe_cost::{
    Billed, Book, Dimension, Options, Plan, Rule, Service, Shape, Simulation, Traffic, simulate,
};
use rust_decimal::prelude::ToPrimitive;

use crate::support::{FOOTPRINT, every_call};

const SECOND: u64 = 1_000_000;

fn flex() -> Plan {
    Book::built_in().plan("azure-functions-flex").expect("a built-in plan").clone()
}

fn service() -> Service {
    Service::constant(50_000, 0, FOOTPRINT)
}

/// Seconds an instance is billed for.
fn billed_s(plan: &Plan, ran: &Simulation) -> f64 {
    let gb_s = plan.measure(&ran.usage).of(Dimension::Memory).to_f64().expect("a figure");
    let gb = f64::from(plan.sizing.size(FOOTPRINT.memory_mb, None).expect("a size").memory_mb) / 1_024.0;
    gb_s / gb
}

#[test]
fn a_call_within_what_is_paid_for_begins_no_new_stretch() {
    let plan = flex();
    assert_eq!(plan.rule().billed, Some(Billed { least_us: SECOND, step_us: 100_000 }), "as the book says");
    // 0.5 s apart: the second comes within the first one's second, the third begins at its end.
    let traffic = |instants: &[u64]| Traffic {
        shape: Shape::Instants(instants.iter().map(|at| at * SECOND / 2).collect()),
        requests: instants.len() as u64,
        length_us: 60 * SECOND,
    };
    let billed = |instants: &[u64]| {
        let ran = simulate(&traffic(instants), &service(), &plan.rule(), every_call(1));
        billed_s(&plan, &ran)
    };
    let near = |seconds: f64, wanted: f64| assert!((seconds - wanted).abs() < 1e-6, "{seconds} of {wanted}");
    near(billed(&[2]), 1.0);
    near(billed(&[2, 3]), 1.0);
    near(billed(&[2, 4]), 2.0);
    near(billed(&[2, 3, 4]), 2.0);
    near(billed(&[2, 10]), 2.0);
}

#[test]
fn nobody_pays_for_more_seconds_than_an_instance_lives() {
    let plan = flex();
    for requests in [1_000_000, 5_000_000] {
        for concurrency in [1, 16] {
            let rule = Rule { concurrency, ..plan.rule() };
            let ran = simulate(&Traffic::month(Shape::Steady, requests), &service(), &rule, every_call(3));
            let (billed, lived) = (billed_s(&plan, &ran), ran.alive_us as f64 / 1e6);
            assert!(billed <= lived * 1.001, "{requests} at {concurrency}: {billed} of {lived}");
            assert!(billed >= ran.busy_us as f64 / 1e6, "and for each in which it works");
        }
    }
}

#[test]
fn a_sample_is_billed_as_all_of_it() {
    let plan = flex();
    let rule = plan.rule();
    for shape in ["steady", "poisson", "daily"] {
        let traffic = Traffic::month(Shape::named(shape).expect("a shape"), 6_000_000);
        let sampled = |most_calls| {
            let ran = simulate(&traffic, &service(), &rule, Options { most_calls, ..Options::seeded(5) });
            let error = ran.sampled.map_or(0.0, |sampled| sampled.busy_error);
            (billed_s(&plan, &ran), error)
        };
        let (all, none) = sampled(u64::MAX);
        assert!(none == 0.0, "nothing was left out");
        for most_calls in [30_000, 600_000] {
            let (some, error) = sampled(most_calls);
            let off = (some / all - 1.0).abs();
            // What is paid for without a call under way varies less than what is busy.
            assert!(off <= 2.0 * error + 0.01, "{shape}, {most_calls}: {some} of {all}, ± {error}");
        }
    }
}
