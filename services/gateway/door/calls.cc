#include "gateway/door/calls.h"

#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/grpc/call_origin.h"
#include "platform/grpc/calls.h"

namespace throughline::gateway {

namespace {

// gRPC aborts the process at a header that has anything else in it.
bool MayBeAHeader(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// What has to live as long as the call.
struct OpenCall {
  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
  UnaryCalls::Done done;
};

}  // namespace

void AddTo(grpc::ClientContext& context, const OnBehalfOf& client) {
  if (!client.address.empty() && MayBeAHeader(client.address)) {
    context.AddMetadata(platform::kClientAddressKey, client.address);
  }
  if (!platform::TraceIdOf(client.traceparent).empty() && MayBeAHeader(client.traceparent)) {
    context.AddMetadata(platform::kTraceParentKey, client.traceparent);
  }
}

ChannelCalls::~ChannelCalls() {
  std::unique_lock lock(mutex_);
  for (grpc::ClientContext* call : open_) call->TryCancel();
  none_open_.wait(lock, [this] { return open_.empty(); });
}

void ChannelCalls::Begin(grpc::ClientContext& call) {
  std::lock_guard lock(mutex_);
  open_.insert(&call);
}

void ChannelCalls::End(grpc::ClientContext& call) {
  std::lock_guard lock(mutex_);
  open_.erase(&call);
  if (open_.empty()) none_open_.notify_all();
}

// The call then goes on in that span.
std::optional<runtime::Span> ChannelCalls::BeginSpan(UnaryCall& call) const {
  if (tracer_ == nullptr) return std::nullopt;
  const auto parent = core::ParseTraceParent(call.client.traceparent);
  runtime::Span span;
  span.name = call.method;
  const size_t dot = call.method.rfind('.');
  if (dot != std::string::npos) span.name[dot] = '/';
  span.kind = runtime::SpanKind::kClient;
  span.context = parent ? tracer_->Child(*parent) : tracer_->Begin();
  span.parent = parent ? parent->span : core::SpanId{};
  span.start = std::chrono::system_clock::now();
  call.client.traceparent = core::ToTraceParent(span.context);
  return span;
}

void ChannelCalls::EndSpan(std::optional<runtime::Span> span, const grpc::Status& status) const {
  if (!span) return;
  span->end = std::chrono::system_clock::now();
  span->attributes = {{"rpc.system", std::string("grpc")},
                      {"rpc.service", span->name.substr(0, span->name.find('/'))},
                      {"rpc.method", span->name.substr(span->name.find('/') + 1)},
                      {"rpc.grpc.status_code", static_cast<int64_t>(status.error_code())}};
  // What the caller did wrong is said by the request's own span.
  const core::Error error = platform::FromStatus(status);
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE ||
      status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED ||
      status.error_code() == grpc::StatusCode::INTERNAL ||
      status.error_code() == grpc::StatusCode::UNKNOWN) {
    span->error = error.reason;
  }
  tracer_->Take(*std::move(span));
}

void ChannelCalls::Start(UnaryCall call, Done done) {
  const size_t dot = std::min(call.method.rfind('.'), call.method.size());
  const std::string_view service = std::string_view(call.method).substr(0, dot);
  const auto channel = channels_.find(service.substr(0, service.rfind('.')));
  if (channel == channels_.end()) {
    return done({{grpc::StatusCode::UNIMPLEMENTED, "No service has " + call.method + "."}, ""});
  }
  if (!MayBeAHeader(call.authorization)) {
    return done({{grpc::StatusCode::UNAUTHENTICATED, "Malformed authorization header."}, ""});
  }
  std::string path = '/' + call.method;
  path[dot + 1] = '/';
  auto span = BeginSpan(call);
  auto open = std::make_shared<OpenCall>();
  open->context.set_deadline(call.deadline);
  if (!call.authorization.empty()) open->context.AddMetadata("authorization", call.authorization);
  AddTo(open->context, call.client);
  open->request = BufferOf(call.request);
  open->done = std::move(done);
  Begin(open->context);
  grpc::GenericStub(channel->second)
      .UnaryCall(&open->context, path, grpc::StubOptions(), &open->request, &open->response,
                 [this, open, span = std::move(span)](const grpc::Status& status) mutable {
                   EndSpan(std::move(span), status);
                   open->done({status, status.ok() ? BytesOf(open->response) : ""});
                   open->done = nullptr;  // with all that it holds, before this may be gone
                   End(open->context);
                 });
}

}  // namespace throughline::gateway
