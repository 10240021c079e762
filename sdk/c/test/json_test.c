/* Runs natively: clang -Iinclude -o json_test test/json_test.c && ./json_test */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <otelwasm/json.h>
#include <otelwasm/protobuf.h>

static char *copy(const char *text) { return strcpy(malloc(strlen(text) + 1), text); }

static void knows_json(void) {
  const char *good[] = {"null", " {} ", "[]", "-0.5e+3", "\"\\u00e9\\\"\"", "{\"a\":[1,{\"b\":false}]}"};
  const char *bad[] = {"",      "{",    "[1,]", "[1 2]", "{a:1}", "{\"a\" 1}", "\"",
                       "\"\\x\"", "\"\\u12\"", "01",   "1.",    "nan",   "1 1",       "\"\n\""};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert(json_is_valid(good[i]));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert(!json_is_valid(bad[i]));
  char deep[131] = {0};
  memset(deep, '[', 65), memset(deep + 65, ']', 65);
  assert(!json_is_valid(deep));
}

static void walks_members(void) {
  static const char *const names[] = {"a", "b"};
  char *config = copy("{\"a\": [1, 2], \"b\": \"x\\n\\ud83d\\ude00\"}");
  assert(json_only(config, names, 2) && !json_only(config, names, 1));
  int count = 0;
  for (char *at = json_first(json_member(config, "a")); at != NULL; at = json_next(at)) count++;
  assert(count == 2);
  uint32_t size;
  char *text = json_string(json_member(config, "b"), &size);
  assert(size == 6 && memcmp(text, "x\n\xf0\x9f\x98\x80", 6) == 0);
  assert(json_member(config, "c") == NULL);
}

static void reads_fields(void) {
  uint8_t message[] = {0x8a, 0x00, 1, 'x', 0x12, 2, 'a', 'b', 0x18, 0x96, 0x01};
  struct field field;
  uint8_t *end = message + sizeof message;
  assert(read_field(message, end, &field) && field.number == 1 && *field.value == 'x'); /* a tag of two bytes */
  assert(read_field(field.end, end, &field) && field.number == 2 && field.end - field.value == 2);
  assert(read_field(field.end, end, &field) && field.number == 3 && field.end == end);
  assert(!read_field(message + 4, message + 7, &field)); /* cut short */
}

int main(void) {
  knows_json();
  walks_members();
  reads_fields();
  puts("ok");
  return 0;
}
