#include "gateway/streams/stream_reader.h"

#include <grpcpp/generic/generic_stub.h>

#include <mutex>
#include <vector>

#include "platform/grpc/event_stream.h"
#include "runtime/guarded.h"

namespace throughline::gateway {

namespace {

// "a.b.Service.Method" as gRPC calls it: "/a.b.Service/Method".
std::string PathOf(const std::string& method) {
  std::string path = "/" + method;
  path[path.rfind('.')] = '/';
  return path;
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

// Lives until gRPC is done with it, and until its reader is destroyed.
class StreamReader::Reactor : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Reactor(const std::shared_ptr<grpc::Channel>& channel, const StreamCallRequest& request,
          std::weak_ptr<StreamListener> listener)
      : stub_(channel), listener_(std::move(listener)) {
    context_.AddMetadata(platform::kSendPosition, "true");
    if (!request.authorization.empty()) {
      context_.AddMetadata("authorization", request.authorization);
    }
    AddTo(context_, request.client);
    const grpc::Slice slice(request.message);
    request_ = grpc::ByteBuffer(&slice, 1);
    stub_.PrepareBidiStreamingCall(&context_, PathOf(request.method), {}, this);
  }
  void Start(std::shared_ptr<Reactor> self) {
    self_ = std::move(self);
    AddHold();  // until no read is begun any more: after OnDone none may be
    StartWriteLast(&request_, {});
    StartRead(&response_);
    StartCall();
  }
  void ReadOn() {
    std::unique_lock lock(mutex_);
    reading_ = !ended_;
    const bool more = reading_;
    lock.unlock();
    if (more) StartRead(&response_);
  }
  void Cancel() {
    context_.TryCancel();
    std::unique_lock lock(mutex_);
    cancelled_ = true;
    const bool last = !reading_ && !ended_;
    ended_ = ended_ || last;
    lock.unlock();
    if (last) RemoveHold();
  }

  void OnReadInitialMetadataDone(bool ok) override {
    const auto listener = listener_.lock();
    if (!ok || listener == nullptr) return;
    runtime::Guarded("gateway: where a stream stands", [&] { TellStand(*listener); });
  }
  void OnReadDone(bool ok) override {
    std::unique_lock lock(mutex_);
    reading_ = false;
    // A message that nobody takes any more is followed by no read.
    const bool last = !ok || cancelled_;
    ended_ = ended_ || last;
    lock.unlock();
    if (last) return RemoveHold();
    const auto listener = listener_.lock();
    if (listener == nullptr) return;
    // A reader that cannot take it would never ask for the next one.
    const bool taken = runtime::Guarded("gateway: a message of a stream",
                                        [&] { listener->Came(BytesOf(response_)); });
    if (!taken) Cancel();
  }
  void OnDone(const grpc::Status& status) override {
    if (const auto listener = listener_.lock()) {
      runtime::Guarded("gateway: the end of a stream", [&] { listener->Ended(status); });
    }
    self_.reset();  // may delete this
  }

 private:
  void TellStand(StreamListener& listener) {
    const auto& said = context_.GetServerInitialMetadata();
    const auto token = said.find(platform::kStreamPlace);
    const auto view = said.find(platform::kStreamView);
    if (token == said.end() || view == said.end()) return;
    listener.Stands({std::string(token->second.data(), token->second.size()),
                     std::string(view->second.data(), view->second.size())});
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_, response_;
  const std::weak_ptr<StreamListener> listener_;
  std::shared_ptr<Reactor> self_;
  std::mutex mutex_;
  bool reading_ = true;  // a read is begun
  bool ended_ = false;   // none will be
  bool cancelled_ = false;
};

StreamReader::StreamReader(const std::shared_ptr<grpc::Channel>& channel,
                           const StreamCallRequest& request, std::weak_ptr<StreamListener> listener)
    : reactor_(std::make_shared<Reactor>(channel, request, std::move(listener))) {}

StreamReader::~StreamReader() { reactor_->Cancel(); }

void StreamReader::Start() { reactor_->Start(reactor_); }

void StreamReader::ReadOn() { reactor_->ReadOn(); }

}  // namespace throughline::gateway
