//! What the painter and the captions promise.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;

fn scene(subject: Subject, setting: Setting, time: Time, style: Style) -> SceneSpec {
    SceneSpec {
        seed: 5,
        style,
        setting,
        time,
        weather: Weather::Clear,
        shot: Shot::Medium,
        subjects: vec![SubjectSpec {
            subject,
            colour: subject.colours()[0],
            pose: Pose::Standing,
            facing_left: false,
            place: Place::Centre,
            span: Span::Middle,
        }],
        prop: None,
    }
}

/// Mean absolute difference of two pictures of one size, 0..=255.
fn distance(a: &RgbPicture, b: &RgbPicture) -> f64 {
    assert_eq!((a.width_px, a.height_px), (b.width_px, b.height_px));
    let sum: u64 = a.pixels.iter().zip(&b.pixels).map(|(x, y)| u64::from(x.abs_diff(*y))).sum();
    sum as f64 / a.pixels.len() as f64
}

#[test]
fn the_same_spec_paints_the_same_bytes() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..12 {
        let spec = SceneSpec::random(&mut rng);
        assert_eq!(paint(&spec, 96, 96), paint(&spec, 96, 96));
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<SceneSpec>(&text).unwrap(), spec);
    }
}

#[test]
fn every_size_has_its_pixels() {
    let spec = scene(Subject::Girl, Setting::Harbour, Time::Dusk, Style::Watercolour);
    for (width_px, height_px) in
        [(64, 64), (256, 256), (288, 192), (192, 288), (64, 1024), (1024, 64), (1000, 700)]
    {
        let picture = paint(&spec, width_px, height_px);
        assert_eq!((picture.width_px, picture.height_px), (width_px, height_px));
        assert_eq!(picture.pixels.len(), (width_px * height_px * 3) as usize);
    }
    assert_eq!(paint(&spec, 0, 0).pixels.len(), 3);
}

#[test]
fn every_subject_setting_time_and_style_is_told_apart() {
    for setting in Setting::ALL {
        for time in Time::ALL {
            for style in Style::ALL {
                let pictures =
                    Subject::ALL.map(|subject| paint(&scene(subject, setting, time, style), 64, 64));
                for (index, picture) in pictures.iter().enumerate() {
                    let next = &pictures[(index + 1) % pictures.len()];
                    let apart = distance(picture, next);
                    assert!(
                        apart > 0.6,
                        "{index} and the next look alike ({apart:.2}): {setting:?} {time:?} {style:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn each_attribute_changes_the_picture() {
    let base = scene(Subject::Robot, Setting::Riverbank, Time::Day, Style::PaperCut);
    let picture = paint(&base, 96, 96);
    let change = |edit: &dyn Fn(&mut SceneSpec)| {
        let mut spec = base.clone();
        edit(&mut spec);
        distance(&picture, &paint(&spec, 96, 96))
    };
    for (name, apart) in [
        ("time", change(&|spec| spec.time = Time::Night)),
        ("setting", change(&|spec| spec.setting = Setting::Forest)),
        ("style", change(&|spec| spec.style = Style::Ink)),
        ("shot", change(&|spec| spec.shot = Shot::Close)),
        ("place", change(&|spec| spec.subjects[0].place = Place::Left)),
        ("span", change(&|spec| spec.subjects[0].span = Span::Far)),
        ("colour", change(&|spec| spec.subjects[0].colour = Colour::Red)),
        ("pose", change(&|spec| spec.subjects[0].pose = Pose::Sitting)),
        ("facing", change(&|spec| spec.subjects[0].facing_left = true)),
    ] {
        assert!(apart > 0.5, "{name} changes too little: {apart:.2}");
    }
    for weather in [Weather::Rain, Weather::Snow, Weather::Fog] {
        assert!(change(&|spec| spec.weather = weather) > 3.0, "{weather:?}");
    }
    for prop in Prop::ALL {
        let apart = change(&|spec| spec.prop = Some(prop));
        assert!(apart > 0.4, "{prop:?} is too small: {apart:.2}");
    }
}

#[test]
fn about_one_triple_in_twenty_is_held_out() {
    let mut held = 0;
    let mut all = 0;
    for subject in Subject::ALL {
        for setting in Setting::ALL {
            for time in Time::ALL {
                all += 1;
                held += u32::from(triple_is_held_out(subject, setting, time));
            }
        }
    }
    let share = f64::from(held) / f64::from(all);
    assert!((0.03..=0.07).contains(&share), "{held} of {all}");
}

#[test]
fn random_scenes_make_sense() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut counts = [0u32; 3];
    for _ in 0..5000 {
        let spec = SceneSpec::random(&mut rng);
        counts[spec.subjects.len()] += 1;
        if let Some(prop) = spec.prop {
            assert!(spec.allows(prop), "{spec:?}");
        }
        assert!(spec.weather.suits(spec.setting), "{spec:?}");
        for who in &spec.subjects {
            assert!(who.subject.can(who.pose) && who.subject.colours().contains(&who.colour), "{spec:?}");
        }
    }
    assert!(counts[1] > counts[2] && counts[2] > counts[0] && counts[0] > 100, "{counts:?}");
}

/// Every word of every attribute, with the group it belongs to and whether it is true.
fn vocabulary(spec: &SceneSpec, language: Language) -> Vec<(&'static str, bool, String)> {
    let mut list: Vec<(&'static str, bool, String)> = Vec::new();
    macro_rules! group {
        ($name:ident, $holds:expr) => {
            for value in $name::ALL {
                let holds = $holds(value);
                for word in value.words(language) {
                    list.push((*word, holds, format!("{value:?}")));
                }
            }
        };
    }
    let any = |test: &dyn Fn(&SubjectSpec) -> bool| spec.subjects.iter().any(test);
    group!(Subject, |value| any(&|who| who.subject == value));
    group!(Colour, |value| any(&|who| who.colour == value));
    group!(Pose, |value| any(&|who| who.pose == value));
    group!(Place, |value| any(&|who| who.place == value));
    group!(Span, |value| any(&|who| who.span == value));
    group!(Shot, |value| spec.shot == value);
    group!(Time, |value| spec.time == value);
    group!(Weather, |value| spec.weather == value);
    group!(Style, |value| spec.style == value);
    group!(Setting, |value| spec.setting == value);
    // At sea the figures are in a boat.
    group!(Prop, |value| spec.prop == Some(value) || value == Prop::Boat && spec.setting == Setting::OpenSea);
    for setting in Setting::ALL {
        for phrase in setting.phrases(language) {
            list.push((*phrase, setting == spec.setting, format!("{setting:?}")));
        }
    }
    // The same word may stand for two values ("in the snow"): true if one is.
    let truths: Vec<&str> = list.iter().filter(|entry| entry.1).map(|entry| entry.0).collect();
    for entry in &mut list {
        entry.1 |= truths.contains(&entry.0);
    }
    list
}

fn is_word(text: &str, from: usize, to: usize) -> bool {
    let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    !letter(from.checked_sub(1).and_then(|at| text.as_bytes().get(at))) && !letter(text.as_bytes().get(to))
}

#[test]
fn captions_say_only_what_is_so() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for _ in 0..2500 {
        let spec = SceneSpec::random(&mut rng);
        let text = caption(&spec, &mut rng);
        assert!(
            !text.trim().is_empty() && !text.contains("  ") && !text.contains(", ,"),
            "{text:?} {spec:?}"
        );
        for language in [Language::English, Language::Chinese] {
            let mut words = vocabulary(&spec, language);
            // The longest first, and what is found is taken out: an old woman is no woman,
            // and dusk (huang hun) is not yellow (huang).
            words.sort_by_key(|entry| std::cmp::Reverse(entry.0.len()));
            let mut rest = text.to_lowercase();
            for (word, holds, value) in words {
                let mut start = 0;
                while let Some(found) = rest[start..].find(word).map(|at| at + start) {
                    let end = found + word.len();
                    if language == Language::English && !is_word(&rest, found, end) {
                        start = end;
                        continue;
                    }
                    assert!(holds, "{word:?} ({value}) is not so: {text:?} {spec:?}");
                    rest.replace_range(found..end, "#");
                    start = found + 1;
                }
            }
        }
    }
}

#[test]
fn captions_are_many_and_in_two_languages() {
    let spec = scene(Subject::Fox, Setting::Forest, Time::Night, Style::Ink);
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let texts: Vec<String> = (0..400).map(|_| caption(&spec, &mut rng)).collect();
    let chinese =
        texts.iter().filter(|text| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))).count();
    assert!((100..220).contains(&chinese), "{chinese} of 400 are Chinese");
    let distinct: std::collections::HashSet<&String> = texts.iter().collect();
    assert!(distinct.len() > 200, "{} distinct", distinct.len());
}

#[test]
fn a_contact_sheet_holds_its_pictures() {
    let picture = paint(&scene(Subject::Owl, Setting::Castle, Time::Dawn, Style::Pastel), 64, 80);
    let sheet = contact_sheet(&vec![picture.clone(); 5], 3);
    assert_eq!((sheet.width_px, sheet.height_px), (3 * 68 + 4, 2 * 84 + 4));
    let row = ((4 + 10) * sheet.width_px + 4) as usize * 3;
    assert_eq!(sheet.pixels[row..row + 64 * 3], picture.pixels[10 * 64 * 3..11 * 64 * 3]);
    assert!(contact_sheet(&[], 3).pixels.is_empty());
}
