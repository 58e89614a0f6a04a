//! A failing list of happenings made short: parts are taken away for as long as the same promise is broken.

use super::{
    run,
    trace::Keep,
    transitions::{Script, Step},
};

/// Runs that a shortening may cost.
const RUNS_MAX: usize = 600;

/// The shortest script found that breaks the same promise.
pub fn shorten(script: &Script, promise: u8) -> Script {
    let mut runs = 0;
    let mut breaks = |steps: Vec<Step>| {
        runs += 1;
        let shorter = Script { steps, ..script.clone() };
        let same =
            runs <= RUNS_MAX && run(&shorter, Keep::Digest).broken.is_some_and(|broken| broken.promise == promise);
        same.then_some(shorter.steps)
    };
    let steps = shortest(script.steps.clone(), &mut breaks);
    Script { steps, ..script.clone() }
}

/// Halves first, then quarters, down to single steps, again and again until nothing more can go.
fn shortest<T: Clone>(mut list: Vec<T>, breaks: &mut impl FnMut(Vec<T>) -> Option<Vec<T>>) -> Vec<T> {
    let mut size = list.len().div_ceil(2);
    while size > 0 {
        let before = list.len();
        let mut at = 0;
        while at < list.len() {
            let end = (at + size).min(list.len());
            let without: Vec<T> = [&list[..at], &list[end..]].concat();
            match breaks(without) {
                Some(shorter) => list = shorter,
                None => at = end,
            }
        }
        if list.len() == before || size > 1 {
            size = if size == 1 { 0 } else { size.div_ceil(2) };
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_goes() {
        let mut breaks = |list: Vec<u32>| (list.contains(&7) && list.contains(&61)).then_some(list);
        assert_eq!(shortest((0..100).collect(), &mut breaks), [7, 61]);
    }

    #[test]
    fn what_fails_by_itself_needs_nothing() {
        assert_eq!(shortest(vec![1, 2, 3], &mut Some), Vec::<i32>::new());
    }
}
