use proptest::prelude::*;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn wrong(number: u64) -> Option<Fingerprint> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    Some(Fingerprint(bytes))
}

fn failed(times: u64, start: i64) -> Lockout {
    (0..times).fold(Lockout::default(), |state, number| state.fail(wrong(number), at(start)))
}

#[test]
fn the_tenth_failure_locks_for_a_minute() {
    assert!(!failed(9, 0).is_locked(at(0)));
    let locked = failed(10, 0);
    assert!(locked.is_locked(at(59)));
    assert!(!locked.is_locked(at(60)));
}

#[test]
fn each_failure_after_a_lock_doubles_it_up_to_an_hour() {
    let mut state = failed(10, 0);
    let mut now = 60;
    for (number, expected) in [120, 240, 480, 960, 1920, 3600, 3600].into_iter().enumerate() {
        state = state.fail(wrong(100 + number as u64), at(now));
        assert!(state.is_locked(at(now + expected - 1)), "{expected}");
        assert!(!state.is_locked(at(now + expected)), "{expected}");
        now += expected;
    }
}

#[test]
fn the_last_three_wrong_passwords_count_once() {
    let mut state = failed(3, 0);
    for number in [0, 1, 2, 2, 1, 0].into_iter().cycle().take(60) {
        state = state.fail(wrong(number), at(1));
    }
    assert!(matches!(state, Lockout::Open { failures: 3, .. }));
    let state = state.fail(wrong(7), at(2)).fail(wrong(0), at(2));
    assert!(
        matches!(state, Lockout::Open { failures: 5, .. }),
        "the oldest of three was forgotten: {state:?}"
    );
}

#[test]
fn a_repeated_code_counts_each_time() {
    let state = (0..10).fold(Lockout::default(), |state, _| state.fail(None, at(0)));
    assert!(state.is_locked(at(0)));
}

#[test]
fn a_quiet_day_forgets() {
    assert_eq!(
        failed(9, 0).fail(wrong(50), at(FORGOTTEN_AFTER)),
        failed(0, 0).fail(wrong(50), at(FORGOTTEN_AFTER))
    );
    let locked = failed(10, 0);
    assert!(
        locked.clone().fail(wrong(50), at(60 + FORGOTTEN_AFTER - 1)).is_locked(at(60 + FORGOTTEN_AFTER - 1))
    );
    assert!(!locked.fail(wrong(50), at(60 + FORGOTTEN_AFTER)).is_locked(at(60 + FORGOTTEN_AFTER)));
}

#[test]
fn remembered_passwords_survive_storage() {
    let Lockout::Open { recent, .. } = failed(5, 0) else { panic!("open") };
    assert_eq!(Recent::from_bytes(&recent.to_bytes()), recent);
    assert_eq!(recent.to_bytes().len(), REMEMBERED * 32);
    assert_eq!(Recent::from_bytes(&[1; 40]).to_bytes().len(), 32);
}

proptest! {
    /// However guesses are spread, a guesser gets fewer of them than this.
    #[test]
    fn guesses_are_bounded(pauses in prop::collection::vec(0_i64..7200, 1..400)) {
        let (mut state, mut now, mut judged) = (Lockout::default(), 0, 0_u32);
        for (number, pause) in pauses.iter().enumerate() {
            now += pause;
            if !state.is_locked(at(now)) {
                judged += 1;
            }
            state = state.fail(wrong(number as u64), at(now));
        }
        // Ten, six while the lock grows to an hour, then one an hour; pauses here never make a quiet day.
        let hours = u32::try_from(now / LONGEST_LOCK).unwrap();
        prop_assert!(judged <= THRESHOLD + 6 + hours + 1, "{judged} in {hours} h");
    }

    #[test]
    fn a_lock_never_ends_early_and_nothing_counts_during_it(moments in prop::collection::vec(0_i64..4000, 1..200)) {
        let mut state = failed(10, 0);
        let mut sorted = moments;
        sorted.sort_unstable();
        for (number, moment) in sorted.into_iter().enumerate() {
            let before = state.clone();
            state = state.fail(wrong(1000 + number as u64), at(moment));
            if before.is_locked(at(moment)) {
                prop_assert_eq!(&state, &before);
            } else {
                prop_assert!(state.is_locked(at(moment)));
            }
        }
    }
}
