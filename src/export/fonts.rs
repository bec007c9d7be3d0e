//! Faces for every script that a caption may hold.
//!
//! Latin is always set in the serif that the program carries, so that a board
//! looks the same on every machine. What it lacks comes from the system: a
//! Chinese serif first of all, then whatever face has the character.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use rustybuzz::ttf_parser;

use super::ExportWarning;

const SERIF: &[u8] = include_bytes!("../../assets/fonts/SourceSerifPro-Regular.otf");
const SERIF_ITALIC: &[u8] = include_bytes!("../../assets/fonts/SourceSerifPro-It.otf");

/// Families with Chinese, best first: serifs that sit well beside ours, then
/// other serifs, then anything.
const CHINESE_FAMILIES: [&str; 30] = [
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Noto Serif SC",
    "Source Han Serif",
    "思源宋体",
    "Songti SC",
    "STSong",
    "SimSun",
    "NSimSun",
    "FangSong",
    "AR PL UMing CN",
    "AR PL SungtiL GB",
    "Noto Serif CJK TC",
    "Noto Serif CJK JP",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "Hiragino Sans GB",
    "STHeiti",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "DengXian",
    "SimHei",
    "Droid Sans Fallback",
    "Noto Sans CJK TC",
    "Noto Sans CJK JP",
];

/// A Chinese face has at least these; a face with a handful of characters in
/// its logo does not count.
const CHINESE_PROBE: [char; 4] = ['的', '雪', '说', '。'];

/// Which of a [`Fonts`]' faces.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct FaceId(usize);

/// The serif the program carries.
pub(super) const UPRIGHT: FaceId = FaceId(0);
/// Its italic.
pub(super) const ITALIC: FaceId = FaceId(1);

/// A face ready for shaping, for drawing outlines, and for a PDF.
pub(super) struct Face {
    bytes: Arc<Cow<'static, [u8]>>,
    index: u32,
    /// A variable font stands at its lightest or whatever else its makers
    /// thought of; text wants the regular weight.
    weight: Option<f32>,
    pub for_pdf: krilla::text::Font,
}

/// Bytes that a PDF font can share.
struct Shared(Arc<Cow<'static, [u8]>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Face {
    fn new(bytes: Cow<'static, [u8]>, index: u32) -> Option<Self> {
        let bytes = Arc::new(bytes);
        let parsed = ttf_parser::Face::parse(&bytes, index).ok()?;
        let tables = parsed.tables();
        // Bitmap and colour faces have no outlines to draw or embed.
        if tables.glyf.is_none() && tables.cff.is_none() {
            return None;
        }
        let axis =
            parsed.variation_axes().into_iter().find(|axis| axis.tag == ttf_parser::Tag::from_bytes(b"wght"));
        let weight = axis.map(|axis| 400.0_f32.clamp(axis.min_value, axis.max_value.max(axis.min_value)));
        let shared: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(Shared(bytes.clone()));
        let for_pdf = match weight {
            Some(weight) => krilla::text::Font::new_variable(
                shared.into(),
                index,
                &[(krilla::text::Tag::new(b"wght"), weight)],
            ),
            None => krilla::text::Font::new(shared.into(), index),
        }?;
        Some(Self { bytes, index, weight, for_pdf })
    }

    /// The face for shaping.
    pub fn for_shaping(&self) -> Option<rustybuzz::Face<'_>> {
        let mut face = rustybuzz::Face::from_slice(&self.bytes, self.index)?;
        if let Some(value) = self.weight {
            let tag = ttf_parser::Tag::from_bytes(b"wght");
            face.set_variations(&[rustybuzz::Variation { tag, value }]);
        }
        Some(face)
    }

    /// The face for outlines.
    pub fn for_outlines(&self) -> Option<ttf_parser::Face<'_>> {
        let mut face = ttf_parser::Face::parse(&self.bytes, self.index).ok()?;
        if let Some(weight) = self.weight {
            face.set_variation(ttf_parser::Tag::from_bytes(b"wght"), weight);
        }
        Some(face)
    }

    fn has(&self, c: char) -> bool {
        ttf_parser::Face::parse(&self.bytes, self.index).is_ok_and(|face| has_glyph(&face, c))
    }
}

fn has_glyph(face: &ttf_parser::Face<'_>, c: char) -> bool {
    face.glyph_index(c).is_some_and(|glyph| glyph.0 != 0)
}

/// Where faces beyond our own come from.
enum System {
    /// Not looked through yet: it takes a tenth of a second and most English
    /// boards need none of it.
    Unread,
    Read(fontdb::Database),
}

/// The faces that one export uses.
pub(super) struct Fonts {
    faces: Vec<Face>,
    families: Vec<String>,
    system: System,
    /// What was found for each character beyond our own faces.
    known: HashMap<char, Option<FaceId>>,
    /// Characters that no face has, in the order in which they were met.
    missing: Vec<char>,
}

impl Fonts {
    /// Our own faces, and the system's where they are needed. `None` only if
    /// the program was built with broken fonts.
    pub fn new() -> Option<Self> {
        Self::with(System::Unread)
    }

    /// Our own faces alone, as on a machine without fonts.
    #[cfg(test)]
    pub fn own() -> Self {
        Self::with(System::Read(fontdb::Database::new())).unwrap()
    }

    fn with(system: System) -> Option<Self> {
        let own = [SERIF, SERIF_ITALIC].map(|bytes| Face::new(Cow::Borrowed(bytes), 0));
        let faces: Vec<Face> = own.into_iter().collect::<Option<_>>()?;
        let families = vec!["Source Serif Pro".to_owned(); 2];
        Some(Self { faces, families, system, known: HashMap::new(), missing: Vec::new() })
    }

    /// The face of this name.
    pub fn face(&self, id: FaceId) -> Option<&Face> {
        self.faces.get(id.0)
    }

    /// A face that has the character: `preferred` if it can, which is one of
    /// our own; `None` if no face can.
    pub fn face_for(&mut self, c: char, preferred: FaceId) -> Option<FaceId> {
        if self.face(preferred).is_some_and(|face| face.has(c)) {
            return Some(preferred);
        }
        if let Some(&found) = self.known.get(&c) {
            return found;
        }
        let found = self.search(c);
        if found.is_none() && !self.missing.contains(&c) {
            self.missing.push(c);
        }
        self.known.insert(c, found);
        found
    }

    /// The Chinese face, if the system has one: for marks that Latin faces have
    /// too, where they stand in Chinese text.
    pub fn chinese(&mut self) -> Option<FaceId> {
        let probe = CHINESE_PROBE[0];
        if let Some(&known) = self.known.get(&probe) {
            return known;
        }
        let found = self.search(probe);
        self.known.insert(probe, found);
        found
    }

    /// Whether the face has the character.
    pub fn has(&self, id: FaceId, c: char) -> bool {
        self.face(id).is_some_and(|face| face.has(c))
    }

    /// The family that a Chinese caption is set in, if the system has one.
    pub fn chinese_family(&mut self) -> Option<String> {
        let id = self.chinese()?;
        self.families.get(id.0).cloned()
    }

    fn search(&mut self, c: char) -> Option<FaceId> {
        // An upright face beside the italic, and faces found for others.
        let open = (0..self.faces.len()).map(FaceId).find(|&id| id != ITALIC && self.has(id, c));
        if open.is_some() {
            return open;
        }
        if let System::Unread = self.system {
            let mut database = fontdb::Database::new();
            database.load_system_fonts();
            self.system = System::Read(database);
        }
        let System::Read(database) = &self.system else { return None };
        let mut ids: Vec<(usize, fontdb::ID)> = database
            .faces()
            .filter_map(|face| {
                if face.style != fontdb::Style::Normal || !(300..=500).contains(&face.weight.0) {
                    return None;
                }
                let place = |family: &str| {
                    CHINESE_FAMILIES.iter().position(|&known| known.eq_ignore_ascii_case(family))
                };
                let listed = face.families.iter().filter_map(|(family, _)| place(family)).min();
                // Beyond the list regular proportional faces come first.
                let fallback = CHINESE_FAMILIES.len()
                    + usize::from(face.monospaced)
                    + 2 * usize::from(face.weight.0 != 400);
                Some((listed.unwrap_or(fallback), face.id))
            })
            .collect();
        if !is_chinese(c) {
            // The list is about Chinese; other characters take any face.
            ids.iter_mut().for_each(|(rank, _)| *rank = usize::from(*rank < CHINESE_FAMILIES.len()));
        }
        ids.sort_by_key(|&(rank, _)| rank);
        let wanted: &[char] = if is_chinese(c) { &CHINESE_PROBE } else { &[] };
        let fits = |id: fontdb::ID, all: &[char]| {
            database
                .with_face_data(id, |bytes, index| {
                    let Ok(face) = ttf_parser::Face::parse(bytes, index) else { return false };
                    let drawable = face.tables().glyf.is_some() || face.tables().cff.is_some();
                    drawable && has_glyph(&face, c) && all.iter().all(|&c| has_glyph(&face, c))
                })
                .unwrap_or(false)
        };
        // A rare character may be in no face that has the common ones too.
        let id = ids.iter().map(|&(_, id)| id).find(|&id| fits(id, wanted));
        let id = id.or_else(|| ids.iter().map(|&(_, id)| id).find(|&id| fits(id, &[])))?;
        let (bytes, index) = database.with_face_data(id, |bytes, index| (bytes.to_vec(), index))?;
        let family =
            database.face(id).and_then(|face| face.families.first()).map(|(family, _)| family.clone());
        let face = Face::new(Cow::Owned(bytes), index)?;
        self.faces.push(face);
        self.families.push(family.unwrap_or_default());
        Some(FaceId(self.faces.len() - 1))
    }

    /// What the writer should know about characters that no font has.
    pub fn warnings(&self) -> Vec<ExportWarning> {
        let (chinese, other): (Vec<char>, Vec<char>) = self.missing.iter().partition(|&&c| is_chinese(c));
        let mut warnings = Vec::new();
        if !chinese.is_empty() {
            warnings.push(ExportWarning::NoChineseFont(sample(&chinese)));
        }
        if !other.is_empty() {
            warnings.push(ExportWarning::NoFont(sample(&other)));
        }
        warnings
    }
}

/// The first characters of a list, and a mark where there are more.
fn sample(chars: &[char]) -> String {
    let shown: String = chars.iter().take(12).collect();
    if chars.len() > 12 { format!("{shown}…") } else { shown }
}

/// Whether a character is written in a Chinese face: ideographs, kana, full
/// width forms and the marks that go with them.
pub(super) fn is_chinese(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_serif_is_always_there() {
        let mut fonts = Fonts::own();
        for c in "The quick “brown” fox — it’s café, naïve… Łódź Ελλάς Привет".chars()
        {
            assert_eq!(fonts.face_for(c, UPRIGHT), Some(UPRIGHT), "{c}");
        }
        assert!(fonts.has(ITALIC, 'é'));
        assert!(fonts.warnings().is_empty());
    }

    #[test]
    fn characters_without_a_font_are_reported() {
        let mut fonts = Fonts::own();
        for c in "雪夜里，狐狸敲了门🦊狐".chars() {
            assert_eq!(fonts.face_for(c, UPRIGHT), None);
        }
        let warnings: Vec<String> = fonts.warnings().iter().map(ToString::to_string).collect();
        assert_eq!(warnings.len(), 2);
        assert!(warnings[0].contains("雪夜里，狐狸敲了门)"), "{warnings:?}");
        assert!(warnings[0].contains("fonts-noto-cjk") && warnings[1].ends_with(": 🦊"), "{warnings:?}");
        assert_eq!(fonts.chinese(), None);
    }

    /// The set-up of the tests installs a Chinese font; without one this test
    /// must not pass in silence.
    #[test]
    fn the_system_has_a_chinese_face() {
        let mut fonts = Fonts::new().unwrap();
        let id = fonts.face_for('雪', UPRIGHT).expect("install fonts-noto-cjk to run the tests");
        assert_eq!(fonts.chinese(), Some(id));
        for c in "雪夜里，狐狸敲了门。《》「」".chars() {
            assert_eq!(fonts.face_for(c, UPRIGHT), Some(id), "{c}");
        }
        // An italic does not lend its slant to Chinese.
        assert_eq!(fonts.face_for('雪', ITALIC), Some(id));
        assert!(!fonts.chinese_family().unwrap().is_empty());
    }
}
