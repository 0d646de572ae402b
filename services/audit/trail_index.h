// Where the records of each district are in the trail, with as much of them as picks them out, and
// who used a credential of it. In memory, 40 bytes a record and 8 a student in it; made from the
// topic, and following it.
// Thread-safe.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "runtime/journal.h"
#include "throughline/audit/v1/audit_record.pb.h"
#include "throughline/audit/v1/audit_service.pb.h"

namespace throughline::audit {

class TrailIndex {
 public:
  // Follows the topic on a thread of its own. `log` must outlive this.
  explicit TrailIndex(runtime::Log& log);
  ~TrailIndex();

  struct Found {
    std::vector<v1::AuditRecord> records;  // the latest first
    int64_t next = -1;                     // offset that the next page goes on before; -1: the end
  };
  // At most `limit` records that the request's filters let pass, of those before `before` in the
  // topic; all that was written before the call is among them. `student` is the pseudonym of the
  // student whom they are to be about; empty: of anybody.
  core::Result<Found> Find(const v1::ListAuditTrailRequest& request, const std::string& student,
                           int64_t before, size_t limit);
  // In order of subject and role.
  core::Result<std::vector<v1::AccessHolder>> Holders(const std::string& district);

 private:
  struct Entry {
    int64_t offset = 0;
    int64_t time_ms = 0;
    uint64_t subject = 0;  // hashes; 0: none
    uint64_t school = 0;
    uint16_t action = 0;
    uint16_t outcome = 0;
  };
  using Holder = std::tuple<std::string, int, std::string, std::string>;  // subject, role, place
  struct District {
    std::vector<Entry> entries;  // in order of offset
    // Offsets of records about a student, or naming them, in order; by the hash of the pseudonym.
    std::unordered_map<uint64_t, std::vector<int64_t>> about_students;
    std::map<Holder, v1::AccessHolder> holders;
    // The access with which somebody came last, by subject and role.
    std::map<std::pair<std::string, int>, Holder> last_access;
  };

  void Follow();
  core::Result<void> CatchUp();
  void Add(int64_t offset, const v1::AuditRecord& record);
  static void AddUse(District& district, const v1::AuditRecord& record);
  static bool Passes(const Entry& entry, const v1::ListAuditTrailRequest& request);
  core::Result<void> Load(const std::vector<int64_t>& offsets,
                          std::vector<v1::AuditRecord>& records);

  runtime::Log& log_;
  std::mutex reading_;  // who reads on
  int64_t next_ = 0;
  std::mutex mutex_;
  std::map<std::string, District, std::less<>> districts_;
  std::condition_variable something_;
  bool moved_ = true;
  bool stopping_ = false;
  int listener_ = 0;
  std::thread thread_;
};

}  // namespace throughline::audit
