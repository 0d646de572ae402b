#include "plans/domain/emergency_access.h"

#include "plans/domain/plans_fixture.h"

namespace throughline::plans {
namespace {

using std::chrono::minutes;

class EmergencyAccessTest : public PlansFixture {
 protected:
  EmergencyAccessTest() { FoundSchool(); }

  static common::v1::Caller CallerOf(const std::string& subject, common::v1::Role role) {
    common::v1::Caller caller;
    caller.set_subject(subject);
    caller.set_role(role);
    return caller;
  }
  static v1::TakeEmergencyAccessRequest TakeRequest(const std::string& subject = "lea") {
    v1::TakeEmergencyAccessRequest take;
    take.set_district("d");
    take.set_school("s");
    take.set_reason("A child is missing after the trip.");
    take.set_minutes(30);
    *take.mutable_caller() = CallerOf(subject, common::v1::ROLE_DISTRICT_LEADER);
    return take;
  }
  v1::EmergencyAccess Take(const v1::TakeEmergencyAccessRequest& request = TakeRequest()) {
    return Done(request).AnswerAs<v1::TakeEmergencyAccessResponse>().access();
  }
  static v1::EndEmergencyAccessRequest EndRequest(
      const v1::EmergencyAccess& access, const std::string& subject = "lea",
      common::v1::Role role = common::v1::ROLE_DISTRICT_LEADER) {
    v1::EndEmergencyAccessRequest end;
    end.set_district("d");
    end.set_school("s");
    end.set_access(access.access());
    *end.mutable_caller() = CallerOf(subject, role);
    return end;
  }
};

TEST_F(EmergencyAccessTest, SaysWhoWhereWhyAndUntilWhen) {
  const auto outcome = Done(TakeRequest());
  const auto& access = outcome.AnswerAs<v1::TakeEmergencyAccessResponse>().access();
  EXPECT_EQ(access.district(), "d");
  EXPECT_EQ(access.school(), "s");
  EXPECT_EQ(access.subject(), "lea");
  EXPECT_EQ(access.role(), "district_leader");
  EXPECT_EQ(access.reason(), "A child is missing after the trip.");
  EXPECT_EQ(access.from_ms(), core::ToMillis(fixture_.now()));
  EXPECT_EQ(access.until_ms(), core::ToMillis(fixture_.now() + minutes(30)));
  EXPECT_EQ(access.ended_ms(), 0);
  ASSERT_NE(outcome.First<v1::EmergencyAccessTaken>(), nullptr);
}

TEST_F(EmergencyAccessTest, LastsAnHourUnlessSomethingElseIsSaid) {
  auto take = TakeRequest();
  take.clear_minutes();
  EXPECT_EQ(Take(take).until_ms(), core::ToMillis(fixture_.now() + minutes(60)));
}

TEST_F(EmergencyAccessTest, IsRefusedByTheFieldThatMakesNoSense) {
  const auto refusal = [this](auto change) { return RefusalOf(TakeRequest(), change); };
  EXPECT_EQ(refusal([](auto& take) { take.clear_reason(); }), "REASON_MISSING reason");
  EXPECT_EQ(refusal([](auto& take) { take.set_reason("urgent          "); }),
            "REASON_MISSING reason");
  EXPECT_EQ(refusal([](auto& take) { take.set_reason("Ää Öö Üü"); }), "REASON_MISSING reason")
      << "eight characters, of fourteen bytes";
  EXPECT_EQ(refusal([](auto& take) { take.set_reason(std::string(501, 'x')); }),
            "REASON_MISSING reason");
  EXPECT_EQ(refusal([](auto& take) { take.set_reason("A child is\x1b[2J missing."); }),
            "TEXT_NOT_PRINTABLE reason");
  EXPECT_EQ(refusal([](auto& take) { take.set_minutes(-1); }), "OUT_OF_RANGE minutes");
  EXPECT_EQ(refusal([](auto& take) { take.set_minutes(1441); }), "OUT_OF_RANGE minutes");
  EXPECT_EQ(refusal([](auto& take) { take.set_school("r"); }), "SCHOOL_UNKNOWN school");
  EXPECT_EQ(refusal([](auto& take) { take.clear_school(); }), "ID_INVALID school");
  EXPECT_EQ(refusal([](auto& take) { take.set_district("e"); }), "DISTRICT_UNKNOWN district");
}

TEST_F(EmergencyAccessTest, AReasonIsAsLongAsItsCharacters) {
  auto take = TakeRequest();
  std::string reason;
  for (int i = 0; i < 500; ++i) reason += "ä";
  take.set_reason(reason);
  EXPECT_EQ(Take(take).reason(), reason);
}

TEST_F(EmergencyAccessTest, IsHeldOncePersonAndSchool) {
  Take();
  EXPECT_EQ(Refusal(TakeRequest()), "EMERGENCY_ACCESS_HELD school");
  Take(TakeRequest("leo"));
}

TEST_F(EmergencyAccessTest, EndsWhenItsTimeIsOver) {
  const auto access = Take();
  EXPECT_TRUE(fixture_.AdvanceTo(fixture_.now() + minutes(29)).events.empty());
  const auto over = fixture_.AdvanceTo(fixture_.now() + minutes(1));
  const auto* ended = over.First<v1::EmergencyAccessEnded>();
  ASSERT_NE(ended, nullptr);
  EXPECT_EQ(ended->access().SerializeAsString(), access.SerializeAsString())
      << "nobody gave it back";
  Take();
}

TEST_F(EmergencyAccessTest, EndsOnceWhenItIsGivenBack) {
  const auto access = Take();
  fixture_.AdvanceTo(fixture_.now() + minutes(5));
  const auto first = Done(EndRequest(access));
  ASSERT_NE(first.First<v1::EmergencyAccessEnded>(), nullptr);
  EXPECT_EQ(first.AnswerAs<v1::EndEmergencyAccessResponse>().access().ended_ms(),
            core::ToMillis(fixture_.now()));
  ExpectNothingToDecide(EndRequest(access), first);
  EXPECT_TRUE(fixture_.AdvanceTo(fixture_.now() + minutes(60)).events.empty());
}

TEST_F(EmergencyAccessTest, IsEndedByWhoeverTookItOrAPrivacyOfficer) {
  const auto access = Take();
  EXPECT_EQ(Refusal(EndRequest(access, "leo")), "NOT_YOURS_TO_END access");
  EXPECT_EQ(Refusal(EndRequest(access, "ada", common::v1::ROLE_DISTRICT_ADMINISTRATOR)),
            "NOT_YOURS_TO_END access");
  const auto ended = Done(EndRequest(access, "pia", common::v1::ROLE_PRIVACY_OFFICER));
  EXPECT_NE(ended.First<v1::EmergencyAccessEnded>(), nullptr);
}

TEST_F(EmergencyAccessTest, IsKnownByItsSchool) {
  Done(SchoolRequest("r"));
  auto end = EndRequest(Take());
  end.set_school("r");
  EXPECT_EQ(Refusal(end), "EMERGENCY_ACCESS_UNKNOWN access");
}

TEST_F(EmergencyAccessTest, IdsOfLaterOnesComeFirst) {
  const auto first = Take();
  fixture_.AdvanceTo(fixture_.now() + minutes(31));
  EXPECT_LT(Take().access(), first.access());
}

}  // namespace
}  // namespace throughline::plans
