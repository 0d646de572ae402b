#include "runtime/embedded/journal_check.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "runtime/embedded/checked_pages.h"
#include "runtime/embedded/errors.h"
#include "runtime/embedded/file_lock.h"
#include "runtime/embedded/partition_check.h"
#include "runtime/embedded/sqlite_files.h"
#include "runtime/envelope.h"
#include "runtime/known_secret.h"

namespace throughline::runtime {

namespace {

using core::Result;
using Bad = std::function<void(const std::string&)>;
using Progress = std::function<void(const CheckedJournal&)>;

constexpr int kComplaintsOfTrees = 20;

// As SQLite's file format has them: a header, then frames with a header each.
constexpr int64_t kWalHeader = 32, kFrameHeader = 24, kSaltInHeader = 16, kSaltInFrame = 8;
constexpr size_t kSaltBytes = 8;

// The pages that the -wal has a newer version of: what the file has of them is read by nobody, and
// may be half written after a power cut.
std::set<int64_t> PagesInWal(const std::string& path) {
  std::set<int64_t> pages;
  std::ifstream wal(path, std::ios::binary);
  std::array<unsigned char, kWalHeader> header{};
  if (!wal.read(reinterpret_cast<char*>(header.data()), header.size())) return pages;
  std::array<unsigned char, kFrameHeader> frame{};
  for (int64_t at = kWalHeader; wal.seekg(at); at += kFrameHeader + sqlite::kPageBytes) {
    if (!wal.read(reinterpret_cast<char*>(frame.data()), frame.size())) break;
    if (std::memcmp(&header[kSaltInHeader], &frame[kSaltInFrame], kSaltBytes) != 0) break;
    int64_t page = 0;
    for (size_t i = 0; i < 4; ++i) page = page << 8 | frame[i];
    pages.insert(page);
  }
  return pages;
}

class Check {
 public:
  Check(std::string file, const Bad& bad, const Progress& progress)
      : file_(std::move(file)), bad_(bad), progress_(progress) {}

  Result<CheckedJournal> Run(const std::string& directory) {
    found_.has_checksums = sqlite::HasChecksums(file_);
    if (found_.has_checksums && !ReadPages()) {
      return core::Refuse(JournalNotReadable(directory, "its file cannot be read"));
    }
    try {
      db_ = std::make_unique<sqlite::Connection>(file_, sqlite::Opened::kToRead);
      ReadLog();
      ReadStore();
      if (found_.bad() == 0) ReadTrees();
    } catch (const sqlite::Failure& failure) {
      if (!failure.damaged()) return core::Refuse(JournalNotReadable(directory, failure.what()));
      BadInLog(std::string("what is in it cannot be found: ") + failure.what());
    }
    return found_;
  }

 private:
  void BadInLog(const std::string& place) {
    ++found_.bad_in_log;
    bad_(file_ + ": " + place);
  }
  void BadInStore(const std::string& place) {
    ++found_.bad_in_store;
    bad_(file_ + ": " + place);
  }

  bool ReadPages() {
    std::vector<int64_t> bad;
    const bool readable = sqlite::ReadPages(
        file_, [&](int64_t page) { bad.push_back(page); },
        [&](int64_t page, int64_t of) {
          found_.pages = page;
          found_.pages_of = of;
          progress_(found_);
        });
    if (bad.empty()) return readable;
    const std::set<int64_t> newer = PagesInWal(file_ + "-wal");
    for (const int64_t page : bad) {
      if (newer.contains(page)) continue;
      ++found_.bad_pages;
      bad_(file_ + ": page " + std::to_string(page) + ", from byte " +
           std::to_string((page - 1) * sqlite::kPageBytes) + " on, is not as it was written");
    }
    return readable;
  }

  // Topics first: without them nothing is known of records, and the failure is the caller's.
  void ReadLog() {
    std::map<int64_t, std::string> topics;
    sqlite::Statement names(*db_, "SELECT id, name FROM topic");
    while (names.Step()) topics[names.Int(0)] = names.Bytes(1);
    for (const auto& [id, name] : topics) ReadTopic(id, name);
    CheckAllRecordsHaveTopics(topics);
  }

  void CheckAllRecordsHaveTopics(const std::map<int64_t, std::string>& topics) {
    sqlite::Statement last(*db_, "SELECT max(id) FROM record");
    try {
      const int64_t known = topics.empty() ? 0 : topics.rbegin()->first;
      if (last.Step() && last.Int(0) >> sqlite::kTopicShift > known) {
        BadInLog("there are records of a topic whose name is not there");
      }
    } catch (const sqlite::Failure& failure) {
      if (!failure.damaged()) throw;  // what is damaged there was said
    }
  }

  void ReadTopic(int64_t id, const std::string& name) {
    sqlite::Statement first(*db_,
                            "SELECT id FROM record WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 1");
    const int64_t end = sqlite::FirstRecordOf(id + 1, 0);
    const int64_t said = found_.bad_in_log;
    bool unreachable = false;
    for (int64_t p = 0; p < sqlite::kPartitions; ++p) {
      first.Bind(1, sqlite::FirstRecordOf(id, p)).Bind(2, end);
      try {
        if (!first.Step()) break;
        p = (first.Int(0) - sqlite::FirstRecordOf(id, 0)) >> sqlite::kPartitionShift;
        first.Reset();
      } catch (const sqlite::Failure& failure) {
        if (!failure.damaged()) throw;
        unreachable = true;
        continue;
      }
      ReadPartition(sqlite::FirstRecordOf(id, p), {name, static_cast<int32_t>(p)});
    }
    if (unreachable && found_.bad_in_log == said) BadInLog(name + ": some of it cannot be read");
  }

  // What cannot be read is stepped over, farther each time, until something can be read again.
  void ReadPartition(int64_t base, const TopicPartition& of) {
    ++found_.partitions;
    const Bad bad = [&](const std::string& place) { BadInLog(place); };
    PartitionCheck check(of, bad);
    sqlite::Statement records(
        *db_, "SELECT id, headers, value FROM record WHERE id >= ?1 AND id < ?2 ORDER BY id");
    int64_t from = 0, step = 1;
    std::optional<int64_t> unread;  // the first offset that could not be read
    const auto place = [&](const std::string& until) {
      return check.name() + ", from offset " + std::to_string(*unread) + until +
             ": cannot be read, for a page is not as it was written";
    };
    while (from < sqlite::kOffsets) {
      records.Bind(1, base + from).Bind(2, base + sqlite::kOffsets);
      try {
        while (records.Step()) {
          const StoredRecord stored{records.Int(0) - base, {records.Bytes(1), records.Bytes(2)}};
          if (unread) {
            BadInLog(place(" to " + std::to_string(stored.offset - 1) + " or before"));
            unread.reset();
            check.Skip(stored.offset);
          }
          check.Take(stored);
          if (of.topic == kFingerprintsTopic) found_.fingerprints.push_back(stored);
          ++found_.records;
          progress_(found_);
        }
        records.Reset();
        break;
      } catch (const sqlite::Failure& failure) {
        if (!failure.damaged()) throw;
        step = unread ? 2 * step : 1;
        if (!unread) unread = check.end();
        from = *unread + step;
      }
    }
    if (unread) {
      BadInLog(place(" on"));
    } else {
      check.Finish();
    }
    found_.dropped += check.dropped();
    ends_[of] = check.end();
    if (unread) unknown_ends_.insert(of);
  }

  void ReadStore() {
    try {
      ReadHeads();
      ReadRows();
    } catch (const sqlite::Failure& failure) {
      if (!failure.damaged()) throw;
      BadInStore("rows, after the first " + std::to_string(found_.rows) +
                 ": cannot be read, for a page is not as it was written");
    }
  }

  void ReadHeads() {
    sqlite::Statement heads(*db_, "SELECT partition, head FROM head");
    while (heads.Step()) {
      const std::string name = heads.Bytes(0);
      v1::Head head;
      const size_t slash = name.rfind('/');
      if (slash == std::string::npos || !head.ParseFromString(heads.Bytes(1))) {
        BadInStore("the head of " + name + " cannot be read");
        continue;
      }
      const TopicPartition own{EventsTopic(name.substr(0, slash)),
                               std::atoi(name.c_str() + slash + 1)};
      const auto end = ends_.find(own);
      const int64_t in_log = end == ends_.end() ? 0 : end->second;
      if (head.log_end() > in_log && !unknown_ends_.contains(own)) {
        BadInLog(own.topic + ", partition " + std::to_string(own.partition) + ", offset " +
                 std::to_string(in_log) + ": ends here, and ended at " +
                 std::to_string(head.log_end()) + " when its rows were written");
      }
    }
  }

  void ReadRows() {
    std::map<int64_t, std::string> spaces;
    sqlite::Statement names(*db_, "SELECT id, name FROM space");
    while (names.Step()) spaces[names.Int(0)] = names.Bytes(1);
    sqlite::Statement rows(*db_, "SELECT space, length(key), value FROM row ORDER BY space, key");
    int64_t unknown = -1;
    while (rows.Step()) {
      const int64_t space = rows.Int(0);
      if (!spaces.contains(space) && space != unknown) {
        unknown = space;
        BadInStore("there are rows of a table whose name is not there");
      }
      ++found_.rows;
      progress_(found_);
    }
  }

  // Whether SQLite finds everything that there is. Pages of dropped rows it does not; they go when
  // the journal is opened.
  void ReadTrees() {
    sqlite::Statement dropped(*db_, "SELECT 1 FROM sqlite_schema WHERE name = 'dropped'");
    if (dropped.Step()) return;
    sqlite::Statement check(
        *db_, ("PRAGMA integrity_check(" + std::to_string(kComplaintsOfTrees) + ")").c_str());
    while (check.Step()) {
      const std::string said = check.Bytes(0);
      if (said != "ok") BadInLog(said);
    }
  }

  const std::string file_;
  const Bad& bad_;
  const Progress& progress_;
  std::unique_ptr<sqlite::Connection> db_;
  CheckedJournal found_;
  std::map<TopicPartition, int64_t> ends_;
  std::set<TopicPartition> unknown_ends_;
};

}  // namespace

Result<CheckedJournal> CheckJournal(const std::string& directory, const Bad& bad,
                                    const Progress& progress) {
  const std::string file = directory + "/journal.db";
  std::error_code failed;
  if (!std::filesystem::exists(file, failed)) return core::Refuse(NoJournal(directory));
  try {
    const auto lock = sqlite::FileLock::ForReading(file);
    return Check(file, bad, progress).Run(directory);
  } catch (const sqlite::Failure& failure) {
    if (failure.code == SQLITE_BUSY) return core::Refuse(JournalInUse(directory));
    return core::Refuse(JournalNotReadable(directory, failure.what()));
  }
}

}  // namespace throughline::runtime
