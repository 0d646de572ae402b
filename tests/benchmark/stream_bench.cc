#include "stream_bench.h"

#include <fmt/format.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "notifications_fixture.h"

namespace throughline::bench {

namespace {

using notifications::NotificationsCalls;
using SteadyClock = std::chrono::steady_clock;

constexpr int kChannels = 8;
constexpr char kMethod[] = "/throughline.notifications.v1.NotificationsService/WatchAlerts";

// Takes bytes as they come, unparsed. One that does not read takes nothing.
class Subscriber : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Subscriber(const std::shared_ptr<grpc::Channel>& channel, Taken* taken)
      : stub_(channel), taken_(taken) {
    notifications::v1::WatchAlertsRequest request;
    request.set_district("d");
    const grpc::Slice slice(request.SerializeAsString());
    request_ = grpc::ByteBuffer(&slice, 1);
    stub_.PrepareBidiStreamingCall(&context_, kMethod, {}, this);
    StartWriteLast(&request_, {});
    if (taken_ != nullptr) StartRead(&response_);
    StartCall();
  }
  ~Subscriber() override {
    context_.TryCancel();
    std::unique_lock lock(mutex_);
    is_done_.wait(lock, [&] { return done_; });
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    taken_->Add();
    StartRead(&response_);
  }
  void OnDone(const grpc::Status&) override {
    std::lock_guard lock(mutex_);
    done_ = true;
    is_done_.notify_one();
  }

 private:
  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  Taken* taken_;
  grpc::ByteBuffer request_, response_;
  std::mutex mutex_;
  std::condition_variable is_done_;
  bool done_ = false;
};

// Subscribers of one server, over a few channels.
class Audience {
 public:
  Audience(int port, int subscribers, Taken& taken) : port_(port) {
    for (int i = 0; i < kChannels; ++i) channels_.push_back(Connect());
    for (int i = 0; i < subscribers; ++i) {
      subscribers_.push_back(std::make_unique<Subscriber>(channels_[i % kChannels], &taken));
    }
  }
  std::unique_ptr<Subscriber> OneThatDoesNotRead() const {
    grpc::ChannelArguments little_unread;
    little_unread.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    return std::make_unique<Subscriber>(Connect(little_unread), nullptr);
  }

 private:
  // A connection of its own.
  std::shared_ptr<grpc::Channel> Connect(grpc::ChannelArguments arguments = {}) const {
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port_),
                                     grpc::InsecureChannelCredentials(), arguments);
  }
  const int port_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
};

// A server stream that does nothing but write.
class BareCalls : public NotificationsCalls {
 public:
  class Stream : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
   public:
    void Write(const grpc::ByteBuffer* bytes, int times) {
      bytes_ = bytes;
      if (left_.fetch_add(times) == 0) StartWrite(bytes);
    }
    void OnWriteDone(bool ok) override {
      if (left_.fetch_sub(1) > 1 && ok) StartWrite(bytes_);
    }
    void OnCancel() override { Finish(grpc::Status::CANCELLED); }
    void OnDone() override { delete this; }

   private:
    std::atomic<const grpc::ByteBuffer*> bytes_{nullptr};
    std::atomic<int> left_{0};  // with the one under way
  };

  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchAlerts(grpc::CallbackServerContext*,
                                                          const grpc::ByteBuffer*) override {
    auto* stream = new Stream();
    std::lock_guard lock(mutex_);
    streams_.push_back(stream);
    return stream;
  }
  void WaitFor(size_t streams) {
    while (true) {
      std::lock_guard lock(mutex_);
      if (streams_.size() == streams) return;
    }
  }
  void Write(const grpc::ByteBuffer& bytes, int times) {
    for (Stream* stream : streams_) stream->Write(&bytes, times);
  }

 private:
  std::mutex mutex_;
  std::vector<Stream*> streams_;
};

class BareStreams {
 public:
  explicit BareStreams(const FanOutLoad& load)
      : load_(load), audience_(server_->port(), load.subscribers, taken_) {
    calls_.WaitFor(load.subscribers);
  }
  // The bytes of a message must outlive this.
  Rates Round(const grpc::ByteBuffer& bytes);

 private:
  const FanOutLoad load_;
  Taken taken_;
  BareCalls calls_;
  std::unique_ptr<platform::GrpcServer> server_ = Serve(calls_);
  Audience audience_;
};

// What one of our messages is, as bytes.
class Sample {
 public:
  Sample() {
    runtime::SimulatedLog log;
    notifications::NotificationScript script(log, kPartitions);
    script.Notify("school", 1, std::string(200, '0'));
    auto reader =
        runtime::EventReader::Open(log, kPartitions, {{"notifications"}, "d", false, "", false});
    notifications::v1::WatchAlertsResponse response;
    const auto events = reader->Next(1);
    response.set_token(events->front().token);
    response.mutable_group()->set_school("school");
    response.mutable_group()->add_firing(std::string(200, '0') + "1");
    bytes = platform::ToStreamMessage(response, {})->bytes;
  }
  grpc::ByteBuffer bytes;
};

double Rate(const FanOutLoad& load, SteadyClock::time_point since) {
  const std::chrono::duration<double> took = SteadyClock::now() - since;
  return load.subscribers * load.events / took.count();
}

Rates BareStreams::Round(const grpc::ByteBuffer& bytes) {
  Rates rates;
  auto began = SteadyClock::now();
  for (int i = 0; i < load_.events; ++i) {
    taken_.Want(load_.subscribers);
    calls_.Write(bytes, 1);
    taken_.Wait();
  }
  rates.apart = Rate(load_, began);
  began = SteadyClock::now();
  taken_.Want(int64_t{load_.subscribers} * load_.events);
  calls_.Write(bytes, load_.events);
  taken_.Wait();
  rates.together = Rate(load_, began);
  return rates;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

class GrpcFanOut::Ours {
 public:
  explicit Ours(const FanOutLoad& load)
      : load_(load), audience_(fixture_.port(), load.subscribers, taken_) {}
  ~Ours() { fixture_.Close(); }
  Rates Round();
  // Tells so much that a reader who does not read, if there is to be one, is certainly behind.
  std::unique_ptr<Subscriber> Settle(bool with_one_stalled);

 private:
  double Notify(int events);

  const FanOutLoad load_;
  Taken taken_;
  NotificationsFixture fixture_;
  Audience audience_;
};

double GrpcFanOut::Ours::Notify(int events) {
  const auto began = SteadyClock::now();
  taken_.Want(int64_t{load_.subscribers} * events);
  fixture_.Notify(events);
  taken_.Wait();
  return std::chrono::duration<double>(SteadyClock::now() - began).count();
}

Rates GrpcFanOut::Ours::Round() {
  double took = 0;
  for (int i = 0; i < load_.events; ++i) took += Notify(1);
  const double all = static_cast<double>(load_.subscribers) * load_.events;
  return {all / took, all / Notify(load_.events)};
}

std::unique_ptr<Subscriber> GrpcFanOut::Ours::Settle(bool with_one_stalled) {
  auto stalled = with_one_stalled ? audience_.OneThatDoesNotRead() : nullptr;
  for (int i = 0; i < 3; ++i) Notify(load_.events);
  return stalled;
}

GrpcFanOut::GrpcFanOut(const FanOutLoad& load) : ours_(std::make_unique<Ours>(load)) {}

GrpcFanOut::~GrpcFanOut() = default;

Rates GrpcFanOut::Round() { return ours_->Round(); }

void PrintRates(const char* what, const std::vector<double>& ours,
                const std::vector<double>& theirs, const char* beside, const char* goal) {
  std::vector<double> ratios;
  for (size_t i = 0; i < ours.size(); ++i) ratios.push_back(ours[i] / theirs[i]);
  fmt::print("{:<34} {:>8.0f} messages/s   {} {:>8.0f}   ratio {:.2f}, worst {:.2f} (goal {})\n",
             what, Median(ours), beside, Median(theirs), Median(ratios),
             *std::min_element(ratios.begin(), ratios.end()), goal);
  std::fflush(stdout);
}

FanOutFindings MeasureFanOut(const FanOutLoad& load) {
  const Sample sample;
  BareStreams bare(load);
  GrpcFanOut::Ours ours(load);
  FanOutFindings findings;
  const auto note = [](FanOutRates& to, const Rates& rates) {
    to.apart.push_back(rates.apart);
    to.together.push_back(rates.together);
  };
  bare.Round(sample.bytes);
  ours.Round();
  for (int round = 0; round < load.rounds; ++round) {
    note(findings.bare, bare.Round(sample.bytes));
    // Whichever comes second finds the machine in another state: they take turns.
    for (const bool with_one_stalled : {round % 2 == 0, round % 2 != 0}) {
      const auto stalled = ours.Settle(with_one_stalled);
      note(with_one_stalled ? findings.with_one_stalled : findings.ours, ours.Round());
    }
  }
  return findings;
}

void FanOut(const FanOutLoad& load) {
  const FanOutFindings found = MeasureFanOut(load);
  fmt::print("{} subscribers\n", load.subscribers);
  PrintRates("one event after another", found.ours.apart, found.bare.apart, "bare gRPC", ">= 0.8");
  PrintRates("events in a burst", found.ours.together, found.bare.together, "bare gRPC", ">= 0.8");
  PrintRates("one after another, one stalled", found.with_one_stalled.apart, found.ours.apart,
             "none", "> 0.95");
  PrintRates("in a burst, one stalled", found.with_one_stalled.together, found.ours.together,
             "none", "> 0.95");
}

}  // namespace throughline::bench
