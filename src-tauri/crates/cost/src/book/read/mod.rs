//! From a book as written to a [`Book`] that can be relied on: every check, with the line it fails on.

mod cpu;
mod fact;
mod growth;
mod machine;
mod plan;
mod rate;
mod scaling;

use std::sync::Arc;

use rust_decimal::Decimal;
use toml::Spanned;

use super::{Book, BookError, Confidence, Figure, Plan, Source, file::*, place::Place};
use crate::{meter::Meter, money::Usd};

const SCHEMA: u32 = 1;

pub(super) fn overlay(under: &Book, name: &str, text: &str) -> Result<Book, BookError> {
    let place = Place { name, text };
    let raw: BookFile = toml::from_str(text).map_err(|error| {
        let message = error.message().lines().map(str::trim).collect::<Vec<_>>().join(", ");
        place.error(error.span().unwrap_or_default(), message)
    })?;
    if *raw.schema.get_ref() != SCHEMA {
        let message = format!(
            "this version reads price books of schema {SCHEMA}, not {}: write `schema = {SCHEMA}`",
            raw.schema.get_ref()
        );
        return Err(place.error(raw.schema.span(), message));
    }
    if raw.currency.get_ref() != "USD" {
        return Err(place.error(raw.currency.span(), "currency is not \"USD\""));
    }
    let plan_ids = raw.plan.iter().map(|plan| &plan.id);
    let other_ids =
        raw.machine.iter().map(|machine| &machine.id).chain(raw.addon.iter().map(|addon| &addon.id));
    place.unique("plan or machine", plan_ids.chain(other_ids))?;
    let mut book = under.clone();
    book.compiled = place.date(raw.compiled)?;
    if let Some(hours) = &raw.hours_per_month {
        book.hours_per_month = place.positive(hours, Decimal::from(*hours.get_ref()))?;
    }
    sources(place, &mut book.sources, raw.source)?;
    for raw in &raw.machine {
        let machine = Reader { place, sources: &book.sources }.machine(raw)?;
        replace(&mut book.machines, machine, |machine| &machine.id);
    }
    for raw in &raw.addon {
        let addon = Reader { place, sources: &book.sources }.addon(raw)?;
        replace(&mut book.addons, addon, |addon| &addon.id);
    }
    for raw in &raw.growth {
        let growth = Reader { place, sources: &book.sources }.growth(raw)?;
        replace(&mut book.growths, growth, |growth| &growth.kind);
    }
    place.unique("fact", raw.fact.iter().map(|fact| &fact.id))?;
    for raw in &raw.fact {
        let fact = Reader { place, sources: &book.sources }.fact(raw)?;
        replace(&mut book.facts, fact, |fact| &fact.id);
    }
    for raw in raw.plan {
        let id = raw.id.clone();
        let base = match &raw.based_on {
            Some(base) => Some(book.plan(base.get_ref()).ok_or_else(|| {
                let id = base.get_ref();
                let meant = book.nearest_plan(id).map(|plan| format!("; did you mean {:?}?", plan.id));
                place.error(base.span(), format!("no plan has the id {id:?}{}", meant.unwrap_or_default()))
            })?),
            None => None,
        };
        let plan = Reader { place, sources: &book.sources }.plan(raw, base)?;
        nodes_exist(place, &book, &plan, &id)?;
        replace(&mut book.plans, plan, |plan| &plan.id);
    }
    Ok(book)
}

/// In place of the one with the same id, else at the end.
fn replace<T>(all: &mut Vec<T>, new: T, id: impl Fn(&T) -> &String) {
    match all.iter_mut().find(|old| id(old) == id(&new)) {
        Some(old) => *old = new,
        None => all.push(new),
    }
}

fn sources(place: Place<'_>, known: &mut Vec<Arc<Source>>, raw: Vec<SourceFile>) -> Result<(), BookError> {
    place.unique("source", raw.iter().map(|source| &source.id))?;
    for raw in raw {
        let date = place.date(raw.date)?;
        let source = Source { id: raw.id.into_inner(), title: raw.title, url: raw.url, date };
        replace(known, Arc::new(source), |source| &source.id);
    }
    Ok(())
}

fn nodes_exist(place: Place<'_>, book: &Book, plan: &Plan, id: &Spanned<String>) -> Result<(), BookError> {
    let Meter::Nodes(nodes) = &plan.meter else { return Ok(()) };
    if nodes.machine(book).is_none() {
        return Err(place.error(id.span(), format!("no machine has the id {:?}", nodes.node)));
    }
    match &nodes.control_plane {
        Some(addon) if nodes.control_plane(book).is_none() => {
            Err(place.error(id.span(), format!("no addon has the id {addon:?}")))
        }
        _ => Ok(()),
    }
}

struct Reader<'a> {
    place: Place<'a>,
    sources: &'a [Arc<Source>],
}

impl Reader<'_> {
    fn at_least_one(&self, raw: &FigureFile<u64>, source: &Arc<Source>) -> Result<Figure<u64>, BookError> {
        self.figure(raw, source, |value| {
            self.place.positive(value, Decimal::from(*value.get_ref()))?;
            Ok(*value.get_ref())
        })
    }

    fn more_than_none(
        &self,
        raw: &FigureFile<Exact>,
        source: &Arc<Source>,
    ) -> Result<Figure<Decimal>, BookError> {
        self.figure(raw, source, |value| self.place.positive(value, value.get_ref().0))
    }

    /// More than 0, at most 1.
    fn share(&self, raw: &FigureFile<Exact>, source: &Arc<Source>) -> Result<Figure<Decimal>, BookError> {
        self.figure(raw, source, |value| {
            let share = self.place.positive(value, value.get_ref().0)?;
            if share > Decimal::ONE {
                return Err(self.place.error(value.span(), format!("{share} is more than 1")));
            }
            Ok(share)
        })
    }

    fn figure<T, U>(
        &self,
        raw: &FigureFile<T>,
        source: &Arc<Source>,
        read: impl Fn(&Spanned<T>) -> Result<U, BookError>,
    ) -> Result<Figure<U>, BookError> {
        self.sourced(read(&raw.value)?, raw.confidence, raw.source.as_ref(), source)
    }

    fn money(&self, raw: &MoneyFile, source: &Arc<Source>) -> Result<Figure<Usd>, BookError> {
        self.sourced(self.place.usd(&raw.usd)?, raw.confidence, raw.source.as_ref(), source)
    }

    fn sourced<T>(
        &self,
        value: T,
        confidence: Confidence,
        own: Option<&Spanned<String>>,
        source: &Arc<Source>,
    ) -> Result<Figure<T>, BookError> {
        let source = own.map_or_else(|| Ok(Arc::clone(source)), |own| self.source(own))?;
        Ok(Figure { value, confidence, source })
    }

    fn source(&self, id: &Spanned<String>) -> Result<Arc<Source>, BookError> {
        let found = self.sources.iter().find(|source| source.id == *id.get_ref());
        found.cloned().ok_or_else(|| {
            self.place.error(id.span(), format!("no [[source]] has the id {:?}", id.get_ref()))
        })
    }
}
