// StreamResults: one batch at a time is taken in and answered, in order, so that a client that runs
// ahead is slowed down by gRPC's flow control and nothing piles up here. Deletes itself when done.
#pragma once

#include <grpcpp/grpcpp.h>

#include "evidence/result_routing.h"
#include "runtime/grpc/calls.h"

namespace throughline::evidence {

class ResultStream final
    : public grpc::ServerBidiReactor<v1::StreamResultsRequest, v1::StreamResultsResponse> {
 public:
  ResultStream(const Pseudonyms& pseudonyms, const runtime::Rows& rows, runtime::Commands& commands)
      : pseudonyms_(pseudonyms), rows_(rows), commands_(commands) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    Ingest(request_.batch(), pseudonyms_, rows_, commands_,
           [this](core::Result<v1::IngestResultsResponse> answer) {
             if (!answer) return Finish(runtime::ToStatus(answer.error()));
             response_.set_request_id(request_.batch().request_id());
             *response_.mutable_batch() = std::move(*answer);
             StartWrite(&response_);
           });
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "The client has gone."));
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  const Pseudonyms& pseudonyms_;
  const runtime::Rows& rows_;
  runtime::Commands& commands_;
  v1::StreamResultsRequest request_;
  v1::StreamResultsResponse response_;
};

}  // namespace throughline::evidence
