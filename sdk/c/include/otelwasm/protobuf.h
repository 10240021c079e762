/* Reading and writing OTLP bytes in place, without decoding messages. */
#ifndef OTELWASM_PROTOBUF_H
#define OTELWASM_PROTOBUF_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

struct bytes {
  uint8_t *at;
  uint32_t size;
};

/* A field of a message: [head, length) is its tag, [value, end) what it holds. */
struct field {
  uint32_t number, type;
  uint8_t *head, *length, *value, *end;
};

static inline uint8_t *read_varint(uint8_t *at, const uint8_t *end, uint64_t *value) {
  if (at < end && *at < 0x80) return *value = *at, at + 1; /* nearly all tags and lengths */
  *value = 0;
  for (uint32_t shift = 0; at < end && shift < 64; shift += 7) {
    *value |= (uint64_t)(*at & 0x7f) << shift;
    if (*at++ < 0x80) return at;
  }
  return NULL;
}

static inline uint8_t *write_varint(uint8_t *at, uint64_t value) {
  for (; value >= 0x80; value >>= 7) *at++ = (uint8_t)value | 0x80;
  *at++ = (uint8_t)value;
  return at;
}

/* Reads the field at `at`; false if the message is malformed there. */
static inline bool read_field(uint8_t *at, uint8_t *end, struct field *field) {
  uint64_t tag, size = 0;
  field->head = at;
  if ((at = read_varint(at, end, &tag)) == NULL || tag >> 3 == 0) return false;
  field->number = (uint32_t)(tag >> 3);
  field->type = tag & 7;
  field->length = at;
  switch (field->type) {
    case WIRE_VARINT: {
      uint8_t *after = read_varint(at, end, &tag);
      if (after == NULL) return false;
      size = (uint64_t)(after - at);
      break;
    }
    case WIRE_FIXED64: size = 8; break;
    case WIRE_FIXED32: size = 4; break;
    case WIRE_BYTES:
      if ((at = read_varint(at, end, &size)) == NULL) return false;
      break;
    default: return false;
  }
  if (size > (uint64_t)(end - at)) return false;
  field->value = at;
  field->end = at + size;
  return true;
}

static inline bool bytes_equal(struct bytes bytes, const char *text, uint32_t size) {
  return bytes.size == size && memcmp(bytes.at, text, size) == 0;
}

#endif
