//! What whole readings once got wrong.

use crate::story::{Character, Mood, Reading, Scene, StoryOptions, read};

fn reading(text: &str) -> Reading {
    read(text, &StoryOptions { scenes: Some(1), ..StoryOptions::default() }).unwrap_or_default()
}

fn scene(text: &str) -> Scene {
    reading(text).scenes.into_iter().next().unwrap_or_default()
}

fn who<'a>(reading: &'a Reading, name: &str) -> Option<&'a Character> {
    reading.cast.iter().find(|c| c.name == name || c.aliases.iter().any(|a| a == name))
}

#[test]
fn a_smile_at_a_deathbed_is_no_joy() {
    let english = scene(
        "The old man lay quite still in the bed. He smiled once at Anna and pressed her hand, and then he died. \
         Anna wept, and her tears fell on the blanket. Nobody could comfort her. They buried him on the hill.",
    );
    assert_eq!(english.mood, Mood::Sad);
    let chinese = scene(
        "爷爷躺在床上，对小梅笑了笑，就闭上了眼睛。爷爷去世了。小梅哭了，眼泪一滴一滴落在被子上。全家人都很悲伤。",
    );
    assert_eq!(chinese.mood, Mood::Sad);
}

#[test]
fn a_ship_from_the_stars_stands_on_no_sea() {
    let landed = scene(
        "The ship had landed at noon on the red plain, the first from Earth on that planet. Captain Mirov opened the \
         airlock in her spacesuit. She walked down from the ship and stood beside the ship in the red dust.",
    );
    assert!(!landed.prompt.contains("sea") && !landed.prompt.contains("pirate"), "{}", landed.prompt);
    assert!(landed.prompt.contains("woman"), "{}", landed.prompt);
    let sailing =
        scene("The ship rolled in the waves. Captain Flint stood on the deck. The sailors ran up the mast.");
    assert!(sailing.prompt.contains("pirate") && sailing.prompt.contains("sea"), "{}", sailing.prompt);
}

#[test]
fn who_says_i_is_known_by_what_she_tells() {
    let girl = reading(
        "I am eleven and I have plaits that Mother does too tight. I ran down to the beach. I found a shell and I put it \
         in my pocket. I went home before dark, and I wrote it all down.",
    );
    assert_eq!(who(&girl, "Narrator").map(|c| c.what.as_str()), Some("girl"), "{:?}", girl.cast);
    let letter = reading(
        "Dear Lottie, I was sent up the mast this morning. I shut my eyes and I held on. I saw nothing but blue, and I \
         laughed. I shall come home in spring. Your loving brother, Ned",
    );
    assert!(who(&letter, "I").is_some_and(|c| c.name == "Ned"), "{:?}", letter.cast);
}

#[test]
fn names_that_come_later() {
    let boy = reading(
        "There was a boy in the wreck, cooking a fish. His hair stuck up like a brush. He laughed at me. His name is Tam. \
         Tam ran into the sea. Tam came back wet.",
    );
    let looks = who(&boy, "Tam").map(|c| c.appearance.join("; ")).unwrap_or_default();
    assert!(looks.contains("stuck up like a brush"), "{:?}", boy.cast);
    let robot = reading(
        "In the greenhouse a robot was watering the beans. The robot's name was Daisy. It folded its legs. At last Daisy \
         sang. When Daisy had sung, Kit laughed with Daisy.",
    );
    assert!(
        who(&robot, "Daisy").is_some_and(|c| c.aliases.iter().any(|a| a == "the robot")),
        "{:?}",
        robot.cast
    );
    let one = reading(
        "In the hall Daniel was arguing with Ruth. \"Come in, Danny,\" said Ruth. Then Danny sat down, and Ruth poured the \
         tea. After that Daniel laughed. By the door Danny put on his coat.",
    );
    assert_eq!(one.cast.len(), 2, "{:?}", one.cast);
    let chinese =
        reading("村口站着一个穿红毛衣的小姑娘。她叫麦穗，今年七岁。麦穗跑过来，麦穗笑了。麦穗把信举起来。");
    let looks = who(&chinese, "麦穗").map(|c| c.appearance.join("；")).unwrap_or_default();
    assert!(looks.contains("红毛衣") && looks.contains("七岁"), "{:?}", chinese.cast);
}

#[test]
fn likenesses_are_nobody() {
    let dog = reading(
        "Something about the size of a dog came out. The girl looked at it. The girl laughed and ran home.",
    );
    assert!(who(&dog, "Dog").is_none(), "{:?}", dog.cast);
    let boy = reading("陆遥剪着男孩一样的短发。陆遥笑了。陆遥跑上山坡，陆遥站在树下。");
    assert!(boy.cast.iter().all(|c| !c.aliases.iter().any(|a| a == "男孩")), "{:?}", boy.cast);
}

#[test]
fn places_and_hours_between_the_lines() {
    let inside = scene(
        "They sat on the floor of the empty sitting room. Outside it had begun to rain on the roof and the apple tree.",
    );
    assert!(inside.setting.contains("sitting room"), "{}", inside.setting);
    let sky = scene("In the morning the sky was green. The children lay in the meadow.");
    assert!(sky.setting.contains("meadow"), "{}", sky.setting);
    let shore = scene("The beach is stones, not sand. Whoever missed had to run into the sea.");
    assert!(shore.prompt.contains("on a beach"), "{}", shore.prompt);
    let inn = scene("天色将黑的时候，她敲开了岭下那家客栈的门。她把银子放在柜台上。");
    assert!(inn.setting.contains("客栈"), "{}", inn.setting);
}
