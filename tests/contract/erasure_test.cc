// A student who is erased while results of theirs stream in, and the process that does it is killed
// at any moment: nothing that is left leads back, nothing of the others is lost, numbers stay, and
// there is one certificate.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "evidence/assembly.h"
#include "folder.h"
#include "identities/embedded/embedded_store.h"
#include "plans/assembly.h"
#include "platform/host/host.h"
#include "runtime/embedded/sqlite_journal.h"
#include "throughline/evidence/v1/evidence_service.grpc.pb.h"
#include "throughline/plans/v1/plans_service.grpc.pb.h"

namespace throughline {
namespace {

using evidence::v1::EvidenceService;
using plans::v1::PlansService;

constexpr int kStudents = 12;
constexpr int kErased = 3;

std::string IdOf(int student) { return "student-" + std::to_string(1000 + student); }

// The services of a data directory, in this process.
class Services {
 public:
  explicit Services(const std::string& data) {
    auto journal = runtime::SqliteJournal::Open({data}).value();
    platform::HostOptions options;
    options.sizes = {.partitions = 2, .workers = 1};
    const evidence::IdentitySetup identities = {
        .key = data + "/pseudonyms.key",
        .open_store = [data]() -> core::Result<std::unique_ptr<identities::IdentityStore>> {
          return identities::EmbeddedIdentityStore::Open(data).value();
        }};
    const auto evidence = [identities](const platform::ServiceContext& on) {
      return evidence::Assemble(on, identities);
    };
    host_ =
        platform::Host::Start(std::move(journal), {plans::Assemble, evidence}, std::move(options))
            .value();
    evidence_ = EvidenceService::NewStub(host_->Channel());
    plans_ = PlansService::NewStub(host_->Channel());
  }

  void SetUpTheDistrict() {
    plans::v1::CreateDistrictRequest create;
    create.mutable_district()->set_district("d");
    create.mutable_district()->set_name("D");
    create.mutable_district()->set_time_zone("UTC");
    auto& term = *create.mutable_district()->mutable_calendar()->add_terms();
    term.set_first("2024-08-15");
    term.set_last("2025-05-30");
    Call<PlansService::StubInterface>(*plans_, &PlansService::StubInterface::CreateDistrict,
                                      create);
    host_->WaitUntilIdle();
    evidence::v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& quiz = *define.add_assessments();
    quiz.set_assessment("quiz");
    quiz.set_kind(evidence::v1::ASSESSMENT_KIND_DAILY_CHECK);
    quiz.set_scale_max(20);
    Call<EvidenceService::StubInterface>(
        *evidence_, &EvidenceService::StubInterface::DefineAssessments, define);
    host_->WaitUntilIdle();
    Enroll();
  }
  void Enroll() {
    evidence::v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school("s");
    roster.add_classes()->set_class_id("3a");
    roster.mutable_classes(0)->set_team("t");
    for (int i = 0; i < kStudents; ++i) {
      roster.add_students()->set_student(IdOf(i));
      roster.mutable_students(i)->add_class_ids("3a");
    }
    Call<EvidenceService::StubInterface>(*evidence_, &EvidenceService::StubInterface::UpdateRoster,
                                         roster);
    host_->WaitUntilIdle();
  }
  // A result of every student; the same number is the same request.
  std::vector<int> Push(int number) {
    evidence::v1::IngestResultsRequest batch;
    batch.set_request_id("batch " + std::to_string(number));
    batch.set_district("d");
    batch.set_source("sis");
    for (int i = 0; i < kStudents; ++i) {
      auto& result = *batch.add_results();
      result.set_source_id("r" + std::to_string(number) + "-" + std::to_string(i));
      result.set_student(IdOf(i));
      result.set_assessment("quiz");
      result.set_class_id("3a");
      result.set_date("2024-10-01");
      result.set_score_text(std::to_string((number + i) % 20));
    }
    const auto answer = Call<EvidenceService::StubInterface>(
        *evidence_, &EvidenceService::StubInterface::IngestResults, batch);
    return {answer.outcomes().begin(), answer.outcomes().end()};
  }
  evidence::v1::ErasureCertificate Erase() {
    evidence::v1::EraseStudentsRequest request;
    request.set_request_id("one");
    request.set_district("d");
    request.add_students(IdOf(kErased));
    request.set_reason("A parent asked for it.");
    return Call<EvidenceService::StubInterface>(
               *evidence_, &EvidenceService::StubInterface::EraseStudents, request)
        .certificate();
  }
  int Certificates() {
    evidence::v1::ListErasuresRequest request;
    request.set_district("d");
    return Call<EvidenceService::StubInterface>(
               *evidence_, &EvidenceService::StubInterface::ListErasures, request)
        .certificates_size();
  }
  evidence::v1::GetResultCountsResponse Counts() {
    host_->WaitUntilIdle();
    evidence::v1::GetResultCountsRequest request;
    request.set_district("d");
    return Call<EvidenceService::StubInterface>(
        *evidence_, &EvidenceService::StubInterface::GetResultCounts, request);
  }

 private:
  template <class Stub, class Request, class Response>
  Response Call(Stub& stub,
                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                const Request& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) throw std::runtime_error(status.error_message());
    return response;
  }

  std::unique_ptr<platform::Host> host_;
  std::unique_ptr<EvidenceService::StubInterface> evidence_;
  std::unique_ptr<PlansService::StubInterface> plans_;
};

// Lets a process of its own work on the data, and kills it so long after it began. gRPC is begun in
// such processes only until the last of them is gone: it does not live through a fork.
void WorkUntilKilled(const std::string& data, bool erases, std::chrono::milliseconds after) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    try {
      Services services(data);
      if (!erases) services.SetUpTheDistrict();
      std::ignore = write(ready[1], "!", 1);
      std::thread pushing([&] {
        for (int number = 0;; ++number) services.Push(number);
      });
      if (erases) services.Erase();
      pushing.join();
    } catch (const std::exception& failure) {
      std::cerr << failure.what() << std::endl;
    }
    _exit(1);
  }
  char began = 0;
  EXPECT_EQ(read(ready[0], &began, 1), 1) << "it did not begin";
  std::this_thread::sleep_for(after);  // the moment at which it is killed
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
  close(ready[0]);
  close(ready[1]);
}

std::string Bytes(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& one : std::filesystem::recursive_directory_iterator(folder)) {
    if (!one.is_regular_file()) continue;
    std::ifstream in(one.path(), std::ios::binary);
    all += {std::istreambuf_iterator<char>(in), {}};
  }
  return all;
}

TEST(Erasure, IsCompleteAndCertifiedOnceWhereverTheProcessIsKilled) {
  const runtime::Folder folder;
  const std::string data = folder.path() + "/data";
  WorkUntilKilled(data, false, std::chrono::milliseconds(300));
  for (const int after : {2, 5, 11, 23, 40}) {
    WorkUntilKilled(data, true, std::chrono::milliseconds(after));
  }
  Services services(data);
  EXPECT_EQ(services.Erase().students(), 1) << "the same request, answered at last";
  EXPECT_EQ(services.Certificates(), 1);
  EXPECT_EQ(Bytes(data).find(IdOf(kErased)), std::string::npos);

  // Everything that was ever sent is sent again, and answered as at first where it was taken in.
  using evidence::v1::RESULT_OUTCOME_ACCEPTED, evidence::v1::RESULT_OUTCOME_QUARANTINED;
  int64_t accepted = 0, quarantined = 0;
  for (int number = 0; number < 500; ++number) {
    const auto outcomes = services.Push(number);
    ASSERT_EQ(outcomes.size(), static_cast<size_t>(kStudents));
    for (int i = 0; i < kStudents; ++i) {
      const bool is_accepted = outcomes[i] == RESULT_OUTCOME_ACCEPTED;
      EXPECT_TRUE(is_accepted || (i == kErased && outcomes[i] == RESULT_OUTCOME_QUARANTINED)) << i;
      ++(is_accepted ? accepted : quarantined);
    }
  }
  EXPECT_GT(quarantined, 0) << "nobody is known under the id any more";
  const auto counts = services.Counts();
  EXPECT_EQ(counts.accepted(), accepted);
  EXPECT_EQ(counts.quarantined(), quarantined);
  EXPECT_EQ(counts.duplicate() + counts.corrected(), 0) << "nothing came twice";
  services.Enroll();
  EXPECT_THAT(services.Push(1000), testing::Each(RESULT_OUTCOME_ACCEPTED)) << "who comes again";
  EXPECT_EQ(services.Certificates(), 1);
}

}  // namespace
}  // namespace throughline
