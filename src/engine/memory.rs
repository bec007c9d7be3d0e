//! How much memory this machine has, where the system tells it in a file.

/// Memory of the machine in bytes.
pub fn total_bytes() -> Option<u64> {
    field("MemTotal:")
}

/// Memory that could be used without pushing others out, in bytes.
pub fn available_bytes() -> Option<u64> {
    field("MemAvailable:")
}

fn field(name: &str) -> Option<u64> {
    kib("/proc/meminfo", name)
}

fn of_process(name: &str) -> Option<u64> {
    kib("/proc/self/status", name)
}

fn kib(file: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// The most memory that this process has had so far, with the pages of files
/// that it mapped.
pub fn peak_bytes() -> Option<u64> {
    of_process("VmHWM:")
}

/// Memory of this process now that is not the page cache's: what the system
/// cannot take back.
pub fn own_bytes() -> Option<u64> {
    of_process("RssAnon:")
}
