/*
 * Drops spans and log records by attribute equality, slicing the bytes instead of decoding them.
 *
 *   { "drop": [{ "attribute": "url.path", "equals": "/healthz" }] }
 */
#define OTELWASM_SIGNALS (OTELWASM_TRACES | OTELWASM_LOGS)
#include <otelwasm.h>

#include <otelwasm/json.h>
#include <otelwasm/protobuf.h>

enum { SPAN_ATTRIBUTES = 9, LOG_RECORD_ATTRIBUTES = 6 };
enum { KEY = 1, VALUE = 2, STRING_VALUE = 1 };

/* Field numbers that lead to an item: resource, scope, item. */
static const uint32_t item_path[] = {1, 2, 2};
enum { ITEM_DEPTH = 2 };

struct rule {
  char *attribute, *equals;
  uint32_t attribute_size, equals_size;
};

static struct rule *rules;
static uint32_t rule_count;
static bool malformed;

OTELWASM_START {
  char *config = otelwasm_config(); /* the rules point into it */
  if (config == NULL) return otelwasm_fail("out of memory");
  static const char *const options[] = {"drop"};
  if (!json_is_valid(config)) return otelwasm_fail("the configuration is not JSON");
  if (!json_only(config, options, 1)) return otelwasm_fail("unknown option; allowed is drop");
  char *drop = json_member(config, "drop");
  if (drop == NULL) return OTELWASM_OK;
  if (*drop != '[') return otelwasm_fail("drop must be a list");
  for (char *entry = json_first(drop); entry != NULL; entry = json_next(entry)) rule_count++;
  rules = calloc(rule_count, sizeof *rules);
  if (rules == NULL && rule_count > 0) return otelwasm_fail("out of memory");
  struct rule *rule = rules;
  char *next;
  for (char *entry = json_first(drop); entry != NULL; entry = next, rule++) {
    next = json_next(entry); /* before the strings are unescaped in place */
    char *attribute = json_member(entry, "attribute"), *equals = json_member(entry, "equals");
    rule->attribute = json_string(attribute, &rule->attribute_size);
    rule->equals = json_string(equals, &rule->equals_size);
    if (rule->attribute == NULL || rule->equals == NULL)
      return otelwasm_fail("each entry of drop needs an attribute and an equals, both strings");
  }
  return OTELWASM_OK;
}

OTELWASM_SHUTDOWN { return OTELWASM_OK; }

/* Whether one of the message's fields with that number holds the text. */
static bool has_text(struct bytes message, uint32_t number, const char *text, uint32_t size) {
  struct field field;
  uint8_t *end = message.at + message.size;
  for (uint8_t *at = message.at; at < end; at = field.end) {
    if (!read_field(at, end, &field)) return malformed = true, false;
    if (field.number == number && field.type == WIRE_BYTES &&
        bytes_equal((struct bytes){field.value, (uint32_t)(field.end - field.value)}, text, size))
      return true;
  }
  return false;
}

static bool rule_matches(struct bytes pair, const struct rule *rule) {
  if (!has_text(pair, KEY, rule->attribute, rule->attribute_size)) return false;
  struct field field;
  uint8_t *end = pair.at + pair.size;
  for (uint8_t *at = pair.at; at < end; at = field.end) {
    if (!read_field(at, end, &field)) return malformed = true, false;
    if (field.number == VALUE && field.type == WIRE_BYTES &&
        has_text((struct bytes){field.value, (uint32_t)(field.end - field.value)}, STRING_VALUE, rule->equals,
                 rule->equals_size))
      return true;
  }
  return false;
}

static bool is_dropped(struct bytes item, uint32_t attributes) {
  struct field field;
  uint8_t *end = item.at + item.size;
  for (uint8_t *at = item.at; at < end; at = field.end) {
    if (!read_field(at, end, &field)) return malformed = true, false;
    if (field.number != attributes || field.type != WIRE_BYTES) continue;
    for (uint32_t i = 0; i < rule_count; i++)
      if (rule_matches((struct bytes){field.value, (uint32_t)(field.end - field.value)}, &rules[i])) return true;
  }
  return false;
}

static uint8_t *keep(uint8_t *out, const uint8_t *from, const uint8_t *to) {
  if (out != from) memmove(out, from, (size_t)(to - from));
  return out + (to - from);
}

/*
 * Removes the items from a message where it stands and returns what is left of it. A resource or scope that lost its
 * last item goes too. A new length is never longer than the old one, so what is kept moves towards the start.
 */
static uint32_t prune(struct bytes message, uint32_t depth, uint32_t attributes, bool *changed) {
  uint8_t *end = message.at + message.size, *out = message.at;
  uint32_t left = 0, dropped = 0;
  struct field field;
  for (uint8_t *at = message.at; at < end; at = field.end) {
    if (!read_field(at, end, &field)) return malformed = true, message.size;
    if (field.number != item_path[depth] || field.type != WIRE_BYTES) {
      out = keep(out, field.head, field.end);
      continue;
    }
    struct bytes content = {field.value, (uint32_t)(field.end - field.value)};
    bool shrunk = false, gone;
    if (depth == ITEM_DEPTH) {
      gone = is_dropped(content, attributes);
    } else {
      content.size = prune(content, depth + 1, attributes, &shrunk);
      gone = shrunk && content.size == 0;
    }
    if (malformed) return message.size;
    if (gone) {
      dropped++;
      continue;
    }
    left++;
    if (shrunk) {
      *changed = true;
      out = write_varint(keep(out, field.head, field.length), content.size);
      out = keep(out, content.at, content.at + content.size);
    } else {
      out = keep(out, field.head, field.end);
    }
  }
  if (dropped > 0) *changed = true;
  return dropped > 0 && left == 0 ? 0 : (uint32_t)(out - message.at);
}

static uint32_t filter(uint8_t *payload, uint32_t size, uint32_t attributes,
                       void (*emit)(const uint8_t *payload, uint32_t size)) {
  bool changed = false;
  malformed = false;
  uint32_t kept = prune((struct bytes){payload, size}, 0, attributes, &changed);
  if (malformed) return otelwasm_fail("malformed OTLP message");
  if (changed) emit(payload, kept);
  return OTELWASM_OK;
}

OTELWASM_CONSUME(traces) { return filter(payload, size, SPAN_ATTRIBUTES, otelwasm_emit_traces); }
OTELWASM_CONSUME(logs) { return filter(payload, size, LOG_RECORD_ATTRIBUTES, otelwasm_emit_logs); }
