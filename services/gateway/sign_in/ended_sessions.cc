#include "gateway/sign_in/ended_sessions.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <vector>

#include "gateway/sign_in/errors.h"
#include "platform/access/on_record.h"
#include "runtime/audit_topic.h"
#include "runtime/guarded.h"

namespace throughline::gateway::sign_in {

using audit::v1::AuditRecord;
using audit::v1::ChainedRecord;
using core::Result;

namespace {

constexpr size_t kRecordsAtOnce = 1000;
constexpr size_t kBytesAtOnce = 4 << 20;
constexpr std::chrono::seconds kLooksAgain(30);

const runtime::TopicPartition& Trail() {
  static const runtime::TopicPartition trail{runtime::kAuditTopic, 0};
  return trail;
}

// 0: it does not say.
int64_t TimeOf(const ChainedRecord& chained) {
  if (chained.has_head()) return chained.head().time_ms();
  AuditRecord record;
  return record.ParseFromString(chained.record()) ? record.time_ms() : 0;
}

std::vector<std::pair<const char*, std::string>> PartsOf(const SessionEnd& end) {
  std::vector<std::pair<const char*, std::string>> parts;
  const std::pair<const char*, const std::string&> all[] = {
      {"session", end.session},
      {"provider_session", end.provider_session},
      {"person", end.person},
      {"person_of_unnamed", end.person_of_unnamed},
      {"logout_token", end.logout_token}};
  for (const auto& [name, value] : all) {
    if (!value.empty()) parts.emplace_back(name, value);
  }
  return parts;
}

std::string Named(std::string_view name, const std::string& value) {
  return std::string(name) + '=' + value;
}

}  // namespace

void SayEnd(const SessionEnd& end, AuditRecord& record) {
  record.set_action(audit::v1::ACTION_SIGNED_OUT);
  record.set_outcome(audit::v1::OUTCOME_DONE);
  for (const auto& [name, value] : PartsOf(end)) platform::AddObject(record, name, value);
}

Result<std::unique_ptr<EndedSessions>> EndedSessions::Follow(runtime::Log& log,
                                                             const runtime::Clock& clock) {
  std::unique_ptr<EndedSessions> ended(new EndedSessions(log, clock));
  const auto first = ended->FirstToRead();
  if (!first) return core::Refuse(EndedSessionsUnreadable(first.error().message));
  ended->next_ = *first;
  if (auto read = ended->CatchUp(); !read) {
    return core::Refuse(EndedSessionsUnreadable(read.error().message));
  }
  EndedSessions* here = ended.get();
  ended->listener_ = log.Listen([here](const runtime::TopicPartition& at) {
    if (at != Trail()) return;
    {
      std::lock_guard lock(here->mutex_);
      here->moved_ = true;
    }
    here->something_.notify_one();
  });
  ended->thread_ = std::thread([here] { here->Run(); });
  return ended;
}

EndedSessions::~EndedSessions() {
  if (!thread_.joinable()) return;
  log_.Unlisten(listener_);
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  something_.notify_one();
  thread_.join();
}

// The trail is in order of time but for the clocks of those who write it, which kRemembered allows
// for: half of what is left is passed over each time.
Result<int64_t> EndedSessions::FirstToRead() const {
  const auto end = log_.End(Trail());
  if (!end) return core::Refuse(end.error());
  const int64_t since = core::ToMillis(clock_.Now() - kRemembered);
  int64_t low = 0, high = *end;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    const auto read = log_.Read(Trail(), middle, 1, kBytesAtOnce);
    if (!read) return core::Refuse(read.error());
    ChainedRecord chained;
    const bool is_old = !read->empty() && chained.ParseFromString(read->front().record.value) &&
                        TimeOf(chained) != 0 && TimeOf(chained) < since;
    if (is_old) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Result<void> EndedSessions::CatchUp() {
  while (true) {
    auto read = log_.Read(Trail(), next_, kRecordsAtOnce, kBytesAtOnce);
    if (!read) return core::Refuse(read.error());
    if (read->empty()) return {};
    std::lock_guard lock(mutex_);
    if (stopping_) return {};
    for (const runtime::StoredRecord& stored : *read) Take(stored);
    next_ = read->back().offset + 1;
  }
}

void EndedSessions::Take(const runtime::StoredRecord& stored) {
  ChainedRecord chained;
  AuditRecord record;
  if (!chained.ParseFromString(stored.record.value) || chained.has_head()) return;
  if (!record.ParseFromString(chained.record())) return;
  if (record.action() != audit::v1::ACTION_SIGNED_OUT) return;
  for (const std::string& object : record.objects()) {
    Remember(object, core::FromMillis(record.time_ms()));
  }
}

void EndedSessions::Remember(const std::string& what, core::Instant at) {
  const core::Instant forgotten = clock_.Now() - kRemembered;
  if (at < forgotten) return;
  core::Instant& last = ended_.try_emplace(what, at).first->second;
  last = std::max(last, at);
  in_order_.emplace_back(at, what);
  while (in_order_.front().first < forgotten) {
    const auto found = ended_.find(in_order_.front().second);
    if (found != ended_.end() && found->second < forgotten) ended_.erase(found);
    in_order_.pop_front();
  }
}

void EndedSessions::Add(const SessionEnd& end) {
  std::lock_guard lock(mutex_);
  for (const auto& [name, value] : PartsOf(end)) Remember(Named(name, value), clock_.Now());
}

bool EndedSessions::HasSinceLocked(const std::string& what, core::Instant began) const {
  const auto found = ended_.find(what);
  return found != ended_.end() && began <= found->second;
}

bool EndedSessions::Has(const Session& session) const {
  std::lock_guard lock(mutex_);
  if (HasLocked(Named("session", session.id))) return true;
  if (HasSinceLocked(Named("person", session.person), session.began)) return true;
  if (session.provider_session.empty()) {
    return HasSinceLocked(Named("person_of_unnamed", session.person), session.began);
  }
  return HasLocked(Named("provider_session", session.provider_session));
}

bool EndedSessions::HasSeen(const std::string& logout_token) const {
  std::lock_guard lock(mutex_);
  return HasLocked(Named("logout_token", logout_token));
}

size_t EndedSessions::size() const {
  std::lock_guard lock(mutex_);
  return ended_.size();
}

// What cannot be read now is read later; it is said when that begins.
void EndedSessions::CatchUpOrSay() {
  const auto read = CatchUp();
  if (!read && !failing_) {
    spdlog::warn("Which sessions have ended cannot be read and is read again: {}",
                 read.error().message);
  }
  failing_ = !read;
}

void EndedSessions::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    something_.wait_for(lock, kLooksAgain, [this] { return moved_ || stopping_; });
    if (stopping_) return;
    moved_ = false;
    lock.unlock();
    runtime::Guarded("sign-in: ended sessions", [this] { CatchUpOrSay(); });
    lock.lock();
  }
}

}  // namespace throughline::gateway::sign_in
