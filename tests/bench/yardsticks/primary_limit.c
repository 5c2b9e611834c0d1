// epoll reference: one thread, newline-framed like reports, running total, journal line per report, ACK line
// per report
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#define B 65536
typedef struct {
  char b[B];
  int have;
} conn;
static conn* cs[65536];
static char logb[1 << 20];
static int ln;
static char acks[B * 4];
static long total;
static int lf;
static int num(char* o, long n) {
  char t[24];
  int k = 0;
  do {
    t[k++] = '0' + n % 10;
    n /= 10;
  } while (n);
  for (int i = 0; i < k; i++) o[i] = t[k - 1 - i];
  return k;
}
int main(int c, char** v) {
  int port = atoi(v[1]);
  lf = open(c > 2 ? v[2] : "/tmp/primary_limit.log", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, 4);
  struct sockaddr_in a = {0};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(0x7f000001);
  a.sin_port = htons(port);
  if (bind(s, (void*)&a, sizeof a)) {
    perror("bind");
    return 1;
  }
  listen(s, 4096);
  fcntl(s, F_SETFL, O_NONBLOCK);
  int e = epoll_create1(0);
  struct epoll_event ev = {EPOLLIN, {.fd = s}};
  epoll_ctl(e, EPOLL_CTL_ADD, s, &ev);
  struct epoll_event evs[256];
  for (;;) {
    int n = epoll_wait(e, evs, 256, -1);
    for (int i = 0; i < n; i++) {
      int f = evs[i].data.fd;
      if (f == s) {
        int k;
        while ((k = accept4(s, 0, 0, SOCK_NONBLOCK)) >= 0) {
          setsockopt(k, IPPROTO_TCP, TCP_NODELAY, &one, 4);
          if (!cs[k]) cs[k] = malloc(sizeof(conn));
          cs[k]->have = 0;
          struct epoll_event x = {EPOLLIN, {.fd = k}};
          epoll_ctl(e, EPOLL_CTL_ADD, k, &x);
        }
        continue;
      }
      conn* q = cs[f];
      int r = read(f, q->b + q->have, B - q->have);
      if (r <= 0) {
        if (r < 0 && errno == EAGAIN) continue;
        close(f);
        continue;
      }
      int end = q->have + r, st = 0, ap = 0;
      for (;;) {
        char* nl = memchr(q->b + st, '\n', end - st);
        if (!nl) break;
        int p = nl - q->b;
        int len = p - st;
        if (len > 13 && !memcmp(q->b + st, "LikesServer", 11)) {
          int x = st + 11;
          while (x < p && q->b[x] != ' ') x++;
          x++;
          int L = 0;
          while (x < p && q->b[x] >= '0' && q->b[x] <= '9') L = L * 10 + q->b[x++] - '0';
          if (L <= 42) {
            total += L;
            memcpy(logb + ln, q->b + st, len + 1);
            ln += len + 1;
            memcpy(logb + ln, "Total ", 6);
            ln += 6;
            ln += num(logb + ln, total);
            logb[ln++] = '\n';
            memcpy(acks + ap, "ACK\n", 4);
            ap += 4;
          }
        }
        st = p + 1;
        if (ln > 1000000) {
          write(lf, logb, ln);
          ln = 0;
        }
      }
      memmove(q->b, q->b + st, end - st);
      q->have = end - st;
      if (ln) {
        write(lf, logb, ln);
        ln = 0;
      }
      if (ap) {
        int o = 0;
        while (o < ap) {
          int w = write(f, acks + o, ap - o);
          if (w < 0) {
            if (errno == EAGAIN) continue;
            break;
          }
          o += w;
        }
      }
    }
  }
}
