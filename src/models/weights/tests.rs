use std::fs;

use burn::{
    module::Module,
    nn::{
        LayerNorm, LayerNormConfig, Linear, LinearConfig,
        conv::{Conv2d, Conv2dConfig},
    },
    tensor::{Device, f16},
};
use tempfile::TempDir;

use super::*;

/// A safetensors file of a header and that many bytes.
fn bytes(header: &str, data: &[u8]) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

/// A file of f32 tensors that count up from 0, 100, 200, ...
fn counted(tensors: &[(&str, &[usize])]) -> Vec<u8> {
    let (mut header, mut data) = (Vec::new(), Vec::new());
    for (i, (name, shape)) in tensors.iter().enumerate() {
        let begin = data.len();
        for k in 0..shape.iter().product::<usize>() {
            data.extend((100.0 * i as f32 + k as f32).to_le_bytes());
        }
        header.push(format!(
            r#""{name}":{{"dtype":"F32","shape":{shape:?},"data_offsets":[{begin},{}]}}"#,
            data.len()
        ));
    }
    bytes(&format!("{{{}}}", header.join(",")), &data)
}

#[derive(Module, Debug)]
struct Small {
    proj: Linear,
    norm: LayerNorm,
    conv: Conv2d,
}

fn small() -> Small {
    let device = Device::flex();
    Small {
        proj: LinearConfig::new(3, 2).init(&device),
        norm: LayerNormConfig::new(2).init(&device),
        conv: Conv2dConfig::new([2, 3], [1, 1]).with_bias(false).init(&device),
    }
}

const SMALL: [(&str, &[usize]); 5] = [
    ("proj.weight", &[2, 3]),
    ("proj.bias", &[2]),
    ("norm.weight", &[2]),
    ("norm.bias", &[2]),
    ("conv.weight", &[3, 2, 1, 1]),
];

fn load(file: Vec<u8>, renames: &Renames) -> Result<Small, String> {
    let mut module = small();
    let weights = Weights::from_bytes(file, "a.safetensors").map_err(|e| e.to_string())?;
    weights.load(&mut module, renames, DType::F32, "test").map_err(|e| e.to_string())?;
    Ok(module)
}

fn values<const D: usize>(tensor: burn::tensor::Tensor<D>) -> Vec<f32> {
    tensor.cast(DType::F32).into_data().try_to_vec().unwrap()
}

#[test]
fn a_network_is_filled_with_linears_transposed() {
    let module = load(counted(&SMALL), &Renames::none()).unwrap();
    assert_eq!(values(module.proj.weight.val()), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    assert_eq!(values(module.proj.bias.unwrap().val()), [100.0, 101.0]);
    assert_eq!(values(module.norm.gamma.val()), [200.0, 201.0]);
    assert_eq!(values(module.norm.beta.unwrap().val()), [300.0, 301.0]);
    assert_eq!(values(module.conv.weight.val()), [400.0, 401.0, 402.0, 403.0, 404.0, 405.0]);
}

#[test]
fn renamed_fused_and_spare_tensors_find_their_place() {
    let file = counted(&[
        ("m.fused", &[4]),
        ("m.proj.weight", &[2, 3]),
        ("m.norm.scale", &[2]),
        ("m.conv.weight", &[3, 2]),
        ("m.again", &[2, 3]),
        ("m.ids", &[7]),
    ]);
    let renames = Renames::none()
        .rule("m.**", "**")
        .rule("norm.scale", "norm.weight")
        .rule("again", "proj.weight")
        .split("fused", &["proj.bias", "norm.bias"])
        .spare("m.again")
        .ignore("ids");
    let module = load(file.clone(), &renames).unwrap();
    assert_eq!(values(module.proj.bias.unwrap().val()), [0.0, 1.0]);
    assert_eq!(values(module.norm.beta.unwrap().val()), [2.0, 3.0]);
    assert_eq!(values(module.proj.weight.val())[1], 103.0, "the spare must give way");
    let twice = Renames::none().rule("m.**", "**").rule("again", "proj.weight");
    assert!(load(file, &twice).unwrap_err().contains("'m.again' and 'm.proj.weight' are both 'proj.weight'"));
}

#[test]
fn half_floats_convert_and_some_paths_stay_in_f32() {
    let numbers = [0.5f32, -2.0, 65504.0, 1e-7];
    let halves: Vec<u8> = numbers.iter().flat_map(|&x| f16::from_f32(x).to_le_bytes()).collect();
    let brains: Vec<u8> = numbers.iter().flat_map(|&x| half::bf16::from_f32(x).to_le_bytes()).collect();
    let wide: Vec<u8> = numbers.iter().flat_map(|&x| f64::from(x).to_le_bytes()).collect();
    let data = [halves, brains, wide].concat();
    let header = r#"{"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},
        "b":{"dtype":"BF16","shape":[4],"data_offsets":[8,16]},
        "c":{"dtype":"F64","shape":[2,2],"data_offsets":[16,48]}}"#;
    let weights = Weights::from_bytes(bytes(header, &data), "a").unwrap();
    let near = |values: Vec<f32>, tolerance: f32| {
        for (value, number) in values.iter().zip(numbers) {
            assert!((value - number).abs() <= tolerance * number.abs().max(1e-3), "{value} for {number}");
        }
    };
    near(weights.floats("a").unwrap(), 1e-3);
    near(weights.floats("b").unwrap(), 4e-3);
    assert_eq!(weights.floats("c").unwrap(), numbers);
    assert_eq!(weights.rows("c", &[1, 0, 1]).unwrap(), [65504.0, 1e-7, 0.5, -2.0, 65504.0, 1e-7]);
    assert!(weights.rows("c", &[2]).unwrap_err().to_string().contains("row 2 of tensor 'c'"));
    assert!(weights.rows("a", &[0]).is_err() && weights.floats("d").is_err());

    let mut module = small();
    let renames = Renames::none().in_f32("norm.*");
    Weights::from_bytes(counted(&SMALL), "a").unwrap().load(&mut module, &renames, DType::F16, "t").unwrap();
    assert_eq!(module.proj.weight.val().dtype(), DType::F16);
    assert_eq!(module.norm.gamma.val().dtype(), DType::F32);
    assert_eq!(values(module.proj.weight.val()), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
}

/// Larger than every block and piece of work and no multiple of any, on either
/// side of where matrices are no longer moved to transpose them.
#[test]
fn large_matrices_arrive_whole() {
    large_matrix(601, 1237);
    large_matrix(1237, 1103);
}

fn large_matrix(rows: usize, columns: usize) {
    #[derive(Module, Debug)]
    struct Large {
        fc: Linear,
    }
    let device = Device::flex();
    let data: Vec<u8> = (0..rows * columns).flat_map(|i| (i as f32).to_le_bytes()).collect();
    let header = format!(
        r#"{{"fc.weight":{{"dtype":"F32","shape":[{rows},{columns}],"data_offsets":[0,{}]}}}}"#,
        data.len()
    );
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.safetensors");
    fs::write(&path, bytes(&header, &data)).unwrap();
    let mut module = Large { fc: LinearConfig::new(columns, rows).with_bias(false).init(&device) };
    let weights = Weights::open(folder.path()).unwrap();
    assert_eq!((weights.count(), weights.bytes()), (rows * columns, (rows * columns * 4) as u64));
    weights.load(&mut module, &Renames::none(), DType::F32, "t").unwrap();
    let weight = values(module.fc.weight.val());
    for (i, &value) in weight.iter().enumerate() {
        assert_eq!(value as usize, (i % rows) * columns + i / rows);
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let without: Vec<_> = SMALL.iter().copied().filter(|(name, _)| *name != "proj.bias").collect();
    let error = load(counted(&without), &Renames::none()).unwrap_err();
    assert!(
        error.contains("tensor 'proj.bias' of shape [2] is missing (1 in all): a.safetensors"),
        "{error}"
    );
    let more = [&SMALL[..], &[("extra", &[1][..])]].concat();
    let error = load(counted(&more), &Renames::none()).unwrap_err();
    assert!(error.contains("tensor 'extra' is not part of this model (1 in all): a.safetensors"), "{error}");
    let mut other = SMALL.to_vec();
    other[0].1 = &[3, 2];
    let error = load(counted(&other), &Renames::none()).unwrap_err();
    assert!(
        error.contains("tensor 'proj.weight' has the shape [3, 2], but [2, 3] was expected: a.safetensors"),
        "{error}"
    );
    let fused = counted(&[("fused", &[5])]);
    let error = load(fused, &Renames::none().split("fused", &["proj.bias", "norm.bias"])).unwrap_err();
    assert!(error.contains("tensor 'fused' has the shape [5], but 2 times [2] was expected"), "{error}");
    let header = r#"{"proj.weight":{"dtype":"I64","shape":[2,3],"data_offsets":[0,48]}}"#;
    let error = load(bytes(header, &[0; 48]), &Renames::none()).unwrap_err();
    assert!(
        error.contains("tensor 'proj.weight' is stored as I64; expected was F32, F16 or BF16"),
        "{error}"
    );
}

#[test]
fn hostile_headers_are_refused() {
    let refused = |file: Vec<u8>, words: &str| {
        let error = Weights::from_bytes(file, "bad.safetensors").unwrap_err().to_string();
        assert!(error.contains(words) && error.ends_with(": bad.safetensors"), "{error}\nlacks {words}");
    };
    let one = |entry: &str, data: usize| bytes(&format!(r#"{{"w":{entry}}}"#), &vec![0; data]);
    refused(vec![1, 2, 3], "has 3 bytes");
    refused(100_000_001u64.to_le_bytes().to_vec(), "claims 100000001 bytes");
    refused(u64::MAX.to_le_bytes().to_vec(), "claims 18446744073709551615 bytes");
    refused([&64u64.to_le_bytes()[..], b"{}"].concat(), "claims 64 bytes but 2 are there");
    refused(bytes("[1, 2]", &[]), "header is not right");
    refused(bytes("{\"w\":", &[]), "header is not right");
    refused(bytes("\u{1}\u{2}", &[]), "header is not right");
    refused(
        one(r#"{"dtype":"F7","shape":[1],"data_offsets":[0,4]}"#, 4),
        "tensor 'w' has the unknown type 'F7'",
    );
    refused(one(r#"{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}"#, 4), "entry of tensor 'w'");
    refused(one(r#"{"dtype":"F32","shape":[1]}"#, 4), "data_offsets");
    refused(
        one(r#"{"dtype":"F32","shape":[2],"data_offsets":[0,4]}"#, 4),
        "needs 8 bytes, but its place has 4",
    );
    refused(one(r#"{"dtype":"F32","shape":[1],"data_offsets":[4,0]}"#, 4), "ends at byte 0 before it begins");
    refused(
        one(r#"{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#, 4),
        "ends at byte 8 of 4 that are there",
    );
    refused(one(r#"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#, 6), "its tensors end at byte");
    let huge = format!(r#"{{"dtype":"F32","shape":[{0},{0},{0}],"data_offsets":[0,4]}}"#, 1u64 << 40);
    refused(one(&huge, 4), "needs uncountable bytes");
    let flat = format!(r#"{{"dtype":"F32","shape":[0,{0},{0}],"data_offsets":[0,0]}}"#, u64::MAX);
    refused(one(&flat, 0), "impossible shape");
    let deep = format!(r#"{{"dtype":"F32","shape":{:?},"data_offsets":[0,4]}}"#, [1; 17]);
    refused(one(&deep, 4), "17 dimensions");
    let entry = |a: u64, b: u64| format!(r#"{{"dtype":"U8","shape":[{}],"data_offsets":[{a},{b}]}}"#, b - a);
    let two = |a: &str, b: &str| bytes(&format!(r#"{{"a":{a},"b":{b}}}"#), &[0; 8]);
    refused(two(&entry(0, 6), &entry(4, 8)), "tensor 'b' overlaps with tensor 'a'");
    refused(two(&entry(0, 3), &entry(4, 8)), "tensor 'b' leaves a gap after tensor 'a'");
    let twice = format!(r#"{{"a":{},"a":{}}}"#, entry(0, 8), entry(0, 8));
    refused(bytes(&twice, &[0; 8]), "tensor 'a' is there twice");
    refused(bytes(&format!(r#"{{"{}":1}}"#, "x".repeat(2000)), &[]), "name has 2000 bytes");
    refused(bytes(&format!("{}1", "[".repeat(100_000)), &[]), "header is not right");
}

#[test]
fn folders_are_searched_and_shards_are_checked() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    let error = || Weights::open(folder.path()).unwrap_err().to_string();
    assert!(error().contains("holds no weights"));
    fs::write(at("pytorch_model.bin"), b"PK").unwrap();
    assert!(error().contains("pickled") && error().contains("convert"), "{}", error());
    assert!(Weights::open(&at("pytorch_model.bin")).unwrap_err().to_string().contains("convert"));
    assert!(Weights::open(&at("nothing.safetensors")).unwrap_err().to_string().contains("no such file"));

    let (first, second) = (&SMALL[..2], &SMALL[2..]);
    fs::write(at("model-1.safetensors"), counted(first)).unwrap();
    fs::write(at("model-2.safetensors"), counted(second)).unwrap();
    assert!(error().contains("several safetensors files and no index"));
    let index = |second_home: &str, more: &str| {
        let entry = |(name, home): (&str, &str)| format!(r#""{name}":"{home}""#);
        let homes = first.iter().map(|t| (t.0, "model-1.safetensors"));
        let homes = homes.chain(second.iter().map(|t| (t.0, second_home)));
        let map: Vec<String> = homes.map(entry).collect();
        let text = format!(r#"{{"metadata":{{"total_size":1}},"weight_map":{{{}{more}}}}}"#, map.join(","));
        fs::write(at("model.safetensors.index.json"), text).unwrap();
    };
    index("model-2.safetensors", "");
    let weights = Weights::open(folder.path()).unwrap();
    assert_eq!(weights.names().count(), SMALL.len());
    let mut module = small();
    weights.load(&mut module, &Renames::none(), DType::F32, "t").unwrap();
    assert_eq!(values(module.norm.gamma.val()), [0.0, 1.0]);

    index("model-2.safetensors", r#","ghost":"model-1.safetensors""#);
    assert!(error().contains("tensor 'ghost' should be in 'model-1.safetensors'"), "{}", error());
    index("model-3.safetensors", "");
    assert!(error().contains("1 of 2 shards are missing: model-3.safetensors"), "{}", error());
    index("../model-2.safetensors", "");
    assert!(
        error().contains("'../model-2.safetensors', which is no safetensors file beside it"),
        "{}",
        error()
    );
    index("model-1.safetensors", "");
    assert!(error().contains("should be in 'model-1.safetensors' but is not there"), "{}", error());
    fs::write(at("model.safetensors.index.json"), "{").unwrap();
    assert!(error().contains("the index is no JSON"), "{}", error());
    fs::write(at("model.safetensors.index.json"), "[]").unwrap();
    assert!(error().contains("the index has no 'weight_map'"), "{}", error());
    fs::write(at("model.safetensors.index.json"), r#"{"weight_map":{"a":3}}"#).unwrap();
    assert!(error().contains("the index says 3 of tensor 'a'"), "{}", error());
}

#[test]
fn a_file_cut_short_is_refused_at_every_length() {
    let whole = counted(&SMALL);
    for length in 0..whole.len() {
        assert!(Weights::from_bytes(whole[..length].to_vec(), "cut").is_err(), "{length} bytes");
    }
}

/// Large matrices of halves stay in their file and read as the numbers that
/// they are; what is fused is cut at the right row, and changes come on top.
#[test]
fn halves_in_files_read_exactly() {
    #[derive(Module, Debug)]
    struct Pair {
        q: Linear,
        k: Linear,
    }
    let (rows, columns) = (257, 300);
    let device = Device::flex();
    let number = |i: usize| f16::from_f32((i % 1999) as f32 / 64.0 - 15.0);
    let data: Vec<u8> = (0..2 * rows * columns).flat_map(|i| number(i).to_le_bytes()).collect();
    // Of odd length, so that no number is aligned.
    let mut header = format!(
        r#"{{"qk.weight":{{"dtype":"F16","shape":[{},{columns}],"data_offsets":[0,{}]}}}}"#,
        2 * rows,
        data.len()
    );
    header.extend((header.len() % 2 == 0).then_some(' '));
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("model.safetensors"), bytes(&header, &data)).unwrap();
    let renames = Renames::none().split("qk.*", &["q.*", "k.*"]);
    let linear = || LinearConfig::new(columns, rows).with_bias(false).init(&device);
    let mut module = Pair { q: linear(), k: linear() };
    let weights = Weights::open(folder.path()).unwrap();
    let adapters = weights.load(&mut module, &renames, DType::F32, "t").unwrap();
    assert_eq!(adapters.read_all(), 2 * rows * columns, "both matrices must be read from the file");
    for (index, layer) in [&module.q, &module.k].into_iter().enumerate() {
        assert_eq!(layer.weight.dims(), [columns, rows]);
        for (i, &value) in values(layer.weight.val()).iter().enumerate() {
            let expected = number(index * rows * columns + i % rows * columns + i / rows).to_f32();
            assert_eq!(value, expected, "matrix {index}, number {i}");
        }
    }
    // The layer computes with them.
    let x: Vec<f32> = (0..columns).map(|i| (i % 7) as f32 - 3.0).collect();
    let out = values(
        module.k.forward(burn::tensor::Tensor::<1>::from_floats(x.as_slice(), &device).unsqueeze::<2>()),
    );
    let first: f32 = (0..columns).map(|i| x[i] * number(rows * columns + i).to_f32()).sum();
    assert!((out[0] - first).abs() < 1e-2 * first.abs().max(1.0), "{} for {first}", out[0]);
}

/// Large weights in f32 are read where they lie in the file, the other way round
/// where PyTorch transposes; a file that is cut short is an error of the reading.
#[test]
fn floats_in_files_read_exactly() {
    #[derive(Module, Debug)]
    struct Large {
        proj: Linear,
        conv: Conv2d,
    }
    let device = Device::flex();
    let (inputs, outputs) = (1030, 1020);
    let fresh = || Large {
        proj: LinearConfig::new(inputs, outputs).with_bias(false).init(&device),
        conv: Conv2dConfig::new([32, 64], [6, 6]).with_bias(false).init(&device),
    };
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.safetensors");
    for shift in 0..5 {
        // A header of each length, so that the numbers are aligned now and then.
        let file = counted(&[("proj.weight", &[outputs, inputs]), ("conv.weight", &[64, 32, 6, 6])]);
        let header = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
        let text = std::str::from_utf8(&file[8..8 + header]).unwrap();
        let aligned = (8 + header + shift).is_multiple_of(4);
        fs::write(&path, bytes(&format!("{text}{}", " ".repeat(shift)), &file[8 + header..])).unwrap();
        let mut module = fresh();
        let weights = Weights::open(&path).unwrap();
        let adapters = weights.load(&mut module, &Renames::none(), DType::F32, "t").unwrap();
        let kept = inputs * outputs + 64 * 32 * 36;
        assert_eq!(adapters.read_all(), if aligned { kept } else { 0 });
        let proj = values(module.proj.weight.val());
        assert!((0..inputs * outputs).all(|i| proj[i] == (i % outputs * inputs + i / outputs) as f32));
        let conv = values(module.conv.weight.val());
        assert!((0..64 * 32 * 36).all(|i| conv[i] == 100.0 + i as f32));
        let look = || mapped::watching(|| Ok::<_, ModelError>(values(module.proj.weight.val()).len()));
        fs::File::options().write(true).open(&path).unwrap().set_len(4000).unwrap();
        match look() {
            Ok(_) => assert!(!aligned, "what is gone was read"),
            Err(error) => {
                assert!(aligned && error.to_string().contains("it has 4000 bytes of"), "{error}");
            }
        }
    }
}
