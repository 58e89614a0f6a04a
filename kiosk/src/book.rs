//! The hall's services in every language, as one value that screens and paper look names up in.
//!
//! Falls back to Uzbek in Latin script and then to the code itself: a visitor must never see an empty tile.

use std::{collections::BTreeMap, sync::Arc};
use wire::{
    hall::{Catalogue, Category, Named},
    layout::TicketLayout,
    services::Service,
};
use words::Lang;

/// Catalogues by language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Book {
    pages: BTreeMap<Lang, Catalogue>,
    layout: Arc<TicketLayout>,
}

impl Book {
    /// From kept or fetched catalogues.
    pub fn new(pages: impl IntoIterator<Item = (Lang, Catalogue)>) -> Book {
        Book { pages: pages.into_iter().collect(), layout: Arc::default() }
    }

    /// Puts in one language; whether anything changed.
    pub fn put(&mut self, lang: Lang, page: Catalogue) -> Changed {
        if self.pages.get(&lang) == Some(&page) {
            return Changed::No;
        }
        self.pages.insert(lang, page);
        Changed::Yes
    }

    /// Lays tickets out in another way from now on; whether that changed anything.
    pub fn lay_out(&mut self, layout: TicketLayout) -> Changed {
        if *self.layout == layout {
            return Changed::No;
        }
        self.layout = Arc::new(layout);
        Changed::Yes
    }

    /// How the hall lays out its tickets.
    pub fn layout(&self) -> Arc<TicketLayout> {
        Arc::clone(&self.layout)
    }

    /// Languages with a page, the default first.
    pub fn languages(&self) -> Vec<Lang> {
        Lang::ALL.into_iter().filter(|lang| self.pages.contains_key(lang)).collect()
    }

    /// The hall's name.
    pub fn hall(&self, lang: Lang) -> String {
        self.page(lang).map(|page| page.hall.clone()).unwrap_or_default()
    }

    /// Categories that have services.
    pub fn categories(&self, lang: Lang) -> Vec<&Category> {
        let all = self.page(lang).map(|page| page.categories.iter()).unwrap_or_default();
        all.filter(|category| !category.services.is_empty()).collect()
    }

    /// The services of a category.
    pub fn services(&self, category: &str, lang: Lang) -> &[Service] {
        self.category(category, lang).map_or(&[], |category| &category.services)
    }

    /// A service with what is to know about it, in the language; the category's letter with it.
    pub fn service(&self, code: &str, lang: Lang) -> Option<(&Category, &Service)> {
        let categories = self.page(lang)?.categories.iter();
        let all = categories.flat_map(|category| category.services.iter().map(move |service| (category, service)));
        all.into_iter().find(|(_, service)| service.code == code)
    }

    /// Classes a visitor may declare; being ordinary needs no declaration.
    pub fn classes(&self, lang: Lang) -> Vec<&Named> {
        let all = self.page(lang).map(|page| page.classes.iter()).unwrap_or_default();
        all.filter(|class| class.code != "ordinary").collect()
    }

    /// A category's name.
    pub fn category_name(&self, code: &str, lang: Lang) -> String {
        self.category(code, lang).map_or_else(|| code.to_owned(), |category| category.name.clone())
    }

    /// A service's name.
    pub fn service_name(&self, code: &str, lang: Lang) -> String {
        let named = |page: &Catalogue| {
            let services = page.categories.iter().flat_map(|category| &category.services);
            services.into_iter().find(|service| service.code == code).map(|service| service.name.clone())
        };
        self.page(lang).and_then(named).unwrap_or_else(|| code.to_owned())
    }

    /// A class's name.
    pub fn class_name(&self, code: &str, lang: Lang) -> String {
        let named = |page: &Catalogue| page.classes.iter().find(|class| class.code == code).map(|c| c.name.clone());
        self.page(lang).and_then(named).unwrap_or_else(|| code.to_owned())
    }

    fn category(&self, code: &str, lang: Lang) -> Option<&Category> {
        self.page(lang)?.categories.iter().find(|category| category.code == code)
    }

    fn page(&self, lang: Lang) -> Option<&Catalogue> {
        self.pages.get(&lang).or_else(|| self.pages.get(&Lang::UzLatn)).or_else(|| self.pages.values().next())
    }
}

/// Whether something is different now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// It is.
    Yes,
    /// It is as before.
    No,
}
