//! One member of the cast: name, portrait, looks and where the story states
//! them, scenes.

use std::hash::Hash;

use egui::{
    Button, ComboBox, CornerRadius, Label, Rect, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind,
    TextEdit, Ui, WidgetInfo, vec2,
};

use super::{
    action::{Action, CastAction},
    card_view::cover,
    cast_looks_view::{later_looks_ui, looks_ui},
    cast_view::{face_ui, kind_words, other_names, panels_of, same_name},
    icons::{Icon, paint},
    jobs::portrait_slot,
    standing::job_words,
    state::View,
    strings::fill,
    theme::{size, space, type_size},
    widgets::{button_ui, chevron, field_label_ui, gap, icon_button_ui, named, steady},
};
use crate::{
    raster::ImageId,
    storyboard::{CastEdit, Character, CharacterKind, Edit, PanelId},
};

const KINDS: [CharacterKind; 4] =
    [CharacterKind::Human, CharacterKind::Animal, CharacterKind::Creature, CharacterKind::Object];

/// Draws what there is to know and to change of a member.
pub fn member_ui(ui: &mut Ui, view: &View<'_>, member: &Character, actions: &mut Vec<Action>) {
    let words = view.words;
    ScrollArea::vertical().id_salt(("member", &member.name)).auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width().min(size::READING));
        ui.horizontal_top(|ui| {
            let (rect, response) = ui.allocate_exact_size(vec2(size::FACE, size::FACE), Sense::hover());
            let name = fill(words.portrait_of, &[("name", &member.name)]);
            response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
            face_ui(ui, view, member, rect);
            ui.add_space(space::S);
            ui.vertical(|ui| who_ui(ui, view, member, actions));
        });
        gap(ui);
        portraits_ui(ui, view, member, actions);
        gap(ui);
        looks_ui(ui, view, member, actions);
        later_looks_ui(ui, view, member, actions);
        gap(ui);
        scenes_ui(ui, view, member, actions);
        gap(ui);
        ui.horizontal_wrapped(|ui| {
            merge_ui(ui, view, member, actions);
            let remove = fill(words.cast_remove, &[("name", &member.name)]);
            if button_ui(ui, Icon::Trash, &remove, true).clicked() {
                let who = member.name.clone();
                actions.push(Action::Edit(Edit::Cast(CastEdit::Remove { who })));
            }
        });
        ui.add_space(space::L);
    });
}

/// Name, kind, and what else the story calls the member.
fn who_ui(ui: &mut Ui, view: &View<'_>, member: &Character, actions: &mut Vec<Action>) {
    let words = view.words;
    field_label_ui(ui, view.palette, words.cast_name);
    let room = ui.available_width().min(320.0);
    let field = fill(words.cast_name_of, &[("name", &member.name)]);
    let (name, _) = draft_ui(ui, ("name", &member.name), &member.name, &field, "", room);
    if let Some(name) = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()) {
        // The name of somebody else would make two of one name.
        let taken = view.document.cast.iter().any(|other| other != member && same_name(&other.name, &name));
        if taken {
            actions.push(Action::Cast(CastAction::Taken(name)));
        } else {
            let who = member.name.clone();
            actions.push(Action::Edit(Edit::Cast(CastEdit::Rename { who, name: name.clone() })));
            actions.push(Action::Cast(CastAction::Choose(name)));
        }
    }
    ui.horizontal(|ui| {
        let combo =
            ComboBox::from_id_salt("kind").icon(chevron).selected_text(kind_words(words, member.kind));
        let combo = combo.show_ui(ui, |ui| {
            for kind in KINDS {
                if ui.selectable_label(member.kind == kind, kind_words(words, kind)).clicked() {
                    // A click closes it by itself, a key does not.
                    ui.close();
                    if member.kind != kind {
                        let who = member.name.clone();
                        actions.push(Action::Edit(Edit::Cast(CastEdit::Kind { who, kind })));
                    }
                }
            }
        });
        named(combo.response, words.cast_kind);
    });
    let (others, tells) = other_names(member);
    let mut said = Vec::new();
    if tells {
        said.push(words.cast_narrator.to_owned());
    }
    if !others.is_empty() {
        said.push(fill(words.cast_aliases, &[("names", &others.join(words.list_comma))]));
    }
    for text in said {
        let text = RichText::new(text).size(type_size::SMALL).color(view.palette.ink_soft);
        ui.add(Label::new(text).wrap());
    }
}

fn scenes_ui(ui: &mut Ui, view: &View<'_>, member: &Character, actions: &mut Vec<Action>) {
    let words = view.words;
    field_label_ui(ui, view.palette, words.cast_scenes);
    let panels = panels_of(view, member);
    if panels.is_empty() {
        ui.label(RichText::new(words.cast_no_scene).color(view.palette.ink_soft));
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(space::XS, space::XS);
        for (place, panel) in panels {
            let name = fill(words.cast_to_panel, &[("n", &(place + 1))]);
            let response = ui.add(Button::new((place + 1).to_string()).min_size(vec2(size::CONTROL, 0.0)));
            if named(response, &name).clicked() {
                actions.push(Action::Cast(CastAction::Show(false)));
                actions.push(Action::Select(Some(panel)));
            }
        }
    });
}

/// Every picture of the board, those of the member's scenes first.
fn portraits_ui(ui: &mut Ui, view: &View<'_>, member: &Character, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let now = view.document.portrait(&member.name);
    ui.horizontal(|ui| {
        field_label_ui(ui, palette, words.portrait);
        if now.is_some() && icon_button_ui(ui, Icon::Close, words.portrait_none, true).clicked() {
            let edit = Edit::SetPortrait(member.name.clone(), None);
            actions.push(Action::Edit(edit));
        }
    });
    paint_ui(ui, view, member, actions);
    let scenes: Vec<PanelId> = panels_of(view, member).into_iter().map(|(_, panel)| panel).collect();
    let mut pictures: Vec<(bool, usize, ImageId)> = Vec::new();
    for (place, panel) in view.document.panels.iter().enumerate() {
        let other = !scenes.contains(&panel.id);
        for variant in panel.variants.iter().rev() {
            if !pictures.iter().any(|(.., image)| *image == variant.image) {
                pictures.push((other, place, variant.image));
            }
        }
    }
    pictures.sort_by_key(|(other, place, _)| (*other, *place));
    // What was painted as a portrait, newest first, comes before all of them.
    let sketches = view.document.sketches.iter().rev().map(|variant| (None, variant.image));
    let pictures: Vec<(Option<usize>, ImageId)> =
        sketches.chain(pictures.into_iter().map(|(_, place, image)| (Some(place), image))).collect();
    if pictures.is_empty() {
        let text = RichText::new(words.portrait_later).size(type_size::SMALL).color(palette.ink_soft);
        ui.add(Label::new(text).wrap());
        return;
    }
    ScrollArea::horizontal().id_salt("portraits").show(ui, |ui| {
        ui.horizontal(|ui| {
            for (at, (place, image)) in pictures.into_iter().enumerate() {
                let (rect, response) =
                    ui.allocate_exact_size(vec2(size::VERSION, size::VERSION), Sense::click());
                let chosen = now == Some(image);
                let name = match place {
                    Some(place) => fill(words.portrait_from, &[("n", &(place + 1)), ("at", &(at + 1))]),
                    None => fill(words.portrait_sketch, &[("at", &(at + 1))]),
                };
                response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, &name));
                let round = CornerRadius::same(size::ROUND);
                ui.painter().rect_filled(rect, round, palette.card_hover);
                if ui.is_rect_visible(rect)
                    && let Some(texture) = view.thumbs.get(image, 1.5 * size::VERSION * ui.pixels_per_point())
                {
                    cover(ui.painter(), texture, rect.shrink(1.0), round);
                }
                if response.gained_focus() {
                    ui.scroll_to_rect(rect, None);
                }
                let marked = chosen || response.has_focus();
                let line =
                    if marked { Stroke::new(2.5, palette.accent) } else { Stroke::new(1.0, palette.line) };
                ui.painter().rect_stroke(rect, round, line, StrokeKind::Inside);
                if chosen {
                    let mark = Rect::from_min_size(rect.min + vec2(4.0, 4.0), vec2(16.0, 16.0));
                    ui.painter().rect_filled(mark, 4.0, palette.card);
                    paint(ui.painter(), mark, Icon::Done, palette.accent);
                }
                if response.clicked() && !chosen {
                    let edit = Edit::SetPortrait(member.name.clone(), Some(image));
                    actions.push(Action::Edit(edit));
                }
                response.on_hover_text(name);
            }
        });
        ui.add_space(space::XS);
    });
}

/// The button that paints a portrait, or how far it is.
fn paint_ui(ui: &mut Ui, view: &View<'_>, member: &Character, actions: &mut Vec<Action>) {
    let words = view.words;
    ui.horizontal(|ui| match view.jobs.of_panel(portrait_slot(&member.name)) {
        Some((id, job)) => {
            let go_on = !job.stopping;
            if steady(ui, "cancel", |ui| button_ui(ui, Icon::Close, words.cancel, go_on)).clicked() {
                actions.push(Action::Cancel(id));
            }
            ui.label(RichText::new(job_words(words, job)).color(view.palette.accent));
        }
        None => {
            if steady(ui, "paint", |ui| button_ui(ui, Icon::Brush, words.portrait_paint, true)).clicked() {
                actions.push(Action::Cast(CastAction::Paint(member.name.clone())));
            }
        }
    });
    ui.add_space(space::XS);
}

fn merge_ui(ui: &mut Ui, view: &View<'_>, member: &Character, actions: &mut Vec<Action>) {
    let words = view.words;
    let others: Vec<&Character> = view.document.cast.iter().filter(|other| *other != member).collect();
    if others.is_empty() {
        return;
    }
    let title = fill(words.cast_merge, &[("name", &member.name)]);
    let combo = ComboBox::from_id_salt("merge").icon(chevron).width(200.0).truncate().selected_text(&title);
    let combo = combo.show_ui(ui, |ui| {
        for other in others {
            if ui.selectable_label(false, &other.name).clicked() {
                ui.close();
                let (who, into) = (member.name.clone(), other.name.clone());
                actions.push(Action::Edit(Edit::Cast(CastEdit::Merge { who, into: into.clone() })));
                actions.push(Action::Cast(CastAction::Choose(into)));
            }
        }
    });
    named(combo.response, &title);
}

/// A field whose text counts once it is left or Enter is pressed: half a name
/// must not become an alias. Gives that text when it differs; and the place of
/// the draft with the draft itself.
pub fn draft_ui(
    ui: &mut Ui,
    salt: impl Hash + std::fmt::Debug,
    value: &str,
    name: &str,
    hint: &str,
    width: f32,
) -> (Option<String>, (egui::Id, String)) {
    let id = ui.make_persistent_id(salt);
    let kept = ui.data(|data| data.get_temp::<String>(id));
    let mut text = kept.clone().unwrap_or_else(|| value.to_owned());
    // Said, not shown: over a list of fields, names on hover hide the next one.
    let field = TextEdit::singleline(&mut text).id(id.with("field")).hint_text(hint).desired_width(width);
    let response = ui.add(field).accessible_name(name);
    if response.changed() {
        ui.data_mut(|data| data.insert_temp(id, text.clone()));
    }
    let mut done = None;
    if response.lost_focus() {
        let escaped = ui.input(|input| input.key_pressed(egui::Key::Escape));
        if !value.is_empty() || escaped {
            ui.data_mut(|data| data.remove_temp::<String>(id));
        }
        if kept.is_some() && !escaped && text != value {
            done = Some(text.clone());
        }
    }
    (done, (id, text))
}
