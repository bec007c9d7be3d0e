//! Wishes that are about the window rather than the document: what is selected,
//! searched, compared, shown and remembered; and the queue.

use egui::Context;

use super::{
    App,
    action::{Action, CastAction, Overlay},
    jobs::{Plan, portrait_slot},
    preferences::CARD_SCALES,
    state::{CastState, CompareState, FindState, Gravity, PaletteState},
    story_cache::find_all,
    strings::fill,
    theme,
};
use crate::{
    engine::{JobId, Size},
    story::slice,
    storyboard::{Edit, Panel, PanelId, sentences},
};

impl App {
    pub(super) fn apply_to_view(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::SelectMore(panel, up_to) => self.select_more(panel, up_to),
            Action::SelectAll => {
                self.state.also_selected = self.document().panels.iter().map(|panel| panel.id).collect();
                let first = self.document().panels.first().map(|panel| panel.id);
                self.state.selected = self.state.selected.or(first);
            }
            Action::Show(overlay) => {
                self.state.overlay = overlay;
                if overlay == Some(Overlay::Palette) {
                    self.state.palette = PaletteState::default();
                }
            }
            Action::PaletteQuery(query) => self.state.palette = PaletteState { query, at: 0 },
            Action::PaletteAt(at) => self.state.palette.at = at,
            Action::Find(open) => {
                self.state.story_hidden &= !open;
                let query = self.state.find.take().map(|find| find.query).unwrap_or_default();
                self.state.find = open.then(|| FindState { query, focus: true, ..FindState::default() });
            }
            Action::FindQuery(query) => {
                if let Some(find) = &mut self.state.find {
                    *find = FindState { query, at: 0, scroll: true, focus: false };
                }
            }
            Action::FindFocused => {
                if let Some(find) = &mut self.state.find {
                    find.focus = false;
                }
            }
            Action::FindStep(step) => self.find_step(step),
            Action::Caret(caret) => self.state.caret = caret,
            Action::SplitAtCaret => self.split_at_caret(),
            Action::MomentAtCaret => self.moment_at_caret(),
            Action::Compare(panel) => self.compare(panel),
            Action::CompareWith(left, right) => {
                if let Some(compare) = &mut self.state.compare {
                    *compare = CompareState { left, right, ..*compare };
                }
            }
            Action::EndCompare => self.state.compare = None,
            Action::PaintAll(panels) => panels.into_iter().for_each(|panel| self.paint(panel)),
            Action::Cast(action) => self.apply_cast(action),
            Action::ToggleHistory => self.state.history_shown = !self.state.history_shown,
            Action::ToggleQueue => self.state.queue_shown = !self.state.queue_shown,
            Action::Pause(paused) => {
                self.worker.set_paused(paused);
                self.state.paused = paused;
            }
            Action::MoveJob(job, place) => self.move_job(job, place),
            Action::RetryFailed => {
                let panels: Vec<PanelId> = self.jobs.failures().map(|(panel, _)| panel).collect();
                for panel in panels {
                    if let Some(failure) = self.jobs.take_failure(panel) {
                        self.retry(failure.plan);
                    }
                }
            }
            Action::ShowNumbers(shown) => self.state.preferences.numbers = shown,
            Action::ReduceMotion(reduced) => {
                self.state.preferences.reduced_motion = reduced;
                theme::set_motion(ctx, reduced);
            }
            Action::SetScale(scale) => self.state.preferences.scale = scale,
            Action::SetCardScale(scale) => {
                self.state.preferences.card_scale = scale.clamp(CARD_SCALES.0, CARD_SCALES.1);
            }
            // `App::apply` does the others.
            _ => {}
        }
    }

    fn apply_cast(&mut self, action: CastAction) {
        let cast = &mut self.state.cast;
        match action {
            CastAction::Show(shown) => cast.shown = shown,
            CastAction::Open(name) => *cast = CastState { shown: true, member: Some(name) },
            CastAction::Choose(name) => cast.member = Some(name),
            CastAction::Taken(name) => {
                let text = fill(self.words().cast_taken, &[("name", &name)]);
                self.notify(Gravity::Warning, text);
            }
            CastAction::Paint(name) => self.paint_portrait(name),
            CastAction::ShowInStory((start, end)) => {
                let story = &self.history.document().story;
                let query = slice(story, start, end).to_owned();
                let at = find_all(story, &query).iter().position(|found| found.0 >= start).unwrap_or(0);
                self.state.story_hidden = false;
                self.state.find = Some(FindState { query, at, scroll: true, focus: false });
            }
        }
        if self.state.cast.shown {
            self.state.mask = None;
            self.state.compare = None;
        }
    }

    /// Paints somebody of the cast, on a square as large as the board's pictures.
    fn paint_portrait(&mut self, name: String) {
        let document = self.history.document();
        let Some(member) = document.cast.iter().find(|member| member.name == name) else { return };
        let prompt = document.portrait_prompt(member);
        let painting = &document.painting;
        let area = f64::from(painting.width_px) * f64::from(painting.height_px);
        let side = ((area.sqrt() / 64.0).round() as u32).max(1) * 64;
        let seed = self.seeds.draw();
        let mut request = self.request(&Panel::default(), prompt.clone(), seed);
        request.size = Some(Size { width_px: side, height_px: side });
        let panel = portrait_slot(&name);
        self.submit(Plan { panel, prompt, request, with: None, part_of: None, portrait_of: Some(name) });
    }

    fn select_more(&mut self, panel: PanelId, up_to: bool) {
        let anchor = self.state.selected.and_then(|id| self.document().position(id));
        let Some(place) = self.document().position(panel) else { return };
        match (up_to, anchor) {
            (true, Some(anchor)) => {
                let (from, to) = (anchor.min(place), anchor.max(place));
                let panels = self.document().panels.iter().skip(from).take(to - from + 1);
                self.state.also_selected = panels.map(|panel| panel.id).collect();
            }
            (_, None) => self.state.selected = Some(panel),
            (false, Some(_)) => {
                let also = &mut self.state.also_selected;
                also.extend(self.state.selected);
                if also.remove(&panel) {
                    // The one whose details are shown gives way to another.
                    if self.state.selected == Some(panel) {
                        self.state.selected = also.iter().next().copied();
                    }
                } else {
                    also.insert(panel);
                }
            }
        }
    }

    fn find_step(&mut self, step: isize) {
        let story = &self.history.document().story;
        if let Some(find) = &mut self.state.find {
            let count = find_all(story, &find.query).len();
            if count > 0 {
                find.at = (find.at.min(count - 1) as isize + step).rem_euclid(count as isize) as usize;
                find.scroll = true;
            }
        }
    }

    /// The scene at the caret (one of its panels), and the caret.
    fn scene_at_caret(&self) -> Option<(PanelId, usize)> {
        let caret = self.state.caret?;
        let span = self.digest.spans.iter().find(|span| span.start <= caret && caret <= span.end)?;
        (!span.skipped).then_some((span.panel, caret))
    }

    fn split_at_caret(&mut self) {
        let found = self.scene_at_caret().and_then(|(panel, caret)| {
            let scene = &self.document().panel(panel)?.scene;
            // The beginning of a sentence that is nearest to the caret.
            let starts = sentences(&self.document().story).into_iter().map(|(from, _)| from);
            let inside = starts.filter(|from| *from > scene.start && *from < scene.end);
            // At the first sentence there is nothing to cut off.
            let first = inside
                .clone()
                .next()
                .filter(|from| slice(&self.document().story, scene.start, *from).trim().is_empty());
            let at = inside.filter(|from| Some(*from) != first).min_by_key(|from| from.abs_diff(caret))?;
            Some((panel, at))
        });
        match found {
            Some((panel, at)) => {
                let seed = self.seeds.draw();
                self.edit(Edit::SplitScene { panel, at, seed });
            }
            None => self.notify(Gravity::Warning, self.words().split_nowhere.to_owned()),
        }
    }

    fn moment_at_caret(&mut self) {
        if let Some((panel, caret)) = self.scene_at_caret() {
            let moment = sentences(&self.document().story)
                .into_iter()
                .find(|(from, to)| *from <= caret && caret <= *to);
            if let Some(moment) = moment {
                self.edit(Edit::SetKeyMoment(panel, moment));
                self.state.selected = Some(panel);
                self.state.also_selected.clear();
            }
        }
    }

    fn compare(&mut self, id: PanelId) {
        let Some(panel) = self.document().panel(id).filter(|panel| panel.variants.len() > 1) else { return };
        let last = panel.variants.len() - 1;
        let left = panel.chosen.unwrap_or(last).min(last);
        let right = if left == last { last - 1 } else { last };
        self.state.selected = Some(id);
        self.state.also_selected.clear();
        self.state.mask = None;
        self.state.models_shown = false;
        self.state.compare = Some(CompareState { panel: id, left, right });
    }

    fn move_job(&mut self, job: JobId, place: usize) {
        self.worker.move_to(job, place);
        self.jobs.move_to(job, place);
    }
}
