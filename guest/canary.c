/*
 * oomdrill-canary: a tiny web server, the drill's control group.
 *
 *   canary --port N [--address ADDRESS]
 *
 * It is asked as the drilled server is, by the same path and as often, and shares nothing else with it: no memory, no program, no
 * cgroup. A silence of both is not the doing of the server's limits. So it must go on while the guest around it is under memory
 * pressure: C, static and locked into memory, without a disk, and it allocates nothing once it listens. It is not favoured
 * otherwise: a CPU that an ordinary server would have to wait for, it waits for too.
 *
 * GET of any path is answered with 200 and a short body. All else gets an answer and the end of the connection: 400 for what is not
 * a request of HTTP/1, 405 for another method, 431 for a head of more than HEAD_BYTES.
 *
 * At most MAX_OPEN connections are open: one more ends the one that was longest without a word, so clients that say nothing,
 * or never read, keep no other from an answer. There are no timers: it costs nothing while no client asks.
 *
 * Under systemd with Type=notify (sd_notify(3)) its unit is up when it listens.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* Three times as many as the prober lets wait at once. */
#define MAX_OPEN 64
#define HEAD_BYTES 4096
#define BACKLOG 128
#define EVENTS 16

#define BODY "the canary sings\n"
#define HEAD(status, more) "HTTP/1.1 " status "\r\nContent-Type: text/plain\r\nContent-Length: 17\r\n" more "\r\n" BODY
#define CLOSE "Connection: close\r\n"

struct client {
  /* -1: this place is free. */
  int fd;
  /* It has its last answer: what it still says is read and dropped, so that no reset overtakes that answer (RFC 9112, 9.6). */
  int is_ending;
  /* When it last said something, as a number that rises. */
  unsigned long said;
  size_t used;
  char head[HEAD_BYTES];
};

static struct client clients[MAX_OPEN];
static unsigned long words;
static int poll_fd, listener;

static void fail(const char *what) {
  fprintf(stderr, "canary: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void usage(const char *what) {
  fprintf(stderr, "canary: %s\nusage: canary --port N [--address ADDRESS]\n", what);
  exit(64);
}

static void end(struct client *c) {
  close(c->fd); /* Which takes it out of the epoll set. */
  c->fd = -1;
}

/* A client that does not even take a few bytes is given up: it would have to be waited for. */
static int answer(struct client *c, const char *text) {
  size_t length = strlen(text);
  return send(c->fd, text, length, MSG_NOSIGNAL) == (ssize_t)length ? 0 : -1;
}

static void refuse(struct client *c, const char *text) {
  c->is_ending = 1;
  if (answer(c, text) < 0 || shutdown(c->fd, SHUT_WR) < 0) end(c);
}

/* Whether a line of the head says that the connection ends with this request, or that a body follows. */
static int is_last(const char *line) {
  if (!strncasecmp(line, "connection:", 11)) return strcasestr(line, "close") != NULL;
  return !strncasecmp(line, "content-length:", 15) || !strncasecmp(line, "transfer-encoding:", 18);
}

/* Splits the head of a request, a string, into its lines. Gives whether it is the connection's last; -1 for what is not a request. */
static int read_head(char *head) {
  char *rest, *line = strtok_r(head, "\r\n", &rest);
  char *version = line ? strrchr(line, ' ') : NULL;
  char *target = line ? strchr(line, ' ') : NULL;
  if (!target || target == line || target + 1 == version || strchr(target + 1, ' ') != version) return -1;
  if (strncmp(version, " HTTP/1.", 8) || (strcmp(version + 8, "0") && strcmp(version + 8, "1"))) return -1;
  int last = version[8] == '0';
  while ((line = strtok_r(NULL, "\r\n", &rest))) last |= is_last(line);
  return last;
}

/* The first byte behind the empty line that ends a head; NULL where it is not there yet. */
static char *find_end(const struct client *c) {
  char *found = memmem(c->head, c->used, "\r\n\r\n", 4);
  return found ? found + 4 : NULL;
}

/* Answers each request that is there as a whole. */
static void answer_all(struct client *c) {
  char *stop;
  while ((stop = find_end(c))) {
    size_t length = (size_t)(stop - c->head);
    stop[-1] = 0;
    int is_get = !memcmp(c->head, "GET ", 4);
    int last = memchr(c->head, 0, length - 1) ? -1 : read_head(c->head);
    if (last < 0) return refuse(c, HEAD("400 Bad Request", CLOSE));
    if (!is_get) return refuse(c, HEAD("405 Method Not Allowed", "Allow: GET\r\n" CLOSE));
    c->used -= length;
    if (last && c->used) return refuse(c, HEAD("200 OK", CLOSE));
    if (answer(c, last ? HEAD("200 OK", CLOSE) : HEAD("200 OK", "")) < 0 || last) return end(c);
    memmove(c->head, stop, c->used);
  }
  if (c->used == HEAD_BYTES) refuse(c, HEAD("431 Request Header Fields Too Large", CLOSE));
}

/* Takes what a client has said, as far as there is room for it. */
static void hear(struct client *c) {
  if (c->is_ending) c->used = 0;
  ssize_t got = recv(c->fd, c->head + c->used, HEAD_BYTES - c->used, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return end(c);
  c->said = ++words;
  c->used += (size_t)got;
  if (!c->is_ending) answer_all(c);
}

/* A place for one more client: a free one, or that of the one that was silent for longest. */
static struct client *make_room(void) {
  struct client *oldest = clients;
  for (struct client *c = clients; c < clients + MAX_OPEN; c++) {
    if (c->fd < 0) return c;
    if (c->said < oldest->said) oldest = c;
  }
  end(oldest);
  return oldest;
}

static void welcome(void) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    /* It is gone again; or the kernel has no memory for it, which a turn without a pause would only ask for again. */
    if (errno != EAGAIN && errno != ECONNABORTED) nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    return;
  }
  struct client *c = make_room();
  c->fd = fd;
  c->is_ending = 0;
  c->used = 0;
  c->said = ++words;
  /* Most have said it all by now, and are never waited for. */
  hear(c);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  if (c->fd >= 0 && epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event) < 0) end(c);
}

static int try_listening(const struct sockaddr *address, socklen_t length) {
  int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int on = 1, off = 0;
  if (fd < 0) return -1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address->sa_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (bind(fd, address, length) == 0 && listen(fd, BACKLOG) == 0) return fd;
  int why = errno;
  close(fd);
  errno = why;
  return -1;
}

/* Listens at an address of either family; without one at every address, also where there is no IPv6. */
static int start_listening(const char *address, int port) {
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int is_six = !address || inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
  if (!is_six && inet_pton(AF_INET, address, &four.sin_addr) != 1) usage("--address wants an address");
  int fd = is_six ? try_listening((struct sockaddr *)&six, sizeof six) : -1;
  if (fd < 0 && (!is_six || (!address && errno == EAFNOSUPPORT)))
    fd = try_listening((struct sockaddr *)&four, sizeof four);
  return fd;
}

/* Says to systemd that it is up (sd_notify(3)); a name that begins with @ is an abstract one. */
static void notify(void) {
  const char *path = getenv("NOTIFY_SOCKET");
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  if (!path || strlen(path) >= sizeof to.sun_path) return;
  strcpy(to.sun_path, path);
  if (*path == '@') to.sun_path[0] = 0;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
  if (fd < 0 || sendto(fd, "READY=1", 7, MSG_NOSIGNAL, (struct sockaddr *)&to, length) < 0) fail(path);
  close(fd);
}

static void serve(void) {
  for (;;) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(poll_fd, events, EVENTS, -1), is_called = 0;
    for (int i = 0; i < count; i++) {
      if (events[i].data.ptr) hear(events[i].data.ptr);
      else is_called = 1;
    }
    /* Last, because it may end one of the others. */
    if (is_called) welcome();
  }
}

int main(int argc, char **argv) {
  const char *address = NULL;
  char *rest = "";
  long port = 0;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc) usage(argv[i]);
    if (!strcmp(argv[i], "--port")) port = strtol(argv[i + 1], &rest, 10);
    else if (!strcmp(argv[i], "--address")) address = argv[i + 1];
    else usage(argv[i]);
  }
  if (port < 1 || port > 65535 || *rest) usage("--port wants a port from 1 to 65535");
  /* Not fatal: an unprivileged run, as in the tests, may not lock. */
  if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0) fprintf(stderr, "canary: not locked into memory: %s\n", strerror(errno));
  for (int i = 0; i < MAX_OPEN; i++) clients[i].fd = -1;
  if ((listener = start_listening(address, (int)port)) < 0) fail("could not listen");
  struct epoll_event event = {.events = EPOLLIN};
  if ((poll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0) fail("epoll_create1");
  if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &event) < 0) fail("epoll_ctl");
  notify();
  serve();
}
