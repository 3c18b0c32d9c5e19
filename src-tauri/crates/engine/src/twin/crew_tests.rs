use super::*;

fn crew(wanted: usize, each: u32, per_call: bool) -> Crew<&'static str> {
    let mut crew = Crew::new(2);
    assert!(crew.set(wanted, per_call).is_empty());
    for id in 1..=i64::try_from(wanted).unwrap() {
        crew.begin_start();
        assert!(crew.joined(id, each).is_empty());
    }
    crew
}

#[test]
fn there_are_always_as_many_as_wanted() {
    let mut crew: Crew<()> = Crew::new(1);
    crew.set(2, false);
    assert_eq!(crew.missing(), 2);
    crew.begin_start();
    assert_eq!(crew.missing(), 1, "one is on its way");
    crew.joined(1, 1);
    crew.begin_start();
    crew.joined(2, 1);
    assert_eq!(crew.missing(), 0);
    assert_eq!(crew.lost(1), Some(Lost::Staying));
    assert_eq!(crew.missing(), 0, "it rests before it is started anew");
    crew.rested();
    assert_eq!(crew.missing(), 1);
    assert_eq!(crew.lost(7), None, "nobody of ours");
    assert_eq!(crew.set(1, false), [] as [i64; 0], "there is one");
    assert_eq!(crew.missing(), 0);
    assert_eq!(crew.set(0, false), [2], "the last one goes");
}

#[test]
fn those_on_their_way_are_not_needed_once_fewer_are_wanted() {
    let mut crew: Crew<()> = Crew::new(1);
    crew.set(3, false);
    for _ in 0..3 {
        crew.begin_start();
    }
    crew.set(1, false);
    assert!(!crew.is_complete(), "one is still to come");
    crew.joined(1, 1);
    assert!(crew.is_complete(), "the others come in vain");
    crew.not_joined(false);
    crew.not_joined(false);
    assert_eq!(crew.missing(), 0);
    crew.set(2, false);
    assert_eq!(crew.missing(), 1, "more can be wanted again");
}

#[test]
fn the_least_busy_has_the_next_call_and_the_rest_wait_in_turn() {
    let mut crew = crew(2, 2, false);
    assert_eq!(crew.take("a"), Placed::To(1, "a"));
    assert_eq!(crew.take("b"), Placed::To(2, "b"), "the other rested longer");
    assert_eq!(crew.take("c"), Placed::To(1, "c"));
    assert_eq!(crew.take("d"), Placed::To(2, "d"));
    assert_eq!((crew.take("e"), crew.take("f")), (Placed::Waits, Placed::Waits));
    assert_eq!(crew.take("g"), Placed::TurnedAway("g", Away::Full), "two may wait");
    assert_eq!(crew.returned(2), Some(Next::Takes("e")), "first come, first served");
    assert_eq!(crew.returned(1), Some(Next::Takes("f")));
    assert_eq!(crew.returned(1), Some(Next::Stays));
    assert_eq!((crew.calls(1), crew.calls(2), crew.waiting()), (1, 2, 0));
    assert_eq!(crew.returned(9), None);
}

#[test]
fn a_new_process_takes_what_waits_for_it() {
    let mut crew = Crew::new(9);
    crew.set(1, false);
    crew.begin_start();
    for call in ["a", "b", "c"] {
        assert_eq!(crew.take(call), Placed::Waits);
    }
    assert_eq!(crew.joined(1, 2), ["a", "b"], "as many as it takes");
    assert_eq!(crew.returned(1), Some(Next::Takes("c")));
}

#[test]
fn a_restart_finishes_what_is_under_way_first() {
    let mut crew = crew(2, 1, false);
    assert_eq!(crew.take("a"), Placed::To(1, "a"));
    assert_eq!(crew.dismiss_all(), [2], "the idle one goes at once");
    assert_eq!(crew.missing(), 0, "the other has a call");
    assert_eq!(crew.take("b"), Placed::Waits, "for those to come");
    assert_eq!(crew.returned(1), Some(Next::Leaves));
    assert_eq!(crew.missing(), 2);
    crew.begin_start();
    assert_eq!(crew.joined(3, 1), ["b"]);
}

#[test]
fn one_that_dies_while_it_leaves_is_not_replaced_twice() {
    let mut crew = crew(1, 1, false);
    crew.take("a");
    crew.dismiss_all();
    assert_eq!(crew.lost(1), Some(Lost::Leaving));
    assert_eq!(crew.missing(), 1, "by the restart that it left for");
}

#[test]
fn where_nobody_is_there_callers_are_told_so_at_once() {
    let mut crew = crew(1, 1, false);
    crew.take("a");
    crew.take("b");
    crew.lost(1);
    assert_eq!(crew.fall(), ["b"], "what waits is not served");
    assert_eq!(crew.take("c"), Placed::TurnedAway("c", Away::Down));
    crew.rested();
    crew.begin_start();
    assert_eq!(crew.take("d"), Placed::TurnedAway("d", Away::Down), "it does not listen yet");
    crew.joined(2, 1);
    assert_eq!(crew.take("e"), Placed::To(2, "e"));
}

#[test]
fn a_process_for_each_call_goes_with_it() {
    let mut crew = crew(1, 80, true);
    assert_eq!(crew.take("a"), Placed::To(1, "a"));
    assert_eq!(crew.take("b"), Placed::Waits, "one call at a time, whatever the contract lets it");
    assert_eq!(crew.returned(1), Some(Next::Leaves));
    assert_eq!(crew.missing(), 1, "the next is started at once, without a pause");
    crew.begin_start();
    assert_eq!(crew.joined(2, 80), ["b"]);
    crew.left(2);
    assert_eq!(crew.missing(), 1, "also where it ends before its answer is known");
}

#[test]
fn those_that_nobody_wants_any_more_are_forgotten() {
    let mut crew = crew(1, 1, false);
    for call in ["a", "b", "c"] {
        crew.take(call);
    }
    crew.keep_waiting(|call| *call != "b");
    assert_eq!(crew.returned(1), Some(Next::Takes("c")));
}

#[test]
fn each_process_has_as_many_calls_as_it_was_started_for() {
    let mut crew = Crew::new(9);
    crew.set(2, false);
    crew.begin_start();
    crew.joined(1, 1);
    crew.begin_start();
    crew.joined(2, 2);
    let placed: Vec<_> = ["a", "b", "c", "d"].map(|call| crew.take(call)).into();
    assert_eq!(placed, [Placed::To(1, "a"), Placed::To(2, "b"), Placed::To(2, "c"), Placed::Waits]);
    assert_eq!(crew.returned(1), Some(Next::Takes("d")));
}
