//! The reading against stories annotated by hand (`tests/fixtures/stories`):
//! for every scene that a reader marked, what the program says of the scene
//! that shares most text with it.

use std::path::PathBuf;

use serde::Deserialize;

use crate::story::{Character, Mood, Scene, StoryOptions, TimeOfDay, read};

/// A story as a reader saw it; offsets in scalar values.
#[derive(Deserialize)]
struct Gold {
    scenes: Vec<GoldScene>,
    cast: Vec<GoldCharacter>,
}

#[derive(Deserialize)]
struct GoldScene {
    start: usize,
    end: usize,
    /// The sentence worth a picture, and others that would do.
    key_moment: (usize, usize),
    also_ok: Vec<(usize, usize)>,
    /// Words one of which the setting or the prompt must hold.
    setting: Vec<String>,
    time: TimeOfDay,
    #[serde(default)]
    time_also: Vec<TimeOfDay>,
    mood: Vec<Mood>,
}

#[derive(Deserialize)]
struct GoldCharacter {
    name: String,
    aliases: Vec<String>,
    appearance: Vec<GoldLook>,
    #[serde(default)]
    optional: bool,
}

#[derive(Deserialize)]
struct GoldLook {
    /// Every group must be found, by one of its words.
    heads: Vec<Vec<String>>,
}

/// Shares of hits, each counted over scenes, members or facts of all stories.
#[derive(Default, Debug)]
struct Tally {
    moments: (usize, usize),
    settings: (usize, usize),
    times: (usize, usize),
    moods: (usize, usize),
    members: (usize, usize),
    looks: (usize, usize),
}

fn count(slot: &mut (usize, usize), hit: bool) {
    slot.0 += usize::from(hit);
    slot.1 += 1;
}

fn overlap(a: (usize, usize), b: (usize, usize)) -> usize {
    a.1.min(b.1).saturating_sub(a.0.max(b.0))
}

/// The member that goes by one of the names a reader gave.
fn member<'a>(cast: &'a [Character], gold: &GoldCharacter) -> Option<&'a Character> {
    let plain = |name: &str| name.to_lowercase().trim_start_matches("the ").to_owned();
    let wanted: Vec<String> = std::iter::once(&gold.name).chain(&gold.aliases).map(|n| plain(n)).collect();
    let names = |c: &Character| -> Vec<String> {
        std::iter::once(&c.name).chain(&c.aliases).map(|n| plain(n)).collect()
    };
    let first = cast.iter().find(|c| plain(&c.name) == plain(&gold.name));
    first.or_else(|| cast.iter().find(|c| names(c).iter().any(|n| wanted.contains(n))))
}

fn score(text: &str, gold: &Gold, tally: &mut Tally) {
    let reading = read(text, &StoryOptions::default()).unwrap_or_default();
    for wanted in &gold.scenes {
        let range = (wanted.start, wanted.end);
        let shared = |s: &&Scene| overlap((s.start, s.end), range);
        let Some(scene) = reading.scenes.iter().max_by_key(shared) else { continue };
        let moments = std::iter::once(&wanted.key_moment).chain(&wanted.also_ok);
        count(&mut tally.moments, moments.into_iter().any(|m| overlap(*m, scene.key_moment) > 0));
        let said = format!("{} {}", scene.setting, scene.prompt).to_lowercase();
        count(&mut tally.settings, wanted.setting.iter().any(|w| said.contains(&w.to_lowercase())));
        count(&mut tally.times, scene.time == wanted.time || wanted.time_also.contains(&scene.time));
        count(&mut tally.moods, wanted.mood.contains(&scene.mood));
    }
    for wanted in gold.cast.iter().filter(|c| !c.optional) {
        let found = member(&reading.cast, wanted);
        count(&mut tally.members, found.is_some());
        let looks = found.map(|c| c.appearance.join("; ").to_lowercase()).unwrap_or_default();
        for look in &wanted.appearance {
            let told = |group: &Vec<String>| group.iter().any(|w| looks.contains(&w.to_lowercase()));
            count(&mut tally.looks, look.heads.iter().all(told));
        }
    }
}

#[test]
fn held_stories_are_read_as_a_reader_would() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stories");
    let mut tally = Tally::default();
    let mut stories = 0;
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path.to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".gold.json") else { continue };
        let gold: Gold = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
        let text = std::fs::read_to_string(format!("{stem}.txt"))?;
        assert!(gold.scenes.iter().all(|s| s.end <= text.chars().count()), "{stem}");
        score(&text, &gold, &mut tally);
        stories += 1;
    }
    assert!(stories >= 9, "only {stories} stories in {}", folder.display());
    // A little below what was measured when the stories were added.
    let floors = [
        ("key moments", tally.moments, 0.68),
        ("settings", tally.settings, 0.80),
        ("times", tally.times, 0.80),
        ("moods", tally.moods, 0.74),
        ("members", tally.members, 0.85),
        ("looks", tally.looks, 0.70),
    ];
    for (what, (hits, all), floor) in floors {
        let share = hits as f64 / all.max(1) as f64;
        assert!(all > 20 && share >= floor, "{what}: {hits} of {all}, asked {floor}; {tally:?}");
    }
    Ok(())
}
