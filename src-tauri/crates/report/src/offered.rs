//! Which of the book's options the pages set beside each other: those whose price follows from what the record keeps
//! of each invocation, without packing calls into instances first.

use coldframe_cost::Book;

const PLANS: [&str; 2] = ["aws-lambda-x86", "aws-lambda-arm64"];
const MACHINES: [&str; 3] = ["aws-ec2-t4g-small", "aws-fargate-x86-025-05", "aws-lightsail-1"];

pub(crate) fn offered(mut book: Book) -> Book {
    book.plans.retain(|plan| PLANS.contains(&plan.id.as_str()));
    book.machines.retain(|machine| MACHINES.contains(&machine.id.as_str()));
    book
}
