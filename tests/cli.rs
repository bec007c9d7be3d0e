//! The command line as a child process: what `--help` promises, exit statuses,
//! one-sentence errors, and that nothing half-written remains.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use vignette::raster::Picture;

const STORY: &str = "The fox left the forest at dawn. Snow lay on the red roofs of the village.\n\n\
    At night an old king sat by the river with a lantern. \"Who goes there?\" he said.\n";

fn vignette() -> Command {
    Command::new(env!("CARGO_BIN_EXE_vignette"))
}

fn run(arguments: &[&str], folder: &Path) -> Output {
    vignette().args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

fn ok(arguments: &[&str], folder: &Path) -> String {
    let output = run(arguments, folder);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs what must fail with this status and one sentence, and returns it.
fn fails(status: i32, arguments: &[&str], folder: &Path) -> String {
    let output = run(arguments, folder);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {errors}");
    assert!(output.stdout.is_empty(), "{arguments:?} prints on standard output");
    let lines: Vec<&str> = errors.lines().collect();
    assert_eq!(lines.len(), 1, "{arguments:?} says: {errors}");
    assert!(!errors.contains("panicked"), "{errors}");
    errors
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn with_story() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("story.txt"), STORY).unwrap();
    let path = folder.path().to_owned();
    (folder, path)
}

#[test]
fn every_command_has_help_with_an_example() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        "",
        "split",
        "illustrate",
        "generate",
        "export",
        "models",
        "models list",
        "bench",
        "bench attention",
        "doctor",
    ] {
        let mut arguments: Vec<&str> = command.split_whitespace().collect();
        arguments.push("--help");
        let help = ok(&arguments, folder.path());
        assert!(help.contains("Example: vignette"), "{command}: {help}");
    }
}

#[test]
fn bad_input_gets_one_sentence_and_nothing_is_written() {
    let (_keep, folder) = with_story();
    fs::write(folder.join("empty.txt"), "\u{feff} \r\n\t").unwrap();
    fs::write(folder.join("binary.txt"), [0u8, 159, 146, 150, 0, 255]).unwrap();
    fs::write(folder.join("not-a-picture.png"), "story").unwrap();
    let before = names(&folder);
    let cases: &[(&[&str], &str)] = &[
        (&["split", "missing.txt"], "missing.txt"),
        (&["split", "empty.txt", "--json"], "empty.txt"),
        (&["split", "binary.txt"], "binary.txt"),
        (&["split", "story.txt", "--scenes", "0"], "scene"),
        (&["split", "story.txt", "--scenes", "many"], "many"),
        (&["illustrate", "empty.txt", "--out", "a.pdf"], "empty.txt"),
        (&["illustrate", "story.txt"], "--out"),
        (&["illustrate", "story.txt", "--model", "nosuch", "--out", "a.pdf"], "nosuch"),
        (&["illustrate", "story.txt", "--size", "0x0", "--out", "a.pdf"], "0x0"),
        (&["illustrate", "story.txt", "--size", "100000x100000", "--out", "a.pdf"], "100000x100000"),
        (&["illustrate", "story.txt", "--size", "big", "--out", "a.pdf"], "WIDTHxHEIGHT"),
        (&["illustrate", "story.txt", "--steps", "0", "--out", "a.pdf"], "--steps"),
        (&["illustrate", "story.txt", "--out", "no/such/folder/a.pdf"], "no/such/folder"),
        (&["illustrate", "story.txt", "--out", "a.docx"], "a.docx"),
        (&["generate", "--prompt", "a fox", "--steps", "1001", "--out", "a.png"], "--steps"),
        (
            &["generate", "--prompt", "a fox", "--guidance", "NaN", "--device", "cpu", "--out", "a.png"],
            "guidance",
        ),
        (
            &["generate", "--prompt", "a fox", "--solver", "magic", "--device", "cpu", "--out", "a.png"],
            "magic",
        ),
        (&["generate", "--prompt", "a fox", "--class", "3", "--device", "cpu", "--out", "a.png"], "class"),
        (
            &["generate", "--prompt", "a fox", "--lora", "none.safetensors", "--out", "a.png"],
            "none.safetensors",
        ),
        (
            &["generate", "--prompt", "a fox", "--init", "not-a-picture.png", "--out", "a.png"],
            "not-a-picture.png",
        ),
        (&["generate", "--prompt", "a fox", "--mask", "story.txt", "--out", "a.png"], "--init"),
        (&["generate", "--prompt", "a fox", "--noise", "story.txt", "--out", "a.png"], "#NAME"),
        (
            &["generate", "--prompt", "a fox", "--noise", "story.txt#n", "--device", "cpu", "--out", "a.png"],
            "story.txt",
        ),
        (&["generate", "--prompt", "a fox", "--device", "abacus", "--out", "a.png"], "abacus"),
        (&["generate", "--prompt", "a fox", "--out", "a.jpg"], "a.jpg"),
        (&["export", "story.txt", "--out", "a.pdf"], "story.txt"),
        (&["paint"], "paint"),
        (&["missing.vignette"], "missing.vignette"),
    ];
    for (arguments, named) in cases {
        let sentence = fails(2, arguments, &folder);
        assert!(sentence.contains(named), "{arguments:?} does not name {named}: {sentence}");
        assert_eq!(names(&folder), before, "{arguments:?} leaves something behind");
    }
}

#[test]
fn a_helper_proposes_and_one_that_fails_is_told_of() {
    use std::io::{Read, Write};
    let (_guard, folder) = with_story();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let content = serde_json::json!({ "scenes": [
        { "starts_with": "The fox left", "key_moment": "Snow lay on the red roofs of the village.", "prompt": "A fox in the snow." },
        { "starts_with": "At night an old king", "key_moment": "At night an old king sat by the river with a lantern." },
    ]});
    let body =
        serde_json::json!({ "choices": [{ "message": { "content": content.to_string() } }] }).to_string();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut request, mut piece) = (String::new(), [0; 4096]);
        // The last field of the question, in the order of their names.
        while !request.contains("\"temperature\"") {
            let count = stream.read(&mut piece).unwrap();
            assert!(count > 0, "{request}");
            request += &String::from_utf8_lossy(&piece[..count]);
        }
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
    });
    let with = ["split", "story.txt", "--json", "--helper", &url, "--helper-model", "small"];
    let reading: serde_json::Value = serde_json::from_str(&ok(&with, &folder)).unwrap();
    server.join().unwrap();
    assert_eq!(reading["scenes"].as_array().unwrap().len(), 2);
    assert_eq!(reading["scenes"][0]["proposed_prompt"], "A fox in the snow.");
    assert_eq!(reading["scenes"][1]["proposed_prompt"], serde_json::Value::Null);
    // The server is gone, or elsewhere: the reading is that without it.
    let alone = ok(&["split", "story.txt", "--json"], &folder);
    for url in [url.as_str(), "http://192.0.2.1:9"] {
        let output =
            run(&["split", "story.txt", "--json", "--helper", url, "--helper-model", "small"], &folder);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && told.contains("the built-in reading stands"), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), alone);
    }
}

#[test]
fn split_json_keeps_the_contract() {
    let (_keep, folder) = with_story();
    let json: serde_json::Value =
        serde_json::from_str(&ok(&["split", "story.txt", "--scenes", "2", "--json"], &folder)).unwrap();
    assert_eq!(json["language"], "en");
    let scenes = json["scenes"].as_array().unwrap();
    assert_eq!(scenes.len(), 2);
    let characters: Vec<char> = STORY.chars().collect();
    let mut end = 0;
    for scene in scenes {
        let at = |key: &str| scene[key].as_u64().unwrap() as usize;
        assert!(characters[end..at("start")].iter().all(|c| c.is_whitespace()));
        let moment = &scene["key_moment"];
        let (from, to) = (moment[0].as_u64().unwrap() as usize, moment[1].as_u64().unwrap() as usize);
        assert!(at("start") <= from && from < to && to <= at("end"));
        for key in ["title", "prompt", "setting", "time", "weather", "mood"] {
            assert!(scene[key].is_string(), "{key} is missing in {scene}");
        }
        assert!(scene["characters"].is_array());
        end = at("end");
    }
    assert!(characters[end..].iter().all(|c| c.is_whitespace()));
    assert!(json["cast"].is_array());
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let (_keep, folder) = with_story();
    for arguments in [&["split", "story.txt"][..], &["split", "story.txt", "--json"], &["models", "list"]] {
        let mut child = vignette()
            .args(arguments)
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {output:?}");
    }
}

#[test]
fn illustrate_writes_every_form() {
    let (_keep, folder) = with_story();
    let arguments = [
        "illustrate",
        "story.txt",
        "--scenes",
        "2",
        "--steps",
        "2",
        "--device",
        "cpu",
        "--style",
        "ink",
        "--out",
        "board.pdf",
        "--out",
        "board.png",
        "--out",
        "board.vignette",
        "--out",
        "panels",
    ];
    ok(&arguments, &folder);
    assert_eq!(names(&folder), ["board.pdf", "board.png", "board.vignette", "panels", "story.txt"]);

    let text = Command::new("pdftotext").args(["board.pdf", "-"]).current_dir(&folder).output();
    let text = text.expect("pdftotext is needed: run packaging/test, which installs it");
    let text = String::from_utf8_lossy(&text.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("fox") && text.contains("king"), "captions are selectable text: {text}");

    let sheet = Picture::open(&folder.join("board.png")).unwrap();
    assert!(sheet.width_px() > 288 && sheet.height_px() > 192);

    let opened = vignette::storyboard::open(&folder.join("board.vignette")).unwrap();
    assert_eq!(opened.document.panels.len(), 2);
    assert!(opened.document.panels.iter().all(|panel| panel.shown().is_some()));

    let files = names(&folder.join("panels"));
    assert_eq!(files.iter().filter(|name| name.ends_with(".png")).count(), 2, "{files:?}");
    let board = fs::read_to_string(folder.join("panels/board.json")).unwrap();
    serde_json::from_str::<serde_json::Value>(&board).unwrap();

    ok(&["export", "board.vignette", "--out", "again.pdf", "--paper", "letter"], &folder);
    assert!(fs::read(folder.join("again.pdf")).unwrap().starts_with(b"%PDF"));
}

#[test]
fn a_seed_gives_the_same_picture_and_the_noise_can_be_given() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let paint = |extra: &[&str]| {
        let common =
            ["generate", "--prompt", "a red fox", "--steps", "2", "--device", "cpu", "--size", "128x96"];
        ok(&[&common[..], extra].concat(), folder);
    };
    paint(&["--seed", "5", "--out", "a.png", "--dump", "a.safetensors"]);
    paint(&["--seed", "5", "--out", "b.png"]);
    paint(&["--seed", "6", "--out", "c.png"]);
    paint(&["--seed", "6", "--noise", "a.safetensors#latents_0", "--out", "d.png"]);
    let open = |name: &str| Picture::open(&folder.join(name)).unwrap();
    let (a, b, c, d) = (open("a.png"), open("b.png"), open("c.png"), open("d.png"));
    assert_eq!(a.size_px(), [128, 96]);
    assert_eq!(a, b);
    assert_ne!(a, c);
    assert_eq!(a, d);

    let dump = fs::read(folder.join("a.safetensors")).unwrap();
    let dump = safetensors::SafeTensors::deserialize(&dump).unwrap();
    for name in ["prompt_embeds", "negative_prompt_embeds", "latents_0", "latents_2", "latents", "image"] {
        assert!(dump.tensor(name).is_ok(), "the dump lacks {name}");
    }
    let file = fs::File::open(folder.join("a.png")).unwrap();
    let reader = png::Decoder::new(BufReader::new(file)).read_info().unwrap();
    let chunks: Vec<(String, String)> =
        reader.info().utf8_text.iter().map(|c| (c.keyword.clone(), c.get_text().unwrap())).collect();
    assert!(chunks.contains(&("prompt".into(), "a red fox".into())), "{chunks:?}");
    assert!(chunks.contains(&("seed".into(), "5".into())), "{chunks:?}");
}

#[test]
fn repainting_keeps_what_the_mask_keeps_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (width, height) = (150, 110);
    let bytes: Vec<u8> = (0..width * height)
        .flat_map(|i| [(i % 251) as u8, (i / 150 * 2) as u8, (i * 7 % 256) as u8, 255])
        .collect();
    let init = Picture::from_rgba(width, height, bytes).unwrap();
    let white = |i: u32| i % width > 90 && i / width < 60;
    let mask = (0..width * height).flat_map(|i| if white(i) { [255; 4] } else { [0, 0, 0, 255] }).collect();
    let mask = Picture::from_rgba(width, height, mask).unwrap();
    fs::write(folder.join("init.png"), init.to_png(&[]).unwrap()).unwrap();
    fs::write(folder.join("mask.png"), mask.to_png(&[]).unwrap()).unwrap();
    let arguments = [
        "generate", "--prompt", "a fox", "--steps", "2", "--device", "cpu", "--init", "init.png", "--mask",
        "mask.png", "--out", "out.png",
    ];
    ok(&arguments, folder);
    let out = Picture::open(&folder.join("out.png")).unwrap();
    assert_eq!(out.size_px(), init.size_px());
    let mut changed = 0;
    for (i, (new, old)) in out.rgba().chunks(4).zip(init.rgba().chunks(4)).enumerate() {
        if white(i as u32) {
            changed += usize::from(new != old);
        } else {
            assert_eq!(new, old, "pixel {i} was to be kept");
        }
    }
    assert!(changed > 1000, "only {changed} pixels were repainted");
}

#[test]
fn both_devices_paint_the_same_picture() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for device in ["cpu", "gpu"] {
        let out = format!("{device}.png");
        let prompt = "watercolour, a red fox walking, in a forest, at dawn";
        let arguments = [
            "generate", "--prompt", prompt, "--steps", "3", "--seed", "11", "--device", device, "--out", &out,
        ];
        let output = run(&arguments, folder);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        assert!(
            !errors.contains("no graphics adapter"),
            "this test needs a Vulkan driver: run packaging/test, which installs one"
        );
    }
    let open = |name: &str| Picture::open(&folder.join(name)).unwrap();
    let (cpu, gpu) = (open("cpu.png"), open("gpu.png"));
    let difference: u64 = cpu.rgba().iter().zip(gpu.rgba()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    let mean = difference as f64 / cpu.rgba().len() as f64;
    assert!(mean < 2.0, "the devices differ by {mean} of 255 on average");
}

#[test]
#[cfg(unix)]
fn an_interrupt_leaves_nothing_behind() {
    let (_keep, folder) = with_story();
    let mut child = vignette()
        .args(["illustrate", "story.txt", "--scenes", "2", "--steps", "1000", "--device", "cpu"])
        .args(["--out", "board.pdf", "--out", "panels"])
        .current_dir(&folder)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    // The first line comes once painting has begun; no clock is involved.
    let first = lines.next().unwrap().unwrap();
    assert!(first.contains("panel 1 of 2"), "{first}");
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest:?}");
    assert_eq!(names(&folder), ["story.txt"]);
}

#[test]
fn doctor_and_models_print_json() {
    let folder = tempfile::tempdir().unwrap();
    let report: serde_json::Value = serde_json::from_str(&ok(&["doctor", "--json"], folder.path())).unwrap();
    assert!(report["cores"].as_u64().unwrap() >= 1);
    assert!(report["device"].is_string() && report["why"].is_string());
    assert!(
        !report["adapters"].as_array().unwrap().is_empty(),
        "the tests need a Vulkan driver: run packaging/test, which installs one"
    );
    let models: serde_json::Value =
        serde_json::from_str(&ok(&["models", "list", "--json"], folder.path())).unwrap();
    assert_eq!(models["models"][0]["name"], "builtin");
    assert!(models["models"][0]["bytes"].as_u64().unwrap() <= 40 << 20, "the model must stay under 40 MiB");
}

#[test]
fn models_in_known_folders_are_listed_with_their_licence_and_faults() {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let to = to.join(path.file_name().unwrap());
            if path.is_dir() {
                copy(&path, &to);
            } else {
                fs::copy(&path, to).unwrap();
            }
        }
    }
    let home = tempfile::tempdir().unwrap();
    let model = home.path().join("models/tiny");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/published/sd3"), &model);
    fs::write(model.join("README.md"), "---\nlicense: cc0-1.0\n---\n").unwrap();
    fs::create_dir_all(home.path().join("models/bad")).unwrap();
    fs::write(home.path().join("models/bad/model_index.json"), "{").unwrap();
    let comfy = home.path().join("ComfyUI/models/checkpoints");
    fs::create_dir_all(&comfy).unwrap();
    fs::write(comfy.join("old.ckpt"), "x").unwrap();
    let at_home = |arguments: &[&str]| {
        let mut command = vignette();
        for variable in ["XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "HF_HOME", "HF_HUB_CACHE"] {
            command.env_remove(variable);
        }
        let home = home.path();
        command.env("HOME", home).env("USERPROFILE", home).env("APPDATA", home).args(arguments);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let found: serde_json::Value = serde_json::from_str(&at_home(&["models", "list", "--json"])).unwrap();
    let named = |name: &str| {
        let models = found["models"].as_array().unwrap();
        models.iter().find(|model| model["name"] == name).unwrap_or_else(|| panic!("no {name} in {found}"))
    };
    let tiny = named("tiny");
    assert_eq!((&tiny["licence"], &tiny["usable"]), (&"cc0-1.0".into(), &true.into()));
    assert_eq!(tiny["path"].as_str(), model.to_str());
    assert!(named("bad")["problems"][0].as_str().unwrap().contains("model_index.json"));
    assert_eq!(found["unreadable"][0]["count"], 1);
    let text = at_home(&["models", "list"]);
    assert!(text.contains("cc0-1.0") && text.contains("--model") && text.contains("single files"), "{text}");

    let check = || at_home(&["models", "check", model.to_str().unwrap()]);
    assert!(check().contains("this model can be painted with"), "{}", check());
    let config = model.join("transformer/config.json");
    let text = fs::read_to_string(&config).unwrap().replacen("\"num_layers\": 3", "\"num_layers\": 4", 1);
    fs::write(&config, text).unwrap();
    let report = check();
    assert!(
        report.contains("problem: transformer: ") && report.contains("cannot be painted with"),
        "{report}"
    );
}
