// For tests: a gRPC face of the service as callers see it, in this process, over a fixture of the
// domain. Commands are decided in the fixture, and what it keeps is in the store when they are
// answered.
#pragma once

#include <grpcpp/server_builder.h>

#include <memory>
#include <string>

#include "platform/access/access.h"
#include "platform/grpc/calls.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::cycles {

// `DomainFixture` is a SchoolFixture; `Proto` the service in the proto, and `Service` what serves
// it.
template <class DomainFixture, class Proto, class Service>
class ServiceFixture : public DomainFixture {
 protected:
  using Stub = typename Proto::Stub;

  ServiceFixture() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = Proto::NewStub(server_->InProcessChannel({}));
    Store();
  }
  ~ServiceFixture() override { server_->Shutdown(); }

  // Brings the store up to what was decided.
  void Store() {
    runtime::Commit commit;
    commit.expected_token = token_ == 0 ? "" : std::to_string(token_);
    commit.token = std::to_string(++token_);
    commit.rows = this->fixture_.Rows();
    ASSERT_TRUE(store_.Apply({"cycles", 0}, commit));
  }

  template <class Response, class Request>
  core::Result<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return core::Refuse(platform::FromStatus(status));
    return response;
  }

 private:
  class FixtureCommands : public runtime::Commands {
   public:
    explicit FixtureCommands(ServiceFixture& test) : test_(test) {}
    void Submit(const google::protobuf::Message& command, const runtime::RequestKey&,
                runtime::AnswerCallback done) override {
      const auto outcome = test_.fixture_.Give(command);
      test_.Store();
      if (outcome.refusal) return done(core::Refuse(*outcome.refusal));
      done(outcome.answer->SerializeAsString());
    }

   private:
    ServiceFixture& test_;
  };

  runtime::SimulatedStore store_;
  int token_ = 0;
  FixtureCommands commands_{*this};
  std::unique_ptr<platform::Access> access_ = platform::Access::Open();
  Service service_{commands_, runtime::Rows(store_, "cycles", 1), *access_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Stub> stub_;
};

}  // namespace throughline::cycles
