//! `vignette generate`: one picture from a prompt.

use std::path::{Path, PathBuf};

use clap::Args;
use safetensors::tensor::{Dtype, TensorView};

use super::{
    Failure, catch_interrupts,
    painting::{Meter, PaintingOptions, guidance},
};
use crate::{
    engine::{DumpedTensor, Init, Precision, Request},
    export,
    raster::{Mask, Picture},
};

#[derive(Args)]
#[command(
    after_help = "Example: vignette generate --prompt \"watercolour, a red fox in a snowfield, at night\" --seed 7 --out fox.png"
)]
pub(super) struct Options {
    /// What to paint, in words
    #[arg(long, value_name = "TEXT")]
    prompt: String,
    /// What to avoid
    #[arg(long, value_name = "TEXT", default_value = "")]
    negative: String,
    #[command(flatten)]
    painting: PaintingOptions,
    /// FLUX's guidance away from --negative, beside --guidance; doubles the work
    #[arg(long, value_name = "G", value_parser = guidance)]
    true_guidance: Option<f32>,
    /// Class index, for class-conditional models
    #[arg(long, value_name = "N")]
    class: Option<u32>,
    /// The solver: euler, ddim, ddpm or dpm++2m, as the model allows
    #[arg(long, value_name = "NAME")]
    solver: Option<String>,
    /// A picture to start from
    #[arg(long, value_name = "IMAGE")]
    init: Option<PathBuf>,
    /// How much of --init may change, 0 to 1; 1 by default with a mask, else 0.7
    #[arg(long, value_name = "F", requires = "init", value_parser = strength)]
    strength: Option<f32>,
    /// Where to repaint --init: white is repainted, black is kept
    #[arg(long, value_name = "IMAGE", requires = "init")]
    mask: Option<PathBuf>,
    /// A LoRA with an optional scale; may be repeated
    #[arg(long, value_name = "FILE[:SCALE]")]
    lora: Vec<String>,
    /// Take the initial latent from a tensor instead of the seed
    #[arg(long, value_name = "FILE.safetensors#NAME")]
    noise: Option<String>,
    /// Write every intermediate tensor
    #[arg(long, value_name = "FILE.safetensors")]
    dump: Option<PathBuf>,
    /// Number format: f32, f16 or auto
    #[arg(long, default_value = "auto", value_parser = precision)]
    precision: Precision,
    /// The picture to write, .png
    #[arg(long, value_name = "IMAGE.png")]
    out: PathBuf,
}

fn strength(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("strength is a number from 0 (keep) to 1 (repaint)".into()),
    }
}

fn precision(text: &str) -> Result<Precision, String> {
    match text {
        "auto" => Ok(Precision::Auto),
        "f32" => Ok(Precision::F32),
        "f16" => Ok(Precision::F16),
        _ => Err("precision is auto, f32 or f16".into()),
    }
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let request = request(options)?;
    for path in [Some(&options.out), options.dump.as_ref()].into_iter().flatten() {
        export::check_writable(path).map_err(Failure::input)?;
    }
    if options.out.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("png")) {
        return Err(Failure::Input(format!(
            "the picture's name must end in .png: {}",
            options.out.display()
        )));
    }
    catch_interrupts()?;
    let mut engine = options.painting.open_engine()?;
    let mut meter = Meter::new();
    let painted = meter.paint(&mut engine, &request, "picture", 1)?;
    meter.finish();
    let png = painted.picture.to_png(&painted.parameters).map_err(Failure::work)?;
    export::write_file(&options.out, &png).map_err(Failure::work)?;
    if let Some(path) = &options.dump {
        export::write_file(path, &dump_bytes(&painted.dump)?).map_err(Failure::work)?;
    }
    Ok(())
}

fn request(options: &Options) -> Result<Request, Failure> {
    let open = |path: &PathBuf| Picture::open(path).map_err(Failure::input);
    let mask = options.mask.as_ref().map(open).transpose()?.as_ref().map(Mask::from_picture);
    let default_strength = if mask.is_some() { 1.0 } else { 0.7 };
    let init = options
        .init
        .as_ref()
        .map(open)
        .transpose()?
        .map(|picture| Init { picture, strength: options.strength.unwrap_or(default_strength) });
    // A picture to start from gives its size, unless another was asked for.
    let size_of_init = init.as_ref().map(|init| {
        format!("{}x{}", init.picture.width_px(), init.picture.height_px()).parse().map_err(Failure::Input)
    });
    Ok(Request {
        prompt: options.prompt.clone(),
        negative: options.negative.clone(),
        model: options.painting.model()?,
        class: options.class,
        size: match options.painting.size {
            Some(size) => Some(size),
            None => size_of_init.transpose()?,
        },
        steps: options.painting.steps,
        solver: options.solver.clone(),
        guidance: options.painting.guidance,
        true_guidance: options.true_guidance,
        seed: options.painting.seed,
        init,
        mask,
        loras: options.lora.iter().map(|text| lora(text)).collect::<Result<_, _>>()?,
        noise: options.noise.as_deref().map(noise).transpose()?,
        dump: options.dump.is_some(),
        precision: options.precision,
    })
}

fn lora(text: &str) -> Result<(PathBuf, f32), Failure> {
    // A name that exists is taken whole: it may hold a colon itself.
    if Path::new(text).exists() {
        return Ok((text.into(), 1.0));
    }
    let (file, scale) = match text.rsplit_once(':').map(|(file, scale)| (file, scale.parse::<f32>())) {
        Some((file, Ok(scale))) if scale.is_finite() => (file, scale),
        _ => (text, 1.0),
    };
    if Path::new(file).exists() {
        Ok((file.into(), scale))
    } else {
        Err(Failure::Input(format!("there is no such LoRA file: {file}")))
    }
}

fn noise(text: &str) -> Result<(PathBuf, String), Failure> {
    match text.rsplit_once('#') {
        Some((file, name)) if !file.is_empty() && !name.is_empty() => Ok((file.into(), name.into())),
        _ => Err(Failure::Input(format!("'{text}' names no tensor; write FILE.safetensors#NAME"))),
    }
}

fn dump_bytes(tensors: &[DumpedTensor]) -> Result<Vec<u8>, Failure> {
    let bytes: Vec<Vec<u8>> = tensors
        .iter()
        .map(|tensor| tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect())
        .collect();
    let views = tensors
        .iter()
        .zip(&bytes)
        .map(|(tensor, bytes)| {
            TensorView::new(Dtype::F32, tensor.shape.clone(), bytes)
                .map(|view| (tensor.name.clone(), view))
                .map_err(Failure::work)
        })
        .collect::<Result<Vec<_>, _>>()?;
    safetensors::serialize(views, None).map_err(Failure::work)
}
