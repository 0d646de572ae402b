#include "plans/framing_queries.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <vector>

#include "core/key.h"
#include "plans/domain/framing.h"
#include "plans/domain/tables.h"
#include "platform/grpc/pages.h"

namespace throughline::plans {

using core::Result;

namespace {

constexpr std::string_view kPages = "framings";

// Of every school, or of one, in the order in which they are shown.
Result<std::vector<v1::PlanFraming>> FramingsOf(const runtime::Rows& rows,
                                                const std::string& district,
                                                const std::string& of_school) {
  std::map<std::string, v1::PlanFraming> by_school;
  const std::string prefix = platform::PrefixOf(district);
  const auto is_asked = [&](const std::string& school) {
    return of_school.empty() || of_school == school;
  };
  auto read = platform::ForEachRow(rows, kSchools, prefix, [&](const v1::School& school) {
    if (!is_asked(school.school())) return;
    by_school[school.school()] = WithoutPlan(district, school.school());
  });
  if (!read) return core::Refuse(read.error());
  read = platform::ForEachRow(rows, kFramings, prefix, [&](v1::PlanFraming framing) {
    if (is_asked(framing.school())) by_school[framing.school()] = std::move(framing);
  });
  if (!read) return core::Refuse(read.error());
  std::vector<v1::PlanFraming> framings;
  framings.reserve(by_school.size());
  for (auto& [school, framing] : by_school) framings.push_back(std::move(framing));
  std::stable_sort(framings.begin(), framings.end(), [](const auto& one, const auto& other) {
    return one.framing() < other.framing();
  });
  return framings;
}

// Of the page that begins there: the framing and the school to go on behind.
std::string TokenBehind(const v1::PlanFraming& last) {
  return platform::PageTokenOf(
      kPages, JoinKey(last.district(), std::to_string(last.framing()), last.school()));
}

bool IsBehind(const v1::PlanFraming& framing, int framed, std::string_view school) {
  return std::pair<int, std::string_view>(framing.framing(), framing.school()) >
         std::pair(framed, school);
}

}  // namespace

Result<void> ListFramings(const runtime::Rows& rows, const v1::ListFramingsRequest& request,
                          v1::ListFramingsResponse& response) {
  if (request.page_size() < 0 || request.page_size() > platform::kPageAtMost) {
    return core::Refuse(platform::PageInvalid());
  }
  const int size = request.page_size() == 0 ? platform::kPageWhenNotSaid : request.page_size();
  int behind = -1;
  std::string behind_school;
  if (!request.page_token().empty()) {
    const auto key = platform::KeyOfPageToken(kPages, request.page_token());
    if (!key) return core::Refuse(platform::PageTokenInvalid());
    const auto [district, framed, school] = core::SplitKey<3>(*key);
    if (district != request.district()) return core::Refuse(platform::PageTokenInvalid());
    std::from_chars(framed.data(), framed.data() + framed.size(), behind);
    behind_school = school;
  }
  auto framings = FramingsOf(rows, request.district(), request.school());
  if (!framings) return core::Refuse(framings.error());
  std::map<int, int> counts;
  for (v1::PlanFraming& framing : *framings) {
    ++counts[framing.framing()];
    if (request.framing() != v1::FRAMING_UNSPECIFIED && framing.framing() != request.framing()) {
      continue;
    }
    if (behind >= 0 && !IsBehind(framing, behind, behind_school)) continue;
    if (response.framings_size() == size) {
      if (response.next_page_token().empty()) {
        response.set_next_page_token(TokenBehind(response.framings(size - 1)));
      }
      continue;
    }
    *response.add_framings() = std::move(framing);
  }
  for (const auto& [framed, schools] : counts) {
    auto& count = *response.add_counts();
    count.set_framing(static_cast<v1::Framing>(framed));
    count.set_schools(schools);
  }
  return {};
}

}  // namespace throughline::plans
