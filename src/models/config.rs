//! A part's `config.json`, as diffusers and transformers write it.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::ModelError;

/// Longer than any configuration.
const MAX_BYTES: u64 = 4 << 20;

/// Reads a configuration. Keys that `T` does not know are left alone; a key
/// that is absent or null takes `T`'s default.
///
/// # Errors
/// [`ModelError::File`] when there is no such file; [`ModelError::Config`]
/// naming the key whose value `T` refuses.
pub fn read<T: DeserializeOwned>(file: &Path, model: &str) -> Result<T, ModelError> {
    parse(&text(file)?, model).map_err(|error| named(error, file))
}

/// As [`read`], and `check` must allow what was read.
///
/// # Errors
/// As [`read`], and those of `check` with the file's name.
pub fn read_checked<T: DeserializeOwned>(
    file: &Path,
    model: &str,
    check: impl FnOnce(&T) -> Result<(), ModelError>,
) -> Result<T, ModelError> {
    let config = read(file, model)?;
    check(&config).map_err(|error| named(error, file))?;
    Ok(config)
}

/// An error with the file that it is about.
pub fn named(error: ModelError, file: &Path) -> ModelError {
    match error {
        ModelError::Config { model, why } => {
            ModelError::Config { model, why: format!("{why}: {}", file.display()) }
        }
        ModelError::Tokenizer { model, why } => {
            ModelError::Tokenizer { model, why: format!("{why}: {}", file.display()) }
        }
        other => other,
    }
}

/// A small text file of a model's folder.
///
/// # Errors
/// [`ModelError::File`].
pub fn text(file: &Path) -> Result<String, ModelError> {
    let wrong = |why: String| ModelError::File { path: file.to_owned(), why };
    let about = std::fs::metadata(file).map_err(|e| wrong(format!("the file cannot be read ({e})")))?;
    // Opening a pipe would wait for somebody to write into it.
    if !about.is_file() {
        return Err(wrong("this is no file".into()));
    }
    let length = about.len();
    if length > MAX_BYTES {
        return Err(wrong(format!("the file has {length} bytes; at most {MAX_BYTES} are allowed")));
    }
    std::fs::read_to_string(file).map_err(|e| wrong(format!("the file cannot be read ({e})")))
}

/// As [`read`], from text.
///
/// # Errors
/// [`ModelError::Config`].
pub fn parse<T: DeserializeOwned>(text: &str, model: &str) -> Result<T, ModelError> {
    let wrong = |why: String| ModelError::Config { model: model.to_owned(), why };
    let mut keys: Map<String, Value> = serde_json::from_str(text)
        .map_err(|e| wrong(format!("it is no JSON object ({})", at_fault(text, &e))))?;
    keys.retain(|_, value| !value.is_null());
    serde_json::from_value(Value::Object(keys.clone())).map_err(|whole| {
        // Serde does not say which key it was: the first that fails alone is.
        for (key, value) in keys {
            let alone = Value::Object(Map::from_iter([(key.clone(), value.clone())]));
            if let Err(error) = serde_json::from_value::<T>(alone)
                && !error.to_string().starts_with("missing field")
            {
                return wrong(format!("'{key}' is {value} ({error})"));
            }
        }
        wrong(whole.to_string())
    })
}

/// What JSON's reader says, with the line that it says it of: `NaN`, which is
/// no JSON, stands there with its key.
fn at_fault(text: &str, error: &serde_json::Error) -> String {
    /// Longer than any line of a configuration as it is written.
    const MOST: usize = 100;
    let line = error.line().checked_sub(1).and_then(|index| text.lines().nth(index)).unwrap_or("").trim();
    match line.chars().count() {
        1..=MOST if !line.chars().any(char::is_control) => format!("{error}: {line}"),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Debug)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Round,
        Square,
    }

    #[derive(Deserialize, Debug)]
    struct Config {
        width: usize,
        #[serde(default = "round")]
        kind: Kind,
    }

    fn round() -> Kind {
        Kind::Round
    }

    #[test]
    fn refused_values_are_named_with_their_key() {
        let good: Config = parse(r#"{"width": 3, "kind": null, "more": [1]}"#, "test").unwrap();
        assert!(good.width == 3 && matches!(good.kind, Kind::Round));
        let error = |text: &str| parse::<Config>(text, "test").unwrap_err().to_string();
        assert!(error(r#"{"width": 3, "kind": "oval"}"#).contains("'kind' is \"oval\""));
        assert!(error(r#"{"width": -3}"#).contains("'width' is -3"));
        assert!(error("{}").contains("width"));
        assert!(error("[]").contains("no JSON object"));
        let nan = error("{\n  \"kind\": null,\n  \"width\": NaN\n}");
        assert!(nan.contains(r#""width": NaN"#) && nan.contains("line 3"), "{nan}");
        assert!(matches!(
            parse::<Config>(r#"{"width": 1, "kind": "square"}"#, "t").unwrap().kind,
            Kind::Square
        ));
    }
}
