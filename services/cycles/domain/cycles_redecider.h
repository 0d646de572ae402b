// How cycles are decided again under another policy: what teams did, and when, is taken as it was
// recorded; which conditions held of their cycles is concluded anew.
#pragma once

#include <utility>

#include "cycles/domain/cycles_decider.h"
#include "decider/redecider.h"
#include "throughline/common/v1/policy.pb.h"

namespace throughline::cycles {

class CyclesRedecider final : public decider::Redecider {
 public:
  // What `change` says of the policy holds instead of what districts had said.
  explicit CyclesRedecider(common::v1::Policy change) : change_(std::move(change)) {}

  const decider::Decider& decider() const override { return decider_; }
  bool IsConclusion(const google::protobuf::Descriptor& event) const override;
  void DecideAgain(const google::protobuf::Message& fact, decider::Turn& turn) const override;
  void BeginAnew(std::string_view district, decider::Turn& turn) const override;
  bool IsForConclusions(std::string_view timer) const override;
  bool IsDrawnFrom(const google::protobuf::Descriptor& conclusion) const override;

 private:
  const common::v1::Policy change_;
  const CyclesDecider decider_;
};

}  // namespace throughline::cycles
