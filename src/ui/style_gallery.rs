//! The styles as pictures to choose from, and the field for a style in the
//! writer's own words.
//!
//! The pictures in `assets/styles` show one scene in every style; the trainer's
//! painter made them: see `tests/thumbnails.rs`.

use egui::{
    ColorImage, Context, CornerRadius, Frame, Id, Label, Margin, Rect, RichText, Role, ScrollArea, Sense,
    Stroke, StrokeKind, TextEdit, TextureHandle, TextureOptions, Ui, WidgetInfo, epaint::RectShape, pos2,
    vec2,
};

use super::{
    action::Action,
    card_view::cover,
    icons::{Icon, paint},
    state::View,
    strings::UiLanguage,
    theme::{sans, size, space, type_size},
    tone_view::tone_ui,
    widgets::field_label_ui,
};
use crate::{
    raster::Picture,
    story::Language,
    storyboard::{Edit, Style, StylePreset, style_presets},
};

const COLUMNS: usize = 3;
const PICTURE: egui::Vec2 = vec2(120.0, 90.0);
const NAME_HEIGHT: f32 = 24.0;

/// The picture of a preset, PNG.
pub fn picture_of(id: &str) -> Option<&'static [u8]> {
    Some(match id {
        "watercolour" => include_bytes!("../../assets/styles/watercolour.png"),
        "ink" => include_bytes!("../../assets/styles/ink.png"),
        "paper-cut" => include_bytes!("../../assets/styles/paper-cut.png"),
        "pastel" => include_bytes!("../../assets/styles/pastel.png"),
        "woodcut" => include_bytes!("../../assets/styles/woodcut.png"),
        "pixel-art" => include_bytes!("../../assets/styles/pixel-art.png"),
        _ => return None,
    })
}

/// A small picture from the binary, on the graphics card from its first use on.
pub fn small_picture(ctx: &Context, name: &str, png: &'static [u8]) -> Option<TextureHandle> {
    let id = Id::unique(("small picture", name));
    if let Some(texture) = ctx.data(|data| data.get_temp::<TextureHandle>(id)) {
        return Some(texture);
    }
    // 30 kB each: decoding one takes less than a frame.
    let picture = Picture::decode(png).ok()?;
    let image = ColorImage::from_rgba_unmultiplied(picture.size_px(), picture.rgba());
    let texture = ctx.load_texture(name, image, TextureOptions::LINEAR);
    ctx.data_mut(|data| data.insert_temp(id, texture.clone()));
    Some(texture)
}

fn language_of(view: &View<'_>) -> Language {
    match view.state.language {
        UiLanguage::English => Language::English,
        UiLanguage::Chinese => Language::Chinese,
    }
}

/// The name of the board's style; of a style in own words, those words.
pub fn style_name(view: &View<'_>) -> String {
    let name = view.document.style.name(language_of(view));
    if name.trim().is_empty() { view.words.style.to_owned() } else { name.to_owned() }
}

/// Draws the gallery and below it the tone of the board; closes the menu around
/// them once a style is chosen.
pub fn gallery_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let width = COLUMNS as f32 * PICTURE.x + (COLUMNS as f32 - 1.0) * space::S;
    ui.set_width(width + 2.0 * space::S);
    // What a small window has no room for is scrolled to.
    let height = ui.ctx().content_rect().height() - size::TOOLBAR - space::XXL;
    let area = ScrollArea::vertical().id_salt("looks").auto_shrink([false, true]);
    area.max_height(height).min_scrolled_height(height).show(ui, |ui| {
        // A menu's own margin is for its rows; this is a page.
        Frame::new().inner_margin(Margin::same(space::S as i8)).show(ui, |ui| {
            ui.set_width(width);
            styles_ui(ui, view, width, actions);
            ui.separator();
            tone_ui(ui, view, actions);
        });
    });
}

fn styles_ui(ui: &mut Ui, view: &View<'_>, width: f32, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    ui.spacing_mut().item_spacing.y = space::XS;
    ui.add_space(space::XS);
    ui.add(Label::new(RichText::new(words.style_gallery).size(type_size::BODY)).wrap());
    ui.add_space(space::XS);
    let presets = style_presets();
    let cell = vec2(PICTURE.x, PICTURE.y + NAME_HEIGHT);
    let rows = presets.len().div_ceil(COLUMNS);
    let height = rows as f32 * (cell.y + space::XS);
    let (area, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    for (place, preset) in presets.iter().enumerate() {
        let (row, column) = (place / COLUMNS, place % COLUMNS);
        let at = vec2(column as f32 * (cell.x + space::S), row as f32 * (cell.y + space::XS));
        if preset_ui(ui, view, preset, Rect::from_min_size(area.min + at, cell)) {
            actions.push(Action::Edit(Edit::SetStyle(Style::Preset(preset.id.clone()))));
            ui.close();
        }
    }
    ui.separator();
    let label = field_label_ui(ui, palette, words.style_own);
    let mut own = match &view.document.style {
        Style::Free(own) => own.clone(),
        Style::Preset(_) => String::new(),
    };
    // A menu draws its fields without a frame; this one is to be seen.
    ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.0, palette.line_strong);
    let field = TextEdit::singleline(&mut own)
        .hint_text(words.style_own_hint)
        .margin(Margin::symmetric(8, 6))
        .desired_width(f32::INFINITY);
    let response = ui.add(field).labelled_by(label.id).accessible_name(words.style_words);
    if response.changed() {
        actions.push(Action::Type(Edit::SetStyle(Style::Free(own))));
    }
    if response.lost_focus() {
        actions.push(Action::Seal);
    }
    ui.add_space(space::XS);
}

/// One style: its picture over its name. `true` when it was chosen.
fn preset_ui(ui: &Ui, view: &View<'_>, preset: &StylePreset, rect: Rect) -> bool {
    let palette = view.palette;
    let name = preset.name(language_of(view));
    let chosen = view.document.style == Style::Preset(preset.id.clone());
    let response = ui.interact(rect, Id::unique(("style", &preset.id)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, name));
    let frame = Rect::from_min_size(rect.min, PICTURE);
    let round = CornerRadius::same(size::ROUND);
    ui.painter().rect_filled(frame, round, palette.card_hover);
    let picture = picture_of(&preset.id).and_then(|png| small_picture(ui.ctx(), &preset.id, png));
    if let Some(texture) = picture {
        cover(ui.painter(), &texture, frame, round);
    }
    let (line, colour) = match (chosen || response.has_focus(), response.hovered()) {
        (true, _) => (2.5, palette.accent),
        (false, true) => (2.0, palette.line_strong),
        (false, false) => (1.0, palette.line),
    };
    ui.painter().rect_stroke(frame, round, Stroke::new(line, colour), StrokeKind::Inside);
    let ink = if chosen { palette.accent } else { palette.ink };
    let galley = ui.painter().layout_no_wrap(name.to_owned(), sans(type_size::SMALL), ink);
    let middle = pos2(rect.center().x, frame.bottom() + NAME_HEIGHT / 2.0);
    let text = Rect::from_center_size(middle, galley.size());
    if chosen {
        // A mark as well as a colour.
        let mark = Rect::from_center_size(frame.right_top() + vec2(-14.0, 14.0), vec2(20.0, 20.0));
        ui.painter().add(RectShape::filled(mark, 10.0, palette.card));
        paint(ui.painter(), mark.shrink(1.0), Icon::Done, palette.accent);
    }
    ui.painter().galley(text.min, galley, ink);
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_has_a_picture() {
        for preset in style_presets() {
            let png = picture_of(&preset.id).unwrap_or_else(|| panic!("{} has no picture", preset.id));
            let picture = Picture::decode(png).unwrap();
            assert_eq!(picture.size_px(), [192, 144], "{}", preset.id);
        }
        assert!(picture_of("plaid").is_none());
    }
}
