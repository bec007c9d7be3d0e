//! Enforces the import law of `src/lib.rs` by reading the `use` lines.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Rooms and the siblings that each may import. `engine::burn` and `main` and
/// `cli`, which wires everything together, stand apart.
const LAW: &[(&str, &[&str])] = &[
    ("story", &[]),
    ("raster", &[]),
    ("diffusion", &[]),
    ("kernels", &[]),
    ("models", &["kernels"]),
    ("helper", &["story"]),
    ("engine", &["story", "raster"]),
    ("engine/burn", &["story", "raster", "models", "diffusion"]),
    ("storyboard", &["story", "raster"]),
    ("export", &["storyboard", "raster", "story"]),
    ("ui", &["story", "helper", "raster", "engine", "storyboard", "export"]),
];

const ROOMS: &[&str] = &[
    "cli",
    "diffusion",
    "engine",
    "export",
    "helper",
    "kernels",
    "models",
    "raster",
    "story",
    "storyboard",
    "train",
    "ui",
];

/// Crates that only some rooms may name.
const CRATES: &[(&str, &[&str])] = &[
    ("egui", &["ui"]),
    ("eframe", &["ui"]),
    ("ureq", &["helper"]),
    ("egui_extras", &["ui"]),
    ("burn", &["engine/burn", "models", "diffusion", "kernels", "train"]),
    ("burn_wgpu", &["engine/burn", "models", "diffusion", "kernels", "train"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The room of a file: its first folder or its name, `engine/burn` apart.
fn room(relative: &str) -> String {
    if relative.starts_with("engine/burn") {
        return "engine/burn".into();
    }
    relative.split('/').next().unwrap().trim_end_matches(".rs").to_owned()
}

/// A file's code without comments, strings and what its unit tests import.
fn code(text: &str) -> String {
    let shipped = text.split("#[cfg(test)]").next().unwrap();
    shipped.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// Rooms named by `crate::room` paths, also within braces: `crate::{a::B, c}`.
fn rooms_named(code: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        let listed: Vec<String> = if let Some(inside) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut items = vec![String::new()];
            for c in inside.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => items.push(String::new()),
                    c => items.last_mut().unwrap().push(c),
                }
            }
            items
        } else {
            vec![rest.to_owned()]
        };
        for item in listed {
            let name: String =
                item.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if ROOMS.contains(&name.as_str()) {
                named.insert(name);
            }
        }
    }
    named
}

fn violations(relative: &str, text: &str) -> Vec<String> {
    let room = room(relative);
    let code = code(text);
    let mut found = Vec::new();
    if let Some((_, allowed)) = LAW.iter().find(|(name, _)| *name == room) {
        let own = room.split('/').next().unwrap();
        for named in rooms_named(&code) {
            if named != own && !allowed.contains(&named.as_str()) {
                found.push(format!("{relative}: `{room}` must not import `{named}`"));
            }
        }
        let reaches_burn_engine = ["engine::burn", "burn::BurnEngine"].iter().any(|path| code.contains(path));
        if room == "ui" && reaches_burn_engine {
            found.push(format!("{relative}: `ui` must not import `engine::burn`"));
        }
    }
    for (name, allowed) in CRATES {
        let path = format!("{name}::");
        let uses = code.match_indices(&path).any(|(at, _)| {
            // `engine::burn::` is a room of ours, not the crate.
            !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
        });
        // `crate::engine::{burn::BurnEngine}` names the room from within braces.
        let own_room = *name == "burn" && ["cli", "engine"].contains(&room.as_str());
        if uses && !own_room && !allowed.contains(&room.as_str()) {
            found.push(format!("{relative}: `{room}` must not name the crate `{name}`"));
        }
    }
    found
}

#[test]
fn every_room_keeps_the_law() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 30, "only {} files were found under {}", files.len(), root.display());
    let mut found = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&file).unwrap();
        found.extend(violations(&relative, &text));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_law_can_be_broken() {
    let broken = [
        ("story/scenes.rs", "use crate::raster::Picture;"),
        ("story/scenes.rs", "use crate::{story::Scene, engine::{Event, fake}};"),
        ("models/dit.rs", "let x = crate::diffusion::Solver::Euler;"),
        ("engine/worker.rs", "use crate::models::dit::Dit;"),
        ("ui/app.rs", "use crate::engine::burn::BurnEngine;"),
        ("story/scenes.rs", "use egui::Ui;"),
        ("engine/worker.rs", "use ureq::Agent;"),
        ("story/mod.rs", "use crate::helper::Settings;"),
        ("storyboard/file.rs", "use burn::tensor::Tensor;"),
    ];
    for (file, text) in broken {
        assert_eq!(violations(file, text).len(), 1, "{file}: {text}");
    }
    let kept = [
        ("models/dit.rs", "use crate::kernels; use burn::module::Module;"),
        ("engine/burn.rs", "use crate::{diffusion::Solver, models::builtin};"),
        ("ui/app.rs", "// burn::x\nuse crate::{engine::Worker, storyboard::Edit}; use egui::Ui;"),
        ("cli/window.rs", "use crate::{engine::{burn::BurnEngine}, ui};"),
    ];
    for (file, text) in kept {
        assert_eq!(violations(file, text), Vec::<String>::new(), "{file}: {text}");
    }
}
