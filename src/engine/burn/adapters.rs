//! Which graphics adapters there are, and which device paints.

use burn::tensor::{Device, DeviceKind};
use serde::Serialize;

use crate::engine::{DeviceChoice, EngineError};

/// A graphics adapter as the system reports it.
#[derive(Clone, Debug, Serialize)]
pub struct Adapter {
    /// Its name.
    pub name: String,
    /// `discrete GPU`, `integrated GPU`, `virtual GPU`, `software` or `other`.
    pub kind: &'static str,
    /// The graphics interface: Vulkan, Metal, Dx12 or Gl.
    pub api: String,
    /// The driver and its version.
    pub driver: String,
    /// The largest buffer that a shader can bind, in bytes.
    pub max_buffer_bytes: u64,
    /// Whether shaders can use 16-bit floats.
    pub f16: bool,
    /// Whether shaders can use subgroups.
    pub subgroups: bool,
    #[serde(skip)]
    device_type: wgpu::DeviceType,
}

impl Adapter {
    fn is_real_gpu(&self) -> bool {
        use wgpu::DeviceType::{DiscreteGpu, IntegratedGpu, VirtualGpu};
        matches!(self.device_type, DiscreteGpu | IntegratedGpu | VirtualGpu)
    }

    fn device_kind(&self) -> DeviceKind {
        match self.device_type {
            wgpu::DeviceType::DiscreteGpu => DeviceKind::DiscreteGpu(0),
            wgpu::DeviceType::IntegratedGpu => DeviceKind::IntegratedGpu(0),
            wgpu::DeviceType::VirtualGpu => DeviceKind::VirtualGpu(0),
            wgpu::DeviceType::Cpu => DeviceKind::Cpu,
            wgpu::DeviceType::Other => DeviceKind::DefaultDevice,
        }
    }
}

/// The adapters that can compute, best first: discrete, integrated, virtual,
/// software. OpenGL is left out; it cannot run the kernels.
pub fn adapters() -> Vec<Adapter> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = wgpu::Backends::PRIMARY;
    let instance = wgpu::Instance::new(descriptor);
    let mut found: Vec<Adapter> = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY))
        .iter()
        .map(describe)
        .collect();
    found.sort_by_key(|adapter| match adapter.device_type {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Cpu => 3,
        wgpu::DeviceType::Other => 4,
    });
    found
}

fn describe(adapter: &wgpu::Adapter) -> Adapter {
    let info = adapter.get_info();
    let features = adapter.features();
    Adapter {
        name: info.name,
        kind: match info.device_type {
            wgpu::DeviceType::DiscreteGpu => "discrete GPU",
            wgpu::DeviceType::IntegratedGpu => "integrated GPU",
            wgpu::DeviceType::VirtualGpu => "virtual GPU",
            wgpu::DeviceType::Cpu => "software",
            wgpu::DeviceType::Other => "other",
        },
        api: format!("{:?}", info.backend),
        driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
        max_buffer_bytes: adapter.limits().max_storage_buffer_binding_size,
        f16: features.contains(wgpu::Features::SHADER_F16),
        subgroups: features.contains(wgpu::Features::SUBGROUP),
        device_type: info.device_type,
    }
}

/// A device and why it is the one.
#[derive(Clone, Debug)]
pub struct ChosenDevice {
    /// The device.
    pub device: Device,
    /// Its name for the writer.
    pub name: String,
    /// Why it was chosen, as half a sentence.
    pub why: String,
    /// Something the writer should know: the wish could not be met.
    pub notice: Option<String>,
}

/// Picks the device for a wish.
///
/// `auto` takes a real GPU when there is one. Software Vulkan computes on the
/// CPU too, at a tenth of the speed of the CPU backend, so `auto` never takes it.
/// A wish for a GPU where there is none is met by the CPU with a notice.
///
/// # Errors
/// None at present; a device that cannot be opened shows at its first use.
pub fn choose_device(choice: DeviceChoice, adapters: &[Adapter]) -> Result<ChosenDevice, EngineError> {
    let cpu = |why: &str, notice: Option<String>| ChosenDevice {
        device: Device::flex(),
        name: "CPU".into(),
        why: why.into(),
        notice,
    };
    let gpu = |adapter: &Adapter, why: &str| ChosenDevice {
        device: Device::wgpu(adapter.device_kind()),
        name: format!("{} ({})", adapter.name, adapter.api),
        why: why.into(),
        notice: None,
    };
    let best = adapters.first();
    Ok(match (choice, best) {
        (DeviceChoice::Cpu, _) => cpu("as asked", None),
        (DeviceChoice::Gpu, Some(adapter)) => gpu(adapter, "as asked"),
        (DeviceChoice::Gpu, None) => cpu(
            "no graphics adapter was found",
            Some("no graphics adapter was found, so the CPU paints; installing a Vulkan driver would change that".into()),
        ),
        (DeviceChoice::Auto, Some(adapter)) if adapter.is_real_gpu() => gpu(adapter, "it is a real GPU"),
        (DeviceChoice::Auto, Some(_)) => cpu("there is only software Vulkan, and the CPU backend is faster", None),
        (DeviceChoice::Auto, None) => cpu("no graphics adapter was found", None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(device_type: wgpu::DeviceType) -> Adapter {
        Adapter {
            name: "card".into(),
            kind: "",
            api: "Vulkan".into(),
            driver: String::new(),
            max_buffer_bytes: 0,
            f16: false,
            subgroups: false,
            device_type,
        }
    }

    #[test]
    fn auto_prefers_real_gpus_and_never_software() {
        let name = |choice, adapters: &[Adapter]| choose_device(choice, adapters).unwrap().name;
        let (real, software) = (adapter(wgpu::DeviceType::IntegratedGpu), adapter(wgpu::DeviceType::Cpu));
        assert_eq!(name(DeviceChoice::Auto, std::slice::from_ref(&real)), "card (Vulkan)");
        assert_eq!(name(DeviceChoice::Auto, std::slice::from_ref(&software)), "CPU");
        assert_eq!(name(DeviceChoice::Gpu, &[software]), "card (Vulkan)");
        assert_eq!(name(DeviceChoice::Cpu, &[real]), "CPU");
        let none = choose_device(DeviceChoice::Gpu, &[]).unwrap();
        assert!(none.name == "CPU" && none.notice.is_some());
        assert!(choose_device(DeviceChoice::Auto, &[]).unwrap().notice.is_none());
    }
}
