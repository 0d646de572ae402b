// Sees to it that identities are not kept for longer than the district's policy says, and that
// every erasure is certified: for the districts whose own partition this process runs it certifies
// what the vault has noted and, once a day, erases whom no roster has had for so many years.
// Districts that were there before the vault get their keys as soon as they are served, and lose
// the one that follows from the installation's once nobody needs it. One thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "evidence/student_erasure.h"
#include "runtime/service.h"

namespace throughline::evidence {

class IdentityRetention {
 public:
  // The parts must outlive this.
  IdentityRetention(runtime::Service& service, const StudentPrivacy& privacy,
                    platform::Audit& audit,
                    std::chrono::milliseconds look_every = std::chrono::seconds(10));
  ~IdentityRetention();

  // Begins nothing more.
  void Stop();

 private:
  void Run();
  void GoRound();
  // Districts with keys, or with students of before, whose own partition runs here.
  core::Result<std::set<std::string>> Districts() const;
  core::Result<void> LookAt(const std::string& district);

  runtime::Service& service_;
  const runtime::Rows rows_;
  const StudentPrivacy& privacy_;
  platform::Audit& audit_;
  const std::chrono::milliseconds look_every_;
  std::map<std::string, int32_t> looked_on_;  // the day, by district
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace throughline::evidence
