//! Estimates: what a supposed month comes to on every plan, and what is refused.

use coldframe_cost::{Book, Decimal, Dimension, FreeTier, Kept, Refusal, Supposed, Usd, estimate};
use proptest::{option, prelude::*};

fn supposed() -> Supposed {
    Supposed {
        requests: 1_000_000,
        duration_us: 100_000,
        memory_mb: 128,
        vcpu_milli: None,
        cpu_us: None,
        init_us: 0,
        cold_share: Decimal::ZERO,
        ephemeral_mb: 0,
        kept: None,
        snapshots: None,
        stream_gb: Decimal::ZERO,
        egress_gb: Decimal::ZERO,
        free_tier: FreeTier::Applied,
    }
}

fn total(id: &str, supposed: &Supposed) -> Result<String, Refusal> {
    let book = Book::built_in();
    let plan = book.plan(id).expect("a built-in plan");
    estimate(&book, plan, supposed).map(|priced| priced.bill.total().to_string())
}

fn said(id: &str, supposed: &Supposed) -> String {
    let book = Book::built_in();
    let plan = book.plan(id).expect("a built-in plan");
    estimate(&book, plan, supposed).expect("it would do that").rests_on.join("\n")
}

fn kept(instances: u64, seconds: u64) -> Option<Kept> {
    Some(Kept { instances, seconds, requests: None, duration_us: None })
}

#[test]
fn instances_that_live_all_month_are_as_few_as_hold_the_calls() {
    // 1 vCPU for 730 h less 240,000 s at 0.000018, and 0.125 GiB, of which 450,000 GiB-s are free.
    assert_eq!(total("gcp-cloud-run-instance", &supposed()), Ok("42.98".to_owned()));
    let busy = Supposed { requests: 60_000_000, ..supposed() };
    assert!(said("gcp-cloud-run-instance", &busy).contains("3 instances live all month"), "2.28 at once");
    let chosen = Supposed { kept: kept(1, 3_600), free_tier: FreeTier::Ignored, ..supposed() };
    assert_eq!(total("gcp-cloud-run-instance", &chosen), Ok("0.06".to_owned()));
}

#[test]
fn ones_own_nodes_are_planned_for_the_cpu_the_calls_use() {
    let waiting = Supposed { cpu_us: Some(1_000), requests: 30_000_000, ..supposed() };
    assert_eq!(total("knative-self-hosted", &waiting), Ok("103.37".to_owned()), "one node and the cluster");
    let computing = Supposed { cpu_us: None, ..waiting.clone() };
    // 1.14 cores on average of 0.24 usable on each.
    assert!(said("knative-self-hosted", &computing).contains("5 × EC2 t3.medium"));
    assert!(said("knative-self-hosted", &computing).contains("the whole duration is taken as CPU time"));
    // 119.14 for the machine, and 15 % of it, and the requests.
    assert_eq!(total("aws-lambda-managed-instances", &waiting), Ok("143.01".to_owned()));
}

#[test]
fn capacity_kept_ready_takes_lambdas_free_tier_and_not_the_others() {
    let with = Supposed { kept: kept(2, 86_400), ..supposed() };
    assert!(said("aws-lambda-arm64", &with).contains("not for functions with capacity kept ready"));
    assert!(said("gcp-cloud-run-request", &with).contains("whole free tier is there"));
    let some = Supposed { kept: Some(Kept { requests: Some(0), ..with.kept.expect("kept") }), ..with };
    // 250,000 executions are free of the on-demand ones, all of them, and 100,000 GB-s.
    assert_eq!(total("azure-functions-flex", &some), Ok("11.05".to_owned()));
}

#[test]
fn a_call_cannot_compute_for_longer_than_its_cores_run() {
    let much = Supposed { duration_us: 10_000, cpu_us: Some(100_000_000), ..supposed() };
    for id in ["vercel-fluid-pro", "aws-lambda-x86", "gcp-cloud-run-request"] {
        let refused = total(id, &much).expect_err("100 s in 10 ms");
        assert!(refused.to_string().starts_with("a call of 10 ms on "), "{refused}");
    }
    let two_cores = Supposed { memory_mb: 4_096, cpu_us: Some(190_000), ..supposed() };
    assert!(total("aws-lambda-x86", &two_cores).is_ok(), "4 GB have more than two cores");
}

#[test]
fn what_rounding_costs_is_known() {
    let book = Book::built_in();
    let rounding = |id, supposed: &Supposed| {
        let plan = book.plan(id).expect("a built-in plan");
        estimate(&book, plan, supposed).expect("it would do that").rounding.to_cents().to_string()
    };
    let tiny = Supposed { requests: 3_000_000, duration_us: 50_000, ..supposed() };
    // 37,500 GB-s are billed; 50 ms of 128 MB would be 18,750, and of 10 MB 1,464.84.
    assert_eq!(rounding("azure-functions-consumption", &tiny), "0.30");
    assert_eq!(rounding("azure-functions-consumption", &Supposed { memory_mb: 10, ..tiny.clone() }), "0.58");
    assert_eq!(rounding("aws-lambda-x86-100ms", &tiny), "0.31", "18,750 GB-s at 0.00001667");
    assert_eq!(rounding("aws-lambda-x86", &tiny), "0.00", "whole milliseconds");
    assert_eq!(rounding("knative-self-hosted", &tiny), "0.00", "machines are billed");
}

#[test]
fn what_a_plan_would_not_do_is_refused() {
    let refusal = |id, supposed: Supposed| total(id, &supposed).expect_err("refused").to_string();
    assert_eq!(
        refusal("gcp-cloud-run-request", Supposed { vcpu_milli: Some(500), memory_mb: 2048, ..supposed() }),
        "Cloud Run, billed by requests would refuse this: 0.5 vCPU come with 128 to 1024 MB of memory, not 2048"
    );
    assert_eq!(
        refusal("gcp-cloud-run-request", Supposed { vcpu_milli: Some(3_000), memory_mb: 2048, ..supposed() }),
        "Cloud Run, billed by requests would refuse this: it has no size with 3 vCPU and 2048 MB; there are less than 1, \
         and 1, 2, 4, 6, 8 vCPU"
    );
    assert_eq!(
        refusal(
            "aws-lambda-arm64",
            Supposed {
                kept: Some(Kept { requests: Some(2_000_000), ..kept(1, 1).expect("kept") }),
                ..supposed()
            }
        ),
        "2000000 calls on capacity kept ready are more than the 1000000 there are"
    );
    assert_eq!(
        refusal("ibm-cloud-functions", Supposed { kept: kept(1, 1), ..supposed() }),
        "IBM Cloud Functions (OpenWhisk) has no price for capacity kept ready"
    );
    assert_eq!(
        refusal("knative-self-hosted", Supposed { memory_mb: 8192, ..supposed() }),
        "EC2 t3.medium would refuse this: one call needs 8192 MB and 3276 MB of its 4096 MB are usable"
    );
    assert_eq!(
        refusal(
            "knative-self-hosted",
            Supposed { requests: 1_000_000_000_000, duration_us: 3_600_000_000, ..supposed() }
        ),
        "EC2 t3.medium would refuse this: it would take more than 1000000 of them"
    );
}

#[test]
fn more_than_the_figures_asked_for_is_not_called_unverified() {
    let book = Book::built_in();
    let plan = book.plan("gcp-cloud-run-request").expect("a built-in plan");
    let unverified = |supposed| estimate(&book, plan, &supposed).expect("it would do that").unverified;
    assert!(unverified(supposed()).is_empty(), "nothing is kept ready");
    assert_eq!(unverified(Supposed { kept: kept(1, 60), ..supposed() }), ["kept ready: granularity"]);
}

fn anything() -> impl Strategy<Value = Supposed> {
    let kept = (0..1_000_000_u64, 0..2_678_400_u64, option::of(0..1_000_000_000_000_u64));
    (
        (0..=1_000_000_000_000_u64, 0..2_678_400_000_000_u64, 1..1_048_576_u32, option::of(1..64_000_u32)),
        (option::of(0..2_678_400_000_000_u64), 0..2_678_400_000_000_u64, 0..=100_i64, 0..20_000_u32),
        (option::of(kept), option::of((0..1_000_000_000_000_u64, 0..2_678_400_u64)), 0..1_000_000_000_i64),
    )
        .prop_map(
            |(
                (requests, duration_us, memory_mb, vcpu_milli),
                (cpu_us, init_us, cold, ephemeral_mb),
                (kept, snapshots, gb),
            )| {
                let kept = kept.map(|(instances, seconds, requests)| Kept {
                    instances,
                    seconds,
                    requests,
                    duration_us: None,
                });
                Supposed {
                    requests,
                    duration_us,
                    memory_mb,
                    vcpu_milli,
                    cpu_us,
                    init_us,
                    cold_share: Decimal::new(cold, 2),
                    ephemeral_mb,
                    kept,
                    snapshots,
                    stream_gb: gb.into(),
                    egress_gb: gb.into(),
                    free_tier: FreeTier::Applied,
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the command line lets through: a price or a refusal.
    #[test]
    fn nothing_that_can_be_asked_breaks_it(anything in anything(), small in any::<bool>()) {
        let book = Book::built_in();
        // Left as they are, most would be refused for one thing or the other.
        let asked = if small {
            Supposed {
                duration_us: anything.duration_us % 1_000_000,
                memory_mb: 128,
                vcpu_milli: None,
                ephemeral_mb: 0,
                stream_gb: Decimal::ZERO,
                egress_gb: Decimal::ZERO,
                snapshots: None,
                kept: None,
                ..anything
            }
        } else {
            anything
        };
        for plan in &book.plans {
            match estimate(&book, plan, &asked) {
                Ok(priced) => {
                    let sum = priced.bill.lines.iter().map(|line| line.amount).sum::<Usd>();
                    prop_assert_eq!(sum.to_cents(), priced.bill.total());
                    prop_assert!(priced.bill.lines.iter().all(|line| line.amount >= Usd::ZERO), "{}", plan.id);
                    let requests = priced.bill.lines.iter().find(|line| line.item == "requests");
                    let at_most = Decimal::from(asked.requests);
                    prop_assert!(requests.is_none_or(|line| line.quantity + line.free <= at_most));
                    prop_assert!(plan.rate(Dimension::Requests).is_none() || !priced.bill.lines.is_empty());
                }
                Err(refusal) => prop_assert!(!refusal.to_string().is_empty()),
            }
        }
    }
}
