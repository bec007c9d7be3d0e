//! What the mask view's wishes do.

use egui::Context;

use super::{
    App,
    action::MaskAction,
    jobs::Plan,
    mask_view::{HARDNESS, overlay_image},
    state::MaskState,
};
use crate::{engine::Init, raster::Mask, storyboard::PanelId};

/// Gestures of the brush that can be taken back.
const PAST_LIMIT: usize = 64;

/// Radius of the brush at first, as a share of the picture's longer side.
const FIRST_RADIUS: f32 = 0.07;

/// How much may change at first. Below 1, so that light and colours of the
/// picture show through in the new part.
const FIRST_STRENGTH: f32 = 0.85;

impl MaskState {
    fn new(panel: PanelId, image: crate::raster::ImageId, mask: Mask, prompt: String) -> Self {
        let (width, height) = (mask.width_px() as f32, mask.height_px() as f32);
        Self {
            panel,
            image,
            radius_px: FIRST_RADIUS * width.max(height),
            brush_at: (width / 2.0, height / 2.0),
            mask,
            past: Vec::new(),
            future: Vec::new(),
            erase: false,
            prompt,
            strength: FIRST_STRENGTH,
            overlay: None,
            resting: false,
        }
    }

    fn remember(&mut self) {
        if self.past.len() == PAST_LIMIT {
            self.past.remove(0);
        }
        self.past.push(self.mask.clone());
        self.future.clear();
    }

    /// Takes the last gesture back. `false` when there is none.
    pub(super) fn undo(&mut self) -> bool {
        let Some(before) = self.past.pop() else {
            return false;
        };
        self.future.push(std::mem::replace(&mut self.mask, before));
        true
    }

    /// Takes it forward again. `false` when there is none.
    pub(super) fn redo(&mut self) -> bool {
        let Some(after) = self.future.pop() else {
            return false;
        };
        self.past.push(std::mem::replace(&mut self.mask, after));
        true
    }

    fn clear(&mut self) {
        if let Ok(empty) = Mask::keep_all(self.mask.width_px(), self.mask.height_px()) {
            self.remember();
            self.mask = empty;
        }
    }
}

impl App {
    pub(super) fn apply_mask(&mut self, ctx: &Context, action: MaskAction) {
        match action {
            MaskAction::Begin(panel) => self.begin_mask(ctx, panel),
            MaskAction::End => self.state.mask = None,
            MaskAction::Repaint => self.repaint_masked(),
            other => {
                let Some(mask) = &mut self.state.mask else {
                    return;
                };
                match other {
                    MaskAction::StrokeBegin => {
                        mask.remember();
                        mask.resting = false;
                    }
                    MaskAction::Stroke { from, to, erase } => {
                        mask.mask.stroke(from, to, mask.radius_px, HARDNESS, erase);
                        mask.brush_at = to;
                        self.show_mask(ctx);
                    }
                    MaskAction::Clear => {
                        mask.clear();
                        self.show_mask(ctx);
                    }
                    MaskAction::MoveBrush(at) => mask.brush_at = at,
                    MaskAction::SetErase(erase) => mask.erase = erase,
                    MaskAction::SetRadius(radius) => mask.radius_px = radius,
                    MaskAction::SetPrompt(prompt) => mask.prompt = prompt,
                    MaskAction::SetStrength(strength) => mask.strength = strength.clamp(0.0, 1.0),
                    MaskAction::Begin(_) | MaskAction::End | MaskAction::Repaint => {}
                }
            }
        }
    }

    fn begin_mask(&mut self, ctx: &Context, id: PanelId) {
        let begun = self.document().panel(id).and_then(|panel| {
            let image = panel.shown()?.image;
            let (width_px, height_px) = self.images.size_px(image)?;
            let mask = Mask::keep_all(width_px, height_px).ok()?;
            let language = self.document().words_language(panel);
            Some(MaskState::new(id, image, mask, panel.scene_prompt(language).into_owned()))
        });
        if let Some(mask) = begun {
            self.state.selected = Some(id);
            self.state.mask = Some(mask);
            self.state.models_shown = false;
            self.show_mask(ctx);
        }
    }

    /// Puts the mask on the graphics card as it is now.
    pub(super) fn show_mask(&mut self, ctx: &Context) {
        let colour = self.state.look.palette().mask;
        if let Some(mask) = &mut self.state.mask {
            let image = overlay_image(&mask.mask, colour);
            let options = egui::TextureOptions::LINEAR;
            match &mut mask.overlay {
                Some(texture) => texture.set(image, options),
                None => mask.overlay = Some(ctx.load_texture("mask", image, options)),
            }
        }
    }

    fn repaint_masked(&mut self) {
        let seed = self.seeds.draw();
        let Some(mask) = &self.state.mask else {
            return;
        };
        let document = self.history.document();
        let (Some(panel), Some(picture)) = (document.panel(mask.panel), self.images.get(mask.image)) else {
            return;
        };
        let words = mask.prompt.trim();
        let language = document.words_language(panel);
        let own = panel.scene_prompt(language);
        let scene = if words.is_empty() { own.as_ref() } else { words };
        let prompt = document.style.prompt_with(scene, language);
        let mut request = self.request(panel, prompt, seed);
        request.size =
            Some(crate::engine::Size { width_px: picture.width_px(), height_px: picture.height_px() });
        request.init = Some(Init { picture, strength: mask.strength });
        request.mask = Some(mask.mask.clone());
        // The picture as a whole still shows what it showed.
        let whole = panel.variants.iter().find(|variant| variant.image == mask.image);
        let prompt = whole.map_or_else(|| document.full_prompt(panel), |variant| variant.prompt.clone());
        let with = whole.and_then(|variant| variant.with.clone());
        let part_of = Some(mask.image);
        let plan = Plan { panel: mask.panel, prompt, request, with, part_of, portrait_of: None };
        self.submit(plan);
    }
}
