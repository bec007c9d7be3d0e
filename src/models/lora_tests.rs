use std::fs;

use burn::nn::{
    Linear, LinearConfig,
    conv::{Conv2d, Conv2dConfig},
};
use burn::tensor::Device;
use tempfile::TempDir;

use super::*;

#[derive(Module, Debug)]
struct Net {
    fc: Linear,
    conv: Conv2d,
}

fn net() -> Net {
    let device = Device::flex();
    Net { fc: LinearConfig::new(3, 2).init(&device), conv: Conv2dConfig::new([2, 4], [1, 3]).init(&device) }
}

/// A file of f32 tensors with words in its header.
fn file(folder: &TempDir, metadata: &str, tensors: &[(&str, &[usize], Vec<f32>)]) -> PathBuf {
    let (mut entries, mut data) = (vec![format!(r#""__metadata__":{metadata}"#)], Vec::new());
    for (name, shape, values) in tensors {
        let begin = data.len();
        data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        let end = data.len();
        entries
            .push(format!(r#""{name}":{{"dtype":"F32","shape":{shape:?},"data_offsets":[{begin},{end}]}}"#));
    }
    let header = format!("{{{}}}", entries.join(","));
    let path = folder.path().join("lora.safetensors");
    fs::write(&path, [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &data].concat()).unwrap();
    path
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

fn count(n: usize) -> Vec<f32> {
    (1..=n).map(|i| i as f32).collect()
}

fn assert_near(actual: &[f32], expected: &[f32]) {
    assert_eq!(actual.len(), expected.len());
    for (a, e) in actual.iter().zip(expected) {
        assert!((a - e).abs() < 1e-4 * e.abs().max(1.0), "{actual:?} for {expected:?}");
    }
}

/// `base + factor * up down`, `base` as PyTorch lays it out, written out.
fn changed(base: &[f32], up: &[f32], down: &[f32], rank: usize, factor: f32) -> Vec<f32> {
    let inputs = down.len() / rank;
    let at = |i: usize| {
        let (y, x) = (i / inputs, i % inputs);
        (0..rank).map(|r| up[y * rank + r] * down[r * inputs + x]).sum::<f32>()
    };
    base.iter().enumerate().map(|(i, b)| b + factor * at(i)).collect()
}

fn transposed(values: &[f32], columns: usize) -> Vec<f32> {
    let rows = values.len() / columns;
    (0..values.len()).map(|i| values[i % rows * columns + i / rows]).collect()
}

#[test]
fn changes_add_up_and_go_away_exactly() {
    let folder = TempDir::new().unwrap();
    let (fc_down, fc_up) = (count(6), vec![0.5, -1.0, 0.25, 2.0]);
    let (conv_down, conv_up) = (count(6), vec![1.0, -2.0, 3.0, 0.5]);
    let path = file(
        &folder,
        "{}",
        &[
            ("transformer.fc.lora_A.weight", &[2, 3], fc_down.clone()),
            ("transformer.fc.lora_B.weight", &[2, 2], fc_up.clone()),
            ("transformer.fc.alpha", &[], vec![1.0]),
            ("transformer.conv.lora_A.weight", &[1, 2, 1, 3], conv_down.clone()),
            ("transformer.conv.lora_B.weight", &[4, 1, 1, 1], conv_up.clone()),
        ],
    );
    let lora = Lora::open(&path).unwrap();
    assert_eq!(lora.parts(), [TRANSFORMER]);
    let mut net = net();
    let (fc, conv) = (values(net.fc.weight.val()), values(net.conv.weight.val()));
    let adapters = lora.apply(&mut net, &Renames::none(), 0.7).unwrap();
    // alpha 1 over rank 2; without alpha it is the rank.
    let fc_torch = transposed(&fc, 2);
    let expected = changed(&fc_torch, &fc_up, &fc_down, 2, 0.7 * 0.5);
    assert_near(&values(net.fc.weight.val()), &transposed(&expected, 3));
    assert_near(&values(net.conv.weight.val()), &changed(&conv, &conv_up, &conv_down, 1, 0.7));

    adapters.add(&lora, TRANSFORMER, &Renames::none(), -2.0).unwrap();
    let twice = changed(&conv, &conv_up, &conv_down, 1, 0.7 - 2.0);
    assert_near(&values(net.conv.weight.val()), &twice);

    assert!(Adapters::attach(&mut net).unwrap_err().to_string().contains("slots for changes already"));
    adapters.clear();
    assert_eq!(values(net.fc.weight.val()), fc);
    assert_eq!(values(net.conv.weight.val()), conv);
    // What reads the weights: the layers themselves.
    let x = Tensor::<2>::ones([1, 3], &Device::flex());
    let before = values(net.fc.forward(x.clone()));
    adapters.add(&lora, TRANSFORMER, &Renames::none(), 1.0).unwrap();
    let change: f32 = values(net.fc.forward(x)).iter().zip(&before).map(|(a, b)| (a - b).abs()).sum();
    assert!(change > 1.0, "the layer must read its change");
}

#[test]
fn alpha_is_found_wherever_it_is() {
    let folder = TempDir::new().unwrap();
    let pair: [(&str, &[usize], Vec<f32>); 2] = [
        ("base_model.model.blocks.1.fc.lora_A.weight", &[4, 3], count(12)),
        ("base_model.model.blocks.1.fc.lora_B.weight", &[2, 4], count(8)),
    ];
    let factor = |path: &Path| {
        let lora = Lora::open(path).unwrap();
        let key = (TRANSFORMER.to_owned(), "blocks.1.fc".to_owned());
        lora.pairs[&key].factor
    };
    let header = |settings: &str| {
        let text = serde_json::Value::from(settings).to_string();
        format!(r#"{{"lora_adapter_metadata":{text}}}"#)
    };
    assert_eq!(factor(&file(&folder, "{}", &pair)), 1.0);
    let settings = r#"{"transformer.lora_alpha": 10, "transformer.r": 4}"#;
    assert_eq!(factor(&file(&folder, &header(settings), &pair)), 2.5);
    let settings = r#"{"transformer.lora_alpha": 10, "transformer.use_rslora": true}"#;
    assert_eq!(factor(&file(&folder, &header(settings), &pair)), 5.0);
    let settings = r#"{"transformer.lora_alpha": 10, "transformer.alpha_pattern": {"1.fc": 2, "c": 7}}"#;
    assert_eq!(factor(&file(&folder, &header(settings), &pair)), 0.5);

    fs::write(folder.path().join("adapter_config.json"), r#"{"r": 4, "lora_alpha": 6, "use_dora": false}"#)
        .unwrap();
    assert_eq!(factor(&file(&folder, "{}", &pair)), 1.5);
    let with_key = [&pair[..], &[("base_model.model.blocks.1.fc.alpha", &[1], vec![8.0])]].concat();
    assert_eq!(factor(&file(&folder, "{}", &with_key)), 2.0);
    fs::write(folder.path().join("adapter_config.json"), r#"{"use_dora": true}"#).unwrap();
    let error = Lora::open(&file(&folder, "{}", &pair)).unwrap_err().to_string();
    assert!(error.contains("'use_dora' is true, which is not supported"), "{error}");
}

#[test]
fn what_does_not_fit_is_named() {
    let folder = TempDir::new().unwrap();
    let error = |tensors: &[(&str, &[usize], Vec<f32>)]| {
        let lora = Lora::open(&file(&folder, "{}", tensors));
        let applied = lora.and_then(|lora| lora.apply(&mut net(), &Renames::none(), 1.0));
        applied.unwrap_err().to_string()
    };
    let down = |key, inputs: usize| (key, [2, inputs], count(2 * inputs));
    let (key, shape, down_values) = down("fc.lora_A.weight", 3);
    assert!(error(&[(key, &shape, down_values.clone())]).contains("'fc' has only one half"));
    let up: (&str, &[usize], Vec<f32>) = ("fc.lora_B.weight", &[2, 3], count(6));
    assert!(error(&[(key, &shape, down_values.clone()), up]).contains("are no pair"));
    let up: (&str, &[usize], Vec<f32>) = ("fc.lora_B.weight", &[5, 2], count(10));
    let message = error(&[(key, &shape, down_values.clone()), up]);
    assert!(message.contains("3 inputs and 5 outputs, but the weight has 3 and 2"), "{message}");
    let other: [(&str, &[usize], Vec<f32>); 2] =
        [("fd.lora_A.weight", &[1, 3], count(3)), ("fd.lora_B.weight", &[2, 1], count(2))];
    assert!(error(&other).contains("the network has no weight 'fd'"));
    assert!(
        error(&[("lora_unet_fc.lora_down.weight", &[1, 3], count(3))]).contains("in no layout that is read")
    );
    let text: [(&str, &[usize], Vec<f32>); 2] = [
        ("text_encoder.fc.lora_A.weight", &[1, 3], count(3)),
        ("text_encoder.fc.lora_B.weight", &[2, 1], count(2)),
    ];
    assert!(error(&text).contains("changes nothing of the transformer, only text_encoder"));
}
