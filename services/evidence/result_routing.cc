#include "evidence/result_routing.h"

#include <atomic>
#include <memory>
#include <mutex>

#include "core/ids.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/results.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

using core::Result;

namespace {

// Fills in what the gradebook columns say: assessment, class and school.
Result<bool> ResolveLineItems(v1::IngestResultsRequest& batch, const runtime::Rows& rows) {
  std::vector<std::string> keys;
  std::vector<v1::Result*> asking;
  for (v1::Result& result : *batch.mutable_results()) {
    const bool whole = !result.assessment().empty() && !result.class_id().empty();
    if (result.line_item().empty() || (whole && !result.school().empty())) continue;
    asking.push_back(&result);
    keys.push_back(Key(batch.district(), result.line_item()));
  }
  if (keys.empty()) return true;
  auto items = rows.GetMany(kLineItems, batch.district(), keys);
  if (!items) return tl::make_unexpected(items.error());
  for (size_t i = 0; i < asking.size(); ++i) {
    const auto& item = (*items)[i];
    if (!item) continue;
    v1::Result& result = *asking[i];
    if (result.assessment().empty()) result.set_assessment(item->assessment());
    if (result.class_id().empty()) result.set_class_id(item->class_id());
    if (result.class_id() == item->class_id()) result.set_school(item->school());
  }
  return true;
}

Result<bool> ResolveClasses(v1::IngestResultsRequest& batch, const runtime::Rows& rows) {
  std::vector<std::string> keys;
  std::vector<v1::Result*> asking;
  for (v1::Result& result : *batch.mutable_results()) {
    if (!result.school().empty() || !core::IsId(result.class_id())) continue;
    asking.push_back(&result);
    keys.push_back(Key(batch.district(), result.class_id()));
  }
  if (keys.empty()) return true;
  auto places = rows.GetMany(kClassPlaces, batch.district(), keys);
  if (!places) return tl::make_unexpected(places.error());
  for (size_t i = 0; i < asking.size(); ++i) {
    if ((*places)[i]) asking[i]->set_school((*places)[i]->school());
  }
  return true;
}

// Gathers the answers of the schools into the answer to the batch.
class Gathering {
 public:
  Gathering(int results, size_t parts, IngestCallback done)
      : waiting_(parts), done_(std::move(done)) {
    response_.mutable_outcomes()->Resize(results, v1::RESULT_OUTCOME_UNSPECIFIED);
  }

  void Take(const std::vector<int>& indexes, const Result<std::string>& answer) {
    std::lock_guard lock(mutex_);
    if (!answer) {
      if (!error_) error_ = answer.error();
    } else {
      v1::IngestResultsResponse part;
      part.ParseFromString(*answer);
      for (int i = 0; i < part.outcomes_size(); ++i) {
        response_.set_outcomes(indexes[i], part.outcomes(i));
      }
      for (v1::ResultProblem& problem : *part.mutable_problems()) {
        problem.set_index(indexes[problem.index()]);
        problems_[problem.index()] = std::move(problem);
      }
    }
    if (--waiting_ > 0) return;
    if (error_) return done_(core::Refuse(*error_));
    for (auto& [index, problem] : problems_) *response_.add_problems() = std::move(problem);
    done_(std::move(response_));
  }

 private:
  std::mutex mutex_;
  size_t waiting_;
  IngestCallback done_;
  v1::IngestResultsResponse response_;
  std::map<int, v1::ResultProblem> problems_;
  std::optional<core::Error> error_;
};

}  // namespace

Result<std::map<std::string, Part>> Route(const v1::IngestResultsRequest& batch,
                                          const runtime::Rows& rows) {
  if (!core::IsId(batch.district())) return core::Refuse(IdInvalid("district"));
  if (!core::IsId(batch.source())) return core::Refuse(IdInvalid("source"));
  if (batch.results().empty()) return core::Refuse(BatchEmpty("results"));
  if (batch.results_size() > kResultsAtMost) {
    return core::Refuse(BatchTooLarge("results", kResultsAtMost));
  }
  v1::IngestResultsRequest resolved = batch;
  if (auto done = ResolveLineItems(resolved, rows); !done) return tl::make_unexpected(done.error());
  if (auto done = ResolveClasses(resolved, rows); !done) return tl::make_unexpected(done.error());
  std::map<std::string, Part> parts;
  for (int i = 0; i < resolved.results_size(); ++i) {
    v1::Result& result = *resolved.mutable_results(i);
    if (!core::IsId(result.school())) result.clear_school();
    Part& part = parts[result.school()];
    if (part.indexes.empty()) {
      part.request.set_district(batch.district());
      part.request.set_source(batch.source());
      if (!batch.request_id().empty()) {
        part.request.set_request_id(batch.request_id() + "/" + result.school());
      }
    }
    part.indexes.push_back(i);
    *part.request.add_results() = std::move(result);
  }
  return parts;
}

void IngestRouted(const v1::IngestResultsRequest& batch, const runtime::Rows& rows,
                  runtime::Commands& commands, IngestCallback done) {
  auto parts = Route(batch, rows);
  if (!parts) return done(core::Refuse(parts.error()));
  auto gathering =
      std::make_shared<Gathering>(batch.results_size(), parts->size(), std::move(done));
  for (auto& [school, part] : *parts) {
    commands.Submit(part.request, part.request.request_id(),
                    [gathering, indexes = part.indexes](Result<std::string> answer) {
                      gathering->Take(indexes, answer);
                    });
  }
}

void Ingest(const v1::IngestResultsRequest& batch, const Pseudonyms& pseudonyms,
            const runtime::Rows& rows, runtime::Commands& commands, IngestCallback done) {
  v1::IngestResultsRequest hidden = batch;
  for (v1::Result& result : *hidden.mutable_results()) {
    result.set_student(pseudonyms.Of(batch.district(), result.student()));
  }
  IngestRouted(hidden, rows, commands, std::move(done));
}

}  // namespace throughline::evidence
