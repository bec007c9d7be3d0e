//! The search in the story.

use egui::{
    Align, Galley, Id, Key, Label, Layout, Modifiers, Pos2, Rect, RichText, TextEdit, Ui,
    text::{CCursor, CharIndex},
    vec2,
};

use super::{
    action::Action,
    icons::Icon,
    state::View,
    strings::fill,
    theme::{size, space, type_size},
    widgets::{icon_button_ui, named},
};

/// Width of the count of places found, in points.
const COUNT_WIDTH: f32 = 64.0;
/// From this width on it is kept free beside the field.
const ROOM_FOR_COUNT: f32 = 190.0;

/// Draws the row with the field, while the search is open.
pub fn find_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let Some(find) = &view.state.find else { return };
    let words = view.words;
    let count = view.story_cache.found(&view.document.story, &find.query).len();
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), size::CONTROL),
        Layout::right_to_left(Align::Center),
        |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            if icon_button_ui(ui, Icon::Close, words.find_close, true).clicked() {
                actions.push(Action::Find(false));
            }
            for (icon, name, step) in [(Icon::Down, words.find_next, 1), (Icon::Up, words.find_previous, -1)]
            {
                if icon_button_ui(ui, icon, name, count > 0).clicked() {
                    actions.push(Action::FindStep(step));
                }
            }
            ui.add_space(space::XS);
            let text = match (find.query.trim().is_empty(), count) {
                (true, _) => String::new(),
                (false, 0) => words.find_none.to_owned(),
                (false, all) => fill(words.find_count, &[("at", &(find.at.min(all - 1) + 1)), ("all", &all)]),
            };
            let text = RichText::new(text).size(type_size::SMALL).color(view.palette.ink_soft);
            // Room for it also before there is a count: the field keeps its
            // width. In a narrow panel the field needs the room more.
            let least = if ui.available_width() > ROOM_FOR_COUNT { COUNT_WIDTH } else { 0.0 };
            let row = vec2(least, size::CONTROL);
            ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
                ui.set_min_width(least);
                ui.add(Label::new(text).extend());
            });
            ui.add_space(space::S);
            field_ui(ui, view, &find.query, find.focus, actions);
        },
    );
    ui.add_space(space::XS);
}

fn field_ui(ui: &mut Ui, view: &View<'_>, query: &str, focus: bool, actions: &mut Vec<Action>) {
    let mut query = query.to_owned();
    let id = Id::unique("find");
    if focus {
        // Before the field is drawn, so that what is typed at once arrives.
        ui.memory_mut(|memory| memory.request_focus(id));
        actions.push(Action::FindFocused);
    }
    let field = TextEdit::singleline(&mut query)
        .id(id)
        .hint_text(view.words.find_hint)
        // Enter goes on to the next place and keeps the keyboard here.
        .return_key(None)
        .desired_width(ui.available_width());
    let response = named(ui.add(field), view.words.find_hint);
    if response.changed() {
        actions.push(Action::FindQuery(query));
    }
    // The Escape key has taken the keyboard away from the field by now.
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
        actions.push(Action::Find(false));
    }
    if response.has_focus() {
        let (back, on) = ui.input_mut(|input| {
            (input.consume_key(Modifiers::SHIFT, Key::Enter), input.consume_key(Modifiers::NONE, Key::Enter))
        });
        if back || on {
            actions.push(Action::FindStep(if back { -1 } else { 1 }));
        }
    }
}

/// Brings the current place into sight, once.
pub fn scroll_to_found(ui: &Ui, view: &View<'_>, galley: &Galley, at: Pos2) {
    let Some(find) = view.state.find.as_ref().filter(|find| find.scroll) else { return };
    let found = view.story_cache.found(&view.document.story, &find.query);
    if let Some((start, _)) = found.get(find.at.min(found.len().saturating_sub(1))) {
        let row: Rect = galley.pos_from_cursor(CCursor::new(CharIndex(*start)));
        let row = row.translate(at.to_vec2()).expand2(vec2(0.0, space::XXL));
        ui.scroll_to_rect(row, None);
    }
}
