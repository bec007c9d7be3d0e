//! The document: what a project file holds.

use std::{collections::HashSet, mem, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::{
    later_looks::LaterLooks, matching, members::Portrait, stale::PaintedWith, style::Style, telling::Retold,
    wording, words_of_panel::OwnPart,
};
use crate::{
    raster::ImageId,
    story::{Character, Language, Overrides, Reading, Scene, Shot, Tone, slice},
};

/// Names a panel for as long as the project lives; never used twice.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct PanelId(pub u64);

/// How panels are painted, unless a panel says otherwise. `None` leaves the
/// value to the model.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Painting {
    /// Folder of the model; `None` is the built-in one.
    pub model: Option<PathBuf>,
    /// Picture width in pixels.
    pub width_px: u32,
    /// Picture height in pixels.
    pub height_px: u32,
    /// Denoising steps.
    pub steps: Option<u32>,
    /// Guidance scale.
    pub guidance: Option<f32>,
    /// What to avoid in every picture.
    pub negative: String,
}

impl Default for Painting {
    fn default() -> Self {
        Self {
            model: None,
            width_px: 288,
            height_px: 192,
            steps: None,
            guidance: None,
            negative: String::new(),
        }
    }
}

/// One finished picture of a panel and what made it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Variant {
    /// The picture.
    pub image: ImageId,
    /// The whole prompt it was painted from, style included.
    #[serde(default)]
    pub prompt: String,
    /// Its seed.
    #[serde(default)]
    pub seed: u64,
    /// What else made it, as keyword and value.
    #[serde(default)]
    pub parameters: Vec<(String, String)>,
    /// What of that a writer may change for the next picture; `None` in a
    /// project of an older program.
    #[serde(default)]
    pub with: Option<PaintedWith>,
}

/// One picture of the board with its place in the story.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Panel {
    /// Its name.
    pub id: PanelId,
    /// The scene it illustrates, as read from the story. Its places are kept in
    /// step with the story as it is edited.
    pub scene: Scene,
    /// The scene's text as it was read. By its text a scene is found again in
    /// another reading, and where the story says something else by now, it
    /// was edited since.
    pub text: String,
    /// What the scene's prompt was before it was told for another model or tone.
    pub retold: Option<Retold>,
    /// What stands under the picture.
    pub caption: String,
    /// The caption that the story suggests; the writer changed the caption
    /// exactly when it differs from this.
    pub suggested_caption: String,
    /// The whole prompt in the writer's words; `None` follows the story's parts
    /// and what is said in place of some of them.
    pub prompt: Option<String>,
    /// What the writer says in place of parts that the story gives.
    pub own_parts: Vec<OwnPart>,
    /// What the writer adds to those parts.
    pub added: String,
    /// How near the picture is, where the writer chose it; `None` follows the
    /// story.
    pub own_shot: Option<Shot>,
    /// A prompt that the writer's helper proposes for the scene; empty for none.
    /// Nothing is painted from it unless the writer takes it.
    pub proposal: String,
    /// What to avoid in this picture, besides what the whole board avoids.
    pub negative: String,
    /// The writer's notes: shown on the board, never painted.
    pub notes: String,
    /// The seed of the next painting.
    pub seed: u64,
    /// Every picture painted for this panel, oldest first.
    pub variants: Vec<Variant>,
    /// Which of `variants` is shown.
    pub chosen: Option<usize>,
    /// The picture is as the writer wants it: it is not painted again, and the
    /// panel is not removed.
    pub locked: bool,
    /// One of the writer's favourites.
    pub starred: bool,
}

impl Default for Panel {
    fn default() -> Self {
        Self {
            id: PanelId(0),
            scene: Scene::default(),
            text: String::new(),
            retold: None,
            caption: String::new(),
            suggested_caption: String::new(),
            prompt: None,
            own_parts: Vec::new(),
            added: String::new(),
            own_shot: None,
            proposal: String::new(),
            negative: String::new(),
            notes: String::new(),
            seed: 0,
            variants: Vec::new(),
            chosen: None,
            locked: false,
            starred: false,
        }
    }
}

impl Panel {
    /// The picture shown, when one was painted.
    pub fn shown(&self) -> Option<&Variant> {
        self.variants.get(self.chosen?)
    }

    /// Keeps a picture, once however often it was painted, and returns its
    /// place among the variants. What is told of it is how it was painted last.
    pub(super) fn keep_variant(&mut self, variant: &Variant) -> usize {
        match self.variants.iter_mut().enumerate().find(|(_, kept)| kept.image == variant.image) {
            Some((place, kept)) => {
                kept.clone_from(variant);
                place
            }
            None => {
                self.variants.push(variant.clone());
                self.variants.len() - 1
            }
        }
    }
}

/// A storyboard.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Document {
    /// Its title; the story's first line unless the writer says otherwise.
    pub title: String,
    /// The title that the story suggests; the writer changed the title exactly
    /// when it differs from this.
    pub suggested_title: String,
    /// The story as pasted.
    pub story: String,
    /// The story's language.
    pub language: Language,
    /// How it is drawn.
    pub style: Style,
    /// How panels are painted.
    pub painting: Painting,
    /// Palette and light of the board as a whole; what it leaves open follows
    /// the mood of each scene.
    pub tone: Tone,
    /// Who appears, the writer's changes included.
    pub cast: Vec<Character>,
    /// What the writer changed of what is read from the story; it wins in
    /// every reading.
    pub overrides: Overrides,
    /// How members of the cast look from somewhere in the story on, in the order
    /// of the story.
    pub later_looks: Vec<LaterLooks>,
    /// Pictures of members of the cast.
    pub portraits: Vec<Portrait>,
    /// Pictures that were painted as portraits, oldest first. They only grow:
    /// undo takes a choice back, never what was painted.
    pub sketches: Vec<Variant>,
    /// The board, in order.
    pub panels: Vec<Panel>,
    /// Panels of scenes that the writer leaves out, in the order of the story,
    /// with everything that was painted for them.
    pub skipped: Vec<Panel>,
    /// The number that the next panel's id takes.
    pub next_panel: u64,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            title: String::new(),
            suggested_title: String::new(),
            story: String::new(),
            language: Language::English,
            style: Style::default(),
            painting: Painting::default(),
            tone: Tone::default(),
            cast: Vec::new(),
            overrides: Overrides::default(),
            later_looks: Vec::new(),
            portraits: Vec::new(),
            sketches: Vec::new(),
            panels: Vec::new(),
            skipped: Vec::new(),
            next_panel: 1,
        }
    }
}

impl Document {
    /// A board with an empty panel for each scene of `reading`.
    ///
    /// Panel seeds follow from `seed`: the same story and seed give the same board.
    pub fn from_reading(story: &str, reading: &Reading, seed: u64) -> Self {
        let mut document = Self { story: story.to_owned(), ..Self::default() };
        document.set_reading(reading, seed);
        document
    }

    /// Replaces scenes and cast by those of `reading`, a reading of
    /// [`Document::story`] as it stands.
    ///
    /// A panel whose scene survived keeps its name, its pictures, its seed and
    /// what the writer changed: survival goes by the text of the scenes, so a
    /// change further up in the story, which shifts every offset, loses
    /// nothing. A scene that was split leaves its panel with the part that
    /// shares most text; copies of a panel stay next to each other. Panels are
    /// in the order of the story afterwards.
    pub fn set_reading(&mut self, reading: &Reading, seed: u64) {
        let scenes: Vec<(Scene, String)> = reading
            .scenes
            .iter()
            .map(|scene| (scene.clone(), slice(&self.story, scene.start, scene.end).to_owned()))
            .collect();
        // A scene that was left out stays out when it is found again.
        let skipped: HashSet<PanelId> = self.skipped.iter().map(|panel| panel.id).collect();
        let mut old = mem::take(&mut self.panels);
        old.append(&mut self.skipped);
        let old_texts: Vec<&str> = old.iter().map(|panel| panel.text.as_str()).collect();
        let new_texts: Vec<&str> = scenes.iter().map(|(_, text)| text.as_str()).collect();
        let mut homes = matching::survivors(&old_texts, &new_texts);
        let mut panels = Vec::with_capacity(scenes.len());
        let mut next_panel = self.next_panel;
        let mut old: Vec<Option<Panel>> = old.into_iter().map(Some).collect();
        for (index, (scene, text)) in scenes.into_iter().enumerate() {
            let caption = wording::caption(&self.story, &scene, reading.language);
            let mut fill = |mut panel: Panel| {
                if panel.caption == panel.suggested_caption {
                    panel.caption.clone_from(&caption);
                }
                if panel.text != text {
                    panel.proposal.clear();
                }
                panel.scene = scene.clone();
                panel.text.clone_from(&text);
                panel.suggested_caption.clone_from(&caption);
                panels.push(panel);
            };
            let kept = homes.get_mut(index).map(mem::take).unwrap_or_default();
            let mut kept = kept.into_iter().filter_map(|i| old.get_mut(i)?.take()).peekable();
            if kept.peek().is_none() {
                let id = PanelId(next_panel);
                next_panel += 1;
                fill(Panel { id, seed: seed_of(seed, index), ..Panel::default() });
            } else {
                kept.for_each(&mut fill);
            }
        }
        (self.skipped, self.panels) = panels.into_iter().partition(|panel| skipped.contains(&panel.id));
        self.next_panel = next_panel;
        self.language = reading.language;
        self.cast.clone_from(&reading.cast);
        let title = wording::title(&self.story, reading.language);
        if self.title.is_empty() || self.title == self.suggested_title {
            self.title.clone_from(&title);
        }
        self.suggested_title = title;
    }

    /// The panel of this name.
    pub fn panel(&self, id: PanelId) -> Option<&Panel> {
        self.panels.iter().find(|panel| panel.id == id)
    }

    /// The panel of this name, to be changed. Writers' changes go through
    /// [`super::History::apply`] instead, so that they can be undone.
    pub(super) fn panel_mut(&mut self, id: PanelId) -> Option<&mut Panel> {
        self.panels.iter_mut().find(|panel| panel.id == id)
    }

    /// Where the panel of this name stands on the board, from 0.
    pub fn position(&self, id: PanelId) -> Option<usize> {
        self.panels.iter().position(|panel| panel.id == id)
    }

    /// A name that no panel has had.
    pub(super) fn fresh_panel_id(&mut self) -> PanelId {
        let id = PanelId(self.next_panel);
        self.next_panel += 1;
        id
    }

    /// Every image that the document names.
    pub fn image_ids(&self) -> impl Iterator<Item = ImageId> + '_ {
        let panels = self.panels.iter().chain(&self.skipped);
        let painted = panels.flat_map(|panel| panel.variants.iter().map(|variant| variant.image));
        let sketches = self.sketches.iter().map(|variant| variant.image);
        painted.chain(sketches).chain(self.portraits.iter().map(|portrait| portrait.image))
    }

    /// Makes true what the rest of the program relies on, after a document came
    /// from a file: names are unique and `chosen` names a variant.
    pub(super) fn mend(&mut self) {
        let mut seen = HashSet::new();
        let highest = self.panels.iter().chain(&self.skipped).map(|panel| panel.id.0).max().unwrap_or(0);
        self.next_panel = self.next_panel.max(highest.saturating_add(1));
        let mut next = self.next_panel;
        for panel in self.panels.iter_mut().chain(&mut self.skipped) {
            if !seen.insert(panel.id) {
                panel.id = PanelId(next);
                next += 1;
            }
            if panel.shown().is_none() {
                panel.chosen = panel.variants.len().checked_sub(1);
            }
        }
        self.next_panel = next;
        self.find_scenes_again();
    }
}

/// The seed of the panel of scene `index`: SplitMix64 of both, cut to 32 bits
/// so that a writer can read it out and type it.
pub(super) fn seed_of(seed: u64, index: usize) -> u64 {
    let mut z = seed.wrapping_add((index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) & 0xffff_ffff
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::raster::Picture;

    /// A reading that makes a scene of every paragraph.
    pub fn by_paragraph(story: &str) -> Reading {
        let mut scenes = Vec::new();
        let mut start = 0;
        for block in story.split_inclusive("\n\n") {
            let end = start + block.chars().count();
            let shown = block.trim_end().chars().count();
            let scene = Scene { start, end, key_moment: (start, start + shown), ..Panel::default().scene };
            scenes.push(Scene { prompt: format!("prompt of {}", block.trim()), ..scene });
            start = end;
        }
        Reading { language: Language::English, scenes, ..Reading::default() }
    }

    /// A variant of a picture of one colour.
    pub fn variant(shade: u8) -> Variant {
        let image = Picture::filled(3, 2, [shade, 0, 0, 255]).unwrap().id();
        let prompt = format!("shade {shade}");
        Variant { image, prompt, seed: shade.into(), parameters: Vec::new(), with: None }
    }

    const STORY: &str = "The lamp went out at noon over the grey harbour.\n\n\
        Mara rowed to the island with her brother and a bag of oil.\n\n\
        They climbed ninety steps while the wind tore at the door.";

    fn board() -> Document {
        let mut document = Document::from_reading(STORY, &by_paragraph(STORY), 7);
        for (i, panel) in document.panels.iter_mut().enumerate() {
            panel.chosen = Some(panel.keep_variant(&variant(i as u8)));
        }
        document
    }

    fn reread(document: &mut Document, story: &str) {
        document.story = story.to_owned();
        document.set_reading(&by_paragraph(story), 8);
    }

    #[test]
    fn a_new_board_follows_the_story_and_the_seed() {
        let document = Document::from_reading(STORY, &by_paragraph(STORY), 7);
        assert_eq!(document, Document::from_reading(STORY, &by_paragraph(STORY), 7));
        assert_eq!(document.panels.len(), 3);
        assert_eq!(document.title, "The lamp went out at noon over the grey harbour");
        assert_eq!(document.panels[0].caption, "The lamp went out at noon over the grey harbour.");
        assert_eq!(document.panels[2].text.trim(), STORY.rsplit("\n\n").next().unwrap());
        let other = Document::from_reading(STORY, &by_paragraph(STORY), 8);
        assert_ne!(document.panels[0].seed, other.panels[0].seed);
        assert_ne!(document.panels[0].seed, document.panels[1].seed);
    }

    #[test]
    fn a_change_further_up_loses_nothing() {
        let mut document = board();
        let before = document.clone();
        reread(&mut document, &format!("A long preface that shifts every offset.\n\n{STORY}"));
        assert_eq!(document.panels.len(), 4);
        assert!(document.panels[0].variants.is_empty());
        for (old, new) in before.panels.iter().zip(&document.panels[1..]) {
            assert_eq!(
                (old.id, old.seed, &old.variants, old.chosen),
                (new.id, new.seed, &new.variants, new.chosen)
            );
        }
        assert_eq!(document.panels[0].id, PanelId(4));
    }

    #[test]
    fn edited_captions_prompts_and_titles_stay_and_others_follow() {
        let mut document = board();
        document.panels[1].caption = "My own words".into();
        document.panels[1].prompt = Some("a boat".into());
        let changed = STORY.replace("at noon", "at midnight").replace("a bag of oil", "two bags of oil");
        reread(&mut document, &changed);
        assert_eq!(document.panels.len(), 3);
        assert!(document.panels.iter().all(|panel| panel.variants.len() == 1));
        assert_eq!(document.panels[0].caption, "The lamp went out at midnight over the grey harbour.");
        assert_eq!(document.panels[1].caption, "My own words");
        assert_eq!(document.panels[1].scene_prompt(Language::English), "a boat");
        assert!(document.title.contains("midnight"));
        document.title = "Ninety steps".into();
        reread(&mut document, STORY);
        assert_eq!(document.title, "Ninety steps");
    }

    #[test]
    fn a_scene_that_goes_takes_its_panel_and_copies_stay_together() {
        let mut document = board();
        let copy =
            Panel { id: document.fresh_panel_id(), caption: "copy".into(), ..document.panels[2].clone() };
        document.panels.push(copy);
        let (_, rest) = STORY.split_once("\n\n").unwrap();
        reread(&mut document, rest);
        let ids: Vec<u64> = document.panels.iter().map(|panel| panel.id.0).collect();
        assert_eq!(ids, [2, 3, 4]);
        assert_eq!(document.panels[2].caption, "copy");
        // A scene that comes back gets a new name.
        reread(&mut document, STORY);
        let ids: Vec<u64> = document.panels.iter().map(|panel| panel.id.0).collect();
        assert_eq!(ids, [5, 2, 3, 4]);
    }

    #[test]
    fn a_split_scene_leaves_its_panel_with_the_larger_part() {
        let mut document = board();
        let split = STORY.replace("with her brother", "\n\nwith her brother, who sang all the way,");
        reread(&mut document, &split);
        assert_eq!(document.panels.len(), 4);
        let kept: Vec<bool> = document.panels.iter().map(|panel| panel.id.0 <= 3).collect();
        assert_eq!(kept.iter().filter(|&&kept| kept).count(), 3, "{kept:?}");
        assert!(kept[0] && kept[3]);
    }

    #[test]
    fn a_board_from_a_careless_file_is_mended() {
        let mut document = board();
        document.panels[1].id = document.panels[0].id;
        document.panels[2].chosen = Some(9);
        document.next_panel = 0;
        document.mend();
        let ids: std::collections::HashSet<_> = document.panels.iter().map(|panel| panel.id).collect();
        assert_eq!(ids.len(), 3);
        assert!(document.panels.iter().all(|panel| panel.id.0 < document.next_panel));
        assert!(document.panels[2].shown().is_some());
    }
}
