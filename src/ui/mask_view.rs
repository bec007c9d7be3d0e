//! Repainting a part: a brush over the picture, and what should be there.

use egui::{
    Align, Align2, Color32, ColorImage, EventFilter, Frame, Id, Key, Layout, Margin, Pos2, Rect, RichText,
    Role, Sense, Shape, Stroke, StrokeKind, TextEdit, Ui, Vec2, WidgetInfo, epaint::RectShape, vec2,
};

use super::{
    action::{Action, MaskAction},
    card_view::WHOLE,
    icons::{Icon, paint},
    standing::job_words,
    state::{MaskState, Standpoint, View},
    strings::{Words, fill},
    theme::{sans, serif, size, space, type_size},
    widgets::{button_ui, icon_button_ui, primary_button_ui, slider_ui, toggle_ui},
};
use crate::raster::Mask;

/// Smallest and largest radius of the brush, as shares of the picture's longer
/// side.
const RADIUS: (f32, f32) = (0.01, 0.3);

/// Below this width the prompt gets a row of its own.
const TIGHT: f32 = 720.0;

/// Share of the brush that is fully repainted; the rest fades, so that the new
/// part joins the old without a seam.
pub const HARDNESS: f32 = 0.7;

/// Draws the mask view.
pub fn mask_ui(ui: &mut Ui, view: &View<'_>, mask: &MaskState) -> Vec<Action> {
    let mut actions = Vec::new();
    let inset = Frame::new().inner_margin(Margin::same(space::L as i8));
    inset.show(ui, |ui| {
        tools_ui(ui, view, mask, &mut actions);
        ui.add_space(space::S);
        let rows = if is_tight(ui) { 2.0 } else { 1.0 };
        let footer = rows * (size::CONTROL + space::S) + space::M + 26.0;
        let room = vec2(ui.available_width(), (ui.available_height() - footer).max(120.0));
        canvas_ui(ui, view, mask, room, &mut actions);
        ui.add_space(space::S);
        order_ui(ui, view, mask, &mut actions);
    });
    actions
}

/// Whether the prompt needs a row of its own.
fn is_tight(ui: &Ui) -> bool {
    ui.available_width() < TIGHT
}

fn tools_ui(ui: &mut Ui, view: &View<'_>, mask: &MaskState, actions: &mut Vec<Action>) {
    let words = view.words;
    let place = view.document.panels.iter().position(|panel| panel.id == mask.panel);
    let number = place.map_or(0, |place| place + 1);
    let mut act = |action| actions.push(Action::Mask(action));
    ui.horizontal(|ui| {
        if button_ui(ui, Icon::Left, words.mask_back, true).clicked() {
            act(MaskAction::End);
        }
        ui.add_space(space::S);
        // At a narrow window the tools matter more than the title.
        if ui.available_width() > 560.0 {
            let title = fill(words.mask_title, &[("n", &number)]);
            ui.label(RichText::new(title).font(serif(type_size::TITLE)));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon_button_ui(ui, Icon::Trash, words.mask_clear, !mask.mask.is_empty()).clicked() {
                act(MaskAction::Clear);
            }
            let longer = mask.mask.width_px().max(mask.mask.height_px()) as f32;
            let mut radius = mask.radius_px;
            let range = RADIUS.0 * longer..=RADIUS.1 * longer;
            if slider_ui(ui, view.palette, &mut radius, range, 96.0, words.mask_size).changed() {
                act(MaskAction::SetRadius(radius));
            }
            ui.label(RichText::new(words.mask_size).size(type_size::SMALL).color(view.palette.ink_soft));
            if toggle_ui(ui, Icon::Eraser, words.mask_erase, mask.erase).clicked() {
                act(MaskAction::SetErase(true));
            }
            if toggle_ui(ui, Icon::Brush, words.mask_brush, !mask.erase).clicked() {
                act(MaskAction::SetErase(false));
            }
        });
    });
}

fn canvas_ui(ui: &mut Ui, view: &View<'_>, mask: &MaskState, room: Vec2, actions: &mut Vec<Action>) {
    let palette = view.palette;
    let (area, _) = ui.allocate_exact_size(room, Sense::hover());
    let picture_px = vec2(mask.mask.width_px() as f32, mask.mask.height_px() as f32);
    let scale = (area.width() / picture_px.x).min(area.height() / picture_px.y);
    let rect = Rect::from_center_size(area.center(), (picture_px * scale).floor());
    let id = Id::unique(("mask", mask.panel));
    let response = ui.interact(rect, id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, view.words.mask_canvas));
    let painter = ui.painter();
    painter.rect_filled(rect, 4.0, palette.card_hover);
    let job = view.jobs.of_panel(mask.panel);
    let side = rect.width().max(rect.height()) * ui.pixels_per_point();
    let preview = job.and_then(|(_, job)| job.preview.as_ref());
    if let Some(texture) = preview.or_else(|| view.thumbs.get(mask.image, side)) {
        painter.add(RectShape::filled(rect, 4.0, Color32::WHITE).with_texture(texture.id(), WHOLE));
    }
    let seen = !mask.resting || response.hovered() || response.has_focus();
    if let (Some(overlay), None) = (&mask.overlay.as_ref().filter(|_| seen), preview) {
        painter.add(RectShape::filled(rect, 4.0, Color32::WHITE).with_texture(overlay.id(), WHOLE));
    }
    let line = if response.has_focus() {
        Stroke::new(2.0, palette.accent)
    } else {
        Stroke::new(1.0, palette.line_strong)
    };
    painter.rect_stroke(rect, 4.0, line, StrokeKind::Outside);
    let to_picture = |at: Pos2| {
        let at = (at - rect.min) / scale;
        (at.x, at.y)
    };
    if let Some((_, job)) = job {
        badge(ui, view, rect, &job_words(view.words, job));
        return;
    }
    pointer_ui(ui, mask, &response, rect, scale, &to_picture, actions);
    keyboard_ui(ui, mask, &response, rect, scale, actions);
    if mask.mask.is_empty() && !response.hovered() {
        badge(ui, view, rect, view.words.mask_help);
    }
}

fn badge(ui: &Ui, view: &View<'_>, rect: Rect, text: &str) {
    let palette = view.palette;
    let galley = ui.painter().layout_no_wrap(text.to_owned(), sans(type_size::BODY), palette.ink);
    let size = galley.size() + vec2(2.0 * space::M, space::M);
    let at = Align2::CENTER_BOTTOM.anchor_size(rect.center_bottom() - vec2(0.0, space::M), size);
    ui.painter().rect_filled(at, 6.0, palette.card.gamma_multiply(0.94));
    ui.painter().galley(at.center() - galley.size() / 2.0, galley, palette.ink);
}

fn pointer_ui(
    ui: &Ui,
    mask: &MaskState,
    response: &egui::Response,
    rect: Rect,
    scale: f32,
    to_picture: &impl Fn(Pos2) -> (f32, f32),
    actions: &mut Vec<Action>,
) {
    let mut act = |action| actions.push(Action::Mask(action));
    if let Some(at) = response.interact_pointer_pos() {
        let here = to_picture(at);
        // A press counts at once: a click without a drag is a dot.
        if response.is_pointer_button_down_on() && ui.input(|i| i.pointer.any_pressed()) {
            response.request_focus();
            act(MaskAction::StrokeBegin);
            act(MaskAction::Stroke { from: here, to: here, erase: mask.erase });
        } else if response.dragged() {
            // A brush that rests asks for nothing, or the window never does.
            let delta = ui.input(|i| i.pointer.delta());
            if delta != Vec2::ZERO {
                let from = to_picture(at - delta);
                act(MaskAction::Stroke { from, to: here, erase: mask.erase });
            }
        }
    }
    if let Some(at) = response.hover_pos() {
        ring(ui, at, mask.radius_px * scale, rect);
        ui.ctx().set_cursor_icon(egui::CursorIcon::Crosshair);
    }
}

/// The brush's edge: dark on light and light on dark at once.
fn ring(ui: &Ui, at: Pos2, radius: f32, rect: Rect) {
    let painter = ui.painter().with_clip_rect(rect.expand(radius));
    painter.circle_stroke(at, radius, Stroke::new(3.0, Color32::from_black_alpha(110)));
    painter.circle_stroke(at, radius, Stroke::new(1.2, Color32::WHITE));
}

fn keyboard_ui(
    ui: &Ui,
    mask: &MaskState,
    response: &egui::Response,
    rect: Rect,
    scale: f32,
    actions: &mut Vec<Action>,
) {
    if !response.has_focus() {
        return;
    }
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let mut act = |action| actions.push(Action::Mask(action));
    let step = (mask.radius_px * 0.5).max(1.0);
    let (mut x, mut y) = mask.brush_at;
    let moves = [
        (Key::ArrowLeft, -step, 0.0),
        (Key::ArrowRight, step, 0.0),
        (Key::ArrowUp, 0.0, -step),
        (Key::ArrowDown, 0.0, step),
    ];
    ui.input(|input| {
        for (key, dx, dy) in moves {
            let times = input.num_presses(key) as f32;
            x += dx * times;
            y += dy * times;
        }
    });
    let here = (x.clamp(0.0, mask.mask.width_px() as f32), y.clamp(0.0, mask.mask.height_px() as f32));
    if here != mask.brush_at {
        act(MaskAction::MoveBrush(here));
    }
    let (pressed, down, shift) =
        ui.input(|i| (i.key_pressed(Key::Space), i.key_down(Key::Space), i.modifiers.shift));
    if pressed {
        act(MaskAction::StrokeBegin);
    }
    if pressed || (down && here != mask.brush_at) {
        let erase = mask.erase || shift;
        act(MaskAction::Stroke { from: mask.brush_at, to: here, erase });
    }
    if !response.hovered() {
        let at = rect.min + vec2(here.0, here.1) * scale;
        ring(ui, at, mask.radius_px * scale, rect);
        let cross = space::XS;
        for along in [vec2(cross, 0.0), vec2(0.0, cross)] {
            let line = [at - along, at + along];
            ui.painter().add(Shape::line_segment(line, Stroke::new(1.2, Color32::WHITE)));
        }
    }
}

fn order_ui(ui: &mut Ui, view: &View<'_>, mask: &MaskState, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let standpoint = view.document.panel(mask.panel).map(|panel| view.standpoint(panel));
    if let Some(Standpoint::Failed(why)) = &standpoint {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(size::ICON), Sense::hover());
            paint(ui.painter(), rect, Icon::Failed, palette.error);
            let text = RichText::new(*why).size(type_size::SMALL).color(palette.error);
            ui.add(egui::Label::new(text).truncate());
        });
    }
    let label = ui.label(RichText::new(words.mask_prompt).size(type_size::SMALL).color(palette.ink_soft));
    let tight = is_tight(ui);
    if tight {
        prompt_ui(ui, mask, label.id, words, actions);
    }
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        match standpoint {
            Some(Standpoint::Queued(job, _) | Standpoint::Painting(job, _)) => {
                if button_ui(ui, Icon::Close, words.cancel, true).clicked() {
                    actions.push(Action::Cancel(job));
                }
            }
            _ => {
                let ready = !mask.mask.is_empty();
                let response = primary_button_ui(ui, palette, Icon::Brush, words.mask_go, ready)
                    .on_disabled_hover_text(words.mask_need);
                if response.clicked() {
                    actions.push(Action::Mask(MaskAction::Repaint));
                }
            }
        }
        let mut percent = mask.strength * 100.0;
        if slider_ui(ui, palette, &mut percent, 5.0..=100.0, 88.0, words.mask_strength).changed() {
            actions.push(Action::Mask(MaskAction::SetStrength(percent / 100.0)));
        }
        let strength = RichText::new(words.mask_strength).size(type_size::SMALL).color(palette.ink_soft);
        ui.label(strength);
        if !tight {
            prompt_ui(ui, mask, label.id, words, actions);
        }
    });
}

fn prompt_ui(ui: &mut Ui, mask: &MaskState, label: Id, words: &Words, actions: &mut Vec<Action>) {
    let mut prompt = mask.prompt.clone();
    let field = TextEdit::singleline(&mut prompt)
        .id_salt(("mask prompt", mask.panel))
        .desired_width(ui.available_width());
    let response = ui.add(field).labelled_by(label).accessible_name(words.mask_prompt);
    if response.changed() {
        actions.push(Action::Mask(MaskAction::SetPrompt(prompt)));
    }
}

/// The mask as it lies over the picture: a wash of `colour` with white
/// diagonal lines, so that it shows on a picture of any colour.
pub fn overlay_image(mask: &Mask, colour: Color32) -> ColorImage {
    let width = mask.width_px() as usize;
    // Lines keep their distance on the screen, whatever the picture's size.
    let period = (width / 36).max(4);
    let pixels = mask
        .repaint()
        .iter()
        .enumerate()
        .map(|(at, &repaint)| {
            let (x, y) = (at % width, at / width);
            let on_line = (x + y) % period < period.div_ceil(5);
            let (colour, strength) = if on_line { (Color32::WHITE, 0.8) } else { (colour, 0.55) };
            colour.gamma_multiply(strength * f32::from(repaint) / 255.0)
        })
        .collect();
    ColorImage::new([width, mask.height_px() as usize], pixels)
}
