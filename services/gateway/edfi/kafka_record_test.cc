#include "gateway/edfi/kafka_record.h"

#include <gmock/gmock.h>

#include "gateway/edfi/kafka_batch.h"
#include "gateway/edfi/test_documents.h"

namespace throughline::gateway::edfi {
namespace {

using What = DocumentState::What;
using testing::ElementsAre;

constexpr char kUuid[] = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
constexpr char kOlder[] = "3f7a1a52-1c1f-4f0e-9a55-2b4f2a1d9c10";

DocumentState Read(std::string_view key, const Json& value) {
  const std::string text = value.dump();
  auto read = ReadRecord(key, text);
  EXPECT_TRUE(read) << read.error().message;
  return read.value_or(DocumentState());
}

std::string ReasonOf(std::string_view key, const Json& value) {
  const std::string text = value.dump();
  const auto read = ReadRecord(key, text);
  return read ? "read" : read.error().reason + " " + read.error().field;
}

Json StateOf(int64_t version) {
  Json value = DocumentOf("dms_state.json");
  value["contentVersion"] = version;
  return value;
}

std::vector<int64_t> VersionsOf(const std::vector<DocumentState>& states) {
  std::vector<int64_t> versions;
  for (const DocumentState& state : states) versions.push_back(state.version);
  return versions;
}

TEST(Records, OfTheProposedContractAreReadWithTheirVersion) {
  const DocumentState state = Read(kUuid, DocumentOf("dms_state.json"));
  EXPECT_EQ(state.what, What::kThere);
  EXPECT_EQ(state.uuid, kUuid);
  EXPECT_EQ(state.resource, "StudentAssessment");
  EXPECT_EQ(state.version, 123456);
  EXPECT_EQ(*Text(state.document, "administrationDate"), "2021-05-12");
}

TEST(Records, WithoutAValueAreDeletions) {
  const auto read = ReadRecord(kUuid, std::nullopt);
  EXPECT_EQ(read->what, What::kDeleted);
  EXPECT_EQ(read->uuid, kUuid);
  EXPECT_EQ(ReadRecord("4711", std::nullopt)->what, What::kNothing) << "of the older shape";
  EXPECT_EQ(ReadRecord("cdc-progress", std::nullopt)->what, What::kNothing);
}

TEST(Records, ThatBreakTheContractAreRefusedWithoutAWordOfTheirs) {
  EXPECT_EQ(ReasonOf(kOlder, StateOf(1)), "RECORD_INVALID documentUuid") << "of another key";
  EXPECT_EQ(ReasonOf(kUuid, StateOf(0)), "RECORD_INVALID contentVersion");
  Json value = StateOf(1);
  value["contractVersion"] = 2;
  EXPECT_EQ(ReasonOf(kUuid, value), "CONTRACT_UNKNOWN contractVersion");
  value = StateOf(1);
  value["document"] = "{}";
  EXPECT_EQ(ReasonOf(kUuid, value), "RECORD_INVALID document");
  value = StateOf(1);
  value["projectName"] = "Homograph";
  EXPECT_EQ(Read(kUuid, value).what, What::kNothing);
  EXPECT_FALSE(ReadRecord(kUuid, "{"));
  EXPECT_EQ(ReasonOf(kUuid, Json::array()), "RECORD_INVALID documentuuid");
}

TEST(Records, OfTheOlderShapeAreReadInAnyCaseWrappedOrNot) {
  Json value = DocumentOf("dms_older.json");
  const DocumentState state = Read("4711", value);
  EXPECT_EQ(state.what, What::kThere);
  EXPECT_EQ(state.uuid, kOlder);
  EXPECT_EQ(state.version, 1751815845123456);
  value["EdfiDoc"] = value["edfidoc"].dump();
  value.erase("edfidoc");
  value["lastmodifiedat"] = "2025-07-06T15:30:45.123Z";
  const DocumentState wrapped = Read("4711", {{"schema", Json::object()}, {"payload", value}});
  EXPECT_EQ(wrapped.version, 1751815845123000);
  EXPECT_EQ(wrapped.document, state.document);
}

TEST(Records, OfTheOlderShapeSayThemselvesThatTheyAreDeleted) {
  Json value = DocumentOf("dms_older.json");
  value["__deleted"] = "true";
  EXPECT_EQ(Read("4711", value).what, What::kDeleted);
  value["__deleted"] = true;
  EXPECT_EQ(Read("4711", value).what, What::kDeleted);
  value.erase("__deleted");
  value["deleted"] = "true";
  EXPECT_EQ(Read("4711", value).what, What::kDeleted);
}

TEST(States, OlderThanWhatCameBeforeAreDropped) {
  EXPECT_THAT(VersionsOf(KeepNewest({Read(kUuid, StateOf(5)), Read(kUuid, StateOf(4)),
                                     Read(kOlder, DocumentOf("dms_older.json")),
                                     Read(kUuid, StateOf(7)), Read(kUuid, StateOf(7))})),
              ElementsAre(1751815845123456, 7));
  const auto deleted = KeepNewest({Read(kUuid, StateOf(5)), *ReadRecord(kUuid, std::nullopt)});
  ASSERT_EQ(deleted.size(), 1u);
  EXPECT_EQ(deleted[0].what, What::kDeleted);
  EXPECT_THAT(VersionsOf(KeepNewest({*ReadRecord(kUuid, std::nullopt), Read(kUuid, StateOf(5))})),
              ElementsAre(5))
      << "made anew";
  Json gone = DocumentOf("dms_older.json");
  gone["__deleted"] = "true";
  const auto older = KeepNewest({Read("1", DocumentOf("dms_older.json")), Read("1", gone)});
  ASSERT_EQ(older.size(), 1u);
  EXPECT_EQ(older[0].what, What::kDeleted);
}

TEST(Batches, AskForResultsUnderTheDocumentsUuidAndVersion) {
  const KafkaBatch batch = ToBatch({Read(kUuid, StateOf(9))}, {.district = "d"});
  ASSERT_EQ(batch.results.size(), 1u);
  const auto& request = batch.results[0];
  EXPECT_EQ(request.district(), "d");
  EXPECT_EQ(request.source(), "edfi-dms");
  EXPECT_FALSE(request.results(0).hide_source_id());
  EXPECT_EQ(request.results(0).source_id(), kUuid);
  EXPECT_EQ(request.results(0).modified_at_ms(), 9);
  EXPECT_EQ(request.results(0).score_text(), "8");
}

TEST(Batches, TakeBackWhatIsDeletedByItsIdAlone) {
  const KafkaBatch batch = ToBatch({*ReadRecord(kUuid, std::nullopt)}, {.district = "d"});
  const auto& result = batch.results.at(0).results(0);
  EXPECT_EQ(result.source_id(), kUuid);
  EXPECT_TRUE(result.retracted());
  EXPECT_EQ(result.student(), "");
}

TEST(Batches, DefineAssessmentsAndLeaveOtherResourcesAlone) {
  Json assessment = StateOf(3);
  assessment["resourceName"] = "Assessment";
  assessment["document"] = DocumentOf("assessment.json");
  Json student = DocumentOf("dms_older.json");
  student["resourcename"] = "Student";
  const KafkaBatch batch =
      ToBatch({Read(kUuid, assessment), Read("4711", student)}, {.district = "d"});
  EXPECT_EQ(batch.definitions.assessments_size(), 3);
  EXPECT_TRUE(batch.definitions.keep_kind_and_indicators());
  EXPECT_TRUE(batch.results.empty());
}

TEST(Batches, StayWithinEvidencesBoundsAndSayWhatTheyDidNotUnderstand) {
  std::vector<DocumentState> states;
  for (int i = 0; i < 1000; ++i) {
    DocumentState state = Read(kUuid, StateOf(1));
    state.uuid = "document-" + std::to_string(i);
    states.push_back(std::move(state));
  }
  states[17].document = Json::object();
  const KafkaBatch batch = ToBatch(std::move(states), {.district = "d"});
  int results = 0;
  for (const auto& request : batch.results) {
    EXPECT_LE(request.results_size(), 500);
    results += request.results_size();
  }
  EXPECT_EQ(results, 999);
  ASSERT_EQ(batch.not_understood.size(), 1u);
  EXPECT_EQ(batch.not_understood[0].first, "document-17");
}

}  // namespace
}  // namespace throughline::gateway::edfi
