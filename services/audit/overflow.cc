#include "audit/overflow.h"

#include <algorithm>

namespace throughline::audit {

namespace {

constexpr double kAtOnce = 1000;
constexpr double kPerSecond = 100;
constexpr size_t kKindsAtMost = 1000;
constexpr std::chrono::seconds kSaidEvery(1);

}  // namespace

bool Overflow::MayBeWritten(Time now) {
  if (refilled_ != Time()) {
    const std::chrono::duration<double> passed = now - refilled_;
    tokens_ = std::min(kAtOnce, tokens_ + kPerSecond * passed.count());
  }
  refilled_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

void Overflow::Count(const v1::AuditRecord& record) {
  Kind kind(record.district(), record.action(), record.outcome(), record.reason(), record.method());
  if (counts_.size() >= kKindsAtMost && !counts_.contains(kind)) {
    kind = Kind("", record.action(), record.outcome(), "", "");
  }
  counts_[kind] += record.has_count() && record.count() > 1 ? record.count() : 1;
}

bool Overflow::IsDue(Time now) const {
  return !counts_.empty() && (taken_ == Time() || now - taken_ >= kSaidEvery);
}

std::vector<v1::AuditRecord> Overflow::Take(Time now) {
  std::vector<v1::AuditRecord> records;
  for (const auto& [kind, count] : counts_) {
    v1::AuditRecord& record = records.emplace_back();
    record.set_district(std::get<0>(kind));
    record.set_action(static_cast<v1::Action>(std::get<1>(kind)));
    record.set_outcome(static_cast<v1::Outcome>(std::get<2>(kind)));
    record.set_reason(std::get<3>(kind));
    record.set_method(std::get<4>(kind));
    record.add_objects("written=counted");
    record.set_count(count);
  }
  counts_.clear();
  taken_ = now;
  return records;
}

}  // namespace throughline::audit
