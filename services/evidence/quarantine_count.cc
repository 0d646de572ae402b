#include "evidence/quarantine_count.h"

#include "evidence/domain/tables.h"

namespace throughline::evidence {

namespace {

constexpr std::chrono::seconds kCountAgain(30);
constexpr size_t kPage = 1000;

core::Result<int64_t> CountIn(int32_t partition, const runtime::Rows& rows) {
  int64_t count = 0;
  std::string after;
  while (true) {
    const auto page = rows.ScanIn(partition, kCounts, "", after, kPage);
    if (!page) return core::Refuse(page.error());
    for (const auto& [school, counts] : *page) count += counts.quarantined();
    if (page->size() < kPage) return count;
    after = page->back().first;
  }
}

}  // namespace

std::optional<int64_t> QuarantineCount::Count(const runtime::Service& service) {
  std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (count_ && now - counted_ < kCountAgain) return count_;
  int64_t all = 0;
  const runtime::Rows rows = service.rows();
  for (int32_t partition = 0; partition < service.partitions(); ++partition) {
    if (!service.Runs(partition)) continue;
    const auto count = CountIn(partition, rows);
    if (!count) return count_;
    all += *count;
  }
  counted_ = now;
  count_ = all;
  return count_;
}

}  // namespace throughline::evidence
