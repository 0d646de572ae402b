// The audit trail as it is written: by one thread, in batches, to a topic of its own.
//
// A record is in its place in the writer's chain when it is appended. When appending fails, it is
// not known what of the batch is there: the writer goes on under a new name, and what has to be
// written is written again. So a record may be there twice; no chain is ever broken by that.
//
// Every hour, and when this is destroyed, a signed head is appended that covers what all processes
// have written, by whichever process finds the last one to be older and has the key.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "audit/chain.h"
#include "audit/coverage.h"
#include "audit/overflow.h"
#include "platform/access/audit.h"
#include "runtime/clock.h"
#include "runtime/journal.h"
#include "runtime/secret_file.h"

namespace throughline::audit {

struct TrailOptions {
  std::string service;  // who writes, as `evidence`
  // Behind the key that heads are signed with; nullopt: other processes sign.
  std::optional<runtime::Secret> secret = {};
  // Where the last head that this process signed is noted, too; empty: nowhere.
  std::filesystem::path head_file = {};
  size_t waiting_at_most = 8192;  // records; of more notes their number is written
  std::chrono::milliseconds head_every = std::chrono::hours(1);
  std::chrono::milliseconds looks_every = std::chrono::minutes(1);
};

// Thread-safe.
class AuditTrail : public platform::Audit {
 public:
  // `log` and `clock` must outlive this.
  AuditTrail(runtime::Log& log, const runtime::Clock& clock, TrailOptions options);
  // Writes what waits, once more if need be, and a head; what cannot be written is counted in the
  // program's log.
  ~AuditTrail() override;

  core::Result<void> Record(v1::AuditRecord record) override;
  void RecordAsync(v1::AuditRecord record, Recorded done) override;
  void Note(v1::AuditRecord record) override;

 private:
  struct Waiting {
    v1::AuditRecord record;
    Recorded done;          // null: a note
    bool answered = false;  // whoever waited for it knows what it came to
  };

  void Run();
  // Waits until there is something to do, or for as long as the topic may go without a look.
  std::vector<Waiting> Take();
  void TakeCounted(std::vector<Waiting>& batch);
  bool Write(std::vector<Waiting>& batch);
  void PutBack(std::vector<Waiting> batch);
  void SignWhenDue();
  bool Sign();
  void NoteHead(const v1::SignedHead& head) const;
  void Complete(v1::AuditRecord& record) const;

  runtime::Log& log_;
  const runtime::Clock& clock_;
  const TrailOptions options_;
  std::mutex mutex_;
  std::condition_variable something_;
  std::deque<Waiting> waiting_;
  Overflow overflow_;
  bool stopping_ = false;
  // Of the thread alone.
  Chain chain_;
  std::optional<Signer> signer_;
  std::optional<Coverage> coverage_;
  std::chrono::milliseconds back_off_{0};
  std::thread thread_;
};

}  // namespace throughline::audit
