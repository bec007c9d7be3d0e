//! The bar at the top: the board's title, files, undo, and what is painted how.

use egui::{
    Align, Atom, Button, Color32, Frame, Id, Layout, Margin, PopupCloseBehavior, RichText, Role, Stroke,
    TextBuffer, TextEdit, Ui, WidgetInfo,
    containers::menu::{MenuButton, MenuConfig},
    text::{LayoutJob, TextWrapping},
    vec2,
};

use super::{
    action::{Action, CastAction},
    dialogs::Pick,
    icons::{Icon, icon_atom},
    shapes::{SHAPES, Shape},
    state::View,
    strings::fill,
    style_gallery::{gallery_ui, style_name},
    theme::{self, size, space, type_size},
    widgets::{icon_button_ui, named, primary_button_ui, square, steady, toggle_ui},
};
use crate::storyboard::Edit;

/// What there is room for in the bar.
struct Room {
    /// The shapes side by side, and the cast by its word.
    is_wide: bool,
    /// Width of the button that shows the styles.
    style: f32,
    /// On either side of a line between groups.
    gap: f32,
    /// What everything but the title needs, measured in the longer language.
    others: f32,
}

impl Room {
    fn of(ui: &Ui) -> Self {
        match ui.ctx().content_rect().width() {
            ..840.0 => Self { is_wide: false, style: 104.0, gap: space::XS, others: 568.0 },
            ..size::NARROW => Self { is_wide: false, style: 140.0, gap: space::XS, others: 604.0 },
            _ => Self { is_wide: true, style: 156.0, gap: space::S, others: 756.0 },
        }
    }
}

/// The least and the greatest width of the title.
const TITLE_WIDTH: (f32, f32) = (72.0, 320.0);

/// Draws the bar.
pub fn toolbar_ui(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        title_ui(ui, view, &mut actions);
        separator_ui(ui, view);
        files_ui(ui, view, &mut actions);
        separator_ui(ui, view);
        let words = view.words;
        if icon_button_ui(ui, Icon::Undo, words.undo, view.can_undo).clicked() {
            actions.push(Action::Undo);
        }
        if icon_button_ui(ui, Icon::Redo, words.redo, view.can_redo).clicked() {
            actions.push(Action::Redo);
        }
        if toggle_ui(ui, Icon::History, words.do_history, view.state.history_shown).clicked() {
            actions.push(Action::ToggleHistory);
        }
        separator_ui(ui, view);
        cast_ui(ui, view, &mut actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            illustrate_ui(ui, view, &mut actions);
            ui.spacing_mut().item_spacing.x = space::XS;
            ui.add_space(space::XS);
            shape_ui(ui, view, &mut actions);
            ui.add_space(space::XS);
            // Open, it stays so when the window is resized and shapes fold into a menu.
            steady(ui, "style", |ui| style_ui(ui, view, &mut actions));
        });
    });
    actions
}

fn separator_ui(ui: &mut Ui, view: &View<'_>) {
    let gap = Room::of(ui).gap;
    ui.add_space(gap);
    let (rect, _) = ui.allocate_exact_size(egui::vec2(1.0, space::XL), egui::Sense::hover());
    ui.painter().rect_filled(rect, 0.0, view.palette.line);
    ui.add_space(gap);
}

fn title_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let hidden = view.state.story_hidden || view.state.crowded;
    if toggle_ui(ui, Icon::Story, words.toggle_story, !hidden).clicked() {
        actions.push(Action::ToggleStory);
    }
    ui.add_space(space::XS);
    let (least, most) = TITLE_WIDTH;
    let width = (ui.available_width() - Room::of(ui).others).clamp(least, most);
    let id = Id::unique("title");
    let writing = ui.memory(|memory| memory.has_focus(id));
    let hovered = ui.ctx().read_response(id).is_some_and(|response| response.hovered());
    // That it can be written into shows as soon as the pointer is there.
    let line = match (writing, hovered) {
        (true, _) => view.palette.accent,
        (_, true) => view.palette.line_strong,
        _ => Color32::TRANSPARENT,
    };
    let frame = Frame::new()
        .fill(if writing { view.palette.card } else { Color32::TRANSPARENT })
        .stroke(Stroke::new(1.0, line))
        .corner_radius(size::ROUND)
        .inner_margin(Margin::symmetric(7, 3));
    let font = theme::serif(type_size::TITLE);
    let mut title = view.document.title.clone();
    // While nobody writes there, what there is no room for ends in an ellipsis.
    let mut layouter = |ui: &Ui, text: &dyn TextBuffer, width: f32| {
        let mut job = LayoutJob::simple_singleline(text.as_str().to_owned(), font.clone(), view.palette.ink);
        if !writing {
            job.wrap = TextWrapping::truncate_at_width(width);
        }
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let field = TextEdit::singleline(&mut title)
        .id(id)
        .font(font.clone())
        .layouter(&mut layouter)
        .hint_text(RichText::new(words.untitled).font(font.clone()))
        .frame(frame)
        .desired_width(width);
    let response = ui.add(field).accessible_name(words.title_name);
    let hint =
        if title.is_empty() { words.title_name.to_owned() } else { format!("{}: {title}", words.title_name) };
    let response = response.on_hover_text(hint);
    if response.changed() {
        actions.push(Action::Type(Edit::SetTitle(title)));
    }
    if response.lost_focus() {
        actions.push(Action::Seal);
    }
}

fn files_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let free = view.state.file_work.is_none();
    if icon_button_ui(ui, Icon::Open, words.open, free).clicked() {
        actions.push(Action::Pick(Pick::Open));
    }
    let can_save = free && (view.unsaved || view.state.file.is_none()) && !view.document.story.is_empty();
    let save = icon_button_ui(ui, Icon::Save, words.save, can_save);
    if view.unsaved {
        // The dot says in shape, not only in colour, that something is unsaved.
        let at = save.rect.right_top() + egui::vec2(-6.0, 6.0);
        ui.painter().circle_filled(at, 3.0, view.palette.accent);
    }
    if save.clicked() {
        actions.push(Action::Save);
    }
    ui.add_enabled_ui(free, |ui| {
        let button = Button::new(icon_atom(Icon::Export)).frame_when_inactive(false);
        let (response, _) = square(ui, |ui| {
            MenuButton::from_button(button).ui(ui, |ui| {
                ui.spacing_mut().button_padding = egui::vec2(10.0, 6.0);
                for (label, pick) in [
                    (words.export_pdf, Pick::ExportPdf),
                    (words.export_sheet, Pick::ExportSheet),
                    (words.export_folder, Pick::ExportFolder),
                ] {
                    if ui.button(label).clicked() {
                        actions.push(Action::Pick(pick));
                    }
                }
            })
        });
        named(response, words.export);
    });
}

/// The cast's page, by its word where there is room for one.
fn cast_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let (words, shown) = (view.words, view.state.cast.shown);
    let response = if Room::of(ui).is_wide {
        let button = Button::selectable(shown, (icon_atom(Icon::Cast), words.cast));
        let response = named(ui.add(button), words.do_cast);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, shown, words.do_cast));
        response
    } else {
        toggle_ui(ui, Icon::Cast, words.do_cast, shown)
    };
    if response.clicked() {
        actions.push(Action::Cast(CastAction::Show(!shown)));
    }
}

fn style_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let name = style_name(view);
    let width = Room::of(ui).style;
    let button = Button::new((name.as_str(), Atom::grow(), icon_atom(Icon::Down)))
        .truncate()
        .min_size(vec2(width, size::CONTROL));
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = ui
        .scope(|ui| {
            ui.set_max_width(width);
            MenuButton::from_button(button).config(config).ui(ui, |ui| gallery_ui(ui, view, actions))
        })
        .inner;
    named(response, &fill(view.words.style_now, &[("name", &name)]));
}

/// The shape of the pictures: side by side, or in a menu where room is scarce.
fn shape_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let painting = &view.document.painting;
    let side = view.native_side_px();
    let choices = SHAPES.map(|shape| {
        let (icon, name) = match shape {
            Shape::Square => (Icon::Square, words.shape_square),
            Shape::Wide => (Icon::Landscape, words.shape_landscape),
            Shape::Tall => (Icon::Portrait, words.shape_portrait),
        };
        let (width_px, height_px) = shape.size_px(side);
        let on = (painting.width_px, painting.height_px) == (width_px, height_px);
        let edit = (!on).then_some(Edit::SetSize { width_px, height_px });
        (icon, fill(name, &[("w", &width_px), ("h", &height_px)]), edit)
    });
    if Room::of(ui).is_wide {
        // Drawn from the right, so the last comes first.
        for (icon, name, edit) in choices.into_iter().rev() {
            if toggle_ui(ui, icon, &name, edit.is_none()).clicked() {
                actions.extend(edit.map(Action::Edit));
            }
        }
        return;
    }
    let now = choices.iter().find(|(.., edit)| edit.is_none()).map_or(Icon::Picture, |(icon, ..)| *icon);
    let button = Button::new(icon_atom(now)).frame_when_inactive(false);
    let (response, _) = square(ui, |ui| {
        MenuButton::from_button(button).ui(ui, |ui| {
            ui.spacing_mut().button_padding = vec2(10.0, 6.0);
            for (icon, name, edit) in choices {
                if ui.add(Button::selectable(edit.is_none(), (icon_atom(icon), name))).clicked() {
                    actions.extend(edit.map(Action::Edit));
                }
            }
        })
    });
    named(response, words.shape);
}

fn illustrate_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let some = view.unpainted().next().is_some();
    let response = primary_button_ui(ui, view.palette, Icon::Brush, words.illustrate, some)
        .on_hover_text(words.illustrate_hint)
        .on_disabled_hover_text(words.illustrate_nothing);
    if response.clicked() {
        actions.push(Action::IllustrateAll);
    }
}
