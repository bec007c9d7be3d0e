//! The story: its text, and its scenes as ribbons in the margin.

use std::sync::Arc;

use egui::{
    ComboBox, Event, Frame, Galley, Label, Margin, Rect, RichText, Role, ScrollArea, Sense, Shape, Stroke,
    TextBuffer, TextEdit, TextFormat, Ui, WidgetInfo,
    text::{CCursor, CharIndex, LayoutJob},
    vec2,
};

use super::{
    action::Action,
    icons::Icon,
    state::{Shift, View},
    strings::fill,
    theme::{STORY_LINE_HEIGHT, reading, serif, size, space, type_size},
    widgets::{button_ui, named},
};
use crate::{
    story::slice,
    storyboard::{Edit, Panel},
};

/// Choices for the number of scenes.
const COUNTS: [usize; 9] = [1, 2, 3, 4, 6, 8, 10, 12, 16];

/// A text pasted into a board that has panels is read at once only when it is
/// at least this share of the story: then it is a new story, not a correction.
const NEW_STORY_SHARE: f32 = 0.5;

/// Draws the story panel.
pub fn story_ui(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    header_ui(ui, view);
    let footer = size::CONTROL + 2.0 * space::M + notice_height(view);
    let height = (ui.available_height() - footer).max(80.0);
    ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        ui.set_min_height(height);
        text_ui(ui, view, &mut actions);
    });
    footer_ui(ui, view, &mut actions);
    actions
}

fn header_ui(ui: &mut Ui, view: &View<'_>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(view.words.story).font(serif(type_size::TITLE)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let text = &view.document.story;
            if !text.trim().is_empty() {
                ui.label(
                    RichText::new(count(view, text)).size(type_size::SMALL).color(view.palette.ink_soft),
                );
            }
        });
    });
    ui.add_space(space::XS);
}

/// Words for a text of Latin letters, characters for a Chinese one.
fn count(view: &View<'_>, text: &str) -> String {
    let han = text.chars().filter(|c| matches!(c, '\u{3400}'..='\u{9fff}')).count();
    if han * 2 > text.chars().filter(|c| c.is_alphabetic()).count() {
        fill(view.words.characters_count, &[("n", &han)])
    } else {
        fill(view.words.words_count, &[("n", &text.split_whitespace().count())])
    }
}

/// Whether the text has moved on since its scenes were found.
fn text_changed(view: &View<'_>) -> bool {
    !view.document.panels.is_empty()
        && view.state.read_text.as_ref().is_some_and(|read| *read != view.document.story)
}

fn notice_height(view: &View<'_>) -> f32 {
    if text_changed(view) { 40.0 } else { 0.0 }
}

fn text_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let frame = Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(size::ROUND_CARD);
    frame.show(ui, |ui| {
        ScrollArea::vertical().id_salt("story").auto_shrink(false).show(ui, |ui| {
            let wash = ui.painter().add(Shape::Noop);
            let mut text = view.document.story.clone();
            let shift = shift(view);
            let key_moment = view.selected().map(|(_, panel)| {
                let (start, end) = panel.scene.key_moment;
                (shift.apply(start), shift.apply(end))
            });
            let mut layouter = |ui: &Ui, text: &dyn TextBuffer, width: f32| {
                lay_out(ui, view, text.as_str(), key_moment, width)
            };
            let has_ribbons = !view.document.panels.is_empty();
            let left = if has_ribbons { size::RIBBON_MARGIN } else { space::L };
            let output = TextEdit::multiline(&mut text)
                .id_salt("story text")
                .layouter(&mut layouter)
                .frame(Frame::new().inner_margin(Margin {
                    left: left as i8,
                    right: space::L as i8,
                    top: space::M as i8,
                    bottom: space::XL as i8,
                }))
                .desired_width(f32::INFINITY)
                .min_size(ui.available_size())
                .hint_text(
                    RichText::new(words.story_placeholder)
                        .font(serif(type_size::STORY))
                        .color(palette.ink_soft),
                )
                .show(ui);
            let response = output.response.response.clone().accessible_name(words.story_name);
            if response.changed() {
                let pasted = pasted_chars(ui);
                let all = text.chars().count();
                actions.push(Action::Type(Edit::SetStory(text)));
                let is_new_story = pasted as f32 >= NEW_STORY_SHARE * all as f32;
                if pasted > 0 && (view.document.panels.is_empty() || is_new_story) {
                    actions.push(Action::FindScenes);
                }
            }
            if response.lost_focus() {
                actions.push(Action::Seal);
            }
            ribbons_ui(ui, view, &output.galley, output.galley_pos, response.rect, &shift, wash, actions);
        });
    });
}

fn pasted_chars(ui: &Ui) -> usize {
    ui.input(|input| {
        let pasted = input.events.iter().filter_map(|event| match event {
            Event::Paste(text) | Event::MiddleClickPaste { text, .. } => Some(text.chars().count()),
            _ => None,
        });
        pasted.sum()
    })
}

fn shift(view: &View<'_>) -> Shift {
    let now = &view.document.story;
    match &view.state.read_text {
        Some(read) if text_changed(view) => Shift::between(read, now),
        _ => Shift::unchanged(),
    }
}

fn lay_out(
    ui: &Ui,
    view: &View<'_>,
    text: &str,
    key_moment: Option<(usize, usize)>,
    width: f32,
) -> Arc<Galley> {
    let plain = TextFormat {
        font_id: reading(type_size::STORY, view.document.language),
        color: view.palette.ink,
        line_height: Some((type_size::STORY * STORY_LINE_HEIGHT).round()),
        ..TextFormat::default()
    };
    let mut job = LayoutJob::default();
    job.wrap.max_width = width;
    match key_moment {
        Some((start, end)) if start < end => {
            let marked = TextFormat { background: view.palette.accent_wash, ..plain.clone() };
            let moment = slice(text, start, end);
            let from = slice(text, 0, start).len();
            let to = from + moment.len();
            job.append(text.get(..from).unwrap_or(""), 0.0, plain.clone());
            job.append(moment, 0.0, marked);
            job.append(text.get(to..).unwrap_or(""), 0.0, plain);
        }
        _ => job.append(text, 0.0, plain),
    }
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

#[allow(clippy::too_many_arguments, reason = "one place draws what the text's layout gives")]
fn ribbons_ui(
    ui: &mut Ui,
    view: &View<'_>,
    galley: &Galley,
    galley_pos: egui::Pos2,
    text_rect: Rect,
    shift: &Shift,
    wash: egui::layers::ShapeIdx,
    actions: &mut Vec<Action>,
) {
    let panels = &view.document.panels;
    let mut spans = Vec::new();
    for (place, panel) in panels.iter().enumerate() {
        // Copies of a panel share its scene: one ribbon serves both.
        if panels.iter().take(place).all(|other| other.scene.start != panel.scene.start) {
            spans.push((shift.apply(panel.scene.start), shift.apply(panel.scene.end), place, panel));
        }
    }
    spans.sort_by_key(|(start, ..)| *start);
    // A row belongs to the scene of its first character.
    let edge = |offset: usize| {
        let at = galley.pos_from_cursor(CCursor::new(CharIndex(offset)));
        if at.left() > 0.5 { at.bottom() } else { at.top() }
    };
    let mut free_from = 0.0_f32;
    for (index, (start, end, place, panel)) in spans.iter().enumerate() {
        let bottom = match spans.get(index + 1) {
            Some((next, ..)) => edge(*next),
            None => galley.pos_from_cursor(CCursor::new(CharIndex(*end))).bottom(),
        };
        let top = edge(*start).max(free_from);
        // Scenes that share a row are short, but each can be seen and clicked.
        let bottom = (bottom - space::XS).max(top + 10.0);
        free_from = bottom + space::XS;
        let rect = Rect::from_min_max(
            egui::pos2(text_rect.left(), galley_pos.y + top),
            egui::pos2(text_rect.left() + size::RIBBON_MARGIN - 2.0, galley_pos.y + bottom),
        );
        ribbon_ui(ui, view, *place, panel, rect, text_rect, wash, actions);
    }
}

#[allow(clippy::too_many_arguments, reason = "one place draws what the text's layout gives")]
fn ribbon_ui(
    ui: &mut Ui,
    view: &View<'_>,
    place: usize,
    panel: &Panel,
    rect: Rect,
    text_rect: Rect,
    wash: egui::layers::ShapeIdx,
    actions: &mut Vec<Action>,
) {
    let palette = view.palette;
    let title = if panel.scene.title.is_empty() { &panel.caption } else { &panel.scene.title };
    let name = fill(view.words.scene_ribbon, &[("n", &(place + 1)), ("title", title)]);
    let response = ui.interact(rect, ui.scope_id().with(("ribbon", panel.id)), Sense::click());
    let selected = view.state.selected == Some(panel.id);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &name));
    let colour = palette.ribbon(place);
    if selected {
        let lit = Rect::from_min_max(rect.left_top(), egui::pos2(text_rect.right(), rect.bottom()));
        let shape = egui::epaint::RectShape::filled(lit, 4.0, colour.gamma_multiply(0.12));
        ui.painter().set(wash, shape);
        if view.state.scroll_story {
            ui.scroll_to_rect(rect.expand2(vec2(0.0, space::XL)), Some(egui::Align::TOP));
            actions.push(Action::StoryScrolled);
        }
    }
    let strong = selected || response.hovered() || response.has_focus();
    let width = if strong { size::RIBBON + 2.0 } else { size::RIBBON };
    let band =
        Rect::from_min_size(egui::pos2(rect.left() + space::S, rect.top()), vec2(width, rect.height()));
    ui.painter().rect_filled(band, 3.0, colour);
    ui.painter().text(
        egui::pos2(band.right() + 3.0, rect.top() + (rect.height() / 2.0).min(13.0)),
        egui::Align2::LEFT_CENTER,
        place + 1,
        super::theme::sans(11.0),
        if strong { palette.ink } else { palette.ink_soft },
    );
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect.shrink(1.0),
            4.0,
            Stroke::new(2.0, palette.accent),
            egui::StrokeKind::Inside,
        );
    }
    if response.clicked() {
        actions.push(Action::Select(Some(panel.id)));
    }
    response.on_hover_text(name);
}

fn footer_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    ui.add_space(space::S);
    if text_changed(view) {
        let text = RichText::new(words.text_changed).size(type_size::SMALL).color(view.palette.warning);
        ui.add(Label::new(text).wrap());
    }
    ui.horizontal(|ui| {
        let wanted = view.state.scenes_wanted;
        let name = |count: Option<usize>| match count {
            None => words.scenes_auto.to_owned(),
            Some(1) => words.scenes_one.to_owned(),
            Some(n) => fill(words.scenes_n, &[("n", &n)]),
        };
        let label = if view.document.panels.is_empty() { words.find_scenes } else { words.find_scenes_again };
        let can_read = !view.document.story.trim().is_empty() && !view.state.reading;
        if view.state.reading {
            ui.add_enabled(false, egui::Button::new(words.finding_scenes));
        } else if button_ui(ui, Icon::Find, label, can_read).clicked() {
            actions.push(Action::FindScenes);
        }
        let combo = ComboBox::from_id_salt("scenes")
            .width(ui.available_width())
            .truncate()
            .selected_text(name(wanted))
            .show_ui(ui, |ui| {
                for count in std::iter::once(None).chain(COUNTS.into_iter().map(Some)) {
                    if ui.selectable_label(wanted == count, name(count)).clicked() {
                        actions.push(Action::SetScenesWanted(count));
                    }
                }
            });
        named(combo.response, words.scenes_wanted);
    });
}
