//! Each premise is needed: without it, the smallest sequence in which the client is wrong.

use explore::{Premise, Premises, replay, smallest};

/// How many choices of a counterexample differ from the default at most.
const DEPTH: u32 = 2;

fn counterexample(premise: Premise) -> String {
    let premises = Premises::ALL.without(premise);
    let found = smallest(DEPTH, premises).expect("the premise is needed");
    let story = replay(&found.id, premises).expect("the id is one");
    assert_eq!(story.last(), Some(&found.what), "the replay is that sequence");
    format!("sequence {}\n{}\n", found.id, story.join("\n"))
}

macro_rules! each_is_needed {
    ($($name:ident: $premise:ident,)*) => {
        $(
            #[test]
            fn $name() {
                let mut settings = insta::Settings::clone_current();
                settings.set_snapshot_path("../../snapshots/explore");
                settings.set_prepend_module_to_snapshot(false);
                settings.set_omit_expression(true);
                settings.set_description(Premise::$premise.sentence());
                let text = counterexample(Premise::$premise);
                settings.bind(|| insta::assert_snapshot!(stringify!($name), text));
            }
        )*
    };
}

each_is_needed! {
    key_claimed_first: KeyClaimedFirst,
    results_kept: ResultsKept,
    refusals_do_not_act: RefusalsDoNotAct,
    door_passes_nothing_on: DoorPassesNothingOn,
    copies_pass_the_door: CopiesPassTheDoor,
    ids_unique: IdsUnique,
    nobody_beside: NobodyBeside,
    copies_in_time: CopiesInTime,
    nothing_very_late: NothingVeryLate,
    clock_right: ClockRight,
    responses_not_mixed: ResponsesNotMixed,
}
