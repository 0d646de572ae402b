#include "platform/host/core_dumps.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>

namespace throughline::platform {
namespace {

// What a process of its own comes to, of which core dumps are forbidden.
int StatusOf(const std::function<void()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit any{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_CORE, &any);
    ForbidCoreDumps();
    work();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

TEST(CoreDumps, AProcessThatCrashesLeavesNone) {
  const int status = StatusOf([] {
    std::signal(SIGABRT, SIG_DFL);
    std::abort();
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGABRT);
  EXPECT_FALSE(WCOREDUMP(status));
}

TEST(CoreDumps, TheyStayForbidden) {
  EXPECT_EQ(StatusOf([] {
              rlimit limit{};
              getrlimit(RLIMIT_CORE, &limit);
              const bool is_none = limit.rlim_cur == 0 && limit.rlim_max == 0;
              _exit(is_none && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 1);
            }),
            0);
}

}  // namespace
}  // namespace throughline::platform
