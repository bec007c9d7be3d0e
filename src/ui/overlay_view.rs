//! What lies over everything: the palette, which runs any command by name, and
//! the cheat sheet, which lists their keys.

use egui::{
    Align, Context, Frame, Id, Key, Label, Layout, Margin, Modal, Response, RichText, Role, ScrollArea,
    Sense, Stroke, TextEdit, Ui, WidgetInfo, vec2,
};

use super::{
    action::{Action, Overlay},
    command::{Command, Group},
    state::View,
    strings::UiLanguage,
    theme::{sans, serif, size, space, type_size},
    widgets::{icon_button_ui, named},
};
use crate::ui::icons::Icon;

/// Draws the overlay, if there is one.
pub fn overlay_ui(ctx: &Context, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some(overlay) = view.state.overlay else {
        return actions;
    };
    let palette = view.palette;
    let frame = Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(size::ROUND_CARD)
        .inner_margin(Margin::same(space::L as i8))
        .shadow(ctx.global_style().visuals.window_shadow);
    let modal = Modal::new(Id::unique("overlay")).frame(frame).backdrop_color(palette.veil);
    let response = modal.show(ctx, |ui| {
        let room = ctx.content_rect().size() - vec2(2.0 * space::XXL, 2.0 * space::XXL);
        match overlay {
            Overlay::Palette => {
                ui.set_width(size::PALETTE.min(room.x));
                palette_ui(ui, view, room.y, &mut actions);
            }
            Overlay::Shortcuts => {
                ui.set_width(size::SHORTCUTS.min(room.x));
                shortcuts_ui(ui, view, room.y, &mut actions);
            }
        }
    });
    let escaped = ctx.input(|input| input.key_pressed(Key::Escape));
    if (escaped || response.backdrop_response.clicked()) && actions.is_empty() {
        actions.push(Action::Show(None));
    }
    actions
}

/// Commands that fit what was typed, best first: those that can be used now
/// before the others. Both languages are looked through, so that a command is
/// found by the name that somebody else calls it.
pub fn fitting(view: &View<'_>) -> Vec<(Command, Option<Action>)> {
    let query = view.state.palette.query.trim().to_lowercase();
    let mut found: Vec<_> = Command::ALL
        .into_iter()
        .filter(|command| *command != Command::Palette)
        .filter_map(|command| {
            let names =
                [UiLanguage::English, UiLanguage::Chinese].map(|l| command.name(l.words()).to_lowercase());
            let rank = names.iter().filter_map(|name| rank(name, &query)).min()?;
            let wish = command.wish(view);
            Some((wish.is_none(), rank, command, wish))
        })
        .collect();
    found.sort_by_key(|(useless, rank, ..)| (*useless, *rank));
    found.into_iter().map(|(.., command, wish)| (command, wish)).collect()
}

/// How well a name fits a query: 0 begins with it, 1 has a word that does, 2
/// holds it, 3 holds its letters in their order.
fn rank(name: &str, query: &str) -> Option<u8> {
    if name.starts_with(query) {
        return Some(0);
    }
    if name.split_whitespace().any(|word| word.starts_with(query)) {
        return Some(1);
    }
    if name.contains(query) {
        return Some(2);
    }
    let mut letters = query.chars().filter(|c| !c.is_whitespace()).peekable();
    for c in name.chars() {
        letters.next_if_eq(&c);
    }
    letters.peek().is_none().then_some(3)
}

fn palette_ui(ui: &mut Ui, view: &View<'_>, room: f32, actions: &mut Vec<Action>) {
    let words = view.words;
    let state = &view.state.palette;
    let found = fitting(view);
    let last = found.len().saturating_sub(1);
    let at = state.at.min(last);
    let (up, down, enter) = ui.input_mut(|input| {
        let mut count = |key| input.count_and_consume_key(egui::Modifiers::NONE, key);
        (count(Key::ArrowUp), count(Key::ArrowDown), count(Key::Enter))
    });
    let mut query = state.query.clone();
    let field = TextEdit::singleline(&mut query)
        .id_salt("palette")
        .font(sans(type_size::STORY))
        .hint_text(words.palette_hint)
        .desired_width(f32::INFINITY);
    let response = named(ui.add(field), words.do_palette);
    if !response.has_focus() {
        response.request_focus();
    }
    if response.changed() {
        actions.push(Action::PaletteQuery(query));
    }
    if up + down > 0 {
        actions.push(Action::PaletteAt((at + down).saturating_sub(up).min(last)));
    }
    let mut chosen = found.get(at).filter(|_| enter > 0).and_then(|(_, wish)| wish.clone());
    ui.add_space(space::S);
    // As high as what fits needs: not as it was when fewer commands did.
    let height = (room - 80.0).min(size::PALETTE_LIST);
    let list = ScrollArea::vertical().max_height(height).min_scrolled_height(height);
    list.auto_shrink([false, true]).show(ui, |ui| {
        // Room for the scroll bar.
        ui.set_max_width(ui.available_width() - space::S);
        ui.spacing_mut().item_spacing.y = 0.0;
        if found.is_empty() {
            ui.label(RichText::new(words.palette_none).color(view.palette.ink_soft));
        }
        for (place, (command, wish)) in found.iter().enumerate() {
            let row = row_ui(ui, view, *command, wish.is_some(), place == at, up + down > 0);
            if row.clicked() {
                chosen = wish.clone();
            }
            if place == at {
                // The keyboard stays in the field; who listens hears the row
                // that Enter would run.
                let marked = row.id.accesskit_id();
                ui.ctx().accesskit_node_builder(response.id, |node| node.set_active_descendant(marked));
            }
        }
    });
    if let Some(action) = chosen {
        actions.push(Action::Show(None));
        actions.push(action);
    }
}

/// One command.
fn row_ui(
    ui: &mut Ui,
    view: &View<'_>,
    command: Command,
    usable: bool,
    marked: bool,
    moved: bool,
) -> Response {
    let palette = view.palette;
    let sense = if usable { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), size::CONTROL), sense);
    let name = command.name(view.words);
    response.widget_info(|| WidgetInfo::selected(Role::Button, usable, marked, name));
    if marked || (usable && response.hovered()) {
        let ground = if marked { palette.accent_wash } else { palette.card_hover };
        ui.painter().rect_filled(rect, size::ROUND, ground);
    }
    if marked && moved {
        ui.scroll_to_rect(rect, None);
    }
    let ink = if usable { palette.ink } else { palette.ink_faint };
    let (left, right) = (rect.left_center() + vec2(space::S, 0.0), rect.right_center() - vec2(space::S, 0.0));
    ui.painter().text(left, egui::Align2::LEFT_CENTER, name, sans(type_size::BODY), ink);
    if let Some(keys) = command.keys_text(ui.ctx()) {
        let ink = if usable { palette.ink_soft } else { palette.ink_faint };
        ui.painter().text(right, egui::Align2::RIGHT_CENTER, keys, sans(type_size::SMALL), ink);
    }
    response
}

fn shortcuts_ui(ui: &mut Ui, view: &View<'_>, room: f32, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(view.words.do_shortcuts).font(serif(type_size::TITLE)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close = icon_button_ui(ui, Icon::Close, view.words.close, true);
            if close.clicked() {
                actions.push(Action::Show(None));
            }
            if ui.memory(|memory| memory.focused().is_none()) {
                close.request_focus();
            }
        });
    });
    ui.add_space(space::S);
    let height = room - 80.0;
    let list = ScrollArea::vertical().max_height(height).min_scrolled_height(height);
    list.auto_shrink([false, true]).show(ui, |ui| {
        // Room for the scroll bar.
        ui.set_max_width(ui.available_width() - space::S);
        ui.spacing_mut().item_spacing.x = space::XXL;
        let columns = if ui.available_width() > 520.0 { 2 } else { 1 };
        ui.columns(columns, |uis| {
            for group in Group::ALL {
                // Both about as long.
                let right = matches!(group, Group::Board | Group::Window);
                let column = usize::from(right).min(columns - 1);
                if let Some(ui) = uis.get_mut(column) {
                    group_ui(ui, view, group);
                }
            }
        });
    });
}

fn group_ui(ui: &mut Ui, view: &View<'_>, group: Group) {
    let palette = view.palette;
    ui.spacing_mut().item_spacing = vec2(space::S, 2.0);
    ui.label(RichText::new(group.name(view.words)).size(type_size::SMALL).color(palette.accent));
    ui.spacing_mut().interact_size.y = size::ROW;
    for command in Command::ALL.into_iter().filter(|command| command.group() == group) {
        let Some(keys) = command.keys_text(ui.ctx()) else { continue };
        ui.horizontal(|ui| {
            ui.set_min_height(size::ROW);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(RichText::new(keys).size(type_size::SMALL).color(palette.ink_soft));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(Label::new(command.name(view.words)).truncate());
                });
            });
        });
    }
    ui.add_space(space::M);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_by_beginning_word_part_and_letters() {
        let rank = |query| rank("find scenes again", query);
        assert_eq!(
            [rank("fi"), rank("sc"), rank("cene"), rank("fsa"), rank("xyz")].map(|r| r),
            [Some(0), Some(1), Some(2), Some(3), None]
        );
        assert_eq!(rank(""), Some(0));
        assert_eq!(super::rank("撤销", "销"), Some(2));
    }
}
