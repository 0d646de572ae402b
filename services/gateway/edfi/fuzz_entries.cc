#include "gateway/edfi/fuzz_entries.h"

#include <cstdlib>

#include "gateway/edfi/answers.h"
#include "gateway/edfi/assessment.h"
#include "gateway/edfi/kafka_batch.h"
#include "gateway/edfi/keys.h"
#include "gateway/edfi/student_assessment.h"

namespace throughline::gateway::edfi {

namespace {

void Expect(bool holds) {
  if (!holds) std::abort();
}

void ExpectRefusal(const Problem& problem) {
  Expect(!problem.validation_errors.empty());
  Expect(ToResponse(problem, "fuzz").status == 400);
}

template <class Read>
void Fuzz(std::string_view bytes, Read read) {
  const auto json = ReadJson(bytes);
  if (json) read(*json);
}

void ExpectDefinitions(const Translated<AssessmentDocument>& read) {
  if (!read) return ExpectRefusal(read.error());
  Expect(read->resource_id.size() == 32);
  for (const auto& one : read->assessments) {
    Expect(one.scale_min() < one.scale_max() && one.title().size() <= 256);
    // The message is one: every text in it is UTF-8.
    Expect(!one.SerializeAsString().empty());
  }
}

}  // namespace

void FuzzStudentAssessment(std::string_view bytes) {
  Fuzz(bytes, [](const Json& json) {
    const auto read = ReadStudentAssessment(json);
    if (!read) return ExpectRefusal(read.error());
    for (const auto& result : read->results) {
      Expect(!result.source_id().empty() && !result.assessment().empty());
      Expect(result.score_text().empty() ||
             result.score_status() == evidence::v1::SCORE_STATUS_FULLY_GRADED);
    }
  });
}

void FuzzAssessment(std::string_view bytes) {
  Fuzz(bytes, [](const Json& json) { ExpectDefinitions(ReadAssessment(json)); });
}

void FuzzObjectiveAssessment(std::string_view bytes) {
  Fuzz(bytes, [](const Json& json) { ExpectDefinitions(ReadObjectiveAssessment(json)); });
}

void FuzzResourceId(std::string_view bytes) {
  if (const auto hidden = HiddenOf(bytes)) Expect(ResourceIdOf(*hidden).size() == 32);
  const std::string id = ResourceIdOf(bytes);
  if (!id.empty()) Expect(HiddenOf(id).has_value());
}

void FuzzKafkaRecord(std::string_view bytes) {
  const size_t end = bytes.find('\n');
  const bool null = end == std::string_view::npos;
  const auto value = null ? std::nullopt : std::optional(bytes.substr(end + 1));
  auto read = ReadRecord(bytes.substr(0, end), value);
  if (!read) return Expect(!read.error().reason.empty());
  const KafkaBatch batch = ToBatch({*read, *std::move(read)}, {.district = "d"});
  Expect(batch.results.size() <= 1);
}

}  // namespace throughline::gateway::edfi
