// Which sessions were ended before their time: by who signed out, or by the provider. Each end is a
// record of the audit trail, which all replicas of the gateway follow; so a session that ended
// somewhere is over everywhere within a second, and after a restart. Of the trail as much is read
// as the longest session lasts, and what is older is forgotten. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

#include "core/date.h"
#include "core/result.h"
#include "gateway/door/sessions.h"
#include "runtime/clock.h"
#include "runtime/journal.h"
#include "throughline/audit/v1/audit_record.pb.h"

namespace throughline::gateway::sign_in {

// What an end is about; empty: not about such a one. All but the first are hashes.
struct SessionEnd {
  std::string session = {};           // one session of ours
  std::string provider_session = {};  // those that began in one of the provider's
  std::string person = {};            // those that a person has begun until then
  // Of these the ones of which the provider named none of its own.
  std::string person_of_unnamed = {};
  std::string logout_token = {};  // that said so, and may say so once
};

// As what a record of the trail is about; its action is set.
void SayEnd(const SessionEnd& end, audit::v1::AuditRecord& record);

class EndedSessions {
 public:
  // Longer than any session.
  static constexpr std::chrono::hours kRemembered{26};

  // What the trail has until now is known when it returns. `log` and `clock` outlive it.
  // ENDED_SESSIONS_UNREADABLE.
  static core::Result<std::unique_ptr<EndedSessions>> Follow(runtime::Log& log,
                                                             const runtime::Clock& clock);
  ~EndedSessions();

  // At once, for this replica; the others learn it of the trail.
  void Add(const SessionEnd& end);
  bool Has(const Session& session) const;
  // Whether the token has ended something already.
  bool HasSeen(const std::string& logout_token) const;
  size_t size() const;

 private:
  EndedSessions(runtime::Log& log, const runtime::Clock& clock) : log_(log), clock_(clock) {}
  core::Result<int64_t> FirstToRead() const;
  core::Result<void> CatchUp();
  void CatchUpOrSay();
  void Take(const runtime::StoredRecord& stored);
  void Remember(const std::string& what, core::Instant at);
  bool HasLocked(const std::string& what) const { return ended_.contains(what); }
  bool HasSinceLocked(const std::string& what, core::Instant began) const;
  void Run();

  runtime::Log& log_;
  const runtime::Clock& clock_;
  // Of the thread, once there is one.
  int64_t next_ = 0;
  bool failing_ = false;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, core::Instant> ended_;  // when last, by `name=value`
  std::deque<std::pair<core::Instant, std::string>> in_order_;
  std::condition_variable something_;
  bool moved_ = true;
  bool stopping_ = false;
  int listener_ = 0;
  std::thread thread_;
};

}  // namespace throughline::gateway::sign_in
