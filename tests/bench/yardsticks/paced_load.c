// Load at a steady pace, and how long the replies take. DEPTH reports are sent at once on each connection, LF-ended and
// marked, at moments fixed in advance, and the next ones not before DEPTH replies have come. With DEPTH 0 each report has
// a connection of its own, no LF and no mark, as the original C client sends it.
// usage: paced_load PORT CONNECTIONS DEPTH REPORTS_PER_SECOND SECONDS
// The time that counts runs from the planned moment, not from the sending: a primary that stalls holds the next reports
// back as well, and they have to show it. Prints quantiles over the batches, in milliseconds.
//
// One thread serves all connections, and waits in ppoll() only when nothing is due. A thread for each, asleep until the
// next moment, took five times the kernel's time for a report (a timer and two switches for each batch, and a sleep
// until a moment that is past is still a sleep), more than one of two cores: then the primary waited for the load, and
// the load, once late, never caught up. Original clients are few and slow; they have a thread each.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int port, connections, depth;
static double period, began;  // Seconds from one batch of a connection to the next; when the first is planned.
static long batches;          // Of each connection.
static unsigned long run_id;

typedef struct {
  long id, sent, answered, acks, others;
  double *ms;  // Of each batch that was answered.
  int fd, need, line_start, length;
  char *batch;
  unsigned long seq, total;
} client;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static struct timespec timespec_of(double seconds) {
  return (struct timespec){(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
}

static double planned(const client *c, long batch) { return began + (batch + (double)c->id / connections) * period; }

static void answered(client *c) { c->ms[c->answered] = (now() - planned(c, c->answered)) * 1e3, c->answered++; }

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

static void *original(void *arg) {
  client *c = arg;
  for (; c->sent < batches; c->sent++) {
    struct timespec at = timespec_of(planned(c, c->sent));
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, 0);
    one_shot(c->id, c->sent) ? c->acks++ : c->others++;
    answered(c);
  }
  return 0;
}

// Writes the next batch down, so that nothing is left to do at its moment but send it.
static void prepare(client *c) {
  char *p = c->batch;
  for (int i = 0; i < depth; i++) {
    unsigned likes = (c->seq * 7 + c->id) % 43;
    c->total += likes;
    p += sprintf(p, "LikesServer%ld %u %016lx#%lu=%lu\n", c->id, likes, run_id * 64 + c->id, ++c->seq, c->total);
  }
  c->length = p - c->batch;
}

// Sends what is due; returns when the next batch is.
static double send_due(client *clients) {
  double at = now(), next = at + 3600;
  for (client *c = clients; c < clients + connections; c++) {
    if (c->need || c->sent == batches) continue;
    double moment = planned(c, c->sent);
    if (moment > at) {
      if (moment < next) next = moment;
      continue;
    }
    if (write(c->fd, c->batch, c->length) != c->length) exit(1);
    c->need = depth;
    c->sent++;
    at = now();
  }
  return next;
}

static void receive(client *c) {
  char replies[65536];
  ssize_t n = read(c->fd, replies, sizeof replies);
  if (n <= 0) exit(1);
  for (ssize_t i = 0; i < n; i++) {
    if (c->line_start) replies[i] == 'A' ? c->acks++ : c->others++;
    c->line_start = replies[i] == '\n';
    c->need -= c->line_start;
  }
  if (c->need) return;
  answered(c);
  prepare(c);
}

static void pipelined(client *clients) {
  struct pollfd *fds = calloc(connections, sizeof *fds);
  prctl(PR_SET_TIMERSLACK, 1);
  for (int i = 0; i < connections; i++) {
    client *c = &clients[i];
    c->fd = dial();
    if (c->fd < 0) exit(1);
    fds[i] = (struct pollfd){.fd = c->fd, .events = POLLIN};
    c->line_start = 1;
    c->batch = malloc((size_t)depth * 96);
    prepare(c);
  }
  began = now() + 0.1;
  for (long left = connections * batches; left > 0;) {
    double wait = send_due(clients) - now();
    struct timespec t = timespec_of(wait > 0 ? wait : 0);
    if (ppoll(fds, connections, &t, 0) <= 0) continue;
    for (int i = 0; i < connections; i++) {
      if (!fds[i].revents) continue;
      long before = clients[i].answered;
      receive(&clients[i]);
      left -= clients[i].answered - before;
    }
  }
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
  period = connections * (depth ? depth : 1) / atof(argv[4]);
  batches = atof(argv[5]) / period;
  if (batches < 1) return 1;
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  run_id = t.tv_sec * 1000000UL + t.tv_nsec / 1000;
  client *clients = calloc(connections, sizeof *clients);
  for (int i = 0; i < connections; i++) {
    clients[i].id = i;
    clients[i].ms = malloc(sizeof(double) * batches);
  }
  if (depth) {
    pipelined(clients);
  } else {
    pthread_t *threads = malloc(sizeof *threads * connections);
    began = now() + 0.1;
    for (int i = 0; i < connections; i++) pthread_create(&threads[i], 0, original, &clients[i]);
    for (int i = 0; i < connections; i++) pthread_join(threads[i], 0);
  }
  long acks = 0, others = 0, all = connections * batches;
  double *ms = malloc(sizeof(double) * all);
  for (int i = 0; i < connections; i++) {
    memcpy(ms + i * batches, clients[i].ms, sizeof(double) * batches);
    acks += clients[i].acks;
    others += clients[i].others;
  }
  qsort(ms, all, sizeof *ms, ascending);
  printf("ok %ld other %ld p50 %.3f p99 %.3f p999 %.3f max %.3f\n", acks, others, ms[all / 2], ms[(long)(all * 0.99)],
         ms[(long)(all * 0.999)], ms[all - 1]);
}
