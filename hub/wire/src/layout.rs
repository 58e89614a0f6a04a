//! How a hall's paper ticket is laid out: a list of blocks from above, as data.
//!
//! The hall's configuration holds it, the kiosk draws it, the console previews it: three readers of one type, so what a
//! manager sees is what comes out. Values come with the ticket, so a block names what it shows and how large; only `text`
//! brings words of its own, in all five languages. Every layout is bounded and has the number exactly once, whoever
//! wrote it. Deliberately absent: pictures and fonts of a hall's own.

use serde::{Deserialize, Serialize};

/// Blocks on one ticket.
pub const BLOCKS_MAX: usize = 40;
/// Characters of one text of the hall's own.
pub const TEXT_CHARS_MAX: usize = 200;
/// Texts of the hall's own on one ticket: together they may not be longer than the roll.
pub const TEXTS_MAX: usize = 8;
/// The dots of 80 mm paper, which all sizes are given for. Narrower paper scales them.
pub const PAPER_DOTS: u32 = 576;

/// A ticket from above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "Written")]
pub struct TicketLayout {
    /// The blocks. One that has nothing to show takes no room.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    blocks: Vec<Block>,
}

/// One block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// What it shows.
    pub kind: BlockKind,
    /// How large.
    #[serde(default)]
    pub size: BlockSize,
    /// How bold.
    #[serde(default)]
    pub weight: Weight,
    /// Where its lines begin.
    #[serde(default)]
    pub align: Align,
    /// Its own words: with `text`, and with nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Wording>,
}

/// What a block shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// The hall's name.
    Hall,
    /// The words "ticket number".
    Label,
    /// The number.
    Number,
    /// The service in the visitor's language.
    Service,
    /// The service in Uzbek, if the visitor reads another language.
    Official,
    /// How many are before.
    Ahead,
    /// How long it may take.
    Wait,
    /// That the kiosk gave the number without the hub.
    Alone,
    /// Date and time.
    When,
    /// The QR code of the ticket's own page.
    Code,
    /// What the code is for.
    Scan,
    /// What to do now.
    Foot,
    /// The mark of a copy. A layout without it gets it on top: a copy is always marked.
    Copy,
    /// Words of the hall's own.
    Text,
    /// A line across.
    Rule,
    /// Nothing, as high as a line of its size.
    Space,
}

/// How large a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum BlockSize {
    /// For what is read once.
    Small,
    /// For what is read.
    #[default]
    Normal,
    /// For what is looked for.
    Large,
    /// For the number, read at arm's length. A text that is too long for one line is set smaller.
    Huge,
}

/// How bold a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// As text.
    #[default]
    Regular,
    /// As a heading.
    Bold,
}

/// Where lines begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// In the middle.
    #[default]
    Center,
    /// At the left edge.
    Start,
}

/// The same words in all five languages: a visitor gets one of them, and none is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Uzbek in Latin script.
    #[serde(rename = "uz-Latn")]
    pub uz_latn: String,
    /// Uzbek in Cyrillic script.
    #[serde(rename = "uz-Cyrl")]
    pub uz_cyrl: String,
    /// Russian.
    pub ru: String,
    /// Karakalpak.
    pub kaa: String,
    /// English.
    pub en: String,
}

/// Why a layout is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotALayout {
    /// Too many blocks.
    #[error("a ticket has at most {BLOCKS_MAX} blocks, not {0}")]
    Long(usize),
    /// No number, or several.
    #[error("a ticket shows its number exactly once, not {0} times")]
    Numbers(usize),
    /// Several codes.
    #[error("a ticket has at most one code, not {0}")]
    Codes(usize),
    /// Too many texts.
    #[error("a ticket has at most {TEXTS_MAX} texts of the hall's own, not {0}")]
    Texts(usize),
    /// A text that is missing, or stands where it is not shown.
    #[error("block {0}: `text` goes with the kind `text`, and only with it")]
    Text(usize),
    /// Empty, too long, or with control characters.
    #[error("block {0}: a text has 1 to {TEXT_CHARS_MAX} characters in each language and no line breaks")]
    Wording(usize),
}

/// A layout as somebody wrote it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    blocks: Vec<Block>,
}

impl TicketLayout {
    /// A layout, if it is one.
    pub fn new(blocks: Vec<Block>) -> Result<TicketLayout, NotALayout> {
        if blocks.len() > BLOCKS_MAX {
            return Err(NotALayout::Long(blocks.len()));
        }
        let of = |kind| blocks.iter().filter(|block| block.kind == kind).count();
        match (of(BlockKind::Number), of(BlockKind::Code), of(BlockKind::Text)) {
            (1, 0..=1, 0..=TEXTS_MAX) => {}
            (1, 0..=1, texts) => return Err(NotALayout::Texts(texts)),
            (1, codes, _) => return Err(NotALayout::Codes(codes)),
            (numbers, _, _) => return Err(NotALayout::Numbers(numbers)),
        }
        for (at, block) in (1..).zip(&blocks) {
            match &block.text {
                Some(_) if block.kind != BlockKind::Text => return Err(NotALayout::Text(at)),
                None if block.kind == BlockKind::Text => return Err(NotALayout::Text(at)),
                Some(wording) if !wording.fits(TEXT_CHARS_MAX) => return Err(NotALayout::Wording(at)),
                Some(_) | None => {}
            }
        }
        Ok(TicketLayout { blocks })
    }

    /// The ticket of a hall that asks for nothing else.
    pub fn standard() -> TicketLayout {
        use BlockKind::{
            Ahead, Alone, Code, Copy, Foot, Hall, Label, Number, Official, Rule, Scan, Service, Wait, When,
        };
        let large = |block: Block| Block { size: BlockSize::Large, ..block };
        let small = |block: Block| Block { size: BlockSize::Small, ..block };
        let bold = |block: Block| Block { weight: Weight::Bold, ..block };
        let number = Block { size: BlockSize::Huge, weight: Weight::Bold, ..Block::of(Number) };
        let blocks = vec![
            bold(Block::of(Hall)),
            Block::of(Rule),
            Block::of(Copy),
            Block::of(Label),
            number,
            bold(large(Block::of(Service))),
            small(Block::of(Official)),
            Block::of(Rule),
            Block::of(Ahead),
            Block::of(Wait),
            Block::of(Alone),
            bold(Block::of(When)),
            Block::of(Code),
            small(Block::of(Scan)),
            Block::of(Foot),
        ];
        TicketLayout { blocks }
    }

    /// The blocks from above.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }
}

impl Default for TicketLayout {
    fn default() -> Self {
        TicketLayout::standard()
    }
}

impl TryFrom<Written> for TicketLayout {
    type Error = NotALayout;
    fn try_from(written: Written) -> Result<Self, NotALayout> {
        TicketLayout::new(written.blocks)
    }
}

impl Block {
    /// A plain block.
    pub const fn of(kind: BlockKind) -> Block {
        Block { kind, size: BlockSize::Normal, weight: Weight::Regular, align: Align::Center, text: None }
    }
}

impl BlockSize {
    /// The height of its letters in dots of 80 mm paper.
    pub const fn dots(self) -> u32 {
        match self {
            BlockSize::Small => 25,
            BlockSize::Normal => 30,
            BlockSize::Large => 38,
            BlockSize::Huge => 176,
        }
    }
}

impl Wording {
    /// The words in the language of a tag, in Uzbek for one that is none of the five.
    pub fn of(&self, tag: &str) -> &str {
        match tag {
            "uz-Cyrl" => &self.uz_cyrl,
            "ru" => &self.ru,
            "kaa" => &self.kaa,
            "en" => &self.en,
            _ => &self.uz_latn,
        }
    }

    /// Whether it says something in every language, in at most so many characters and without line breaks.
    pub fn fits(&self, chars_max: usize) -> bool {
        self.all().into_iter().all(|text| fits(text, chars_max))
    }

    fn all(&self) -> [&str; 5] {
        [&self.uz_latn, &self.uz_cyrl, &self.ru, &self.kaa, &self.en]
    }
}

fn fits(text: &str, chars_max: usize) -> bool {
    let chars = text.chars().count();
    !text.trim().is_empty() && chars <= chars_max && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[expect(clippy::needless_pass_by_value, reason = "a case is written in its place")]
    fn read(blocks: Value) -> Result<TicketLayout, String> {
        serde_json::from_value(json!({ "blocks": blocks })).map_err(|error| error.to_string())
    }

    fn wording(text: &str) -> Value {
        json!({"uz-Latn": text, "uz-Cyrl": text, "ru": text, "kaa": text, "en": text})
    }

    #[test]
    fn the_standard_ticket_is_a_layout_and_survives_the_way() {
        let standard = TicketLayout::standard();
        assert_eq!(TicketLayout::new(standard.blocks.clone()), Ok(standard.clone()));
        let text = serde_json::to_string(&standard).unwrap();
        assert_eq!(serde_json::from_str::<TicketLayout>(&text).unwrap(), standard);
    }

    #[test]
    fn a_block_needs_no_more_than_its_kind() {
        let layout =
            read(json!([{"kind": "number"}, {"kind": "text", "size": "small", "text": wording("Xush kelibsiz")}]));
        let layout = layout.unwrap();
        assert_eq!(layout.blocks()[0], Block::of(BlockKind::Number));
        assert_eq!(layout.blocks()[1].text.as_ref().unwrap().of("ru"), "Xush kelibsiz");
    }

    #[test]
    fn what_is_no_ticket_is_refused_with_the_reason() {
        let number = json!({"kind": "number"});
        let text = |words: Value| json!([{"kind": "number"}, {"kind": "text", "text": words}]);
        let cases = [
            (json!([]), "a ticket shows its number exactly once, not 0 times"),
            (json!([number, number]), "exactly once, not 2 times"),
            (json!(vec![json!({"kind": "rule"}); 41]), "at most 40 blocks, not 41"),
            (json!([number, {"kind": "code"}, {"kind": "code"}]), "at most one code"),
            (json!([number, {"kind": "text"}]), "block 2: `text` goes with the kind `text`"),
            (json!([{"kind": "number", "text": wording("a")}]), "block 1: `text` goes with the kind `text`"),
            (text(wording("")), "block 2: a text has 1 to 200 characters"),
            (text(wording(&"a".repeat(201))), "block 2: a text has 1 to 200 characters"),
            (text(wording("a\nb")), "no line breaks"),
            (text(json!({"ru": "a"})), "missing field"),
            (json!([{"kind": "number", "colour": "red"}]), "unknown field `colour`"),
            (json!([{"kind": "logo"}]), "unknown variant `logo`"),
        ];
        for (blocks, why) in cases {
            let error = read(blocks).unwrap_err();
            assert!(error.contains(why), "{error} is not {why}");
        }
        let many: Vec<Value> = (0..9).map(|_| json!({"kind": "text", "text": wording("a")})).collect();
        let error = read(json!([&[number][..], &many[..]].concat())).unwrap_err();
        assert!(error.contains("at most 8 texts"), "{error}");
    }
}
