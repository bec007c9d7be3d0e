//! How a member of the cast looks: what the story states and where, what the
//! writer says instead, and from which panel on it changes.

use egui::{Align, ComboBox, Layout, Ui};

use super::{
    action::{Action, CastAction},
    cast_member_view::draft_ui,
    cast_view::{called, panels_of},
    icons::Icon,
    state::View,
    strings::fill,
    theme::{size, space},
    widgets::{button_ui, chevron, chip_ui, field_label_ui, gap, icon_button_ui, named},
};
use crate::{
    story::Look,
    storyboard::{CastEdit, Character, Edit, LaterLooks, Scene},
};

/// A look with the place where the story states it.
type Stated<'a> = (&'a str, Option<(usize, usize)>);

/// Where the story states a look. The writer's own lists have no places, but
/// most of their words are the story's.
fn stated(story: &str, look: &Look) -> Option<(usize, usize)> {
    if look.span.0 < look.span.1 {
        return Some(look.span);
    }
    let text = look.text.trim();
    let at = story.find(text).filter(|_| !text.is_empty())?;
    let start = story.get(..at)?.chars().count();
    Some((start, start + text.chars().count()))
}

/// Draws the looks of the story as a whole.
pub fn looks_ui(ui: &mut Ui, view: &View<'_>, member: &Character, actions: &mut Vec<Action>) {
    let words = view.words;
    let mut changes = view.document.overrides.cast.iter().rev();
    let own = changes.find(|edit| matches!(edit, CastEdit::Looks { who, .. } if called(member, who)));
    ui.horizontal(|ui| {
        field_label_ui(ui, view.palette, words.cast_looks);
        if own.is_some() {
            chip_ui(ui, words.prompt_changed, view.palette.ink, view.palette.accent_wash);
        } else {
            chip_ui(ui, words.prompt_of_story, view.palette.ink_soft, view.palette.card);
        }
    });
    let story = &view.document.story;
    let looks: Vec<Stated<'_>> =
        member.looks.iter().map(|look| (look.text.as_str(), stated(story, look))).collect();
    if let Some(looks) = list_ui(ui, view, (&member.name, 0), "", &looks, actions) {
        let who = member.name.clone();
        actions.push(Action::Edit(Edit::Cast(CastEdit::Looks { who, looks })));
    }
    if let Some(edit) = own
        && button_ui(ui, Icon::Undo, words.cast_looks_back, true).clicked()
    {
        actions.push(Action::Edit(Edit::ForgetCast(edit.clone())));
    }
}

/// Draws the looks from a panel on, and what begins another list of them.
pub fn later_looks_ui(ui: &mut Ui, view: &View<'_>, member: &Character, actions: &mut Vec<Action>) {
    let words = view.words;
    let all = &view.document.later_looks;
    let later: Vec<&LaterLooks> = all.iter().filter(|later| called(member, &later.who)).collect();
    for entry in &later {
        gap(ui);
        let panels = &view.document.panels;
        let holds = |scene: &Scene| scene.start <= entry.at && entry.at < scene.end;
        let title = match panels.iter().position(|panel| holds(&panel.scene)) {
            Some(place) => fill(words.cast_looks_from, &[("n", &(place + 1))]),
            None => words.cast_looks_from_elsewhere.to_owned(),
        };
        let wish = |looks: Option<Vec<String>>| {
            Action::Edit(Edit::LooksFrom { who: entry.who.clone(), at: entry.at, looks })
        };
        ui.horizontal(|ui| {
            field_label_ui(ui, view.palette, &title);
            chip_ui(ui, words.prompt_changed, view.palette.ink, view.palette.accent_wash);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let name = fill(words.cast_looks_from_remove, &[("which", &title)]);
                if icon_button_ui(ui, Icon::Trash, &name, true).clicked() {
                    actions.push(wish(None));
                }
            });
        });
        let looks: Vec<Stated<'_>> = entry.looks.iter().map(|look| (look.as_str(), None)).collect();
        let prefix = format!("{title}{}", words.comma);
        if let Some(looks) = list_ui(ui, view, (&member.name, entry.at + 1), &prefix, &looks, actions) {
            actions.push(wish(Some(looks)));
        }
    }
    begin_ui(ui, view, member, &later, actions);
}

/// Chooses the panel from which somebody looks different.
fn begin_ui(
    ui: &mut Ui,
    view: &View<'_>,
    member: &Character,
    later: &[&LaterLooks],
    actions: &mut Vec<Action>,
) {
    let words = view.words;
    let first = view.document.panels.iter().map(|panel| panel.scene.start).min().unwrap_or(0);
    let panels: Vec<_> = panels_of(view, member)
        .into_iter()
        .filter_map(|(place, id)| Some((place, view.document.panel(id)?)))
        .filter(|(_, panel)| panel.scene.start > first)
        .filter(|(_, panel)| !later.iter().any(|entry| entry.at == panel.scene.start))
        .collect();
    if panels.is_empty() {
        return;
    }
    gap(ui);
    let title = words.cast_looks_later;
    let combo = ComboBox::from_id_salt(("later looks", &member.name)).icon(chevron).width(220.0).truncate();
    let combo = combo.selected_text(title).show_ui(ui, |ui| {
        for (place, panel) in panels {
            let name = fill(words.cast_looks_from, &[("n", &(place + 1))]);
            let response = ui.selectable_label(false, &name).on_hover_text(&panel.caption);
            if response.clicked() {
                // A click closes it by itself, a key does not.
                ui.close();
                let at = panel.scene.start;
                // It begins with what holds there until now.
                let before = later.iter().rev().find(|entry| entry.at < at);
                let looks = match before {
                    Some(entry) => entry.looks.clone(),
                    None => member.looks.iter().map(|look| look.text.clone()).collect(),
                };
                let who = member.name.clone();
                actions.push(Action::Edit(Edit::LooksFrom { who, at, looks: Some(looks) }));
            }
        }
    });
    named(combo.response, title);
}

/// A list of looks to be changed; gives the list as it should be. What its
/// fields are called begins with `prefix`.
fn list_ui(
    ui: &mut Ui,
    view: &View<'_>,
    salt: (&str, usize),
    prefix: &str,
    looks: &[Stated<'_>],
    actions: &mut Vec<Action>,
) -> Option<Vec<String>> {
    let words = view.words;
    let mut wanted: Option<Vec<String>> = None;
    let list = || looks.iter().map(|(look, _)| (*look).to_owned()).collect::<Vec<String>>();
    for (at, &(look, span)) in looks.iter().enumerate() {
        ui.horizontal(|ui| {
            let tools = size::CONTROL + space::S;
            let room = ui.available_width() - 2.0 * tools;
            let name = format!("{prefix}{}", fill(words.cast_look_n, &[("n", &(at + 1))]));
            if let (Some(text), _) = draft_ui(ui, ("look", salt, at), look, &name, "", room) {
                let mut list = list();
                match list.get_mut(at) {
                    Some(entry) if !text.trim().is_empty() => text.trim().clone_into(entry),
                    _ => drop(list.remove(at)),
                }
                wanted = Some(list);
            }
            if let Some(span) = span {
                let name = fill(words.cast_where, &[("look", &look)]);
                if icon_button_ui(ui, Icon::Search, &name, true).clicked() {
                    actions.push(Action::Cast(CastAction::ShowInStory(span)));
                }
            }
            if span.is_none() {
                // Its place stays free, so that all fields end in one line.
                ui.add_space(tools);
            }
            let name = format!("{prefix}{}", fill(words.cast_look_remove, &[("look", &look)]));
            if icon_button_ui(ui, Icon::Close, &name, true).clicked() {
                let mut list = list();
                list.remove(at);
                wanted = Some(list);
            }
        });
    }
    let salt = ("new look", salt, looks.len());
    let room = ui.available_width() - 2.0 * (size::CONTROL + space::S);
    let name = format!("{prefix}{}", words.cast_look_new);
    let (text, _) = draft_ui(ui, salt, "", &name, words.cast_look_hint, room);
    if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
        let mut list = list();
        list.push(text.trim().to_owned());
        wanted = Some(list);
    }
    wanted
}
