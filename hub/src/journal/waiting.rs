//! What waits for the journal thread, and in which order it is taken: clerks first, then kiosks, then questions.
//!
//! Everything that waits is sorted before each round, so a clerk's key is held up by the round under way and by nothing
//! that came before it. Nobody starves: a round leaves room for both kinds of writes, and answers some questions
//! whatever else waits. Within its kind everybody keeps the order of arrival.

use super::{BATCH_MAX, Job, Question, Write};
use queue::command::Actor;
use std::collections::VecDeque;
use tokio::sync::{mpsc, oneshot};

/// Jobs that are sorted and wait for their round; more wait in the channel.
pub(super) const SORTED_MAX: usize = 4096;
/// Writes of staff in one round; the rest of the batch is for everyone else.
const STAFF_MAX: usize = BATCH_MAX / 4 * 3;
/// Questions in one round: more than there are places for visitors, so that a kiosk does not wait for two rounds.
const QUESTIONS_MAX: usize = 64;

const _: () = assert!(STAFF_MAX < BATCH_MAX && BATCH_MAX < SORTED_MAX);

/// The thread's side of the queue of jobs.
pub(super) struct Waiting {
    jobs: mpsc::Receiver<Job>,
    staff: VecDeque<Write>,
    others: VecDeque<Write>,
    questions: VecDeque<Question>,
    closing: Vec<oneshot::Sender<()>>,
}

/// What is done next: writes that share a transaction, then questions.
pub(super) struct Round {
    pub(super) writes: Vec<Write>,
    pub(super) questions: Vec<Question>,
}

impl Waiting {
    pub(super) fn new(jobs: mpsc::Receiver<Job>) -> Waiting {
        Waiting {
            jobs,
            staff: VecDeque::new(),
            others: VecDeque::new(),
            questions: VecDeque::new(),
            closing: Vec::new(),
        }
    }

    /// Waits for something to do. Nothing: the journal is closed, or nobody holds it any more, and all is done.
    pub(super) fn next(&mut self) -> Option<Round> {
        if self.sorted() == 0 {
            let first = self.jobs.blocking_recv()?;
            self.sort(first);
        }
        while self.sorted() < SORTED_MAX
            && let Ok(job) = self.jobs.try_recv()
        {
            self.sort(job);
        }
        let mut writes: Vec<Write> = take(&mut self.staff, STAFF_MAX).collect();
        writes.extend(take(&mut self.others, BATCH_MAX - writes.len()));
        Some(Round { writes, questions: take(&mut self.questions, QUESTIONS_MAX).collect() })
    }

    /// Who waits for the journal to be closed.
    pub(super) fn closing(self) -> Vec<oneshot::Sender<()>> {
        self.closing
    }

    fn sorted(&self) -> usize {
        self.staff.len() + self.others.len() + self.questions.len()
    }

    fn sort(&mut self, job: Job) {
        match job {
            Job::Write(write) => match write.submission.actor {
                // The hub's own commands are few, and say that the journal is alive.
                Actor::Clerk(_) | Actor::Manager(_) | Actor::Hub => self.staff.push_back(*write),
                Actor::Kiosk(_) | Actor::Visitor => self.others.push_back(*write),
            },
            Job::Ask(question) => self.questions.push_back(question),
            Job::Close(closed) => {
                // What is queued already is still done; nothing new gets in.
                self.jobs.close();
                self.closing.push(closed);
            }
        }
    }
}

fn take<T>(from: &mut VecDeque<T>, most: usize) -> impl Iterator<Item = T> {
    from.drain(..from.len().min(most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Submission;
    use queue::{command::Command, ids::CommandId};
    use uuid::Uuid;

    fn write(n: u128, actor: Actor) -> Job {
        let submission =
            Submission { command_id: CommandId(Uuid::from_u128(n)), device: None, actor, command: Command::Tick };
        Job::Write(Box::new(Write { submission, seat: None, answer: oneshot::channel().0 }))
    }

    fn clerk(n: u128) -> Job {
        write(n, Actor::Clerk("clerk-1".parse().unwrap()))
    }

    fn kiosk(n: u128) -> Job {
        write(n, Actor::Kiosk("kiosk-1".parse().unwrap()))
    }

    fn question() -> Job {
        Job::Ask(Box::new(|_| {}))
    }

    fn waiting(jobs: impl IntoIterator<Item = Job>) -> Waiting {
        let (send, receive) = mpsc::channel(SORTED_MAX * 2);
        for job in jobs {
            send.try_send(job).unwrap_or_else(|_| panic!("the channel has room"));
        }
        Waiting::new(receive)
    }

    fn ids(round: &Round) -> Vec<u128> {
        round.writes.iter().map(|write| write.submission.command_id.0.as_u128()).collect()
    }

    #[test]
    fn clerks_go_first_and_everyone_keeps_the_order_of_arrival() {
        let mut waiting = waiting([kiosk(1), question(), kiosk(2), clerk(3), write(4, Actor::Hub), kiosk(5), clerk(6)]);
        let round = waiting.next().unwrap();
        assert_eq!(ids(&round), [3, 4, 6, 1, 2, 5]);
        assert_eq!(round.questions.len(), 1);
        assert!(waiting.next().is_none(), "nobody can send any more");
    }

    #[test]
    fn a_clerk_passes_a_thousand_kiosks_and_more_that_still_wait() {
        let kiosks = BATCH_MAX as u128 + 500;
        let mut waiting = waiting((0..kiosks).map(kiosk).chain([clerk(9_999)]));
        let round = waiting.next().unwrap();
        assert_eq!((ids(&round)[0], round.writes.len()), (9_999, BATCH_MAX));
        assert_eq!(waiting.next().unwrap().writes.len(), 501);
    }

    #[test]
    fn nobody_starves() {
        let jobs = (0..2_000).map(clerk).chain((2_000..4_000).map(kiosk)).chain((0..90).map(|_| question()));
        let mut waiting = waiting(jobs);
        let round = waiting.next().unwrap();
        assert_eq!(ids(&round).iter().filter(|id| **id >= 2_000).count(), BATCH_MAX - STAFF_MAX);
        assert_eq!(round.questions.len(), QUESTIONS_MAX);
        let rounds: Vec<Round> = std::iter::from_fn(|| waiting.next()).collect();
        let (writes, questions) = rounds.iter().fold((0, 0), |(w, q), r| (w + r.writes.len(), q + r.questions.len()));
        assert_eq!((writes, questions), (4_000 - BATCH_MAX, 90 - QUESTIONS_MAX));
    }

    #[test]
    fn what_waits_is_bounded_before_and_after_sorting() {
        let mut waiting = waiting((0..SORTED_MAX as u128 * 2).map(kiosk));
        waiting.next().unwrap();
        assert_eq!(waiting.sorted(), SORTED_MAX - BATCH_MAX);
        waiting.next().unwrap();
        assert_eq!(waiting.sorted(), SORTED_MAX - BATCH_MAX, "filled up from the channel");
    }

    #[test]
    fn what_was_sent_before_the_close_is_still_done() {
        let (closing, mut closed) = oneshot::channel();
        let mut waiting = waiting([kiosk(1), Job::Close(closing), kiosk(2)]);
        assert_eq!(ids(&waiting.next().unwrap()), [1, 2]);
        assert!(waiting.next().is_none());
        assert!(closed.try_recv().is_err(), "told only when the file is closed");
        assert_eq!(waiting.closing().len(), 1);
    }
}
