//! A procedural painter of storybook scenes, the source of the training set.
//!
//! [`SceneSpec`] says what a picture shows, [`paint`] draws it, [`caption`]
//! words it. Planes are painted from far to near: sky, setting, air, what
//! stands on the ground, figures, foreground, weather; a last pass adds paper
//! and pigment. To grow: a new value is a line in `words.rs`, what it can do and
//! the phrases that place it in `phrases.rs`, and an arm where it is drawn
//! (`settings/`, `subjects/`, `props.rs`, `weather.rs`, `finish.rs`).

mod canvas;
mod captions;
mod chatter;
mod colour;
mod compose;
mod finish;
mod large_props;
mod light;
mod phrases;
mod pixels;
mod props;
mod settings;
mod sheet;
mod sky;
mod spec;
mod subjects;
mod weather;
mod wording;
mod words;

#[cfg(test)]
mod tests;

pub use captions::caption;
pub use compose::{Painting, paint, paint_with_figures};
pub use finish::RgbPicture;
pub use sheet::contact_sheet;
pub use spec::{Carry, SceneSpec, SubjectSpec, triple_is_held_out};
pub use words::{Colour, Language, Place, Pose, Prop, Setting, Shot, Span, Style, Subject, Time, Weather};
