//! Models that lie on this machine already: where programs keep theirs, and
//! which of the folders there can be painted with.
//!
//! A search opens no weights: it looks for `model_index.json`. What a folder
//! holds is the business of [`super::folder::inspect`].

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Folders that one search opens at most; a search of a whole disk ends here.
const MOST_FOLDERS: usize = 4000;

/// Endings of models that are a single file, in layouts of other programs.
const SINGLE_FILES: [&str; 6] = ["safetensors", "sft", "ckpt", "gguf", "tdict", "pth"];

/// A folder where models may lie.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The program that keeps its models there; empty for a plain folder.
    pub program: &'static str,
    /// The folder.
    pub path: PathBuf,
    /// How many folders deep models may lie below it.
    pub depth: usize,
    /// Folders in which the program keeps models that are single files.
    pub single_files: Vec<PathBuf>,
}

impl Place {
    /// A folder that a writer named: a model, or a folder with models in it.
    pub fn of_writer(path: &Path) -> Self {
        Self { program: "", path: path.to_owned(), depth: 3, single_files: vec![path.to_owned()] }
    }
}

/// What a search of one place found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Harvest {
    /// Folders with a `model_index.json`, by path.
    pub models: Vec<PathBuf>,
    /// Models that are single files, which nothing here can read.
    pub single_files: usize,
}

/// Where programs on this system keep their models, whether or not they are
/// installed.
pub fn usual_places() -> Vec<Place> {
    places_from(&|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
}

fn places_from(var: &dyn Fn(&str) -> Option<PathBuf>) -> Vec<Place> {
    let mut places = Vec::new();
    let mut add = |program, path: PathBuf, depth, single_files: Vec<PathBuf>| {
        places.push(Place { program, path, depth, single_files });
    };
    let home = var("HOME").or_else(|| var("USERPROFILE"));
    let below = |path: &str| home.as_ref().map(|home| home.join(path));

    // The order in which huggingface_hub looks (its docs, "Environment variables").
    let cache = var("XDG_CACHE_HOME").or_else(|| below(".cache"));
    let hub = var("HF_HUB_CACHE")
        .or_else(|| var("HUGGINGFACE_HUB_CACHE"))
        .or_else(|| Some(var("HF_HOME")?.join("hub")))
        .or_else(|| Some(cache?.join("huggingface/hub")));
    if let Some(hub) = hub {
        add("Hugging Face", hub, 1, Vec::new());
    }
    for root in ["ComfyUI", "comfyui", "Documents/ComfyUI"] {
        if let Some(models) = below(root).map(|root| root.join("models")) {
            let single = ["checkpoints", "diffusion_models", "unet"].map(|name| models.join(name));
            add("ComfyUI", models.join("diffusers"), 2, single.to_vec());
        }
    }
    if let Some(root) = var("INVOKEAI_ROOT").or_else(|| below("invokeai")) {
        add("InvokeAI", root.join("models"), 3, Vec::new());
    }
    for root in ["automatic", "sdnext"] {
        if let Some(models) = below(root).map(|root| root.join("models")) {
            let single = vec![models.join("Stable-diffusion"), models.join("UNET")];
            add("SD.Next", models.join("Diffusers"), 1, single);
        }
    }
    if let Some(root) = below(".diffusionbee") {
        let single = vec![root.clone(), root.join("custom_models")];
        add("DiffusionBee", root, 2, single);
    }
    if let Some(root) = below("Library/Containers/com.liuliu.draw-things/Data/Documents/Models") {
        add("Draw Things", root.clone(), 1, vec![root]);
    }
    let data = var("XDG_DATA_HOME").or_else(|| below(".local/share"));
    let own = data.map(|data| data.join("vignette/models"));
    for path in [below("models"), below("Models"), own].into_iter().flatten() {
        add("", path, 3, Vec::new());
    }
    places
}

/// Looks for models in a place; nothing where there is no such folder. May
/// take long on a slow disk.
pub fn search(place: &Place) -> Harvest {
    let mut walk = Walk { opened: 0, seen: BTreeSet::new(), models: Vec::new() };
    walk.visit(&place.path, place.depth);
    walk.models.sort();
    let single_files = place.single_files.iter().map(|folder| single_files_in(folder)).sum();
    Harvest { models: walk.models, single_files }
}

struct Walk {
    opened: usize,
    /// Folders seen, where links lead: a loop of links ends at once.
    seen: BTreeSet<PathBuf>,
    models: Vec<PathBuf>,
}

impl Walk {
    fn visit(&mut self, folder: &Path, depth: usize) {
        let Ok(real) = folder.canonicalize() else { return };
        if self.opened >= MOST_FOLDERS || !self.seen.insert(real) {
            return;
        }
        self.opened += 1;
        if folder.join("model_index.json").is_file() {
            self.models.push(folder.to_owned());
            return;
        }
        if name_of(folder).starts_with("models--") {
            if let Some(snapshot) = snapshot_of(folder)
                && snapshot.join("model_index.json").is_file()
            {
                self.models.push(snapshot);
            }
            return;
        }
        if depth == 0 {
            return;
        }
        let Ok(entries) = fs::read_dir(folder) else { return };
        let mut folders: Vec<PathBuf> =
            entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
        folders.sort();
        for folder in folders.iter().filter(|folder| !name_of(folder).starts_with('.')) {
            self.visit(folder, depth - 1);
        }
    }
}

/// The revision of a repository in Hugging Face's cache that `main` stands
/// for; else the one that was fetched last.
fn snapshot_of(repository: &Path) -> Option<PathBuf> {
    let snapshots = repository.join("snapshots");
    if let Ok(revision) = fs::read_to_string(repository.join("refs/main")) {
        // A name, never a path: the file may hold anything.
        let revision = revision.trim();
        let plain = !revision.is_empty() && revision.chars().all(|c| c.is_ascii_alphanumeric());
        let path = snapshots.join(revision);
        if plain && path.is_dir() {
            return Some(path);
        }
    }
    let fetched = |path: &PathBuf| {
        fs::metadata(path).and_then(|about| about.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
    };
    let entries = fs::read_dir(snapshots).ok()?;
    entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).max_by_key(fetched)
}

fn single_files_in(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            SINGLE_FILES.contains(&ending) && path.is_file()
        })
        .count()
}

fn name_of(folder: &Path) -> String {
    folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A model's name for the writer: `publisher/name` in Hugging Face's cache,
/// else the folder's name.
pub fn name_of_model(folder: &Path) -> String {
    let repository = folder.ancestors().map(name_of).find(|name| name.starts_with("models--"));
    match repository.as_deref().and_then(|name| name.strip_prefix("models--")) {
        Some(name) => name.replacen("--", "/", 1),
        None => name_of(folder),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("model_index.json"), "{}").unwrap();
    }

    fn place(path: &Path, depth: usize) -> Place {
        Place { program: "", path: path.to_owned(), depth, single_files: vec![path.to_owned()] }
    }

    #[test]
    fn models_are_found_as_deep_as_a_program_lays_them() {
        let root = tempfile::tempdir().unwrap();
        let at = |path: &str| root.path().join(path);
        model(&at("flux/main/FLUX.1-schnell"));
        model(&at("PixArt"));
        model(&at("PixArt/transformer"));
        model(&at(".trash/old"));
        fs::write(at("one.ckpt"), "x").unwrap();
        fs::write(at("notes.txt"), "x").unwrap();
        let found = search(&place(root.path(), 3));
        assert_eq!(found.models, [at("PixArt"), at("flux/main/FLUX.1-schnell")]);
        assert_eq!(found.single_files, 1);
        assert_eq!(search(&place(root.path(), 2)).models, [at("PixArt")]);
        assert_eq!(search(&place(&at("PixArt"), 0)).models, [at("PixArt")], "a model itself");
        assert_eq!(search(&place(&at("nowhere"), 3)), Harvest::default());
    }

    #[test]
    fn the_cache_of_hugging_face_gives_the_revision_of_main() {
        let root = tempfile::tempdir().unwrap();
        let repository = root.path().join("models--PixArt-alpha--PixArt-Sigma-XL-2-512-MS");
        for revision in ["aaa1", "bbb2"] {
            model(&repository.join("snapshots").join(revision));
        }
        fs::create_dir_all(repository.join("refs")).unwrap();
        fs::write(repository.join("refs/main"), "aaa1\n").unwrap();
        fs::create_dir_all(root.path().join("models--a--text-encoder/snapshots/ccc3")).unwrap();
        let found = search(&place(root.path(), 1)).models;
        assert_eq!(found, [repository.join("snapshots/aaa1")]);
        assert_eq!(name_of_model(&found[0]), "PixArt-alpha/PixArt-Sigma-XL-2-512-MS");
        for hostile in ["../../..", "", "gone"] {
            fs::write(repository.join("refs/main"), hostile).unwrap();
            let found = search(&place(root.path(), 1)).models;
            assert_eq!(found.len(), 1, "{hostile}");
            assert!(found[0].starts_with(repository.join("snapshots")), "{hostile}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_links_ends() {
        let root = tempfile::tempdir().unwrap();
        model(&root.path().join("a/model"));
        std::os::unix::fs::symlink(root.path(), root.path().join("a/loop")).unwrap();
        std::os::unix::fs::symlink(root.path().join("a/model"), root.path().join("again")).unwrap();
        assert_eq!(search(&place(root.path(), 9)).models.len(), 1);
    }

    #[test]
    fn places_follow_the_environment() {
        let with = |pairs: &[(&str, &str)]| {
            let pairs: Vec<(String, PathBuf)> =
                pairs.iter().map(|(name, value)| ((*name).to_owned(), value.into())).collect();
            places_from(&move |name| {
                pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
            })
        };
        let hub = |pairs: &[(&str, &str)]| {
            with(pairs).into_iter().find(|place| place.program == "Hugging Face").map(|place| place.path)
        };
        assert_eq!(hub(&[("HOME", "/h")]), Some("/h/.cache/huggingface/hub".into()));
        assert_eq!(hub(&[("HOME", "/h"), ("HF_HOME", "/f")]), Some("/f/hub".into()));
        assert_eq!(hub(&[("HF_HUB_CACHE", "/c"), ("HF_HOME", "/f")]), Some("/c".into()));
        assert_eq!(with(&[]), []);
        let programs: BTreeSet<&str> = with(&[("HOME", "/h")]).iter().map(|place| place.program).collect();
        for program in ["ComfyUI", "InvokeAI", "DiffusionBee", "Draw Things", ""] {
            assert!(programs.contains(program), "{program:?}");
        }
    }
}
