//! The models that this machine has, as the models page shows them.
//!
//! [`look`] reads folders and runs on a thread; the rest is what came of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::engine::{
    folder::{FolderReport, inspect},
    installed::{Place, name_of_model, search},
};

/// What is known of the model in the binary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BuiltIn {
    /// Trained numbers.
    pub parameters: u64,
    /// Size in the binary.
    pub bytes: u64,
}

/// The side that the built-in model paints best at, in pixels.
pub const BUILT_IN_SIDE_PX: u32 = 256;

/// A model that was found.
#[derive(Clone, Debug)]
pub struct Model {
    /// Its folder.
    pub path: PathBuf,
    /// Its name for the writer.
    pub name: String,
    /// The program in whose folder it lies; empty for a plain folder.
    pub program: &'static str,
    /// What the folder holds, or why that cannot be told.
    pub report: Result<Box<FolderReport>, String>,
}

impl Model {
    fn of(path: PathBuf, program: &'static str) -> Self {
        let report = inspect(&path).map(Box::new).map_err(|error| error.to_string());
        Self { name: name_of_model(&path), path, program, report }
    }

    /// Whether it can be painted with.
    pub fn usable(&self) -> bool {
        self.report.as_ref().is_ok_and(|report| report.usable())
    }
}

/// A folder that the writer added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Added {
    /// The folder.
    pub path: PathBuf,
    /// How many models lie in it.
    pub models: usize,
}

/// Models in a layout that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreadable {
    /// Whose they are; empty for a plain folder.
    pub program: &'static str,
    /// Where they lie.
    pub path: PathBuf,
    /// How many.
    pub count: usize,
}

/// What a look around found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Models, those of the writer first.
    pub models: Vec<Model>,
    /// The writer's folders, in the order in which they were added.
    pub added: Vec<Added>,
    /// Models of other layouts.
    pub unreadable: Vec<Unreadable>,
    /// Memory that was free meanwhile, in bytes, where the system tells.
    pub memory_free: Option<u64>,
}

/// What is known of a model beyond its headers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Check {
    /// Its parts are being opened.
    Running,
    /// They were opened: what painting would refuse, a sentence each.
    Done(Vec<String>),
}

/// Opens every part of a model and says what painting would refuse; it runs on
/// a thread. The window is given one by whoever knows the engine.
pub type CheckModel = fn(&Path) -> Vec<String>;

/// The findings, and whether somebody is looking.
#[derive(Default)]
pub struct Shelf {
    /// What was found last.
    pub findings: Findings,
    /// A look around is under way.
    pub looking: bool,
    /// Something changed meanwhile: look again afterwards.
    pub again: bool,
    /// Whether models can be checked.
    pub can_check: bool,
    /// Models that were checked or are being checked, by their folders.
    pub checks: BTreeMap<PathBuf, Check>,
}

impl Shelf {
    /// The model in this folder.
    pub fn model(&self, path: &Path) -> Option<&Model> {
        self.findings.models.iter().find(|model| model.path == path)
    }

    /// Whether a model is being checked.
    pub fn is_checking(&self) -> bool {
        self.checks.values().any(|check| *check == Check::Running)
    }

    /// The side that the model in this folder was trained at, in pixels.
    pub fn native_side_px(&self, path: &Path) -> Option<u32> {
        self.model(path)?.report.as_ref().ok()?.native_side_px
    }
}

/// Looks through the writer's folders, the model of the board, and the places
/// where programs keep theirs. A model that is reached twice is told once.
pub fn look(added: &[PathBuf], of_board: Option<&Path>, places: &[Place]) -> Findings {
    let mut findings = Findings::default();
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    let mut take = |findings: &mut Findings, path: PathBuf, program| {
        let real = path.canonicalize().unwrap_or_else(|_| path.clone());
        if seen.insert(real) {
            findings.models.push(Model::of(path, program));
        }
    };
    // First, so that it keeps the path by which the board knows it.
    if let Some(path) = of_board {
        take(&mut findings, path.to_owned(), "");
    }
    for root in added {
        let found = search(&Place::of_writer(root));
        findings.added.push(Added { path: root.clone(), models: found.models.len() });
        if found.single_files > 0 {
            let count = found.single_files;
            findings.unreadable.push(Unreadable { program: "", path: root.clone(), count });
        }
        found.models.into_iter().for_each(|path| take(&mut findings, path, ""));
    }
    for place in places {
        let found = search(place);
        if found.single_files > 0 {
            let path = place.single_files.iter().find(|folder| folder.is_dir()).unwrap_or(&place.path);
            let (program, count) = (place.program, found.single_files);
            findings.unreadable.push(Unreadable { program, path: path.clone(), count });
        }
        found.models.into_iter().for_each(|path| take(&mut findings, path, place.program));
    }
    // What can be used comes first; the sort keeps the order of the rest.
    findings.models.sort_by_key(|model| !model.usable());
    findings
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_model_that_is_reached_twice_is_told_once() {
        let root = tempfile::tempdir().unwrap();
        let model = root.path().join("flux/one");
        fs::create_dir_all(&model).unwrap();
        fs::write(model.join("model_index.json"), r#"{"_class_name":"FluxPipeline"}"#).unwrap();
        fs::write(root.path().join("a.gguf"), "x").unwrap();
        let place = Place {
            program: "ComfyUI",
            path: root.path().to_owned(),
            depth: 2,
            single_files: vec![root.path().to_owned()],
        };
        let gone = root.path().join("gone");
        let found = look(&[root.path().to_owned(), gone.clone()], Some(&model), &[place]);
        assert_eq!(found.models.len(), 1);
        assert!(!found.models[0].usable(), "its parts are missing");
        let report = found.models[0].report.as_ref().unwrap();
        assert!(!report.problems.is_empty() && report.native_side_px == Some(1024));
        assert_eq!(found.added[0], Added { path: root.path().to_owned(), models: 1 });
        assert_eq!(found.added[1], Added { path: gone.clone(), models: 0 });
        assert_eq!(found.unreadable.len(), 2, "{:?}", found.unreadable);
        let lost = look(&[], Some(&gone), &[]);
        assert!(lost.models[0].report.is_err(), "the board's model is told of even when it is gone");
    }
}
