// The services on the simulated journal, behind a guard that wants credentials, or none when
// they are open; the issuer of these, and a clock to set. One channel in this process, and an
// address for others if one is given.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

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
#include "platform/access/access.h"
#include "platform/access/test_tokens.h"
#include "platform/grpc/server.h"
#include "remembered_audit.h"
#include "runtime/service.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline {

class GuardedServices {
 public:
  enum class Asks { kForCredentials, kNobody };

  explicit GuardedServices(const std::string& address = "",
                           const platform::ServerCredentials& credentials = {},
                           Asks asks = Asks::kForCredentials,
                           const platform::GrpcOptions& options = {}) {
    issuer_.AddEc("key");
    issuer_.WriteJwks(jwks_);
    auto access = platform::Access::Create({{.jwks = jwks_,
                                             .issuer = platform::TestIssuer::kIssuer,
                                             .audience = platform::TestIssuer::kAudience}},
                                           clock_);
    EXPECT_TRUE(access) << access.error().message;
    access_ = asks == Asks::kNobody ? platform::Access::Open() : std::move(*access);
    access_->RecordOn(audit_);
    audit_calls_.emplace(log_, *access_, [this](const auto& district, const auto& student) {
      return students_.privacy.vault->PseudonymOnRecord(district, student);
    });
    plans_calls_.emplace(plans_, plans_.rows(), *access_);
    rubrics_calls_.emplace(plans_, plans_.rows(), *access_);
    surveys_calls_.emplace(plans_, plans_.rows(), survey_keys_, *access_);
    evidence_calls_.emplace(evidence_, evidence_.rows(), students_.privacy, *access_);
    cycles_calls_.emplace(cycles_, cycles_.rows(), *access_);
    practices_calls_.emplace(cycles_, cycles_.rows(), *access_);
    visits_calls_.emplace(cycles_, cycles_.rows(), *access_);
    offers_calls_.emplace(cycles_, cycles_.rows(), *access_);
    waves_calls_.emplace(cycles_, cycles_.rows(), *access_);
    questions_calls_.emplace(cycles_, cycles_.rows(), *access_);
    notifications_calls_.emplace(notifications_, notifications_.rows(), log_, streams_,
                                 notifications::DeliverySetup(), *access_);
    for (runtime::Service* service : services_) service->Start(owner_);
    auto server = platform::GrpcServer::Start(
        address,
        {&*audit_calls_, &*plans_calls_, &*rubrics_calls_, &*surveys_calls_, &*evidence_calls_,
         &*cycles_calls_, &*offers_calls_, &*practices_calls_, &*questions_calls_, &*visits_calls_,
         &*waves_calls_, &*notifications_calls_},
        credentials, options);
    EXPECT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    channel_ = server_->InProcessChannel();
  }
  ~GuardedServices() {
    streams_.Close();
    server_->Stop(std::chrono::seconds(5));
    for (runtime::Service* service : services_) service->Stop();
    std::filesystem::remove(jwks_);
  }

  std::string Token(const std::string& role, const std::string& district,
                    const std::string& school = "", const std::string& team = "") const {
    return issuer_.Sign(platform::TestIssuer::Claims(clock_.Now(), role, district, school, team));
  }
  // The same with more claims, or others.
  std::string TokenWith(const std::string& role, const std::string& district,
                        const nlohmann::json& claims) const {
    nlohmann::json all = platform::TestIssuer::Claims(clock_.Now(), role, district);
    all.update(claims);
    return issuer_.Sign(all);
  }
  int port() const { return server_->port(); }
  runtime::ManualClock& clock() { return clock_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  runtime::Log& log() { return log_; }
  RememberedAudit& audit() { return audit_; }
  const platform::Access& access() const { return *access_; }

  struct Answer {
    grpc::Status status;
    std::string response;  // the last one
  };
  // Calls any method with one request, whatever kind it is, and reads it to its end.
  grpc::Status Call(const std::string& path, const std::string& token, const std::string& request) {
    return Begin(path, token, request)().status;
  }
  // Begins such a call; what is returned waits for its end, once.
  std::function<Answer()> Begin(const std::string& path, const std::string& token,
                                const std::string& request) {
    auto call = std::make_shared<OneRequest>(request, token);
    grpc::GenericStub stub(channel_);
    stub.PrepareBidiStreamingCall(&call->context, path, {}, call.get());
    call->Begin();
    return [call] { return call->Wait(); };
  }

 private:
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
    Answer Wait() {
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

  const std::string jwks_ = testing::TempDir() + "walk-" + std::to_string(getpid());
  platform::TestIssuer issuer_;
  runtime::ManualClock clock_{*core::ParseInstant("2026-09-01T12:00:00Z")};
  runtime::SoleOwner owner_{runtime::ServiceOptions().partitions};
  const evidence::PrivacyInMemory students_{clock_};
  runtime::SimulatedLog log_;
  runtime::SimulatedStore store_;
  plans::PlansDecider plans_rules_;
  evidence::EvidenceDecider evidence_rules_;
  cycles::CyclesDecider cycles_rules_;
  notifications::NotificationsDecider notifications_rules_;
  static constexpr runtime::ServiceOptions kSmall{.partitions = 1, .workers = 1};
  runtime::Service plans_{log_, store_, plans_rules_, clock_, kSmall};
  runtime::Service evidence_{log_, store_, evidence_rules_, clock_, kSmall};
  runtime::Service cycles_{log_, store_, cycles_rules_, clock_, kSmall};
  runtime::Service notifications_{log_, store_, notifications_rules_, clock_, kSmall};
  const std::vector<runtime::Service*> services_{&plans_, &evidence_, &cycles_, &notifications_};
  plans::SurveyKeys survey_keys_{std::make_unique<identities::MemoryIdentityStore>()};
  platform::EventStreams streams_{log_, 1};
  RememberedAudit audit_;
  std::unique_ptr<platform::Access> access_;
  std::optional<audit::AuditService> audit_calls_;
  std::optional<plans::PlansService> plans_calls_;
  std::optional<plans::RubricsService> rubrics_calls_;
  std::optional<plans::SurveysService> surveys_calls_;
  std::optional<evidence::EvidenceService> evidence_calls_;
  std::optional<cycles::CyclesService> cycles_calls_;
  std::optional<cycles::PracticesService> practices_calls_;
  std::optional<cycles::VisitsService> visits_calls_;
  std::optional<cycles::OffersService> offers_calls_;
  std::optional<cycles::WavesService> waves_calls_;
  std::optional<cycles::QuestionsService> questions_calls_;
  std::optional<notifications::NotificationsService> notifications_calls_;
  std::unique_ptr<platform::GrpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace throughline
