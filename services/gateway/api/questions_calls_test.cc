#include "gateway/api/questions_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "throughline/cycles/v1/questions_service.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::gateway {
namespace {

using testing::ElementsAre;

constexpr char kQuestions[] = "throughline.cycles.v1.QuestionsService.GetQuestions";
constexpr char kStruggling[] = "throughline.evidence.v1.EvidenceService.GetStrugglingReport";

// Calls that wait until they are answered by hand.
class HeldCalls : public UnaryCalls {
 public:
  void Start(UnaryCall call, Done done) override {
    methods.push_back(call.method);
    done_[call.method] = std::move(done);
    calls[call.method] = std::move(call);
  }
  void Answer(const std::string& method, const google::protobuf::Message& response) {
    done_[method]({grpc::Status::OK, response.SerializeAsString()});
  }
  void Refuse(const std::string& method, grpc::StatusCode code) {
    done_[method]({{code, "no"}, ""});
  }

  std::vector<std::string> methods;
  std::map<std::string, UnaryCall> calls;

 private:
  std::map<std::string, Done> done_;
};

class FourQuestions : public testing::Test {
 protected:
  void Ask() {
    cycles::v1::GetQuestionsRequest request;
    request.set_district("d");
    request.set_school("s");
    request.set_as_of_ms(5);
    whole_.Start({.method = kQuestions,
                  .request = request.SerializeAsString(),
                  .authorization = "Bearer x",
                  .deadline = std::chrono::system_clock::now()},
                 [&](UnaryAnswer answer) { answers_.push_back(std::move(answer)); });
  }
  static cycles::v1::GetQuestionsResponse OfCycles() {
    cycles::v1::GetQuestionsResponse response;
    response.mutable_what_works()->set_helps(2);
    return response;
  }
  static evidence::v1::GetStrugglingReportResponse OfEvidence() {
    evidence::v1::GetStrugglingReportResponse response;
    response.mutable_report()->set_smallest_cell(10);
    return response;
  }

  HeldCalls held_;
  QuestionsCalls whole_{held_};
  std::vector<UnaryAnswer> answers_;
};

TEST_F(FourQuestions, AreAskedOnceOfEachServiceAndAnsweredTogether) {
  Ask();
  EXPECT_THAT(held_.methods, ElementsAre(kStruggling, kQuestions));
  EXPECT_EQ(held_.calls[kStruggling].authorization, "Bearer x");
  evidence::v1::GetStrugglingReportRequest request;
  ASSERT_TRUE(request.ParseFromString(held_.calls[kStruggling].request));
  EXPECT_EQ(request.district(), "d");
  EXPECT_EQ(request.school(), "s");
  EXPECT_EQ(request.as_of_ms(), 5);
  held_.Answer(kQuestions, OfCycles());
  EXPECT_TRUE(answers_.empty()) << "half of it is no answer";
  held_.Answer(kStruggling, OfEvidence());
  ASSERT_EQ(answers_.size(), 1);
  cycles::v1::GetQuestionsResponse response;
  ASSERT_TRUE(response.ParseFromString(answers_[0].response));
  EXPECT_EQ(response.what_works().helps(), 2);
  EXPECT_EQ(response.struggling().smallest_cell(), 10);
}

TEST_F(FourQuestions, AreRefusedWhenOneServiceRefuses) {
  Ask();
  held_.Answer(kQuestions, OfCycles());
  held_.Refuse(kStruggling, grpc::StatusCode::PERMISSION_DENIED);
  ASSERT_EQ(answers_.size(), 1);
  EXPECT_EQ(answers_[0].status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(answers_[0].response, "");
}

TEST_F(FourQuestions, LeaveOtherCallsAsTheyAre) {
  UnaryCall other;
  other.method = "other";
  whole_.Start(std::move(other),
               [&](UnaryAnswer answer) { answers_.push_back(std::move(answer)); });
  EXPECT_THAT(held_.methods, ElementsAre("other"));
  held_.Answer("other", OfCycles());
  EXPECT_EQ(answers_.size(), 1);
}

}  // namespace
}  // namespace throughline::gateway
