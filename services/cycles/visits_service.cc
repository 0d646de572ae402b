#include "cycles/visits_service.h"

#include <algorithm>

#include "cycles/domain/errors.h"
#include "cycles/domain/look_fors.h"
#include "cycles/domain/tables.h"
#include "cycles/domain/visit_rows.h"
#include "cycles/domain/visit_schedule.h"
#include "cycles/shown_rows.h"
#include "platform/grpc/pages.h"

namespace throughline::cycles {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

namespace {

constexpr size_t kRowsAtOnce = 500;

// Every row whose key begins with `prefix`, of all partitions.
template <class Row>
Result<std::vector<Row>> AllOf(const runtime::Rows& rows, decider::Table<Row> table,
                               const std::string& prefix) {
  std::vector<Row> all;
  auto read =
      platform::ForEachRow(rows, table, prefix, [&](Row row) { all.push_back(std::move(row)); });
  if (!read) return core::Refuse(read.error());
  return all;
}

// The visit that a query is about, when people of its school take part.
template <class Request>
Result<v1::Visit> VisitIn(const runtime::Rows& rows, const Request& request) {
  if (request.host().empty()) return core::Refuse(SchoolUnknown(""));
  auto row = rows.Get(kVisits, core::Key{request.district(), request.host()}.Text(),
                      JoinKey(request.district(), request.host(), request.visit()));
  if (!row) return core::Refuse(row.error());
  if (!*row) return core::Refuse(VisitUnknown(request.visit()));
  if (auto error = CheckTakesPart(**row, request.school())) return core::Refuse(*error);
  return *std::move(*row);
}

// The schools that visitors come from are on the keys of others than the host.
std::optional<core::Error> CheckVisitors(const runtime::Rows& rows,
                                         const v1::PlanVisitRequest& request) {
  for (const std::string& school : request.visitors()) {
    const std::string key = core::Key{request.district(), school}.Text();
    auto row = rows.Get(district::kSchools, key, key);
    if (!row) return row.error();
    if (!*row) return SchoolUnknown(school);
  }
  return std::nullopt;
}

// DATE_INVALID unless it is a day, or left out.
std::optional<core::Error> CheckDates(
    std::initializer_list<std::pair<std::string_view, const std::string&>> dates) {
  for (const auto& [field, date] : dates) {
    if (!date.empty() && !core::ParseDate(date)) return DateInvalid(field);
  }
  return std::nullopt;
}

// Those that were recorded for the school, as long as rooms are recorded.
Result<void> AddRecordedRooms(const runtime::Rows& rows, const std::string& school,
                              v1::GetVisitResponse& response) {
  const v1::Visit& visit = response.visit();
  if (visit.state() != v1::VISIT_STATE_PACKET) return {};
  auto found = rows.Scan(kRecordedRooms, core::Key{visit.district(), visit.host()}.Text(),
                         JoinKey(KeyOf(visit), school, ""), "", kRowsAtOnce);
  if (!found) return core::Refuse(found.error());
  for (auto& [key, room] : *found) *response.add_recorded_rooms() = std::move(room);
  return {};
}

bool HasPart(const v1::Visit& visit, const std::string& school) {
  return !CheckTakesPart(visit, school);
}

}  // namespace

Reactor* VisitsService::PlanVisit(Context* context, const v1::PlanVisitRequest* request,
                                  v1::PlanVisitResponse* response) {
  return guard_.Submit(context, commands_, *request, response,
                       {.check = [&] { return CheckVisitors(rows_, *request); }});
}

Reactor* VisitsService::GetVisit(Context* context, const v1::GetVisitRequest* request,
                                 v1::GetVisitResponse* response) {
  return guard_.AnswerAsOf(context, *request, rows_,
                           [=](const runtime::Rows& rows) -> Result<void> {
                             auto visit = VisitIn(rows, *request);
                             if (!visit) return core::Refuse(visit.error());
                             *response->mutable_visit() = *std::move(visit);
                             return AddRecordedRooms(rows, request->school(), *response);
                           });
}

Reactor* VisitsService::ListVisits(Context* context, const v1::ListVisitsRequest* request,
                                   v1::ListVisitsResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        if (auto error = CheckDates({{"from", request->from()}, {"until", request->until()}})) {
          return core::Refuse(*error);
        }
        const auto wanted = [&](const v1::Visit& visit) {
          const bool state =
              request->state() == v1::VISIT_STATE_UNSPECIFIED || visit.state() == request->state();
          return state && HasPart(visit, request->school()) && visit.date() >= request->from() &&
                 (request->until().empty() || visit.date() <= request->until());
        };
        auto page = platform::PageOf(rows, kVisits,
                                     platform::PrefixOf(request->district(), request->host()),
                                     *request, wanted);
        if (!page) return core::Refuse(page.error());
        for (auto& [key, visit] : page->rows) *response->add_visits() = std::move(visit);
        response->set_next_page_token(page->next);
        return {};
      });
}

Reactor* VisitsService::GetVisitPacket(Context* context, const v1::GetVisitPacketRequest* request,
                                       v1::GetVisitPacketResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        auto visit = VisitIn(rows, *request);
        if (!visit) return core::Refuse(visit.error());
        auto packet = rows.Get(kVisitPackets, SubjectOf(*visit), KeyOf(*visit));
        if (!packet) return core::Refuse(packet.error());
        if (!*packet) return core::Refuse(PacketUnknown(request->visit()));
        *response->mutable_packet() = *std::move(*packet);
        return Hide(rows, request->district(), *response);
      });
}

Reactor* VisitsService::ListVisitNotes(Context* context, const v1::ListVisitNotesRequest* request,
                                       v1::ListVisitNotesResponse* response) {
  return guard_.Answer(context, *request, [&]() -> Result<void> {
    auto visit = VisitIn(rows_, *request);
    if (!visit) return core::Refuse(visit.error());
    // Before it was held another room may come, and would be told from the others.
    if (visit->state() < v1::VISIT_STATE_HELD || visit->state() == v1::VISIT_STATE_CANCELLED) {
      return core::Refuse(WrongStep(visit->state(), v1::VISIT_STATE_HELD));
    }
    auto found = rows_.Scan(kVisitRooms, core::Key{visit->district(), visit->host()}.Text(),
                            JoinKey(KeyOf(*visit), ""), "", kRowsAtOnce);
    if (!found) return core::Refuse(found.error());
    std::vector<v1::VisitRoom> rooms;
    for (auto& [key, room] : *found) rooms.push_back(std::move(room));
    Notes notes = NotesOf(rooms);
    response->mutable_notes()->Assign(notes.notes.begin(), notes.notes.end());
    response->set_suppressed(notes.suppressed);
    return {};
  });
}

Reactor* VisitsService::ListCommitments(Context* context, const v1::ListCommitmentsRequest* request,
                                        v1::ListCommitmentsResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        if (auto error = CheckDates({{"due_before", request->due_before()}})) {
          return core::Refuse(*error);
        }
        const auto wanted = [&](const v1::Commitment& one) {
          const bool open = one.outcome() == v1::COMMITMENT_OUTCOME_UNSPECIFIED;
          const bool owner =
              request->owner() == common::v1::ROLE_UNSPECIFIED || one.owner() == request->owner();
          return owner && !one.due().empty() && (open || !request->open_only()) &&
                 (request->due_before().empty() || one.due() < request->due_before());
        };
        const auto has_any = [&](const v1::Visit& visit) {
          return std::any_of(visit.commitments().begin(), visit.commitments().end(), wanted);
        };
        auto page = platform::PageOf(rows, kVisits,
                                     platform::PrefixOf(request->district(), request->school()),
                                     *request, has_any);
        if (!page) return core::Refuse(page.error());
        for (const auto& [key, visit] : page->rows) {
          for (const v1::Commitment& one : visit.commitments()) {
            if (!wanted(one)) continue;
            v1::HostCommitment& added = *response->add_commitments();
            added.set_host(visit.host());
            added.set_visit(visit.visit());
            added.set_date(visit.date());
            *added.mutable_commitment() = one;
          }
        }
        response->set_next_page_token(page->next);
        return {};
      });
}

Reactor* VisitsService::GetVisitFindings(Context* context,
                                         const v1::GetVisitFindingsRequest* request,
                                         v1::GetVisitFindingsResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        const auto day = core::ParseDate(request->day());
        if (!day) return core::Refuse(DateInvalid("day"));
        auto district = DistrictIn(rows, request->district());
        if (!district) return core::Refuse(district.error());
        const auto quarters = QuartersOf(district::CalendarOf(&*district, nullptr), *day);
        const auto quarter = std::find_if(quarters.rbegin(), quarters.rend(),
                                          [&](const Quarter& one) { return one.first <= *day; });
        if (quarter == quarters.rend()) return core::Refuse(OutsideSchoolYear("day"));
        response->set_first(core::FormatDate(quarter->first));
        response->set_last(core::FormatDate(quarter->last));
        auto visits =
            AllOf(rows, kVisits, platform::PrefixOf(request->district(), request->school()));
        if (!visits) return core::Refuse(visits.error());
        std::erase_if(*visits, [&](const v1::Visit& visit) {
          return visit.date() < response->first() || visit.date() > response->last() ||
                 visit.state() < v1::VISIT_STATE_HELD || visit.state() == v1::VISIT_STATE_CANCELLED;
        });
        response->set_visits(static_cast<int>(visits->size()));
        for (auto& finding : FindingsOf(*visits)) *response->add_findings() = std::move(finding);
        return {};
      });
}

Reactor* VisitsService::ProposeVisits(Context* context, const v1::ProposeVisitsRequest* request,
                                      v1::ProposeVisitsResponse* response) {
  return guard_.Answer(context, *request, [&]() -> Result<void> {
    const auto from = core::ParseDate(request->from());
    if (!from) return core::Refuse(DateInvalid("from"));
    const int together = request->visitor_schools() == 0 ? 2 : request->visitor_schools();
    if (together < 2 || together > 4) {
      return core::Refuse(ProposalInvalid("visitor_schools", "are 2 to 4."));
    }
    auto district = DistrictIn(rows_, request->district());
    if (!district) return core::Refuse(district.error());
    const auto quarters = QuartersOf(district::CalendarOf(&*district, nullptr), *from);
    if (quarters.empty()) return core::Refuse(OutsideSchoolYear("from"));
    const std::string prefix = platform::PrefixOf(request->district());
    auto schools = AllOf(rows_, district::kSchools, prefix);
    if (!schools) return core::Refuse(schools.error());
    auto visits = AllOf(rows_, kVisits, prefix);
    if (!visits) return core::Refuse(visits.error());
    std::vector<VisitingSchool> visiting;
    for (const plans::v1::School& one : *schools) {
      visiting.push_back({one.school(), district::CalendarOf(&*district, &one)});
    }
    std::vector<PlannedVisit> planned;
    for (const v1::Visit& one : *visits) {
      const auto date = core::ParseDate(one.date());
      if (!date || *date < quarters.front().first) continue;
      if (one.state() == v1::VISIT_STATE_CANCELLED) continue;
      planned.push_back({one.host(), {one.visitors().begin(), one.visitors().end()}, *date});
    }
    *response =
        cycles::ProposeVisits(visiting, quarters, planned, {*from, together, request->seed()});
    return {};
  });
}

}  // namespace throughline::cycles
