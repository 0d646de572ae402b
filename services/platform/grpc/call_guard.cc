#include "platform/grpc/call_guard.h"

#include <google/protobuf/descriptor.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

#include "platform/access/caller_fields.h"
#include "platform/access/errors.h"
#include "runtime/errors.h"
#include "runtime/guarded.h"
#include "runtime/tracer.h"

namespace throughline::platform {

using core::Result;

namespace {

constexpr size_t kLongestRequestId = 128;

std::string RequestIdOf(const google::protobuf::Message& command) {
  const auto* field = command.GetDescriptor()->FindFieldByName("request_id");
  return field == nullptr ? "" : command.GetReflection()->GetString(command, field);
}

void ClearRequestId(google::protobuf::Message& command) {
  const auto* field = command.GetDescriptor()->FindFieldByName("request_id");
  if (field != nullptr) command.GetReflection()->ClearField(&command, field);
}

bool IsAudited(const Rule* rule) {
  return rule != nullptr && rule->audited.action != audit::v1::ACTION_UNSPECIFIED;
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
    : access_(access), service_(service), rules_(RulesOf(service)) {}

Result<PrincipalPtr> CallGuard::Recognize(grpc::CallbackServerContext* context,
                                          const std::string& method) const {
  if (access_.open()) return Access::Everybody();
  const auto [first, last] = context->client_metadata().equal_range("authorization");
  // Of two, it could be the one that a proxy in front did not look at.
  const bool one = first != last && std::next(first) == last;
  auto caller = one ? access_.Authenticate({first->second.data(), first->second.size()})
                    : core::Refuse(CredentialMissing());
  const CallOrigin origin = OriginOf(*context, method);
  if (caller) {
    access_.NoteSignIn(**caller, origin);
  } else {
    NoteRefusal(access_.audit(), nullptr, origin, caller.error());
  }
  return caller;
}

std::unique_ptr<ObservedCall> CallGuard::Observe(grpc::CallbackServerContext* context,
                                                 const google::protobuf::Message& request,
                                                 CallObserver::Kind kind) const {
  const Rule* rule = rules_.Find(request);
  return access_.observer().Begin(rule == nullptr ? service_ : rule->method, kind,
                                  TraceParentOf(*context));
}

Result<PrincipalPtr> CallGuard::Authenticate(grpc::CallbackServerContext* context) const {
  return Recognize(context, service_);
}

Result<PrincipalPtr> CallGuard::Admit(grpc::CallbackServerContext* context,
                                      const google::protobuf::Message& request) const {
  const Rule* rule = rules_.Find(request);
  if (rule != nullptr && rule->anybody) return Access::Everybody();
  auto caller = Recognize(context, rule == nullptr ? service_ : rule->method);
  if (!caller) return caller;
  auto allowed = access_.Authorize(**caller, rules_, request);
  if (allowed) return caller;
  RefusalNote(context, **caller, request)(allowed.error());
  return core::Refuse(allowed.error());
}

audit::v1::AuditRecord CallGuard::RecordOf(grpc::CallbackServerContext* context,
                                           const Principal& caller,
                                           const google::protobuf::Message& request) const {
  const Rule* rule = rules_.Find(request);
  if (rule == nullptr) return platform::RecordOf(&caller, OriginOf(*context, service_));
  audit::v1::AuditRecord record =
      platform::RecordOf(&caller, OriginOf(*context, rule->method), *rule, request);
  const runtime::RequestKey key = KeyOf(caller, RequestIdOf(request));
  if (!key.id.empty()) record.set_request_id(runtime::OutcomeId(key, request, /*route=*/""));
  return record;
}

std::function<void(const core::Error&)> CallGuard::RefusalNote(
    grpc::CallbackServerContext* context, const Principal& caller,
    const google::protobuf::Message& request) const {
  return [&audit = access_.audit(), record = RecordOf(context, caller, request)](
             const core::Error& error) { NoteRefusal(audit, record, error); };
}

// On record first, so that who is answered knows that it is; who asks again after an error that
// came of this gets the same answer, and it is on record then.
runtime::AnswerCallback CallGuard::AnswerWith(std::shared_ptr<UnaryCall> call,
                                              google::protobuf::Message* response,
                                              std::function<void()> complete,
                                              std::optional<audit::v1::AuditRecord> record) const {
  return
      [&audit = access_.audit(), call = std::move(call), response, complete = std::move(complete),
       record = std::move(record)](const Result<std::string>& answer) {
        if (!answer && record) NoteRefusal(audit, *record, answer.error());
        const auto finish = [call, response, complete](const Result<std::string>& with) {
          call->Answer([&] {
            if (!with) return ToStatus(with.error());
            response->ParseFromString(*with);
            if (complete) complete();
            return grpc::Status::OK;
          });
        };
        if (!answer || !record || record->action() == audit::v1::ACTION_UNSPECIFIED) {
          return finish(answer);
        }
        audit.RecordAsync(*record, [finish, answer](const Result<void>& written) {
          finish(written ? answer : core::Refuse(written.error()));
        });
      };
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
    if (!access_.open()) key.actor = ActorOf(caller);
    std::optional<audit::v1::AuditRecord> record;
    if (!access_.open() || IsAudited(rules_.Find(command))) {
      record = RecordOf(context, caller, command);
    }
    commands.Submit(*recorded, key,
                    AnswerWith(std::move(call), response, around.complete, std::move(record)));
  });
}

grpc::ServerUnaryReactor* CallGuard::Perform(
    grpc::CallbackServerContext* context, const google::protobuf::Message& request,
    const std::function<void(const Principal& caller, std::shared_ptr<UnaryCall> call)>& work)
    const {
  const auto call =
      std::make_shared<UnaryCall>(context, Observe(context, request, CallObserver::Kind::kUnary));
  const runtime::WithTrace traced(call->trace());
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
  runtime::RequestKey key;
  key.trace = runtime::CurrentTrace();
  if (request_id.empty()) return key;
  key.caller = NameOf(caller);
  key.id = request_id;
  return key;
}

grpc::ServerUnaryReactor* CallGuard::Answer(grpc::CallbackServerContext* context,
                                            const google::protobuf::Message& request,
                                            const std::function<Result<void>()>& query) const {
  return AnswerTo(context, request, [&](const Principal&) { return query(); });
}

grpc::ServerUnaryReactor* CallGuard::AnswerTo(grpc::CallbackServerContext* context,
                                              const google::protobuf::Message& request,
                                              const QueryOf& query) const {
  return AnswerOnRecord(context, request, [&](const Principal& caller, audit::v1::AuditRecord&) {
    return query(caller);
  });
}

grpc::ServerUnaryReactor* CallGuard::AnswerOnRecord(grpc::CallbackServerContext* context,
                                                    const google::protobuf::Message& request,
                                                    const RecordedQuery& query) const {
  grpc::Status status = ToStatus(runtime::Unexpected());
  const auto observed = Observe(context, request, CallObserver::Kind::kUnary);
  const runtime::WithTrace traced(observed == nullptr ? core::TraceContext() : observed->trace());
  runtime::Guarded("grpc: a query", [&] {
    const auto caller = Admit(context, request);
    if (!caller) {
      status = ToStatus(caller.error());
      return;
    }
    audit::v1::AuditRecord record = RecordOf(context, **caller, request);
    Result<void> answered = query(**caller, record);
    const bool refused = record.outcome() == audit::v1::OUTCOME_REFUSED;
    const bool read = answered && record.action() != audit::v1::ACTION_UNSPECIFIED;
    if (refused || read) {
      const auto written = access_.audit().Record(std::move(record));
      if (!written) answered = written;
    } else if (!answered) {
      NoteRefusal(access_.audit(), record, answered.error());
    }
    status = answered ? grpc::Status::OK : ToStatus(answered.error());
  });
  if (observed != nullptr) observed->End(status.error_code());
  return Finish(context, status);
}

grpc::ServerUnaryReactor* CallGuard::AnswerWatching(grpc::CallbackServerContext* context,
                                                    const google::protobuf::Message& request,
                                                    runtime::Past* past,
                                                    RowQuestion question) const {
  return Perform(context, request, [&](const Principal& caller, std::shared_ptr<UnaryCall> call) {
    if (past == nullptr) return call->Finish(ToStatus(runtime::AsOfUnknown()));
    question.begin(caller);
    AskPast(context, request, *past, caller, std::move(call),
            {.moment = {},
             .subject = std::move(question.subject),
             .is_unwanted = {},
             .answer = {},
             .watch = std::move(question.watch)},
            [answer = std::move(question.answer)](const runtime::Rows&, const Principal&) {
              return answer();
            });
  });
}

grpc::ServerUnaryReactor* CallGuard::AnswerFrom(grpc::CallbackServerContext* context,
                                                const google::protobuf::Message& request,
                                                runtime::Past* past, runtime::PastQuestion question,
                                                QueryRowsOf query) const {
  return Perform(context, request, [&](const Principal& caller, std::shared_ptr<UnaryCall> call) {
    if (past == nullptr) return call->Finish(ToStatus(runtime::AsOfUnknown()));
    AskPast(context, request, *past, caller, std::move(call), std::move(question),
            std::move(query));
  });
}

void CallGuard::AskPast(grpc::CallbackServerContext* context,
                        const google::protobuf::Message& request, runtime::Past& past,
                        const Principal& caller, std::shared_ptr<UnaryCall> call,
                        runtime::PastQuestion question, QueryRowsOf query) const {
  // A deadline that is over counts as cancelled.
  question.is_unwanted = [context] { return context->IsCancelled(); };
  question.answer = [call = std::move(call), caller, query = std::move(query),
                     refused =
                         RefusalNote(context, caller, request)](const Result<runtime::Rows>& rows) {
    call->Answer([&] {
      const Result<void> answered = rows ? query(*rows, caller) : core::Refuse(rows.error());
      if (!answered) refused(answered.error());
      return answered ? grpc::Status::OK : ToStatus(answered.error());
    });
  };
  past.Ask(std::move(question));
}

std::function<bool()> CallGuard::IsOver(const PrincipalPtr& caller) const {
  if (access_.open()) return {};
  return [&access = access_, caller] { return access.IsOver(*caller); };
}

}  // namespace throughline::platform
