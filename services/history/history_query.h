// Answers GetHistory: what happened to an aggregate, when, who did it, and what changed, from the
// events of its partition alone. It is asked of Past, as questions about earlier moments are, so
// that it has their bounds.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "history/kept_aggregate.h"
#include "platform/grpc/call_guard.h"
#include "runtime/past.h"

namespace throughline::history {

// One page. Not thread-safe; told who reads it, then of the versions of the row, and then finished.
class HistoryQuery {
 public:
  struct Asked {
    common::v1::Aggregate of = common::v1::AGGREGATE_UNSPECIFIED;
    Place place;
    int32_t page_size = 0;
    std::string page_token;
  };
  // AGGREGATE_ELSEWHERE, ID_INVALID, PAGE_INVALID, PAGE_TOKEN_INVALID.
  static core::Result<std::shared_ptr<HistoryQuery>> Of(Asked asked,
                                                        const std::vector<KeptAggregate>& kept);

  // The partition key that the row is on.
  std::string subject() const;
  std::optional<std::string> RowIn(const decider::State& state) const;
  void ReadBy(const platform::Principal& reader) { reader_ = reader; }
  // What the reader may not read, as the row was then, is left out: an id may be used again.
  void Take(const runtime::RowVersion& version);

  struct Page {
    std::vector<common::v1::HistoryEntry> entries;
    std::string next;  // token; empty at the end
  };
  // AGGREGATE_UNKNOWN: there never was one, or none that the reader may read.
  core::Result<Page> Finish();

 private:
  HistoryQuery(Asked asked, const KeptAggregate& kept);
  std::unique_ptr<google::protobuf::Message> Parse(const std::optional<std::string>& row) const;
  std::string TokenScope() const;
  bool MayRead(const runtime::RowVersion& version) const;
  // nullopt: it is not told.
  std::optional<common::v1::HistoryEntry> EntryFor(const runtime::RowVersion& version) const;

  const Asked asked_;
  const KeptAggregate& kept_;
  std::string key_;
  size_t size_ = 0;
  int64_t after_ = 0;  // sequence number
  platform::Principal reader_;
  bool is_known_ = false;  // there was one that the reader may read
  Page page_;
  int64_t last_shown_ = 0;
};

// In a class that has a `guard_` and `rows_`, for a method whose request is a GetHistoryRequest.
template <class Request, class Response>
grpc::ServerUnaryReactor* AnswerHistory(const platform::CallGuard& guard,
                                        grpc::CallbackServerContext* context,
                                        const Request& request, Response* response,
                                        const runtime::Rows& rows,
                                        const std::vector<KeptAggregate>& kept) {
  auto query =
      HistoryQuery::Of({request.of(),
                        {request.district(), request.school(), request.team(), request.id()},
                        request.page_size(),
                        request.page_token()},
                       kept);
  if (!query) {
    return guard.Answer(context, request,
                        [&]() -> core::Result<void> { return core::Refuse(query.error()); });
  }
  return guard.AnswerWatching(
      context, request, rows.past(),
      {.subject = (*query)->subject(),
       .watch = {[query = *query](const decider::State& state) { return query->RowIn(state); },
                 [query = *query](const runtime::RowVersion& version) { query->Take(version); }},
       .begin = [query = *query](const platform::Principal& caller) { query->ReadBy(caller); },
       .answer = [query = *query, response]() -> core::Result<void> {
         auto page = query->Finish();
         if (!page) return core::Refuse(page.error());
         for (auto& entry : page->entries) *response->add_entries() = std::move(entry);
         response->set_next_page_token(page->next);
         return {};
       }});
}

}  // namespace throughline::history
