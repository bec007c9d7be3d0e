//! The details of the selected panel: versions, prompt, caption, seed.

use egui::{
    Align, CornerRadius, DragValue, Id, Label, Layout, Rect, RichText, Role, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, UiBuilder, WidgetInfo, vec2,
};

use super::{
    action::{Action, CastAction, MaskAction},
    card_view::cover,
    command::Command,
    icons::{Icon, paint},
    numbers,
    standing::{job_words, stale_words, state_words},
    state::{Standpoint, View},
    strings::{Words, fill},
    theme::{serif, size, space, type_size},
    widgets::{
        button_ui, chip_ui, field_label_ui, gap, icon_button_ui, named, primary_button_ui, steady, toggle_ui,
    },
    words_view::words_ui,
};
use crate::{
    story::{Language, Mood, TimeOfDay},
    storyboard::{Edit, Panel, PanelId},
};

/// Draws the details of the selected panel; nothing when none is selected.
pub fn inspector_ui(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    let selection = view.selection();
    if selection.len() > 1 {
        several_ui(ui, view, &selection, &mut actions);
    } else if let Some((place, panel)) = view.selected() {
        header_ui(ui, view, place, panel, &mut actions);
        in_margin_ui(ui, panel.id, |ui| {
            state_ui(ui, view, panel);
            steady(ui, "paint", |ui| paint_ui(ui, view, panel, &mut actions));
            if panel.variants.len() > 1 {
                steady(ui, "versions", |ui| versions_ui(ui, view, panel, &mut actions));
            }
            gap(ui);
            steady(ui, "words", |ui| words_ui(ui, view, panel, &mut actions));
            facts_ui(ui, view, panel, &mut actions);
            gap(ui);
            steady(ui, "arrange", |ui| arrange_ui(ui, view, place, panel, &mut actions));
            if view.state.preferences.numbers {
                gap(ui);
                steady(ui, "numbers", |ui| {
                    seed_ui(ui, view, panel, &mut actions);
                    numbers::numbers_ui(ui, view, &mut actions);
                    numbers::painted_with_ui(ui, view, panel);
                });
            }
            ui.add_space(space::L);
        });
    }
    actions
}

/// A scrolled part whose bar stands in the panel's margin, beside the fields
/// and not over them.
fn in_margin_ui(ui: &mut Ui, panel: PanelId, contents: impl FnOnce(&mut Ui)) {
    let room = ui.available_rect_before_wrap();
    let with_margin = room.with_max_x(room.max.x + space::M);
    // A child that its parent does not grow with.
    let mut child = ui.new_child(UiBuilder::new().id_salt("in margin").max_rect(with_margin));
    ScrollArea::vertical().id_salt(("inspector", panel)).auto_shrink(false).show(&mut child, |ui| {
        ui.set_max_width(room.width());
        contents(ui);
    });
    ui.allocate_rect(room, Sense::hover());
}

/// What can be done with several panels at once.
fn several_ui(ui: &mut Ui, view: &View<'_>, selection: &[PanelId], actions: &mut Vec<Action>) {
    let words = view.words;
    ui.horizontal(|ui| {
        let title = fill(words.selected_n, &[("n", &selection.len())]);
        ui.label(RichText::new(title).font(serif(type_size::TITLE)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon_button_ui(ui, Icon::Close, words.select_none, true).clicked() {
                actions.push(Action::Select(None));
            }
        });
    });
    gap(ui);
    let mut wish = |command: Command, clicked: bool| {
        if clicked {
            actions.extend(command.wish(view));
        }
    };
    let paint = Command::PaintSelection;
    let can = paint.wish(view).is_some();
    wish(paint, primary_button_ui(ui, view.palette, Icon::Brush, words.repaint_all, can).clicked());
    gap(ui);
    let locked = view.all_selected(|panel| panel.locked);
    let starred = view.all_selected(|panel| panel.starred);
    let lock = if locked { (Icon::Unlocked, words.unlock_all) } else { (Icon::Locked, words.lock_all) };
    let star = if starred { words.unstar_all } else { words.star_all };
    ui.horizontal_wrapped(|ui| {
        for (command, icon, name) in [
            (Command::Lock, lock.0, lock.1),
            (Command::Star, Icon::Star, star),
            (Command::Duplicate, Icon::Duplicate, words.duplicate_all),
            (Command::Remove, Icon::Trash, words.remove_all),
        ] {
            let can = command.wish(view).is_some();
            wish(command, button_ui(ui, icon, name, can).clicked());
        }
    });
    gap(ui);
    ui.horizontal(|ui| {
        for (command, icon, name) in [
            (Command::MoveEarlier, Icon::Left, words.move_left),
            (Command::MoveLater, Icon::Right, words.move_right),
        ] {
            let can = command.wish(view).is_some();
            wish(command, icon_button_ui(ui, icon, name, can).clicked());
        }
    });
}

fn header_ui(ui: &mut Ui, view: &View<'_>, place: usize, panel: &Panel, actions: &mut Vec<Action>) {
    let words = view.words;
    let neighbour = |step: isize| {
        let at = place.checked_add_signed(step)?;
        view.document.panels.get(at).map(|panel| panel.id)
    };
    ui.horizontal(|ui| {
        let title = fill(words.panel_n, &[("n", &(place + 1))]);
        ui.label(RichText::new(title).font(serif(type_size::TITLE)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            if icon_button_ui(ui, Icon::Close, words.inspector_close, true).clicked() {
                actions.push(Action::Select(None));
            }
            for (icon, name, step) in
                [(Icon::Right, words.next_panel, 1), (Icon::Left, words.previous_panel, -1)]
            {
                let to = neighbour(step);
                if icon_button_ui(ui, icon, name, to.is_some()).clicked() {
                    actions.push(Action::Select(to));
                }
            }
        });
    });
    if !panel.scene.title.is_empty() {
        let text = RichText::new(&panel.scene.title).color(view.palette.ink_soft);
        ui.add(Label::new(text).truncate());
    }
    ui.add_space(space::XS);
}

fn state_ui(ui: &mut Ui, view: &View<'_>, panel: &Panel) {
    let (words, palette) = (view.words, view.palette);
    let standpoint = view.standpoint(panel);
    let (icon, colour) = match &standpoint {
        Standpoint::Empty => (Icon::Picture, palette.ink_soft),
        Standpoint::Queued(..) => (Icon::Clock, palette.ink_soft),
        Standpoint::Painting(..) => (Icon::Brush, palette.accent),
        Standpoint::Failed(_) => (Icon::Failed, palette.error),
        Standpoint::Stale(_) => (Icon::Pencil, palette.warning),
        Standpoint::Painted => (Icon::Done, palette.good),
    };
    let text = match &standpoint {
        Standpoint::Painting(_, job) => job_words(words, job),
        other => state_words(words, other),
    };
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(size::ICON, size::ICON), Sense::hover());
        paint(ui.painter(), rect, icon, colour);
        let label = ui.label(RichText::new(text).color(colour));
        if let Standpoint::Stale(why) = standpoint {
            label.on_hover_text(stale_words(words, why).1);
        }
    });
    if let Standpoint::Failed(why) = standpoint {
        ui.add(Label::new(RichText::new(why).size(type_size::SMALL).color(palette.ink)).wrap());
    }
}

fn paint_ui(ui: &mut Ui, view: &View<'_>, panel: &Panel, actions: &mut Vec<Action>) {
    let words = view.words;
    let standpoint = view.standpoint(panel);
    let free = !panel.locked;
    ui.horizontal_wrapped(|ui| {
        // One that takes the place of another between press and release must
        // not get the click.
        match standpoint {
            Standpoint::Queued(job, _) | Standpoint::Painting(job, _) => {
                if steady(ui, "cancel", |ui| button_ui(ui, Icon::Close, words.cancel, true)).clicked() {
                    actions.push(Action::Cancel(job));
                }
            }
            Standpoint::Failed(_) => {
                let (icon, name) = (Icon::Repaint, words.retry);
                if steady(ui, "retry", |ui| primary_button_ui(ui, view.palette, icon, name, free)).clicked() {
                    actions.push(Action::Retry(panel.id));
                }
            }
            Standpoint::Empty | Standpoint::Stale(_) | Standpoint::Painted => {
                let painted = panel.shown().is_some();
                let (icon, name) =
                    if painted { (Icon::Repaint, words.repaint) } else { (Icon::Brush, words.paint) };
                let wanted = !matches!(standpoint, Standpoint::Painted);
                let response = steady(ui, "paint", |ui| {
                    if wanted {
                        primary_button_ui(ui, view.palette, icon, name, free)
                    } else {
                        button_ui(ui, icon, name, free)
                    }
                });
                if response.clicked() {
                    actions.push(Action::Paint(panel.id));
                }
            }
        }
        if panel.shown().is_some()
            && button_ui(ui, Icon::Pencil, words.repaint_part, free)
                .on_hover_text(words.repaint_part_hint)
                .clicked()
        {
            actions.push(Action::Mask(MaskAction::Begin(panel.id)));
        }
    });
}

fn versions_ui(ui: &mut Ui, view: &View<'_>, panel: &Panel, actions: &mut Vec<Action>) {
    let all = panel.variants.len();
    let (words, palette) = (view.words, view.palette);
    gap(ui);
    ui.horizontal(|ui| {
        field_label_ui(ui, palette, words.versions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            if let Some(index) = panel.chosen
                && icon_button_ui(ui, Icon::Trash, words.version_remove, !panel.locked).clicked()
            {
                actions.push(Action::Edit(Edit::RemoveVariant(panel.id, index)));
            }
            if icon_button_ui(ui, Icon::Compare, words.compare, true).clicked() {
                actions.push(Action::Compare(panel.id));
            }
        });
    });
    ScrollArea::horizontal().id_salt("versions").show(ui, |ui| {
        ui.horizontal(|ui| {
            for (index, variant) in panel.variants.iter().enumerate() {
                let side = vec2(size::VERSION, size::VERSION);
                let (rect, _) = ui.allocate_exact_size(side, Sense::hover());
                let chosen = panel.chosen == Some(index);
                let name = fill(words.version_nth, &[("n", &(index + 1)), ("all", &all)]);
                let id = Id::unique(("version", panel.id, index));
                let response = ui.interact(rect, id, Sense::click());
                response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, &name));
                version_ui(ui, view, variant.image, rect, chosen || response.has_focus());
                if response.gained_focus() {
                    ui.scroll_to_rect(rect, None);
                }
                if response.clicked() && !chosen {
                    actions.push(Action::Edit(Edit::ChooseVariant(panel.id, index)));
                }
                response.on_hover_text(name);
            }
        });
        ui.add_space(space::XS);
    });
}

fn version_ui(ui: &Ui, view: &View<'_>, image: crate::raster::ImageId, rect: Rect, marked: bool) {
    let palette = view.palette;
    let round = CornerRadius::same(size::ROUND);
    ui.painter().rect_filled(rect, round, palette.card_hover);
    let side = 1.5 * size::VERSION * ui.pixels_per_point();
    if let Some(texture) = view.thumbs.get(image, side) {
        cover(ui.painter(), texture, rect.shrink(1.0), round);
    }
    let stroke = if marked { Stroke::new(2.5, palette.accent) } else { Stroke::new(1.0, palette.line) };
    ui.painter().rect_stroke(rect, round, stroke, StrokeKind::Inside);
}

fn seed_ui(ui: &mut Ui, view: &View<'_>, panel: &Panel, actions: &mut Vec<Action>) {
    let words = view.words;
    field_label_ui(ui, view.palette, words.seed);
    ui.horizontal(|ui| {
        let mut seed = panel.seed;
        let room = ui.available_width() - 2.0 * (size::CONTROL + space::S);
        // Typed, not dragged: no seed is near another.
        let field = DragValue::new(&mut seed)
            .speed(0.0)
            .update_while_editing(false)
            .custom_formatter(|value, _| format!("{value:.0}"));
        let response = ui.add_sized(vec2(room, size::CONTROL), field);
        let response = named(response, words.seed);
        if response.changed() && seed != panel.seed {
            actions.push(Action::Edit(Edit::SetSeed(panel.id, seed)));
        }
        if icon_button_ui(ui, Icon::Dice, words.seed_new, true).clicked() {
            actions.push(Action::DrawSeed(panel.id));
        }
        let locked = view.state.seed_locked;
        let (icon, name) =
            if locked { (Icon::Locked, words.seed_keep) } else { (Icon::Unlocked, words.seed_free) };
        if toggle_ui(ui, icon, name, locked).clicked() {
            actions.push(Action::LockSeed(!locked));
        }
    });
}

fn facts_ui(ui: &mut Ui, view: &View<'_>, panel: &Panel, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let scene = &panel.scene;
    // A list of places is written as the story's language writes lists.
    let setting = match view.document.language {
        Language::English => scene.setting.clone(),
        Language::Chinese => scene.setting.replace(", ", "、"),
    };
    let known = [
        setting.as_str(),
        time_words(words, scene.time),
        scene.weather.as_str(),
        mood_words(words, scene.mood),
    ];
    let facts: Vec<&str> = known.into_iter().filter(|fact| !fact.is_empty()).collect();
    if facts.is_empty() && scene.characters.is_empty() {
        return;
    }
    gap(ui);
    field_label_ui(ui, palette, words.scene_facts);
    ui.scope(|ui| {
        // Rows of chips, not of controls.
        ui.spacing_mut().interact_size.y = 0.0;
        ui.spacing_mut().item_spacing = vec2(space::XS, space::XS);
        ui.horizontal_wrapped(|ui| {
            for fact in facts {
                chip_ui(ui, fact, palette.ink, palette.card_hover);
            }
        });
    });
    // Who is there leads to the cast.
    steady(ui, "cast", |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(space::XS, space::XS);
            for name in &scene.characters {
                let title = fill(words.cast_open, &[("name", name)]);
                if button_ui(ui, Icon::Cast, name, true).accessible_name(title).clicked() {
                    actions.push(Action::Cast(CastAction::Open(name.clone())));
                }
            }
        });
    });
}

fn time_words(words: &Words, time: TimeOfDay) -> &'static str {
    match time {
        TimeOfDay::Dawn => words.dawn,
        TimeOfDay::Day => words.day,
        TimeOfDay::Dusk => words.dusk,
        TimeOfDay::Night => words.night,
        TimeOfDay::Unknown => "",
    }
}

fn mood_words(words: &Words, mood: Mood) -> &'static str {
    match mood {
        Mood::Joyful => words.joyful,
        Mood::Calm => words.calm,
        Mood::Tense => words.tense,
        Mood::Sad => words.sad,
        Mood::Mysterious => words.mysterious,
        Mood::Frightening => words.frightening,
        Mood::Hopeful => words.hopeful,
        Mood::Neutral => "",
    }
}

fn arrange_ui(ui: &mut Ui, view: &View<'_>, place: usize, panel: &Panel, actions: &mut Vec<Action>) {
    let words = view.words;
    let last = view.document.panels.len().saturating_sub(1);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let edits = [
            (Icon::Left, words.move_left, place > 0, Edit::MovePanel(panel.id, place.saturating_sub(1))),
            (Icon::Right, words.move_right, place < last, Edit::MovePanel(panel.id, place + 1)),
            (Icon::Duplicate, words.duplicate, true, Edit::DuplicatePanel(panel.id)),
            (Icon::Trash, words.remove, !panel.locked, Edit::RemovePanel(panel.id)),
        ];
        for (icon, name, enabled, edit) in edits {
            if icon_button_ui(ui, icon, name, enabled).clicked() {
                actions.push(Action::Edit(edit));
            }
        }
        let (lock, star) = (
            if panel.locked { (Icon::Locked, words.unlock) } else { (Icon::Unlocked, words.lock) },
            if panel.starred { words.unstar } else { words.star },
        );
        if toggle_ui(ui, lock.0, lock.1, panel.locked).clicked() {
            actions.push(Action::Edit(Edit::SetLocked(panel.id, !panel.locked)));
        }
        if toggle_ui(ui, Icon::Star, star, panel.starred).clicked() {
            actions.push(Action::Edit(Edit::SetStarred(panel.id, !panel.starred)));
        }
    });
}
