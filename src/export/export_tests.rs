//! Exports as a whole: by path, whole or not at all.

use super::*;
use crate::{
    raster::Picture,
    storyboard::{Language, Mood, Panel, PanelId, Scene, TimeOfDay, Variant},
};

/// A board of painted panels; each picture has a colour of its own in a corner.
pub(super) fn board(panels: usize, language: &str) -> (Document, Images) {
    let chinese = language == "zh";
    let mut images = Images::new();
    let mut document = Document {
        title: if chinese { "雪夜里的小狐狸 Mara" } else { "The Lighthouse Keeper’s Daughter" }.into(),
        language: if chinese { Language::Chinese } else { Language::English },
        ..Document::default()
    };
    for i in 0..panels {
        let (width, height) = (288_u32, 192_u32);
        let colour = [(i * 37 % 200) as u8 + 40, (i * 91 % 180) as u8 + 60, 255 - (i * 53 % 150) as u8];
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| {
            let hill = y as f32 > 120.0 + 30.0 * ((x as f32 / 40.0) + i as f32).sin();
            let shade = if hill { [70, 96, 80] } else { colour };
            [shade[0], shade[1], shade[2], 255]
        });
        let image = images.insert(Picture::from_rgba(width, height, pixels.collect()).unwrap());
        let caption = match (chinese, i % 4) {
            (false, 0) => "The lamp went out at noon.".to_owned(),
            (false, 1) => "Mara rowed to the island with her brother, a bag of oil, and the dog nobody had wanted.".into(),
            (false, 2) => "“Ninety steps,” he said — and the wind tore at the door while they climbed, one after the other, …".into(),
            (false, _) => format!("Scene number {} ends quietly.", i + 1),
            (true, 0) => "雪夜里，小狐狸轻轻敲了三下门。".into(),
            (true, 1) => "老猎人说：“进来吧，外面太冷了，炉子还热着，锅里还有一点汤……”小狐狸 Mara 摇了摇头。".into(),
            (true, 2) => "山谷里一片寂静，只有风吹过松林的声音，像有人在很远的地方轻轻地唱歌。".into(),
            (true, _) => format!("第{}幕，天亮了。", i + 1),
        };
        let scene = Scene {
            start: i * 100,
            end: i * 100 + 100,
            title: if chinese { format!("第{}幕", i + 1) } else { format!("Scene {}", i + 1) },
            key_moment: (i * 100, i * 100 + 20),
            prompt: "a fox at night".into(),
            setting: if chinese { "树林" } else { "harbour" }.into(),
            time: TimeOfDay::Dusk,
            weather: if chinese { "雪" } else { "wind" }.into(),
            mood: Mood::Hopeful,
            characters: vec!["Mara".into(), if chinese { "小狐狸" } else { "Tom" }.into()],
            ..Scene::default()
        };
        document.panels.push(Panel {
            id: PanelId(i as u64 + 1),
            scene,
            caption,
            variants: vec![Variant {
                image,
                prompt: "watercolour, a fox at night".into(),
                seed: 5,
                parameters: vec![],
                with: None,
            }],
            chosen: Some(0),
            ..Panel::default()
        });
    }
    (document, images)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_ending_chooses_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let (document, images) = board(2, "en");
    let options = ExportOptions::default();
    for (name, start) in [("b.pdf", &b"%PDF"[..]), ("B.PNG", b"\x89PNG"), ("b.vignette", b"SQLite")] {
        let path = folder.path().join(name);
        check_writable(&path).unwrap();
        assert_eq!(write(&document, &images, &path, &options).unwrap(), []);
        assert!(fs::read(&path).unwrap().starts_with(start), "{name}");
        check_writable(&path).unwrap();
    }
    write(&document, &images, &folder.path().join("pictures"), &options).unwrap();
    assert_eq!(names(folder.path()), ["B.PNG", "b.pdf", "b.vignette", "pictures"]);
    assert_eq!(names(&folder.path().join("pictures")).len(), 3);
    let error = write(&document, &images, &folder.path().join("b.docx"), &options).unwrap_err();
    assert!(error.to_string().starts_with(".docx files cannot be written; use .pdf"), "{error}");
}

#[test]
fn unwritable_places_are_found_before_and_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "x").unwrap();
    fs::create_dir(at("d.pdf")).unwrap();
    let (document, images) = board(1, "en");
    for (name, why) in [
        ("none/b.pdf", "its folder does not exist"),
        ("none/pictures", "its folder does not exist"),
        ("file/b.png", "part of the path is a file"),
        ("file", "it is a file"),
        ("b.jpg", ".jpg files cannot be written"),
    ] {
        let early = check_writable(&at(name)).unwrap_err().to_string();
        assert!(early.contains(why), "{early}");
        assert!(early.contains(&at(name).display().to_string()), "{early}");
        assert!(write(&document, &images, &at(name), &ExportOptions::default()).is_err(), "{name}");
    }
    check_writable(&at("pictures")).unwrap();
    check_writable(&at("dump.safetensors")).unwrap();
    assert!(check_writable(Path::new("")).is_err());
    let mut protected = fs::metadata(at("file")).unwrap().permissions();
    protected.set_readonly(true);
    fs::write(at("old.pdf"), "x").unwrap();
    fs::set_permissions(at("old.pdf"), protected).unwrap();
    assert!(check_writable(&at("old.pdf")).unwrap_err().to_string().contains("write-protected"));
    assert_eq!(names(folder.path()), ["d.pdf", "file", "old.pdf"]);
}

#[test]
fn an_empty_board_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b.pdf", "b.png", "pictures"] {
        let result =
            write(&Document::default(), &Images::new(), &folder.path().join(name), &ExportOptions::default());
        assert!(matches!(result, Err(ExportError::Empty)));
    }
    assert!(names(folder.path()).is_empty());
}

#[test]
fn the_report_of_fonts_names_both_scripts() {
    let report = fonts_report();
    assert_eq!(report.len(), 2);
    assert!(report[0].1.contains("Source Serif") && report[1].0 == "Chinese");
}
