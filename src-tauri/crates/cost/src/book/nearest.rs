//! Finding a plan by what a person wrote.

use super::{Book, Plan};

impl Book {
    /// The plan whose id is the fewest letters away, if it is near enough to have been meant.
    pub fn nearest_plan(&self, id: &str) -> Option<&Plan> {
        let id = id.to_lowercase();
        let begins = self.plans.iter().find(|plan| id.len() >= 3 && plan.id.starts_with(&id));
        let near = self.plans.iter().map(|plan| (letters_apart(&id, &plan.id), plan));
        let (apart, nearest) = near.min_by_key(|(apart, _)| *apart)?;
        begins.or_else(|| (apart * 2 <= nearest.id.chars().count()).then_some(nearest))
    }

    /// The same plan for another architecture: itself, or one of its family.
    pub fn plan_on<'a>(&'a self, plan: &'a Plan, architecture: &str) -> Option<&'a Plan> {
        let fits = |plan: &&Plan| plan.architecture == architecture || plan.architecture == "any";
        let family = |other: &&Plan| other.family.is_some() && other.family == plan.family;
        Some(plan).filter(fits).or_else(|| self.plans.iter().find(|other| family(other) && fits(other)))
    }
}

/// Letters to add, drop or change to get from one to the other.
fn letters_apart(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, against) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *against);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters() {
        assert_eq!(letters_apart("lambda", "lambda"), 0);
        assert_eq!(letters_apart("lamda", "lambda"), 1);
        assert_eq!(letters_apart("", "abc"), 3);
        assert_eq!(letters_apart("kitten", "sitting"), 3);
    }

    #[test]
    fn what_was_meant() {
        let book = Book::built_in();
        let meant = |id| book.nearest_plan(id).map(|plan| plan.id.as_str());
        assert_eq!(meant("aws-lamda-x86"), Some("aws-lambda-x86"));
        assert_eq!(meant("aws-lambda"), Some("aws-lambda-x86"));
        assert_eq!(meant("Cloudflare-Worker-Paid"), Some("cloudflare-workers-paid"));
        assert_eq!(meant("zzzzzz"), None);
        let x86 = book.plan("aws-lambda-x86").expect("a built-in plan");
        assert_eq!(book.plan_on(x86, "arm64").map(|plan| plan.id.as_str()), Some("aws-lambda-arm64"));
        let run = book.plan("gcp-cloud-run-request").expect("a built-in plan");
        assert_eq!(book.plan_on(run, "arm64"), None);
    }
}
