//! Regions, cities and districts of the 27 offices, out of `hub/catalogue/khokimiyats.json`.
//!
//! The file has no Karakalpak names: they are shown in Uzbek, in the same script. Whoever lives in another region of
//! the country writes it: the catalogue knows two of them.

use serde::Deserialize;
use std::sync::LazyLock;
use words::Lang;

/// Instead of a code: a region that the catalogue does not know.
pub const ELSEWHERE: &str = "other";

/// A region, a city or a district.
#[derive(Debug, Deserialize)]
pub struct Place {
    /// Its SOATO code.
    pub soato: String,
    #[serde(rename = "parent")]
    region: Option<String>,
    names: PlaceNames,
}

#[derive(Debug, Deserialize)]
struct PlaceNames {
    #[serde(rename = "uz-Latn")]
    uz_latn: String,
    #[serde(rename = "uz-Cyrl")]
    uz_cyrl: String,
    ru: String,
    en: String,
}

#[derive(Deserialize)]
struct PlacesFile {
    khokimiyats: Vec<Place>,
}

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let file: PlacesFile = serde_json::from_str(include_str!("../../catalogue/khokimiyats.json"))
        .expect("the catalogue is part of the program and read by its tests");
    file.khokimiyats
});

impl Place {
    /// Its name.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::UzLatn | Lang::Kaa => &self.names.uz_latn,
            Lang::UzCyrl => &self.names.uz_cyrl,
            Lang::Ru => &self.names.ru,
            Lang::En => &self.names.en,
        }
    }

    /// The region of a city or district.
    pub fn region(&self) -> Option<&'static Place> {
        let region = self.region.as_deref()?;
        PLACES.iter().find(|place| place.soato == region)
    }
}

/// The regions.
pub fn regions() -> impl Iterator<Item = &'static Place> {
    PLACES.iter().filter(|place| place.region.is_none())
}

/// Cities and districts of all regions.
pub fn districts() -> impl Iterator<Item = &'static Place> {
    PLACES.iter().filter(|place| place.region.is_some())
}

/// The city or district of a code.
pub fn district(soato: &str) -> Option<&'static Place> {
    districts().find(|place| place.soato == soato)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_two_regions_with_twenty_five_cities_and_districts() {
        assert_eq!(regions().map(|place| place.soato.as_str()).collect::<Vec<_>>(), ["1708", "1714"]);
        assert_eq!(districts().count(), 25);
        let zaamin = district("1708218").unwrap();
        assert_eq!(
            (zaamin.name(Lang::Ru), zaamin.region().unwrap().name(Lang::En)),
            ("Зааминский район", "Jizzakh Region")
        );
        assert!(district("1708").is_none(), "a region is no district");
    }
}
