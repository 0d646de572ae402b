// How a method of a service is written. Before anything else happens, the guard
// finds out who calls and whether the method's rule allows it; then the method submits, answers or
// watches. A method whose request has no rule is refused to everybody. Health and reflection
// do not go through a guard: orchestrators and tools reach them without a
// credential, and they tell nothing of any district.
//
// Every refusal of access is put on record, whether the guard refuses or the method does; and what
// the method's option `audited` says, once it is done and before it is answered.
//
// Every reactor made here finishes exactly once; no exception leaves it: it is logged, and the call
// ends with INTERNAL, UNEXPECTED. Thread-safe.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "platform/access/access.h"
#include "platform/grpc/call_origin.h"
#include "platform/grpc/calls.h"
#include "platform/grpc/event_stream.h"
#include "platform/grpc/unary_call.h"
#include "runtime/commands.h"
#include "runtime/errors.h"
#include "runtime/guarded.h"
#include "runtime/past.h"
#include "runtime/rows.h"

namespace throughline::platform {

// What a stream shows.
template <class Response>
struct Watching {
  runtime::EventQuery query;
  // What the translation depends on besides the event; it depends on nothing else, above all not on
  // the reader: streams of equal query and view are sent the same bytes.
  std::string view;
  // Writes an event, but for the token, into the response and says whether readers get it.
  std::function<bool(const runtime::ReadEvent&, Response*)> translate;
};

class CallGuard {
 public:
  // `service` is the full name of a gRPC service, whose rules are read here; a rule that makes no
  // sense aborts. `access` must outlive this.
  CallGuard(const Access& access, std::string_view service);

  // For requests of a stream, which are admitted one by one: who calls, when they may.
  core::Result<PrincipalPtr> Admit(grpc::CallbackServerContext* context,
                                   const google::protobuf::Message& request) const;
  // For requests of a stream, which are answered one by one: null when nobody wants to know.
  std::unique_ptr<ObservedCall> Observe(grpc::CallbackServerContext* context,
                                        const google::protobuf::Message& request,
                                        CallObserver::Kind kind) const;
  // Who calls, whatever they may: for a stream whose requests are yet to come, and are admitted
  // one by one.
  core::Result<PrincipalPtr> Authenticate(grpc::CallbackServerContext* context) const;

  // What a method does around a command, besides submitting it. Either may be empty.
  struct Around {
    // Before, when the caller may: what the rules cannot know, such as how this process is
    // configured. An error is the answer.
    std::function<std::optional<core::Error>()> check = {};
    // After: completes the response with what must not be in any log.
    std::function<void()> complete = {};
  };

  // Submits `command`, whose field `request_id` is its idempotency key (runtime/request_key.h), and
  // answers with what the decider answers. What the credential says of the caller is put into the
  // fields that are for it (access/caller_fields.h); the request id is not part of what is
  // recorded. INVALID_ARGUMENT when the request id is longer than 128 characters.
  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   runtime::Commands& commands,
                                   const google::protobuf::Message& command,
                                   google::protobuf::Message* response, const Around& around) const;
  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   runtime::Commands& commands,
                                   const google::protobuf::Message& command,
                                   google::protobuf::Message* response) const {
    return Submit(context, commands, command, response, Around());
  }

  // What a record of this call begins with: who, from where, and what the method's option `audited`
  // says of the request; its outcome is `done`.
  audit::v1::AuditRecord RecordOf(grpc::CallbackServerContext* context, const Principal& caller,
                                  const google::protobuf::Message& request) const;

  // Answers a query: runs it on the calling thread and finishes with what it returns. The query
  // fills the response.
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context,
                                   const google::protobuf::Message& request,
                                   const std::function<core::Result<void>()>& query) const;
  // The same for a query whose answer depends on who asks.
  using QueryOf = std::function<core::Result<void>(const Principal& caller)>;
  grpc::ServerUnaryReactor* AnswerTo(grpc::CallbackServerContext* context,
                                     const google::protobuf::Message& request,
                                     const QueryOf& query) const;
  // The same for a query that must not be answered unless it is on record. It gets the record of
  // RecordOf and says in it what it read, or that it refuses it (SayRefused), and is answered once
  // that is written; without an action in it, nothing is written.
  using RecordedQuery =
      std::function<core::Result<void>(const Principal& caller, audit::v1::AuditRecord& record)>;
  grpc::ServerUnaryReactor* AnswerOnRecord(grpc::CallbackServerContext* context,
                                           const google::protobuf::Message& request,
                                           const RecordedQuery& query) const;

  // Answers a query about the rows of the moment that the request's as_of_ms says: of now at once,
  // as Answer does; of an earlier one when Past comes to it, on a thread of its own. What the query
  // keeps has to last until the call is over, as its request, its response and `now` do.
  using QueryRows = std::function<core::Result<void>(const runtime::Rows& rows)>;
  template <class Request>
  grpc::ServerUnaryReactor* AnswerAsOf(grpc::CallbackServerContext* context, const Request& request,
                                       const runtime::Rows& now, QueryRows query) const {
    return AnswerToAsOf(context, request, now,
                        [query = std::move(query)](const runtime::Rows& rows, const Principal&) {
                          return query(rows);
                        });
  }
  // The same for a query whose answer depends on who asks.
  using QueryRowsOf =
      std::function<core::Result<void>(const runtime::Rows& rows, const Principal& caller)>;
  template <class Request>
  grpc::ServerUnaryReactor* AnswerToAsOf(grpc::CallbackServerContext* context,
                                         const Request& request, const runtime::Rows& now,
                                         QueryRowsOf query) const {
    if (request.as_of_ms() == 0) {
      return AnswerTo(context, request,
                      [&](const Principal& caller) { return query(now, caller); });
    }
    return AnswerFrom(
        context, request, now.past(),
        {core::FromMillis(request.as_of_ms()), request.district(), {}, {}},
        [&now, query = std::move(query)](const runtime::Rows& then, const Principal& caller) {
          return query(then.From(now), caller);
        });
  }

  // A question about how a row came to be what it is.
  struct RowQuestion {
    std::string subject;      // the row is in its partition
    runtime::RowWatch watch;  // told of every change of the row
    // Before, once the caller may call.
    std::function<void(const Principal& caller)> begin;
    // After; fills the response.
    std::function<core::Result<void>()> answer;
  };
  // Answers it when Past comes to it, as AnswerAsOf does an earlier moment.
  grpc::ServerUnaryReactor* AnswerWatching(grpc::CallbackServerContext* context,
                                           const google::protobuf::Message& request,
                                           runtime::Past* past, RowQuestion question) const;

  // Answers a method that submits by itself: `work` gets who calls, when they may, and a function
  // that is called once, on any thread, with the response or the refusal.
  template <class Response>
  using Done = std::function<void(core::Result<Response> answer)>;
  template <class Response>
  grpc::ServerUnaryReactor* AnswerLater(
      grpc::CallbackServerContext* context, const google::protobuf::Message& request,
      Response* response,
      const std::function<void(const Principal& caller, Done<Response> done)>& work) const {
    return Perform(context, request, [&](const Principal& caller, std::shared_ptr<UnaryCall> call) {
      work(caller,
           [call = std::move(call), response,
            refused = RefusalNote(context, caller, request)](core::Result<Response> answer) {
             if (!answer) refused(answer.error());
             call->Answer([&] {
               if (!answer) return ToStatus(answer.error());
               *response = std::move(*answer);
               return grpc::Status::OK;
             });
           });
    });
  }

  // The key of a request, `request_id` being that of the request, without a digest: for a method
  // that submits by itself. Without a request id it has only the trace of the call that this thread
  // answers.
  static runtime::RequestKey KeyOf(const Principal& caller, const std::string& request_id);

  // Streams what `watching(request, caller)`, a Result<Watching<Response>>, says, the request being
  // parsed from `bytes`. The response has a field `token`. When the credential expires the stream
  // ends with UNAUTHENTICATED; with a new one it goes on from its last token.
  template <class Request, class Response>
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Watch(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer& bytes, EventStreams& streams,
      const std::function<core::Result<Watching<Response>>(const Request&, const Principal&)>&
          watching) const;

 private:
  grpc::ServerUnaryReactor* Perform(
      grpc::CallbackServerContext* context, const google::protobuf::Message& request,
      const std::function<void(const Principal& caller, std::shared_ptr<UnaryCall> call)>& work)
      const;
  core::Result<PrincipalPtr> Recognize(grpc::CallbackServerContext* context,
                                       const std::string& method) const;
  // Puts an error that is a refusal of access on record; to be called after the request is gone.
  std::function<void(const core::Error&)> RefusalNote(
      grpc::CallbackServerContext* context, const Principal& caller,
      const google::protobuf::Message& request) const;
  runtime::AnswerCallback AnswerWith(std::shared_ptr<UnaryCall> call,
                                     google::protobuf::Message* response,
                                     std::function<void()> complete,
                                     std::optional<audit::v1::AuditRecord> record) const;
  grpc::ServerUnaryReactor* AnswerFrom(grpc::CallbackServerContext* context,
                                       const google::protobuf::Message& request,
                                       runtime::Past* past, runtime::PastQuestion question,
                                       QueryRowsOf query) const;
  void AskPast(grpc::CallbackServerContext* context, const google::protobuf::Message& request,
               runtime::Past& past, const Principal& caller, std::shared_ptr<UnaryCall> call,
               runtime::PastQuestion question, QueryRowsOf query) const;
  // Empty when it never is.
  std::function<bool()> IsOver(const PrincipalPtr& caller) const;

  const Access& access_;
  const std::string service_;
  Rules rules_;
};

template <class Request, class Response>
grpc::ServerWriteReactor<grpc::ByteBuffer>* CallGuard::Watch(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer& bytes, EventStreams& streams,
    const std::function<core::Result<Watching<Response>>(const Request&, const Principal&)>&
        watching) const {
  grpc::ServerWriteReactor<grpc::ByteBuffer>* reactor = nullptr;
  const bool opened = runtime::Guarded("grpc: a stream", [&] {
    Request request;
    std::shared_ptr<ObservedCall> observed = Observe(context, request, CallObserver::Kind::kStream);
    const auto refuse = [&](const core::Error& error) {
      if (observed != nullptr) observed->End(static_cast<int>(error.code));
      reactor = new RefusedStream(ToStatus(error));
    };
    grpc::ByteBuffer copy(bytes);  // shares the bytes; parsing empties it
    if (!grpc::SerializationTraits<Request>::Deserialize(&copy, &request).ok()) {
      return refuse(runtime::InputUnreadable());
    }
    auto caller = Admit(context, request);
    core::Result<Watching<Response>> what = core::Refuse(core::Error());
    if (caller) {
      what = watching(request, **caller);
    } else {
      what = core::Refuse(caller.error());
    }
    if (!what) return refuse(what.error());
    reactor = streams.Open({.query = std::move(what->query),
                            .view = Response::descriptor()->full_name() + ' ' + what->view,
                            .translate = [translate = std::move(what->translate)](
                                             const runtime::ReadEvent& event) -> StreamMessagePtr {
                              Response response;
                              if (!translate(event, &response)) return nullptr;
                              response.set_token(event.token);
                              return ToStreamMessage(response, event);
                            },
                            .is_over = IsOver(*caller),
                            .position_to = WantsPosition(context),
                            .observed = std::move(observed)});
  });
  return opened ? reactor : new RefusedStream(ToStatus(runtime::Unexpected()));
}

}  // namespace throughline::platform
