//! A seal opens for its recipients and nobody else, and for nothing but what it is bound to.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hhx::seal::{Bound, Opener, Recipient, SealError, Sealed, SecretKey, seal};

fn bound() -> Bound {
    Bound { hub: "hub-01".into(), epoch: 1, number: "10000174".into(), schema: "A01/abc".into() }
}

fn sealed(to: &[&SecretKey]) -> Sealed {
    let to: Vec<Recipient> = to.iter().map(|key| key.recipient.clone()).collect();
    seal(bound(), &to, &[b"body", b"attachment"]).unwrap()
}

#[test]
fn each_recipient_opens_every_piece() {
    let (office, day) = (SecretKey::new().unwrap(), SecretKey::new().unwrap());
    let sealed = sealed(&[&office, &day]);
    for key in [&office, &day] {
        let opener = Opener::new(&sealed.header, key).unwrap();
        assert_eq!(&opener.open(0, &sealed.pieces[0]).unwrap()[..], b"body");
        assert_eq!(&opener.open(1, &sealed.pieces[1]).unwrap()[..], b"attachment");
    }
}

#[test]
fn another_key_opens_nothing() {
    let (office, thief) = (SecretKey::new().unwrap(), SecretKey::new().unwrap());
    let sealed = sealed(&[&office]);
    assert_eq!(Opener::new(&sealed.header, &thief).err(), Some(SealError::NotForThisKey));
    let mut renamed = sealed.header;
    renamed.keys[0].key_id = thief.recipient.key_id.clone();
    assert_eq!(Opener::new(&renamed, &thief).err(), Some(SealError::Broken));
}

#[test]
fn what_it_is_bound_to_cannot_be_changed() {
    let office = SecretKey::new().unwrap();
    let sealed = sealed(&[&office]);
    let changes: [fn(&mut Bound); 4] = [
        |bound| bound.hub = "hub-02".into(),
        |bound| bound.epoch = 2,
        |bound| bound.number = "10000182".into(),
        |bound| bound.schema = "A02/abc".into(),
    ];
    for change in changes {
        let mut header = sealed.header.clone();
        change(&mut header.bound);
        assert_eq!(Opener::new(&header, &office).err(), Some(SealError::Broken), "{:?}", header.bound);
    }
}

#[test]
fn pieces_cannot_be_swapped_left_out_or_changed() {
    let office = SecretKey::new().unwrap();
    let Sealed { header, pieces } = sealed(&[&office]);
    let opener = Opener::new(&header, &office).unwrap();
    assert_eq!(opener.open(0, &pieces[1]).err(), Some(SealError::Broken));
    for at in 0..pieces[0].len() {
        let mut changed = pieces[0].clone();
        changed[at] ^= 1;
        assert_eq!(opener.open(0, &changed).err(), Some(SealError::Broken), "byte {at}");
    }
    let fewer = hhx::seal::Header { pieces: 1, ..header };
    let opener = Opener::new(&fewer, &office).unwrap();
    assert_eq!(opener.open(0, &pieces[0]).err(), Some(SealError::Broken));
}

#[test]
fn two_seals_of_the_same_are_different() {
    let office = SecretKey::new().unwrap();
    let (one, two) = (sealed(&[&office]), sealed(&[&office]));
    assert_ne!(one.pieces[0], two.pieces[0]);
    assert_ne!(one.header.keys[0].enc, two.header.keys[0].enc);
}

#[test]
fn a_kept_key_is_the_same_key() {
    let key = SecretKey::new().unwrap();
    let kept = SecretKey::from_bytes(zeroize::Zeroizing::new(*key.bytes())).unwrap();
    assert_eq!(kept.recipient, key.recipient);
}

#[test]
fn what_is_no_key_is_refused() {
    for public in ["", "zz", &"0".repeat(63), &"00".repeat(33)] {
        let nobody = Recipient { key_id: "x".into(), public: public.to_owned() };
        assert_eq!(seal(bound(), &[nobody], &[b"x"]).err(), Some(SealError::NotAKey), "{public}");
    }
}
