//! The hall's services in every language, as the hub last told them: what a cold start without a hub shows.

use super::{Store, StoreError};
use jiff::Timestamp;
use wire::hall::Catalogue;
use words::Lang;

impl Store {
    /// Keeps the catalogue of one language.
    pub fn keep_catalogue(&mut self, language: Lang, catalogue: &Catalogue, at: Timestamp) -> Result<(), StoreError> {
        let body = serde_json::to_string(catalogue).expect("a catalogue is text and lists of text");
        self.db.execute(
            "insert into catalogue (language, body, kept_at) values (?1, ?2, ?3)
             on conflict do update set body = excluded.body, kept_at = excluded.kept_at where body <> excluded.body",
            (language.tag(), body, at.as_millisecond()),
        )?;
        Ok(())
    }

    /// The kept catalogues, by language. One that cannot be read is as good as none: the hub will be asked again.
    pub fn catalogues(&self) -> Result<Vec<(Lang, Catalogue)>, StoreError> {
        let mut query = self.db.prepare("select language, body from catalogue order by language")?;
        let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let mut catalogues = Vec::new();
        for row in rows {
            let (language, body) = row?;
            if let (Ok(language), Ok(catalogue)) = (language.parse(), serde_json::from_str(&body)) {
                catalogues.push((language, catalogue));
            }
        }
        Ok(catalogues)
    }
}
