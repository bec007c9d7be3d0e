//! One card of the board: a panel's picture, its state in icon and words, and
//! its caption.

use std::sync::Arc;

use egui::{
    Align, Color32, CornerRadius, Galley, Id, Layout, Pos2, Rect, Response, RichText, Role, Sense, Shape,
    Stroke, StrokeKind, TextureHandle, Ui, UiBuilder, WidgetInfo,
    epaint::RectShape,
    pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};

use super::{
    action::{Action, MaskAction},
    icons::{Icon, paint},
    standing::{job_words, state_words},
    state::{Standpoint, View},
    strings::fill,
    theme::{Palette, reading, sans, size, space, type_size},
    widgets::{button_ui, small_icon_button_ui},
    words_view::shot_words,
};
use crate::{
    story::Language,
    storyboard::{Edit, Panel},
};

/// The whole picture, in the coordinates of a texture.
pub const WHOLE: Rect = Rect { min: Pos2::ZERO, max: pos2(1.0, 1.0) };

/// Draws a texture into a frame so that it fills it, cut where it must be.
pub fn cover(painter: &egui::Painter, texture: &TextureHandle, rect: Rect, round: CornerRadius) {
    let size = texture.size_vec2();
    let (have, want) = (size.x / size.y.max(1.0), rect.width() / rect.height().max(1.0));
    let uv = if have > want {
        Rect::from_center_size(WHOLE.center(), vec2(want / have, 1.0))
    } else {
        Rect::from_center_size(WHOLE.center(), vec2(1.0, have / want))
    };
    painter.add(RectShape::filled(rect, round, Color32::WHITE).with_texture(texture.id(), uv));
}

/// Draws a card of the board; what it was asked for goes into `actions`. The
/// response is the whole card's: the board drags it.
pub fn card_ui(
    ui: &mut Ui,
    view: &View<'_>,
    place: usize,
    panel: &Panel,
    rect: Rect,
    actions: &mut Vec<Action>,
) -> Response {
    let (words, palette) = (view.words, view.palette);
    let standpoint = view.standpoint(panel);
    let caption = if panel.caption.is_empty() { words.no_caption } else { &panel.caption };
    let mut state = state_words(words, &standpoint);
    for (on, word) in [(panel.locked, words.state_locked), (panel.starred, words.state_starred)] {
        if on {
            state.push_str(words.comma);
            state.push_str(word);
        }
    }
    let mut name = fill(words.panel_name, &[("n", &(place + 1)), ("state", &state), ("caption", &caption)]);
    let about = about(view, panel);
    name.push_str(words.comma);
    name.push_str(&about);
    let selected = view.is_selected(panel.id);
    let response = ui.interact(rect, Id::unique(("card", panel.id)), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &name));
    if response.clicked() {
        let modifiers = ui.input(|input| input.modifiers);
        actions.push(if modifiers.shift {
            Action::SelectMore(panel.id, true)
        } else if modifiers.command {
            Action::SelectMore(panel.id, false)
        } else {
            Action::Select(Some(panel.id))
        });
    }
    if response.double_clicked() && panel.shown().is_some() {
        actions.push(Action::Mask(MaskAction::Begin(panel.id)));
    }
    if response.gained_focus() {
        ui.scroll_to_rect(rect.expand(space::L), None);
    }
    menu_ui(&response, view, panel, actions);
    let picture = Rect::from_min_max(rect.min, pos2(rect.right(), rect.bottom() - size::CAPTION));
    // The controls are there for keyboard and screen reader even where the
    // card is scrolled out of sight; its paint is not.
    let visible = ui.is_rect_visible(rect);
    if visible {
        ground(ui, palette, rect, selected, &response);
        picture_ui(ui, view, panel, &standpoint, picture);
        caption_ui(ui, view, place, caption, panel.caption.is_empty(), rect, picture.bottom());
        about_ui(ui, view, panel, &about, rect);
        badges(ui, palette, panel, picture);
    }
    state_ui(ui, view, place, panel, &standpoint, picture, visible, actions);
    if visible {
        let (width, colour) = if selected || response.has_focus() {
            (2.0, palette.accent)
        } else if response.hovered() {
            (1.0, palette.line_strong)
        } else {
            (1.0, palette.line)
        };
        let round = CornerRadius::same(size::ROUND_CARD);
        ui.painter().rect_stroke(rect, round, Stroke::new(width, colour), StrokeKind::Inside);
    }
    response
}

/// What a right click offers.
fn menu_ui(response: &Response, view: &View<'_>, panel: &Panel, actions: &mut Vec<Action>) {
    response.context_menu(|ui| {
        let words = view.words;
        let free = !panel.locked;
        let selection = view.selection_with(panel.id);
        let paint = match (selection.len(), panel.shown()) {
            (1, None) => words.paint,
            (1, Some(_)) => words.repaint,
            _ => words.repaint_all,
        };
        let entries = [
            (paint, free, Action::PaintAll(selection)),
            (words.repaint_part, free && panel.shown().is_some(), Action::Mask(MaskAction::Begin(panel.id))),
            (words.compare, panel.variants.len() > 1, Action::Compare(panel.id)),
            (words.duplicate, true, Action::Edit(Edit::DuplicatePanel(panel.id))),
            (
                if panel.locked { words.unlock } else { words.lock },
                true,
                Action::Edit(Edit::SetLocked(panel.id, !panel.locked)),
            ),
            (
                if panel.starred { words.unstar } else { words.star },
                true,
                Action::Edit(Edit::SetStarred(panel.id, !panel.starred)),
            ),
            (words.remove, free, Action::Edit(Edit::RemovePanel(panel.id))),
        ];
        for (name, enabled, action) in entries {
            if name == words.remove {
                ui.separator();
            }
            if ui.add_enabled(enabled, egui::Button::new(name)).clicked() {
                actions.push(action);
                ui.close();
            }
        }
    });
}

/// Marks at the upper left of the picture: a lock, a star.
fn badges(ui: &Ui, palette: &Palette, panel: &Panel, picture: Rect) {
    let mut at = picture.left_top() + vec2(space::S, space::S);
    for (on, icon) in [(panel.locked, Icon::Locked), (panel.starred, Icon::Star)] {
        if on {
            let ground = Rect::from_min_size(at, vec2(size::BADGE, size::BADGE));
            ui.painter().rect_filled(ground, size::ROUND, palette.card.gamma_multiply(0.95));
            paint(ui.painter(), ground.shrink(space::XS), icon, palette.ink);
            at.x += size::BADGE + space::XS;
        }
    }
}

fn ground(ui: &Ui, palette: &Palette, rect: Rect, selected: bool, response: &egui::Response) {
    let round = CornerRadius::same(size::ROUND_CARD);
    let lifted = selected || response.hovered();
    let shadow =
        egui::Shadow { offset: [0, 2], blur: if lifted { 14 } else { 8 }, spread: 0, color: palette.shadow };
    ui.painter().add(shadow.as_shape(rect, round));
    ui.painter().rect_filled(rect, round, palette.card);
}

fn picture_ui(ui: &Ui, view: &View<'_>, panel: &Panel, standpoint: &Standpoint<'_>, rect: Rect) {
    let palette = view.palette;
    let inner = rect.shrink(1.0);
    let corner = size::ROUND_CARD - 1;
    let round = CornerRadius { nw: corner, ne: corner, sw: 0, se: 0 };
    let painter = ui.painter();
    painter.rect_filled(inner, round, palette.card_hover);
    let preview = match standpoint {
        Standpoint::Painting(_, job) => job.preview.as_ref(),
        _ => None,
    };
    if let Some(texture) = preview {
        cover(painter, texture, inner, round);
        return;
    }
    let side = inner.width().max(inner.height()) * ui.pixels_per_point();
    match panel.shown() {
        Some(variant) => {
            if let Some(texture) = view.thumbs.get(variant.image, side) {
                cover(painter, texture, inner, round);
            }
        }
        None => {
            let at = Rect::from_center_size(
                inner.center() - vec2(0.0, space::XL),
                vec2(size::ICON_LARGE, size::ICON_LARGE),
            );
            let middle = Rect::from_center_size(inner.center() - vec2(0.0, space::S), at.size());
            match standpoint {
                Standpoint::Queued(..) => paint(painter, middle, Icon::Clock, palette.ink_faint),
                Standpoint::Painting(..) => paint(painter, middle, Icon::Brush, palette.ink_faint),
                _ => {}
            }
            if matches!(standpoint, Standpoint::Empty) {
                paint(painter, at, Icon::Picture, palette.ink_faint);
                // A dashed frame says in shape that there is nothing yet.
                let edge = inner.shrink(space::S);
                let corners = [
                    edge.left_top(),
                    edge.right_top(),
                    edge.right_bottom(),
                    edge.left_bottom(),
                    edge.left_top(),
                ];
                painter.extend(Shape::dashed_line(&corners, Stroke::new(1.0, palette.line_strong), 5.0, 5.0));
            }
        }
    }
}

fn caption_ui(ui: &Ui, view: &View<'_>, place: usize, caption: &str, is_empty: bool, rect: Rect, top: f32) {
    let palette = view.palette;
    let number = Rect::from_min_size(pos2(rect.left() + space::M, top + 11.0), vec2(22.0, 20.0));
    ui.painter().rect_filled(number, 4.0, palette.ribbon(place).gamma_multiply(0.22));
    ui.painter().text(
        number.center(),
        egui::Align2::CENTER_CENTER,
        place + 1,
        sans(type_size::SMALL),
        palette.ink,
    );
    let left = number.right() + space::S;
    let colour = if is_empty { palette.ink_soft } else { palette.ink };
    let galley = two_lines(ui, caption, rect.right() - space::M - left, colour, view.document.language);
    ui.painter().galley(pos2(left, top + 10.0), galley, colour);
}

/// The shot and the notes of a panel on one line.
fn about(view: &View<'_>, panel: &Panel) -> String {
    let mut text = shot_words(view.words, panel.shot()).to_owned();
    let notes = panel.notes.trim();
    if !notes.is_empty() {
        text.push_str(" · ");
        text.push_str(&notes.replace('\n', " "));
    }
    text
}

fn about_ui(ui: &Ui, view: &View<'_>, panel: &Panel, about: &str, rect: Rect) {
    let palette = view.palette;
    // Below the caption, to the right of the number.
    let left = rect.left() + space::M + 22.0 + space::S;
    let colour = if panel.notes.trim().is_empty() { palette.ink_soft } else { palette.ink };
    let mut job = LayoutJob::simple_singleline(about.to_owned(), sans(type_size::TINY), colour);
    job.wrap = TextWrapping::truncate_at_width(rect.right() - space::M - left);
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let at = pos2(left, rect.bottom() - space::S - galley.size().y);
    ui.painter().galley(at, galley, colour);
}

fn two_lines(ui: &Ui, text: &str, width: f32, colour: Color32, language: Language) -> Arc<Galley> {
    let text = text.replace('\n', " ");
    let font = reading(type_size::CAPTION, language);
    let mut job = LayoutJob::simple(text, font, colour, width);
    job.wrap.max_rows = 2;
    if let Some(section) = job.sections.first_mut() {
        section.format.line_height = Some(21.0);
    }
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

#[allow(clippy::too_many_arguments, reason = "the pieces of one card")]
fn state_ui(
    ui: &mut Ui,
    view: &View<'_>,
    place: usize,
    panel: &Panel,
    standpoint: &Standpoint<'_>,
    picture: Rect,
    visible: bool,
    actions: &mut Vec<Action>,
) {
    let (words, palette) = (view.words, view.palette);
    let n = place + 1;
    // Controls of its own for each state: a card of many changes while the
    // pointer is down on another one, or on the button that was there before.
    let id = Id::unique(("card state", panel.id, std::mem::discriminant(standpoint)));
    let strip = Rect::from_min_max(pos2(picture.left(), picture.bottom() - 44.0), picture.max);
    match standpoint {
        Standpoint::Empty => {
            let centre = picture.center() + vec2(0.0, space::L);
            let area = Rect::from_center_size(centre, vec2(picture.width(), size::CONTROL));
            centred_ui(ui, id, area, |ui| {
                let response = button_ui(ui, Icon::Brush, words.paint, true)
                    .accessible_name(fill(words.paint_panel, &[("n", &n)]));
                if response.clicked() {
                    actions.push(Action::Paint(panel.id));
                }
            });
        }
        Standpoint::Queued(job, _) => {
            let text = state_words(words, standpoint);
            strip_ui(ui, palette, id, strip, Icon::Clock, &text, palette.ink_soft, |ui| {
                let name = fill(words.cancel_panel, &[("n", &n)]);
                if small_icon_button_ui(ui, Icon::Close, &name).clicked() {
                    actions.push(Action::Cancel(*job));
                }
            });
        }
        Standpoint::Painting(at_work, job) => {
            if visible {
                progress_line(ui, palette, strip, job.fraction());
            }
            let text = job_words(words, job);
            strip_ui(ui, palette, id, strip, Icon::Brush, &text, palette.accent, |ui| {
                let name = fill(words.cancel_panel, &[("n", &n)]);
                let response =
                    ui.add_enabled_ui(!job.stopping, |ui| small_icon_button_ui(ui, Icon::Close, &name));
                if response.inner.clicked() {
                    actions.push(Action::Cancel(*at_work));
                }
            });
        }
        // A picture from before is worth more than the reason, which the
        // panel's details tell.
        Standpoint::Failed(_) if panel.shown().is_some() => {
            let text = words.state_failed;
            strip_ui(ui, palette, id, strip, Icon::Failed, text, palette.error, |ui| {
                let name = fill(words.retry_panel, &[("n", &n)]);
                if small_icon_button_ui(ui, Icon::Repaint, &name).clicked() {
                    actions.push(Action::Retry(panel.id));
                }
            });
        }
        Standpoint::Failed(why) => failed_ui(ui, view, id, n, panel, why, picture, actions),
        Standpoint::Stale(_) => {
            let text = state_words(words, standpoint);
            strip_ui(ui, palette, id, strip, Icon::Pencil, &text, palette.warning, |ui| {
                let name = fill(words.paint_panel, &[("n", &n)]);
                if small_icon_button_ui(ui, Icon::Repaint, &name).clicked() {
                    actions.push(Action::Paint(panel.id));
                }
            });
        }
        Standpoint::Painted => {}
    }
}

#[allow(clippy::too_many_arguments, reason = "the pieces of one card")]
fn failed_ui(
    ui: &mut Ui,
    view: &View<'_>,
    id: Id,
    n: usize,
    panel: &Panel,
    why: &str,
    picture: Rect,
    actions: &mut Vec<Action>,
) {
    let (words, palette) = (view.words, view.palette);
    let area = picture.shrink2(vec2(space::M, space::M));
    let layout = Layout::top_down(Align::LEFT);
    ui.scope_builder(UiBuilder::new().scope_id(id).max_rect(area).layout(layout), |ui| {
        ui.shrink_clip_rect(picture);
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(size::ICON, size::ICON), Sense::hover());
            paint(ui.painter(), rect, Icon::Failed, palette.error);
            ui.label(RichText::new(words.state_failed).color(palette.error));
        });
        let room = ui.available_height() - size::CONTROL - space::S;
        let rows = ((room / 17.0).floor() as usize).max(1);
        let mut job =
            LayoutJob::simple(why.to_owned(), sans(type_size::SMALL), palette.ink, ui.available_width());
        job.wrap.max_rows = rows;
        ui.label(job).on_hover_text(why);
        let bottom = Rect::from_min_max(pos2(area.left(), area.bottom() - size::CONTROL), area.max);
        ui.scope_builder(UiBuilder::new().max_rect(bottom), |ui| {
            let response = button_ui(ui, Icon::Repaint, words.retry, true)
                .accessible_name(fill(words.retry_panel, &[("n", &n)]));
            if response.clicked() {
                actions.push(Action::Retry(panel.id));
            }
        });
    });
}

fn progress_line(ui: &Ui, palette: &Palette, strip: Rect, fraction: f32) {
    let strip = strip.shrink2(vec2(1.0, 0.0));
    let rail = Rect::from_min_max(pos2(strip.left(), strip.bottom() - 4.0), strip.max);
    ui.painter().rect_filled(rail, 0.0, palette.line);
    let width = rail.width() * fraction.clamp(0.0, 1.0);
    let done = Rect::from_min_size(rail.min, vec2(width, rail.height()));
    ui.painter().add(Shape::rect_filled(done, 0.0, palette.accent));
}

/// A label with an icon at the lower left of a picture and a button at the
/// right, each on a ground of its own so that the picture shows between them.
#[allow(clippy::too_many_arguments, reason = "the pieces of one strip")]
fn strip_ui(
    ui: &mut Ui,
    palette: &Palette,
    id: Id,
    strip: Rect,
    icon: Icon,
    text: &str,
    icon_colour: Color32,
    button: impl FnOnce(&mut Ui),
) {
    let area = strip.shrink2(vec2(space::S, 0.0));
    let layout = Layout::right_to_left(Align::Center);
    ui.scope_builder(UiBuilder::new().scope_id(id).max_rect(area).layout(layout), |ui| {
        button(ui);
        let room = ui.available_width() - space::S;
        let mut job = LayoutJob::simple_singleline(text.to_owned(), sans(type_size::SMALL), palette.ink);
        job.wrap = TextWrapping::truncate_at_width(room - size::ICON - 3.0 * space::S);
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let width = galley.size().x + size::ICON + 3.0 * space::XS + space::S;
        let label =
            Rect::from_min_size(pos2(area.left(), area.center().y - 13.0), vec2(width.min(room), 26.0));
        ui.painter().rect_filled(label, size::ROUND, palette.card.gamma_multiply(0.95));
        let at = pos2(label.left() + space::XS + size::ICON / 2.0, label.center().y);
        let side = vec2(size::ICON - 2.0, size::ICON - 2.0);
        paint(ui.painter(), Rect::from_center_size(at, side), icon, icon_colour);
        let at = pos2(label.left() + 2.0 * space::XS + size::ICON, label.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, palette.ink);
    });
}

fn centred_ui(ui: &mut Ui, id: Id, area: Rect, add: impl FnOnce(&mut Ui)) {
    let layout = Layout::top_down(Align::Center);
    ui.scope_builder(UiBuilder::new().scope_id(id).max_rect(area).layout(layout), add);
}
