//! Colours and light of the whole board: as the mood of each scene has them,
//! one of a few, or in the writer's own words.

use egui::{Align, Button, Label, Layout, Margin, RichText, Role, Stroke, TextEdit, Ui, WidgetInfo, vec2};

use super::{
    action::Action,
    state::View,
    strings::Words,
    theme::{size, space, type_size},
    widgets::field_label_ui,
};
use crate::{story::Tone, storyboard::Edit};

/// A name in the window's language.
type Name = fn(&Words) -> &'static str;

/// A name, and what a prompt says: English, which the models that hear of tone
/// read.
type Choice = (Name, &'static str);

const COLOURS: [Choice; 7] = [
    (|words| words.tone_by_mood, ""),
    (|words| words.tone_warm, "warm colours"),
    (|words| words.tone_cool, "cool blue colours"),
    (|words| words.tone_soft, "soft muted colours"),
    (|words| words.tone_vivid, "vivid colours"),
    (|words| words.tone_sepia, "sepia"),
    (|words| words.tone_grey, "black and white"),
];

const LIGHTS: [Choice; 7] = [
    (|words| words.tone_by_mood, ""),
    (|words| words.light_soft, "soft diffused light"),
    (|words| words.light_sunny, "bright sunlight"),
    (|words| words.light_golden, "golden evening light"),
    (|words| words.light_hard, "hard side light"),
    (|words| words.light_dim, "dim light"),
    (|words| words.light_lamps, "glowing lamplight"),
];

/// How much of it a prompt tells; see [`Tone::strength`].
const STRENGTHS: [(Name, u8); 4] = [
    (|words| words.tone_none, 0),
    (|words| words.tone_light_only, 30),
    (|words| words.tone_normal, 60),
    (|words| words.tone_strong, 100),
];

/// Draws the choices.
pub fn tone_ui(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let (words, palette) = (view.words, view.palette);
    let tone = &view.document.tone;
    ui.add_space(space::XS);
    ui.add(Label::new(RichText::new(words.tone).size(type_size::BODY)).wrap());
    let mut wish = |tone: Tone| actions.push(Action::Edit(Edit::SetTone(tone)));
    let colours = COLOURS.map(|(name, said)| (name(words), tone.palette == said, said));
    if let Some(said) = choices_ui(ui, view, words.tone_colours, &colours) {
        wish(Tone { palette: said.to_owned(), ..tone.clone() });
    }
    let lights = LIGHTS.map(|(name, said)| (name(words), tone.light == said, said));
    if let Some(said) = choices_ui(ui, view, words.tone_light, &lights) {
        wish(Tone { light: said.to_owned(), ..tone.clone() });
    }
    let strengths = STRENGTHS.map(|(name, strength)| (name(words), tone.strength == strength, strength));
    if let Some(strength) = choices_ui(ui, view, words.tone_strength, &strengths) {
        wish(Tone { strength, ..tone.clone() });
    }
    ui.add_space(space::XS);
    field_label_ui(ui, palette, words.tone_own);
    ui.horizontal(|ui| {
        let width = (ui.available_width() - space::S) / 2.0;
        let name = (words.tone_own_colours, words.tone_own_colours_hint);
        if let Some(did) = own_ui(ui, view, width, name, &tone.palette, &COLOURS) {
            did.wish(actions, |said| Tone { palette: said, ..tone.clone() });
        }
        let name = (words.tone_own_light, words.tone_own_light_hint);
        if let Some(did) = own_ui(ui, view, width, name, &tone.light, &LIGHTS) {
            did.wish(actions, |said| Tone { light: said, ..tone.clone() });
        }
    });
    if view.document.painting.model.is_none() {
        let text = RichText::new(words.tone_built_in).size(type_size::SMALL).color(palette.ink_soft);
        // A menu spreads its words over the width.
        ui.with_layout(Layout::top_down(Align::LEFT), |ui| ui.add(Label::new(text).wrap()));
    }
    ui.add_space(space::XS);
}

/// A row of choices below its name; gives the one that was just taken.
fn choices_ui<T: Copy>(ui: &mut Ui, view: &View<'_>, title: &str, choices: &[(&str, bool, T)]) -> Option<T> {
    ui.add_space(space::XS);
    field_label_ui(ui, view.palette, title);
    let mut taken = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = vec2(space::XS, space::XS);
        ui.spacing_mut().interact_size.y = size::ROW;
        ui.spacing_mut().button_padding = vec2(space::S, 2.0);
        ui.horizontal_wrapped(|ui| {
            for &(name, on, choice) in choices {
                let text = RichText::new(name).size(type_size::SMALL);
                let response = ui.add(Button::selectable(on, text).frame_when_inactive(true));
                let full = format!("{title}{}{name}", view.words.comma);
                response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &full));
                if response.clicked() && !on {
                    taken = Some(choice);
                }
            }
        });
    });
    taken
}

/// What was done to a field.
enum Did {
    Typed(String),
    Left,
}

impl Did {
    fn wish(self, actions: &mut Vec<Action>, tone: impl FnOnce(String) -> Tone) {
        actions.push(match self {
            Self::Typed(said) => Action::Type(Edit::SetTone(tone(said))),
            Self::Left => Action::Seal,
        });
    }
}

/// A field for own words; empty while one of the choices is on.
fn own_ui(
    ui: &mut Ui,
    view: &View<'_>,
    width: f32,
    (name, hint): (&str, &str),
    now: &str,
    choices: &[Choice],
) -> Option<Did> {
    let chosen = choices.iter().any(|(_, said)| *said == now);
    let mut own = if chosen { String::new() } else { now.to_owned() };
    // A menu draws its fields without a frame; this one is to be seen.
    ui.visuals_mut().widgets.inactive.bg_stroke = Stroke::new(1.0, view.palette.line_strong);
    let field = TextEdit::singleline(&mut own)
        .id_salt(name)
        .hint_text(hint)
        .margin(Margin::symmetric(8, 6))
        .desired_width(width);
    let response = ui.add(field).accessible_name(name);
    if response.changed() {
        return Some(Did::Typed(own));
    }
    response.lost_focus().then_some(Did::Left)
}
