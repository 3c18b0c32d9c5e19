//! Prices of measured sizes, on every plan that sells CPU by memory. Nothing of it is in the record.

use coldframe_cost::{Book, Decimal, Offer, Paced, Plan, best, offers};
use coldframe_protocol::{MeasuredSize, PlanSizes, PricedSize, ShareKept};

/// `cores`: of the machine that measured. `architectures`: only plans of these, if given.
pub fn rightsize(
    book: &Book,
    sizes: &[MeasuredSize],
    cores: u32,
    architectures: Option<&[String]>,
) -> Vec<PlanSizes> {
    let measured: Vec<_> = sizes.iter().filter_map(|size| paced(size, cores)).collect();
    let wanted = |plan: &&Plan| architectures.is_none_or(|names| names.contains(&plan.architecture));
    let plans = book.plans.iter().filter(wanted).map(|plan| sizes_of(plan, &offers(plan, &measured)));
    plans.filter(|plan| !plan.sizes.is_empty()).collect()
}

/// `None` for what must not be priced: it failed, or ran with nobody knows which share.
fn paced(size: &MeasuredSize, cores: u32) -> Option<Paced> {
    let vcpu_milli = milli(size.vcpu);
    let had_milli = match size.share? {
        ShareKept::Unsupported => return None,
        ShareKept::Beyond => cores.saturating_mul(1000).min(vcpu_milli),
        _ => vcpu_milli,
    };
    let warm_ms = size.warm_p50_ms.filter(|_| size.failure.is_none())?;
    let duration_us = (warm_ms * 1000.0).round() as u64;
    Some(Paced { memory_mb: size.memory_mb, vcpu_milli, had_milli, duration_us })
}

fn sizes_of(plan: &Plan, offers: &[Offer]) -> PlanSizes {
    let best = best(offers);
    let sizes = offers.iter().enumerate().map(|(index, offer)| PricedSize {
        memory_mb: offer.memory_mb,
        vcpu: f64::from(offer.vcpu_milli) / 1000.0,
        duration_ms: offer.duration_us as f64 / 1000.0,
        basis: offer.basis.as_str().to_owned(),
        usd_per_million: (offer.usd * Decimal::from(1_000_000)).to_cents().to_string(),
        cheapest: best.is_some_and(|best| best.cheapest == index),
        fastest: best.is_some_and(|best| best.fastest == index),
        balanced: best.is_some_and(|best| best.balanced == index),
    });
    PlanSizes {
        plan: plan.id.clone(),
        title: plan.title.clone(),
        architecture: plan.architecture.clone(),
        sizes: sizes.collect(),
        source: plan.source.url.clone(),
        confidence: plan.confidence().as_str().to_owned(),
    }
}

fn milli(vcpu: f64) -> u32 {
    (vcpu * 1000.0).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldframe_protocol::SizeFailure;

    fn size(memory_mb: u32, share: ShareKept, warm_ms: f64) -> MeasuredSize {
        MeasuredSize {
            memory_mb,
            vcpu: f64::from((memory_mb * 1000 + 884) / 1769) / 1000.0,
            share: Some(share),
            failure: None,
            cold_init_ms: None,
            cold_handler_ms: None,
            warm_p50_ms: Some(warm_ms),
            warm_min_ms: None,
            warm_max_ms: None,
            cpu_ms: None,
            peak_memory_mb: None,
            runs: Vec::new(),
        }
    }

    fn priced(sizes: &[MeasuredSize]) -> Vec<PlanSizes> {
        rightsize(&Book::built_in(), sizes, 2, None)
    }

    fn plan<'a>(plans: &'a [PlanSizes], id: &str) -> Option<&'a PlanSizes> {
        plans.iter().find(|plan| plan.plan == id)
    }

    #[test]
    fn a_size_that_failed_is_not_priced() {
        let failure = SizeFailure { status: "out_of_memory".into(), message: "it used 130 MB".into() };
        let failed = MeasuredSize { failure: Some(failure), ..size(128, ShareKept::CgroupV1, 900.0) };
        let plans = priced(&[failed, size(1769, ShareKept::CgroupV1, 100.0)]);
        let lambda = plan(&plans, "aws-lambda-x86").expect("priced");
        assert_eq!(lambda.sizes.iter().map(|size| size.memory_mb).collect::<Vec<_>>(), [1769]);
        // 100 ms × 1769 MB: 0.17275… GB-s, and the request.
        assert_eq!(lambda.sizes[0].usd_per_million, "3.08");
        assert!(lambda.sizes[0].cheapest && lambda.sizes[0].fastest && lambda.sizes[0].balanced);
    }

    #[test]
    fn what_ran_with_an_unknown_share_is_not_priced() {
        assert_eq!(priced(&[size(512, ShareKept::Unsupported, 10.0)]), []);
    }

    #[test]
    fn more_cores_than_there_are_make_an_upper_bound() {
        let sizes = [size(1769, ShareKept::CgroupV1, 100.0), size(8192, ShareKept::Beyond, 60.0)];
        let plans = priced(&sizes);
        let bases =
            plan(&plans, "aws-lambda-x86").expect("priced").sizes.iter().map(|size| size.basis.as_str());
        assert_eq!(bases.collect::<Vec<_>>(), ["measured", "at_most"]);
    }

    #[test]
    fn an_architecture_can_be_chosen() {
        let arm = ["arm64".to_owned()];
        let plans = rightsize(&Book::built_in(), &[size(1769, ShareKept::CgroupV2, 9.0)], 2, Some(&arm));
        assert!(plan(&plans, "aws-lambda-arm64").is_some());
        assert!(plans.iter().all(|plan| plan.architecture == "arm64"), "{plans:?}");
    }
}
