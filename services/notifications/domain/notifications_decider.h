// The notifications service's rules, dispatched by what came in.
#pragma once

#include "decider/decider.h"

namespace throughline::notifications {

class NotificationsDecider final : public decider::Decider {
 public:
  std::string_view service() const override { return "notifications"; }
  int state_version() const override { return 2; }
  std::vector<std::string> upstream() const override { return {"cycles", "plans"}; }
  std::string Route(const google::protobuf::Message& command) const override;
  std::string RouteOfTimer(std::string_view name) const override;
  bool IsOnEveryPartition(const google::protobuf::Descriptor& event) const override;
  void Decide(const decider::Input& input, decider::Turn& turn) const override;
  void Apply(const decider::Event& event, decider::State& state) const override;
  std::vector<decider::RowKey> Touches(const decider::Input& input,
                                       const decider::State& state) const override;
};

}  // namespace throughline::notifications
