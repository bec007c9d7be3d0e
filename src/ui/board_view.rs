//! The board: cards in rows, filling as pictures are painted, and put into
//! another order by dragging.

use egui::{
    Color32, CornerRadius, CursorIcon, Frame, Label, LayerId, Margin, Order, Pos2, Rect, Response, RichText,
    ScrollArea, Shadow, Stroke, StrokeKind, TextureHandle, Ui, UiBuilder, Vec2, pos2, vec2,
};

use super::{
    action::Action,
    card_view::{card_ui, cover},
    icons::Icon,
    state::View,
    strings::fill,
    theme::{Palette, TEXT_LINE_PT, sans, serif, size, space, type_size},
    widgets::primary_button_ui,
};
use crate::storyboard::{Edit, Panel, PanelId};

/// Points a frame by which the board scrolls under a card that is dragged to
/// its edge.
const SCROLL_STEP: f32 = 14.0;

/// Width of the picture that is dragged, in points.
const GHOST: f32 = 108.0;

/// Where cards stand.
struct Grid {
    origin: Pos2,
    card: Vec2,
    columns: usize,
    count: usize,
}

impl Grid {
    fn rect(&self, place: usize) -> Rect {
        let (row, column) = (place / self.columns, place % self.columns);
        let step = self.card + Vec2::splat(space::L);
        Rect::from_min_size(self.origin + vec2(column as f32 * step.x, row as f32 * step.y), self.card)
    }

    fn height(&self) -> f32 {
        self.count.div_ceil(self.columns) as f32 * (self.card.y + space::L) + space::L
    }

    /// The gap between cards that is nearest to a position: 0 is before the
    /// first card, `count` after the last.
    fn gap_at(&self, at: Pos2) -> usize {
        let step = self.card + Vec2::splat(space::L);
        let row = ((at.y - self.origin.y) / step.y).floor().max(0.0) as usize;
        let column = ((at.x - self.origin.x) / step.x + 0.5).floor().max(0.0) as usize;
        (row * self.columns + column.min(self.columns)).min(self.count)
    }

    /// The mark in a gap, in the row of this position.
    fn mark(&self, gap: usize, at: Pos2) -> Rect {
        let step = self.card.y + space::L;
        let row = ((at.y - self.origin.y) / step).floor().max(0.0) as usize;
        // The end of a row and the beginning of the next are the same gap.
        let after =
            gap > 0 && (gap == self.count || (gap.is_multiple_of(self.columns) && gap / self.columns > row));
        let (x, card) = if after {
            let card = self.rect(gap - 1);
            (card.right() + space::L / 2.0, card)
        } else {
            let card = self.rect(gap);
            (card.left() - space::L / 2.0, card)
        };
        Rect::from_min_max(pos2(x - 2.0, card.top()), pos2(x + 2.0, card.bottom()))
    }
}

/// Draws the board, or what stands there before there is one.
pub fn board_ui(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    if view.document.panels.is_empty() {
        ready_ui(ui, view, &mut actions);
        return actions;
    }
    let shown = ui.available_rect_before_wrap();
    ScrollArea::vertical().id_salt(("board", view.state.stories)).auto_shrink(false).show(ui, |ui| {
        let room = ui.available_width() - 2.0 * space::L;
        let scale = view.state.preferences.card_scale;
        let least = (size::CARD_MIN * scale).min(room);
        let count = view.document.panels.len();
        let columns = ((room + space::L) / (least + space::L)).floor().max(1.0).min(count as f32);
        let width = ((room - (columns - 1.0) * space::L) / columns).min(size::CARD_MAX * scale).floor();
        let painting = &view.document.painting;
        // Cards of one height, whatever the shape of an older picture.
        let aspect = painting.height_px.max(1) as f32 / painting.width_px.max(1) as f32;
        let grid = Grid {
            origin: ui.cursor().min + vec2(space::L, space::L),
            card: vec2(width, (width * aspect).round() + size::CAPTION),
            columns: (columns as usize).max(1),
            count,
        };
        ui.allocate_space(vec2(ui.available_width(), grid.height()));
        let mut dragged = None;
        for (place, panel) in view.document.panels.iter().enumerate() {
            let response = card_ui(ui, view, place, panel, grid.rect(place), &mut actions);
            if response.dragged() || response.drag_stopped() {
                dragged = Some((panel.id, response));
            }
        }
        if let Some((panel, response)) = dragged {
            drag_ui(ui, view, &grid, shown, panel, &response, &mut actions);
        }
    });
    actions
}

/// A card, or all selected ones, on their way to another place.
fn drag_ui(
    ui: &Ui,
    view: &View<'_>,
    grid: &Grid,
    shown: Rect,
    panel: PanelId,
    response: &Response,
    actions: &mut Vec<Action>,
) {
    let Some(at) = response.interact_pointer_pos().or_else(|| ui.ctx().pointer_latest_pos()) else {
        return;
    };
    let moving = view.selection_with(panel);
    let gap = grid.gap_at(at);
    if response.drag_stopped() {
        let order = view.order_with(&moving, gap);
        if !order.iter().eq(view.document.panels.iter().map(|panel| &panel.id)) {
            actions.push(Action::Edit(Edit::SetOrder(order)));
        }
        return;
    }
    let palette = view.palette;
    ui.painter().rect_filled(grid.mark(gap, at), 2.0, palette.accent);
    for id in &moving {
        if let Some(place) = view.document.position(*id) {
            ui.painter().rect_filled(grid.rect(place), size::ROUND_CARD, palette.desk.gamma_multiply(0.6));
        }
    }
    let picture = view.document.panel(panel).and_then(Panel::shown);
    let picture = picture.and_then(|picture| view.thumbs.get(picture.image, GHOST * ui.pixels_per_point()));
    ghost(ui, palette, at, &ghost_words(view, &moving), picture);
    ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    for (edge, step) in [(shown.top(), SCROLL_STEP), (shown.bottom(), -SCROLL_STEP)] {
        if (at.y - edge).abs() < space::XXL {
            ui.scroll_with_delta(vec2(0.0, step));
            ui.ctx().request_repaint();
        }
    }
}

fn ghost_words(view: &View<'_>, moving: &[PanelId]) -> String {
    match moving {
        [one] => {
            let place = view.document.position(*one).unwrap_or(0);
            fill(view.words.panel_n, &[("n", &(place + 1))])
        }
        many => fill(view.words.panels_n, &[("n", &many.len())]),
    }
}

/// What is dragged, beside the pointer: the picture, small, and which it is.
fn ghost(ui: &Ui, palette: &Palette, at: Pos2, words: &str, picture: Option<&TextureHandle>) {
    let layer = LayerId::new(Order::Tooltip, egui::Id::unique("dragged card"));
    let painter = ui.ctx().layer_painter(layer);
    let galley = painter.layout_no_wrap(words.to_owned(), sans(type_size::BODY), palette.ink);
    let label = galley.size() + vec2(2.0 * space::M, 2.0 * space::S);
    let height = if picture.is_some() { (GHOST / 1.5).round() } else { 0.0 };
    let width = if picture.is_some() { label.x.max(GHOST) } else { label.x };
    let rect = Rect::from_min_size(at + vec2(space::M, space::M), vec2(width, height + label.y));
    let shadow = Shadow { offset: [0, 4], blur: 16, spread: 0, color: palette.shadow };
    painter.add(shadow.as_shape(rect, size::ROUND));
    painter.rect_filled(rect, size::ROUND, palette.card);
    if let Some(texture) = picture {
        let frame = Rect::from_min_size(rect.min, vec2(width, height)).shrink(1.0);
        let corner = size::ROUND - 1;
        cover(&painter, texture, frame, CornerRadius { nw: corner, ne: corner, sw: 0, se: 0 });
    }
    painter.rect_stroke(rect, size::ROUND, Stroke::new(1.0, palette.accent), StrokeKind::Inside);
    painter.galley(rect.left_top() + vec2(space::M, height + space::S), galley, Color32::PLACEHOLDER);
}

fn ready_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let rect = ui.available_rect_before_wrap();
    let width = size::READING.min(rect.width() - 2.0 * space::XL);
    let at = pos2(rect.center().x - width / 2.0, rect.top() + 0.3 * rect.height());
    let column = Rect::from_min_size(at, vec2(width, rect.height() * 0.6));
    ui.scope_builder(UiBuilder::new().max_rect(column), |ui| {
        let reading = view.is_reading();
        let title = if reading { words.finding_scenes } else { words.ready_title };
        ui.add(Label::new(RichText::new(title).font(serif(type_size::DISPLAY))).wrap());
        ui.add_space(space::S);
        let text = RichText::new(words.ready_text)
            .color(view.palette.ink_soft)
            .size(type_size::STORY)
            .line_height(Some(TEXT_LINE_PT));
        ui.add(Label::new(text).wrap());
        if reading {
            return;
        }
        ui.add_space(space::L);
        if primary_button_ui(ui, view.palette, Icon::Find, words.find_scenes, true).clicked() {
            actions.push(Action::FindScenes);
        }
    });
}

/// The frame around the board.
pub fn frame(palette: &Palette) -> Frame {
    Frame::new().fill(palette.desk).inner_margin(Margin::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_lie_between_cards() {
        let grid = Grid { origin: pos2(16.0, 16.0), card: vec2(200.0, 150.0), columns: 3, count: 7 };
        let second = grid.rect(1);
        assert_eq!(grid.gap_at(second.left_center() + vec2(10.0, 0.0)), 1);
        assert_eq!(grid.gap_at(second.right_center() - vec2(10.0, 0.0)), 2);
        assert_eq!(grid.gap_at(grid.rect(2).right_center()), 3);
        assert_eq!(grid.gap_at(grid.rect(3).left_center()), 3);
        assert_eq!(grid.gap_at(pos2(9999.0, 9999.0)), 7);
        assert_eq!(grid.gap_at(pos2(-50.0, -50.0)), 0);
        // The same gap is marked at the end of the first row or the beginning of the second.
        let [end, start] =
            [grid.rect(2).right_center(), grid.rect(3).left_center()].map(|at| grid.mark(3, at));
        assert!(end.left() > grid.rect(2).right() && start.right() < grid.rect(3).left() + 1.0);
    }
}
