// For tests: the rules in a fixture and what they keep in a store, as the services of one process
// have them. Commands are decided in the fixture, and are stored when they are answered.
#pragma once

#include <grpcpp/server.h>

#include <memory>
#include <string>

#include "plans/domain/plans_fixture.h"
#include "platform/access/access.h"
#include "platform/grpc/calls.h"
#include "runtime/commands.h"
#include "runtime/rows.h"
#include "runtime/simulated/simulated_journal.h"

namespace throughline::plans {

class ServedPlans : public PlansFixture {
 protected:
  class FixtureCommands : public runtime::Commands {
   public:
    explicit FixtureCommands(ServedPlans& test) : test_(test) {}
    void Submit(const google::protobuf::Message& command, const runtime::RequestKey& key,
                runtime::AnswerCallback done) override {
      test_.caller_of_last_ = key.caller;
      const Outcome outcome = test_.fixture_.Give(command);
      test_.Store();
      if (outcome.refusal) return done(core::Refuse(*outcome.refusal));
      done(outcome.answer->SerializeAsString());
    }

   private:
    ServedPlans& test_;
  };

  void Store() {
    runtime::Commit commit;
    commit.expected_token = token_ == 0 ? "" : std::to_string(token_);
    commit.token = std::to_string(++token_);
    commit.rows = fixture_.Rows();
    ASSERT_TRUE(store_.Apply({"plans", 0}, commit));
  }

  template <class Stub, class Request, class Response>
  static core::Result<Response> CallOn(Stub& stub,
                                       grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                       const Request& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return core::Refuse(platform::FromStatus(status));
    return response;
  }

  runtime::SimulatedStore store_;
  int token_ = 0;
  std::string caller_of_last_ = "nobody";
  FixtureCommands commands_{*this};
  std::unique_ptr<platform::Access> access_ = platform::Access::Open();
  const runtime::Rows rows_{store_, "plans", 1};
};

}  // namespace throughline::plans
