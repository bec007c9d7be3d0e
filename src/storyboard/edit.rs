//! Everything that a writer can do to a document.

use std::path::PathBuf;

use super::{Document, Panel, PanelId, Style, Variant, edit_kind::Reach};
use crate::{
    raster::ImageId,
    story::{CastEdit, PartSource, Reading, Shot, Tone},
};

/// One change. Applied by [`super::History::apply`]; every edit can be undone,
/// but see there for what becomes of a finished picture.
///
/// An edit that names a panel or a variant that is gone changes nothing: a
/// worker may answer long after the writer has gone on.
#[derive(Clone, PartialEq, Debug)]
pub enum Edit {
    /// The story's text, without reading it again.
    SetStory(String),
    /// Scenes and cast from a new reading of the story as it stands.
    SetReading {
        /// The reading.
        reading: Reading,
        /// Draws the seeds of new panels.
        seed: u64,
    },
    /// Prompts that the writer's helper proposes, one for each scene of the
    /// reading, in the order of the story; empty where it proposes none.
    SetProposals(Vec<String>),
    /// The title.
    SetTitle(String),
    /// The style of the whole board.
    SetStyle(Style),
    /// The picture size for panels painted from now on.
    SetSize {
        /// Width in pixels.
        width_px: u32,
        /// Height in pixels.
        height_px: u32,
    },
    /// The model folder; `None` is the built-in model.
    SetModel(Option<PathBuf>),
    /// Denoising steps; `None` leaves them to the model.
    SetSteps(Option<u32>),
    /// Guidance; `None` leaves it to the model.
    SetGuidance(Option<f32>),
    /// What to avoid in every picture.
    SetNegative(String),
    /// Palette and light of the whole board.
    SetTone(Tone),
    /// A panel's prompt; `None` follows the story again.
    SetPrompt(PanelId, Option<String>),
    /// What stands in a panel's prompt in place of a part that the story gives;
    /// `None` gives the word back to the story, an empty text leaves it out.
    SetPart(PanelId, PartSource, Option<String>),
    /// What a panel's prompt says besides the story's parts.
    SetAdded(PanelId, String),
    /// How near a panel's picture is; `None` follows the story.
    SetShot(PanelId, Option<Shot>),
    /// What to avoid in a panel's picture.
    SetPanelNegative(PanelId, String),
    /// A panel's notes.
    SetNotes(PanelId, String),
    /// A panel's caption.
    SetCaption(PanelId, String),
    /// A panel's seed.
    SetSeed(PanelId, u64),
    /// A finished picture; it becomes the one shown.
    AddVariant(PanelId, Variant),
    /// Which variant is shown.
    ChooseVariant(PanelId, usize),
    /// Throws a picture of a panel away; the one before it is shown then.
    RemoveVariant(PanelId, usize),
    /// Takes a panel off the board. The only panel of its scene is set aside,
    /// so that scene and pictures can be brought back at any time.
    RemovePanel(PanelId),
    /// A copy of a panel right after it.
    DuplicatePanel(PanelId),
    /// Moves a panel to this place (0 = first) among all panels.
    MovePanel(PanelId, usize),
    /// Puts the panels into this order; those not named come last, as they were.
    SetOrder(Vec<PanelId>),
    /// Whether a panel's picture stays as it is.
    SetLocked(PanelId, bool),
    /// Whether a panel is one of the favourites.
    SetStarred(PanelId, bool),
    /// Moves the end of a panel's scene, and the beginning of the next one, to
    /// this character of the story.
    MoveBoundary(PanelId, usize),
    /// Cuts a panel's scene in two at a character; the part without the key
    /// moment gets a panel of its own.
    SplitScene {
        /// A panel of the scene.
        panel: PanelId,
        /// Where the second part begins.
        at: usize,
        /// Draws the new panel's seed.
        seed: u64,
    },
    /// Joins a panel's scene with the one after it in the story; pictures of
    /// both stay with the first one's panel.
    MergeScenes(PanelId),
    /// Leaves a panel's scene out of the board, with all its panels.
    SkipScene(PanelId),
    /// Puts the scene of a panel that was left out back on the board.
    BringBack(PanelId),
    /// Another sentence of its scene is the one to be painted.
    SetKeyMoment(PanelId, (usize, usize)),
    /// A change of the cast; prompts of scenes that read otherwise with it follow.
    Cast(CastEdit),
    /// Forgets one of the changes of the cast, so that the story speaks again.
    ForgetCast(CastEdit),
    /// How a member of the cast looks from a character of the story on; `None`
    /// as before it.
    LooksFrom {
        /// Whom.
        who: String,
        /// Where.
        at: usize,
        /// Short facts.
        looks: Option<Vec<String>>,
    },
    /// The picture of a member of the cast, by name; `None` for none.
    SetPortrait(String, Option<ImageId>),
    /// Several edits as one step. A finished picture is none of them.
    All(Vec<Edit>),
}

impl Edit {
    /// Makes the change.
    pub(super) fn apply_to(self, document: &mut Document) {
        // Scenes are worded for the model and the tone.
        let words = self.reads_story() || matches!(self, Self::SetModel(_) | Self::SetTone(_));
        match self {
            Self::SetStory(story) => drop(document.replace_story(story)),
            Self::SetReading { reading, seed } => {
                document.set_reading(&reading, seed);
                document.follow_later_looks();
            }
            Self::SetProposals(prompts) => document.set_proposals(&prompts),
            Self::SetTitle(title) => document.title = title,
            Self::SetStyle(style) => document.style = style,
            Self::SetSize { width_px, height_px } => {
                document.painting.width_px = width_px;
                document.painting.height_px = height_px;
            }
            Self::SetModel(model) => document.painting.model = model,
            Self::SetSteps(steps) => document.painting.steps = steps,
            Self::SetGuidance(guidance) => document.painting.guidance = guidance,
            Self::SetNegative(negative) => document.painting.negative = negative,
            Self::SetTone(tone) => document.tone = tone,
            Self::RemovePanel(id) => document.remove_panel(id),
            Self::DuplicatePanel(id) => duplicate(document, id),
            Self::MovePanel(id, place) => {
                if let Some(from) = document.position(id) {
                    let panel = document.panels.remove(from);
                    document.panels.insert(place.min(document.panels.len()), panel);
                }
            }
            Self::SetOrder(order) => {
                let place_of = |panel: &Panel| order.iter().position(|id| *id == panel.id);
                document.panels.sort_by_key(|panel| place_of(panel).unwrap_or(usize::MAX));
            }
            Self::MoveBoundary(id, to) => document.move_boundary(id, to),
            Self::SplitScene { panel, at, seed } => document.split_scene(panel, at, seed),
            Self::MergeScenes(id) => document.merge_scenes(id),
            Self::SkipScene(id) => document.skip_scene(id),
            Self::BringBack(id) => document.bring_back(id),
            Self::SetKeyMoment(id, moment) => document.set_key_moment(id, moment),
            Self::Cast(edit) => document.edit_cast(edit),
            Self::ForgetCast(edit) => document.forget_cast(&edit),
            Self::LooksFrom { who, at, looks } => document.set_later_looks(who, at, looks),
            Self::SetPortrait(name, image) => document.set_portrait(name, image),
            Self::All(edits) => edits.into_iter().for_each(|edit| edit.apply_to(document)),
            of_one_panel => {
                if let Reach::Panel(id) = of_one_panel.reach()
                    && let Some(panel) = document.panel_mut(id)
                {
                    of_one_panel.apply_to_panel(panel);
                }
            }
        }
        if words {
            document.retell();
        }
    }

    fn apply_to_panel(self, panel: &mut Panel) {
        match self {
            Self::SetPrompt(_, prompt) => panel.prompt = prompt,
            Self::SetPart(_, source, text) => panel.set_part(source, text),
            Self::SetAdded(_, added) => panel.added = added,
            Self::SetShot(_, shot) => panel.own_shot = shot,
            Self::SetPanelNegative(_, negative) => panel.negative = negative,
            Self::SetNotes(_, notes) => panel.notes = notes,
            Self::SetCaption(_, caption) => panel.caption = caption,
            Self::SetSeed(_, seed) => panel.seed = seed,
            Self::SetLocked(_, locked) => panel.locked = locked,
            Self::SetStarred(_, starred) => panel.starred = starred,
            Self::AddVariant(_, variant) => panel.chosen = Some(panel.keep_variant(&variant)),
            Self::ChooseVariant(_, index) if index < panel.variants.len() => panel.chosen = Some(index),
            Self::RemoveVariant(_, index) if index < panel.variants.len() => {
                panel.variants.remove(index);
                panel.chosen = match panel.chosen {
                    Some(chosen) if chosen > index => Some(chosen - 1),
                    Some(chosen) if chosen == index => {
                        panel.variants.len().checked_sub(1).map(|last| last.min(index.saturating_sub(1)))
                    }
                    other => other,
                };
            }
            // The others change no single panel, or name a variant that is gone.
            _ => {}
        }
    }
}

/// A copy of a panel right after it, with another seed: a copy is made to be
/// painted again, and the same seed would paint the same picture.
fn duplicate(document: &mut Document, id: PanelId) {
    let Some(place) = document.position(id) else { return };
    let fresh = document.fresh_panel_id();
    if let Some(panel) = document.panels.get(place) {
        let seed = panel.seed.wrapping_add(1);
        // A lock is for the picture that is there, a copy is for another one.
        let copy = Panel { id: fresh, seed, locked: false, starred: false, ..panel.clone() };
        document.panels.insert(place + 1, copy);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::document::tests::variant, *};

    fn board(panels: u64) -> Document {
        let mut document = Document::default();
        for _ in 0..panels {
            let id = document.fresh_panel_id();
            document.panels.push(Panel { id, ..Panel::default() });
        }
        document
    }

    fn order(document: &Document) -> Vec<u64> {
        document.panels.iter().map(|panel| panel.id.0).collect()
    }

    #[test]
    fn panels_move_and_copy() {
        let mut document = board(4);
        Edit::MovePanel(PanelId(1), 2).apply_to(&mut document);
        assert_eq!(order(&document), [2, 3, 1, 4]);
        Edit::MovePanel(PanelId(4), 0).apply_to(&mut document);
        assert_eq!(order(&document), [4, 2, 3, 1]);
        Edit::MovePanel(PanelId(4), 99).apply_to(&mut document);
        assert_eq!(order(&document), [2, 3, 1, 4]);
        Edit::DuplicatePanel(PanelId(3)).apply_to(&mut document);
        assert_eq!(order(&document), [2, 3, 5, 1, 4]);
        Edit::RemovePanel(PanelId(2)).apply_to(&mut document);
        assert_eq!(order(&document), [3, 5, 1, 4]);
        Edit::SetOrder([4, 3].map(PanelId).to_vec()).apply_to(&mut document);
        assert_eq!(order(&document), [4, 3, 5, 1]);
        let both = [PanelId(3), PanelId(5)].map(|id| Edit::SetLocked(id, true)).to_vec();
        Edit::All(both).apply_to(&mut document);
        assert_eq!(document.panels.iter().filter(|panel| panel.locked).count(), 2);
    }

    #[test]
    fn edits_of_what_is_gone_change_nothing() {
        let mut document = board(1);
        let before = document.clone();
        for edit in [
            Edit::SetCaption(PanelId(9), "x".into()),
            Edit::AddVariant(PanelId(9), variant(1)),
            Edit::ChooseVariant(PanelId(1), 0),
            Edit::RemoveVariant(PanelId(1), 0),
            Edit::RemovePanel(PanelId(9)),
            Edit::DuplicatePanel(PanelId(9)),
            Edit::MovePanel(PanelId(9), 0),
        ] {
            edit.apply_to(&mut document);
        }
        assert_eq!(document, before);
    }

    #[test]
    fn a_removed_variant_gives_way_to_the_one_before() {
        let mut document = board(1);
        let id = PanelId(1);
        for shade in 0..3 {
            Edit::AddVariant(id, variant(shade)).apply_to(&mut document);
        }
        // The same picture again is not kept twice.
        Edit::AddVariant(id, variant(1)).apply_to(&mut document);
        assert_eq!((document.panels[0].variants.len(), document.panels[0].chosen), (3, Some(1)));
        Edit::RemoveVariant(id, 0).apply_to(&mut document);
        assert_eq!(document.panels[0].shown(), Some(&variant(1)));
        Edit::RemoveVariant(id, 0).apply_to(&mut document);
        assert_eq!(document.panels[0].shown(), Some(&variant(2)));
        Edit::RemoveVariant(id, 0).apply_to(&mut document);
        assert_eq!(document.panels[0].chosen, None);
    }
}
