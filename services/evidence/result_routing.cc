#include "evidence/result_routing.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include "core/ids.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/results.h"
#include "evidence/result_places.h"

namespace throughline::evidence {

using core::Result;

namespace {

// Gathers the answers of the schools into the answer to the batch.
class Gathering {
 public:
  Gathering(int results, size_t parts, IngestCallback done)
      : waiting_(parts), done_(std::move(done)) {
    // What is sent to no school is taken back and not known: it changes nothing.
    response_.mutable_outcomes()->Resize(results, v1::RESULT_OUTCOME_DUPLICATE);
  }
  // When there is nobody to wait for.
  void Finish() { done_(std::move(response_)); }

  void Take(const std::vector<int>& indexes, const std::vector<bool>& aside,
            const Result<std::string>& answer) {
    std::lock_guard lock(mutex_);
    if (!answer) {
      if (!error_) error_ = answer.error();
    } else {
      v1::IngestResultsResponse part;
      part.ParseFromString(*answer);
      for (int i = 0; i < part.outcomes_size(); ++i) {
        // What has several parts, and was taken back, changed when any of them did.
        if (response_.outcomes(indexes[i]) == v1::RESULT_OUTCOME_CORRECTED) continue;
        // What was only set aside is not recorded, but is taken back by being let go.
        const bool let_go = aside[i] && part.outcomes(i) == v1::RESULT_OUTCOME_DUPLICATE;
        response_.set_outcomes(indexes[i],
                               let_go ? v1::RESULT_OUTCOME_CORRECTED : part.outcomes(i));
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

void Add(v1::Result result, int index, bool aside, const v1::IngestResultsRequest& batch,
         std::map<std::string, Part>& parts) {
  if (!core::IsId(result.school())) result.clear_school();
  Part& part = parts[result.school()];
  if (part.indexes.empty()) {
    part.request.set_district(batch.district());
    part.request.set_source(batch.source());
    if (!batch.request_id().empty()) {
      part.request.set_request_id(batch.request_id() + "/" + result.school());
    }
  }
  part.indexes.push_back(index);
  part.aside.push_back(aside);
  *part.request.add_results() = std::move(result);
}

}  // namespace

Result<std::map<std::string, Part>> Route(v1::IngestResultsRequest batch,
                                          const runtime::Rows& rows) {
  if (!core::IsId(batch.district())) return core::Refuse(IdInvalid("district"));
  if (!core::IsId(batch.source())) return core::Refuse(IdInvalid("source"));
  if (batch.results().empty()) return core::Refuse(BatchEmpty("results"));
  if (batch.results_size() > kResultsAtMost) {
    return core::Refuse(BatchTooLarge("results", kResultsAtMost));
  }
  if (auto told = TellPlaces(batch, rows); !told) return tl::make_unexpected(told.error());
  // What is in the batch itself is where it goes.
  auto known = FindTakenBack(batch, rows);
  if (!known) return tl::make_unexpected(known.error());
  std::map<std::string, Part> parts;
  for (int i = 0; i < batch.results_size(); ++i) {
    v1::Result& result = *batch.mutable_results(i);
    if (!IsLost(result)) {
      Add(std::move(result), i, false, batch, parts);
      continue;
    }
    for (const Known& one : (*known)[result.source_id()]) {
      v1::Result taken_back = result;
      taken_back.set_school(one.school);
      taken_back.set_source_id(one.source_id);
      Add(std::move(taken_back), i, one.aside, batch, parts);
    }
  }
  return parts;
}

void IngestRouted(v1::IngestResultsRequest batch, const runtime::Rows& rows,
                  runtime::Commands& commands, IngestCallback done) {
  const int results = batch.results_size();
  auto parts = Route(std::move(batch), rows);
  if (!parts) return done(core::Refuse(parts.error()));
  auto gathering = std::make_shared<Gathering>(results, parts->size(), std::move(done));
  if (parts->empty()) return gathering->Finish();
  for (auto& [school, part] : *parts) {
    commands.Submit(part.request, part.request.request_id(),
                    [gathering, indexes = part.indexes, aside = part.aside](
                        Result<std::string> answer) { gathering->Take(indexes, aside, answer); });
  }
}

void Ingest(const v1::IngestResultsRequest& batch, const Pseudonyms& pseudonyms,
            const runtime::Rows& rows, runtime::Commands& commands, IngestCallback done) {
  v1::IngestResultsRequest hidden = batch;
  const Pseudonyms::District district = pseudonyms.In(batch.district());
  std::vector<std::string> hidden_as;
  for (int i = 0; i < hidden.results_size(); ++i) {
    v1::Result& result = *hidden.mutable_results(i);
    if (!result.student().empty()) result.set_student(district.Of(result.student()));
    if (result.hide_source_id() && !result.source_id().empty()) {
      result.set_source_id(district.Of("source id: " + result.source_id()));
      hidden_as.resize(hidden.results_size());
      hidden_as[i] = result.source_id();
    }
    result.clear_hide_source_id();
    const std::string& expected = batch.expected_source_id();
    if (!expected.empty() && result.source_id() != expected) {
      return done(core::Refuse(SourceIdOther()));
    }
    if (!result.part().empty()) {
      *result.mutable_source_id() += std::string(kPartMark) + result.part();
      result.clear_part();
    }
  }
  hidden.clear_expected_source_id();
  if (hidden_as.empty()) return IngestRouted(std::move(hidden), rows, commands, std::move(done));
  IngestRouted(std::move(hidden), rows, commands,
               [done = std::move(done),
                hidden_as = std::move(hidden_as)](Result<v1::IngestResultsResponse> answer) {
                 if (answer) {
                   answer->mutable_source_ids()->Assign(hidden_as.begin(), hidden_as.end());
                 }
                 done(std::move(answer));
               });
}

}  // namespace throughline::evidence
