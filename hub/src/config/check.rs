//! What the keys of a hall's file mean together: unknown services, doubled lanes, counters that serve nothing.

use super::{
    Category, ClassReason, Config, ConfigError, CounterEntry, KioskEntry, Reasons, Role, StaffEntry, applications,
    calendar::Imported,
    catalogue::CATALOGUE,
    displays::{self, Known},
    exchange,
    file::{CounterTable, DayTable, HallFile, OrderName, PolicyTable, ReasonsTable, ServiceTable, Source, StaffTable},
    hours::{HoursText, OutOfOrder, in_order},
    kiosks, notices,
};
use queue::{
    calendar::{Calendar, Hours, SpecialDay},
    ids::{CounterId, Outcome, Reason, ServiceCode},
    limits::KIOSK_LANE_MAX,
    rules::{CounterRules, Duty, Policy, Rules, Service},
    time::Span,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    str::FromStr,
    sync::Arc,
};
use toml::Spanned;

/// The longest name to sign in with, in characters.
const NAME_CHARS_MAX: usize = 60;
/// A PIN's digits.
const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// Reads and checks a hall's file.
pub(super) fn config(source: &Source<'_>) -> Result<Config, ConfigError> {
    let file: HallFile = source.parse()?;
    let counters = counters(source, &file.counter)?;
    let (calendar, closed_days) = calendar(source, &file)?;
    let rules = Rules {
        services: services(source, &file, &counters)?,
        counters,
        hours: hours(source, &file.hall.hours)?,
        calendar,
        utc_offset_min: utc_offset(source, &file.hall.utc_offset)?,
        policy: policy(source, &file.policy)?,
    };
    let kiosk_entries = kiosk_entries(source, &file)?;
    let languages = languages(source, &file.hall.languages)?;
    let known = Known { counters: &rules.counters, languages: &languages };
    let displays = displays::displays(source, &file.display, &known)?;
    let notices = notices::notices(source, &file.notice, rules.utc_offset_min)?;
    let hall_id = file.hall.id.get_ref();
    hall_id.parse::<Reason>().map_err(|e| source.wrong(file.hall.id.span(), e.to_string()))?;
    Ok(Config {
        id: hall_id.clone(),
        languages,
        listen: file.hall.listen,
        categories: categories(&rules),
        services: CATALOGUE.services.iter().map(|(code, (_, facts))| (code.clone(), facts.clone())).collect(),
        bhm: kiosks::bhm(source, &file.bhm)?,
        shared: kiosks::kiosks(source, &file)?,
        classes: classes(source, &file.policy)?,
        staff: staff(source, &file.staff, &rules)?,
        kiosks: kiosk_entries,
        displays,
        notices,
        applications: applications::applications(source, file.applications, &rules)?,
        exchange: file.exchange.as_ref().map(|table| exchange::exchange(source, table)).transpose()?,
        reasons: reasons(source, file.reasons)?,
        not_offered: CATALOGUE
            .services
            .keys()
            .filter(|code| !rules.services.contains_key(code) && **code != CATALOGUE.collect)
            .cloned()
            .collect(),
        counters: file.counter.into_iter().map(|c| CounterEntry { id: c.id.into_inner(), name: c.name }).collect(),
        rules: Arc::new(rules),
        closed_days,
        names: file.hall.name,
    })
}

fn counters(source: &Source<'_>, tables: &[CounterTable]) -> Result<BTreeMap<CounterId, CounterRules>, ConfigError> {
    let mut counters = BTreeMap::new();
    for table in tables {
        let id = table.id.get_ref();
        let services = duties(source, table)?;
        if services.is_empty() {
            return Err(source.wrong(table.id.span(), format!("counter {id} serves nothing: give it primary services")));
        }
        if counters.insert(id.clone(), CounterRules { services }).is_some() {
            return Err(source.wrong(table.id.span(), format!("counter {id} is there twice")));
        }
    }
    Ok(counters)
}

/// A letter means every service of its category; a code wins over its letter, and primary over secondary letters.
fn duties(source: &Source<'_>, table: &CounterTable) -> Result<BTreeMap<ServiceCode, Duty>, ConfigError> {
    let mut by_letter = BTreeMap::new();
    let mut by_code = BTreeMap::new();
    let listed = [(Duty::Secondary, &table.secondary), (Duty::Primary, &table.primary)];
    for (duty, said) in listed.into_iter().flat_map(|(duty, list)| list.iter().map(move |said| (duty, said))) {
        let text = said.get_ref();
        if let Some(category) = category(text) {
            by_letter.extend(category.services.iter().map(|code| (code.clone(), duty)));
            continue;
        }
        let code = known_service(source, said)?;
        if by_code.insert(code, duty).is_some() {
            let what = format!("counter {} lists service {text} twice", table.id.get_ref());
            return Err(source.wrong(said.span(), what));
        }
    }
    by_letter.extend(by_code);
    Ok(by_letter)
}

fn category(letter: &str) -> Option<&'static Category> {
    CATALOGUE.categories.iter().find(|c| letter.chars().eq([c.prefix.letter()]))
}

fn known_service(source: &Source<'_>, said: &Spanned<String>) -> Result<ServiceCode, ConfigError> {
    let known = ServiceCode::from_str(said.get_ref()).ok().filter(|code| CATALOGUE.services.contains_key(code));
    known.ok_or_else(|| {
        let letters: Vec<_> = CATALOGUE.categories.iter().map(|c| c.prefix.letter().to_string()).collect();
        let what = format!(
            "there is no service {:?}; expected a code of the catalogue like \"A01\", or a category: {}",
            said.get_ref(),
            letters.join(", ")
        );
        source.wrong(said.span(), what)
    })
}

/// Every service that a counter serves, with the hall's defaults and its own settings.
fn services(
    source: &Source<'_>,
    file: &HallFile,
    counters: &BTreeMap<CounterId, CounterRules>,
) -> Result<BTreeMap<ServiceCode, Service>, ConfigError> {
    let served: BTreeSet<_> = counters.values().flat_map(|counter| counter.services.keys()).collect();
    let mut services: BTreeMap<ServiceCode, Service> = BTreeMap::new();
    for (code, (prefix, _)) in CATALOGUE.services.iter().filter(|(code, _)| served.contains(code)) {
        let service = Service {
            prefix: *prefix,
            target_wait: Span::minutes(file.defaults.target_wait_min.0),
            expected: Span::minutes(file.defaults.expected_min.0),
            hours: None,
            calendar: Calendar::default(),
            cap: None,
        };
        services.insert(code.clone(), service);
    }
    let mut seen = BTreeSet::new();
    for table in &file.service {
        let code = known_service(source, &table.code)?;
        let Some(service) = services.get_mut(&code) else {
            return Err(
                source.wrong(table.code.span(), format!("service {code} has settings here, but no counter serves it"))
            );
        };
        refine(source, service, table)?;
        if !seen.insert(code.clone()) {
            return Err(source.wrong(table.code.span(), format!("service {code} is there twice")));
        }
    }
    Ok(services)
}

fn refine(source: &Source<'_>, service: &mut Service, table: &ServiceTable) -> Result<(), ConfigError> {
    service.cap = table.cap;
    service.hours = table.hours.as_ref().map(|text| hours(source, text)).transpose()?;
    if let Some(minutes) = table.target_wait_min {
        service.target_wait = Span::minutes(minutes.0);
    }
    if let Some(minutes) = table.expected_min {
        service.expected = Span::minutes(minutes.0);
    }
    Ok(())
}

fn hours(source: &Source<'_>, text: &HoursText) -> Result<Hours, ConfigError> {
    text.checked().map_err(|OutOfOrder(span)| overlapping(source, span))
}

fn overlapping(source: &Source<'_>, span: Range<usize>) -> ConfigError {
    source.wrong(
        span,
        "this stretch begins before or when the one before it ends: stretches of a day stand in order and apart"
            .to_owned(),
    )
}

type ClosedDays = BTreeMap<Reason, super::Names>;

/// Imported calendars, and the hall's own days over them.
fn calendar(source: &Source<'_>, file: &HallFile) -> Result<(Calendar, ClosedDays), ConfigError> {
    let mut imported = Imported::default();
    for name in &file.hall.calendar {
        imported.add(source, name)?;
    }
    let mut seen = BTreeSet::new();
    for day in &file.day {
        let special = special_day(source, day, &mut imported.names)?;
        if !seen.insert(*day.date.get_ref()) {
            return Err(source.wrong(day.date.span(), format!("{} is there twice", day.date.get_ref().0)));
        }
        imported.days.insert(*day.date.get_ref(), special);
    }
    Ok((Calendar { days: imported.days }, imported.names))
}

fn special_day(source: &Source<'_>, day: &DayTable, names: &mut ClosedDays) -> Result<SpecialDay, ConfigError> {
    match (&day.closed, &day.hours) {
        (Some(why), None) => {
            if let Some(name) = &day.name {
                names.insert(why.get_ref().clone(), name.clone());
            }
            if !names.contains_key(why.get_ref()) {
                let what =
                    format!("no calendar names {:?}: give the day a name in every language", why.get_ref().as_str());
                return Err(source.wrong(why.span(), what));
            }
            Ok(SpecialDay::Closed { why: why.get_ref().clone() })
        }
        (None, Some(stretches)) => {
            in_order(stretches).map(SpecialDay::Hours).map_err(|OutOfOrder(span)| overlapping(source, span))
        }
        (Some(_), Some(_)) | (None, None) => Err(source
            .wrong(day.date.span(), "a day has either closed = \"<why>\" or hours = [\"09:00-13:00\"]".to_owned())),
    }
}

fn utc_offset(source: &Source<'_>, said: &Spanned<String>) -> Result<i32, ConfigError> {
    let text = said.get_ref();
    let wrong = || source.wrong(said.span(), format!("a distance from UTC looks like \"+05:00\", not {text:?}"));
    let (sign, clock) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(clock), _) => (1, clock),
        (None, Some(clock)) => (-1, clock),
        (None, None) => return Err(wrong()),
    };
    let (hours, minutes) = clock.split_once(':').ok_or_else(wrong)?;
    let (hours, minutes): (i32, i32) = hours.parse().ok().zip(minutes.parse().ok()).ok_or_else(wrong)?;
    if !(0..=14).contains(&hours) || !(0..60).contains(&minutes) {
        return Err(wrong());
    }
    Ok(sign * (hours * 60 + minutes))
}

fn policy(source: &Source<'_>, table: &PolicyTable) -> Result<Policy, ConfigError> {
    match (table.order, &table.statutory_cap) {
        (OrderName::Classes, cap) => Ok(Policy::Classes { statutory_cap: cap.as_ref().map(|k| *k.get_ref()) }),
        (OrderName::Arrival, None) => Ok(Policy::Arrival),
        (OrderName::Arrival, Some(cap)) => {
            Err(source.wrong(cap.span(), "statutory_cap belongs to order = \"classes\"".to_owned()))
        }
    }
}

fn classes(source: &Source<'_>, table: &PolicyTable) -> Result<Vec<ClassReason>, ConfigError> {
    for off in &table.classes_off {
        if !CATALOGUE.classes.iter().any(|class| class.id == *off.get_ref()) {
            let known: Vec<_> = CATALOGUE.classes.iter().map(|class| class.id.as_str()).collect();
            let what = format!("there is no class {:?}; expected one of {}", off.get_ref(), known.join(", "));
            return Err(source.wrong(off.span(), what));
        }
    }
    let on = CATALOGUE.classes.iter().filter(|class| !table.classes_off.iter().any(|off| *off.get_ref() == class.id));
    Ok(on.cloned().collect())
}

fn languages(source: &Source<'_>, said: &Spanned<Vec<Spanned<words::Lang>>>) -> Result<Vec<words::Lang>, ConfigError> {
    let mut languages = Vec::new();
    for lang in said.get_ref() {
        if languages.contains(lang.get_ref()) {
            return Err(source.wrong(lang.span(), format!("language {} is there twice", lang.get_ref())));
        }
        languages.push(*lang.get_ref());
    }
    if languages.is_empty() {
        return Err(source.wrong(said.span(), "a hall speaks at least one language".to_owned()));
    }
    Ok(languages)
}

fn categories(rules: &Rules) -> Vec<Category> {
    let given = CATALOGUE.categories.iter().cloned().map(|mut category| {
        category.services.retain(|code| rules.services.contains_key(code));
        let collect = rules.services.get(&CATALOGUE.collect).filter(|service| service.prefix == category.prefix);
        category.services.extend(collect.map(|_| CATALOGUE.collect.clone()));
        category
    });
    given.filter(|category| !category.services.is_empty()).collect()
}

fn staff(source: &Source<'_>, tables: &[StaffTable], rules: &Rules) -> Result<Vec<StaffEntry>, ConfigError> {
    let mut staff: Vec<StaffEntry> = Vec::new();
    for table in tables {
        let (id, name) = (table.id.get_ref(), table.name.get_ref());
        if staff.iter().any(|known| known.id == *id) {
            return Err(source.wrong(table.id.span(), format!("staff id {id} is there twice")));
        }
        let bare = name.trim() == name && !name.is_empty() && name.chars().count() <= NAME_CHARS_MAX;
        if !bare || name.chars().any(char::is_control) {
            let what = format!("a name to sign in with is 1 to {NAME_CHARS_MAX} characters without spaces around");
            return Err(source.wrong(table.name.span(), what));
        }
        if staff.iter().any(|known| known.name.to_lowercase() == name.to_lowercase()) {
            return Err(
                source.wrong(table.name.span(), "two members of staff have the same name to sign in with".to_owned())
            );
        }
        if let Some(pin) = &table.pin
            && !(PIN_DIGITS.contains(&pin.get_ref().len()) && pin.get_ref().bytes().all(|b| b.is_ascii_digit()))
        {
            return Err(source.wrong(pin.span(), "a PIN is 4 to 12 digits".to_owned()));
        }
        if let Some(counter) = &table.counter
            && !rules.counters.contains_key(counter.get_ref())
        {
            return Err(source.wrong(counter.span(), format!("there is no counter {}", counter.get_ref())));
        }
        staff.push(StaffEntry {
            id: id.clone(),
            name: name.clone(),
            role: table.role,
            may_pick: table.may_pick,
            counter: table.counter.as_ref().map(|c| c.get_ref().clone()),
            pin: table.pin.as_ref().map(|pin| pin.get_ref().clone()),
        });
    }
    if !tables.iter().any(|table| table.role == Role::Manager) {
        let at = tables.first().map_or(0..0, |table| table.id.span());
        return Err(source.wrong(at, "a hall has at least one member of staff with role = \"manager\"".to_owned()));
    }
    Ok(staff)
}

fn kiosk_entries(source: &Source<'_>, file: &HallFile) -> Result<Vec<KioskEntry>, ConfigError> {
    let mut known = BTreeSet::new();
    let ids = file.kiosk.iter().map(|kiosk| &kiosk.id).chain(file.display.iter().map(|display| &display.id));
    for id in ids {
        if !known.insert(id.get_ref()) {
            return Err(source.wrong(id.span(), format!("device {} is there twice", id.get_ref())));
        }
    }
    let mut entries: Vec<KioskEntry> = Vec::new();
    for table in &file.kiosk {
        let lane = u8::try_from(*table.lane.get_ref()).ok().filter(|lane| (1..=KIOSK_LANE_MAX).contains(lane));
        let Some(lane) = lane else {
            let what = format!("a lane is 1 to {KIOSK_LANE_MAX}, not {}", table.lane.get_ref());
            return Err(source.wrong(table.lane.span(), what));
        };
        if let Some(other) = entries.iter().find(|kiosk| kiosk.lane == lane) {
            let what = format!("lane {lane} belongs to {}: two kiosks would print the same numbers", other.device);
            return Err(source.wrong(table.lane.span(), what));
        }
        let place = table.place.as_ref().map(|said| kiosks::sentence(source, said, "a kiosk's place")).transpose()?;
        entries.push(KioskEntry { device: table.id.get_ref().clone(), lane, place });
    }
    Ok(entries)
}

fn reasons(source: &Source<'_>, table: Option<ReasonsTable>) -> Result<Reasons, ConfigError> {
    let Some(table) = table else {
        let other = || vec!["other".parse::<Reason>().expect("it is a code")];
        let served = vec!["served".parse::<Outcome>().expect("it is a code")];
        return Ok(Reasons { outcomes: served, hold: other(), pause: other(), suspend: other() });
    };
    if !table.outcomes.get_ref().iter().any(|outcome| outcome.as_str() == "served") {
        return Err(source.wrong(table.outcomes.span(), "outcomes contain \"served\" at least".to_owned()));
    }
    for (name, list) in [("hold", &table.hold), ("pause", &table.pause), ("suspend", &table.suspend)] {
        if !list.get_ref().iter().any(|reason| reason.as_str() == "other") {
            return Err(source.wrong(list.span(), format!("{name} contains \"other\" at least")));
        }
    }
    Ok(Reasons {
        outcomes: table.outcomes.into_inner(),
        hold: table.hold.into_inner(),
        pause: table.pause.into_inner(),
        suspend: table.suspend.into_inner(),
    })
}
