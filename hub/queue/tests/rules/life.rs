//! A ticket's life from the kiosk to the end.

use crate::common::{self, Tube, counter};
use queue::{
    command::{Class, Command},
    stage::{Closing, Stage},
    time::Span,
};

#[test]
fn a_ticket_is_printed_called_served_and_over() {
    let mut tube = Tube::new();
    let ticket = tube.arrive("A01", Class::Ordinary);
    assert_eq!(tube.visit(ticket).number.to_string(), "A-001");
    tube.open("1");
    tube.pass(Span::minutes(3));
    assert_eq!(tube.call("1"), Some(ticket));
    assert_eq!(tube.hall.visit_at(&counter("1")).map(|visit| visit.ticket), Some(ticket));
    tube.done(Command::Start { counter: counter("1") });
    tube.pass(Span::minutes(7));
    tube.done(Command::Complete { counter: counter("1"), outcome: common::served() });
    assert_eq!(tube.stage(ticket), &Stage::Closed { closing: Closing::Served(common::served()), at: tube.at });
    assert_eq!(tube.hall.counts().issued, 1);
}
