//! What the window remembers from one start to the next: a small JSON file in
//! the folder where the system keeps settings.
//!
//! A field that is missing, unknown or garbled takes its default and harms no
//! other; a file that is no JSON at all is set aside and told about in the log.

use std::{
    env, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{strings::UiLanguage, theme::Look};
use crate::{helper::Settings, storyboard::atomic};

/// The version of the file. It goes up when a field changes its meaning.
const VERSION: u64 = 1;

/// Where Ollama listens unless told otherwise.
pub const HELPER_URL: &str = "http://localhost:11434";

/// Projects remembered.
const RECENT_LIMIT: usize = 8;

/// Sizes of the window's contents on offer, as multiples of the normal size.
pub const SCALES: [f32; 8] = [0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0];

/// Least and greatest size of cards, as multiples of the normal size.
pub const CARD_SCALES: (f32, f32) = (0.6, 2.2);

/// What is remembered.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Preferences {
    /// The window's language; `None` follows the system.
    pub language: Option<UiLanguage>,
    /// Light or dark; `None` follows the system.
    pub look: Option<Look>,
    /// Numbers (seed, steps, guidance) are shown.
    pub numbers: bool,
    /// Nothing moves that need not.
    pub reduced_motion: bool,
    /// Size of everything, one of [`SCALES`].
    pub scale: f32,
    /// Size of the cards on the board, within [`CARD_SCALES`].
    pub card_scale: f32,
    /// Where the last file was opened or saved.
    pub last_folder: Option<PathBuf>,
    /// Projects, newest first.
    pub recent: Vec<PathBuf>,
    /// Model folders that the writer added.
    pub model_folders: Vec<PathBuf>,
    /// Who helps to read stories.
    pub helper: HelperChoice,
}

/// Whether a language model helps to read stories, and which: see
/// [`crate::helper`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct HelperChoice {
    /// It is asked. Off until the writer switches it on.
    pub on: bool,
    /// Where its server listens.
    pub url: String,
    /// Which of the server's models; empty for its first.
    pub model: String,
    /// The server may be another machine.
    pub anywhere: bool,
}

impl Default for HelperChoice {
    fn default() -> Self {
        Self { on: false, url: HELPER_URL.to_owned(), model: String::new(), anywhere: false }
    }
}

impl HelperChoice {
    /// Whom to ask; `None` while it is off.
    pub fn settings(&self) -> Option<Settings> {
        let Self { on, url, model, anywhere } = self;
        let url = if url.trim().is_empty() { HELPER_URL } else { url };
        on.then(|| Settings { model: model.clone(), anywhere: *anywhere, ..Settings::local(url) })
    }
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: None,
            look: None,
            numbers: false,
            reduced_motion: false,
            scale: 1.0,
            card_scale: 1.0,
            last_folder: None,
            recent: Vec::new(),
            model_folders: Vec::new(),
            helper: HelperChoice::default(),
        }
    }
}

impl Preferences {
    /// Reads the file. Whatever is wrong with it, there are preferences.
    pub fn read(path: &Path) -> Self {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Self::default(),
            Err(error) => {
                log::warn!("the preferences cannot be read ({error}): {}", path.display());
                return Self::default();
            }
        };
        match serde_json::from_str::<Map<String, Value>>(&text) {
            Ok(fields) => Self::of_fields(&fields),
            Err(error) => {
                let aside = path.with_extension("broken");
                log::warn!("the preferences are garbled ({error}) and were set aside: {}", aside.display());
                // Failing to set it aside is no harm: it is replaced by the next change.
                let _ = fs::rename(path, aside);
                Self::default()
            }
        }
    }

    fn of_fields(fields: &Map<String, Value>) -> Self {
        let usual = Self::default();
        let number = |name: &str, usual: f32, range: (f32, f32)| {
            let found: Option<f32> = field(fields, name);
            found.filter(|value| value.is_finite()).unwrap_or(usual).clamp(range.0, range.1)
        };
        let mut recent: Vec<PathBuf> = field(fields, "recent").unwrap_or_default();
        recent.truncate(RECENT_LIMIT);
        Self {
            language: field(fields, "language"),
            look: field(fields, "look"),
            numbers: field(fields, "numbers").unwrap_or(usual.numbers),
            reduced_motion: field(fields, "reduced_motion").unwrap_or(usual.reduced_motion),
            scale: number("scale", usual.scale, (SCALES[0], SCALES[7])),
            card_scale: number("card_scale", usual.card_scale, CARD_SCALES),
            last_folder: field(fields, "last_folder"),
            recent,
            model_folders: field(fields, "model_folders").unwrap_or_default(),
            helper: field(fields, "helper").unwrap_or_default(),
        }
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// What the system said, with the file's path.
    pub fn write(&self, path: &Path) -> Result<(), String> {
        let told = |error: &dyn std::fmt::Display| format!("{error}: {}", path.display());
        let mut value = serde_json::to_value(self).map_err(|e| told(&e))?;
        if let Some(fields) = value.as_object_mut() {
            fields.insert("version".to_owned(), VERSION.into());
        }
        let text = serde_json::to_string_pretty(&value).map_err(|e| told(&e))?;
        fs::create_dir_all(atomic::folder_of(path)).map_err(|e| told(&e))?;
        atomic::write_file(path, text.as_bytes()).map_err(|e| told(&e))
    }

    /// Remembers a project that was opened or saved.
    pub fn remember_project(&mut self, path: &Path) {
        self.recent.retain(|known| known != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(RECENT_LIMIT);
        self.remember_folder(path);
    }

    /// Remembers where a file lies.
    pub fn remember_folder(&mut self, path: &Path) {
        self.last_folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned);
    }

    /// The next larger or smaller size.
    pub fn scaled(&self, larger: bool) -> f32 {
        let mut sizes = SCALES.into_iter();
        let next = if larger {
            sizes.find(|&size| size > self.scale + 0.01)
        } else {
            sizes.rev().find(|&size| size < self.scale - 0.01)
        };
        next.unwrap_or(self.scale)
    }
}

fn field<T: DeserializeOwned>(fields: &Map<String, Value>, name: &str) -> Option<T> {
    let value = fields.get(name)?;
    serde_json::from_value(value.clone())
        .inspect_err(|error| log::warn!("the preference '{name}' is garbled ({error}) and was left out"))
        .ok()
}

/// Where the file lies on this system; `None` where the system names no folder.
pub fn usual_path() -> Option<PathBuf> {
    path_from(&|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
}

fn path_from(var: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let folder = if cfg!(target_os = "windows") {
        var("APPDATA")?.join("Vignette")
    } else if cfg!(target_os = "macos") {
        var("HOME")?.join("Library/Application Support/Vignette")
    } else {
        // A relative path there is to be ignored (XDG Base Directory Specification).
        let config = var("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
        config.or_else(|| Some(var("HOME")?.join(".config")))?.join("vignette")
    };
    Some(folder.join("preferences.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new folder/preferences.json");
        assert_eq!(Preferences::read(&path), Preferences::default());
        assert_eq!(Preferences::default().helper.settings(), None, "nobody is asked unasked");
        let mut wanted = Preferences {
            language: Some(UiLanguage::Chinese),
            look: Some(Look::Night),
            numbers: true,
            reduced_motion: true,
            scale: 1.5,
            card_scale: 0.8,
            model_folders: vec!["/models/a".into()],
            helper: HelperChoice { on: true, model: "small".into(), ..HelperChoice::default() },
            ..Preferences::default()
        };
        for n in 0..12 {
            wanted.remember_project(Path::new(&format!("/stories/{n}.vignette")));
        }
        wanted.remember_project(Path::new("/stories/9.vignette"));
        assert_eq!(wanted.recent.len(), RECENT_LIMIT);
        assert_eq!(wanted.recent[0], Path::new("/stories/9.vignette"));
        assert_eq!(wanted.recent.iter().filter(|path| path.ends_with("9.vignette")).count(), 1);
        assert_eq!(wanted.last_folder.as_deref(), Some(Path::new("/stories")));
        wanted.write(&path).unwrap();
        let found = Preferences::read(&path);
        assert_eq!(found, wanted);
        let settings = found.helper.settings().unwrap();
        assert_eq!((settings.url.as_str(), settings.anywhere), (HELPER_URL, false));
    }

    #[test]
    fn a_garbled_field_harms_no_other_and_a_garbled_file_no_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("preferences.json");
        fs::write(&path, r#"{"look":"plaid","language":"chinese","scale":99,"recent":7,"new":1}"#).unwrap();
        let found = Preferences::read(&path);
        assert_eq!((found.look, found.language), (None, Some(UiLanguage::Chinese)));
        assert_eq!(found.scale, 2.0);
        assert!(found.recent.is_empty());
        for broken in ["{\"look\":", "[]", "", "\u{0}\u{1}"] {
            fs::write(&path, broken).unwrap();
            assert_eq!(Preferences::read(&path), Preferences::default());
            assert!(!path.exists() && folder.path().join("preferences.broken").exists());
        }
        assert_eq!(Preferences::read(folder.path()), Preferences::default());
        assert!(Preferences::default().write(folder.path()).is_err());
    }

    #[test]
    fn sizes_go_up_and_down_by_steps() {
        let at = |scale| Preferences { scale, ..Preferences::default() };
        assert_eq!((at(1.0).scaled(true), at(1.0).scaled(false)), (1.1, 0.9));
        assert_eq!((at(2.0).scaled(true), at(0.75).scaled(false)), (2.0, 0.75));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_file_lies_where_the_system_keeps_settings() {
        let with = |pairs: &'static [(&str, &str)]| {
            path_from(&move |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, v)| v.into()))
        };
        let end = "vignette/preferences.json";
        assert_eq!(with(&[("XDG_CONFIG_HOME", "/c"), ("HOME", "/h")]), Some(Path::new("/c").join(end)));
        assert_eq!(
            with(&[("XDG_CONFIG_HOME", "c"), ("HOME", "/h")]),
            Some(Path::new("/h/.config").join(end))
        );
        assert_eq!(with(&[]), None);
    }
}
