use super::*;

fn tiny() -> DitConfig {
    DitConfig {
        in_channels: 4,
        patch_size: 2,
        hidden_size: 32,
        depth: 2,
        num_heads: 4,
        context_size: 12,
        conditioning: Conditioning::default(),
    }
}

#[test]
fn begins_as_zero_for_every_shape() {
    let device = Device::flex();
    let model = Dit::new(&tiny(), &device).unwrap();
    for (h, w) in [(8, 8), (4, 10), (2, 2)] {
        let x = Tensor::random([2, 4, h, w], burn::tensor::Distribution::Default, &device);
        let t = Tensor::<1>::from_floats([0.0, 999.0], &device);
        let context = Tensor::ones([2, 3, 12], &device);
        let out = model.forward(x, t, context, everything(2, 3, &device));
        assert_eq!(out.dims(), [2, 4, h, w]);
        assert_eq!(out.abs().max().into_scalar::<f32>(), 0.0);
    }
}

/// The same layer with random weights.
fn opened(layer: Linear) -> Linear {
    let [from, to] = layer.weight.dims();
    LinearConfig::new(from, to).init(&Device::flex())
}

#[test]
fn every_kind_of_conditioning_reads_time_and_text_but_no_padding() {
    let device = Device::flex();
    for conditioning in [
        Conditioning::InContext,
        Conditioning::CrossAttention,
        Conditioning::AdaLn,
        Conditioning::AdaLnZero,
        Conditioning::AdaLnZeroCross,
    ] {
        let config = DitConfig { conditioning, ..tiny() };
        let text = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<DitConfig>(&text).unwrap(), config);
        let mut model = Dit::new(&config, &device).unwrap();
        // What begins as zero would hide what it reads.
        model.final_layer.linear = opened(model.final_layer.linear);
        for block in &mut model.blocks {
            block.adaLN_modulation = block.adaLN_modulation.take().map(opened);
        }
        let random =
            |shape: [usize; 3]| Tensor::<3>::random(shape, burn::tensor::Distribution::Default, &device);
        let x = random([4, 4, 6]).unsqueeze_dim::<4>(0);
        let (text, other) = (random([1, 3, 12]), random([1, 3, 12]));
        let mask = Tensor::<2>::from_floats([[1.0, 1.0, 0.0]], &device).greater_elem(0.5);
        let of = |t: f32, text: Tensor<3>| {
            let t = Tensor::<1>::from_floats([t], &device);
            let out = model.forward(x.clone(), t, text, mask.clone());
            assert_eq!(out.dims(), [1, 4, 4, 6]);
            out.into_data().try_to_vec::<f32>().unwrap()
        };
        let differ = |a: &[f32], b: &[f32]| a.iter().zip(b).any(|(a, b)| (a - b).abs() > 1e-5);
        let first = of(10.0, text.clone());
        assert!(differ(&first, &of(900.0, text.clone())), "{conditioning:?} reads no timestep");
        assert!(differ(&first, &of(10.0, other.clone())), "{conditioning:?} reads no text");
        let padding = Tensor::cat(vec![text.narrow(1, 0, 2), other.narrow(1, 2, 1)], 1);
        assert!(!differ(&first, &of(10.0, padding)), "{conditioning:?} reads padding");
    }
}

#[test]
fn patches_return_to_their_place() {
    // A final layer that copies the patch embedding's input would need
    // trained weights; the layout alone is checked on a marked output.
    let device = Device::flex();
    let model = Dit::new(&tiny(), &device).unwrap();
    let (rows, columns, patch, channels) = (3, 2, model.patch_size, model.in_channels);
    let count = rows * columns * patch * patch * channels;
    let marked = Tensor::<1, burn::tensor::Int>::arange(0..count as i64, &device).float();
    let image = marked
        .reshape([1, rows, columns, patch, patch, channels])
        .permute([0, 5, 1, 3, 2, 4])
        .reshape([1, channels, rows * patch, columns * patch]);
    // Token 3 is row 1, column 1; its cell (1, 0) of channel 2.
    let value = image.slice([0..1, 2..3, 3..4, 2..3]).into_scalar::<f32>();
    assert_eq!(value as usize, 3 * patch * patch * channels + 2 * channels + 2);
}

#[test]
fn positions_are_centred_and_tell_tokens_apart() {
    let (rows, columns, size) = (6, 9, 32);
    let table = position_embedding(rows, columns, size);
    let row = |i: usize| &table[i * size..(i + 1) * size];
    for i in 0..rows * columns {
        for j in 0..i {
            let apart = row(i).iter().zip(row(j)).any(|(a, b)| (a - b).abs() > 1e-3);
            assert!(apart, "tokens {i} and {j} look alike");
        }
    }
    // Opposite corners mirror each other: sines change sign, cosines do not.
    assert!((row(0)[0] + row(rows * columns - 1)[0]).abs() < 1e-6);
    assert!((row(0)[size / 4] - row(rows * columns - 1)[size / 4]).abs() < 1e-6);
}

#[test]
fn presets_are_the_papers() {
    let xl = DitConfig::preset("XL", 4, 768).unwrap();
    assert_eq!((xl.depth, xl.hidden_size, xl.num_heads, xl.hidden_size / xl.num_heads), (28, 1152, 16, 72));
    assert!(DitConfig::preset("XXL", 4, 768).unwrap_err().to_string().contains("'XXL'"));
    for name in ["S", "B", "L", "XL", "builtin"] {
        DitConfig::preset(name, 4, 768).unwrap().check().unwrap();
    }
    let wrong = DitConfig { num_heads: 5, ..tiny() };
    assert!(wrong.check().unwrap_err().to_string().contains("num_heads 5"));
}
