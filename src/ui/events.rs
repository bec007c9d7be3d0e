//! What other threads have to say: the painting thread's events and previews.

use std::{collections::BTreeSet, sync::Arc};

use egui::Context;

use super::{
    App,
    background::{Lane, Message},
    error_words::engine_error_words,
    jobs::Standing,
    state::{Gravity, Notice},
    strings::fill,
    thumbs,
};
use crate::{
    engine::{Event, JobId, Painted},
    raster::ImageId,
    storyboard::{Edit, KeptPicture, PanelId, Variant},
};

/// Longest side of a preview on the screen, in pixels.
const PREVIEW_SIDE_PX: u32 = 384;

impl App {
    pub(super) fn drain(&mut self, ctx: &Context) {
        if let Some(has_cjk) = self.fonts_arriving.take() {
            self.state.has_cjk = Some(has_cjk);
            self.warn_of_missing_font();
        }
        while let Some(message) = self.background.try_message() {
            self.take_message(ctx, message);
        }
        while let Some(event) = self.worker.try_event() {
            self.take_event(event);
        }
        if let Some(preview) = self.worker.take_preview()
            && let Some(job) = self.jobs.get_mut(preview.job)
        {
            self.previews_shown = self.previews_shown.wrapping_add(1);
            let image = thumbs::preview_image(&preview.picture, PREVIEW_SIDE_PX);
            match &mut job.preview {
                Some(texture) => texture.set(image, egui::TextureOptions::LINEAR),
                None => {
                    let options = egui::TextureOptions::LINEAR;
                    job.preview = Some(ctx.load_texture("preview", image, options));
                }
            }
        }
    }

    fn take_event(&mut self, event: Event) {
        match event {
            Event::Started { job } => self.jobs.start(job),
            Event::Progress { job, progress, left_secs } => {
                if let Some(job) = self.jobs.get_mut(job) {
                    job.standing = Standing::Painting { progress: Some(progress), left_secs };
                }
            }
            Event::Warning { job: _, text } => self.notify(Gravity::Warning, text),
            Event::Finished { job, painted } => self.store_picture(job, painted),
            Event::Cancelled { job } => {
                self.jobs.end(job);
            }
            Event::Failed { job, error } => {
                let why = engine_error_words(self.words(), &error);
                let failed = self.jobs.fail(job, why.clone());
                if let Some(failure) = failed.and_then(|panel| self.jobs.failure(panel)) {
                    let text = self.failure_words(&failure.plan, &why);
                    match failure.plan.portrait_of {
                        None => self.notify_failure(failure.plan.panel, why, text),
                        Some(_) => self.notify(Gravity::Error, text),
                    }
                }
            }
        }
    }

    /// Says why a panel could not be painted; of several with one cause, how many.
    fn notify_failure(&mut self, panel: PanelId, why: String, text: String) {
        let words = self.words();
        for notice in &mut self.state.notices {
            if let Some((_, panels)) = notice.failed.as_mut().filter(|(cause, _)| *cause == why) {
                panels.insert(panel);
                if panels.len() > 1 {
                    notice.text = fill(words.paint_failed_n, &[("n", &panels.len()), ("why", &why)]);
                }
                return;
            }
        }
        let failed = Some((why, BTreeSet::from([panel])));
        self.state.notices.push(Notice { gravity: Gravity::Error, text, failed });
    }

    /// Hashing and encoding a large picture would hold up a frame.
    fn store_picture(&mut self, job: JobId, painted: Arc<Painted>) {
        self.jobs.finish(job);
        let work = {
            let painted = painted.clone();
            move || Message::Stored {
                job,
                picture: KeptPicture::of(painted.picture.clone()),
                parameters: painted.parameters.clone(),
            }
        };
        if !self.background.run(Lane::Finished, work) {
            // No thread, or hundreds of pictures at once: late beats lost.
            let picture = KeptPicture::of(painted.picture.clone());
            self.take_picture(job, picture, painted.parameters.clone());
        }
    }

    pub(super) fn take_picture(
        &mut self,
        job: JobId,
        picture: KeptPicture,
        parameters: Vec<(String, String)>,
    ) {
        let Some(job) = self.jobs.end(job) else {
            return;
        };
        let plan = job.plan;
        if let Some(name) = plan.portrait_of {
            let image = self.images.keep(picture);
            let (prompt, seed) = (plan.prompt, plan.request.seed);
            self.history.keep_sketch(Variant { image, prompt, seed, parameters, with: None });
            return self.edit(Edit::SetPortrait(name, Some(image)));
        }
        if self.document().panel(plan.panel).is_none() {
            self.notify(Gravity::Warning, self.words().orphan.to_owned());
        }
        let image = self.images.keep(picture);
        let (prompt, seed, with) = (plan.prompt, plan.request.seed, plan.with);
        let variant = Variant { image, prompt, seed, parameters, with };
        // No seal around it: it must not cut a gesture that is under way, and
        // a panel that undo may bring back gets the picture as well.
        self.history.apply(Edit::AddVariant(plan.panel, variant));
        if let Some(part_of) = plan.part_of {
            self.rebase_mask(plan.panel, part_of, image);
        }
    }

    /// The next stroke of an open mask goes over the picture that it made.
    fn rebase_mask(&mut self, panel: PanelId, from: ImageId, to: ImageId) {
        if let Some(mask) = &mut self.state.mask
            && mask.panel == panel
            && mask.image == from
        {
            mask.image = to;
            mask.resting = true;
        }
    }
}
