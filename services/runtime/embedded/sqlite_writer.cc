#include "runtime/embedded/sqlite_writer.h"

#include <spdlog/spdlog.h>

#include <exception>

#include "runtime/errors.h"
#include "runtime/guarded.h"

namespace throughline::runtime {

namespace {
// After a write has failed: until one succeeds, or is made to see whether it does.
constexpr std::chrono::milliseconds kProbeEvery(1000);
}  // namespace

SqliteJournal::Writer::Writer(Files& files)
    : files_(files),
      insert_record_(files.writer(), "INSERT INTO record (id, headers, value) VALUES (?1, ?2, ?3)"),
      put_row_(files.writer(),
               "INSERT INTO row (space, key, value) VALUES (?1, ?2, ?3)"
               " ON CONFLICT DO UPDATE SET value = excluded.value"),
      erase_row_(files.writer(), "DELETE FROM row WHERE space = ?1 AND key = ?2"),
      head_token_(files.writer(), "SELECT token FROM head WHERE partition = ?1"),
      put_head_(files.writer(),
                "INSERT INTO head (partition, token, head) VALUES (?1, ?2, ?3)"
                " ON CONFLICT DO UPDATE SET token = excluded.token,"
                " head = excluded.head"),
      thread_([this] { Work(); }) {}

SqliteJournal::Writer::~Writer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  waiting_.notify_all();
  thread_.join();
}

core::Result<void> SqliteJournal::Writer::Run(bool durable, std::function<void(Writer&)> write,
                                              std::function<void()> after) {
  Job job{durable, std::move(write), std::move(after), false, std::nullopt};
  std::unique_lock lock(mutex_);
  jobs_.push_back(&job);
  waiting_.notify_one();
  finished_.wait(lock, [&] { return job.done; });
  if (job.failure) return core::Refuse(JournalUnavailable(*job.failure));
  return {};
}

void SqliteJournal::Writer::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto wanted = [&] { return stopping_ || !jobs_.empty(); };
    if (Issue().empty()) {
      waiting_.wait(lock, wanted);
    } else if (!waiting_.wait_for(lock, kProbeEvery, wanted)) {
      lock.unlock();
      Probe();
      lock.lock();
      continue;
    }
    if (jobs_.empty()) return;
    std::vector<Job*> jobs = std::move(jobs_);
    jobs_.clear();
    lock.unlock();
    Commit(jobs);
    lock.lock();
    for (Job* job : jobs) job->done = true;
    finished_.notify_all();
  }
}

void SqliteJournal::Writer::Commit(const std::vector<Job*>& jobs) {
  sqlite::Connection& db = files_.writer();
  bool durable = false;
  for (const Job* job : jobs) durable |= job->durable;
  try {
    if (durable != full_) {
      db.Run(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
      full_ = durable;
    }
    files_.CheckThere();
    db.Run("BEGIN IMMEDIATE");
    for (Job* job : jobs) job->write(*this);
    db.Run("COMMIT");
    for (Job* job : jobs) {
      if (job->after) job->after();
    }
    SetIssue("");
  } catch (const std::exception& failure) {
    Undo(jobs, failure.what());
  } catch (...) {
    Undo(jobs, "something that is no exception was thrown");
  }
}

void SqliteJournal::Writer::Undo(const std::vector<Job*>& jobs, const std::string& failure) {
  sqlite::Connection& db = files_.writer();
  if (sqlite3_get_autocommit(db.raw()) == 0) {
    sqlite3_exec(db.raw(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  ++rollbacks_;
  Guarded("journal: after a failed write", [&] { files_.Reload(); });
  for (Job* job : jobs) job->failure = failure;
  SetIssue(failure);
}

void SqliteJournal::Writer::Probe() {
  Job probe{true,
            [](Writer& writer) {
              writer.files().writer().Run("REPLACE INTO probe VALUES (1, zeroblob(4096))");
            },
            {},
            false,
            std::nullopt};
  Commit({&probe});
}

void SqliteJournal::Writer::SetIssue(const std::string& what) {
  std::lock_guard lock(issue_mutex_);
  if (what == issue_) return;
  if (what.empty()) {
    spdlog::info("the journal can be written again");
  } else {
    spdlog::error("the journal cannot be written: {}; it is tried again every second", what);
  }
  issue_ = what;
}

std::string SqliteJournal::Writer::Issue() const {
  std::lock_guard lock(issue_mutex_);
  return issue_;
}

void SqliteJournal::Writer::InsertRecord(int64_t id, const Record& record) {
  insert_record_.Bind(1, id).Blob(2, record.headers).Blob(3, record.value).Execute();
}

void SqliteJournal::Writer::PutRow(int64_t space, const std::string& key,
                                   const std::string& value) {
  put_row_.Bind(1, space).Text(2, key).Blob(3, value).Execute();
}

void SqliteJournal::Writer::EraseRow(int64_t space, const std::string& key) {
  erase_row_.Bind(1, space).Text(2, key).Execute();
}

std::string SqliteJournal::Writer::HeadToken(const std::string& partition) {
  head_token_.Text(1, partition);
  std::string token = head_token_.Step() ? head_token_.Bytes(0) : "";
  head_token_.Reset();
  return token;
}

void SqliteJournal::Writer::PutHead(const std::string& partition, const std::string& token,
                                    const std::string& head) {
  put_head_.Text(1, partition).Text(2, token).Blob(3, head).Execute();
}

void SqliteJournal::Writer::ClearPartition(const std::string& partition,
                                           const std::vector<int64_t>& spaces) {
  sqlite::Statement forget(files_.writer(), "DELETE FROM head WHERE partition = ?1");
  forget.Text(1, partition).Execute();
  sqlite::Statement erase(files_.writer(), "DELETE FROM row WHERE space = ?1");
  for (int64_t space : spaces) erase.Bind(1, space).Execute();
}

}  // namespace throughline::runtime
