#include "runtime/grpc/door.h"

#include <google/protobuf/descriptor.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

#include "runtime/access/errors.h"
#include "runtime/errors.h"

namespace throughline::runtime {

using core::Result;

namespace {

constexpr size_t kLongestRequestId = 128;

std::string RequestIdOf(const google::protobuf::Message& command) {
  const auto* field = command.GetDescriptor()->FindFieldByName("request_id");
  return field == nullptr ? "" : command.GetReflection()->GetString(command, field);
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

Door::Door(const Access& access, std::string_view service)
    : access_(access), rules_(RulesOf(service)) {}

Result<PrincipalPtr> Door::Authenticate(grpc::CallbackServerContext* context) const {
  if (access_.open()) return Access::Everybody();
  const auto [first, last] = context->client_metadata().equal_range("authorization");
  // Of two, it could be the one that a proxy in front did not look at.
  if (first == last || std::next(first) != last) return core::Refuse(CredentialMissing());
  return access_.Authenticate({first->second.data(), first->second.size()});
}

Result<PrincipalPtr> Door::Admit(grpc::CallbackServerContext* context,
                                 const google::protobuf::Message& request) const {
  const Rule* rule = rules_.Find(request);
  if (rule != nullptr && rule->anybody) return Access::Everybody();
  auto caller = Authenticate(context);
  if (!caller) return caller;
  auto allowed = access_.Authorize(**caller, rules_, request);
  if (!allowed) return tl::make_unexpected(allowed.error());
  return caller;
}

grpc::ServerUnaryReactor* Door::Submit(grpc::CallbackServerContext* context, Commands& commands,
                                       const google::protobuf::Message& command,
                                       google::protobuf::Message* response,
                                       const Around& around) const {
  if (auto caller = Admit(context, command); !caller) {
    return Finish(context, ToStatus(caller.error()));
  }
  if (around.check) {
    if (auto error = around.check()) return Finish(context, ToStatus(*error));
  }
  const std::string request_id = RequestIdOf(command);
  if (request_id.size() > kLongestRequestId) return Finish(context, ToStatus(RequestIdTooLong()));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  commands.Submit(command, request_id,
                  [reactor, response, complete = around.complete](Result<std::string> answer) {
                    if (!answer) return reactor->Finish(ToStatus(answer.error()));
                    response->ParseFromString(*answer);
                    if (complete) complete();
                    reactor->Finish(grpc::Status::OK);
                  });
  return reactor;
}

grpc::ServerUnaryReactor* Door::Answer(grpc::CallbackServerContext* context,
                                       const google::protobuf::Message& request,
                                       const std::function<Result<bool>()>& query) const {
  if (auto caller = Admit(context, request); !caller) {
    return Finish(context, ToStatus(caller.error()));
  }
  try {
    Result<bool> answered = query();
    return Finish(context, answered ? grpc::Status::OK : ToStatus(answered.error()));
  } catch (const std::exception& failure) {
    return Finish(context, grpc::Status(grpc::StatusCode::INTERNAL, failure.what()));
  }
}

std::function<bool()> Door::IsOver(const PrincipalPtr& caller) const {
  if (access_.open()) return {};
  return [&access = access_, caller] { return access.IsOver(*caller); };
}

}  // namespace throughline::runtime
