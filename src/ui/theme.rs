//! Every colour, size and font of the window. Views take them from here.

use std::collections::BTreeMap;

use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme,
    Vec2, Visuals,
    style::{Selection, WidgetVisuals, Widgets},
};

use serde::{Deserialize, Serialize};

use crate::story::Language;

/// Light or dark.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Look {
    /// Warm white, like a page.
    #[default]
    Paper,
    /// Warm black, for the evening.
    Night,
}

impl Look {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Paper => Self::Night,
            Self::Night => Self::Paper,
        }
    }

    /// Its colours.
    pub fn palette(self) -> &'static Palette {
        match self {
            Self::Paper => &PAPER,
            Self::Night => &NIGHT,
        }
    }
}

/// The spacing scale, in points: every distance is one of these.
pub mod space {
    /// Between an icon and its word.
    pub const XS: f32 = 4.0;
    /// Between controls that belong together.
    pub const S: f32 = 8.0;
    /// Between a label and the next field.
    pub const M: f32 = 12.0;
    /// Panel margins, gaps between cards.
    pub const L: f32 = 16.0;
    /// Between groups.
    pub const XL: f32 = 24.0;
    /// Around empty states.
    pub const XXL: f32 = 40.0;
}

/// Sizes of things, in points.
pub mod size {
    /// Height of every control.
    pub const CONTROL: f32 = 32.0;
    /// Side of an icon.
    pub const ICON: f32 = 18.0;
    /// Side of the large icon of an empty panel.
    pub const ICON_LARGE: f32 = 28.0;
    /// Height of the bar at the top.
    pub const TOOLBAR: f32 = 56.0;
    /// Height of the bar at the bottom.
    pub const STATUS: f32 = 40.0;
    /// Width of the story when the window opens.
    pub const STORY: f32 = 340.0;
    /// The same in a window narrower than [`NARROW`].
    pub const STORY_NARROW: f32 = 272.0;
    /// The least width of the story: its tools and its buttons fit.
    pub const STORY_LEAST: f32 = 264.0;
    /// The greatest width of the story.
    pub const STORY_MOST: f32 = 560.0;
    /// Width of the inspector.
    pub const INSPECTOR: f32 = 304.0;
    /// The same in a window narrower than [`NARROW`].
    pub const INSPECTOR_NARROW: f32 = 272.0;
    /// Below this width everything makes do with less.
    pub const NARROW: f32 = 1120.0;
    /// Below this width story and details take turns.
    pub const CROWDED: f32 = 860.0;
    /// The least width of a card on the board.
    pub const CARD_MIN: f32 = 232.0;
    /// The greatest width of a card on the board.
    pub const CARD_MAX: f32 = 420.0;
    /// Height of the words under a picture.
    pub const CAPTION: f32 = 88.0;
    /// Side of a thumbnail in the strip of versions.
    pub const VERSION: f32 = 60.0;
    /// Width of a scene's ribbon.
    pub const RIBBON: f32 = 5.0;
    /// Room for ribbons left of the text.
    pub const RIBBON_MARGIN: f32 = 30.0;
    /// Widest line of reading text in an empty state.
    pub const READING: f32 = 560.0;
    /// Width of dialogs.
    pub const DIALOG: f32 = 420.0;
    /// Width of the palette.
    pub const PALETTE: f32 = 520.0;
    /// Height of the palette's list at most.
    pub const PALETTE_LIST: f32 = 416.0;
    /// Width of the cheat sheet.
    pub const SHORTCUTS: f32 = 680.0;
    /// Width of the settings.
    pub const SETTINGS: f32 = 320.0;
    /// Width of the box of a switch with the gap to its words.
    pub const CHECK: f32 = 22.0;
    /// Height of a row of the cheat sheet.
    pub const ROW: f32 = 24.0;
    /// Width of a tool above the story.
    pub const TOOL: f32 = 26.0;
    /// Height of a slider.
    pub const SLIDER: f32 = 18.0;
    /// Side of a mark on a card.
    pub const BADGE: f32 = 26.0;
    /// Width of the list of edits.
    pub const HISTORY: f32 = 224.0;
    /// Height of a member in the list of the cast.
    pub const MEMBER: f32 = 48.0;
    /// A portrait.
    pub const FACE: f32 = 104.0;
    /// Width of the name of a prompt's part.
    pub const PART_NAME: f32 = 62.0;
    /// Height of the queue when it opens.
    pub const QUEUE: f32 = 190.0;
    /// Height of what is dragged to move the end of a scene.
    pub const HANDLE: f32 = 10.0;
    /// The least room that the contents are laid out for, however large the
    /// writer wants them.
    pub const LEAST: [f32; 2] = [720.0, 480.0];
    /// Widest page of settings or models.
    pub const PAGE: f32 = 960.0;
    /// Width of notices.
    pub const NOTICE: f32 = 380.0;
    /// Corners of controls.
    pub const ROUND: u8 = 6;
    /// Corners of cards.
    pub const ROUND_CARD: u8 = 10;
    /// Smallest window.
    pub const WINDOW_MIN: [f32; 2] = [900.0, 600.0];
    /// Window at the first start.
    pub const WINDOW: [f32; 2] = [1280.0, 800.0];
}

/// The colours of one look.
#[derive(Debug)]
pub struct Palette {
    /// Behind everything.
    pub desk: Color32,
    /// Side panels and bars.
    pub surface: Color32,
    /// Cards, fields, dialogs.
    pub card: Color32,
    /// A card under the pointer; a pressed control.
    pub card_hover: Color32,
    /// Hairlines.
    pub line: Color32,
    /// Lines under the pointer.
    pub line_strong: Color32,
    /// Text.
    pub ink: Color32,
    /// Text of lesser weight; still 4.5 : 1 on every surface.
    pub ink_soft: Color32,
    /// Drawings that carry no meaning.
    pub ink_faint: Color32,
    /// The one accent.
    pub accent: Color32,
    /// The accent under the pointer.
    pub accent_hover: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// A wash of the accent.
    pub accent_wash: Color32,
    /// Something failed.
    pub error: Color32,
    /// Something needs a look.
    pub warning: Color32,
    /// Something went well.
    pub good: Color32,
    /// Shadows.
    pub shadow: Color32,
    /// A mask over a picture; seen on any picture together with white.
    pub mask: Color32,
    /// Behind a dialog.
    pub veil: Color32,
    /// Behind words that were searched and found.
    pub found: Color32,
    /// Behind the one of them that is the current one.
    pub found_now: Color32,
    /// One colour a scene, in turn.
    pub ribbons: [Color32; 8],
}

impl Palette {
    /// The colour of the scene at this place of the board.
    pub fn ribbon(&self, place: usize) -> Color32 {
        self.ribbons.get(place % self.ribbons.len()).copied().unwrap_or(self.accent)
    }
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

static PAPER: Palette = Palette {
    desk: rgb(0xF1EBDF),
    surface: rgb(0xF9F5EC),
    card: rgb(0xFFFDF8),
    card_hover: rgb(0xF4EDDF),
    line: rgb(0xE3DACA),
    line_strong: rgb(0xC5B8A2),
    ink: rgb(0x2A2520),
    ink_soft: rgb(0x5C5247),
    ink_faint: rgb(0xB9AD9B),
    accent: rgb(0xA9472B),
    accent_hover: rgb(0x933B22),
    on_accent: rgb(0xFFFFFF),
    accent_wash: rgb(0xF5DFD3),
    error: rgb(0xA32D2D),
    warning: rgb(0x8A5A00),
    good: rgb(0x3F6B3A),
    shadow: Color32::from_black_alpha(22),
    mask: rgb(0xC2331A),
    veil: Color32::from_black_alpha(90),
    found: rgb(0xF7E9B5),
    found_now: rgb(0xEFC658),
    ribbons: [
        rgb(0xC26A45),
        rgb(0x5F8A8B),
        rgb(0xC29A3B),
        rgb(0x7A6A9B),
        rgb(0x7D9456),
        rgb(0xB5667C),
        rgb(0x4F76A3),
        rgb(0x8C7358),
    ],
};

static NIGHT: Palette = Palette {
    desk: rgb(0x17161A),
    surface: rgb(0x1E1D22),
    card: rgb(0x27262C),
    card_hover: rgb(0x313037),
    line: rgb(0x36343C),
    line_strong: rgb(0x57545F),
    ink: rgb(0xECE6DB),
    ink_soft: rgb(0xA9A296),
    ink_faint: rgb(0x5E5A61),
    accent: rgb(0xE58F66),
    accent_hover: rgb(0xF0A27C),
    on_accent: rgb(0x22160F),
    accent_wash: rgb(0x46322A),
    error: rgb(0xEC8377),
    warning: rgb(0xDDB050),
    good: rgb(0x94BE88),
    shadow: Color32::from_black_alpha(90),
    mask: rgb(0xC2331A),
    veil: Color32::from_black_alpha(150),
    found: rgb(0x453D20),
    found_now: rgb(0x6E5A1C),
    ribbons: [
        rgb(0xD98560),
        rgb(0x79A9AA),
        rgb(0xD3B05C),
        rgb(0x9C8CC0),
        rgb(0x9BB374),
        rgb(0xCC8298),
        rgb(0x7399C6),
        rgb(0xAA9277),
    ],
};

/// The family of headings, and of text in English.
pub const SERIF: &str = "vignette-serif";

/// The family of text in Chinese: the same faces, the Chinese one first, so
/// that quotes and dashes are Chinese too.
pub const SERIF_CHINESE: &str = "vignette-serif-chinese";

/// The font of headings.
pub fn serif(size_pt: f32) -> FontId {
    FontId::new(size_pt, FontFamily::Name(SERIF.into()))
}

/// The font of the story and its captions.
pub fn reading(size_pt: f32, language: Language) -> FontId {
    match language {
        Language::English => serif(size_pt),
        Language::Chinese => FontId::new(size_pt, FontFamily::Name(SERIF_CHINESE.into())),
    }
}

/// The font of controls.
pub fn sans(size_pt: f32) -> FontId {
    FontId::new(size_pt, FontFamily::Proportional)
}

/// Type sizes, in points.
pub mod type_size {
    /// Numbers beside ribbons.
    pub const TINY: f32 = 12.0;
    /// Badges and counts.
    pub const SMALL: f32 = 13.0;
    /// Controls and labels.
    pub const BODY: f32 = 15.0;
    /// Captions.
    pub const CAPTION: f32 = 15.0;
    /// The story.
    pub const STORY: f32 = 16.0;
    /// Titles of panels.
    pub const TITLE: f32 = 18.0;
    /// The sentence of an empty state.
    pub const DISPLAY: f32 = 30.0;
}

/// Height of a line of explaining text, in points.
pub const TEXT_LINE_PT: f32 = 24.0;

/// Height of a line of text in a field, in points: Chinese needs more than a
/// Latin face gives.
pub const FIELD_LINE_PT: f32 = 22.0;

/// Height of a line of the story, in points: 1.55 of its type size.
pub const STORY_LINE_PT: f32 = 25.0;

/// Gives both looks to egui and switches to one of them.
pub fn install(ctx: &Context, look: Look) {
    for (theme, look) in [(Theme::Light, Look::Paper), (Theme::Dark, Look::Night)] {
        ctx.style_mut_of(theme, |style| dress(style, look));
    }
    choose(ctx, look);
}

/// Lets things move as they do, or not at all.
pub fn set_motion(ctx: &Context, reduced: bool) {
    for theme in [Theme::Light, Theme::Dark] {
        ctx.style_mut_of(theme, |style| {
            style.animation_time = if reduced { 0.0 } else { MOTION_SECS };
            style.scroll_animation = if reduced {
                egui::style::ScrollAnimation::none()
            } else {
                egui::style::ScrollAnimation::default()
            };
        });
    }
}

/// How long a control takes to change. Short: motion explains, it does not
/// entertain.
const MOTION_SECS: f32 = 0.08;

/// Switches to a look, unless it is there already.
pub fn choose(ctx: &Context, look: Look) {
    let theme = match look {
        Look::Paper => Theme::Light,
        Look::Night => Theme::Dark,
    };
    if ctx.options(|options| options.theme_preference) != theme.into() {
        ctx.set_theme(theme);
    }
}

fn dress(style: &mut Style, look: Look) {
    style.text_styles = BTreeMap::from([
        (TextStyle::Small, sans(type_size::SMALL)),
        (TextStyle::Body, sans(type_size::BODY)),
        (TextStyle::Button, sans(type_size::BODY)),
        (TextStyle::Heading, serif(type_size::TITLE)),
        (TextStyle::Monospace, FontId::new(type_size::BODY, FontFamily::Monospace)),
    ]);
    style.drag_value_text_style = TextStyle::Body;
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(space::S, space::S);
    spacing.button_padding = Vec2::new(10.0, 6.0);
    spacing.interact_size = Vec2::new(size::CONTROL, size::CONTROL);
    spacing.window_margin = Margin::same(space::L as i8);
    spacing.menu_margin = Margin::same(6);
    spacing.icon_spacing = 6.0;
    spacing.combo_width = 120.0;
    spacing.combo_height = 360.0;
    spacing.tooltip_width = 320.0;
    spacing.slider_rail_height = 4.0;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style.animation_time = MOTION_SECS;
    style.visuals = visuals(look);
}

fn visuals(look: Look) -> Visuals {
    let p = look.palette();
    let mut v = match look {
        Look::Paper => Visuals::light(),
        Look::Night => Visuals::dark(),
    };
    let round = CornerRadius::same(size::ROUND);
    let widget = |fill: Color32, stroke: Stroke, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: stroke,
        corner_radius: round,
        fg_stroke: Stroke::new(1.5, text),
        expansion: 0.0,
    };
    v.widgets = Widgets {
        noninteractive: widget(p.surface, Stroke::new(1.0, p.line), p.ink),
        inactive: widget(p.card, Stroke::new(1.0, p.line), p.ink),
        hovered: widget(p.card_hover, Stroke::new(1.0, p.line_strong), p.ink),
        // Also what has the keyboard's focus: the ring must be seen.
        active: widget(p.card_hover, Stroke::new(2.0, p.accent), p.ink),
        open: widget(p.card_hover, Stroke::new(1.0, p.line_strong), p.ink),
    };
    // The rail of a slider is filled with `inactive.bg_fill`.
    v.widgets.inactive.bg_fill = p.line;
    v.selection = Selection { bg_fill: p.accent_wash, stroke: Stroke::new(2.0, p.accent) };
    v.override_text_color = None;
    v.weak_text_color = Some(p.ink_soft);
    v.hyperlink_color = p.accent;
    v.faint_bg_color = p.card_hover;
    v.extreme_bg_color = p.card;
    v.text_edit_bg_color = Some(p.card);
    v.code_bg_color = p.card_hover;
    v.warn_fg_color = p.warning;
    v.error_fg_color = p.error;
    v.window_corner_radius = CornerRadius::same(size::ROUND_CARD);
    v.menu_corner_radius = CornerRadius::same(size::ROUND + 2);
    v.window_fill = p.card;
    v.window_stroke = Stroke::new(1.0, p.line);
    let shadow = Shadow { offset: [0, 6], blur: 24, spread: 0, color: p.shadow };
    v.window_shadow = shadow;
    v.popup_shadow = shadow;
    v.panel_fill = p.surface;
    v.text_cursor.stroke = Stroke::new(2.0, p.accent);
    // A blinking caret would repaint an idle window twice a second.
    v.text_cursor.blink = false;
    v.slider_trailing_fill = true;
    v.handle_shape = egui::style::HandleShape::Circle;
    v.disabled_alpha = 0.45;
    v
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(c: Color32) -> f32 {
        let linear = |v: u8| {
            let v = v as f32 / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(c.r()) + 0.7152 * linear(c.g()) + 0.0722 * linear(c.b())
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn words_can_be_read_on_every_surface() {
        for look in [Look::Paper, Look::Night] {
            let p = look.palette();
            for ground in [p.desk, p.surface, p.card, p.card_hover] {
                for ink in [p.ink, p.ink_soft, p.error, p.warning, p.good] {
                    let found = contrast(ink, ground);
                    assert!(found >= 4.5, "{look:?}: {ink:?} on {ground:?} is only {found:.2} : 1");
                }
            }
            for ground in [p.found, p.found_now, p.accent_wash] {
                assert!(contrast(p.ink, ground) >= 4.5, "{look:?}: text on {ground:?}");
            }
            assert!(contrast(p.on_accent, p.accent) >= 4.5, "{look:?}: text on the accent");
            assert!(contrast(p.on_accent, p.accent_hover) >= 4.5, "{look:?}: text on the accent");
        }
    }
}
