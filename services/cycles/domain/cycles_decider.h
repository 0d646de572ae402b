// The cycles service's rules, dispatched by what came in.
#pragma once

#include "decider/decider.h"

namespace throughline::cycles {

class CyclesDecider final : public decider::Decider {
 public:
  std::string_view service() const override { return "cycles"; }
  std::vector<std::string> upstream() const override { return {"evidence", "plans"}; }
  std::string Route(const google::protobuf::Message& command) const override;
  std::string RouteOfTimer(std::string_view name) const override;
  bool IsOnEveryPartition(const google::protobuf::Descriptor& event) const override;
  bool Takes(const google::protobuf::Descriptor& fact) const override;
  void Decide(const decider::Input& input, decider::Turn& turn) const override;
  void Apply(const decider::Event& event, decider::State& state) const override;
  int state_version() const override { return 3; }
  std::vector<decider::RowKey> Touches(const decider::Input& input,
                                       const decider::State& state) const override;
};

}  // namespace throughline::cycles
