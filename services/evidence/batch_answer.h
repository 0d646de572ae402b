// Gathers the answers of the schools into the answer to a batch. Before the sender hears of it,
// late retractions are sent (late_retractions.h), what was set aside is sealed, and what was set
// aside before, and is recorded now, is released. Thread-safe; answers exactly once, with
// UNEXPECTED when nobody else does.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "evidence/batch_parts.h"
#include "evidence/result_routing.h"

namespace throughline::evidence {

class BatchAnswer : public std::enable_shared_from_this<BatchAnswer> {
 public:
  // Of a batch of so many results. `on` outlives this.
  BatchAnswer(std::string district, std::string source, int results, RoutedBatch routed,
              const RoutingContext& on, Originals originals, IngestCallback done);
  ~BatchAnswer();

  // Before any school got its part.
  void Refuse(const core::Error& error);
  // Hands in the parts, each under its own key derived from that of the batch.
  void HandIn(const runtime::RequestKey& key);
  const Parts& parts() const { return routed_.parts; }

 private:
  void Take(const std::string& school, const Part& part, const core::Result<std::string>& answer);
  void Note(const std::string& school, const Part& part, const std::string& answer);
  void NoteProblems(const Part& part, v1::IngestResultsResponse& answer);
  // Everybody has answered: nobody else looks at this any more.
  void Settle();
  core::Result<void> CorrectOutcomes();
  core::Result<std::vector<Unsealed>> UnsealedOf(const std::string& school,
                                                 const std::vector<int>& indexes) const;
  core::Result<std::map<std::string, v1::SealOriginalsRequest>> SealOriginals(
      const SharedBatch& batch, Parts& renamed) const;
  // `part`: whose outcomes the answer says; null: it says none that matter.
  void Submit(const std::string& school, const google::protobuf::Message& command,
              std::shared_ptr<const Part> part);
  void Settled(const core::Error* error);
  void Finish();

  const std::string district_;
  const std::string source_;
  const RoutedBatch routed_;
  const RoutingContext& on_;
  const Originals originals_;
  std::mutex mutex_;
  size_t waiting_;
  bool some_taken_ = false;
  IngestCallback done_;
  v1::IngestResultsResponse response_;
  std::map<int, v1::ResultProblem> problems_;
  std::map<std::string, std::vector<int>> set_aside_;  // indexes in the batch, by school
  std::vector<std::string> released_;                  // entries of no school
  std::vector<v1::NewToSchool> new_to_school_;         // by index in the batch
  std::optional<core::Error> error_;
};

}  // namespace throughline::evidence
