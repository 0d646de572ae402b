#include "cycles/offers_service.h"

#include <algorithm>

#include "cycles/domain/offers/offers_fixture.h"
#include "cycles/service_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Teams t of schools s and r share a challenge.
class OffersServiceTest : public ServiceFixture<OffersFixture, v1::OffersService, OffersService> {
 protected:
  OffersServiceTest() {
    PublishPractice("tps", "Think, pair, share");
    MakePromising("tps");
    Analyze("s", "t", {});
    Analyze("r", "t", {});
    Store();
  }
  std::vector<std::string> Listed(v1::ListOffersRequest request) {
    request.set_district("d");
    const auto answer = Call(&Stub::ListOffers, request);
    std::vector<std::string> listed;
    for (const v1::Offer& one : answer->offers()) listed.push_back(InShort(one));
    std::sort(listed.begin(), listed.end());
    return listed;
  }
};

TEST_F(OffersServiceTest, ChallengesAreListedToThoseWhoHaveAPartInThem) {
  v1::ListCommonChallengesRequest request;
  request.set_district("d");
  const auto all = Call(&Stub::ListCommonChallenges, request);
  ASSERT_TRUE(all);
  ASSERT_THAT(all->challenges(), SizeIs(1));
  EXPECT_EQ(all->challenges(0).statement(), "Students retell instead of citing.");
  request.set_school("r");
  request.set_team("t");
  EXPECT_THAT(Call(&Stub::ListCommonChallenges, request)->challenges(), SizeIs(1));
  request.set_team("u");
  EXPECT_THAT(Call(&Stub::ListCommonChallenges, request)->challenges(), IsEmpty());
}

TEST_F(OffersServiceTest, OffersAreFilteredBySchoolTeamStateAndDueDay) {
  EXPECT_THAT(Listed({}), ElementsAre("r/t: s/t", "r/t: tps", "s/t: r/t", "s/t: tps"));
  v1::ListOffersRequest request;
  request.set_school("s");
  EXPECT_THAT(Listed(request), ElementsAre("s/t: r/t", "s/t: tps"));
  request.set_team("u");
  EXPECT_THAT(Listed(request), IsEmpty());
  request.set_team("t");
  const auto answered =
      Call(&Stub::AnswerOffer, AnswerTo(Offered("s/t: tps"), v1::OFFER_ANSWER_TAKE_UP));
  ASSERT_TRUE(answered) << answered.error().message;
  request.set_state(v1::OFFER_STATE_OPEN);
  EXPECT_THAT(Listed(request), ElementsAre("s/t: r/t"));
  request.set_due_before("2026-09-16");
  EXPECT_THAT(Listed(request), IsEmpty());
  request.set_due_before("2026-09-17");
  EXPECT_THAT(Listed(request), ElementsAre("s/t: r/t"));
  request.set_district("d");
  request.set_due_before("soon");
  EXPECT_EQ(Call(&Stub::ListOffers, request).error().reason, "DATE_INVALID");
}

TEST_F(OffersServiceTest, OffersComeInPages) {
  v1::ListOffersRequest request;
  request.set_district("d");
  request.set_page_size(3);
  const auto first = Call(&Stub::ListOffers, request);
  ASSERT_THAT(first->offers(), SizeIs(3));
  request.set_page_token(first->next_page_token());
  EXPECT_THAT(Call(&Stub::ListOffers, request)->offers(), SizeIs(1));
}

TEST_F(OffersServiceTest, ARefusalNamesTheField) {
  auto answer = AnswerTo(Offered("s/t: tps"), v1::OFFER_ANSWER_DECLINE);
  answer.clear_reason();
  const auto refused = Call(&Stub::AnswerOffer, answer);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "REASON_MISSING");
  EXPECT_EQ(refused.error().field, "reason");
}

}  // namespace
}  // namespace throughline::cycles
