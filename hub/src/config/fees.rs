//! Fees: the law sets them as shares of the BHM, the base amount, which a decree changes from a date on.
//!
//! The catalogue has the shares, the hall's file the amounts; nobody but a decree knows the next one, so a hall that gives
//! none says no fee rather than an old one. Absent on purpose: discounts and payment, which belong to applications.

use queue::calendar::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A share of the BHM in hundredths: `0.15` is 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "f64")]
pub struct BhmShare(u32);

/// The largest share that is taken for one: a thousand times the base amount.
const HUNDREDTHS_MAX: f64 = 100_000.0;

/// The BHM in whole soʻm, by the date it holds from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bhm(pub(super) BTreeMap<Date, u32>);

impl TryFrom<f64> for BhmShare {
    type Error = String;

    fn try_from(share: f64) -> Result<BhmShare, String> {
        let hundredths = (share * 100.0).round();
        let exact = (share * 100.0 - hundredths).abs() < 1e-6;
        if !exact || !(0.0..=HUNDREDTHS_MAX).contains(&hundredths) {
            return Err(format!(
                "a share of the BHM has at most two places after the point and is 0 to 1000, not {share}"
            ));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number in range, just looked at"
        )]
        Ok(BhmShare(hundredths as u32))
    }
}

impl BhmShare {
    /// The fee on a date in whole soʻm, rounded down as an office does; none while the base amount is not known. What
    /// costs nothing costs nothing whatever the base amount.
    pub fn soum(self, bhm: &Bhm, on: Date) -> Option<u64> {
        if self.0 == 0 {
            return Some(0);
        }
        let (_, base) = bhm.0.range(..=on).next_back()?;
        Some(u64::from(*base) * u64::from(self.0) / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date(text.parse().expect("a date"))
    }

    #[test]
    fn a_fee_follows_the_decree_of_its_date() {
        let bhm = Bhm(BTreeMap::from([(date("2024-10-01"), 375_000), (date("2025-08-01"), 412_000)]));
        let share = BhmShare::try_from(0.15).expect("a share");
        assert_eq!(share.soum(&bhm, date("2024-09-30")), None);
        assert_eq!(share.soum(&bhm, date("2024-10-01")), Some(56_250));
        assert_eq!(share.soum(&bhm, date("2025-07-31")), Some(56_250));
        assert_eq!(share.soum(&bhm, date("2025-08-01")), Some(61_800));
        assert_eq!(BhmShare::try_from(0.0).expect("a share").soum(&Bhm::default(), date("2024-01-01")), Some(0));
    }

    #[test]
    fn a_share_is_exact() {
        for (share, hundredths) in [(0.02, 2), (0.89, 89), (1.0, 100), (0.0, 0)] {
            assert_eq!(BhmShare::try_from(share), Ok(BhmShare(hundredths)));
        }
        for wrong in [-0.1, 0.005, 1001.0, f64::NAN, f64::INFINITY] {
            assert!(BhmShare::try_from(wrong).is_err(), "{wrong}");
        }
    }
}
