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

use std::cell::RefCell;

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
}

/// Hands OTLP `TracesData` to the next consumer. From a processor, nothing emitted means the batch continues unchanged;
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
///
/// ABI v1 says that the host answers with the size of a configuration that does not fit. Collector hosts answer 0, so
/// only the largest buffer tells that there is none.
pub fn config() -> String {
    const LARGEST: usize = 16 << 20;
    let mut text = vec![0; 1 << 12];
    loop {
        let size = unsafe { get_plugin_config(text.as_mut_ptr(), text.len()) };
        if size > text.len() {
            text.resize(size, 0);
        } else if size > 0 {
            text.truncate(size);
            return String::from_utf8(text).unwrap_or_default();
        } else if text.len() >= LARGEST {
            return "null".to_string();
        } else {
            text.resize(text.len() << 4, 0);
        }
    }
}

#[repr(C)]
struct Vector {
    text: *const u8,
    size: usize,
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
extern "C" {
    fn fd_write(fd: u32, vectors: *const Vector, count: usize, written: *mut usize) -> u32;
}

const STDERR: u32 = 2;

/// Priorities of syslog, by level.
const PRIORITIES: [&str; 5] = ["<7>", "<7>", "<6>", "<4>", "<3>"];

/// Writes one line to the host's log: to stderr, for Collector hosts do not offer the host function `log`, behind a
/// priority as systemd's journal and the host of this project read it. Each line of a longer text is an entry.
pub fn log(level: u32, line: &str) {
    let priority = PRIORITIES[level.min(ERROR) as usize];
    let mut text = String::new();
    for line in line.lines() {
        text = text + priority + line + "\n";
    }
    let vector = Vector { text: text.as_ptr(), size: text.len() };
    let mut written = 0;
    unsafe { fd_write(STDERR, &vector, 1, &mut written) };
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

/// A panic is a trap without a message; the message is in the host's log.
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

thread_local! {
    static CONFIGURED: RefCell<Option<Result<(), String>>> = RefCell::new(None);
}

/// Runs `start` once, in the first call that asks: the ABI's start, or the first batch where the host calls no start.
/// With its error that call fails, and every one after it: a filter that does not know what to drop lets nothing through.
pub fn configure(start: fn() -> Result<(), String>) -> Result<(), String> {
    CONFIGURED.with(|configured| {
        let known = configured.borrow().clone();
        known.unwrap_or_else(|| {
            log_panics();
            let result = start();
            *configured.borrow_mut() = Some(result.clone());
            result
        })
    })
}

/// Runs a consume function on the payload that the host wrote.
///
/// # Safety
/// `pointer` is what [`allocate`] returned for at least `size` bytes, or `size` is 0.
pub unsafe fn consume(
    pointer: *mut u8,
    size: usize,
    configured: Result<(), String>,
    run: fn(&mut [u8]) -> Result<(), String>,
) -> u32 {
    status(configured.and_then(|()| match size {
        0 => run(&mut []),
        _ => run(std::slice::from_raw_parts_mut(pointer, size)),
    }))
}

/// Runs a receiver. Without its configuration it returns at once, the reason told.
pub fn receive(configured: Result<(), String>, run: fn()) {
    if status(configured) == 0 {
        run();
    }
}
