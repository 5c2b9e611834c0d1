// Load at a steady pace, and how long the replies take. CONNECTIONS threads; each sends DEPTH reports at once, LF-ended
// and marked, at moments fixed in advance, and waits for DEPTH replies. With DEPTH 0 each report has a connection of its
// own, no LF and no mark, as the original C client sends it.
// usage: paced_load PORT CONNECTIONS DEPTH REPORTS_PER_SECOND SECONDS
// The time that counts runs from the planned moment, not from the sending: a primary that stalls holds the next reports
// back as well, and they have to show it. Prints quantiles over the batches, in milliseconds.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <pthread.h>

static int port, connections, depth;
static double rate, seconds, began;
static unsigned long run_id;
typedef struct {
  double *ms;
  long batches, acks, others;
} result;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void sleep_until(double at) {
  struct timespec t = {(time_t)at, (long)((at - (time_t)at) * 1e9)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, 0);
}

static int dial(void) {
  struct sockaddr_in a = {0};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (connect(fd, (void *)&a, sizeof a) < 0) return -1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// One report on a connection of its own; true if it was acknowledged.
static int one_shot(long id, long n) {
  struct linger reset = {1, 0};
  char text[64], reply[4] = {0};
  int fd = dial();
  if (fd < 0) return 0;
  int length = sprintf(text, "LikesServer%ld %ld", id, n % 43);
  int ok = write(fd, text, length) == length && read(fd, reply, 3) == 3 && !memcmp(reply, "ACK", 3);
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close(fd);
  return ok;
}

static void *run(void *arg) {
  long id = (long)arg;
  result *res = calloc(1, sizeof *res);
  int size = depth ? depth : 1;
  double period = connections * size / rate;
  long batches = seconds / period;
  res->ms = malloc(sizeof(double) * (batches + 1));
  int fd = depth ? dial() : -1;
  if (depth && fd < 0) return res;
  char *batch = malloc((size_t)size * 96), replies[65536];
  unsigned long seq = 0, total = 0;
  for (long b = 0; b < batches; b++) {
    double planned = began + (b + (double)id / connections) * period;
    char *p = batch;
    for (int i = 0; i < depth; i++) {
      unsigned likes = (seq * 7 + id) % 43;
      total += likes;
      p += sprintf(p, "LikesServer%ld %u %016lx#%lu=%lu\n", id, likes, run_id * 64 + id, ++seq, total);
    }
    sleep_until(planned);
    if (!depth) {
      one_shot(id, b) ? res->acks++ : res->others++;
    } else {
      if (write(fd, batch, p - batch) != p - batch) return res;
      int line_start = 1;
      for (int need = depth; need > 0;) {
        ssize_t n = read(fd, replies, sizeof replies);
        if (n <= 0) return res;
        for (ssize_t i = 0; i < n; i++) {
          if (line_start) replies[i] == 'A' ? res->acks++ : res->others++;
          line_start = replies[i] == '\n';
          need -= line_start;
        }
      }
    }
    res->ms[res->batches++] = (now() - planned) * 1e3;
  }
  if (fd >= 0) close(fd);
  return res;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc < 6) {
    fprintf(stderr, "usage: paced_load PORT CONNECTIONS DEPTH REPORTS_PER_SECOND SECONDS\n");
    return 2;
  }
  port = atoi(argv[1]);
  connections = atoi(argv[2]);
  depth = atoi(argv[3]);
  rate = atof(argv[4]);
  seconds = atof(argv[5]);
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  run_id = t.tv_sec * 1000000UL + t.tv_nsec / 1000;
  began = now() + 0.1;
  pthread_t *threads = malloc(sizeof *threads * connections);
  for (long i = 0; i < connections; i++) pthread_create(&threads[i], 0, run, (void *)i);
  double *all = 0;
  long batches = 0, acks = 0, others = 0;
  for (int i = 0; i < connections; i++) {
    result *res;
    pthread_join(threads[i], (void **)&res);
    all = realloc(all, sizeof(double) * (batches + res->batches + 1));
    memcpy(all + batches, res->ms, sizeof(double) * res->batches);
    batches += res->batches;
    acks += res->acks;
    others += res->others;
  }
  if (!batches) return 1;
  qsort(all, batches, sizeof *all, ascending);
  printf("ok %ld other %ld p50 %.3f p99 %.3f p999 %.3f max %.3f\n", acks, others, all[batches / 2],
         all[(long)(batches * 0.99)], all[(long)(batches * 0.999)], all[batches - 1]);
}
