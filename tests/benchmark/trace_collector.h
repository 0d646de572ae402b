// Takes spans over OTLP, and lets them fall: what a collector costs is not measured here.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h"

namespace throughline::bench {

namespace otlp = opentelemetry::proto::collector::trace::v1;

class TraceCollector {
 public:
  TraceCollector() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
  }
  // As --traces takes it.
  std::string address() const { return "grpc://127.0.0.1:" + std::to_string(port_); }

 private:
  struct Service final : otlp::TraceService::Service {
    grpc::Status Export(grpc::ServerContext*, const otlp::ExportTraceServiceRequest*,
                        otlp::ExportTraceServiceResponse*) override {
      return grpc::Status::OK;
    }
  };
  Service service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace throughline::bench
