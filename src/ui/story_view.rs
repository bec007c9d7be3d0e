//! The story: its text, and its scenes as ribbons in the margin.

use std::sync::Arc;

use egui::{
    ComboBox, Event, Frame, Galley, Margin, Rect, RichText, Role, ScrollArea, Sense, Shape, Stroke,
    TextBuffer, TextEdit, Ui, WidgetInfo, vec2,
};

use super::{
    action::Action,
    digest::Length,
    find_view,
    icons::Icon,
    scene_handles,
    state::View,
    story_cache::{Draft, Mark},
    strings::fill,
    theme::{STORY_LINE_PT, sans, serif, size, space, type_size},
    widgets::{button_ui, chevron, named, steady, tool_button_ui},
};
use crate::storyboard::{Edit, Panel};

/// Choices for the number of scenes.
const COUNTS: [usize; 9] = [1, 2, 3, 4, 6, 8, 10, 12, 16];

/// A text pasted into a board that has panels is read at once only when it is
/// at least this share of the story: then it is a new story, not a correction.
const NEW_STORY_SHARE: f32 = 0.5;

/// From this width of the panel there is room to say that scenes are found anew.
const ROOM_FOR_AGAIN: f32 = 280.0;

/// Draws the story panel.
pub fn story_ui(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    header_ui(ui, view, &mut actions);
    find_view::find_ui(ui, view, &mut actions);
    let notice = changed_notice(ui, view);
    let footer =
        size::CONTROL + 2.0 * space::M + notice.as_ref().map_or(0.0, |text| text.size().y + space::S);
    let height = (ui.available_height() - footer).max(80.0);
    ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        ui.set_min_height(height);
        text_ui(ui, view, &mut actions);
    });
    footer_ui(ui, view, notice, &mut actions);
    actions
}

fn header_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    ui.horizontal(|ui| {
        ui.label(RichText::new(words.story).font(serif(type_size::TITLE)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let has_text = !view.document.story.trim().is_empty();
            if tool_button_ui(ui, Icon::Search, words.find, has_text).clicked() {
                actions.push(Action::Find(view.state.find.is_none()));
            }
            if !view.document.panels.is_empty() {
                scene_tools_ui(ui, view, actions);
            }
            let text = match view.digest.length {
                Length::Nothing => return,
                Length::Words(1) => words.words_one.to_owned(),
                Length::Words(n) => fill(words.words_count, &[("n", &grouped(n))]),
                Length::Characters(n) => fill(words.characters_count, &[("n", &grouped(n))]),
            };
            // Beside the heading, where it stays when the tools come.
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let colour = view.palette.ink_soft;
                let text = ui.painter().layout_no_wrap(text, sans(type_size::SMALL), colour);
                // Half a number would be a wrong one.
                if text.size().x <= ui.available_width() {
                    ui.label(text);
                }
            });
        });
    });
    ui.add_space(space::XS);
}

/// A count in groups of three digits: 1,092.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// What can be done with the scene at the caret, or else the selected one.
fn scene_tools_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let spans = &view.digest.spans;
    let at_caret = view.state.caret.and_then(|caret| {
        spans.iter().position(|span| !span.skipped && span.start <= caret && caret < span.end)
    });
    let selected = view.selected().and_then(|(_, panel)| {
        spans.iter().position(|span| !span.skipped && span.start == panel.scene.start)
    });
    let scene = at_caret.or(selected).and_then(|place| Some((place, spans.get(place)?)));
    let last = spans.len().saturating_sub(1);
    let panel = scene.map(|(_, span)| span.panel);
    // Drawn from the right, so the last comes first.
    let tools = [
        (Icon::Skip, words.skip_scene, panel.map(|id| Action::Edit(Edit::SkipScene(id)))),
        (
            Icon::Merge,
            words.merge_next,
            panel
                .filter(|_| scene.is_some_and(|(place, _)| place < last))
                .map(|id| Action::Edit(Edit::MergeScenes(id))),
        ),
        (Icon::Split, words.split_here, at_caret.map(|_| Action::SplitAtCaret)),
        (Icon::Moment, words.moment_here, at_caret.map(|_| Action::MomentAtCaret)),
    ];
    for (icon, name, action) in tools {
        if tool_button_ui(ui, icon, name, action.is_some()).clicked() {
            actions.extend(action);
        }
    }
}

/// What is said where scenes were found of another text than this one, laid
/// out so that the room for it is known.
fn changed_notice(ui: &Ui, view: &View<'_>) -> Option<Arc<Galley>> {
    let moved_on = view.digest.text_changed() && !view.document.panels.is_empty();
    moved_on.then(|| {
        let text = view.words.text_changed.to_owned();
        ui.painter().layout(text, sans(type_size::SMALL), view.palette.warning, ui.available_width())
    })
}

fn text_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let frame = Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(size::ROUND_CARD);
    frame.show(ui, |ui| {
        ScrollArea::vertical().id_salt(("story", view.state.stories)).auto_shrink(false).show(ui, |ui| {
            let wash = ui.painter().add(Shape::Noop);
            let mut text = Draft::of(&view.document.story);
            let marks = marks(view);
            let mut layouter = |ui: &Ui, text: &dyn TextBuffer, width: f32| {
                view.story_cache.lay_out(ui, view, text.as_str(), &marks, width)
            };
            // Words that are marked keep their ink.
            ui.visuals_mut().selection.stroke.color = palette.ink;
            let output = TextEdit::multiline(&mut text)
                .id_salt("story text")
                .layouter(&mut layouter)
                .frame(Frame::new().inner_margin(Margin {
                    // Also before there are ribbons: the text must not be
                    // broken into other lines when they come.
                    left: size::RIBBON_MARGIN as i8,
                    right: space::L as i8,
                    top: space::M as i8,
                    bottom: space::XL as i8,
                }))
                .desired_width(f32::INFINITY)
                .min_size(ui.available_size())
                .hint_text(
                    RichText::new(words.story_placeholder)
                        .font(serif(type_size::STORY))
                        .line_height(Some(STORY_LINE_PT))
                        .color(palette.ink_soft),
                )
                .show(ui);
            let response = output.response.response.clone().accessible_name(words.story_name);
            if let (true, Some(text)) = (response.changed(), text.into_changed()) {
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
            let caret = output.cursor_range.map(|range| range.primary.index.0);
            // Kept when the keyboard goes to the buttons that use it.
            if caret.is_some() && caret != view.state.caret {
                actions.push(Action::Caret(caret));
            }
            find_view::scroll_to_found(ui, view, &output.galley, output.galley_pos);
            ribbons_ui(ui, view, &output.galley, output.galley_pos, response.rect, wash, actions);
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

/// What is marked in the text: places found, or else the key moment of the
/// selected scene.
fn marks(view: &View<'_>) -> Vec<Mark> {
    if let Some(find) = &view.state.find
        && !find.query.is_empty()
    {
        let found = view.story_cache.found(&view.document.story, &find.query);
        let now = find.at.min(found.len().saturating_sub(1));
        let colour = |at| if at == now { view.palette.found_now } else { view.palette.found };
        return found
            .iter()
            .enumerate()
            .map(|(at, &(start, end))| Mark { start, end, colour: colour(at) })
            .collect();
    }
    let moment = view.selected().map(|(_, panel)| panel.scene.key_moment);
    let mark = |(start, end)| Mark { start, end, colour: view.palette.accent_wash };
    moment.map(mark).into_iter().collect()
}

#[allow(clippy::too_many_arguments, reason = "one place draws what the text's layout gives")]
fn ribbons_ui(
    ui: &mut Ui,
    view: &View<'_>,
    galley: &Arc<Galley>,
    galley_pos: egui::Pos2,
    text_rect: Rect,
    wash: egui::layers::ShapeIdx,
    actions: &mut Vec<Action>,
) {
    let edges = view.story_cache.edges(galley, &view.digest.spans);
    for (span, edge) in view.digest.spans.iter().zip(edges.iter()) {
        let rect = Rect::from_min_max(
            egui::pos2(text_rect.left(), galley_pos.y + edge.top),
            egui::pos2(text_rect.left() + size::RIBBON_MARGIN - 2.0, galley_pos.y + edge.bottom),
        );
        if span.skipped {
            if let Some(panel) = view.document.skipped.get(span.place) {
                scene_handles::skipped_ui(ui, view, panel, rect, text_rect, actions);
            }
        } else if let Some(panel) = view.document.panels.get(span.place) {
            ribbon_ui(ui, view, span.place, panel, rect, text_rect, wash, actions);
        }
    }
    scene_handles::handles_ui(ui, view, galley, galley_pos, text_rect, &edges, actions);
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
    let mut name = fill(view.words.scene_ribbon, &[("n", &(place + 1)), ("title", title)]);
    let touched = view.digest.is_touched(panel.id);
    if touched {
        name.push_str(view.words.comma);
        name.push_str(view.words.scene_changed);
    }
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
    if touched {
        // Broken, in shape and not in colour: the words have moved on.
        let (x, stroke) = (band.center().x, Stroke::new(width, colour));
        let line = [egui::pos2(x, band.top()), egui::pos2(x, band.bottom())];
        ui.painter().extend(Shape::dashed_line(&line, stroke, 7.0, 4.0));
    } else {
        ui.painter().rect_filled(band, 3.0, colour);
    }
    ui.painter().text(
        egui::pos2(band.right() + 3.0, rect.top() + (rect.height() / 2.0).min(13.0)),
        egui::Align2::LEFT_CENTER,
        place + 1,
        sans(type_size::TINY),
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
    // A ribbon is as long as its scene: its name belongs to the pointer.
    response.on_hover_text_at_pointer(name);
}

fn footer_ui(ui: &mut Ui, view: &View<'_>, notice: Option<Arc<Galley>>, actions: &mut Vec<Action>) {
    ui.add_space(space::S);
    if let Some(notice) = notice {
        ui.label(notice);
    }
    steady(ui, "footer", |ui| scenes_ui(ui, view, actions));
}

/// Finds scenes, and how many of them.
fn scenes_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    ui.horizontal(|ui| {
        let wanted = view.state.scenes_wanted;
        let name = |count: Option<usize>| match count {
            None => words.scenes_auto.to_owned(),
            Some(1) => words.scenes_one.to_owned(),
            Some(n) => fill(words.scenes_n, &[("n", &n)]),
        };
        let again = !view.document.panels.is_empty() && ui.available_width() >= ROOM_FOR_AGAIN;
        let label = if again { words.find_scenes_again } else { words.find_scenes };
        let reading = view.is_reading();
        let can_read = !view.document.story.trim().is_empty() && !reading;
        if view.state.asking {
            if button_ui(ui, Icon::Close, words.helper_go_on, true).clicked() {
                actions.push(Action::ReadAlone);
            }
        } else if reading {
            ui.add_enabled(false, egui::Button::new(words.finding_scenes));
        } else if button_ui(ui, Icon::Find, label, can_read).clicked() {
            actions.push(Action::FindScenes);
        }
        let combo = ComboBox::from_id_salt("scenes")
            .width(ui.available_width())
            .icon(chevron)
            .truncate()
            .selected_text(name(wanted))
            .show_ui(ui, |ui| {
                for count in std::iter::once(None).chain(COUNTS.into_iter().map(Some)) {
                    if ui.selectable_label(wanted == count, name(count)).clicked() {
                        // A click closes it by itself, a key does not.
                        ui.close();
                        actions.push(Action::SetScenesWanted(count));
                    }
                }
            });
        named(combo.response, words.scenes_wanted);
    });
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!(
            [0, 7, 999, 1092, 12_345, 1_000_000].map(grouped).join(" "),
            "0 7 999 1,092 12,345 1,000,000"
        );
    }
}
