//! Edits that take long, made on a copy of the document by a thread that has
//! the time: whoever shows the document goes on meanwhile.

use super::{Document, Edit, History, change::Change};

impl Edit {
    /// Whether it or one of its parts reads in the story, which takes long where
    /// the story is.
    pub fn takes_long(&self) -> bool {
        match self {
            Self::All(edits) => edits.iter().any(Self::takes_long),
            edit => edit.reads_story(),
        }
    }

    /// Whether it reads in the story itself.
    pub(super) fn reads_story(&self) -> bool {
        matches!(
            self,
            Self::SetReading { .. }
                | Self::MoveBoundary(..)
                | Self::SplitScene { .. }
                | Self::MergeScenes(_)
                | Self::SetKeyMoment(..)
                | Self::Cast(_)
                | Self::ForgetCast(_)
                | Self::LooksFrom { .. }
        )
    }
}

/// An edit and the document that it is to be made on.
#[derive(Clone, Debug)]
pub struct Draft {
    version: u64,
    document: Document,
    edit: Edit,
}

/// An edit that was made, and what the document became.
#[derive(Clone, Debug)]
pub struct Made {
    version: u64,
    document: Document,
    edit: Edit,
}

impl Draft {
    /// Makes the edit. Takes long.
    pub fn make(self) -> Made {
        let Self { version, mut document, edit } = self;
        edit.clone().apply_to(&mut document);
        Made { version, document, edit }
    }
}

impl History {
    /// The edit with a copy of the document as it is now.
    pub fn draft(&self, edit: Edit) -> Draft {
        Draft { version: self.version(), document: self.document().clone(), edit }
    }

    /// Takes in what became of a draft: one step, as [`History::apply`] makes
    /// it.
    ///
    /// # Errors
    /// The edit, where the document has changed since the draft: it has to be
    /// made again.
    pub fn take(&mut self, made: Made) -> Result<(), Box<Edit>> {
        let Made { version, document, edit } = made;
        if version != self.version() {
            return Err(Box::new(edit));
        }
        let name = edit.step_name();
        let change = Change::of(self.document(), edit.reach());
        self.replace(document);
        self.record(name, change);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        story::{self, CastEdit, StoryOptions},
        storyboard::document::tests::variant,
    };

    const STORY: &str = "Oda ran to the river at dawn. She wore a red coat.\n\n***\n\nAt night Oda slept.";

    fn board() -> History {
        let reading = story::read(STORY, &StoryOptions::default()).unwrap();
        History::new(Document::from_reading(STORY, &reading, 1))
    }

    fn green() -> Edit {
        Edit::Cast(CastEdit::Looks { who: "Oda".into(), looks: vec!["a green coat".into()] })
    }

    #[test]
    fn a_draft_becomes_the_step_that_the_edit_itself_would_be() {
        let (mut one, mut other) = (board(), board());
        let before = one.document().clone();
        one.apply(green());
        let made = other.draft(green()).make();
        assert_eq!(*other.document(), before, "nothing changes before it is taken in");
        other.take(made).unwrap();
        assert_eq!(other.document(), one.document());
        assert_eq!(other.undo_label(), one.undo_label());
        assert!(other.past().eq(one.past()));
        other.undo();
        assert_eq!(*other.document(), before);
        other.redo();
        assert_eq!(other.document(), one.document());
        assert!(green().takes_long() && Edit::All(vec![Edit::SetTitle("x".into()), green()]).takes_long());
        assert!(!Edit::SetTitle("x".into()).takes_long());
    }

    #[test]
    fn a_draft_of_another_state_is_given_back() {
        let mut history = board();
        let made = history.draft(green()).make();
        history.apply(Edit::SetTitle("Another".into()));
        let edit = history.take(made).unwrap_err();
        assert_eq!((*edit, history.past().len()), (green(), 1));
        // A picture that arrives meanwhile is not lost either.
        let id = history.document().panels[0].id;
        let made = history.draft(green()).make();
        history.apply(Edit::AddVariant(id, variant(3)));
        let edit = history.take(made).unwrap_err();
        history.take(history.draft(*edit).make()).unwrap();
        assert!(history.document().panels[0].shown().is_some());
        // Nor does a draft of one board fit another.
        let made = history.draft(green()).make();
        assert!(board().take(made).is_err());
    }
}
