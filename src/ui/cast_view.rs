//! The cast: who appears, how they look and where the story says so, their
//! portraits and their scenes. What the writer changes here holds in every
//! later reading.

use egui::{
    Align, CornerRadius, Frame, Label, Layout, Margin, Rect, RichText, Role, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, WidgetInfo, vec2,
};

use super::{
    action::{Action, CastAction},
    card_view::cover,
    cast_member_view::{draft_ui, member_ui},
    command::Command,
    icons::Icon,
    state::View,
    strings::{Words, fill},
    theme::{sans, serif, size, space, type_size},
    widgets::{button_ui, icon_button_ui},
};
use crate::storyboard::{CastEdit, Character, CharacterKind, Edit, PanelId};

/// A kind in words.
pub fn kind_words(words: &Words, kind: CharacterKind) -> &'static str {
    match kind {
        CharacterKind::Human => words.kind_human,
        CharacterKind::Animal => words.kind_animal,
        CharacterKind::Creature => words.kind_creature,
        CharacterKind::Object => words.kind_object,
    }
}

/// Names are the same whatever their case.
pub fn same_name(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// Whether a name or an alias of a member is this one.
pub fn called(member: &Character, who: &str) -> bool {
    same_name(&member.name, who) || member.aliases.iter().any(|alias| same_name(alias, who))
}

/// What a storyteller is called who is no name.
const STORYTELLER: [&str; 3] = ["I", "narrator", "我"];

/// What else the story calls a member, and whether it is the one who tells it.
pub fn other_names(member: &Character) -> (Vec<&str>, bool) {
    let tells = |name: &str| STORYTELLER.iter().any(|known| same_name(known, name));
    let is_teller = tells(&member.name) || member.aliases.iter().any(|alias| tells(alias));
    let others = member.aliases.iter().map(String::as_str).filter(|alias| !tells(alias));
    (others.collect(), is_teller)
}

/// The panels in whose scenes a member appears, with their places.
pub fn panels_of(view: &View<'_>, member: &Character) -> Vec<(usize, PanelId)> {
    let panels = view.document.panels.iter().enumerate();
    panels
        .filter(|(_, panel)| panel.scene.characters.iter().any(|name| called(member, name)))
        .map(|(place, panel)| (place, panel.id))
        .collect()
}

/// Draws the page.
pub fn cast_ui(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    let words = view.words;
    let cast = &view.document.cast;
    let chosen = view.state.cast.member.as_deref();
    let chosen = chosen.and_then(|name| cast.iter().position(|member| called(member, name))).unwrap_or(0);
    Frame::new().inner_margin(Margin::same(space::L as i8)).show(ui, |ui| {
        ui.horizontal(|ui| {
            if button_ui(ui, Icon::Left, words.mask_back, true).clicked() {
                actions.push(Action::Cast(CastAction::Show(false)));
            }
            ui.add_space(space::S);
            ui.label(RichText::new(words.cast).font(serif(type_size::TITLE)));
            // What the cast has changed waits to be painted anew.
            if let Some(action) = Command::RepaintStale.wish(view) {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if button_ui(ui, Icon::Repaint, words.repaint_stale, true).clicked() {
                        actions.push(action);
                    }
                });
            }
        });
        ui.add_space(space::M);
        let room = ui.available_size();
        let list = (room.x * 0.32).clamp(170.0, 260.0);
        ui.horizontal_top(|ui| {
            ui.allocate_ui_with_layout(vec2(list, room.y), Layout::top_down(Align::LEFT), |ui| {
                ui.set_min_size(vec2(list, room.y));
                list_ui(ui, view, chosen, &mut actions);
            });
            ui.add_space(space::L);
            let rest = vec2(ui.available_width(), room.y);
            ui.allocate_ui_with_layout(rest, Layout::top_down(Align::LEFT), |ui| {
                ui.set_min_size(rest);
                match cast.get(chosen) {
                    Some(member) => member_ui(ui, view, member, &mut actions),
                    None => nobody_ui(ui, view),
                }
            });
        });
    });
    actions
}

fn nobody_ui(ui: &mut Ui, view: &View<'_>) {
    ui.add(Label::new(RichText::new(view.words.cast_nobody).color(view.palette.ink_soft)).wrap());
}

fn list_ui(ui: &mut Ui, view: &View<'_>, chosen: usize, actions: &mut Vec<Action>) {
    let words = view.words;
    let add = size::CONTROL + space::S;
    let height = (ui.available_height() - add).max(80.0);
    ScrollArea::vertical().id_salt("cast").max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        for (place, member) in view.document.cast.iter().enumerate() {
            if entry_ui(ui, view, member, place == chosen) {
                actions.push(Action::Cast(CastAction::Choose(member.name.clone())));
            }
        }
        removed_ui(ui, view, actions);
    });
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        let room = ui.available_width() - size::CONTROL - space::S;
        let (name, response) = draft_ui(ui, "new member", "", words.cast_new, words.cast_new, room);
        let entered = name.is_some() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let typed = response.1;
        let clicked = icon_button_ui(ui, Icon::Plus, words.cast_add, !typed.trim().is_empty()).clicked();
        if (entered || clicked) && !typed.trim().is_empty() {
            let name = typed.trim().to_owned();
            let character = Character { name: name.clone(), ..Character::default() };
            actions.push(Action::Edit(Edit::Cast(CastEdit::Add { character })));
            actions.push(Action::Cast(CastAction::Choose(name)));
            ui.data_mut(|data| data.remove_temp::<String>(response.0));
        }
    });
}

/// Members that the writer took off the cast, to be brought back.
fn removed_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let gone = view.document.overrides.cast.iter().filter_map(|edit| match edit {
        CastEdit::Remove { who } if !view.document.cast.iter().any(|m| called(m, who)) => Some((edit, who)),
        _ => None,
    });
    for (edit, who) in gone {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let name = fill(words.cast_bring_back, &[("name", who)]);
                if icon_button_ui(ui, Icon::Undo, &name, true).clicked() {
                    actions.push(Action::Edit(Edit::ForgetCast(edit.clone())));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let text = fill(words.cast_removed, &[("name", who)]);
                    let text = RichText::new(text).size(type_size::SMALL).color(view.palette.ink_soft);
                    ui.add(Label::new(text).truncate());
                });
            });
        });
    }
}

/// One member in the list; whether it was clicked.
fn entry_ui(ui: &mut Ui, view: &View<'_>, member: &Character, chosen: bool) -> bool {
    let (words, palette) = (view.words, view.palette);
    let count = panels_of(view, member).len();
    let scenes = match count {
        1 => words.scenes_one.to_owned(),
        n => fill(words.scenes_n, &[("n", &n)]),
    };
    let about = format!("{} · {scenes}", kind_words(words, member.kind));
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), size::MEMBER), Sense::click());
    let name = format!("{}{}{about}", member.name, words.comma);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &name));
    if response.gained_focus() {
        ui.scroll_to_rect(rect, None);
    }
    if chosen || response.hovered() {
        let ground = if chosen { palette.accent_wash } else { palette.card_hover };
        ui.painter().rect_filled(rect, size::ROUND, ground);
    }
    if response.has_focus() {
        let line = Stroke::new(2.0, palette.accent);
        ui.painter().rect_stroke(rect, size::ROUND, line, StrokeKind::Inside);
    }
    let side = size::MEMBER - 2.0 * space::XS;
    let face = Rect::from_min_size(rect.min + vec2(space::XS, space::XS), vec2(side, side));
    face_ui(ui, view, member, face);
    let left = face.right() + space::S;
    let width = rect.right() - left - space::XS;
    for (text, font, colour, y) in [
        (&member.name, sans(type_size::BODY), palette.ink, 0.33),
        (&about, sans(type_size::TINY), palette.ink_soft, 0.72),
    ] {
        let mut job = egui::text::LayoutJob::simple_singleline(text.clone(), font, colour);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width);
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let at = egui::pos2(left, rect.top() + rect.height() * y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, colour);
    }
    response.clicked()
}

/// A member's portrait, or the first letter of the name.
pub fn face_ui(ui: &Ui, view: &View<'_>, member: &Character, rect: Rect) {
    let palette = view.palette;
    let round = CornerRadius::same((rect.width() / 2.0).min(size::ROUND_CARD.into()) as u8);
    ui.painter().rect_filled(rect, round, palette.card);
    let wanted = rect.width() * 1.5 * ui.pixels_per_point();
    let texture = view.document.portrait(&member.name).and_then(|image| view.thumbs.get(image, wanted));
    match texture {
        Some(texture) => cover(ui.painter(), texture, rect, round),
        None => {
            let letter = member.name.chars().next().unwrap_or('?').to_uppercase().to_string();
            let font = serif(rect.height() * 0.5);
            ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, letter, font, palette.ink_soft);
        }
    }
    ui.painter().rect_stroke(rect, round, Stroke::new(1.0, palette.line), StrokeKind::Inside);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_teller_of_a_story_is_no_other_name() {
        let member = |name: &str, aliases: &[&str]| Character {
            name: name.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            ..Character::default()
        };
        assert_eq!(other_names(&member("Dacey", &["I", "narrator"])), (vec![], true));
        assert_eq!(other_names(&member("Narrator", &["I"])), (vec![], true));
        assert_eq!(other_names(&member("小满", &["姐姐", "我"])), (vec!["姐姐"], true));
        assert_eq!(other_names(&member("阿宁", &["小女孩", "女儿"])), (vec!["小女孩", "女儿"], false));
    }
}
