#include "evidence/identity_retention.h"

#include <spdlog/spdlog.h>

#include "core/key.h"
#include "evidence/domain/tables.h"
#include "evidence/key_retirement.h"
#include "runtime/guarded.h"
#include "runtime/partitioner.h"

namespace throughline::evidence {

using core::Result;

IdentityRetention::IdentityRetention(runtime::Service& service, const StudentPrivacy& privacy,
                                     platform::Audit& audit, std::chrono::milliseconds look_every)
    : service_(service),
      rows_(service.rows()),
      privacy_(privacy),
      audit_(audit),
      look_every_(look_every),
      thread_([this] { Run(); }) {}

IdentityRetention::~IdentityRetention() {
  Stop();
  thread_.join();
}

void IdentityRetention::Stop() {
  std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void IdentityRetention::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    runtime::Guarded("evidence: the retention of identities", [this] { GoRound(); });
    lock.lock();
    changed_.wait_for(lock, look_every_, [this] { return stopping_; });
  }
}

Result<std::set<std::string>> IdentityRetention::Districts() const {
  auto with_keys = privacy_.vault->Districts();
  if (!with_keys) return core::Refuse(with_keys.error());
  std::set<std::string> all(with_keys->begin(), with_keys->end());
  std::string after;
  while (true) {
    // The next district that has students: past all of the one before.
    auto next = rows_.ScanAll(kStudents, "", after, 1);
    if (!next) return core::Refuse(next.error());
    if (next->empty()) break;
    const std::string district(core::SplitKey<3>(next->front().first)[0]);
    all.insert(district);
    after = core::PastPrefix(JoinKey(district, ""));
  }
  std::erase_if(all, [&](const std::string& district) {
    return !service_.Runs(runtime::PartitionOf(district, service_.partitions()));
  });
  return all;
}

void IdentityRetention::GoRound() {
  const auto districts = Districts();
  if (!districts) return;  // whoever calls is told
  for (const std::string& district : *districts) {
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    if (auto done = LookAt(district); !done) {
      spdlog::warn("evidence: erasures of {} are tried again: {}", district, done.error().message);
    }
  }
}

Result<void> IdentityRetention::LookAt(const std::string& district) {
  const ErasureContext on{privacy_, service_, rows_, audit_};
  if (auto done = CertifyErasures(district, on); !done) return done;
  const int32_t today = privacy_.Today();
  const auto looked = looked_on_.find(district);
  if (looked != looked_on_.end() && looked->second == today) return {};
  if (auto done = EraseByRetention(district, on); !done) return done;
  const auto retired = RetireKeyOfBefore(district, privacy_, service_, rows_);
  if (!retired) return core::Refuse(retired.error());
  if (*retired) {
    spdlog::info("evidence: no pseudonym of {} follows from the installation's key any more",
                 district);
  }
  looked_on_[district] = today;
  return {};
}

}  // namespace throughline::evidence
