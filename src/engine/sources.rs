//! Where the published models come from: repositories on Hugging Face that are
//! in the layout this program reads, with their sizes and licences.
//!
//! Sizes are sums over the parts that the pipeline needs, from the number of
//! weights of each part and how the publisher stores them.

use super::folder::{Family, memory_needed};

/// One repository.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Source {
    /// Its family.
    pub family: Family,
    /// `publisher/name` on huggingface.co.
    pub repository: &'static str,
    /// What it paints at, in pixels a side.
    pub side_px: u32,
    /// To fetch, in bytes.
    pub download_bytes: u64,
    /// Numbers in its largest part.
    pub largest_part: u64,
    /// Whether that part is stored in half width, and so stays in memory.
    pub half_width: bool,
    /// Numbers in its autoencoder.
    pub autoencoder: u64,
    /// The licence of the weights.
    pub licence: &'static str,
    /// The publisher wants a sign-in and consent first.
    pub asks_consent: bool,
    /// Files of the repository that are not needed.
    pub leave_out: &'static [&'static str],
}

const MILLION: u64 = 1_000_000;

/// T5 v1.1 XXL, the encoder alone.
const T5_XXL: u64 = 4_762 * MILLION;

/// One a row, easiest first.
pub static SOURCES: [Source; 8] = [
    Source {
        family: Family::PixArtSigma,
        repository: "PixArt-alpha/PixArt-Sigma-XL-2-1024-MS",
        side_px: 1024,
        download_bytes: 21_800 * MILLION,
        largest_part: T5_XXL,
        half_width: false,
        autoencoder: 84 * MILLION,
        licence: "Open RAIL++-M",
        asks_consent: false,
        leave_out: &[],
    },
    Source {
        family: Family::PixArtAlpha,
        repository: "PixArt-alpha/PixArt-XL-2-512x512",
        side_px: 512,
        download_bytes: 21_800 * MILLION,
        largest_part: T5_XXL,
        half_width: false,
        autoencoder: 84 * MILLION,
        licence: "Open RAIL++-M",
        asks_consent: false,
        leave_out: &[],
    },
    Source {
        family: Family::Sd3,
        repository: "stabilityai/stable-diffusion-3-medium-diffusers",
        side_px: 1024,
        download_bytes: 15_500 * MILLION,
        largest_part: T5_XXL,
        half_width: true,
        autoencoder: 84 * MILLION,
        licence: "Stability AI Community",
        asks_consent: true,
        leave_out: &["*.fp16*"],
    },
    Source {
        family: Family::Sd3,
        repository: "stabilityai/stable-diffusion-3.5-medium",
        side_px: 1024,
        download_bytes: 16_300 * MILLION,
        largest_part: T5_XXL,
        half_width: true,
        autoencoder: 84 * MILLION,
        licence: "Stability AI Community",
        asks_consent: true,
        leave_out: &["sd3.5_medium.safetensors", "text_encoders/*", "*.fp16*"],
    },
    Source {
        family: Family::ZImage,
        repository: "Tongyi-MAI/Z-Image-Turbo",
        side_px: 1024,
        download_bytes: 32_800 * MILLION,
        largest_part: 6_155 * MILLION,
        half_width: false,
        autoencoder: 84 * MILLION,
        licence: "Apache-2.0",
        asks_consent: false,
        leave_out: &["assets/*"],
    },
    Source {
        family: Family::Flux,
        repository: "black-forest-labs/FLUX.1-schnell",
        side_px: 1024,
        download_bytes: 33_700 * MILLION,
        largest_part: 11_901 * MILLION,
        half_width: true,
        autoencoder: 84 * MILLION,
        licence: "Apache-2.0",
        asks_consent: true,
        leave_out: &["flux1-schnell.safetensors", "ae.safetensors"],
    },
    Source {
        family: Family::Flux,
        repository: "black-forest-labs/FLUX.1-dev",
        side_px: 1024,
        download_bytes: 33_700 * MILLION,
        largest_part: 11_901 * MILLION,
        half_width: true,
        autoencoder: 84 * MILLION,
        licence: "FLUX.1 [dev] Non-Commercial",
        asks_consent: true,
        leave_out: &["flux1-dev.safetensors", "ae.safetensors"],
    },
    Source {
        family: Family::Dit,
        repository: "facebook/DiT-XL-2-256",
        side_px: 256,
        download_bytes: 3_000 * MILLION,
        largest_part: 675 * MILLION,
        half_width: false,
        autoencoder: 84 * MILLION,
        licence: "CC BY-NC 4.0",
        asks_consent: false,
        leave_out: &[],
    },
];

impl Source {
    /// Memory that painting with it needs, by the rule of [`super::folder::inspect`].
    pub fn memory_needed_bytes(&self) -> u64 {
        let width = if self.half_width { 2 } else { 4 };
        memory_needed(width * self.largest_part, width * self.autoencoder)
    }

    /// Its page.
    pub fn page(&self) -> String {
        format!("huggingface.co/{}", self.repository)
    }

    /// The command of Hugging Face's own tool that fetches it below `~/models`.
    pub fn command(&self) -> String {
        let name = self.repository.rsplit('/').next().unwrap_or(self.repository);
        let mut command = format!("hf download {} --local-dir ~/models/{name}", self.repository);
        if !self.leave_out.is_empty() {
            command.push_str(" --exclude");
            self.leave_out.iter().for_each(|pattern| command.push_str(&format!(" \"{pattern}\"")));
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_a_source_and_a_command() {
        for family in
            [Family::Dit, Family::PixArtAlpha, Family::PixArtSigma, Family::Sd3, Family::Flux, Family::ZImage]
        {
            assert!(SOURCES.iter().any(|source| source.family == family), "{}", family.name());
        }
        for source in &SOURCES {
            assert_eq!(source.repository.split('/').count(), 2);
            assert!(source.largest_part > source.autoencoder);
            // Half a byte a number would be fewer bits than any of them stores.
            assert!(source.download_bytes > source.largest_part, "{}", source.repository);
            assert!(source.memory_needed_bytes() > 2 * source.largest_part);
        }
        let command = SOURCES[5].command();
        assert_eq!(
            command,
            "hf download black-forest-labs/FLUX.1-schnell --local-dir ~/models/FLUX.1-schnell \
             --exclude \"flux1-schnell.safetensors\" \"ae.safetensors\""
        );
    }
}
