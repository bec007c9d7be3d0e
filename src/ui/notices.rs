//! Sentences that the writer should not miss, in the lower right corner until
//! dismissed.

use egui::{
    Align, Align2, Area, Context, CornerRadius, Frame, Id, Layout, Margin, Order, Rect, Sense, Shadow,
    Stroke, Ui, vec2,
};

use super::{
    action::Action,
    icons::{Icon, paint},
    state::{Gravity, Notice, View},
    strings::fill,
    theme::{sans, size, space, type_size},
    widgets::{chip_ui, icon_button_ui, steady},
};

/// How many are shown at once; the oldest wait.
const SHOWN: usize = 3;

/// Draws the notices.
pub fn notices_ui(ctx: &Context, view: &View<'_>, board: Rect) -> Vec<Action> {
    let mut actions = Vec::new();
    let notices = &view.state.notices;
    if notices.is_empty() {
        return actions;
    }
    // Over the board alone: the other panels have controls at their lower ends.
    let corner = board.right_bottom() - vec2(space::L, space::L);
    let width = size::NOTICE.min(board.width() - 2.0 * space::L);
    Area::new(Id::unique("notices")).order(Order::Middle).pivot(Align2::RIGHT_BOTTOM).fixed_pos(corner).show(
        ctx,
        |ui| {
            ui.set_width(width);
            if notices.len() > 1 {
                // One row high, or it would take all the room there is.
                let row = vec2(width, size::CONTROL);
                ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
                    if ui.button(view.words.dismiss_all).clicked() {
                        actions.push(Action::DismissAll);
                    }
                    if notices.len() > SHOWN {
                        let more = fill(view.words.notices_more, &[("n", &(notices.len() - SHOWN))]);
                        // On a ground of its own: there are pictures below.
                        chip_ui(ui, &more, view.palette.ink_soft, view.palette.card);
                    }
                });
            }
            for (index, notice) in notices.iter().enumerate().take(SHOWN) {
                steady(ui, ("notice", &notice.text), |ui| notice_ui(ui, view, index, notice, &mut actions));
            }
        },
    );
    actions
}

fn notice_ui(ui: &mut Ui, view: &View<'_>, index: usize, notice: &Notice, actions: &mut Vec<Action>) {
    let palette = view.palette;
    let (icon, colour) = match notice.gravity {
        Gravity::Done => (Icon::Done, palette.good),
        Gravity::Warning => (Icon::Warning, palette.warning),
        Gravity::Error => (Icon::Failed, palette.error),
    };
    Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line_strong))
        .corner_radius(CornerRadius::same(size::ROUND_CARD))
        .shadow(Shadow { offset: [0, 4], blur: 16, spread: 0, color: palette.shadow })
        .inner_margin(Margin::symmetric(space::M as i8, space::S as i8))
        .show(ui, |ui| {
            let room = ui.available_width() - size::ICON - size::CONTROL - 2.0 * space::S;
            let text = ui.painter().layout(notice.text.clone(), sans(type_size::BODY), palette.ink, room);
            let row = vec2(ui.available_width(), text.size().y.max(size::CONTROL));
            ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
                if icon_button_ui(ui, Icon::Close, view.words.dismiss, true).clicked() {
                    actions.push(Action::Dismiss(index));
                }
                let rest = vec2(ui.available_width(), row.y);
                ui.allocate_ui_with_layout(rest, Layout::left_to_right(Align::Center), |ui| {
                    let side = vec2(size::ICON, size::ICON);
                    let (rect, _) = ui.allocate_exact_size(side, Sense::hover());
                    paint(ui.painter(), rect, icon, colour);
                    ui.label(text);
                });
            });
        });
}
