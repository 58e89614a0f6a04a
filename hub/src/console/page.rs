//! What every page has: its language, who looks at it, and the words it is written in.
//!
//! Templates hold no text: they ask the page for a sentence by its key, so that a page has one language from its title
//! to its last button. Identities of requests are made per form, so that a form sent twice is one command.

use super::assets;
use uuid::Uuid;
use words::Lang;

/// The frame around every page, and what its templates may ask for.
#[derive(Debug, Clone)]
pub struct Page {
    /// The language it is written in.
    pub lang: Lang,
    /// The languages of this hall.
    pub languages: Vec<Lang>,
    /// The hall's name in this language.
    pub hall: String,
    /// Where it is: language links come back here.
    pub here: String,
    /// Who is signed in.
    pub person: Option<String>,
    /// That another hub has taken this one's place, in a sentence.
    pub fence: Option<String>,
    /// The address of its stream, if it is live.
    pub stream: Option<String>,
    /// Where the identities of its forms come from.
    pub command_ids: CommandIds,
}

/// What a live page must be of, to go on without reloading itself.
pub fn version(fence: Option<&str>) -> String {
    match fence {
        None => assets::version().to_owned(),
        Some(_) => format!("{}-fenced", assets::version()),
    }
}

/// Where the identity of a form's request comes from.
#[derive(Debug, Clone, Copy)]
pub enum CommandIds {
    /// The hub makes one per form: a whole page, which may live without JavaScript.
    Hub(fn() -> Uuid),
    /// The browser makes one per press: fragments, which are equal as long as they say the same.
    Browser,
}

impl Page {
    /// A sentence of this page's language.
    pub fn say(&self, key: &'static str) -> &'static str {
        words::say(self.lang, key)
    }

    /// An icon as inline SVG.
    pub fn icon(&self, name: &str) -> &'static str {
        assets::icon(name)
    }

    /// The address of a static file, which changes when the file does.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// Changes when any static file does, and when a fence is raised: a page of before reloads itself.
    pub fn version(&self) -> String {
        version(self.fence.as_deref())
    }

    /// The identity of the next form's request.
    pub fn command_id(&self) -> String {
        match self.command_ids {
            CommandIds::Hub(make) => make().to_string(),
            CommandIds::Browser => String::new(),
        }
    }
}

/// A code and the name a person reads, as options of a form have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub code: String,
    /// What is read.
    pub name: String,
}

/// Options under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceGroup {
    /// The heading.
    pub label: String,
    /// The options.
    pub choices: Vec<Choice>,
}
