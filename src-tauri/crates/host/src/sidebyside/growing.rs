//! How long one more machine takes. A boot others have measured; what a deployment takes depends on the code, and no
//! source says it: it is the person's own figure, or an assumption that is called one.

use coldframe_cost::{Book, Figure, Growth, Machine};

pub(super) struct Growing {
    pub(super) growth: Growth,
    /// The person said what a deployment takes.
    own: bool,
}

impl Growing {
    /// `deploy_s`: what the person said. `None` where no rule adds such a machine.
    pub(super) fn of(book: &Book, machine: &Machine, deploy_s: Option<f64>) -> Option<Self> {
        let mut growth = book.growth(machine)?.clone();
        if let Some(own) = deploy_s {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a day at most")]
            let own = own.round() as u64;
            growth.deploy_s.value = own;
        }
        Some(Self { growth, own: deploy_s.is_some() })
    }

    /// From its order until its code answers, seconds.
    pub(super) fn there_s(&self) -> u64 {
        self.growth.boot_s.value + self.growth.deploy_s.value
    }

    /// `26 s boot, 60 s deploy (assumed)`.
    pub(super) fn parts(&self) -> String {
        format!(
            "{} s boot ({}), {} s deploy ({})",
            self.growth.boot_s.value,
            whose(&self.growth.boot_s),
            self.growth.deploy_s.value,
            if self.own { "your figure" } else { whose(&self.growth.deploy_s) }
        )
    }

    /// In a sentence, what of it nobody else bears out.
    pub(super) fn rests_on(&self) -> String {
        let seconds = self.growth.deploy_s.value;
        if self.own {
            return format!("a deployment to a machine takes {seconds} s, by your own figure");
        }
        format!(
            "a deployment to a machine takes {seconds} s: our assumption, for it depends on the code and no source says it; \
             give your own figure"
        )
    }
}

fn whose<T>(figure: &Figure<T>) -> &'static str {
    if figure.confidence.is_unverified() { "assumed" } else { "sourced" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_is_the_persons_figure_or_called_an_assumption() {
        let book = Book::built_in();
        let machine = book.machines.iter().find(|machine| machine.kind == "vm").expect("there is one");
        let assumed = Growing::of(&book, machine, None).expect("it grows");
        assert_eq!(assumed.parts(), "26 s boot (sourced), 60 s deploy (assumed)");
        assert!(assumed.rests_on().contains("our assumption"));
        let own = Growing::of(&book, machine, Some(240.0)).expect("it grows");
        assert_eq!(
            (own.there_s(), own.parts().as_str()),
            (266, "26 s boot (sourced), 240 s deploy (your figure)")
        );
        assert!(own.rests_on().contains("your own figure"));
    }
}
