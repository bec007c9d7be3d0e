//! A view in both themes, both languages and two sizes, compared with the
//! pictures in `tests/snapshots`.
//!
//! Pictures are kept at half their size and with 32 steps a channel: enough to
//! see what moved, and small. `SNAPSHOTS_FULL=DIR` writes them to a folder as
//! they are as well, for looking.

use std::{
    env,
    fs::{self, File},
    io::BufWriter,
    path::{Path, PathBuf},
};

use egui::vec2;
use image::{RgbaImage, imageops};
use vignette::ui::{Look, UiLanguage, action::Action};

use super::Window;

/// The smallest window, and a usual one.
pub const SIZES: [(&str, [f32; 2]); 2] = [("small", [900.0, 600.0]), ("large", [1440.0, 900.0])];

/// The step of a channel in a kept picture.
const STEP: u8 = 8;

/// How far a channel may be off: font files of another release and other
/// drivers move edges a little.
const TOLERANCE: u8 = 32;

/// Pixels that may be further off, in the half-size picture.
const MOST_WRONG: usize = 160;

impl Window<'_> {
    /// Compares this view in all of its looks.
    pub fn matrix(&mut self, name: &str) {
        self.matrix_of(name, &SIZES);
    }

    /// The same in these sizes only.
    pub fn matrix_of(&mut self, name: &str, sizes: &[(&str, [f32; 2])]) {
        let mut wrong = Vec::new();
        for (size_name, [width, height]) in sizes {
            self.harness.set_size(vec2(*width, *height));
            for look in [Look::Paper, Look::Night] {
                for language in [UiLanguage::English, UiLanguage::Chinese] {
                    self.act(Action::SetLook(look));
                    self.act(Action::SetLanguage(language));
                    self.harness.remove_cursor();
                    self.settle();
                    let picture = self.harness.render().expect("the window is rendered");
                    let theme = if look == Look::Paper { "paper" } else { "night" };
                    let tongue = if language == UiLanguage::English { "en" } else { "zh" };
                    let file = format!("{name}_{size_name}_{theme}_{tongue}");
                    wrong.extend(compare(&file, &picture).err());
                }
            }
        }
        self.act(Action::SetLanguage(UiLanguage::English));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

fn compare(name: &str, full: &RgbaImage) -> Result<(), String> {
    if let Some(folder) = env::var_os("SNAPSHOTS_FULL") {
        fs::create_dir_all(&folder).expect("the folder for full pictures is writable");
        full.save(Path::new(&folder).join(format!("{name}.png"))).expect("a picture is written");
    }
    let (width, height) = (full.width() / 2, full.height() / 2);
    let half = imageops::resize(full, width, height, imageops::FilterType::Triangle);
    let new: Vec<u8> = half.pixels().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).map(rounded).collect();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let (kept, rejected) = (folder.join(format!("{name}.png")), folder.join(format!("{name}.new.png")));
    // Of an earlier run; there may be none.
    let _ = fs::remove_file(&rejected);
    let update = env::var_os("UPDATE_SNAPSHOTS").is_some();
    let old = image::open(&kept).ok().map(|image| image.to_rgb8());
    let off = match &old {
        Some(old) if old.dimensions() == (width, height) => {
            let pairs = old.as_raw().chunks_exact(3).zip(new.chunks_exact(3));
            pairs.filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > TOLERANCE)).count()
        }
        _ => usize::MAX,
    };
    if off <= MOST_WRONG {
        return Ok(());
    }
    write(if update { &kept } else { &rejected }, width, height, &new);
    match (update, off) {
        (true, _) => Ok(()),
        (false, usize::MAX) => {
            Err(format!("{name}: there is no such picture of this size; see {name}.new.png"))
        }
        (false, _) => Err(format!("{name}: {off} pixels differ; see {name}.new.png")),
    }
}

/// The nearest step; both ends stay as they are.
fn rounded(value: u8) -> u8 {
    if value >= 255 - STEP / 2 { 255 } else { value.saturating_add(STEP / 2) / STEP * STEP }
}

fn write(path: &Path, width: u32, height: u32, rgb: &[u8]) {
    let file = BufWriter::new(File::create(path).expect("a snapshot is writable"));
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().expect("a snapshot is writable");
    writer.write_image_data(rgb).expect("a snapshot is writable");
}
