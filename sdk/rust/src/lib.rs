//! otelwasm ABI v1 for guests in Rust. A guest is a `cdylib` crate that says what it does:
//!
//! ```ignore
//! otelwasm::export_lifecycle!(signals: otelwasm::TRACES, start: start, shutdown: || Ok(()));
//! otelwasm::export_consume!(traces: consume);
//!
//! fn start() -> Result<(), String> { Ok(()) }
//! fn consume(payload: &mut [u8]) -> Result<(), String> {   // OTLP TracesData, yours to change
//!     otelwasm::emit_traces(payload);   // to the next consumer; none = unchanged, zero bytes = all dropped
//!     Ok(())
//! }
//! ```
//!
//! A receiver uses `export_receiver!(traces: run)` instead of `export_consume!`. The feature `abi-0-1-0` builds for hosts
//! that know the names of ABI 0.1.0: every function is `otelwasm_*`.

mod exports;
pub mod json;
pub mod protobuf;

/// Bits of the signals that a guest serves.
pub const METRICS: u32 = 1;
pub const LOGS: u32 = 2;
pub const TRACES: u32 = 4;

/// Levels of [`log`].
pub const TRACE: u32 = 0;
pub const DEBUG: u32 = 1;
pub const INFO: u32 = 2;
pub const WARN: u32 = 3;
pub const ERROR: u32 = 4;

#[cfg(not(feature = "abi-0-1-0"))]
#[link(wasm_import_module = "opentelemetry.io/wasm")]
extern "C" {
    fn set_result_traces(payload: *const u8, size: usize);
    fn set_result_metrics(payload: *const u8, size: usize);
    fn set_result_logs(payload: *const u8, size: usize);
    fn get_plugin_config(buffer: *mut u8, limit: usize) -> usize;
    fn set_status_reason(text: *const u8, size: usize);
    fn get_shutdown_requested() -> u32;
    #[link_name = "log"]
    fn write_log(level: u32, text: *const u8, size: usize);
}

#[cfg(feature = "abi-0-1-0")]
#[link(wasm_import_module = "opentelemetry.io/wasm")]
extern "C" {
    #[link_name = "otelwasm_set_result_traces"]
    fn set_result_traces(payload: *const u8, size: usize);
    #[link_name = "otelwasm_set_result_metrics"]
    fn set_result_metrics(payload: *const u8, size: usize);
    #[link_name = "otelwasm_set_result_logs"]
    fn set_result_logs(payload: *const u8, size: usize);
    #[link_name = "otelwasm_get_plugin_config"]
    fn get_plugin_config(buffer: *mut u8, limit: usize) -> usize;
    #[link_name = "otelwasm_set_status_reason"]
    fn set_status_reason(text: *const u8, size: usize);
    #[link_name = "otelwasm_get_shutdown_requested"]
    fn get_shutdown_requested() -> u32;
    #[link_name = "otelwasm_log"]
    fn write_log(level: u32, text: *const u8, size: usize);
}

/// Hands OTLP `TracesData` to the next consumer. From a processor, nothing emitted means the batch goes on unchanged;
/// an empty payload means all of it is dropped.
pub fn emit_traces(payload: &[u8]) {
    unsafe { set_result_traces(payload.as_ptr(), payload.len()) }
}

/// Hands OTLP `MetricsData` to the next consumer, as [`emit_traces`] does.
pub fn emit_metrics(payload: &[u8]) {
    unsafe { set_result_metrics(payload.as_ptr(), payload.len()) }
}

/// Hands OTLP `LogsData` to the next consumer, as [`emit_traces`] does.
pub fn emit_logs(payload: &[u8]) {
    unsafe { set_result_logs(payload.as_ptr(), payload.len()) }
}

/// The plugin configuration: JSON, `null` where the user gave none.
pub fn config() -> String {
    let mut text = vec![0; unsafe { get_plugin_config(std::ptr::null_mut(), 0) }];
    unsafe { get_plugin_config(text.as_mut_ptr(), text.len()) };
    String::from_utf8(text).unwrap_or_default()
}

/// Writes one line to the host's logger.
pub fn log(level: u32, line: &str) {
    unsafe { write_log(level, line.as_ptr(), line.len()) }
}

/// Tells a receiver to return.
pub fn shutdown_requested() -> bool {
    unsafe { get_shutdown_requested() != 0 }
}

/// What an exported function answers: 0, or 1 with the reason given to the host.
pub fn status(result: Result<(), String>) -> u32 {
    match result {
        Ok(()) => 0,
        Err(reason) => {
            unsafe { set_status_reason(reason.as_ptr(), reason.len()) };
            1
        }
    }
}

/// A panic is a trap, without words of its own: the host's log has them.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| log(ERROR, &panic.to_string())));
}

// One buffer that only grows: there is one call at a time, and its payload is done with when the call returns.
static mut PAYLOAD: Vec<u8> = Vec::new();

pub fn allocate(size: usize) -> *mut u8 {
    let buffer = unsafe { &mut *std::ptr::addr_of_mut!(PAYLOAD) };
    buffer.clear();
    match buffer.try_reserve_exact(size) {
        Ok(()) => buffer.as_mut_ptr(),
        Err(_) => std::ptr::null_mut(),
    }
}

/// Runs a consume function on the payload that the host wrote.
///
/// # Safety
/// `pointer` is what [`allocate`] returned for at least `size` bytes, or `size` is 0.
pub unsafe fn consume(pointer: *mut u8, size: usize, run: fn(&mut [u8]) -> Result<(), String>) -> u32 {
    status(match size {
        0 => run(&mut []),
        _ => run(std::slice::from_raw_parts_mut(pointer, size)),
    })
}
