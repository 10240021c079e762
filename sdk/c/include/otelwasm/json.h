/* Walking a plugin configuration: enough JSON for objects, arrays, strings and whole numbers. json_is_valid comes first. */
#ifndef OTELWASM_JSON_H
#define OTELWASM_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline char *json_space(char *at) {
  while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') at++;
  return at;
}

/* The end of the well-formed string or number at `at`; NULL for anything else. */
static inline const char *json_read_string(const char *at) {
  if (*at++ != '"') return NULL;
  for (; *at != '"'; at++) {
    if ((unsigned char)*at < ' ') return NULL;
    if (*at != '\\') continue;
    at++;
    if (*at == 0 || strchr("\"\\/bfnrtu", *at) == NULL) return NULL;
    if (*at == 'u' && strspn(at + 1, "0123456789abcdefABCDEF") < 4) return NULL;
  }
  return at + 1;
}
static inline const char *json_read_number(const char *at) {
  static const char digits[] = "0123456789";
  if (*at == '-') at++;
  size_t count = strspn(at, digits);
  if (count == 0 || (count > 1 && *at == '0')) return NULL;
  at += count;
  if (*at == '.') {
    if ((count = strspn(++at, digits)) == 0) return NULL;
    at += count;
  }
  if ((*at | 32) == 'e') {
    if (*++at == '+' || *at == '-') at++;
    if ((count = strspn(at, digits)) == 0) return NULL;
    at += count;
  }
  return at;
}

/* The end of the well-formed value at `at`, with the white space around it; NULL for anything else. */
static inline const char *json_read_space(const char *at) { return at + strspn(at, " \t\r\n"); }
static inline const char *json_read(const char *at, uint32_t depth) {
  static const char *const words[] = {"null", "true", "false"};
  at = json_read_space(at);
  if (*at == '{' || *at == '[') {
    const char close = *at == '{' ? '}' : ']';
    if (depth == 64) return NULL;
    at = json_read_space(at + 1);
    if (*at == close) return json_read_space(at + 1);
    for (;; at++) {
      at = json_read_space(at);
      if (close == '}') {
        if ((at = json_read_string(at)) == NULL) return NULL;
        at = json_read_space(at);
        if (*at++ != ':') return NULL;
      }
      if ((at = json_read(at, depth + 1)) == NULL) return NULL;
      if (*at == close) return json_read_space(at + 1);
      if (*at != ',') return NULL;
    }
  }
  for (uint32_t i = 0; i < 3; i++)
    if (strncmp(at, words[i], strlen(words[i])) == 0) return json_read_space(at + strlen(words[i]));
  at = *at == '"' ? json_read_string(at) : json_read_number(at);
  return at == NULL ? NULL : json_read_space(at);
}

/* Whether the text is one JSON value, nested no deeper than 64 levels. The functions below trust that it is. */
static inline bool json_is_valid(const char *text) {
  const char *end = json_read(text, 0);
  return end != NULL && *end == 0;
}

/* The end of the value at `at`. */
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

/* Whether the value at `at` is null, or an object whose members all have one of `count` names. */
static inline bool json_only(char *at, const char *const *names, uint32_t count) {
  at = json_space(at);
  if (*at != '{') return strncmp(at, "null", 4) == 0;
  for (char *member = json_first(at); member != NULL; member = json_next(member)) {
    uint32_t i = 0;
    while (i < count && !(strncmp(member + 1, names[i], strlen(names[i])) == 0 && member[strlen(names[i]) + 1] == '"')) i++;
    if (i == count) return false;
  }
  return true;
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
