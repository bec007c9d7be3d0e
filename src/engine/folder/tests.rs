use std::{fs, path::Path};

use super::*;

fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn weights(dtype: &str, shape: &str, body: usize) -> Vec<u8> {
    let header = format!(r#"{{"w":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[0,{body}]}}}}"#);
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(vec![0; body]);
    bytes
}

fn dit(folder: &Path) {
    write(
        &folder.join("model_index.json"),
        r#"{"_class_name":"DiTPipeline","scheduler":["diffusers","DDIMScheduler"],
            "transformer":["diffusers","Transformer2DModel"],"vae":["diffusers","AutoencoderKL"],
            "id2label":{"3":"tench"}}"#,
    );
    write(
        &folder.join("scheduler/scheduler_config.json"),
        r#"{"_class_name":"DDIMScheduler","x": -Infinity}"#,
    );
    for part in ["transformer", "vae"] {
        write(&folder.join(part).join("config.json"), "{}");
        write(&folder.join(part).join("diffusion_pytorch_model.safetensors"), weights("F16", "[2,3]", 12));
    }
    write(&folder.join("README.md"), "---\nlicense: cc-by-nc-4.0\ntags: []\n---\n# DiT\n");
}

#[test]
fn a_whole_model_is_described() {
    let folder = tempfile::tempdir().unwrap();
    dit(folder.path());
    let report = inspect(folder.path()).unwrap();
    assert!(report.usable(), "{:?}", report.problems);
    assert_eq!(report.family, Some(Family::Dit));
    assert_eq!(report.licence.as_deref(), Some("cc-by-nc-4.0"));
    assert_eq!(report.parameters, 12);
    assert_eq!(report.native_side_px, Some(1024), "nothing is said");
    write(&folder.path().join("transformer/config.json"), r#"{"sample_size":32}"#);
    assert_eq!(inspect(folder.path()).unwrap().native_side_px, Some(256));
    write(&folder.path().join("transformer/config.json"), r#"{"sample_size":99999999999999}"#);
    assert_eq!(inspect(folder.path()).unwrap().native_side_px, Some(2048));
    assert_eq!(report.parts[1].stored, ["F16"]);
    assert_eq!(ModelFolder::open(folder.path()).unwrap().labels[&3], "tench");
}

/// Text encoders are resident together, the rest one after another beside the
/// autoencoder, which is widened.
#[test]
fn the_need_of_memory_is_foretold() {
    let folder = tempfile::tempdir().unwrap();
    let parts = [("text_encoder", 600), ("text_encoder_2", 700), ("transformer", 1000), ("vae", 100)];
    let classes: Vec<String> = parts.iter().map(|(part, _)| format!(r#""{part}":["x","Y"]"#)).collect();
    let index = format!(r#"{{"_class_name":"FluxPipeline",{}}}"#, classes.join(","));
    write(&folder.path().join("model_index.json"), index);
    for (part, count) in parts {
        let at = folder.path().join(part);
        write(&at.join("config.json"), "{}");
        write(&at.join("model.safetensors"), weights("BF16", &format!("[{count}]"), 2 * count));
    }
    let report = inspect(folder.path()).unwrap();
    let memory = |bytes: u64| bytes + bytes / 10;
    assert_eq!(report.memory_needed_bytes, memory(2 * (600 + 700) + 4 * 100));
    assert_eq!(report.memory_for_all_bytes, memory(2 * (600 + 700 + 1000) + 4 * 100));
}

#[test]
fn what_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    dit(folder.path());
    let problems_after = |change: &dyn Fn(&Path)| {
        change(folder.path());
        inspect(folder.path()).unwrap().problems.join("\n")
    };
    let weights_file = "transformer/diffusion_pytorch_model.safetensors";
    let cut = problems_after(&|at| write(&at.join(weights_file), &weights("F32", "[2,3]", 24)[..80]));
    assert!(cut.contains("transformer") && cut.contains("cut off"), "{cut}");
    let hostile = problems_after(&|at| write(&at.join(weights_file), u64::MAX.to_le_bytes()));
    assert!(hostile.contains("header"), "{hostile}");
    let pickle = problems_after(&|at| {
        fs::remove_file(at.join(weights_file)).unwrap();
        write(&at.join("transformer/diffusion_pytorch_model.bin"), "x");
    });
    assert!(pickle.contains("pickled"), "{pickle}");
    let shard = problems_after(&|at| {
        let index =
            r#"{"weight_map":{"a":"m-00001-of-00002.safetensors","b":"m-00002-of-00002.safetensors"}}"#;
        write(&at.join("transformer/m.safetensors.index.json"), index);
        write(&at.join("transformer/m-00001-of-00002.safetensors"), weights("F32", "[1]", 4));
        write(&at.join("transformer/m-00003.safetensors"), weights("F32", "[1]", 4));
    });
    assert!(shard.contains("m-00002-of-00002"), "{shard}");
    let gone = problems_after(&|at| fs::remove_dir_all(at.join("vae")).unwrap());
    assert!(gone.contains("vae"), "{gone}");
}

#[test]
fn no_model_is_an_error_that_says_what_to_give() {
    let folder = tempfile::tempdir().unwrap();
    let why = inspect(folder.path()).unwrap_err().to_string();
    assert!(why.contains("model_index.json"), "{why}");
    write(&folder.path().join("model_index.json"), r#"{"_class_name":"KandinskyPipeline"}"#);
    let why = inspect(folder.path()).unwrap_err().to_string();
    assert!(why.contains("KandinskyPipeline"), "{why}");
    assert!(inspect(&folder.path().join("none")).is_err());
}
