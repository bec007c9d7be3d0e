//! The words of a panel: how near its picture is, what it is painted from and
//! where each part of that comes from, what it avoids, its caption, its notes.

use egui::{Button, Label, Margin, Response, RichText, Role, TextEdit, Ui, WidgetInfo, vec2};

use super::{
    action::Action,
    icons::{Icon, paint},
    state::View,
    strings::{Words, fill},
    theme::{FIELD_LINE_PT, reading, sans, size, space, type_size},
    widgets::{button_ui, chip_ui, field_label_ui, gap, hint, icon_button_ui, text_area_ui, unfold},
};
use crate::storyboard::{Edit, Language, Panel, PanelPart, PartSource, Shot};

/// Draws all of them.
pub fn words_ui(ui: &mut Ui, view: &View<'_>, panel: &Panel, actions: &mut Vec<Action>) {
    let words = view.words;
    shot_ui(ui, view, panel, actions);
    gap(ui);
    prompt_ui(ui, view, panel, actions);
    parts_ui(ui, view, panel, actions);
    gap(ui);
    let font = reading(type_size::CAPTION, view.document.language);
    let id = ("caption", panel.id);
    let caption = field_ui(ui, view, words.caption, font, &panel.caption, |field| field.id_salt(id));
    typed(caption.map(|text| text.map(|text| Edit::SetCaption(panel.id, text))), actions);
    gap(ui);
    let font = sans(type_size::BODY);
    let notes = field_ui(ui, view, words.notes, font.clone(), &panel.notes, |field| {
        field.id_salt(("notes", panel.id)).hint_text(hint(words.notes_hint))
    });
    typed(notes.map(|text| text.map(|text| Edit::SetNotes(panel.id, text))), actions);
    gap(ui);
    let negative = field_ui(ui, view, words.panel_negative, font, &panel.negative, |field| {
        let field = field.id_salt(("avoid", panel.id)).hint_text(hint(words.panel_negative_hint));
        field.min_size(vec2(0.0, FIELD_LINE_PT + 2.0 * space::S))
    });
    typed(negative.map(|text| text.map(|text| Edit::SetPanelNegative(panel.id, text))), actions);
}

/// What was done to a field: typed into it, or left it.
enum Typed<T> {
    Text(T),
    Left,
}

impl<T> Typed<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Typed<U> {
        match self {
            Self::Text(text) => Typed::Text(change(text)),
            Self::Left => Typed::Left,
        }
    }
}

fn typed(what: Option<Typed<Edit>>, actions: &mut Vec<Action>) {
    match what {
        Some(Typed::Text(edit)) => actions.push(Action::Type(edit)),
        Some(Typed::Left) => actions.push(Action::Seal),
        None => {}
    }
}

fn field_ui(
    ui: &mut Ui,
    view: &View<'_>,
    name: &str,
    font: egui::FontId,
    text: &str,
    dress: impl for<'t> FnOnce(TextEdit<'t>) -> TextEdit<'t>,
) -> Option<Typed<String>> {
    let label = field_label_ui(ui, view.palette, name);
    let mut text = text.to_owned();
    let response = text_area_ui(ui, &mut text, 2, font, dress);
    let response = response.labelled_by(label.id).accessible_name(name);
    if response.changed() {
        return Some(Typed::Text(text));
    }
    response.lost_focus().then_some(Typed::Left)
}

/// A shot by its name.
pub fn shot_words(words: &Words, shot: Shot) -> &'static str {
    match shot {
        Shot::Wide => words.shot_wide,
        Shot::Medium => words.shot_medium,
        Shot::Close => words.shot_close,
    }
}

fn origin_ui(ui: &mut Ui, view: &View<'_>, changed: bool) {
    let (words, palette) = (view.words, view.palette);
    if changed {
        chip_ui(ui, words.prompt_changed, palette.ink, palette.accent_wash);
    } else {
        chip_ui(ui, words.prompt_of_story, palette.ink_soft, palette.card_hover);
    }
}

fn shot_ui(ui: &mut Ui, view: &View<'_>, panel: &Panel, actions: &mut Vec<Action>) {
    let words = view.words;
    ui.horizontal(|ui| {
        field_label_ui(ui, view.palette, words.shot);
        origin_ui(ui, view, panel.own_shot.is_some());
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let width = (ui.available_width() - 2.0 * space::XS) / 3.0;
        for shot in [Shot::Wide, Shot::Medium, Shot::Close] {
            let on = panel.shot() == shot;
            let name = shot_words(words, shot);
            let response = ui.add(Button::selectable(on, name).min_size(vec2(width, size::CONTROL)));
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, name));
            if response.clicked() && !on {
                // The story's own choice needs no word of the writer's.
                let own = (shot != panel.scene.shot).then_some(shot);
                actions.push(Action::Edit(Edit::SetShot(panel.id, own)));
            }
        }
    });
}

fn prompt_ui(ui: &mut Ui, view: &View<'_>, panel: &Panel, actions: &mut Vec<Action>) {
    let (words, language) = (view.words, view.document.prompt_language());
    let changed = panel.prompt.is_some();
    let in_part = !panel.own_parts.is_empty() || !panel.added.is_empty();
    let label = ui
        .horizontal(|ui| {
            let label = field_label_ui(ui, view.palette, words.prompt);
            origin_ui(ui, view, changed || in_part);
            label
        })
        .inner;
    let mut prompt = panel.scene_prompt(language).into_owned();
    let id = ("prompt", panel.id);
    let response = text_area_ui(ui, &mut prompt, 3, sans(type_size::BODY), |field| field.id_salt(id));
    let response = response.labelled_by(label.id).accessible_name(words.prompt);
    if response.changed() {
        // What reads as the parts have it follows them again.
        let own = (prompt != panel.composed_prompt(language)).then_some(prompt);
        actions.push(Action::Type(Edit::SetPrompt(panel.id, own)));
    }
    if response.lost_focus() {
        actions.push(Action::Seal);
    }
    if changed && button_ui(ui, Icon::Undo, words.prompt_back, true).clicked() {
        actions.push(Action::Edit(Edit::SetPrompt(panel.id, None)));
    }
    if !panel.proposal.is_empty() && panel.prompt.as_ref() != Some(&panel.proposal) {
        field_label_ui(ui, view.palette, words.proposal);
        let text = RichText::new(&panel.proposal).font(reading(type_size::CAPTION, Language::English));
        ui.add(Label::new(text).wrap().selectable(true));
        if button_ui(ui, Icon::Done, words.proposal_take, true).clicked() {
            actions.push(Action::Edit(Edit::SetPrompt(panel.id, Some(panel.proposal.clone()))));
        }
    }
}

/// Where a part of a prompt comes from.
fn source_words(words: &Words, source: PartSource) -> &'static str {
    match source {
        PartSource::KeyMoment => words.part_moment,
        PartSource::Cast => words.part_cast,
        PartSource::Setting => words.part_setting,
        PartSource::Time => words.part_time,
        PartSource::Weather => words.part_weather,
        PartSource::Mood => words.part_mood,
        PartSource::Shot => words.shot,
        PartSource::Tone => words.part_tone,
    }
}

/// The parts of the prompt, each beside its origin and with the writer's words
/// in place of the story's.
fn parts_ui(ui: &mut Ui, view: &View<'_>, panel: &Panel, actions: &mut Vec<Action>) {
    let words = view.words;
    let title = RichText::new(words.parts).size(type_size::SMALL).color(view.palette.ink_soft);
    egui::CollapsingHeader::new(title).id_salt("parts").icon(unfold).show_unindented(ui, |ui| {
        if panel.prompt.is_some() {
            let text = RichText::new(words.parts_unused).size(type_size::SMALL).color(view.palette.ink_soft);
            ui.add(Label::new(text).wrap());
        }
        ui.add_enabled_ui(panel.prompt.is_none(), |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            for part in panel.parts(view.document.prompt_language()) {
                part_ui(ui, view, panel, &part, actions);
            }
            let mut added = panel.added.clone();
            let own = !added.is_empty();
            let response = row_ui(ui, view, words.part_added, own, |ui| {
                let response = part_field_ui(ui, &mut added, words.part_added_hint, f32::INFINITY, |field| {
                    field.id_salt(("added", panel.id))
                });
                response.accessible_name(words.part_added)
            });
            if response.changed() {
                actions.push(Action::Type(Edit::SetAdded(panel.id, added)));
            }
            if response.lost_focus() {
                actions.push(Action::Seal);
            }
        });
    });
}

/// A field beside its name; the name stands at the height of its first line.
fn row_ui<R>(ui: &mut Ui, view: &View<'_>, name: &str, own: bool, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(size::PART_NAME, size::CONTROL), egui::Sense::hover());
        let colour = if own { view.palette.ink } else { view.palette.ink_soft };
        let text = ui.painter().layout_no_wrap(name.to_owned(), sans(type_size::TINY), colour);
        let at = egui::pos2(rect.left(), rect.center().y - text.size().y / 2.0);
        ui.painter().galley(at, text, colour);
        add(ui)
    })
    .inner
}

/// A field for a part, as high as its words need.
fn part_field_ui(
    ui: &mut Ui,
    text: &mut String,
    words: &str,
    width: f32,
    dress: impl for<'t> FnOnce(TextEdit<'t>) -> TextEdit<'t>,
) -> Response {
    text_area_ui(ui, text, 1, sans(type_size::BODY), |field| {
        // A part is one line of a prompt, however it is wrapped.
        let field = dress(field).return_key(None).hint_text(hint(words));
        field.margin(Margin::symmetric(10, 5)).min_size(vec2(0.0, size::CONTROL)).desired_width(width)
    })
}

fn part_ui(ui: &mut Ui, view: &View<'_>, panel: &Panel, part: &PanelPart<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let source = source_words(words, part.source);
    let name = fill(words.part_name, &[("part", &source)]);
    row_ui(ui, view, source, part.own.is_some(), |ui| {
        let mut text = part.words().to_owned();
        let room = ui.available_width() - if part.own.is_some() { size::CONTROL + space::S } else { 0.0 };
        let id = ("part", panel.id, part.source as u8);
        let response = part_field_ui(ui, &mut text, words.part_left_out, room, |field| field.id_salt(id));
        let response = response.accessible_name(&name);
        if part.own.is_some() {
            // A mark in shape for what is the writer's.
            let mark = response.rect.right_top() + vec2(-10.0, 12.0);
            let mark = egui::Rect::from_center_size(mark, vec2(13.0, 13.0));
            paint(ui.painter(), mark, Icon::Pencil, view.palette.accent);
        }
        if response.changed() {
            let own = (text != part.derived).then_some(text);
            actions.push(Action::Type(Edit::SetPart(panel.id, part.source, own)));
        }
        if response.lost_focus() {
            actions.push(Action::Seal);
        }
        if part.own.is_some() {
            let back = fill(words.part_back, &[("part", &source)]);
            if icon_button_ui(ui, Icon::Undo, &back, true).clicked() {
                actions.push(Action::Edit(Edit::SetPart(panel.id, part.source, None)));
            }
        }
    });
}
