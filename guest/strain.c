/*
 * oomdrill-strain: strains of a box other than memory, put into a cgroup.
 *
 *   strain cpu|disk|forks --cgroup DIR --state FILE --count N [--comm NAME] [--oom-score-adj N]
 *
 * cpu: N processes that compute and never wait. disk: N processes that read the disk of / past the page cache, each as fast as
 * it can, from random places; nothing is written. forks: processes that sleep, as many as the cgroup's limit of tasks lets
 * be started, N at most; what it refuses is tried again and again, as a fork bomb does.
 *
 * Two halves, as in hog.c: the controller stays in the cgroup that it was started in, which is oomdrill's own; what strains the
 * box is moved into the other one before it does anything. All of it dies with the controller.
 *
 * FILE holds one JSON line, rewritten in place:
 * {"state":"ramping|holding|killed|exited|failed","value":N,"unit":"processes","target":N,"pid":P,"signal":N,"exitCode":N}
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STATE_BYTES 256
#define TICK_NS 100000000L
/* A fork that was refused is tried again after so long. */
#define AGAIN_NS 20000000L
/* As much as a program that copies reads at a time. */
#define READ_BYTES (1024L * 1024L)
#define MAX_COUNT 4096L

struct options {
  const char *kind, *cgroup, *state, *comm;
  long count, oom_score_adj;
};

/* What a strain tells its controller. */
struct report {
  volatile long processes;
  volatile int holds;
};

static struct report *report;
static int state_fd = -1;
static volatile sig_atomic_t stop_requested;

static void on_term(int signal) {
  (void)signal;
  stop_requested = 1;
}

/* Of one length: a reader must not see the rest of a longer line. */
static void write_state(char *text, int length) {
  memset(text + length, ' ', STATE_BYTES - length);
  text[STATE_BYTES - 1] = '\n';
  if (pwrite(state_fd, text, STATE_BYTES, 0) < 0) _exit(1);
}

/* Says so in the log of its unit, and in the state. */
static void die(int status, const char *format, ...) {
  va_list args;
  va_start(args, format);
  fputs("strain: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  char text[STATE_BYTES];
  const char *failed = "{\"state\":\"failed\",\"value\":0,\"unit\":\"processes\",\"exitCode\":%d}";
  if (state_fd >= 0) write_state(text, snprintf(text, sizeof text, failed, status));
  exit(status);
}

static void nap(long ns) { nanosleep(&(struct timespec){0, ns}, NULL); }

static void compute(void) {
  for (volatile unsigned long n = 0;; n++) {
  }
}

/* The disk that / is on: a partition does as well. */
static int open_disk(void) {
  struct stat root;
  char path[64];
  if (stat("/", &root) < 0) die(1, "/: %s", strerror(errno));
  snprintf(path, sizeof path, "/dev/block/%u:%u", major(root.st_dev), minor(root.st_dev));
  int fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
  if (fd < 0) die(1, "no disk that / is on can be read: %s: %s", path, strerror(errno));
  return fd;
}

static void read_disk(int disk) {
  long blocks = lseek(disk, 0, SEEK_END) / READ_BYTES;
  unsigned seed = (unsigned)getpid();
  void *buffer;
  if (blocks < 1 || posix_memalign(&buffer, 4096, READ_BYTES)) _exit(3);
  for (;;)
    if (pread(disk, buffer, READ_BYTES, rand_r(&seed) % blocks * READ_BYTES) < 0) _exit(3);
}

/* Starts sleepers, until there are enough, or no more are let be; and anew, as soon as one more is. */
static void keep_forking(long count) {
  pid_t self = getpid();
  for (;;) {
    while (waitpid(-1, NULL, WNOHANG) > 0) report->processes--;
    if (report->processes < count) {
      pid_t pid = fork();
      if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != self) _exit(1);
        for (;;) pause();
      }
      if (pid > 0) {
        report->processes++;
        continue;
      }
    }
    report->holds = 1;
    nap(AGAIN_NS);
  }
}

static void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) die(1, "%s: %s", path, strerror(errno));
  close(fd);
}

/* In the child: waits to be moved, and strains. Never returns. */
static void be_strain(const struct options *o, int gate, int disk, pid_t parent) {
  char go;
  signal(SIGTERM, SIG_DFL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent || read(gate, &go, 1) != 1) _exit(1);
  prctl(PR_SET_NAME, o->comm);
  if (!strcmp(o->kind, "cpu")) compute();
  else if (!strcmp(o->kind, "disk")) read_disk(disk);
  else keep_forking(o->count);
}

/* Starts one process in the cgroup, with its score. */
static pid_t start_one(const struct options *o, int disk) {
  int gate[2];
  char path[512], text[32];
  if (pipe2(gate, O_CLOEXEC) < 0) die(1, "pipe: %s", strerror(errno));
  pid_t parent = getpid(), pid = fork();
  if (pid < 0) die(1, "fork: %s", strerror(errno));
  if (pid == 0) {
    close(gate[1]);
    be_strain(o, gate[0], disk, parent);
  }
  close(gate[0]);
  snprintf(path, sizeof path, "%s/cgroup.procs", o->cgroup);
  snprintf(text, sizeof text, "%d", pid);
  write_file(path, text);
  snprintf(path, sizeof path, "/proc/%d/oom_score_adj", pid);
  snprintf(text, sizeof text, "%ld", o->oom_score_adj);
  write_file(path, text);
  if (write(gate[1], "g", 1) != 1) die(1, "a process did not start");
  close(gate[1]);
  return pid;
}

static void put_state(const char *state, const struct options *o, pid_t first, int status) {
  char text[STATE_BYTES], end[40] = "";
  if (!strcmp(state, "killed")) snprintf(end, sizeof end, ",\"signal\":%d", WTERMSIG(status));
  if (!strcmp(state, "exited")) snprintf(end, sizeof end, ",\"exitCode\":%d", WEXITSTATUS(status));
  char target[40] = "";
  /* Where a bomb ends is not up to it. */
  if (strcmp(o->kind, "forks")) snprintf(target, sizeof target, ",\"target\":%ld", o->count);
  const char *line = "{\"state\":\"%s\",\"value\":%ld,\"unit\":\"processes\"%s,\"pid\":%d%s}";
  write_state(text, snprintf(text, sizeof text, line, state, report->processes, target, first, end));
}

static long whole(const char *text, long least, long most, const char *what) {
  char *end;
  errno = 0;
  long number = strtol(text, &end, 10);
  if (errno || *end || end == text || number < least || number > most) die(64, "%s wants %ld to %ld", what, least, most);
  return number;
}

static struct options parse(int argc, char **argv) {
  struct options o = {.comm = "strain"};
  if (argc < 2) die(64, "usage: strain cpu|disk|forks --cgroup DIR --state FILE --count N");
  o.kind = argv[1];
  if (strcmp(o.kind, "cpu") && strcmp(o.kind, "disk") && strcmp(o.kind, "forks")) die(64, "there is no strain %s", o.kind);
  for (int i = 2; i < argc; i += 2) {
    if (i + 1 == argc) die(64, "%s wants a value", argv[i]);
    const char *option = argv[i], *value = argv[i + 1];
    if (!strcmp(option, "--cgroup")) o.cgroup = value;
    else if (!strcmp(option, "--state")) o.state = value;
    else if (!strcmp(option, "--comm")) o.comm = value;
    else if (!strcmp(option, "--count")) o.count = whole(value, 1, MAX_COUNT, option);
    else if (!strcmp(option, "--oom-score-adj")) o.oom_score_adj = whole(value, -1000, 1000, option);
    else die(64, "there is no option %s", option);
  }
  if (!o.cgroup || !o.state || !o.count) die(64, "--cgroup, --state and --count are needed");
  return o;
}

int main(int argc, char **argv) {
  struct options o = parse(argc, argv);
  signal(SIGTERM, on_term);
  signal(SIGINT, on_term);
  report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (report == MAP_FAILED) die(1, "no memory: %s", strerror(errno));
  state_fd = open(o.state, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (state_fd < 0) die(1, "%s: %s", o.state, strerror(errno));
  int disk = strcmp(o.kind, "disk") ? -1 : open_disk();
  int forks = !strcmp(o.kind, "forks");
  pid_t first = 0;
  long alive = forks ? 1 : o.count;
  for (long i = 0; i < alive; i++) {
    pid_t pid = start_one(&o, disk);
    if (!first) first = pid;
    if (!forks) report->processes = i + 1;
  }
  if (!forks) report->holds = 1;
  int status = 0;
  while (alive > 0 && !stop_requested) {
    int ended;
    for (pid_t pid; alive > 0 && (pid = waitpid(-1, &ended, WNOHANG)) > 0; alive--) {
      if (!forks) report->processes--;
      status = ended;
    }
    if (alive > 0) put_state(report->holds ? "holding" : "ramping", &o, first, 0);
    nap(TICK_NS);
  }
  if (alive == 0) put_state(WIFSIGNALED(status) ? "killed" : "exited", &o, first, status);
  /* Its children die of its own death; the unit ends with the last of them. */
  return 0;
}
