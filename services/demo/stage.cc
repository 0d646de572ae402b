#include "demo/stage.h"

#include <map>

#include "throughline/embedded_host.h"
#include "throughline/runtime/v1/simulation_service.grpc.pb.h"

namespace throughline::demo {

namespace {

using core::Result;
using runtime::v1::SimulationService;

class EmbeddedStage : public DemoStage {
 public:
  EmbeddedStage(std::unique_ptr<runtime::ManualClock> clock, std::unique_ptr<platform::Host> host)
      : clock_(std::move(clock)), host_(std::move(host)), connection_(host_->Channel()) {}

  Connection& connection() override { return connection_; }
  Result<void> SetClock(core::Instant to) override {
    clock_->Set(to);
    host_->ClockMoved();
    return {};
  }
  Result<std::optional<core::Instant>> Settle() override {
    host_->WaitUntilIdle();
    return host_->NextDue();
  }

 private:
  std::unique_ptr<runtime::ManualClock> clock_;
  std::unique_ptr<platform::Host> host_;
  Connection connection_;
};

class RemoteStage : public DemoStage {
 public:
  explicit RemoteStage(Connection connection) : connection_(std::move(connection)) {
    for (const auto& channel : connection_.channels()) {
      simulations_.push_back(SimulationService::NewStub(channel));
    }
  }

  Connection& connection() override { return connection_; }
  Result<void> SetClock(core::Instant to) override {
    runtime::v1::MoveClockRequest request;
    request.set_to_ms(core::ToMillis(to));
    for (const auto& simulation : simulations_) {
      auto moved = Call(*simulation, &SimulationService::Stub::MoveClock, request);
      if (!moved) return core::Refuse(moved.error());
    }
    return {};
  }
  // Each process is told what the others have written. When a whole round brings nothing new, there
  // is nothing on its way from one to another.
  Result<std::optional<core::Instant>> Settle() override {
    while (true) {
      bool rests = true;
      std::optional<int64_t> next_ms;
      for (const auto& simulation : simulations_) {
        auto settled = Call(*simulation, &SimulationService::Stub::Settle, Known());
        if (!settled) return core::Refuse(settled.error());
        const bool news = Learn(*settled);
        rests &= settled->idle() && !news;
        if (!settled->has_next_due_ms()) continue;
        next_ms = std::min(next_ms.value_or(INT64_MAX), settled->next_due_ms());
      }
      if (!rests) continue;
      if (!next_ms) return std::optional<core::Instant>();
      return core::FromMillis(*next_ms);
    }
  }

 private:
  using Place = std::pair<std::string, int32_t>;

  runtime::v1::SettleRequest Known() const {
    runtime::v1::SettleRequest request;
    for (const auto& [place, offset] : ends_) {
      runtime::v1::LogEnd& end = *request.add_ends();
      end.set_topic(place.first);
      end.set_partition(place.second);
      end.set_offset(offset);
    }
    return request;
  }
  bool Learn(const runtime::v1::SettleResponse& settled) {
    bool news = false;
    for (const runtime::v1::LogEnd& end : settled.ends()) {
      int64_t& known = ends_[{end.topic(), end.partition()}];
      news |= end.offset() > known;
      known = std::max(known, end.offset());
    }
    return news;
  }

  Connection connection_;
  std::vector<std::unique_ptr<SimulationService::Stub>> simulations_;
  std::map<Place, int64_t> ends_;
};

}  // namespace

Result<std::unique_ptr<DemoStage>> OpenEmbeddedStage(const std::filesystem::path& data,
                                                     const std::string& listen,
                                                     core::Instant start) {
  auto clock = std::make_unique<runtime::ManualClock>(start);
  auto host = OpenEmbeddedHost(
      {.data = data, .listen = listen, .clock = clock.get(), .counts_surveys = true});
  if (!host) return core::Refuse(host.error());
  (*host)->WaitUntilIdle();  // a log that was moved, or restored, is folded first
  return std::make_unique<EmbeddedStage>(std::move(clock), std::move(*host));
}

Result<std::unique_ptr<DemoStage>> OpenRemoteStage(const ConnectionOptions& options) {
  auto connection = Connection::Open(options);
  if (!connection) return core::Refuse(connection.error());
  return std::make_unique<RemoteStage>(std::move(*connection));
}

}  // namespace throughline::demo
