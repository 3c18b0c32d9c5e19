//! What takes long to work out and is the same at every volume: while a person tries volumes, only those change.

use std::sync::{Arc, Mutex, PoisonError};

use coldframe_cost::{Book, volumes};
use coldframe_protocol::{CostCurve, Crossing};

use super::{
    basis::Basis,
    packed::{PackedPlans, packed_plans},
    pricing::Pricing,
    wanted::Wanted,
};

/// Points of a curve in every decade of volume: fine enough to show the steps of machines.
const POINTS_PER_DECADE: u32 = 12;

/// Of the last question.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remembered {
    packed: Last<PackedPlans>,
    drawn: Last<Drawn>,
}

/// What is drawn.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub(super) volumes: Vec<u64>,
    pub(super) curves: Vec<CostCurve>,
    pub(super) crossings: Vec<Crossing>,
}

impl Remembered {
    pub(super) fn packed(&self, book: &Book, basis: &Basis, wanted: &Wanted) -> Arc<PackedPlans> {
        let question = recorded(basis) + &format!("{:?}", (wanted.shape, wanted.memory_mb, wanted.speed));
        self.packed.of(question, || packed_plans(&book.plans, basis, wanted))
    }

    pub(super) fn drawn(&self, pricing: &Pricing<'_>) -> Arc<Drawn> {
        let question = recorded(pricing.basis) + &format!("{:?}", pricing.wanted);
        self.drawn.of(question, || {
            let volumes = volumes(POINTS_PER_DECADE);
            Drawn { curves: pricing.curves(&volumes), crossings: pricing.crossings(), volumes }
        })
    }
}

fn recorded(basis: &Basis) -> String {
    let minutes = (basis.by_minute.len(), basis.by_minute.last());
    format!("{:?}", (basis.figures.sums, basis.works.len(), minutes))
}

/// One answer, until another question.
#[derive(Debug)]
struct Last<T>(Arc<Mutex<Option<Known<T>>>>);

#[derive(Debug)]
struct Known<T> {
    question: String,
    answer: Arc<T>,
}

impl<T> Last<T> {
    fn of(&self, question: String, answer: impl FnOnce() -> T) -> Arc<T> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = last.as_ref().filter(|known| known.question == question) {
            return Arc::clone(&known.answer);
        }
        let answer = Arc::new(answer());
        *last = Some(Known { question, answer: Arc::clone(&answer) });
        answer
    }
}

impl<T> Default for Last<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Last<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
