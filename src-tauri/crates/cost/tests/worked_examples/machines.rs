//! Fargate's examples, and machines by the month.

use coldframe_cost::{Book, Decimal};

use crate::{amounts, total};

/// Five tasks of ten minutes every day for 30 days, 1 vCPU, 2 GB, and 10 GB of disk beyond the 20 that are included.
#[test]
fn fargate_examples() {
    let book = Book::built_in();
    for (id, lines, sum) in [
        ("aws-fargate-x86-1-2", ["1.01", "0.22", "0.03"], "1.26"),
        ("aws-fargate-arm-1-2", ["0.81", "0.18", "0.03"], "1.02"),
    ] {
        let machine = book.machine(id).expect("a built-in machine");
        let bill = machine.run(Decimal::from(5 * 30) / Decimal::from(6), Decimal::TEN);
        assert_eq!(
            (amounts(&bill), total(&bill)),
            (lines.map(str::to_owned).to_vec(), sum.to_owned()),
            "{id}"
        );
    }
}

#[test]
fn fargate_by_the_month() {
    let book = Book::built_in();
    let machine = book.machine("aws-fargate-x86-025-05").expect("a built-in machine");
    let bill = machine.month(1, book.hours_per_month);
    assert_eq!((amounts(&bill), total(&bill)), (vec!["7.39".into(), "1.62".into()], "9.01".into()));
}

#[test]
fn by_hour_and_by_month() {
    let book = Book::built_in();
    let month = |id: &str, count| {
        book.machine(id).expect("a built-in machine").month(count, book.hours_per_month).total().to_string()
    };
    assert_eq!(month("aws-ec2-t4g-small", 1), "12.26");
    assert_eq!(month("aws-ec2-t4g-small", 2), "24.53");
    assert_eq!(month("aws-lightsail-1", 1), "7.00");
    assert_eq!(month("hetzner-cax11", 1), "6.99", "its cap, not 730 hours");
    let hour = book.machine("hetzner-cax11").expect("a built-in machine").run(Decimal::ONE, Decimal::ZERO);
    assert_eq!(hour.lines[0].unit_price.to_string(), "0.0112");
}
