/* Walking a plugin configuration: enough JSON for objects, arrays, strings and whole numbers. */
#ifndef OTELWASM_JSON_H
#define OTELWASM_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline char *json_space(char *at) {
  while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') at++;
  return at;
}

/* The end of the value at `at`. The host wrote the text, so it is well-formed. */
static inline char *json_skip(char *at) {
  uint32_t depth = 0;
  do {
    at = json_space(at);
    if (*at == '"') {
      for (at++; *at != '"'; at++)
        if (*at == '\\') at++;
      at++;
    } else if (*at == '{' || *at == '[') {
      depth++, at++;
    } else if (*at == '}' || *at == ']') {
      depth--, at++;
    } else if (*at == ',' || *at == ':') {
      at++;
    } else {
      while (*at != 0 && strchr(",:]} \t\r\n", *at) == NULL) at++;
    }
  } while (depth > 0);
  return at;
}

/* The first element or member of the array or object at `at`, and the one after it; NULL when there is none. */
static inline char *json_first(char *at) {
  at = json_space(at);
  if (*at != '{' && *at != '[') return NULL;
  at = json_space(at + 1);
  return *at == '}' || *at == ']' ? NULL : at;
}
static inline char *json_next(char *at) {
  at = json_space(json_skip(at));
  if (*at == ':') at = json_space(json_skip(at + 1));
  return *at == ',' ? json_space(at + 1) : NULL;
}

/* The value of a member of the object at `at`, or NULL. */
static inline char *json_member(char *at, const char *name) {
  size_t size = strlen(name);
  for (char *member = json_first(at); member != NULL; member = json_next(member))
    if (*member == '"' && strncmp(member + 1, name, size) == 0 && member[size + 1] == '"')
      return json_space(json_space(json_skip(member)) + 1);
  return NULL;
}

static inline char *json_hex(char *at, uint32_t *code) {
  *code = 0;
  for (char *end = at + 4; at < end; at++)
    *code = *code << 4 | (uint32_t)(*at <= '9' ? *at - '0' : (*at | 32) - 'a' + 10);
  return at;
}

static inline char *json_utf8(char *out, uint32_t code) {
  if (code < 0x80) return *out++ = (char)code, out;
  if (code < 0x800) {
    *out++ = (char)(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      *out++ = (char)(0xe0 | code >> 12);
    } else {
      *out++ = (char)(0xf0 | code >> 18);
      *out++ = (char)(0x80 | (code >> 12 & 0x3f));
    }
    *out++ = (char)(0x80 | (code >> 6 & 0x3f));
  }
  *out++ = (char)(0x80 | (code & 0x3f));
  return out;
}

/* Unescapes the string at `at` where it stands and returns its bytes and size; NULL if it is no string. */
static inline char *json_string(char *at, uint32_t *size) {
  if (at == NULL || *at != '"') return NULL;
  char *begin = at + 1, *out = begin;
  for (at++; *at != '"';) {
    if (*at != '\\') {
      *out++ = *at++;
      continue;
    }
    at++;
    if (*at == 'u') {
      uint32_t code, low;
      at = json_hex(at + 1, &code);
      if (code >> 10 == 0x36 && at[0] == '\\' && at[1] == 'u') {
        at = json_hex(at + 2, &low);
        code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
      }
      out = json_utf8(out, code);
    } else {
      const char *from = "bfnrt", *to = "\b\f\n\r\t", *found = strchr(from, *at);
      *out++ = found == NULL ? *at : to[found - from];
      at++;
    }
  }
  *size = (uint32_t)(out - begin);
  return begin;
}

#endif
