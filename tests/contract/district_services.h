// A small district's services on a data directory, in the process of a test.
#pragma once

#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "evidence/assembly.h"
#include "identities/embedded/embedded_store.h"
#include "identities/memory_store.h"
#include "plans/assembly.h"
#include "platform/host/host.h"
#include "runtime/embedded/sqlite_journal.h"
#include "throughline/evidence/v1/evidence_service.grpc.pb.h"
#include "throughline/plans/v1/plans_service.grpc.pb.h"

namespace throughline {

using evidence::v1::EvidenceService;
using plans::v1::PlansService;

inline constexpr int kStudents = 12;
inline constexpr int kErased = 3;

inline std::string IdOf(int student) { return "student-" + std::to_string(1000 + student); }

// Of surveys, of which there are none.
inline core::Result<std::unique_ptr<identities::IdentityStore>> KeysInMemory() {
  return std::make_unique<identities::MemoryIdentityStore>();
}

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
    const auto plans = [](const platform::ServiceContext& on) {
      return plans::Assemble(on, {.open_keys = [] { return KeysInMemory(); }});
    };
    host_ =
        platform::Host::Start(std::move(journal), {plans, evidence}, std::move(options)).value();
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
  static evidence::v1::Result ResultOf(int number, int student) {
    evidence::v1::Result result;
    result.set_source_id("r" + std::to_string(number) + "-" + std::to_string(student));
    result.set_student(IdOf(student));
    result.set_assessment("quiz");
    result.set_class_id("3a");
    result.set_date("2024-10-01");
    result.set_score_text(std::to_string((number + student) % 20));
    return result;
  }
  // Results of this number, one of every student, in a request of its number.
  std::vector<int> Push(int request, int number) {
    evidence::v1::IngestResultsRequest batch;
    batch.set_request_id("batch " + std::to_string(request));
    batch.set_district("d");
    batch.set_source("sis");
    for (int i = 0; i < kStudents; ++i) *batch.add_results() = ResultOf(number, i);
    const auto answer = Call<EvidenceService::StubInterface>(
        *evidence_, &EvidenceService::StubInterface::IngestResults, batch);
    return {answer.outcomes().begin(), answer.outcomes().end()};
  }
  std::vector<int> Push(int number) { return Push(number, number); }
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

 protected:
  platform::Host& host() { return *host_; }

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

// Of all files.
inline std::string Bytes(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& one : std::filesystem::recursive_directory_iterator(folder)) {
    if (!one.is_regular_file()) continue;
    std::ifstream in(one.path(), std::ios::binary);
    all += {std::istreambuf_iterator<char>(in), {}};
  }
  return all;
}

}  // namespace throughline
