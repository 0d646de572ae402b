#include "platform/host/health_watch.h"

#include <fmt/format.h>

#include "runtime/guarded.h"

namespace throughline::platform {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLookEvery(250);
constexpr std::chrono::milliseconds kLookEveryUnready(20);  // whoever waits for it waits no longer
constexpr std::chrono::seconds kAskEvery(5);
constexpr std::chrono::seconds kAnswerWithin(5);
// A machine that is busy answers late; one that does not for so long never will.
constexpr std::chrono::seconds kSilentAtMost(60);

}  // namespace

HealthWatch::HealthWatch(GrpcServer& server, Readiness& readiness)
    : server_(server), readiness_(readiness), answered_(steady_clock::now()) {
  Look();
  thread_ = std::thread([this] { Watch(); });
}

HealthWatch::~HealthWatch() {
  {
    std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void HealthWatch::Look() {
  std::lock_guard lock(look_mutex_);  // so that what was seen first is also said first
  const bool ready = readiness_.Look().empty();
  if (ready != serving_) server_.SetServing(ready);
  serving_ = ready;
}

void HealthWatch::CheckThatItAnswers() {
  if (server_.Answers(kAnswerWithin)) answered_ = steady_clock::now();
}

void HealthWatch::Watch() {
  auto asked = steady_clock::now();
  std::unique_lock lock(mutex_);
  const auto pause = [this] { return serving_ ? kLookEvery : kLookEveryUnready; };
  while (!wake_.wait_for(lock, pause(), [this] { return over_; })) {
    lock.unlock();
    runtime::Guarded("health", [this] { Look(); });
    if (steady_clock::now() - asked >= kAskEvery) {
      runtime::Guarded("health", [this] { CheckThatItAnswers(); });
      asked = steady_clock::now();
    }
    lock.lock();
  }
}

std::vector<std::string> HealthWatch::LivenessIssues() const {
  const auto silent = steady_clock::now() - answered_.load();
  if (silent <= kSilentAtMost) return {};
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(silent).count();
  return {fmt::format("The gRPC server has not answered for {} s.", s)};
}

}  // namespace throughline::platform
