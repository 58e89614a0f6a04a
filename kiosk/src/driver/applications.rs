//! The driver's half that knows which applications this hall takes, and with which forms.
//!
//! A form is filled in only if the kiosk comes to the very version that the hub has: another program or another list of
//! mahallas would be refused after a quarter of an hour of typing. Deliberately absent: the sending (`filing`).

use super::{Driver, Link, Now, View};
use crate::{
    net::Request,
    session::{Applications, Effect, Event, Hub, News, Screen, Takes, Word},
    workshop::{Done, Task},
};
use forms::{Form, Forms, ListItem, Lists};
use jiff::{civil::Date, tz};
use std::{collections::BTreeSet, sync::Arc};
use wire::{
    applications::{AskApplication, FormLists, Listed},
    client::NoAnswer,
    kiosk::{KioskApplications, KioskHome},
};
use words::Names;

/// What is known of the hall's forms.
#[derive(Default)]
pub(super) struct HallForms {
    taken: Option<KioskApplications>,
    collect: Option<String>,
    /// The hall's forms, and the mark of the lists they were made of.
    forms: Option<(String, Forms)>,
    /// The services one may apply for here.
    fileable: Arc<BTreeSet<String>>,
    told: Takes,
}

impl HallForms {
    /// The services one may apply for here.
    pub(super) fn fileable(&self) -> Arc<BTreeSet<String>> {
        Arc::clone(&self.fileable)
    }

    /// The form of a service, if it is the hub's own.
    fn form(&self, service: &str) -> Option<&Form> {
        let (wanted, (_, forms)) = (self.taken.as_ref()?.forms.get(service)?, self.forms.as_ref()?);
        forms.get(service).filter(|form| form.version == *wanted)
    }
}

impl View {
    /// Whether the hub answered last time.
    pub fn hub(&self) -> Hub {
        match self.link {
            Link::Up => Hub::There,
            Link::Down | Link::Fenced => Hub::Away,
        }
    }
}

impl<S: FnMut(&View)> Driver<S> {
    /// What the hub says of applications.
    pub(super) fn hall_takes(&mut self, home: &KioskHome, now: Now) {
        (self.hall_forms.taken, self.hall_forms.collect) = (home.applications.clone(), home.collect.clone());
        let lists = self.hall_forms.taken.as_ref().map(|taken| taken.lists.clone());
        let known = self.hall_forms.forms.as_ref().map(|(of, _)| of);
        if let Some(lists) = lists.filter(|lists| known != Some(lists)) {
            // Nobody waits for it: asked again when the hub answers next.
            let _ = self.ask(Request::Lists(lists));
        }
        self.reckon(now);
    }

    pub(super) fn hall_lists(&mut self, of: String, lists: Result<FormLists, NoAnswer>, now: Now) {
        match lists {
            Ok(lists) => {
                self.hall_forms.forms = Some((of, Forms::with(&own(lists))));
                self.reckon(now);
            }
            Err(error) => tracing::warn!(%error, "what the hall's forms choose from is not known: no applications yet"),
        }
    }

    /// What can be applied for and collected, as far as kiosk and hub agree.
    pub(super) fn reckon(&mut self, now: Now) {
        let hall = &self.hall_forms;
        let wanted = hall.taken.as_ref().map(|taken| taken.forms.keys()).into_iter().flatten();
        let (fileable, strange): (BTreeSet<String>, BTreeSet<String>) =
            wanted.cloned().partition(|service| hall.form(service).is_some());
        if hall.forms.is_some() && !strange.is_empty() && *hall.fileable != fileable {
            let services = strange.into_iter().collect::<Vec<_>>().join(", ");
            tracing::error!(services, "the kiosk has other forms than the hub for {services}: update one of them");
        }
        let lang = self.book.languages().first().copied().unwrap_or_default();
        let desk = hall.collect.as_deref().and_then(|code| self.book.service(code, lang));
        let takes = Takes {
            applications: if fileable.is_empty() { Applications::NotTaken } else { Applications::Taken },
            collect: desk.map(|(category, service)| (category.code.clone(), service.code.clone())),
        };
        self.hall_forms.fileable = Arc::new(fileable);
        if takes != self.hall_forms.told {
            self.hall_forms.told = takes.clone();
            self.run(Event::News(News::Takes(takes)), now);
        }
    }

    /// Dates in a form are measured by the best clock there is.
    pub(super) fn tell_day(&mut self, now: Now) {
        let today: Date = tz::offset(5).to_datetime(self.best_time(now)).date();
        if self.session.today() != today {
            self.run(Event::News(News::Today(today)), now);
        }
    }

    /// What the session wants done about an application.
    pub(super) fn apply(&mut self, effect: Effect, now: Now) -> Option<News> {
        match effect {
            Effect::OpenForm { language, category, service } => {
                let form = Arc::new(self.hall_forms.form(&service)?.clone());
                return Some(News::Form { language, category, form });
            }
            // A workshop that is busy tells when the step is entered again.
            Effect::LookForFiles => {
                let _ = self.task(Task::Documents);
            }
            Effect::TakeFile { name, accept, bytes_max } => {
                let _ = self.task(Task::Document { name, accept, bytes_max });
            }
            Effect::File { attempt, application } => self.file(attempt, application, now),
            Effect::FileAgain { attempt } => self.file_again(attempt, now),
            Effect::Unfile { attempt } => self.unfile(attempt),
            Effect::PrintReceipt { attempt, filed } => return self.print_receipt(attempt, &filed, now),
            Effect::PrintProgress(progress) => return self.print_progress(&progress, now),
            Effect::Ask { attempt, number, tail, language } => {
                let (number, phone_tail) = (number.expose().to_owned(), tail.expose().to_owned());
                let asked = AskApplication { number, phone_tail };
                if self.ask(Request::Ask { attempt, asked, language }).is_err() {
                    return Some(News::Became { attempt, word: Word::Away });
                }
            }
            // Everything else is done elsewhere.
            _ => {}
        }
        None
    }

    /// The page that belongs to what is on the screen.
    pub(super) fn page(&self) -> String {
        match self.session.screen() {
            Screen::Filed { filed, .. } => self.application_page(&filed.number),
            _ => self.page.clone(),
        }
    }

    /// What was found on a stick or under a camera.
    pub(super) fn documents_say(&mut self, done: Done, now: Now) {
        let news = match done {
            Done::Documents(offered) => News::FilesOffered(offered),
            Done::Document(taken) => News::FileTaken(taken),
            Done::Pin(_) | Done::Sound(_) | Done::Disk(_) => return,
        };
        self.run(Event::News(news), now);
    }
}

fn own(lists: FormLists) -> Lists {
    let item =
        |listed: Listed| ListItem { id: listed.id, names: Names::of(|lang| listed.names.of(lang.tag()).to_owned()) };
    lists.lists.into_iter().map(|(name, items)| (name, items.into_iter().map(item).collect())).collect()
}
