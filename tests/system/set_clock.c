// A time of day that a test can set, for programs that are started with this in LD_PRELOAD: what
// the machine says, and so many seconds more as the file THROUGHLINE_CLOCK has. Other clocks stay
// as they are. (libfaketime and jemalloc, which the services use, wait for each other.)
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long ahead(void) {
  char text[32] = "";
  const char* file = getenv("THROUGHLINE_CLOCK");
  const int fd = file == NULL ? -1 : open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  const ssize_t size = read(fd, text, sizeof text - 1);
  close(fd);
  return size > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  static struct timespec looked;  // read at most every 50 ms; a torn read only reads once more
  static long seconds;
  if (syscall(SYS_clock_gettime, clock, now) != 0) return -1;
  if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) return 0;
  struct timespec count;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &count);
  if (count.tv_sec != looked.tv_sec || count.tv_nsec - looked.tv_nsec > 50 * 1000 * 1000) {
    looked = count;
    seconds = ahead();
  }
  now->tv_sec += seconds;
  return 0;
}

int gettimeofday(struct timeval* restrict now, void* restrict zone) {
  (void)zone;
  struct timespec fine;
  clock_gettime(CLOCK_REALTIME, &fine);
  now->tv_sec = fine.tv_sec;
  now->tv_usec = fine.tv_nsec / 1000;
  return 0;
}

time_t time(time_t* also) {
  struct timespec fine;
  clock_gettime(CLOCK_REALTIME, &fine);
  if (also != NULL) *also = fine.tv_sec;
  return fine.tv_sec;
}
