// How evidence is decided again under another policy: what came in, and when, is taken as it was
// recorded; numbers, cuts, norms and what the trigger rules say of them are concluded anew.
#pragma once

#include <memory>
#include <utility>

#include "decider/redecider.h"
#include "evidence/domain/evidence_decider.h"
#include "throughline/common/v1/policy.pb.h"

namespace throughline::evidence {

class EvidenceRedecider final : public decider::Redecider {
 public:
  // What `change` says of the policy holds instead of what districts had said. `concealment` is
  // that of EvidenceDecider.
  explicit EvidenceRedecider(common::v1::Policy change,
                             std::shared_ptr<const Concealment> concealment = nullptr)
      : change_(std::move(change)), concealment_(concealment), decider_(std::move(concealment)) {}

  const decider::Decider& decider() const override { return decider_; }
  bool IsConclusion(const google::protobuf::Descriptor& event) const override;
  void DecideAgain(const google::protobuf::Message& fact, decider::Turn& turn) const override;
  void BeginAnew(std::string_view district, decider::Turn& turn) const override;
  bool IsForConclusions(std::string_view timer) const override;
  bool IsDrawnFrom(const google::protobuf::Descriptor& conclusion) const override;

 private:
  const common::v1::Policy change_;
  const std::shared_ptr<const Concealment> concealment_;
  const EvidenceDecider decider_;
};

}  // namespace throughline::evidence
