//! The small pictures of styles and sample stories, which the trainer's
//! painter made.
//!
//! `UPDATE_THUMBNAILS=1 cargo test --release --features train --test thumbnails`
//! makes them anew; look at them before you commit them.

#![cfg(feature = "train")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{fs, path::Path};

use vignette::{
    raster::Picture,
    storyboard::style_presets,
    train::painter::{
        Colour, Place, Pose, Prop, SceneSpec, Setting, Shot, Span, Style, Subject, SubjectSpec, Time,
        Weather, paint,
    },
};

/// Mean difference of a channel, of 255, above which a picture is out of date.
const TOLERANCE: f64 = 4.0;

/// All of them together, in bytes.
const MOST_BYTES: usize = 400_000;

fn figure(subject: Subject, colour: Colour, pose: Pose, place: Place, facing_left: bool) -> SubjectSpec {
    SubjectSpec { subject, colour, pose, facing_left, place, span: Span::Near }
}

/// A girl with a lantern meets a fox at the harbour, in this style.
fn lantern_walk(style: Style, seed: u64) -> SceneSpec {
    SceneSpec {
        seed,
        style,
        setting: Setting::Harbour,
        time: Time::Dusk,
        weather: Weather::Clear,
        shot: Shot::Medium,
        subjects: vec![
            figure(Subject::Girl, Colour::Red, Pose::Walking, Place::Left, false),
            figure(Subject::Fox, Colour::Orange, Pose::Walking, Place::Right, true),
        ],
        prop: Some(Prop::Lantern),
    }
}

fn kings_owl() -> SceneSpec {
    SceneSpec {
        seed: 2,
        style: Style::Pastel,
        setting: Setting::Castle,
        time: Time::Night,
        weather: Weather::Clear,
        shot: Shot::Medium,
        subjects: vec![
            figure(Subject::King, Colour::Purple, Pose::Standing, Place::Left, false),
            figure(Subject::Owl, Colour::Brown, Pose::Flying, Place::Right, true),
        ],
        prop: None,
    }
}

fn red_umbrella() -> SceneSpec {
    SceneSpec {
        seed: 3,
        style: Style::Watercolour,
        setting: Setting::Forest,
        time: Time::Day,
        weather: Weather::Rain,
        shot: Shot::Medium,
        subjects: vec![figure(Subject::Girl, Colour::Blue, Pose::Walking, Place::Centre, false)],
        prop: Some(Prop::Umbrella),
    }
}

fn wanted() -> Vec<(String, Picture)> {
    let painted = |spec: &SceneSpec, width_px, height_px| {
        let rgb = paint(spec, width_px, height_px);
        let rgba = rgb.pixels.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
        Picture::from_rgba(width_px, height_px, rgba).unwrap()
    };
    let mut all: Vec<(String, Picture)> = style_presets()
        .iter()
        .map(|preset| {
            let style = Style::ALL.into_iter().find(|style| style.name().replace('_', "-") == preset.id);
            let style = style.unwrap_or_else(|| panic!("the painter has no style '{}'", preset.id));
            (format!("assets/styles/{}.png", preset.id), painted(&lantern_walk(style, 2), 192, 144))
        })
        .collect();
    for (name, spec) in [
        ("the-lantern-keeper", lantern_walk(Style::Watercolour, 4)),
        ("the-kings-owl", kings_owl()),
        ("the-red-umbrella", red_umbrella()),
    ] {
        all.push((format!("assets/stories/{name}.png"), painted(&spec, 264, 120)));
    }
    all
}

#[test]
fn small_pictures_are_what_the_painter_paints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let update = std::env::var_os("UPDATE_THUMBNAILS").is_some();
    let mut bytes = 0;
    for (name, picture) in wanted() {
        let path = root.join(&name);
        if update {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, picture.to_png(&[]).unwrap()).unwrap();
        }
        let png = fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        bytes += png.len();
        let kept = Picture::decode(&png).unwrap();
        assert_eq!(kept.size_px(), picture.size_px(), "{name}");
        let pairs = kept.rgba().iter().zip(picture.rgba());
        let all: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
        let mean = all / kept.rgba().len() as f64;
        assert!(mean < TOLERANCE, "{name} is out of date (mean difference {mean:.1} of 255); see this file");
    }
    assert!(bytes < MOST_BYTES, "the small pictures have {bytes} bytes, at most {MOST_BYTES}");
}
