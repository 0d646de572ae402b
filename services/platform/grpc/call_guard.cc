#include "platform/grpc/call_guard.h"

#include <google/protobuf/descriptor.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

#include "platform/access/caller_fields.h"
#include "platform/access/errors.h"
#include "runtime/errors.h"
#include "runtime/guarded.h"

namespace throughline::platform {

using core::Result;

namespace {

constexpr size_t kLongestRequestId = 128;

std::string RequestIdOf(const google::protobuf::Message& command) {
  const auto* field = command.GetDescriptor()->FindFieldByName("request_id");
  return field == nullptr ? "" : command.GetReflection()->GetString(command, field);
}

runtime::AnswerCallback AnswerWith(std::shared_ptr<UnaryCall> call,
                                   google::protobuf::Message* response,
                                   std::function<void()> complete) {
  return [call = std::move(call), response,
          complete = std::move(complete)](const Result<std::string>& answer) {
    call->Answer([&] {
      if (!answer) return ToStatus(answer.error());
      response->ParseFromString(*answer);
      if (complete) complete();
      return grpc::Status::OK;
    });
  };
}

void ClearRequestId(google::protobuf::Message& command) {
  const auto* field = command.GetDescriptor()->FindFieldByName("request_id");
  if (field != nullptr) command.GetReflection()->ClearField(&command, field);
}

Rules RulesOf(std::string_view service) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(std::string(service));
  auto rules = descriptor == nullptr ? core::Refuse(RuleBroken(service, "there is no such service"))
                                     : Rules::Of(*descriptor);
  if (rules) return std::move(*rules);
  spdlog::critical("{}", rules.error().message);
  std::abort();
}

}  // namespace

CallGuard::CallGuard(const Access& access, std::string_view service)
    : access_(access), rules_(RulesOf(service)) {}

Result<PrincipalPtr> CallGuard::Authenticate(grpc::CallbackServerContext* context) const {
  if (access_.open()) return Access::Everybody();
  const auto [first, last] = context->client_metadata().equal_range("authorization");
  // Of two, it could be the one that a proxy in front did not look at.
  if (first == last || std::next(first) != last) return core::Refuse(CredentialMissing());
  return access_.Authenticate({first->second.data(), first->second.size()});
}

Result<PrincipalPtr> CallGuard::Admit(grpc::CallbackServerContext* context,
                                      const google::protobuf::Message& request) const {
  const Rule* rule = rules_.Find(request);
  if (rule != nullptr && rule->anybody) return Access::Everybody();
  auto caller = Authenticate(context);
  if (!caller) return caller;
  auto allowed = access_.Authorize(**caller, rules_, request);
  if (!allowed) return core::Refuse(allowed.error());
  return caller;
}

grpc::ServerUnaryReactor* CallGuard::Submit(grpc::CallbackServerContext* context,
                                            runtime::Commands& commands,
                                            const google::protobuf::Message& command,
                                            google::protobuf::Message* response,
                                            const Around& around) const {
  return Perform(context, command, [&](const Principal& caller, std::shared_ptr<UnaryCall> call) {
    const auto refuse = [&](const core::Error& error) { call->Finish(ToStatus(error)); };
    if (around.check) {
      if (auto error = around.check()) return refuse(*error);
    }
    runtime::RequestKey key = KeyOf(caller, RequestIdOf(command));
    if (key.id.size() > kLongestRequestId) return refuse(runtime::RequestIdTooLong());
    const std::unique_ptr<google::protobuf::Message> recorded(command.New());
    recorded->CopyFrom(command);
    // What nobody here knows may be somebody's name.
    recorded->DiscardUnknownFields();
    ClearRequestId(*recorded);
    if (const Rule* rule = rules_.Find(command)) {
      SayWhoCalls(rule->caller_fields, access_.open() ? nullptr : &caller, *recorded);
    }
    if (!key.id.empty()) key.digest.set_request(runtime::DigestOf(*recorded));
    commands.Submit(*recorded, key, AnswerWith(std::move(call), response, around.complete));
  });
}

grpc::ServerUnaryReactor* CallGuard::Perform(
    grpc::CallbackServerContext* context, const google::protobuf::Message& request,
    const std::function<void(const Principal& caller, std::shared_ptr<UnaryCall> call)>& work)
    const {
  const auto call = std::make_shared<UnaryCall>(context);
  const bool begun = runtime::Guarded("grpc: a call", [&] {
    const auto caller = Admit(context, request);
    if (caller) {
      work(**caller, call);
    } else {
      call->Finish(ToStatus(caller.error()));
    }
  });
  if (!begun) call->Finish(ToStatus(runtime::Unexpected()));
  return call->reactor();
}

runtime::RequestKey CallGuard::KeyOf(const Principal& caller, const std::string& request_id) {
  if (request_id.empty()) return {};
  return {.caller = NameOf(caller), .id = request_id, .digest = {}};
}

grpc::ServerUnaryReactor* CallGuard::Answer(grpc::CallbackServerContext* context,
                                            const google::protobuf::Message& request,
                                            const std::function<Result<void>()>& query) const {
  return AnswerTo(context, request, [&](const Principal&) { return query(); });
}

grpc::ServerUnaryReactor* CallGuard::AnswerTo(grpc::CallbackServerContext* context,
                                              const google::protobuf::Message& request,
                                              const QueryOf& query) const {
  grpc::Status status = ToStatus(runtime::Unexpected());
  runtime::Guarded("grpc: a query", [&] {
    const auto caller = Admit(context, request);
    if (!caller) {
      status = ToStatus(caller.error());
      return;
    }
    const Result<void> answered = query(**caller);
    status = answered ? grpc::Status::OK : ToStatus(answered.error());
  });
  return Finish(context, status);
}

grpc::ServerUnaryReactor* CallGuard::AnswerFrom(grpc::CallbackServerContext* context,
                                                const google::protobuf::Message& request,
                                                runtime::Past* past, runtime::PastQuestion question,
                                                QueryRowsOf query) const {
  return Perform(context, request, [&](const Principal& caller, std::shared_ptr<UnaryCall> call) {
    if (past == nullptr) return call->Finish(ToStatus(runtime::AsOfUnknown()));
    // A deadline that is over counts as cancelled.
    question.is_unwanted = [context] { return context->IsCancelled(); };
    question.answer = [call = std::move(call), caller,
                       query = std::move(query)](const Result<runtime::Rows>& rows) {
      call->Answer([&] {
        const Result<void> answered = rows ? query(*rows, caller) : core::Refuse(rows.error());
        return answered ? grpc::Status::OK : ToStatus(answered.error());
      });
    };
    past->Ask(std::move(question));
  });
}

std::function<bool()> CallGuard::IsOver(const PrincipalPtr& caller) const {
  if (access_.open()) return {};
  return [&access = access_, caller] { return access.IsOver(*caller); };
}

}  // namespace throughline::platform
