//! The ends of scenes beside the story, which can be dragged, and scenes that
//! are left out.

use egui::{
    CursorIcon, EventFilter, Galley, Key, Pos2, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo,
    pos2,
    text::{CCursor, CharIndex},
};

use super::{
    action::Action,
    digest::Span,
    state::View,
    story_cache::Edge,
    strings::fill,
    theme::{size, space},
};
use crate::storyboard::{Edit, Panel};

/// A scene that is left out: a hollow ribbon that brings it back.
pub fn skipped_ui(
    ui: &Ui,
    view: &View<'_>,
    panel: &Panel,
    rect: Rect,
    text_rect: Rect,
    actions: &mut Vec<Action>,
) {
    let palette = view.palette;
    // Its words step back, too.
    let words = Rect::from_min_max(rect.right_top(), pos2(text_rect.right(), rect.bottom()));
    ui.painter().rect_filled(words, 0.0, palette.card.gamma_multiply(0.32));
    let title = if panel.scene.title.is_empty() { &panel.caption } else { &panel.scene.title };
    let name = fill(view.words.scene_skipped, &[("title", title)]);
    let response = ui.interact(rect, ui.scope_id().with(("skipped", panel.id)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let colour =
        if response.hovered() || response.has_focus() { palette.ink_soft } else { palette.ink_faint };
    let band = Rect::from_min_size(
        pos2(rect.left() + space::S, rect.top()),
        egui::vec2(size::RIBBON + 1.0, rect.height()),
    );
    ui.painter().rect_stroke(band, 3.0, Stroke::new(1.0, colour), StrokeKind::Inside);
    if response.has_focus() {
        let ring = Stroke::new(2.0, palette.accent);
        ui.painter().rect_stroke(rect.shrink(1.0), 4.0, ring, StrokeKind::Inside);
    }
    if response.clicked() {
        actions.push(Action::Edit(Edit::BringBack(panel.id)));
    }
    response.on_hover_text_at_pointer(name);
}

/// The ends between scenes.
pub fn handles_ui(
    ui: &Ui,
    view: &View<'_>,
    galley: &Galley,
    galley_pos: Pos2,
    text_rect: Rect,
    edges: &[Edge],
    actions: &mut Vec<Action>,
) {
    let spans = &view.digest.spans;
    for ((pair, edge), place) in spans.windows(2).zip(edges).zip(0..) {
        let [first, second] = pair else { continue };
        let y = galley_pos.y + edge.bottom + space::XS / 2.0;
        let rect = Rect::from_min_max(
            pos2(text_rect.left(), y - size::HANDLE / 2.0),
            pos2(text_rect.left() + size::RIBBON_MARGIN, y + size::HANDLE / 2.0),
        );
        handle_ui(ui, view, galley, galley_pos, text_rect, rect, [first, second], place, actions);
    }
}

#[allow(clippy::too_many_arguments, reason = "one place draws what the text's layout gives")]
fn handle_ui(
    ui: &Ui,
    view: &View<'_>,
    galley: &Galley,
    galley_pos: Pos2,
    text_rect: Rect,
    rect: Rect,
    [first, second]: [&Span; 2],
    place: usize,
    actions: &mut Vec<Action>,
) {
    let palette = view.palette;
    let name = fill(view.words.scene_handle, &[("n", &(place + 1))]);
    let response = ui.interact(rect, ui.scope_id().with(("end of scene", first.panel)), Sense::drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, &name));
    let strong = response.hovered() || response.has_focus();
    if strong {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeVertical);
        let bar = Rect::from_center_size(rect.center(), egui::vec2(rect.width() - 8.0, 3.0));
        ui.painter().rect_filled(bar, 2.0, palette.accent);
    }
    let (from, to) = (first.start, second.end);
    let starts = || {
        let sentences = view.story_cache.sentences(&view.document.story);
        sentences.iter().map(|(start, _)| *start).filter(|at| *at > from && *at < to).collect::<Vec<_>>()
    };
    let mut put = |at: usize| {
        if at != second.start {
            actions.push(Action::Edit(Edit::MoveBoundary(first.panel, at)));
        }
    };
    if response.dragged() || response.drag_stopped() {
        let Some(pointer) = response.interact_pointer_pos().or_else(|| ui.ctx().pointer_latest_pos()) else {
            return;
        };
        let below = egui::vec2(0.0, pointer.y - galley_pos.y);
        let cursor = galley.cursor_from_pos(below).index.0;
        let Some(at) = starts().into_iter().min_by_key(|at| at.abs_diff(cursor)) else { return };
        if response.drag_stopped() {
            put(at);
            return;
        }
        // Where the scene would end: before this sentence.
        let row = galley.pos_from_cursor(CCursor::new(CharIndex(at))).translate(galley_pos.to_vec2());
        let stroke = Stroke::new(2.0, palette.accent);
        let (left, right) = (text_rect.left() + size::RIBBON_MARGIN, text_rect.right() - space::M);
        ui.painter().add(Shape::line_segment([pos2(left, row.top()), pos2(right, row.top())], stroke));
        let caret = [pos2(row.left(), row.top()), pos2(row.left(), row.bottom())];
        ui.painter().add(Shape::line_segment(caret, stroke));
    } else if response.has_focus() {
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let (up, down) = ui.input(|i| (i.key_pressed(Key::ArrowUp), i.key_pressed(Key::ArrowDown)));
        let starts = starts();
        let next = if up {
            starts.into_iter().rev().find(|at| *at < second.start)
        } else if down {
            starts.into_iter().find(|at| *at > second.start)
        } else {
            None
        };
        if let Some(at) = next {
            put(at);
        }
    }
    response.on_hover_text(name);
}
