#include "audit/coverage.h"

#include <algorithm>

namespace throughline::audit {

using core::Result;

namespace {

constexpr size_t kRecordsAtOnce = 1000;
constexpr size_t kBytesAtOnce = 4 << 20;

}  // namespace

bool Coverage::IsOwn(const v1::ChainedRecord& record) const {
  return record.has_head() && record.head().public_key() == public_key_ && IsSigned(record.head());
}

Result<std::optional<v1::SignedHead>> Coverage::LastHeadIn(int64_t first, int64_t end) {
  std::optional<v1::SignedHead> last;
  while (first < end) {
    auto read = log_.ReadHistory(kTrail, first, static_cast<size_t>(end - first), kBytesAtOnce);
    if (!read) return core::Refuse(read.error());
    if (read->empty()) break;
    for (const runtime::StoredRecord& stored : *read) {
      v1::ChainedRecord record;
      if (record.ParseFromString(stored.record.value) && IsOwn(record)) last = record.head();
    }
    first = read->back().offset + 1;
  }
  return last;
}

Result<void> Coverage::BeginAtLastHead() {
  auto end = log_.End(kTrail);
  if (!end) return core::Refuse(end.error());
  for (int64_t first = *end; first > 0;) {
    const int64_t before = first;
    first = std::max<int64_t>(0, first - static_cast<int64_t>(kRecordsAtOnce));
    auto head = LastHeadIn(first, before);
    if (!head) return core::Refuse(head.error());
    if (!*head || (*head)->records() > *end) continue;
    next_ = (*head)->records();
    digest_ = RunningDigest((*head)->digest());
    break;
  }
  begun_ = true;
  return {};
}

Result<void> Coverage::CatchUp() {
  if (!begun_) {
    if (auto begun = BeginAtLastHead(); !begun) return begun;
  }
  while (true) {
    auto read = log_.Read(kTrail, next_, kRecordsAtOnce, kBytesAtOnce);
    if (!read) return core::Refuse(read.error());
    if (read->empty()) return {};
    for (const runtime::StoredRecord& stored : *read) {
      v1::ChainedRecord record;
      record.ParseFromString(stored.record.value);
      digest_.Add(record.hash());
      if (IsOwn(record)) {
        last_head_ms_ = std::max(last_head_ms_, record.head().time_ms());
        covered_ = std::max(covered_, record.head().records());
      } else if (!record.has_head()) {
        last_record_ = stored.offset;
      }
    }
    next_ = read->back().offset + 1;
  }
}

}  // namespace throughline::audit
