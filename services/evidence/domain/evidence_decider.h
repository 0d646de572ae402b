// The evidence service's rules, dispatched by what came in.
#pragma once

#include <memory>
#include <utility>

#include "decider/decider.h"
#include "evidence/domain/concealment.h"

namespace throughline::evidence {

class EvidenceDecider final : public decider::Decider {
 public:
  // Null: what was written before ids were hashed stays as it is.
  explicit EvidenceDecider(std::shared_ptr<const Concealment> concealment = nullptr)
      : concealment_(std::move(concealment)) {}
  std::string_view service() const override { return "evidence"; }
  std::vector<std::string> upstream() const override { return {"cycles", "plans"}; }
  std::string Route(const google::protobuf::Message& command) const override;
  std::string RouteOfTimer(std::string_view name) const override;
  bool IsOnEveryPartition(const google::protobuf::Descriptor& event) const override;
  void Decide(const decider::Input& input, decider::Turn& turn) const override;
  void Apply(const decider::Event& event, decider::State& state) const override;
  int state_version() const override { return 14; }
  std::vector<decider::RowKey> Touches(const decider::Input& input,
                                       const decider::State& state) const override;

 private:
  std::shared_ptr<const Concealment> concealment_;
};

}  // namespace throughline::evidence
