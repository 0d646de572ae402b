// The one report that two services answer: a call of QuestionsService.GetQuestions asks cycles, and
// evidence for what it owns, once each and at the same time, and answers with both. Every other
// call goes on as it is. Each service checks who asks, and decides what may be shown.
#pragma once

#include "gateway/door/calls.h"

namespace throughline::gateway {

class QuestionsCalls : public UnaryCalls {
 public:
  // `calls` must outlive this, and what is started here.
  explicit QuestionsCalls(UnaryCalls& calls) : calls_(calls) {}

  void Start(UnaryCall call, Done done) override;

 private:
  UnaryCalls& calls_;
};

}  // namespace throughline::gateway
