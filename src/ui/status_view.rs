//! The bar at the bottom: progress, news, language and theme.

use egui::{Align, Button, CornerRadius, Layout, Rect, RichText, Sense, Ui, vec2};

use super::{
    action::{Action, ModelAction},
    icons::Icon,
    jobs::Standing,
    preferences::CARD_SCALES,
    settings_view::settings_ui,
    standing::{job_words, left_words},
    state::{FileWork, View},
    strings::fill,
    theme::{Look, sans, space, type_size},
    widgets::{button_ui, icon_button_ui, named, one_line_ui, slider_ui, steady, toggle_ui},
};

/// Draws the bar.
pub fn status_ui(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    let (words, palette) = (view.words, view.palette);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let (icon, name) = match view.state.look {
            Look::Paper => (Icon::Moon, words.look_night),
            Look::Night => (Icon::Sun, words.look_paper),
        };
        if icon_button_ui(ui, icon, name, true).clicked() {
            actions.push(Action::SetLook(view.state.look.other()));
        }
        // In its own script only where that can be drawn.
        let short = if view.state.has_cjk == Some(true) { words.language_own } else { words.language_short };
        let button = Button::new(RichText::new(short).size(type_size::SMALL)).frame_when_inactive(false);
        let response = ui.add(button).accessible_name(words.language_name);
        if response.clicked() {
            actions.push(Action::SetLanguage(view.state.language.other()));
        }
        settings_ui(ui, view, &mut actions);
        let queue = toggle_ui(ui, Icon::Queue, words.do_queue, view.state.queue_shown);
        count_ui(ui, view, queue.rect);
        if queue.clicked() {
            actions.push(Action::ToggleQueue);
        }
        steady(ui, "model", |ui| model_ui(ui, view, &mut actions));
        if !view.document.panels.is_empty() && view.state.mask.is_none() && !view.state.models_shown {
            let mut scale = view.state.preferences.card_scale;
            let range = CARD_SCALES.0..=CARD_SCALES.1;
            let slider =
                steady(ui, "cards", |ui| slider_ui(ui, palette, &mut scale, range, 84.0, words.card_size));
            if slider.changed() {
                actions.push(Action::SetCardScale(scale));
            }
        }
        ui.add_space(space::S);
        let rest = |ui: &mut Ui| {
            if view.jobs.is_busy() {
                progress_ui(ui, view, &mut actions);
                return;
            }
            let text = match view.state.file_work {
                Some(FileWork::Saving) => words.saving.to_owned(),
                Some(FileWork::Opening) => words.opening.to_owned(),
                Some(FileWork::Exporting) => words.exporting.to_owned(),
                None if view.state.asking => words.helper_asking.to_owned(),
                None if view.state.reading || view.state.making => words.finding_scenes.to_owned(),
                None => view.state.news.clone().unwrap_or_else(|| board_count(view)),
            };
            one_line_ui(ui, RichText::new(text).size(type_size::SMALL).color(palette.ink_soft));
        };
        steady(ui, "rest", |ui| ui.with_layout(Layout::left_to_right(Align::Center), rest));
    });
    actions
}

/// How many wait or failed, on the corner of the queue's button: beside it, it
/// would push everything else along.
fn count_ui(ui: &Ui, view: &View<'_>, button: Rect) {
    let failed = view.jobs.failures().count();
    let count = view.jobs.iter().count() + failed;
    if count == 0 {
        return;
    }
    let palette = view.palette;
    let ground = if failed > 0 { palette.error } else { palette.accent };
    let text = if count > 99 { "99+".to_owned() } else { count.to_string() };
    let galley = ui.painter().layout_no_wrap(text, sans(type_size::TINY), palette.on_accent);
    let height = galley.size().y;
    let pill = vec2((galley.size().x + space::S).max(height), height);
    // Its middle stays, whatever the number.
    let pill = Rect::from_center_size(button.right_top() + vec2(-space::S, space::S), pill);
    ui.painter().rect_filled(pill, CornerRadius::same((height / 2.0) as u8), ground);
    ui.painter().galley(pill.center() - galley.size() / 2.0, galley, palette.on_accent);
}

/// Who paints this board; opens the page of models.
fn model_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let full = view.model_name();
    let short = full.rsplit('/').next().unwrap_or(&full);
    let text = RichText::new(short).size(type_size::SMALL);
    let button = Button::new(text).truncate().frame_when_inactive(false).selected(view.state.models_shown);
    let name = fill(view.words.model_now, &[("name", &full)]);
    let response = ui.scope(|ui| {
        ui.set_max_width(150.0);
        named(ui.add(button), &name)
    });
    if response.inner.clicked() {
        actions.push(Action::Models(ModelAction::Show(!view.state.models_shown)));
    }
}

fn board_count(view: &View<'_>) -> String {
    let panels = &view.document.panels;
    if panels.is_empty() {
        return view.words.board_none.to_owned();
    }
    let painted = panels.iter().filter(|panel| panel.shown().is_some()).count();
    let words = if panels.len() == 1 { view.words.board_count_one } else { view.words.board_count };
    fill(words, &[("painted", &painted), ("all", &panels.len())])
}

/// The text of the progress: which of how many, what it is doing, time left.
pub fn progress_words(view: &View<'_>) -> String {
    let (done, all) = view.jobs.place();
    let at_work = view.jobs.iter().find(|(_, job)| job.standing != Standing::Waiting);
    if view.state.paused && at_work.is_none() {
        return fill(view.words.progress_paused, &[("done", &done), ("all", &all)]);
    }
    let mut text = fill(view.words.progress_of, &[("done", &done), ("all", &all)]);
    if view.state.paused {
        // The one that is painted is not torn out of the brush's hand.
        text.push_str(" · ");
        text.push_str(view.words.queue_pausing);
        return text;
    }
    match view.jobs.left_secs() {
        Some(secs) if secs >= 1.0 => {
            text.push_str(" · ");
            text.push_str(&left_words(view.words, secs));
        }
        _ => {
            if let Some((_, job)) = at_work {
                text.push_str(" · ");
                text.push_str(&job_words(view.words, job));
            }
        }
    }
    text
}

fn progress_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let palette = view.palette;
    let (rail, _) = ui.allocate_exact_size(vec2(132.0, 6.0), Sense::hover());
    let round = CornerRadius::same(3);
    ui.painter().rect_filled(rail, round, palette.line);
    let width = rail.width() * view.jobs.fraction().clamp(0.0, 1.0);
    let done = Rect::from_min_size(rail.min, vec2(width, rail.height()));
    ui.painter().rect_filled(done, round, palette.accent);
    // Before the words, whose length changes: a button must not run away.
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 26.0;
        ui.spacing_mut().button_padding.y = 3.0;
        let stopping = view.jobs.iter().all(|(_, job)| job.stopping);
        if named(button_ui(ui, Icon::Close, view.words.cancel_all, !stopping), view.words.cancel_all)
            .clicked()
        {
            actions.push(Action::CancelAll);
        }
    });
    one_line_ui(ui, RichText::new(progress_words(view)).size(type_size::SMALL).color(palette.ink));
}
