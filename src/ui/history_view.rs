//! The edits by name, to go back to any of them and forward again.

use egui::{Align, Button, Label, Layout, RichText, Role, ScrollArea, Ui, WidgetInfo, vec2};

use super::{
    action::Action,
    icons::Icon,
    state::View,
    strings::{Words, fill},
    theme::{serif, size, space, type_size},
    widgets::icon_button_ui,
};
use crate::storyboard::{EditKind, History, StepName};

/// Draws the list.
pub fn history_ui(ui: &mut Ui, view: &View<'_>, history: &History) -> Vec<Action> {
    let mut actions = Vec::new();
    let words = view.words;
    ui.horizontal(|ui| {
        ui.label(RichText::new(words.history).font(serif(type_size::TITLE)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon_button_ui(ui, Icon::Close, words.history_close, true).clicked() {
                actions.push(Action::ToggleHistory);
            }
        });
    });
    ui.add_space(space::XS);
    let hint = RichText::new(words.history_hint).size(type_size::SMALL).color(view.palette.ink_soft);
    ui.add(Label::new(hint).wrap());
    ui.add_space(space::S);
    let now = history.past().len();
    ScrollArea::vertical().id_salt("history").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let first = (0, words.history_start.to_owned());
        let steps = history.past().chain(history.future()).enumerate();
        let steps = steps.map(|(at, step)| (at + 1, step_words(view, step)));
        for (at, text) in std::iter::once(first).chain(steps) {
            row_ui(ui, view, at, now, &text, &mut actions);
        }
    });
    actions
}

fn row_ui(ui: &mut Ui, view: &View<'_>, at: usize, now: usize, text: &str, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let current = at == now;
    // What was taken back is said in words too, not in a paler colour alone.
    let name = if at > now { fill(words.history_undone, &[("what", &text)]) } else { text.to_owned() };
    let ink = if at > now { palette.ink_soft } else { palette.ink };
    let mut label = RichText::new(text).color(ink);
    if at > now {
        label = label.italics();
    }
    let button = Button::selectable(current, label)
        .truncate()
        .min_size(vec2(ui.available_width(), size::ROW + space::XS));
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, current, &name));
    if response.clicked() && !current {
        actions.push(Action::GoTo(at));
    }
    // The list follows undo and redo by the keyboard.
    let id = egui::Id::unique("history at");
    if current && ui.data_mut(|data| data.get_temp::<usize>(id) != Some(at)) {
        ui.data_mut(|data| data.insert_temp(id, at));
        response.scroll_to_me(None);
    }
}

/// A step in words: what was changed, and of which panel or whom.
pub fn step_words(view: &View<'_>, step: StepName<'_>) -> String {
    let what = kind_words(view.words, step.kind);
    let place = step.panel.and_then(|panel| view.document.position(panel));
    match (place, step.member) {
        (Some(place), _) => fill(view.words.history_of_panel, &[("what", &what), ("n", &(place + 1))]),
        (None, Some(name)) => format!("{what} · {name}"),
        (None, None) => what.to_owned(),
    }
}

/// A kind of edit in words.
pub fn kind_words(words: &Words, kind: EditKind) -> &'static str {
    match kind {
        EditKind::Story => words.did_story,
        EditKind::Reading => words.did_reading,
        EditKind::Title => words.did_title,
        EditKind::Style => words.did_style,
        EditKind::Size => words.did_size,
        EditKind::Model => words.did_model,
        EditKind::Steps => words.did_steps,
        EditKind::Guidance => words.did_guidance,
        EditKind::Negative | EditKind::PanelNegative => words.did_negative,
        EditKind::Prompt => words.did_prompt,
        EditKind::Tone => words.did_tone,
        EditKind::Part => words.did_part,
        EditKind::Added => words.did_added,
        EditKind::Shot => words.did_shot,
        EditKind::Notes => words.did_notes,
        EditKind::Caption => words.did_caption,
        EditKind::Seed => words.did_seed,
        EditKind::NewPicture => words.did_new_picture,
        EditKind::Choice => words.did_choice,
        EditKind::RemovePicture => words.did_remove_picture,
        EditKind::RemovePanel => words.did_remove_panel,
        EditKind::DuplicatePanel => words.did_duplicate,
        EditKind::MovePanel | EditKind::Order => words.did_order,
        EditKind::Lock => words.did_lock,
        EditKind::Star => words.did_star,
        EditKind::Boundary => words.did_boundary,
        EditKind::Split => words.did_split,
        EditKind::Merge => words.did_merge,
        EditKind::Skip => words.did_skip,
        EditKind::BringBack => words.did_bring_back,
        EditKind::KeyMoment => words.did_key_moment,
        EditKind::CastName => words.did_cast_name,
        EditKind::CastLooks => words.did_cast_looks,
        EditKind::CastKind => words.did_cast_kind,
        EditKind::CastMerge => words.did_cast_merge,
        EditKind::CastAdd => words.did_cast_add,
        EditKind::CastRemove => words.did_cast_remove,
        EditKind::CastBack => words.did_cast_back,
        EditKind::Portrait => words.did_portrait,
        EditKind::Nothing => words.did_nothing,
    }
}
