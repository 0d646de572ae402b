#include "guarded_services.h"

#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include "audit/audit_service.h"
#include "cycles/cycles_service.h"
#include "cycles/domain/cycles_decider.h"
#include "cycles/offers_service.h"
#include "cycles/practices_service.h"
#include "cycles/questions_service.h"
#include "cycles/visits_service.h"
#include "cycles/waves_service.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/evidence_service.h"
#include "evidence/privacy_fixture.h"
#include "identities/memory_store.h"
#include "notifications/domain/notifications_decider.h"
#include "notifications/notifications_service.h"
#include "plans/domain/plans_decider.h"
#include "plans/plans_service.h"
#include "plans/rubrics_service.h"
#include "plans/surveys_service.h"
#include "runtime/service.h"

namespace throughline {

namespace {

class OneRequest : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  OneRequest(const std::string& request, const std::string& token) {
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    const grpc::Slice slice(request);
    request_ = grpc::ByteBuffer(&slice, 1);
  }
  void Begin() {
    StartWriteLast(&request_, {});
    StartRead(&response_);
    StartCall();
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    std::vector<grpc::Slice> slices;
    response_.Dump(&slices);
    last_.clear();
    for (const grpc::Slice& slice : slices) {
      last_.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    StartRead(&response_);
  }
  void OnDone(const grpc::Status& status) override {
    std::lock_guard lock(mutex_);
    status_ = status;
    done_.notify_one();
  }
  GuardedServices::Answer Wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return status_.has_value(); });
    return {*status_, last_};
  }
  grpc::ClientContext context;

 private:
  grpc::ByteBuffer request_, response_;
  std::string last_;
  std::mutex mutex_;
  std::condition_variable done_;
  std::optional<grpc::Status> status_;
};

}  // namespace

struct GuardedServices::Services {
  Services(runtime::Log& log, const runtime::Clock& clock, const platform::Access& access,
           runtime::Tracer& tracer)
      : small{.partitions = 1, .workers = 1, .tracing = {.tracer = &tracer}},
        students(clock),
        plans(log, store, plans_rules, clock, small),
        evidence(log, store, evidence_rules, clock, small),
        cycles(log, store, cycles_rules, clock, small),
        notifications(log, store, notifications_rules, clock, small),
        streams(log, 1),
        audit_calls(log, access,
                    [this](const auto& district, const auto& student) {
                      return students.privacy.vault->PseudonymOnRecord(district, student);
                    }),
        plans_calls(plans, plans.rows(), access),
        rubrics_calls(plans, plans.rows(), access),
        surveys_calls(plans, plans.rows(), survey_keys, access),
        evidence_calls(evidence, evidence.rows(), students.privacy, access),
        cycles_calls(cycles, cycles.rows(), access),
        practices_calls(cycles, cycles.rows(), access),
        visits_calls(cycles, cycles.rows(), access),
        offers_calls(cycles, cycles.rows(), access),
        waves_calls(cycles, cycles.rows(), access),
        questions_calls(cycles, cycles.rows(), access),
        notifications_calls(notifications, notifications.rows(), log, streams,
                            notifications::DeliverySetup(), access) {
    for (runtime::Service* service : All()) service->Start(owner);
  }

  std::vector<runtime::Service*> All() { return {&plans, &evidence, &cycles, &notifications}; }
  std::vector<grpc::Service*> Calls() {
    return {&audit_calls,     &plans_calls,  &rubrics_calls, &surveys_calls,
            &evidence_calls,  &cycles_calls, &offers_calls,  &practices_calls,
            &questions_calls, &visits_calls, &waves_calls,   &notifications_calls};
  }

  const runtime::ServiceOptions small;  // traced
  runtime::SoleOwner owner{runtime::ServiceOptions().partitions};
  const evidence::PrivacyInMemory students;
  runtime::SimulatedStore store;
  plans::PlansDecider plans_rules;
  evidence::EvidenceDecider evidence_rules;
  cycles::CyclesDecider cycles_rules;
  notifications::NotificationsDecider notifications_rules;
  runtime::Service plans, evidence, cycles, notifications;
  plans::SurveyKeys survey_keys{std::make_unique<identities::MemoryIdentityStore>()};
  platform::EventStreams streams;
  audit::AuditService audit_calls;
  plans::PlansService plans_calls;
  plans::RubricsService rubrics_calls;
  plans::SurveysService surveys_calls;
  evidence::EvidenceService evidence_calls;
  cycles::CyclesService cycles_calls;
  cycles::PracticesService practices_calls;
  cycles::VisitsService visits_calls;
  cycles::OffersService offers_calls;
  cycles::WavesService waves_calls;
  cycles::QuestionsService questions_calls;
  notifications::NotificationsService notifications_calls;
};

GuardedServices::GuardedServices(const std::string& address,
                                 const platform::ServerCredentials& credentials, Asks asks,
                                 const platform::GrpcOptions& options)
    : jwks_(testing::TempDir() + "walk-" + std::to_string(getpid())) {
  issuer_.AddEc("key");
  issuer_.WriteJwks(jwks_);
  auto access = platform::Access::Create({{.jwks = jwks_,
                                           .issuer = platform::TestIssuer::kIssuer,
                                           .audience = platform::TestIssuer::kAudience}},
                                         clock_);
  EXPECT_TRUE(access) << access.error().message;
  access_ = asks == Asks::kNobody ? platform::Access::Open() : std::move(*access);
  access_->RecordOn(audit_);
  access_->ObserveCalls(calls_);
  services_ = std::make_unique<Services>(log_, clock_, *access_, tracer_);
  auto server = platform::GrpcServer::Start(address, services_->Calls(), credentials, options);
  EXPECT_TRUE(server) << server.error().message;
  server_ = std::move(*server);
  channel_ = server_->InProcessChannel();
}

GuardedServices::~GuardedServices() {
  services_->streams.Close();
  server_->Stop(std::chrono::seconds(5));
  for (runtime::Service* service : services_->All()) service->Stop();
  std::filesystem::remove(jwks_);
}

std::string GuardedServices::Token(const std::string& role, const std::string& district,
                                   const std::string& school, const std::string& team) const {
  return issuer_.Sign(platform::TestIssuer::Claims(clock_.Now(), role, district, school, team));
}

std::string GuardedServices::TokenWith(const std::string& role, const std::string& district,
                                       const nlohmann::json& claims) const {
  nlohmann::json all = platform::TestIssuer::Claims(clock_.Now(), role, district);
  all.update(claims);
  return issuer_.Sign(all);
}

std::function<GuardedServices::Answer()> GuardedServices::Begin(const std::string& path,
                                                                const std::string& token,
                                                                const std::string& request) {
  auto call = std::make_shared<OneRequest>(request, token);
  grpc::GenericStub stub(channel_);
  stub.PrepareBidiStreamingCall(&call->context, path, {}, call.get());
  call->Begin();
  return [call] { return call->Wait(); };
}

}  // namespace throughline
