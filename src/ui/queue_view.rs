//! The queue: what is painted, what waits in which order, what failed and why.

use egui::{Align, CornerRadius, Label, Layout, Rect, RichText, ScrollArea, Sense, Ui, vec2};

use super::{
    action::Action,
    icons::{Icon, paint},
    jobs::{Failure, Job, Plan, Standing},
    standing::{job_words, left_words},
    state::View,
    strings::fill,
    theme::{serif, size, space, type_size},
    widgets::{button_ui, icon_button_ui, square, steady},
};
use crate::{engine::JobId, storyboard::PanelId};

/// Draws the queue.
pub fn queue_ui(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    header_ui(ui, view, &mut actions);
    ScrollArea::vertical().id_salt("queue").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let waiting = view.jobs.waiting().count();
        let mut place = 0;
        for (id, job) in view.jobs.iter() {
            let waits = job.standing == Standing::Waiting;
            let among = waits.then_some((place, waiting));
            steady(ui, ("job", id.0), |ui| job_ui(ui, view, id, job, among, &mut actions));
            place += usize::from(waits);
        }
        for (panel, failure) in view.jobs.failures() {
            steady(ui, ("failure", panel), |ui| failure_ui(ui, view, panel, failure, &mut actions));
        }
        if !view.jobs.is_busy() && view.jobs.failures().next().is_none() {
            let text = RichText::new(view.words.queue_empty).color(view.palette.ink_soft);
            ui.add(Label::new(text).wrap());
        }
    });
    actions
}

fn header_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    ui.horizontal(|ui| {
        ui.label(RichText::new(words.queue).font(serif(type_size::TITLE)));
        let left = view.jobs.left_secs().filter(|secs| *secs >= 1.0).map(|secs| left_words(words, secs));
        let paused = view.state.paused.then(|| words.queue_paused.to_owned());
        if let Some(text) = paused.or(left) {
            ui.label(RichText::new(text).size(type_size::SMALL).color(view.palette.ink_soft));
        }
        let tools = Layout::right_to_left(Align::Center);
        steady(ui, "tools", |ui| ui.with_layout(tools, |ui| tools_ui(ui, view, actions)));
    });
    ui.add_space(space::XS);
}

fn tools_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    if icon_button_ui(ui, Icon::Close, words.queue_close, true).clicked() {
        actions.push(Action::ToggleQueue);
    }
    if button_ui(ui, Icon::Close, words.cancel_all, view.jobs.is_busy()).clicked() {
        actions.push(Action::CancelAll);
    }
    let (icon, name) =
        if view.state.paused { (Icon::Play, words.queue_resume) } else { (Icon::Pause, words.queue_pause) };
    let usable = view.jobs.is_busy() || view.state.paused;
    if button_ui(ui, icon, name, usable).clicked() {
        actions.push(Action::Pause(!view.state.paused));
    }
    // Last, where it pushes no other button from under the pointer.
    if view.jobs.failures().next().is_some()
        && button_ui(ui, Icon::Repaint, words.retry_failed, true).clicked()
    {
        actions.push(Action::RetryFailed);
    }
}

/// "Panel 3 · caption", as much as there is room for.
fn title_ui(ui: &mut Ui, view: &View<'_>, plan: &Plan) {
    let words = view.words;
    if let Some(name) = &plan.portrait_of {
        ui.add(Label::new(fill(words.portrait_of, &[("name", name)])).truncate());
        return;
    }
    let panel = plan.panel;
    let place = view.document.position(panel);
    let mut text = match place {
        Some(place) => fill(words.panel_n, &[("n", &(place + 1))]),
        None => words.panel_gone.to_owned(),
    };
    if let Some(panel) = view.document.panel(panel).filter(|panel| !panel.caption.is_empty()) {
        text.push_str(" · ");
        text.push_str(&panel.caption.replace('\n', " "));
    }
    ui.add(Label::new(text).truncate());
}

fn job_ui(
    ui: &mut Ui,
    view: &View<'_>,
    id: JobId,
    job: &Job,
    waits: Option<(usize, usize)>,
    actions: &mut Vec<Action>,
) {
    let (words, palette) = (view.words, view.palette);
    let number = view.document.position(job.plan.panel).map_or(0, |place| place + 1);
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(size::ICON, size::CONTROL), Sense::hover());
        let (icon, colour) = match waits {
            Some(_) => (Icon::Clock, palette.ink_soft),
            None => (Icon::Brush, palette.accent),
        };
        paint(ui.painter(), rect, icon, colour);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let name = match &job.plan.portrait_of {
                Some(name) => fill(words.portrait_cancel, &[("name", name)]),
                None => fill(words.cancel_queued, &[("n", &number)]),
            };
            if icon_button_ui(ui, Icon::Close, &name, !job.stopping).clicked() {
                actions.push(Action::Cancel(id));
            }
            if let Some((place, waiting)) = waits {
                let steps = [
                    (Icon::Down, words.queue_later, place + 1 < waiting, place + 1),
                    (Icon::Up, words.queue_earlier, place > 0, place.saturating_sub(1)),
                ];
                for (icon, words, enabled, to) in steps {
                    let name = fill(words, &[("n", &number)]);
                    if icon_button_ui(ui, icon, &name, enabled).clicked() {
                        actions.push(Action::MoveJob(id, to));
                    }
                }
            } else {
                ui.add_space(space::S);
                bar(ui, view, job.fraction());
                ui.add_space(space::S);
                let text = RichText::new(job_words(words, job)).size(type_size::SMALL);
                ui.label(text.color(palette.ink_soft));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| title_ui(ui, view, &job.plan));
        });
    });
}

fn bar(ui: &mut Ui, view: &View<'_>, fraction: f32) {
    let (rail, _) = ui.allocate_exact_size(vec2(96.0, 6.0), Sense::hover());
    let round = CornerRadius::same(3);
    ui.painter().rect_filled(rail, round, view.palette.line);
    let done = Rect::from_min_size(rail.min, vec2(rail.width() * fraction.clamp(0.0, 1.0), rail.height()));
    ui.painter().rect_filled(done, round, view.palette.accent);
}

fn failure_ui(ui: &mut Ui, view: &View<'_>, panel: PanelId, failure: &Failure, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let why = &failure.why;
    let number = view.document.position(panel).map_or(0, |place| place + 1);
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(size::ICON, size::CONTROL), Sense::hover());
        paint(ui.painter(), rect, Icon::Failed, palette.error);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = fill(words.retry_queued, &[("n", &number)]);
            let again = square(ui, |ui| icon_button_ui(ui, Icon::Repaint, &name, true));
            if again.clicked() {
                actions.push(Action::Retry(panel));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let title = match &failure.plan.portrait_of {
                    Some(name) => fill(words.portrait_of, &[("name", name)]),
                    None => fill(words.panel_n, &[("n", &number)]),
                };
                let text = RichText::new(format!("{title} · {why}")).color(palette.error);
                ui.add(Label::new(text).truncate()).on_hover_text(why);
            });
        });
    });
}
