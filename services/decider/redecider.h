// How the recorded history of a service is decided again, under another policy.
//
// What a partition recorded is of two kinds. Facts happened, whatever the policy says: a result
// came, a phase was ended, a review was answered. Conclusions are what the rules drew from them.
// Facts are taken again as they were recorded, each with the conclusions that follow from it now;
// the conclusions that were recorded are left out.
#pragma once

#include <string_view>

#include "decider/decider.h"

namespace throughline::decider {

class Redecider {
 public:
  virtual ~Redecider() = default;
  // Decides on conclusions and on timers; applies both kinds.
  virtual const Decider& decider() const = 0;
  virtual bool IsConclusion(const google::protobuf::Descriptor& event) const = 0;
  // Emits the recorded fact, and what follows from it.
  virtual void DecideAgain(const google::protobuf::Message& fact, Turn& turn) const = 0;
  // Where a history is decided again from its middle on: emits the fact by which another policy
  // holds from there on, and what follows from it. `subject` is what the history is of.
  virtual void BeginAnew(std::string_view /*subject*/, Turn& /*turn*/) const {}
  // Whether conclusions are drawn when this timer is due, and no facts come of it. Such a timer
  // fires when it is due by now; any other fired when it was recorded to.
  virtual bool IsForConclusions(std::string_view timer) const = 0;
  // Of a conclusion: whether those whom it is delivered to draw conclusions from it, and nothing
  // else. Otherwise they recorded facts.
  virtual bool IsDrawnFrom(const google::protobuf::Descriptor& conclusion) const = 0;
};

}  // namespace throughline::decider
