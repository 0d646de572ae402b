#include "evidence/domain/struggling_counts.h"

#include <algorithm>
#include <tuple>

#include "core/statistics/suppression.h"
#include "disclosure/smallest_cell.h"

namespace throughline::evidence {

using common::v1::StrugglingCounts;
using disclosure::IsNoneOrEnough;

namespace {

constexpr size_t kPlacesAtMost = 20;

int32_t WholeCells(int64_t students, int64_t smallest) {
  return static_cast<int32_t>(students / smallest * smallest);
}

void HideStruggling(StrugglingCounts& counts) {
  counts.clear_struggling_at_least();
  counts.clear_persisting_at_least();
  counts.clear_new_at_least();
  counts.clear_recovered_at_least();
  counts.set_suppressed(true);
}

// Negative when the one snapshot moved and the other did not yet.
bool IsNoRestOfFew(int64_t part, int64_t whole, int64_t smallest) {
  return part <= whole && IsNoneOrEnough(whole - part, smallest);
}

bool IsShown(const StrugglingCounts& counts) { return counts.has_struggling_at_least(); }

double ShareOf(const StrugglingCounts& counts) {
  if (!IsShown(counts) || counts.students_at_least() == 0) return -1;
  return static_cast<double>(counts.struggling_at_least()) / counts.students_at_least();
}

}  // namespace

void StrugglingCell::Add(const StrugglingCell& other) {
  students += other.students;
  anew += other.anew;
  persisting += other.persisting;
  recovered += other.recovered;
  as_of_ms = std::max(as_of_ms, other.as_of_ms);
}

StrugglingCell CellOf(const v1::StrugglingCellRow& row) {
  return {row.students(), row.anew(), row.persisting(), row.recovered(), row.as_of_ms()};
}

StrugglingCounts CountsOf(const StrugglingCell& whole, int64_t smallest) {
  StrugglingCounts counts;
  counts.set_suppressed(true);
  if (whole.students < smallest) return counts;
  counts.set_students_at_least(WholeCells(whole.students, smallest));
  counts.set_as_of_ms(whole.as_of_ms);
  if (!core::MayShowPart(whole.struggling(), whole.students, smallest)) return counts;
  counts.set_suppressed(false);
  counts.set_struggling_at_least(WholeCells(whole.struggling(), smallest));
  if (IsNoneOrEnough(whole.anew, smallest) && IsNoneOrEnough(whole.persisting, smallest)) {
    counts.set_new_at_least(WholeCells(whole.anew, smallest));
    counts.set_persisting_at_least(WholeCells(whole.persisting, smallest));
  }
  const int64_t rest = whole.students - whole.struggling() - whole.recovered;
  if (IsNoneOrEnough(whole.recovered, smallest) && IsNoneOrEnough(rest, smallest)) {
    counts.set_recovered_at_least(WholeCells(whole.recovered, smallest));
  }
  return counts;
}

StrugglingCounts CountsOf(const StrugglingCell& part, const StrugglingCell& whole,
                          int64_t smallest) {
  StrugglingCounts counts = CountsOf(part, smallest);
  if (!IsNoRestOfFew(part.students, whole.students, smallest)) {
    counts.Clear();
    counts.set_suppressed(true);
    return counts;
  }
  if (!IsShown(counts)) return counts;
  if (!IsNoRestOfFew(part.struggling(), whole.struggling(), smallest)) {
    HideStruggling(counts);
    return counts;
  }
  if (!IsNoRestOfFew(part.anew, whole.anew, smallest) ||
      !IsNoRestOfFew(part.persisting, whole.persisting, smallest)) {
    counts.clear_new_at_least();
    counts.clear_persisting_at_least();
  }
  if (!IsNoRestOfFew(part.recovered, whole.recovered, smallest)) counts.clear_recovered_at_least();
  return counts;
}

std::vector<StrugglingCounts> CountsOfParts(std::span<const StrugglingCell> parts,
                                            const StrugglingCell& whole, int64_t smallest) {
  std::vector<StrugglingCounts> shown;
  std::vector<int64_t> struggling;  // where it may be shown by itself; else too few
  for (const StrugglingCell& part : parts) {
    shown.push_back(CountsOf(part, whole, smallest));
    struggling.push_back(part.struggling());
  }
  // One in which nobody struggles hides nothing, and is hidden with nothing.
  std::vector<size_t> with_any;
  std::vector<int64_t> cells;
  for (size_t i = 0; i < shown.size(); ++i) {
    if (struggling[i] == 0) continue;
    with_any.push_back(i);
    cells.push_back(IsShown(shown[i]) ? struggling[i] : std::min(struggling[i], smallest - 1));
  }
  const std::vector<bool> hidden = core::HiddenCells(cells, smallest);
  for (size_t i = 0; i < with_any.size(); ++i) {
    if (hidden[i]) HideStruggling(shown[with_any[i]]);
  }
  return shown;
}

void SortByShare(std::vector<common::v1::StrugglingPlace>& places) {
  const auto place_of = [](const common::v1::StrugglingPlace& one) {
    return std::tuple(-ShareOf(one.counts()), -one.counts().struggling_at_least(), one.indicator(),
                      one.school(), one.class_id(), one.group());
  };
  std::sort(places.begin(), places.end(),
            [&](const auto& a, const auto& b) { return place_of(a) < place_of(b); });
  if (places.size() > kPlacesAtMost) places.resize(kPlacesAtMost);
}

}  // namespace throughline::evidence
