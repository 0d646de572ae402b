// StreamResults: one batch at a time is taken in and answered, in order, so that a client that runs
// ahead is slowed down by gRPC's flow control and nothing piles up here. Who calls is asked at the
// guard when the stream opens and again with every batch, which may be of any district and come
// after the credential has expired. Deletes itself when done.
#pragma once

#include <grpcpp/grpcpp.h>

#include "evidence/result_routing.h"
#include "platform/grpc/call_guard.h"
#include "runtime/guarded.h"
#include "runtime/tracer.h"

namespace throughline::evidence {

class ResultStream final
    : public grpc::ServerBidiReactor<v1::StreamResultsRequest, v1::StreamResultsResponse> {
 public:
  ResultStream(grpc::CallbackServerContext& context, const platform::CallGuard& guard,
               const StudentPrivacy& privacy, const RoutingContext& routing)
      : context_(context), guard_(guard), privacy_(privacy), routing_(routing) {
    OrFinish([this] {
      if (auto caller = guard_.Authenticate(&context_); !caller) {
        Finish(platform::ToStatus(caller.error()));
      } else {
        StartRead(&request_);
      }
    });
  }

  void OnReadDone(bool ok) override {
    OrFinish([this, ok] { ok ? TakeIn() : Finish(grpc::Status::OK); });
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "The client has gone."));
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  void TakeIn() {
    observed_ = guard_.Observe(&context_, request_, platform::CallObserver::Kind::kUnary);
    const runtime::WithTrace traced(observed_ == nullptr ? core::TraceContext()
                                                         : observed_->trace());
    const auto caller = guard_.Admit(&context_, request_);
    if (!caller) return Refuse(caller.error());
    runtime::RequestKey key = platform::CallGuard::KeyOf(**caller, request_.batch().request_id());
    Ingest(request_.batch(), std::move(key), (*caller)->subject, privacy_, routing_,
           [this](core::Result<v1::IngestResultsResponse> answer) {
             OrFinish([&] { Respond(std::move(answer)); });
           });
  }
  void Respond(core::Result<v1::IngestResultsResponse> answer) {
    if (!answer) return Refuse(answer.error());
    Ended(grpc::StatusCode::OK);
    response_.set_request_id(request_.batch().request_id());
    *response_.mutable_batch() = std::move(*answer);
    StartWrite(&response_);
  }
  void Refuse(const core::Error& error) {
    Ended(static_cast<grpc::StatusCode>(error.code));
    Finish(platform::ToStatus(error));
  }
  // A batch was answered.
  void Ended(grpc::StatusCode code) {
    if (observed_ != nullptr) observed_->End(code);
    observed_.reset();
  }
  // One thing is under way at a time; what is thrown before the next one began ends the stream.
  template <class Step>
  void OrFinish(Step&& step) {
    if (!runtime::Guarded("grpc: a stream of results", step)) {
      Finish(platform::ToStatus(runtime::Unexpected()));
    }
  }

  grpc::CallbackServerContext& context_;
  const platform::CallGuard& guard_;
  const StudentPrivacy& privacy_;
  const RoutingContext& routing_;
  v1::StreamResultsRequest request_;
  v1::StreamResultsResponse response_;
  std::unique_ptr<platform::ObservedCall> observed_;  // the batch in hand
};

}  // namespace throughline::evidence
