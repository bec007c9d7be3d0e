//! The world a story plays in, by words that only one world has.

use std::collections::HashSet;

use super::Doc;
use crate::story::lexicon::lexicon;
use crate::story::types::Language;

/// The world a story plays in, as far as it changes what words mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum World {
    /// Long ago, or any time.
    #[default]
    Any,
    /// Cars, telephones, rifles: a guard is no knight.
    Modern,
    /// Starships and stations: a ship is on no sea.
    Space,
}

/// Words of a world that it takes to be in it.
const WORDS_OF_A_WORLD: usize = 3;

impl<'a> Doc<'a> {
    /// Counts words that only the one or the other world has.
    pub(super) fn find_world(&self) -> World {
        let lex = lexicon();
        let of = |id: &str| -> HashSet<usize> {
            let told = |w: &String| match self.language {
                Language::English => lex.cue_en(id, w),
                Language::Chinese => lex.cue_zh(id, w),
            };
            self.words.iter().enumerate().filter(|(_, w)| told(w)).map(|(i, _)| i).collect()
        };
        let count = |words: &HashSet<usize>| {
            self.tokens.iter().filter(|t| words.contains(&t.word)).take(WORDS_OF_A_WORLD).count()
        };
        let (sure, likely) = (count(&of("spacefaring")), count(&of("starborne")));
        if sure > 0 && sure + likely >= WORDS_OF_A_WORLD {
            World::Space
        } else if count(&of("modern")) >= WORDS_OF_A_WORLD {
            World::Modern
        } else {
            World::Any
        }
    }
}
