// The plans service's rules, dispatched by what came in.
#pragma once

#include "decider/decider.h"

namespace throughline::plans {

class PlansDecider final : public decider::Decider {
 public:
  std::string_view service() const override { return "plans"; }
  std::vector<std::string> upstream() const override { return {}; }
  std::string Route(const google::protobuf::Message& command) const override;
  std::string RouteOfTimer(std::string_view name) const override;
  bool IsOnEveryPartition(const google::protobuf::Descriptor& event) const override;
  void Decide(const decider::Input& input, decider::Turn& turn) const override;
  void Apply(const decider::Event& event, decider::State& state) const override;
  int state_version() const override { return 1; }
};

}  // namespace throughline::plans
