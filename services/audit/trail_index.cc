#include "audit/trail_index.h"

#include <algorithm>
#include <functional>
#include <set>

#include "audit/chain.h"
#include "runtime/guarded.h"

namespace throughline::audit {

using core::Result;

namespace {

constexpr size_t kRecordsAtOnce = 1000;
constexpr size_t kBytesAtOnce = 4 << 20;
// Records that lie no further apart are read together.
constexpr int64_t kSpan = 500;
constexpr std::chrono::seconds kLooksAgain(30);

uint64_t HashOf(const std::string& text) {
  return text.empty() ? 0 : std::hash<std::string>()(text) | 1U;
}

// The value of `name=value`; empty when there is none.
std::string ObjectOf(const v1::AuditRecord& record, std::string_view name) {
  for (const std::string& object : record.objects()) {
    const size_t equals = object.find('=');
    if (std::string_view(object).substr(0, equals) == name) return object.substr(equals + 1);
  }
  return "";
}

bool MayKnowStudents(common::v1::Role role) {
  return role == common::v1::ROLE_TEAM_MEMBER || role == common::v1::ROLE_SCHOOL_LEADER;
}

// Taken, and not given back.
bool IsEmergencyAccessTaken(const v1::AuditRecord& record) {
  return record.action() == v1::ACTION_EMERGENCY_ACCESS &&
         record.method() == "throughline.plans.v1.PlansService/TakeEmergencyAccess";
}

}  // namespace

TrailIndex::TrailIndex(runtime::Log& log) : log_(log) {
  listener_ = log_.Listen([this](const runtime::TopicPartition& at) {
    if (at != kTrail) return;
    {
      std::lock_guard lock(mutex_);
      moved_ = true;
    }
    something_.notify_one();
  });
  thread_ = std::thread([this] { runtime::Guarded("audit: the index", [this] { Follow(); }); });
}

TrailIndex::~TrailIndex() {
  log_.Unlisten(listener_);
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  something_.notify_one();
  thread_.join();
}

void TrailIndex::Follow() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    something_.wait_for(lock, kLooksAgain, [this] { return moved_ || stopping_; });
    if (stopping_) return;
    moved_ = false;
    lock.unlock();
    CatchUp();  // what cannot be read now is read later, or by who asks, who is told
    lock.lock();
  }
}

Result<void> TrailIndex::CatchUp() {
  std::lock_guard reading(reading_);
  while (true) {
    auto read = log_.Read(kTrail, next_, kRecordsAtOnce, kBytesAtOnce);
    if (!read) return core::Refuse(read.error());
    if (read->empty()) return {};
    std::lock_guard lock(mutex_);
    if (stopping_) return {};
    for (const runtime::StoredRecord& stored : *read) {
      v1::ChainedRecord chained;
      v1::AuditRecord record;
      if (!chained.ParseFromString(stored.record.value) || chained.has_head()) continue;
      if (record.ParseFromString(chained.record())) Add(stored.offset, record);
    }
    next_ = read->back().offset + 1;
  }
}

void TrailIndex::Add(int64_t offset, const v1::AuditRecord& record) {
  District& district = districts_[record.district()];
  district.entries.push_back({.offset = offset,
                              .time_ms = record.time_ms(),
                              .subject = HashOf(record.actor().subject()),
                              .school = HashOf(ObjectOf(record, "school")),
                              .action = static_cast<uint16_t>(record.action()),
                              .outcome = static_cast<uint16_t>(record.outcome())});
  std::set<std::string> students(record.students().begin(), record.students().end());
  students.insert(ObjectOf(record, "student"));
  for (const std::string& student : students) {
    if (!student.empty()) district.about_students[HashOf(student)].push_back(offset);
  }
  if (record.has_actor()) AddUse(district, record);
}

void TrailIndex::AddUse(District& district, const v1::AuditRecord& record) {
  const std::pair who(record.actor().subject(), static_cast<int>(record.actor().role()));
  if (record.action() == v1::ACTION_SIGNED_IN) {
    district.last_access[who] = {who.first, who.second, ObjectOf(record, "school"),
                                 ObjectOf(record, "team")};
  }
  const auto last = district.last_access.find(who);
  const Holder access =
      last == district.last_access.end() ? Holder{who.first, who.second, "", ""} : last->second;
  v1::AccessHolder& holder = district.holders[access];
  if (!holder.has_caller()) {
    *holder.mutable_caller() = record.actor();
    holder.set_school(std::get<2>(access));
    holder.set_team(std::get<3>(access));
    holder.set_first_ms(record.time_ms());
    holder.set_may_know_students(MayKnowStudents(record.actor().role()));
  }
  holder.set_last_ms(std::max(holder.last_ms(), record.time_ms()));
  if (record.outcome() == v1::OUTCOME_REFUSED) {
    holder.set_refusals(holder.refusals() + std::max<int64_t>(record.count(), 1));
  } else if (record.action() == v1::ACTION_IDENTITIES_READ) {
    holder.set_identity_reads(holder.identity_reads() + 1);
  } else if (IsEmergencyAccessTaken(record)) {
    holder.set_emergency_accesses(holder.emergency_accesses() + 1);
    holder.set_emergency_access_ms(std::max(holder.emergency_access_ms(), record.time_ms()));
  }
}

bool TrailIndex::Passes(const Entry& entry, const v1::ListAuditTrailRequest& request) {
  if (entry.time_ms < request.from_ms()) return false;
  if (request.until_ms() != 0 && entry.time_ms >= request.until_ms()) return false;
  if (!request.subject().empty() && entry.subject != HashOf(request.subject())) return false;
  if (!request.about_school().empty() && entry.school != HashOf(request.about_school())) {
    return false;
  }
  if (request.outcome() != v1::OUTCOME_UNSPECIFIED && entry.outcome != request.outcome()) {
    return false;
  }
  return request.actions().empty() || std::find(request.actions().begin(), request.actions().end(),
                                                entry.action) != request.actions().end();
}

Result<TrailIndex::Found> TrailIndex::Find(const v1::ListAuditTrailRequest& request,
                                           const std::string& student, int64_t before,
                                           size_t limit) {
  if (auto caught_up = CatchUp(); !caught_up) return core::Refuse(caught_up.error());
  Found found;
  std::vector<int64_t> offsets;
  {
    std::lock_guard lock(mutex_);
    const auto district = districts_.find(request.district());
    if (district == districts_.end()) return found;
    const std::vector<Entry>& entries = district->second.entries;
    const auto entry_at = [&](int64_t offset) {
      return std::ranges::lower_bound(entries, offset, {}, &Entry::offset);
    };
    // False: the page is full.
    const auto take = [&](const Entry& entry) {
      if (!Passes(entry, request)) return true;
      if (offsets.size() == limit) {
        found.next = offsets.back();
        return false;
      }
      offsets.push_back(entry.offset);
      return true;
    };
    if (student.empty()) {
      for (auto at = entry_at(before); at != entries.begin() && take(*--at);) {
      }
    } else if (const auto about = district->second.about_students.find(HashOf(student));
               about != district->second.about_students.end()) {
      const auto& offsets_about = about->second;
      for (auto at = std::ranges::lower_bound(offsets_about, before);
           at != offsets_about.begin() && take(*entry_at(*--at));) {
      }
    }
  }
  if (auto loaded = Load(offsets, found.records); !loaded) return core::Refuse(loaded.error());
  return found;
}

// The offsets fall; so do the records.
Result<void> TrailIndex::Load(const std::vector<int64_t>& offsets,
                              std::vector<v1::AuditRecord>& records) {
  for (size_t first = 0; first < offsets.size();) {
    size_t end = first + 1;
    while (end < offsets.size() && offsets[first] - offsets[end] < kSpan) ++end;
    std::map<int64_t, v1::AuditRecord, std::greater<>> loaded;
    for (int64_t at = offsets[end - 1]; at <= offsets[first];) {
      auto read =
          log_.ReadHistory(kTrail, at, static_cast<size_t>(offsets[first] - at + 1), kBytesAtOnce);
      if (!read) return core::Refuse(read.error());
      if (read->empty()) break;
      for (const runtime::StoredRecord& stored : *read) {
        v1::ChainedRecord chained;
        if (!chained.ParseFromString(stored.record.value)) continue;
        loaded[stored.offset].ParseFromString(chained.record());
      }
      at = read->back().offset + 1;
    }
    for (; first < end; ++first) records.push_back(std::move(loaded[offsets[first]]));
  }
  return {};
}

Result<std::vector<v1::AccessHolder>> TrailIndex::Holders(const std::string& district) {
  if (auto caught_up = CatchUp(); !caught_up) return core::Refuse(caught_up.error());
  std::lock_guard lock(mutex_);
  std::vector<v1::AccessHolder> holders;
  const auto found = districts_.find(district);
  if (found == districts_.end()) return holders;
  for (const auto& [who, holder] : found->second.holders) holders.push_back(holder);
  return holders;
}

}  // namespace throughline::audit
