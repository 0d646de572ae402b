#include "cycles/cycles_service.h"

#include "cycles/aggregates.h"
#include "cycles/domain/cycle_rows.h"
#include "cycles/domain/errors.h"
#include "cycles/domain/measures.h"
#include "cycles/domain/tables.h"
#include "cycles/shown_rows.h"
#include "disclosure/smallest_cell.h"
#include "history/history_query.h"
#include "platform/grpc/pages.h"

namespace throughline::cycles {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

namespace {

// The cycles of the school's teams that measures are read from: the latest ones of each.
Result<std::vector<v1::Cycle>> LatestCycles(const runtime::Rows& rows, const std::string& school) {
  std::vector<std::string> keys;
  std::string after;
  while (true) {
    auto page = rows.Scan(kTeamCycles, school, JoinKey(school, ""), after, platform::kPageAtMost);
    if (!page) return core::Refuse(page.error());
    for (const auto& [key, team] : *page) AddLatestCycles(key, team, keys);
    if (page->size() < platform::kPageAtMost) break;
    after = page->back().first;
  }
  auto found = rows.GetMany(kCycles, school, keys);
  if (!found) return core::Refuse(found.error());
  std::vector<v1::Cycle> cycles;
  for (auto& cycle : *found) {
    if (cycle) cycles.push_back(*std::move(cycle));
  }
  return cycles;
}

// Of those that a measure of the plan in force is fed by.
Result<std::vector<v1::SchoolMeanNoted>> MeansOf(const runtime::Rows& rows,
                                                 const std::string& school,
                                                 const plans::v1::PlanInForceNoted& plan) {
  std::vector<std::string> keys;
  for (const auto& measure : plan.measures()) {
    if (!measure.assessment().empty()) keys.push_back(JoinKey(school, measure.assessment()));
  }
  auto found = rows.GetMany(kSchoolMeans, school, keys);
  if (!found) return core::Refuse(found.error());
  std::vector<v1::SchoolMeanNoted> means;
  for (auto& mean : *found) {
    if (mean) means.push_back(*std::move(mean));
  }
  return means;
}

Result<std::vector<v1::MeasureStanding>> MeasuresOf(const runtime::Rows& rows,
                                                    const std::string& district,
                                                    const std::string& school) {
  const std::string key = core::Key{district, school}.Text();
  auto known = DistrictIn(rows, district);
  if (!known) return core::Refuse(known.error());
  auto closures = rows.Get(district::kSchools, key, key);
  if (!closures) return core::Refuse(closures.error());
  auto plan = rows.Get(kPlansInForce, key, key);
  if (!plan) return core::Refuse(plan.error());
  if (!*plan) return {};
  auto cycles = LatestCycles(rows, key);
  if (!cycles) return core::Refuse(cycles.error());
  v1::ListCyclesResponse shown;  // what readers may be shown of them
  for (v1::Cycle& cycle : *cycles) *shown.add_cycles() = std::move(cycle);
  if (auto hidden = Hide(rows, district, shown); !hidden) return core::Refuse(hidden.error());
  cycles->assign(shown.cycles().begin(), shown.cycles().end());
  auto means = MeansOf(rows, key, **plan);
  if (!means) return core::Refuse(means.error());
  const auto calendar = district::CalendarOf(&*known, *closures ? &**closures : nullptr);
  return StandingsOf(**plan, *cycles, *means, disclosure::SmallestCell(known->policy()), calendar);
}

}  // namespace

Reactor* CyclesService::GetCycle(Context* context, const v1::GetCycleRequest* request,
                                 v1::GetCycleResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        if (request->school().empty()) return core::Refuse(SchoolUnknown(""));
        auto row = rows.Get(kCycles, core::Key{request->district(), request->school()}.Text(),
                            JoinKey(request->district(), request->school(), request->cycle()));
        if (!row) return core::Refuse(row.error());
        if (!*row) return core::Refuse(CycleUnknown(request->cycle()));
        *response->mutable_cycle() = **row;
        return Hide(rows, request->district(), *response);
      });
}

Reactor* CyclesService::ListCycles(Context* context, const v1::ListCyclesRequest* request,
                                   v1::ListCyclesResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        const auto wanted = [&](const v1::Cycle& cycle) {
          const bool team = request->team().empty() || cycle.team() == request->team();
          const bool state =
              request->state() == v1::CYCLE_STATE_UNSPECIFIED || cycle.state() == request->state();
          return team && state && !(request->open_only() && IsOver(cycle));
        };
        auto page = platform::PageOf(rows, kCycles,
                                     platform::PrefixOf(request->district(), request->school()),
                                     *request, wanted);
        if (!page) return core::Refuse(page.error());
        for (auto& [key, cycle] : page->rows) *response->add_cycles() = std::move(cycle);
        response->set_next_page_token(page->next);
        return Hide(rows, request->district(), *response);
      });
}

Reactor* CyclesService::ListMeasures(Context* context, const v1::ListMeasuresRequest* request,
                                     v1::ListMeasuresResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        if (auto error = core::CheckIds(
                {{"district", request->district()}, {"school", request->school()}})) {
          return core::Refuse(*error);
        }
        auto measures = MeasuresOf(rows, request->district(), request->school());
        if (!measures) return core::Refuse(measures.error());
        for (auto& one : *measures) *response->add_measures() = std::move(one);
        return {};
      });
}

Reactor* CyclesService::ListReviews(Context* context, const v1::ListReviewsRequest* request,
                                    v1::ListReviewsResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        const auto wanted = [&](const v1::Review& review) {
          const bool team = request->team().empty() || review.team() == request->team();
          const bool trigger = request->trigger() == common::v1::TRIGGER_UNSPECIFIED ||
                               review.trigger() == request->trigger();
          return team && trigger &&
                 (!request->open_only() || review.answer() == v1::REVIEW_ANSWER_UNSPECIFIED);
        };
        auto page = platform::PageOf(rows, kReviews,
                                     platform::PrefixOf(request->district(), request->school()),
                                     *request, wanted);
        if (!page) return core::Refuse(page.error());
        for (auto& [key, review] : page->rows) *response->add_reviews() = std::move(review);
        response->set_next_page_token(page->next);
        return Hide(rows, request->district(), *response);
      });
}

Reactor* CyclesService::GetHistory(Context* context, const v1::GetHistoryRequest* request,
                                   v1::GetHistoryResponse* response) {
  return history::AnswerHistory(guard_, context, *request, response, rows_, KeptAggregates());
}

}  // namespace throughline::cycles
