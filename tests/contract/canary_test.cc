// Nothing that names a student is in a journal on disk: students, results and texts called after a
// canary go in by every call that takes any, and every byte of the files is looked at. And a secret
// that was lost or replaced does not go unnoticed.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "evidence/assembly.h"
#include "folder.h"
#include "identities/embedded/embedded_store.h"
#include "identities/memory_store.h"
#include "plans/assembly.h"
#include "platform/host/host.h"
#include "runtime/base64.h"
#include "runtime/embedded/sqlite_journal.h"
#include "throughline/evidence/v1/evidence_service.grpc.pb.h"
#include "throughline/plans/v1/plans_service.grpc.pb.h"

namespace throughline {
namespace {

using evidence::v1::EvidenceService;
using evidence::v1::Result;

const std::string kCanary = "Canary7Bird";

std::string Cased(std::string text, int (*to)(int)) {
  std::transform(text.begin(), text.end(), text.begin(), to);
  return text;
}

// As it is, in other cases, and as base64, wherever in it the text begins.
std::vector<std::string> Spellings() {
  std::vector<std::string> all = {kCanary, Cased(kCanary, std::toupper),
                                  Cased(kCanary, std::tolower)};
  for (size_t before = 0; before < 3; ++before) {
    const std::string whole =
        runtime::ToBase64(std::string(before, '\0') + kCanary, runtime::Base64::kStandard);
    all.push_back(whole.substr(before == 0 ? 0 : 4, 8));
  }
  return all;
}

core::Result<std::unique_ptr<identities::IdentityStore>> KeysInMemory() {
  return std::make_unique<identities::MemoryIdentityStore>();
}

class Canary : public testing::Test {
 protected:
  Canary() { key_ = folder_.path() + "/data/pseudonyms.key"; }

  core::Result<std::unique_ptr<platform::Host>> Open() {
    auto journal = runtime::SqliteJournal::Open({folder_.path() + "/data"});
    if (!journal) return core::Refuse(journal.error());
    platform::HostOptions options;
    options.sizes = {.partitions = 2, .workers = 1};
    const auto evidence = [this](const platform::ServiceContext& on) {
      return evidence::Assemble(on, {.key = key_, .open_store = [this] { return OpenStore(); }});
    };
    const auto plans = [](const platform::ServiceContext& on) {
      return plans::Assemble(on, {.open_keys = [] { return KeysInMemory(); }});
    };
    return platform::Host::Start(std::move(*journal), {plans, evidence}, std::move(options));
  }
  core::Result<std::unique_ptr<identities::IdentityStore>> OpenStore() const {
    auto store = identities::EmbeddedIdentityStore::Open(folder_.path() + "/data");
    if (!store) return core::Refuse(store.error());
    return *std::move(store);
  }
  void Start() {
    host_ = Open().value();
    evidence_ = EvidenceService::NewStub(host_->Channel());
    plans_ = plans::v1::PlansService::NewStub(host_->Channel());
  }

  template <class Stub, class Request, class Response>
  Response Call(Stub& stub,
                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                const Request& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    host_->WaitUntilIdle();
    return response;
  }

  void SetUpTheDistrict() {
    using plans::v1::PlansService;
    plans::v1::CreateDistrictRequest create;
    create.mutable_district()->set_district("d");
    create.mutable_district()->set_name("D");
    create.mutable_district()->set_time_zone("UTC");
    auto& term = *create.mutable_district()->mutable_calendar()->add_terms();
    term.set_first("2024-08-15");
    term.set_last("2025-05-30");
    Call<PlansService::StubInterface>(*plans_, &PlansService::StubInterface::CreateDistrict,
                                      create);
    evidence::v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& quiz = *define.add_assessments();
    quiz.set_assessment("quiz");
    quiz.set_kind(evidence::v1::ASSESSMENT_KIND_DAILY_CHECK);
    quiz.set_scale_max(20);
    Call<EvidenceService::StubInterface>(
        *evidence_, &EvidenceService::StubInterface::DefineAssessments, define);
    evidence::v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school("s");
    roster.add_classes()->set_class_id("3a");
    roster.mutable_classes(0)->set_team("t");
    for (int i = 0; i < 12; ++i) {
      auto& student = *roster.add_students();
      student.set_student(kCanary + std::to_string(i));
      student.add_class_ids("3a");
    }
    auto& move = *roster.add_moves();
    move.set_student(kCanary + "-came");
    move.add_came_to("3a");
    Call<EvidenceService::StubInterface>(*evidence_, &EvidenceService::StubInterface::UpdateRoster,
                                         roster);
  }

  static Result Of(const std::string& id, const std::string& student) {
    Result result;
    result.set_source_id(id);
    result.set_student(student);
    result.set_assessment("quiz");
    result.set_class_id("3a");
    result.set_date("2024-10-01");
    result.set_score_text("7");
    return result;
  }
  // The outcomes, of which some are to be set aside.
  evidence::v1::IngestResultsResponse Push() {
    evidence::v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    auto& whole = *batch.add_results() = Of("first-" + kCanary, kCanary + "1");
    whole.set_source_version("as of " + kCanary);
    whole.add_kept()->set_value(kCanary + " did well");
    whole.mutable_kept(0)->set_method("of " + kCanary);
    auto& part = *batch.add_results() = Of("first-" + kCanary, kCanary + "1");
    part.set_part("the objective of " + kCanary);
    auto& named = *batch.add_results() = Of("https://lms.example/" + kCanary, kCanary + "2");
    named.set_hide_source_id(true);
    *batch.add_results() = Of("unknown-" + kCanary, kCanary);
    auto& unreadable = *batch.add_results() = Of("unreadable-" + kCanary, kCanary + "3");
    unreadable.set_score_text("as " + kCanary);
    auto& undated = *batch.add_results() = Of("undated-" + kCanary, kCanary + "4");
    undated.set_date("on " + kCanary + "'s day");
    *batch.add_results() = Of(std::string(300, 'x') + kCanary, kCanary + "5");
    auto& much = *batch.add_results() = Of("much-" + kCanary, kCanary + "6");
    much.add_kept()->set_value(std::string(300, 'x') + kCanary);
    auto& nowhere = *batch.add_results() = Of("nowhere-" + kCanary, kCanary + "7");
    nowhere.set_class_id("bogus");
    return Call<EvidenceService::StubInterface>(
        *evidence_, &EvidenceService::StubInterface::IngestResults, batch);
  }

  // Every byte of every file but the secret's own.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& one : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (!one.is_regular_file()) continue;
      std::ifstream in(one.path(), std::ios::binary);
      files[one.path().filename()] = {std::istreambuf_iterator<char>(in), {}};
    }
    return files;
  }
  void ExpectNoCanary() const {
    const auto files = Files();
    ASSERT_TRUE(files.contains("journal.db"));
    for (const auto& [name, bytes] : files) {
      for (const std::string& spelling : Spellings()) {
        const size_t found = bytes.find(spelling);
        EXPECT_EQ(found, std::string::npos)
            << name << ": " << bytes.substr(std::max<size_t>(found, 100) - 100, 200);
      }
    }
  }

  runtime::Folder folder_;
  std::filesystem::path key_;
  std::unique_ptr<platform::Host> host_;
  std::unique_ptr<EvidenceService::StubInterface> evidence_;
  std::unique_ptr<plans::v1::PlansService::StubInterface> plans_;
};

TEST_F(Canary, IsInNoFileOfTheJournal) {
  Start();
  SetUpTheDistrict();
  const auto taken_in = Push();
  ASSERT_EQ(taken_in.outcomes_size(), 9);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(taken_in.outcomes(i), evidence::v1::RESULT_OUTCOME_ACCEPTED);
  EXPECT_EQ(taken_in.problems_size(), 6);
  ExpectNoCanary();  // the write-ahead log among them
  evidence::v1::ListQuarantineRequest list;
  list.set_district("d");
  const auto aside = Call<EvidenceService::StubInterface>(
      *evidence_, &EvidenceService::StubInterface::ListQuarantine, list);
  EXPECT_EQ(aside.results_size(), 6);
  for (const auto& one : aside.results()) {
    EXPECT_NE(one.result().source_id().find(kCanary), std::string::npos) << "who may see it, does";
    EXPECT_EQ(one.result().student().find(kCanary), 0u);
  }
  evidence::v1::IngestResultsRequest back;
  back.set_district("d");
  back.set_source("sis");
  back.add_results()->set_source_id("first-" + kCanary);
  back.mutable_results(0)->set_retracted(true);
  EXPECT_EQ(Call<EvidenceService::StubInterface>(
                *evidence_, &EvidenceService::StubInterface::IngestResults, back)
                .outcomes(0),
            evidence::v1::RESULT_OUTCOME_CORRECTED);
  evidence_.reset();
  plans_.reset();
  host_.reset();
  ExpectNoCanary();
}

TEST_F(Canary, OfASecretThatWasLostOrReplacedIsToldAtTheStart) {
  Start();
  SetUpTheDistrict();
  evidence_.reset();
  plans_.reset();
  host_.reset();
  const std::filesystem::path aside = folder_.path() + "/kept.key";
  std::filesystem::rename(key_, aside);
  const auto lost = Open();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().reason, "SECRET_LOST");
  EXPECT_FALSE(std::filesystem::exists(key_)) << "nothing was made in its place";
  for (const char byte : {'\0', 'x'}) {
    std::ofstream(key_, std::ios::binary) << std::string(32, byte);
    const auto other = Open();
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().reason, byte == 'x' ? "SECRET_OTHER" : "SECRET_UNUSABLE");
  }
  std::filesystem::rename(aside, key_);
  EXPECT_TRUE(Open());
}

}  // namespace
}  // namespace throughline
