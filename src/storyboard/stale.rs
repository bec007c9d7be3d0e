//! Whether a picture still is what its panel asks for.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Document, Panel};

/// How far two shapes (width over height) may be apart and still count as one:
/// models round sizes to their own cells.
const SHAPE_TOLERANCE: f32 = 0.05;

/// What a picture was painted with besides its prompt and its seed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PaintedWith {
    /// What it was to avoid.
    pub negative: String,
    /// Folder of the model; `None` is the built-in one.
    pub model: Option<PathBuf>,
    /// Width in pixels, as asked for.
    pub width_px: u32,
    /// Height in pixels, as asked for.
    pub height_px: u32,
}

/// Why a picture no longer is what its panel asks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Staleness {
    /// The prompt says something else: the story's words, the writer's, the
    /// shot, the style or the tone.
    Words,
    /// Something else is to be avoided.
    Avoided,
    /// Another model paints the board.
    Model,
    /// The board's pictures have another shape.
    Shape,
}

impl Document {
    /// Why the picture that a panel shows no longer is what the panel asks for;
    /// `None` while it is, and for an empty panel.
    ///
    /// What refines a picture without changing what it shows (steps, guidance)
    /// and what only the next one takes (the seed) makes none stale; nor does
    /// anything where the writer locked the picture, who likes it as it is.
    /// Of pictures of older programs only the prompt is known.
    pub fn staleness(&self, panel: &Panel) -> Option<Staleness> {
        let shown = panel.shown().filter(|_| !panel.locked)?;
        if shown.prompt != self.full_prompt(panel) {
            return Some(Staleness::Words);
        }
        let with = shown.with.as_ref()?;
        if with.negative != self.negative(panel) {
            Some(Staleness::Avoided)
        } else if with.model != self.painting.model {
            Some(Staleness::Model)
        } else if !self.has_shape(with.width_px, with.height_px) {
            Some(Staleness::Shape)
        } else {
            None
        }
    }

    /// What a panel's next picture is painted with.
    pub fn painted_with(&self, panel: &Panel) -> PaintedWith {
        PaintedWith {
            negative: self.negative(panel),
            model: self.painting.model.clone(),
            width_px: self.painting.width_px,
            height_px: self.painting.height_px,
        }
    }

    /// Whether a picture of this size has the shape of the board's. One whose
    /// size nobody wrote down counts as one that has.
    fn has_shape(&self, width_px: u32, height_px: u32) -> bool {
        if width_px == 0 || height_px == 0 {
            return true;
        }
        let wanted = self.painting.width_px as f32 / self.painting.height_px.max(1) as f32;
        let found = width_px as f32 / height_px as f32;
        (found - wanted).abs() <= SHAPE_TOLERANCE * wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        story::{Shot, Tone},
        storyboard::{
            Edit, History, PanelId, Style, Variant,
            document::tests::{by_paragraph, variant},
        },
    };

    const STORY: &str = "Ada carried a lantern into the forest.\n\nNext morning she laughed in the kitchen.";

    /// A board whose first panel is painted as it stands.
    fn board() -> (History, PanelId) {
        let mut document = Document::from_reading(STORY, &by_paragraph(STORY), 1);
        document.painting.model = Some("models/one".into());
        document.retell();
        let mut history = History::new(document);
        let id = history.document().panels[0].id;
        paint(&mut history, id, 1);
        (history, id)
    }

    fn paint(history: &mut History, id: PanelId, shade: u8) {
        let document = history.document();
        let panel = document.panel(id).unwrap();
        let with = Some(document.painted_with(panel));
        let painted = Variant { prompt: document.full_prompt(panel), with, ..variant(shade) };
        history.apply(Edit::AddVariant(id, painted));
    }

    fn why(history: &History, id: PanelId) -> Option<Staleness> {
        let document = history.document();
        document.staleness(document.panel(id).unwrap())
    }

    #[test]
    fn what_changes_a_picture_makes_it_stale_until_it_is_painted_again() {
        let (mut history, id) = board();
        assert_eq!(why(&history, id), None);
        let sepia = Tone { palette: "sepia".into(), ..Tone::default() };
        for (edit, wanted) in [
            (Edit::SetPanelNegative(id, "people".into()), Staleness::Avoided),
            (Edit::SetNegative("text".into()), Staleness::Avoided),
            (Edit::SetModel(Some("models/two".into())), Staleness::Model),
            (Edit::SetModel(None), Staleness::Words),
            (Edit::SetTone(sepia), Staleness::Words),
            (Edit::SetSize { width_px: 192, height_px: 288 }, Staleness::Shape),
            (Edit::SetStyle(Style::named("ink")), Staleness::Words),
            (Edit::SetShot(id, Some(Shot::Close)), Staleness::Words),
            (Edit::SetPrompt(id, Some("a whale".into())), Staleness::Words),
        ] {
            history.seal();
            history.apply(edit.clone());
            assert_eq!(why(&history, id), Some(wanted), "{edit:?}");
            history.undo();
            assert_eq!(why(&history, id), None, "{edit:?} taken back");
            history.redo();
            paint(&mut history, id, 2);
            assert_eq!(why(&history, id), None, "{edit:?} painted");
            while history.undo() {}
        }
    }

    #[test]
    fn what_refines_it_and_what_is_locked_stays() {
        let (mut history, id) = board();
        for edit in [
            Edit::SetSteps(Some(40)),
            Edit::SetGuidance(Some(7.0)),
            Edit::SetSeed(id, 99),
            Edit::SetCaption(id, "Dusk".into()),
            Edit::SetNotes(id, "more fog".into()),
            // The same shape at another size.
            Edit::SetSize { width_px: 1216, height_px: 832 },
        ] {
            history.apply(edit.clone());
            assert_eq!(why(&history, id), None, "{edit:?}");
        }
        history.apply(Edit::SetLocked(id, true));
        history.apply(Edit::SetPrompt(id, Some("a whale".into())));
        assert_eq!(why(&history, id), None);
        history.apply(Edit::SetLocked(id, false));
        assert_eq!(why(&history, id), Some(Staleness::Words));
        // Of an older program's picture only the words are known.
        let mut old = board().0.document().clone();
        old.panels[0].variants[0].with = None;
        old.painting.negative = "text".into();
        assert_eq!(old.staleness(&old.panels[0]), None);
    }
}
