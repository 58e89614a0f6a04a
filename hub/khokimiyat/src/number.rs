//! Numbers of the journals: dense from 1 per office, journal and year, whatever fails in between.
//!
//! A number is taken by the transaction that writes what it is for. Whoever comes at the same time waits for that
//! transaction: if it fails, the number was never given. A sequence of the database was rejected: it leaves a hole at
//! every failure, and a hole in a journal of appeals has to be explained to a prosecutor.

use crate::{catalogue::JournalName, store::StoreError};
use deadpool_postgres::GenericClient;
use hhx::receipt::Registration;
use jiff::civil::Date;

/// Takes the next number of a journal for a day.
pub async fn take(
    tx: &impl GenericClient,
    office: &str,
    journal: JournalName,
    day: Date,
) -> Result<Registration, StoreError> {
    let sql = "insert into journal_counter (office, journal, reg_year, last) values ($1, $2, $3, 1)
               on conflict (office, journal, reg_year) do update set last = journal_counter.last + 1
               returning last";
    let year = i32::from(day.year());
    let index: i32 = tx.query_one(sql, &[&office, &journal.word(), &year]).await?.get(0);
    let index = u32::try_from(index).map_err(|_| StoreError::Row("a journal's counter"))?;
    Ok(Registration {
        journal: journal.word().to_owned(),
        index,
        reg_no: written(journal, index, day),
        reg_date: day,
        registered_by: String::new(),
    })
}

/// As it is written on paper: `M-12/26`.
fn written(journal: JournalName, index: u32, day: Date) -> String {
    format!("{}-{index}/{:02}", journal.letter(), day.year().rem_euclid(100))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_number_names_journal_and_year() {
        assert_eq!(written(JournalName::Murojaat, 12, date(2026, 11, 23)), "M-12/26");
        assert_eq!(written(JournalName::Kiruvchi, 1, date(2103, 1, 1)), "K-1/03");
    }
}
