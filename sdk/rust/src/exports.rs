//! The macros that give a guest's functions their names in the ABI.

/// Exports a function under the first name, or under the second for hosts of ABI 0.1.0.
#[cfg(not(feature = "abi-0-1-0"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($v1:literal, $v010:literal, $($function:tt)+) => {
        #[export_name = $v1]
        $($function)+
    };
}

#[cfg(feature = "abi-0-1-0")]
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($v1:literal, $v010:literal, $($function:tt)+) => {
        #[export_name = $v010]
        $($function)+
    };
}

/// Exports what every guest needs: the marker, `alloc`, `start`, `shutdown` and the signals it serves.
#[macro_export]
macro_rules! export_lifecycle {
    (signals: $signals:expr, start: $start:expr, shutdown: $shutdown:expr) => {
        fn otelwasm_configured() -> Result<(), String> {
            $crate::configure($start)
        }

        $crate::__export!("abi_version_v1", "otelwasm_abi_version_0_1_0", extern "C" fn otelwasm_marker() {});

        $crate::__export!(
            "get_supported_telemetry",
            "otelwasm_get_supported_telemetry",
            extern "C" fn otelwasm_supported() -> u32 {
                $signals
            }
        );

        $crate::__export!(
            "alloc",
            "otelwasm_memory_allocate",
            extern "C" fn otelwasm_alloc(size: usize) -> *mut u8 {
                $crate::allocate(size)
            }
        );

        $crate::__export!(
            "start",
            "otelwasm_start",
            extern "C" fn otelwasm_start() -> u32 {
                $crate::status(otelwasm_configured())
            }
        );

        $crate::__export!(
            "shutdown",
            "otelwasm_shutdown",
            extern "C" fn otelwasm_shutdown() -> u32 {
                $crate::status($shutdown())
            }
        );
    };
}

/// In the module that has [`export_lifecycle!`], exports `consume_traces`, `consume_metrics` or `consume_logs`.
#[macro_export]
macro_rules! export_consume {
    (traces: $run:expr) => {
        $crate::export_consume!("consume_traces", "otelwasm_consume_traces", otelwasm_consume_traces, $run);
    };
    (metrics: $run:expr) => {
        $crate::export_consume!("consume_metrics", "otelwasm_consume_metrics", otelwasm_consume_metrics, $run);
    };
    (logs: $run:expr) => {
        $crate::export_consume!("consume_logs", "otelwasm_consume_logs", otelwasm_consume_logs, $run);
    };
    ($v1:literal, $v010:literal, $name:ident, $run:expr) => {
        $crate::__export!(
            $v1,
            $v010,
            unsafe extern "C" fn $name(pointer: *mut u8, size: usize) -> u32 {
                $crate::consume(pointer, size, otelwasm_configured(), $run)
            }
        );
    };
}

/// In the module that has [`export_lifecycle!`], exports `start_traces_receiver`, `start_metrics_receiver` or `start_logs_receiver`.
#[macro_export]
macro_rules! export_receiver {
    (traces: $run:expr) => {
        $crate::export_receiver!("start_traces_receiver", "otelwasm_start_traces_receiver", $run);
    };
    (metrics: $run:expr) => {
        $crate::export_receiver!("start_metrics_receiver", "otelwasm_start_metrics_receiver", $run);
    };
    (logs: $run:expr) => {
        $crate::export_receiver!("start_logs_receiver", "otelwasm_start_logs_receiver", $run);
    };
    ($v1:literal, $v010:literal, $run:expr) => {
        $crate::__export!(
            $v1,
            $v010,
            extern "C" fn otelwasm_receiver() {
                $crate::receive(otelwasm_configured(), $run)
            }
        );
    };
}
