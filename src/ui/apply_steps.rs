//! Steps back and forward, and what becomes of the selection when panels go.

use egui::Context;

use super::{App, history_view::step_words, strings::fill};
use crate::storyboard::PanelId;

impl App {
    pub(super) fn step_history(&mut self, ctx: &Context, forward: bool) {
        // In the mask view the brush comes first.
        if let Some(mask) = &mut self.state.mask {
            let stepped = if forward { mask.redo() } else { mask.undo() };
            if stepped {
                self.show_mask(ctx);
            }
            return;
        }
        // Said in words: what changed may be out of sight.
        let step = if forward { self.history.future().next() } else { self.history.past().last() };
        let words = self.words();
        let sentence = if forward { words.redone } else { words.undone };
        let news = step.map(|step| fill(sentence, &[("what", &step_words(&self.view(), step))]));
        if forward {
            self.history.redo();
        } else {
            self.history.undo();
        }
        self.after_step();
        self.state.news = news;
    }

    pub(super) fn after_step(&mut self) {
        self.typed_at_secs = f64::NEG_INFINITY;
        self.state.news = None;
        self.forget_lost_panels();
    }

    /// The tools above the story are for the scene that was chosen last: a
    /// caret in another one no longer counts.
    pub(super) fn forget_caret_elsewhere(&mut self, panel: Option<PanelId>) {
        let scene = panel.and_then(|id| self.document().panel(id)).map(|panel| &panel.scene);
        let elsewhere = |caret: usize| scene.is_some_and(|scene| !(scene.start..scene.end).contains(&caret));
        if self.state.caret.is_some_and(elsewhere) {
            self.state.caret = None;
        }
    }

    /// The panel after those selected, or else the one before them.
    pub(super) fn beside_selection(&self) -> Option<PanelId> {
        let at = self.document().position(self.state.selected?)?;
        let (before, from) = self.document().panels.split_at_checked(at)?;
        let view = self.view();
        let mut around = from.iter().chain(before.iter().rev()).map(|panel| panel.id);
        around.find(|id| !view.is_selected(*id))
    }

    pub(super) fn forget_lost_panels(&mut self) {
        let lost = |id: PanelId| self.document().panel(id).is_none();
        let selected = self.state.selected.filter(|id| !lost(*id));
        let also: Vec<_> = self.state.also_selected.iter().copied().filter(|id| lost(*id)).collect();
        let compare = self.state.compare.filter(|compare| {
            let versions = self.document().panel(compare.panel).map_or(0, |panel| panel.variants.len());
            versions > compare.left.max(compare.right)
        });
        self.state.selected = selected;
        self.state.compare = compare;
        for id in also {
            self.state.also_selected.remove(&id);
        }
    }
}
