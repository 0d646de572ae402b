#include "gateway/api/questions_calls.h"

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "throughline/cycles/v1/questions_service.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::gateway {

namespace {

constexpr char kQuestions[] = "throughline.cycles.v1.QuestionsService.GetQuestions";
constexpr char kStruggling[] = "throughline.evidence.v1.EvidenceService.GetStrugglingReport";

UnaryAnswer Unreadable() {
  return {{grpc::StatusCode::INTERNAL, "An answer of a service cannot be read."}, {}};
}

UnaryAnswer Together(const UnaryAnswer& of_cycles, const UnaryAnswer& of_evidence) {
  if (!of_cycles.status.ok()) return of_cycles;
  if (!of_evidence.status.ok()) return of_evidence;
  cycles::v1::GetQuestionsResponse questions;
  evidence::v1::GetStrugglingReportResponse struggling;
  if (!questions.ParseFromString(of_cycles.response) ||
      !struggling.ParseFromString(of_evidence.response)) {
    return Unreadable();
  }
  *questions.mutable_struggling() = std::move(*struggling.mutable_report());
  return {grpc::Status::OK, questions.SerializeAsString()};
}

// Answers when both are there.
class BothAnswers {
 public:
  explicit BothAnswers(UnaryCalls::Done done) : done_(std::move(done)) {}

  void Take(std::optional<UnaryAnswer> BothAnswers::*which, UnaryAnswer answer) {
    {
      std::lock_guard lock(mutex_);
      this->*which = std::move(answer);
      if (!of_cycles || !of_evidence) return;
    }
    done_(Together(*of_cycles, *of_evidence));
  }

  std::optional<UnaryAnswer> of_cycles, of_evidence;

 private:
  const UnaryCalls::Done done_;
  std::mutex mutex_;
};

}  // namespace

void QuestionsCalls::Start(UnaryCall call, Done done) {
  if (call.method != kQuestions) return calls_.Start(std::move(call), std::move(done));
  cycles::v1::GetQuestionsRequest asked;
  if (!asked.ParseFromString(call.request)) return done(Unreadable());
  evidence::v1::GetStrugglingReportRequest request;
  request.set_district(asked.district());
  request.set_school(asked.school());
  request.set_as_of_ms(asked.as_of_ms());
  UnaryCall of_evidence = call;
  of_evidence.method = kStruggling;
  of_evidence.request = request.SerializeAsString();
  auto both = std::make_shared<BothAnswers>(std::move(done));
  calls_.Start(std::move(of_evidence), [both](UnaryAnswer answer) {
    both->Take(&BothAnswers::of_evidence, std::move(answer));
  });
  calls_.Start(std::move(call), [both](UnaryAnswer answer) {
    both->Take(&BothAnswers::of_cycles, std::move(answer));
  });
}

}  // namespace throughline::gateway
