/*
 * A node that costs nothing, for the benchmark of `host`: it answers echoes and
 * broadcasts, and throws balls. Each ball that it gets it passes on to the next
 * node; after `init` it throws some (`argv[1]`) of its own. Messages are taken
 * apart by looking for what is known to stand in them, no more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char id[32], next[32];
static char out[1 << 16];
static size_t out_length;

static void flush_out(void) {
  for (size_t done = 0; done < out_length;) {
    ssize_t n = write(1, out + done, out_length - done);
    if (n <= 0) exit(1);
    done += (size_t)n;
  }
  out_length = 0;
}

static void print(const char *text, size_t length) {
  if (out_length + length > sizeof out) flush_out();
  memcpy(out + out_length, text, length);
  out_length += length;
}

/* Copies the string that begins behind a key. */
static int string_after(const char *line, const char *key, char *to, size_t size) {
  const char *at = strstr(line, key);
  if (!at) return 0;
  at += strlen(key);
  const char *end = strchr(at, '"');
  if (!end || (size_t)(end - at) >= size) return 0;
  memcpy(to, at, (size_t)(end - at));
  to[end - at] = 0;
  return 1;
}

static void throw_ball(void) {
  static char line[160];
  static size_t length;
  if (length == 0)
    length = (size_t)snprintf(line, sizeof line,
        "{\"src\":\"%s\",\"dest\":\"%s\",\"body\":{\"type\":\"ball\"}}\n", id, next);
  print(line, length);
}

static void reply(const char *line, const char *type, const char *more) {
  char to[32], text[1 << 12];
  const char *msg_id = strstr(line, "\"msg_id\":");
  if (!msg_id || !string_after(line, "\"src\":\"", to, sizeof to)) return;
  int length = snprintf(text, sizeof text,
      "{\"src\":\"%s\",\"dest\":\"%s\",\"body\":{\"type\":\"%s\"%s,\"in_reply_to\":%ld}}\n",
      id, to, type, more, strtol(msg_id + 9, NULL, 10));
  print(text, (size_t)length);
}

static void take_init(const char *line, int balls) {
  string_after(line, "\"node_id\":\"", id, sizeof id);
  const char *ids = strstr(line, "\"node_ids\":[");
  char quoted[40];
  snprintf(quoted, sizeof quoted, "\"%s\"", id);
  const char *mine = ids ? strstr(ids, quoted) : NULL;
  const char *behind = mine ? mine + strlen(quoted) : NULL;
  if (!behind || *behind != ',' || !string_after(behind, ",\"", next, sizeof next))
    string_after(line, "\"node_ids\":[\"", next, sizeof next);
  reply(line, "init_ok", "");
  for (int i = 0; i < balls; i++) throw_ball();
}

static void take(const char *line, int balls) {
  char more[1 << 10] = "", value[1 << 9];
  if (strstr(line, "\"type\":\"ball\"")) throw_ball();
  else if (strstr(line, "\"type\":\"echo\"")) {
    if (string_after(line, "\"echo\":\"", value, sizeof value))
      snprintf(more, sizeof more, ",\"echo\":\"%s\"", value);
    reply(line, "echo_ok", more);
  } else if (strstr(line, "\"type\":\"init\"")) take_init(line, balls);
}

int main(int argc, char **argv) {
  static char in[1 << 17];
  size_t length = 0;
  int balls = argc > 1 ? atoi(argv[1]) : 0;
  for (ssize_t n; (n = read(0, in + length, sizeof in - 1 - length)) > 0;) {
    length += (size_t)n;
    in[length] = 0;
    char *start = in;
    for (char *end; (end = strchr(start, '\n')); start = end + 1) {
      *end = 0;
      take(start, balls);
    }
    length -= (size_t)(start - in);
    memmove(in, start, length);
    if (length == sizeof in - 1) return 1;
    flush_out();
  }
  return 0;
}
