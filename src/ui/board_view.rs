//! The board: one card a panel, filling as pictures are painted.

use std::sync::Arc;

use egui::{
    Align, Color32, CornerRadius, Frame, Galley, Id, Label, Layout, Margin, Pos2, Rect, RichText, Role,
    ScrollArea, Sense, Shape, Stroke, StrokeKind, TextureHandle, Ui, UiBuilder, WidgetInfo,
    epaint::RectShape,
    pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};

use super::{
    action::Action,
    icons::{Icon, paint},
    jobs::{Job, Standing},
    state::{Standpoint, View},
    strings::{Words, fill},
    theme::{Palette, TEXT_LINE_PT, reading, sans, serif, size, space, type_size},
    widgets::{button_ui, primary_button_ui, small_icon_button_ui},
};
use crate::{engine::Stage, story::Language, storyboard::Panel};

/// The whole picture, in the coordinates of a texture.
pub const WHOLE: Rect = Rect { min: Pos2::ZERO, max: pos2(1.0, 1.0) };

/// Draws the board, or what stands there before there is one.
pub fn board_ui(ui: &mut Ui, view: &View<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    if view.document.panels.is_empty() {
        ready_ui(ui, view, &mut actions);
        return actions;
    }
    ScrollArea::vertical().id_salt("board").auto_shrink(false).show(ui, |ui| {
        let room = ui.available_width() - 2.0 * space::L;
        let columns = ((room + space::L) / (size::CARD_MIN + space::L)).floor().max(1.0);
        let columns = columns.min(view.document.panels.len() as f32);
        let width = ((room - (columns - 1.0) * space::L) / columns).min(size::CARD_MAX).floor();
        let painting = &view.document.painting;
        // Cards of one height, whatever the shape of an older picture.
        let aspect = painting.height_px.max(1) as f32 / painting.width_px.max(1) as f32;
        let card = vec2(width, (width * aspect).round() + size::CAPTION);
        let origin = ui.cursor().min + vec2(space::L, space::L);
        let count = view.document.panels.len();
        let columns = columns as usize;
        let rows = count.div_ceil(columns.max(1));
        let height = rows as f32 * (card.y + space::L) + space::L;
        ui.allocate_space(vec2(ui.available_width(), height));
        for (place, panel) in view.document.panels.iter().enumerate() {
            let (row, column) = (place / columns.max(1), place % columns.max(1));
            let at = vec2(column as f32 * (card.x + space::L), row as f32 * (card.y + space::L));
            card_ui(ui, view, place, panel, Rect::from_min_size(origin + at, card), &mut actions);
        }
    });
    actions
}

fn ready_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let words = view.words;
    let rect = ui.available_rect_before_wrap();
    let width = size::READING.min(rect.width() - 2.0 * space::XL);
    let at = pos2(rect.center().x - width / 2.0, rect.top() + 0.3 * rect.height());
    let column = Rect::from_min_size(at, vec2(width, rect.height() * 0.6));
    ui.scope_builder(UiBuilder::new().max_rect(column), |ui| {
        ui.add(Label::new(RichText::new(words.ready_title).font(serif(type_size::DISPLAY))).wrap());
        ui.add_space(space::S);
        let text = RichText::new(words.ready_text)
            .color(view.palette.ink_soft)
            .size(type_size::STORY)
            .line_height(Some(TEXT_LINE_PT));
        ui.add(Label::new(text).wrap());
        ui.add_space(space::L);
        let label = if view.state.reading { words.finding_scenes } else { words.find_scenes };
        if primary_button_ui(ui, view.palette, Icon::Find, label, !view.state.reading).clicked() {
            actions.push(Action::FindScenes);
        }
    });
}

/// How a panel stands, in words.
pub fn state_words(words: &Words, standpoint: &Standpoint<'_>) -> String {
    match standpoint {
        Standpoint::Empty => words.state_empty.to_owned(),
        Standpoint::Queued(_, 0) => words.state_queued.to_owned(),
        Standpoint::Queued(_, n) => fill(words.state_queued_nth, &[("n", n)]),
        Standpoint::Painting(..) => words.state_painting.to_owned(),
        Standpoint::Failed(_) => words.state_failed.to_owned(),
        Standpoint::Stale => words.state_stale.to_owned(),
        Standpoint::Painted => words.state_painted.to_owned(),
    }
}

/// What a job is doing, in words: its step and the time left.
pub fn job_words(words: &Words, job: &Job) -> String {
    if job.stopping {
        return words.stopping.to_owned();
    }
    let Standing::Painting { progress, left_secs } = job.standing else {
        return words.state_queued.to_owned();
    };
    let stage = match progress.map(|p| (p.stage, p)) {
        None => return words.state_painting.to_owned(),
        Some((Stage::Loading, _)) => words.stage_loading.to_owned(),
        Some((Stage::Encoding, _)) => words.stage_encoding.to_owned(),
        Some((Stage::Decoding, _)) => words.stage_decoding.to_owned(),
        Some((Stage::Denoising, p)) => {
            let step = p.step.min(p.steps);
            fill(words.stage_denoising, &[("step", &step), ("steps", &p.steps)])
        }
    };
    match left_secs {
        Some(secs) if secs >= 1.0 => format!("{stage} · {}", left_words(words, secs)),
        _ => stage,
    }
}

/// The time left, in words.
pub fn left_words(words: &Words, secs: f32) -> String {
    // More than a day means that the estimate is worth nothing.
    let secs = secs.clamp(0.0, 86_400.0);
    if secs < 90.0 {
        fill(words.left_secs, &[("n", &(secs.ceil() as u32))])
    } else {
        fill(words.left_mins, &[("n", &((secs / 60.0).ceil() as u32))])
    }
}

fn card_ui(ui: &mut Ui, view: &View<'_>, place: usize, panel: &Panel, rect: Rect, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let standpoint = view.standpoint(panel);
    let caption = if panel.caption.is_empty() { words.no_caption } else { &panel.caption };
    let state = state_words(words, &standpoint);
    let name = fill(words.panel_name, &[("n", &(place + 1)), ("state", &state), ("caption", &caption)]);
    let selected = view.state.selected == Some(panel.id);
    let response = ui.interact(rect, Id::unique(("card", panel.id)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &name));
    if response.clicked() {
        actions.push(Action::Select(Some(panel.id)));
    }
    if response.double_clicked() && panel.shown().is_some() {
        actions.push(Action::Mask(super::action::MaskAction::Begin(panel.id)));
    }
    if response.gained_focus() {
        ui.scroll_to_rect(rect.expand(space::L), None);
    }
    let picture = Rect::from_min_max(rect.min, pos2(rect.right(), rect.bottom() - size::CAPTION));
    // The controls are there for keyboard and screen reader even where the
    // card is scrolled out of sight; its paint is not.
    let visible = ui.is_rect_visible(rect);
    if visible {
        ground(ui, palette, rect, selected, &response);
        picture_ui(ui, view, panel, &standpoint, picture);
        caption_ui(ui, view, place, caption, panel.caption.is_empty(), rect, picture.bottom());
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
}

fn ground(ui: &Ui, palette: &Palette, rect: Rect, selected: bool, response: &egui::Response) {
    let round = CornerRadius::same(size::ROUND_CARD);
    let lifted = selected || response.hovered();
    let shadow =
        egui::Shadow { offset: [0, 2], blur: if lifted { 14 } else { 8 }, spread: 0, color: palette.shadow };
    ui.painter().add(shadow.as_shape(rect, round));
    ui.painter().rect_filled(rect, round, palette.card);
}

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
            if matches!(standpoint, Standpoint::Empty) {
                paint(painter, at, Icon::Picture, palette.ink_faint);
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
    let strip = Rect::from_min_max(pos2(picture.left(), picture.bottom() - 44.0), picture.max);
    match standpoint {
        Standpoint::Empty => {
            let centre = picture.center() + vec2(0.0, space::L);
            let area = Rect::from_center_size(centre, vec2(picture.width(), size::CONTROL));
            centred_ui(ui, area, |ui| {
                let response = button_ui(ui, Icon::Brush, words.paint, true)
                    .accessible_name(fill(words.paint_panel, &[("n", &n)]));
                if response.clicked() {
                    actions.push(Action::Paint(panel.id));
                }
            });
        }
        Standpoint::Queued(job, _) => {
            let text = state_words(words, standpoint);
            strip_ui(ui, palette, strip, Icon::Clock, &text, palette.ink_soft, |ui| {
                let name = fill(words.cancel_panel, &[("n", &n)]);
                if small_icon_button_ui(ui, Icon::Close, &name).clicked() {
                    actions.push(Action::Cancel(*job));
                }
            });
        }
        Standpoint::Painting(id, job) => {
            if visible {
                progress_line(ui, palette, strip, job.fraction());
            }
            let text = job_words(words, job);
            strip_ui(ui, palette, strip, Icon::Brush, &text, palette.accent, |ui| {
                let name = fill(words.cancel_panel, &[("n", &n)]);
                let response =
                    ui.add_enabled_ui(!job.stopping, |ui| small_icon_button_ui(ui, Icon::Close, &name));
                if response.inner.clicked() {
                    actions.push(Action::Cancel(*id));
                }
            });
        }
        // A picture from before is worth more than the reason, which the
        // panel's details tell.
        Standpoint::Failed(_) if panel.shown().is_some() => {
            let text = words.state_failed;
            strip_ui(ui, palette, strip, Icon::Failed, text, palette.error, |ui| {
                let name = fill(words.retry_panel, &[("n", &n)]);
                if small_icon_button_ui(ui, Icon::Repaint, &name).clicked() {
                    actions.push(Action::Retry(panel.id));
                }
            });
        }
        Standpoint::Failed(why) => failed_ui(ui, view, n, panel, why, picture, actions),
        Standpoint::Stale => {
            let text = words.state_stale;
            strip_ui(ui, palette, strip, Icon::Pencil, text, palette.warning, |ui| {
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
    n: usize,
    panel: &Panel,
    why: &str,
    picture: Rect,
    actions: &mut Vec<Action>,
) {
    let (words, palette) = (view.words, view.palette);
    let area = picture.shrink2(vec2(space::M, space::M));
    ui.scope_builder(UiBuilder::new().max_rect(area).layout(Layout::top_down(Align::LEFT)), |ui| {
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
fn strip_ui(
    ui: &mut Ui,
    palette: &Palette,
    strip: Rect,
    icon: Icon,
    text: &str,
    icon_colour: Color32,
    button: impl FnOnce(&mut Ui),
) {
    let area = strip.shrink2(vec2(space::S, 0.0));
    let layout = Layout::right_to_left(Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(area).layout(layout), |ui| {
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

fn centred_ui(ui: &mut Ui, area: Rect, add: impl FnOnce(&mut Ui)) {
    let layout = Layout::top_down(Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(area).layout(layout), add);
}

/// The frame around the board.
pub fn frame(palette: &Palette) -> Frame {
    Frame::new().fill(palette.desk).inner_margin(Margin::ZERO)
}
