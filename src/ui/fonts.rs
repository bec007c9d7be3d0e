//! Faces for the window: a sans for controls and a serif for the story and its
//! captions, both from the binary, and a Chinese face from the system.

use std::{path::Path, sync::Arc};

use egui::{Context, FontData, FontDefinitions, FontFamily};
use fontdb::{Database, Family, Query, Source, Weight};

use super::theme::{SERIF, SERIF_CHINESE};

/// Where a Chinese face may come from. Tests that show none take none, so that
/// a picture of the window looks the same everywhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FontChoice {
    /// The binary's Latin faces and a Chinese face of the system.
    #[default]
    System,
    /// Nothing but what is in the binary.
    Embedded,
}

/// The serif of story and captions (Source Serif Pro, SIL Open Font License).
static STORY_FACE: &[u8] = include_bytes!("../../assets/fonts/SourceSerifPro-Regular.otf");

/// The face of controls (Source Sans Pro, SIL Open Font License): its sister,
/// and the one whose letters Noto Sans CJK has.
static CONTROL_FACE: &[u8] = include_bytes!("../../assets/fonts/SourceSansPro-Regular.otf");

/// Faces found on the system.
#[derive(Default)]
pub struct Found {
    cjk: Option<Face>,
    cjk_serif: Option<Face>,
}

impl Found {
    /// Whether Chinese can be shown.
    pub fn has_cjk(&self) -> bool {
        self.cjk.is_some() || self.cjk_serif.is_some()
    }
}

struct Face {
    bytes: Vec<u8>,
    /// Which face of a collection (`.ttc`).
    index: u32,
}

const CJK: &[&str] = &[
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "HarmonyOS Sans SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "SimHei",
    "Noto Sans CJK TC",
    "Noto Sans CJK JP",
];

const CJK_SERIFS: &[&str] = &[
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Songti SC",
    "STSong",
    "SimSun",
    "NSimSun",
    "AR PL UMing CN",
];

/// Looks through the system's fonts and reads the best. Slow (it opens every
/// font file there is, and a Chinese face has 20 MB): call it on a thread.
pub fn find(choice: FontChoice) -> Found {
    if choice == FontChoice::Embedded {
        return Found::default();
    }
    let mut database = Database::new();
    database.load_system_fonts();
    let first = |names: &[&str]| names.iter().find_map(|name| load(&database, name));
    Found { cjk: first(CJK), cjk_serif: first(CJK_SERIFS) }
}

fn load(database: &Database, name: &str) -> Option<Face> {
    let families = [Family::Name(name)];
    let query = Query { families: &families, weight: Weight::NORMAL, ..Query::default() };
    let face = database.face(database.query(&query)?)?;
    let bytes = match &face.source {
        Source::File(path) | Source::SharedFile(path, _) => read(path)?,
        Source::Binary(bytes) => bytes.as_ref().as_ref().to_vec(),
    };
    Some(Face { bytes, index: face.index })
}

fn read(path: &Path) -> Option<Vec<u8>> {
    std::fs::read(path)
        .inspect_err(|error| log::warn!("a font of the system cannot be read: {error}: {}", path.display()))
        .ok()
}

/// Gives egui these faces. With an empty `found`, those of the binary.
pub fn install(ctx: &Context, found: Found) {
    let mut fonts = FontDefinitions::default();
    fonts.font_data.insert("sans".to_owned(), Arc::new(FontData::from_static(CONTROL_FACE)));
    // Before egui's own, which keep what ours lack: symbols and emoji.
    let controls = fonts.families.entry(FontFamily::Proportional).or_default();
    controls.insert(0, "sans".to_owned());
    let controls = controls.clone();
    fonts.font_data.insert("serif".to_owned(), Arc::new(FontData::from_static(STORY_FACE)));
    let mut story = vec!["serif".to_owned()];
    let mut add = |name: &str, face: Option<Face>| -> Option<String> {
        let Face { bytes, index } = face?;
        let data = FontData::from_blob(Arc::new(bytes), index);
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
        Some(name.to_owned())
    };
    let cjk = add("cjk", found.cjk);
    let cjk_serif = add("cjk-serif", found.cjk_serif);
    // Where only one Chinese face was found it serves both.
    let cjk_story = cjk_serif.clone().or_else(|| cjk.clone());
    let cjk_controls = cjk.or(cjk_serif);
    let chinese = cjk_story.iter().chain(&story).chain(&controls).cloned().collect();
    story.extend(cjk_story);
    story.extend(controls);
    for family in [FontFamily::Proportional, FontFamily::Monospace] {
        if let Some(list) = fonts.families.get_mut(&family) {
            list.extend(cjk_controls.clone());
        }
    }
    fonts.families.insert(FontFamily::Name(SERIF.into()), story);
    fonts.families.insert(FontFamily::Name(SERIF_CHINESE.into()), chinese);
    ctx.set_fonts(fonts);
}

/// Whether a text holds a character that only a Chinese face can draw.
pub fn needs_cjk(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}'))
}
