//! Holds the networks of `src/models` and those of the PyTorch recipe together:
//! the same weights and inputs give the same numbers. The fixture is written by
//! `assets/models/builtin/recipe/parity.py`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;

use burn::tensor::{Bool, Device, Int, Tensor, TensorData};
use safetensors::SafeTensors;
use vignette::models::{
    builtin::{BuiltinConfig, Encoded, Networks},
    weights,
};

/// Re-running a network another way costs about 1e-5; the recipe promises 1e-4.
const TOLERANCE: f32 = 1e-4;

struct Fixture {
    expected: Vec<u8>,
    networks: Networks,
    device: Device,
}

impl Fixture {
    fn open() -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recipe");
        let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
        let config: BuiltinConfig = serde_json::from_slice(&read("config.json")).unwrap();
        let device = Device::flex();
        let mut networks = Networks::new(&config, &device).unwrap();
        weights::load_f32(&mut networks, read("model.safetensors"), "fixture").unwrap();
        Self { expected: read("expected.safetensors"), networks, device }
    }

    fn floats<const D: usize>(&self, name: &str) -> Tensor<D> {
        let file = SafeTensors::deserialize(&self.expected).unwrap();
        let view = file.tensor(name).unwrap();
        let values: Vec<f32> =
            view.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
        Tensor::from_data(TensorData::new(values, view.shape().to_vec()), &self.device)
    }

    fn ids(&self) -> (Tensor<2, Int>, Tensor<2, Bool>) {
        let file = SafeTensors::deserialize(&self.expected).unwrap();
        let view = file.tensor("in.ids").unwrap();
        let values: Vec<i32> =
            view.data().chunks_exact(4).map(|b| i32::from_le_bytes(b.try_into().unwrap())).collect();
        let ids = Tensor::<2, Int>::from_data(TensorData::new(values, view.shape().to_vec()), &self.device);
        let mask = ids.clone().not_equal_elem(0);
        (ids, mask)
    }

    fn dropped(&self) -> Vec<bool> {
        let file = SafeTensors::deserialize(&self.expected).unwrap();
        file.tensor("in.drop").unwrap().data().iter().map(|&v| v != 0).collect()
    }
}

fn assert_close<const D: usize>(what: &str, actual: Tensor<D>, expected: Tensor<D>) {
    assert_eq!(actual.dims(), expected.dims(), "{what}");
    let largest = expected.clone().abs().max().into_scalar::<f32>().max(1.0);
    let error = (actual - expected).abs().max().into_scalar::<f32>() / largest;
    assert!(error < TOLERANCE, "{what}: relative error {error} is not under {TOLERANCE}");
}

#[test]
fn text_states_agree() {
    let fixture = Fixture::open();
    let (ids, mask) = fixture.ids();
    let states = fixture.networks.text_encoder.forward(ids, mask.clone());
    // States of padding mean nothing; only those that count are compared.
    let weight = mask.float().unsqueeze_dim::<3>(2);
    let expected = fixture.floats::<3>("out.states") * weight.clone();
    assert_close("text states", states * weight, expected);
}

#[test]
fn velocities_agree_with_and_without_text() {
    let fixture = Fixture::open();
    let (ids, mask) = fixture.ids();
    let states = fixture.networks.text_encoder.forward(ids, mask.clone());
    let [batch, tokens, context] = states.dims();
    let null = Encoded {
        states: fixture.networks.dit.null_context(),
        mask: Tensor::<2>::ones([1, 1], &fixture.device).greater_elem(0.0),
    };
    let texts: Vec<Encoded> = (0..batch)
        .zip(fixture.dropped())
        .map(|(row, dropped)| {
            let own = Encoded {
                states: states.clone().slice([row..row + 1, 0..tokens, 0..context]),
                mask: mask.clone().slice([row..row + 1, 0..tokens]),
            };
            if dropped { null.clone() } else { own }
        })
        .collect();
    let (states, mask) = Encoded::stack(&texts.iter().collect::<Vec<_>>());
    let velocity = fixture.networks.dit.forward(fixture.floats("in.x"), fixture.floats("in.t"), states, mask);
    assert_close("velocity", velocity, fixture.floats::<4>("out.velocity"));
}

#[test]
fn latents_and_pictures_agree() {
    let fixture = Fixture::open();
    let latent = fixture.networks.autoencoder.encode(fixture.floats("in.image"));
    assert_close("latent", latent.clone(), fixture.floats::<4>("out.latent"));
    let image = fixture.networks.autoencoder.decode(latent);
    assert_close("picture", image, fixture.floats::<4>("out.image"));
}

#[test]
fn weights_that_do_not_fit_are_named() {
    let fixture = Fixture::open();
    let mut networks = fixture.networks.clone();
    let wrong = fixture.expected.clone();
    let error = weights::load_f32(&mut networks, wrong, "fixture").unwrap_err().to_string();
    assert!(error.contains("is missing"), "{error}");
    let error = weights::load_f32(&mut networks, b"no weights".to_vec(), "fixture").unwrap_err().to_string();
    assert!(error.starts_with("the weights of the fixture do not fit"), "{error}");
}
