/*
 * A receiver of logs: one record at every interval, sleeping in between.
 *
 *   { "intervalMillis": 1000, "body": "tick" }
 */
#define OTELWASM_SIGNALS OTELWASM_LOGS
#define OTELWASM_NO_ALLOC
#include <otelwasm.h>

#include <time.h>

#include <otelwasm/json.h>
#include <otelwasm/protobuf.h>

static long interval_millis = 1000;
static const char *body = "tick";
static uint32_t body_size = 4;

OTELWASM_START {
  char *config = otelwasm_config();
  if (config == NULL) return otelwasm_fail("out of memory");
  static const char *const options[] = {"intervalMillis", "body"};
  if (!json_is_valid(config)) return otelwasm_fail("the configuration is not JSON");
  if (!json_only(config, options, 2)) return otelwasm_fail("unknown option; allowed are intervalMillis and body");
  char *interval = json_member(config, "intervalMillis"), *text = json_member(config, "body");
  if (interval != NULL && (interval_millis = strtol(interval, NULL, 10)) <= 0)
    return otelwasm_fail("intervalMillis must be a positive number");
  if (text != NULL && (body = json_string(text, &body_size)) == NULL) return otelwasm_fail("body must be a string");
  return OTELWASM_OK;
}

OTELWASM_SHUTDOWN { return OTELWASM_OK; }

static uint64_t unix_nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Fields are written backwards, from the end of a buffer, so that a message's length is known when it is written. */
static uint8_t *put_header(uint8_t *at, const uint8_t *end, uint8_t tag) {
  uint8_t head[11] = {tag};
  uint32_t size = (uint32_t)(write_varint(head + 1, (uint64_t)(end - at)) - head);
  return memcpy(at - size, head, size);
}
static uint8_t *put_text(uint8_t *at, uint8_t tag, const char *text, uint32_t size) {
  return put_header(memcpy(at - size, text, size), at, tag);
}

#define BYTES_FIELD(number) ((number) << 3 | WIRE_BYTES)

/* LogsData { 1 resource_logs { 2 scope_logs { 2 log_records { 1 time_unix_nano, 5 body { 1 string_value } } } } } */
static void emit_record(uint8_t *buffer, uint32_t capacity) {
  uint8_t *end = buffer + capacity, *at = put_text(end, BYTES_FIELD(1), body, body_size);
  uint64_t now = unix_nanos();
  at = put_header(at, end, BYTES_FIELD(5));
  at = memcpy(at - sizeof now, &now, sizeof now);
  *--at = 1 << 3 | WIRE_FIXED64;
  at = put_header(at, end, BYTES_FIELD(2));
  at = put_header(at, end, BYTES_FIELD(2));
  at = put_header(at, end, BYTES_FIELD(1));
  otelwasm_emit_logs(at, (uint32_t)(end - at));
}

OTELWASM_RECEIVER(logs) {
  uint32_t capacity = body_size + 64;
  uint8_t *buffer = malloc(capacity);
  if (buffer == NULL) return otelwasm_log(OTELWASM_LOG_ERROR, "out of memory");
  struct timespec pause = {interval_millis / 1000, interval_millis % 1000 * 1000000};
  while (!otelwasm_get_shutdown_requested()) {
    emit_record(buffer, capacity);
    nanosleep(&pause, NULL);
  }
  free(buffer);
}
