/*
 * otelwasm ABI v1 for guests in C: include this header in ONE source file, and define what the guest does.
 *
 *   #define OTELWASM_SIGNALS OTELWASM_TRACES
 *   #include <otelwasm.h>
 *
 *   OTELWASM_START { return OTELWASM_OK; }
 *   OTELWASM_SHUTDOWN { return OTELWASM_OK; }
 *   OTELWASM_CONSUME(traces) {                  // uint8_t *payload, uint32_t size: OTLP TracesData, yours to change
 *     otelwasm_emit_traces(payload, size);      // to the next consumer; none = unchanged, zero bytes = all dropped
 *     return OTELWASM_OK;
 *   }
 *
 * A receiver defines OTELWASM_RECEIVER(traces) instead of OTELWASM_CONSUME, and OTELWASM_NO_ALLOC before the include.
 *
 *   clang --target=wasm32-wasi -mexec-model=reactor -mbulk-memory -O2 -Isdk/c/include \
 *     -Wl,--strip-all,--stack-first -o guest.wasm guest.c
 *
 * -DOTELWASM_ABI_0_1_0 builds for hosts that know the names of ABI 0.1.0: every function is otelwasm_*.
 */
#ifndef OTELWASM_H
#define OTELWASM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef OTELWASM_ABI_0_1_0
#define OTELWASM_NAME(name) "otelwasm_" name
#define OTELWASM_MARKER_NAME "otelwasm_abi_version_0_1_0"
#define OTELWASM_ALLOC_NAME "otelwasm_memory_allocate"
#else
#define OTELWASM_NAME(name) name
#define OTELWASM_MARKER_NAME "abi_version_v1"
#define OTELWASM_ALLOC_NAME "alloc"
#endif

/* Every host offers this module, in both namings. */
#define OTELWASM_MODULE "opentelemetry.io/wasm"

#define OTELWASM_EXPORT(name) __attribute__((export_name(name)))
#define OTELWASM_IMPORT(name) __attribute__((import_module(OTELWASM_MODULE), import_name(OTELWASM_NAME(name))))

/* Bits of OTELWASM_SIGNALS: the signals that this guest serves. */
#define OTELWASM_METRICS 1
#define OTELWASM_LOGS 2
#define OTELWASM_TRACES 4

/* Status of start, shutdown and consume. */
#define OTELWASM_OK 0
#define OTELWASM_ERROR 1

enum otelwasm_level {
  OTELWASM_LOG_TRACE,
  OTELWASM_LOG_DEBUG,
  OTELWASM_LOG_INFO,
  OTELWASM_LOG_WARN,
  OTELWASM_LOG_ERROR
};

/* What the host offers. It copies what it is given before it returns. */
OTELWASM_IMPORT("set_result_traces") void otelwasm_emit_traces(const uint8_t *payload, uint32_t size);
OTELWASM_IMPORT("set_result_metrics") void otelwasm_emit_metrics(const uint8_t *payload, uint32_t size);
OTELWASM_IMPORT("set_result_logs") void otelwasm_emit_logs(const uint8_t *payload, uint32_t size);
OTELWASM_IMPORT("get_plugin_config") uint32_t otelwasm_get_plugin_config(char *buffer, uint32_t limit);
OTELWASM_IMPORT("set_status_reason") void otelwasm_set_status_reason(const char *text, uint32_t size);
OTELWASM_IMPORT("get_shutdown_requested") uint32_t otelwasm_get_shutdown_requested(void);

/* What the guest exports. OTELWASM_START reads the configuration, once: in start, or in the first call where the host calls
 * no start. If it fails, that call and all after it fail: a filter that does not know what to drop lets nothing through. */
#define OTELWASM_START static uint32_t otelwasm_configure(void)
#define OTELWASM_SHUTDOWN OTELWASM_EXPORT(OTELWASM_NAME("shutdown")) uint32_t otelwasm_shutdown(void)
#define OTELWASM_CONSUME(signal) \
  static uint32_t otelwasm_handle_##signal(uint8_t *payload, uint32_t size); \
  OTELWASM_EXPORT(OTELWASM_NAME("consume_" #signal)) \
  uint32_t otelwasm_consume_##signal(uint8_t *payload, uint32_t size) { \
    uint32_t status = otelwasm_ready(); \
    return status == OTELWASM_OK ? otelwasm_handle_##signal(payload, size) : status; \
  } \
  static uint32_t otelwasm_handle_##signal(uint8_t *payload, uint32_t size)
#define OTELWASM_RECEIVER(signal) \
  static void otelwasm_receive_##signal(void); \
  OTELWASM_EXPORT(OTELWASM_NAME("start_" #signal "_receiver")) void otelwasm_start_##signal##_receiver(void) { \
    if (otelwasm_ready() == OTELWASM_OK) otelwasm_receive_##signal(); \
  } \
  static void otelwasm_receive_##signal(void)

OTELWASM_EXPORT(OTELWASM_MARKER_NAME) void otelwasm_abi_marker(void) {}

OTELWASM_EXPORT(OTELWASM_NAME("get_supported_telemetry")) uint32_t otelwasm_supported(void) {
  return OTELWASM_SIGNALS;
}

#ifndef OTELWASM_NO_ALLOC
/* One buffer that only grows: there is one call at a time, and its payload is done with when the call returns. */
OTELWASM_EXPORT(OTELWASM_ALLOC_NAME) uint8_t *otelwasm_alloc(uint32_t size) {
  static uint8_t *buffer;
  static uint32_t capacity;
  if (size > capacity) {
    free(buffer);
    buffer = malloc(size);
    capacity = buffer == NULL ? 0 : size;
  }
  return buffer;
}
#endif

/* Says why the running call fails, and answers its status. */
static char otelwasm_reason[512];
static inline uint32_t otelwasm_fail(const char *reason) {
  otelwasm_set_status_reason(reason, (uint32_t)strlen(reason));
  strncpy(otelwasm_reason, reason, sizeof otelwasm_reason - 1);
  return OTELWASM_ERROR;
}

/* Whether the guest has its configuration: the status of OTELWASM_START, which runs in the first call that asks. */
static uint32_t otelwasm_configure(void);
static uint32_t otelwasm_ready(void) {
  static bool is_read;
  static uint32_t status;
  static char reason[sizeof otelwasm_reason];
  if (!is_read) {
    is_read = true;
    status = otelwasm_configure();
    memcpy(reason, otelwasm_reason, sizeof reason);
  } else if (status != OTELWASM_OK) {
    otelwasm_fail(reason);
  }
  return status;
}

OTELWASM_EXPORT(OTELWASM_NAME("start")) uint32_t otelwasm_start(void) { return otelwasm_ready(); }

struct otelwasm_vector {
  const char *text;
  uint32_t size;
};
__attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_write"))) uint32_t
otelwasm_fd_write(uint32_t fd, const struct otelwasm_vector *vectors, uint32_t count, uint32_t *written);

/* Writes one line to the host's log: to stderr, for Collector hosts do not offer the host function log, behind a priority
 * of syslog as systemd's journal and the host of this project read it. */
static inline void otelwasm_log(enum otelwasm_level level, const char *line) {
  static const char priorities[][4] = {"<7>", "<7>", "<6>", "<4>", "<3>"};
  struct otelwasm_vector vectors[] = {{priorities[level], 3}, {line, (uint32_t)strlen(line)}, {"\n", 1}};
  uint32_t written;
  otelwasm_fd_write(2, vectors, 3, &written);
}

/*
 * The plugin configuration, zero-terminated JSON, "null" if the user gave none; the caller frees it. NULL: no memory.
 *
 * ABI v1 says that the host answers with the size of a configuration that does not fit. Collector hosts answer 0, so only
 * the largest buffer tells that there is none.
 */
static inline char *otelwasm_config(void) {
  const uint32_t largest = 16u << 20;
  for (uint32_t capacity = 1u << 12;;) {
    char *text = malloc(capacity + 1);
    if (text == NULL) return NULL;
    uint32_t size = otelwasm_get_plugin_config(text, capacity);
    if (size == 0 && capacity >= largest) {
      memcpy(text, "null", size = 4);
    }
    if (size > 0 && size <= capacity) {
      text[size] = 0;
      return text;
    }
    free(text);
    capacity = size > 0 ? size : capacity << 4;
  }
}

#endif
