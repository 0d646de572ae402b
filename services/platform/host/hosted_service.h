// A service made of its rules and the gRPC faces before them: how each of them is assembled.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "platform/host/host.h"

namespace throughline::platform {

// `Calls` takes its commands, its rows, what else it needs, and who may call; each of `MoreCalls`
// takes its commands, its rows, and who may call. Rules that need something themselves are given
// first.
template <class Rules, class Calls, class... MoreCalls>
class HostedService : public Hosted {
 public:
  template <class... More>
  explicit HostedService(const ServiceContext& on, More&&... more)
      : HostedService(Rules(), on, std::forward<More>(more)...) {}
  template <class... More>
  HostedService(Rules rules, const ServiceContext& on, More&&... more)
      : rules_(std::move(rules)),
        service_(on.log, on.store, rules_, on.clock, on.sizes),
        calls_(service_, service_.rows(), std::forward<More>(more)..., on.access) {
    (more_calls_.push_back(std::make_unique<MoreCalls>(service_, service_.rows(), on.access)), ...);
  }

  runtime::Service& service() override { return service_; }
  std::vector<grpc::Service*> calls() override {
    std::vector<grpc::Service*> calls = {&calls_};
    for (const auto& more : more_calls_) calls.push_back(more.get());
    return calls;
  }

 private:
  Rules rules_;
  runtime::Service service_;
  Calls calls_;
  std::vector<std::unique_ptr<grpc::Service>> more_calls_;
};

}  // namespace throughline::platform
