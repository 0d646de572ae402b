// A service made of its rules and the gRPC face before them: how each of them is assembled.
#pragma once

#include <utility>

#include "platform/host/host.h"

namespace throughline::platform {

// `Calls` takes its commands, its rows, what else it needs, and who may call. Rules that need
// something themselves are given first.
template <class Rules, class Calls>
class HostedService : public Hosted {
 public:
  template <class... More>
  explicit HostedService(const ServiceContext& on, More&&... more)
      : HostedService(Rules(), on, std::forward<More>(more)...) {}
  template <class... More>
  HostedService(Rules rules, const ServiceContext& on, More&&... more)
      : rules_(std::move(rules)),
        service_(on.log, on.store, rules_, on.clock, on.sizes),
        calls_(service_, service_.rows(), std::forward<More>(more)..., on.access) {}

  runtime::Service* service() override { return &service_; }
  grpc::Service& calls() override { return calls_; }

 private:
  Rules rules_;
  runtime::Service service_;
  Calls calls_;
};

}  // namespace throughline::platform
