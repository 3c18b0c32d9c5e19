//! The rows of the table, in its order: what each claims, and what its button does.

use coldframe_protocol::{RowKind, RowResult, SideRow};

use super::sourced::Sourced;

#[derive(Debug)]
pub(super) struct Row {
    pub(super) kind: RowKind,
    title: &'static str,
    claim: &'static str,
    does: &'static str,
    /// About how long it takes.
    seconds: u32,
    /// Its calls go to both sides.
    pub(super) sends_twice: bool,
}

pub(super) const ALL: [Row; 13] = [
    Row {
        kind: RowKind::Provisioning,
        title: "Provisioning",
        claim: "A function is there in milliseconds, a server in minutes.",
        does: "Ends every instance, calls it three times from nothing, and starts the resident process.",
        seconds: 3,
        sends_twice: false,
    },
    Row {
        kind: RowKind::Idle,
        title: "Idle",
        claim: "What nobody calls costs nothing; a server costs the same as always.",
        does: "Calls both sides, stops, and watches both meters for two seconds.",
        seconds: 5,
        sends_twice: true,
    },
    Row {
        kind: RowKind::ScalingOut,
        title: "Scaling out",
        claim: "Ten times the calls have ten times the instances at once; a scaling rule is minutes late.",
        does: "Makes ten calls at the same moment, and simulates ten times the traffic on a scaling rule.",
        seconds: 4,
        sends_twice: false,
    },
    Row {
        kind: RowKind::ScalingToZero,
        title: "Scaling to zero",
        claim: "Without calls no instance is left; a server stays, whatever rule is tuned.",
        does: "Calls it once with an idle time of one second, and waits until nothing of it runs.",
        seconds: 4,
        sends_twice: false,
    },
    Row {
        kind: RowKind::Utilisation,
        title: "Utilisation",
        claim: "Nearly everything that is paid for is work; a server mostly waits.",
        does: "Sends light traffic to both sides for three seconds, and compares what was paid for with what was used.",
        seconds: 7,
        sends_twice: true,
    },
    Row {
        kind: RowKind::Billing,
        title: "Billing granularity",
        claim: "Billed by the millisecond, not by the hour.",
        does: "Rounds its recorded calls to 1 ms, 100 ms, a minute and an hour; makes 20 calls first where there are fewer.",
        seconds: 2,
        sends_twice: false,
    },
    Row {
        kind: RowKind::Statelessness,
        title: "Statelessness",
        claim: "Memory and files go with the instance; a server keeps both.",
        does: "Makes three calls on both sides, ends serverless's instances as a quiet night would, and makes three more.",
        seconds: 3,
        sends_twice: true,
    },
    Row {
        kind: RowKind::Availability,
        title: "Availability",
        claim: "An instance that dies is replaced without anybody's work; a server is down until it is back.",
        does: "Sends the same calls to both sides for three seconds, and kills a process of each in the middle of a call.",
        seconds: 7,
        sends_twice: true,
    },
    Row {
        kind: RowKind::SteadySpiky,
        title: "Steady against spiky",
        claim: "Dearer under steady load, cheaper under spikes: the same number of calls, and another winner.",
        does: "Prices a month of its own calls twice: evenly spread, and in spikes of twenty times the mean.",
        seconds: 2,
        sends_twice: false,
    },
    Row {
        kind: RowKind::Latency,
        title: "Latency",
        claim: "Cold starts are the price of scaling from zero: rare, and long.",
        does: "Makes a few calls from nothing, then sends a hundred or so to both sides, beginning with no instance.",
        seconds: 15,
        sends_twice: true,
    },
    Row {
        kind: RowKind::LongWork,
        title: "Long work",
        claim: "A call that takes longer than the plan allows is ended; a server works as long as it likes.",
        does: "Holds a job against the plan's limit and this function's own, and runs the saved event \"long\" where there is one.",
        seconds: 2,
        sends_twice: false,
    },
    Row {
        kind: RowKind::Administration,
        title: "Administration",
        claim: "Nobody patches, watches and restarts what one does not have.",
        does: "Adds your own hours to both sides' month.",
        seconds: 1,
        sends_twice: false,
    },
    Row {
        kind: RowKind::LockIn,
        title: "Lock-in",
        claim: "Code written for one cloud's functions does not move by itself.",
        does: "Runs it under every other provider's contract.",
        seconds: 15,
        sends_twice: false,
    },
];

pub(super) fn of(kind: RowKind) -> &'static Row {
    ALL.iter().find(|row| row.kind == kind).unwrap_or(&ALL[0])
}

impl Row {
    fn asks(&self) -> &'static [&'static str] {
        match self.kind {
            RowKind::SteadySpiky => &["calls come evenly", "the same calls come in spikes"],
            _ => &[],
        }
    }

    pub(super) fn told(&self, sourced: &Sourced<'_>, result: Option<&RowResult>) -> SideRow {
        SideRow {
            row: self.kind,
            title: self.title.to_owned(),
            claim: self.claim.to_owned(),
            does: self.does.to_owned(),
            seconds: self.seconds,
            sends_twice: self.sends_twice,
            asks: self.asks().iter().map(|ask| (*ask).to_owned()).collect(),
            sourced: sourced.figures(self.kind),
            result: result.cloned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use coldframe_cost::Book;

    use super::*;

    #[test]
    fn every_kind_has_its_row_in_the_order_of_the_table() {
        assert_eq!(ALL.map(|row| row.kind), RowKind::ALL);
        for kind in RowKind::ALL {
            assert_eq!(of(kind).kind, kind);
        }
    }

    #[test]
    fn every_fact_of_the_book_stands_in_a_row() {
        let names = RowKind::ALL.map(RowKind::as_str);
        for fact in Book::built_in().facts {
            assert!(names.contains(&fact.row.as_str()), "{} names no row", fact.id);
        }
    }
}
