// Programs that a measurement starts, and what any process has cost the processors. Not
// thread-safe.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace throughline::bench {

// A program under way; killed when this goes, and when the benchmark itself ends without a word.
class Child {
 public:
  // What it prints goes to the file. Throws when there is no such program.
  Child(const std::vector<std::string>& words, const std::filesystem::path& log);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  // Its exit code once it has ended.
  int Wait();
  // Asks it to end, and waits.
  int Terminate();

 private:
  pid_t pid_ = 0;
};

// User and system time so far, all threads, of a process that may be anybody's.
double CpuSecondsOf(pid_t process);
// Of memory; 0 when there is no such process.
int64_t ResidentBytesOf(pid_t process);
// Of loopback, below the ports that the kernel hands out, so that it stays free between two uses.
int FreePort();

}  // namespace throughline::bench
