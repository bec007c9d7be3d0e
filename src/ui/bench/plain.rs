//! The same board as one would write it first: pictures are decoded when they
//! come into sight and go to the graphics card as they are, and every card and
//! the whole text are laid out in every frame.

use std::collections::HashMap;

use egui::{
    CentralPanel, ColorImage, Context, Frame, Label, Panel, ScrollArea, TextEdit, TextureHandle,
    TextureOptions, Ui, vec2,
};

use super::Play;
use crate::{
    raster::{ImageId, Picture},
    storyboard::{Document, ImageHandle, Images},
    ui::theme::{size, space},
};

pub(super) struct Plain {
    document: Document,
    /// Documents to go back to.
    past: Vec<Document>,
    story: String,
    cards: Vec<(String, Option<ImageId>)>,
    images: HashMap<ImageId, ImageHandle>,
    textures: HashMap<ImageId, TextureHandle>,
    preview: Option<(Picture, TextureHandle)>,
    bytes: usize,
}

impl Plain {
    pub(super) fn new(document: &Document, images: &Images) -> Self {
        let shown = |panel: &crate::storyboard::Panel| panel.shown().map(|variant| variant.image);
        Self {
            document: document.clone(),
            past: Vec::new(),
            story: document.story.clone(),
            cards: document.panels.iter().map(|panel| (panel.caption.clone(), shown(panel))).collect(),
            images: images.ids().filter_map(|id| Some((id, images.handle(id)?))).collect(),
            textures: HashMap::new(),
            preview: None,
            bytes: 0,
        }
    }

    /// Pictures in memory: as pixels, and as textures.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Puts a letter into the middle of the story.
    pub(super) fn type_letter(&mut self, letter: char) {
        // The story is ASCII: any byte is a character.
        let middle = self.story.len() / 2;
        self.story.insert(middle, letter);
        let was = self.document.clone();
        self.document.story.clone_from(&self.story);
        if self.document != was {
            self.past.push(was);
        }
        // As many steps as the window keeps.
        if self.past.len() > 500 {
            self.past.remove(0);
        }
    }

    fn texture(&mut self, ctx: &Context, id: ImageId) -> Option<TextureHandle> {
        if let Some(texture) = self.textures.get(&id) {
            return Some(texture.clone());
        }
        let picture = self.images.get(&id)?.picture()?;
        self.bytes += 2 * picture.rgba().len();
        let image = ColorImage::from_rgba_unmultiplied(picture.size_px(), picture.rgba());
        let texture = ctx.load_texture("picture", image, TextureOptions::LINEAR);
        if self.preview.is_none() {
            self.preview = Some((picture, texture.clone()));
        }
        self.textures.insert(id, texture.clone());
        Some(texture)
    }
}

impl Play for Plain {
    fn step(&mut self, _ctx: &Context) {}

    fn draw(&mut self, ui: &mut Ui) {
        // A preview every third frame, as often as the other window gets one.
        if ui.ctx().cumulative_frame_nr().is_multiple_of(3)
            && let Some((picture, texture)) = &mut self.preview
        {
            let image = ColorImage::from_rgba_unmultiplied(picture.size_px(), picture.rgba());
            texture.set(image, TextureOptions::LINEAR);
        }
        Panel::left("story").default_size(size::STORY).show(ui, |ui| {
            ScrollArea::vertical().show(ui, |ui| {
                ui.add(TextEdit::multiline(&mut self.story).desired_width(f32::INFINITY));
            });
        });
        CentralPanel::no_frame().show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                let cards = std::mem::take(&mut self.cards);
                let columns = (ui.available_width() / (size::CARD_MIN + space::XL)).max(1.0) as usize;
                for row in cards.chunks(columns) {
                    ui.horizontal_top(|ui| {
                        for (caption, image) in row {
                            Frame::group(ui.style()).show(ui, |ui| {
                                ui.set_width(size::CARD_MIN);
                                ui.vertical(|ui| self.card_ui(ui, caption, *image));
                            });
                        }
                    });
                }
                self.cards = cards;
            });
        });
    }
}

impl Plain {
    fn card_ui(&mut self, ui: &mut Ui, caption: &str, image: Option<ImageId>) {
        let (rect, _) = ui.allocate_exact_size(vec2(size::CARD_MIN, size::CARD_MIN), egui::Sense::click());
        if ui.is_rect_visible(rect)
            && let Some(texture) = image.and_then(|id| self.texture(&ui.ctx().clone(), id))
        {
            ui.put(rect, egui::Image::new(&texture).fit_to_exact_size(rect.size()));
        }
        ui.add_space(space::S);
        ui.add(Label::new(caption).wrap());
    }
}
