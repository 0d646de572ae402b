#include "cycles/waves_service.h"

#include "cycles/domain/practices/practices_fixture.h"
#include "cycles/service_fixture.h"

namespace throughline::cycles {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class WavesServiceTest : public ServiceFixture<PracticesFixture, v1::WavesService, WavesService> {
 protected:
  WavesServiceTest() {
    PublishPractice("tps", "Think, pair, share");
    SetTeam("gone", false, 1);
    Store();
    v1::PlanWaveRequest request;
    request.set_district("d");
    request.set_practice("tps");
    request.set_ask_by("2026-08-28");
    request.add_starts()->set_date("2026-08-31");
    request.mutable_starts(0)->set_places(1);
    wave_ = Call(&Stub::PlanWave, request)->wave();
  }
  template <class Request>
  Request About() const {
    Request request;
    request.set_district("d");
    request.set_wave(wave_.wave());
    return request;
  }
  std::string ReasonOfAsking(const std::string& school, const std::string& team) {
    auto ask = About<v1::AskForPlaceRequest>();
    ask.set_school(school);
    ask.set_team(team);
    const auto asked = Call(&Stub::AskForPlace, ask);
    return asked ? "" : asked.error().reason;
  }

  v1::Wave wave_;
};

TEST_F(WavesServiceTest, TeamsAskAndADrawSaysWhoBegins) {
  EXPECT_EQ(ReasonOfAsking("s", "t"), "");
  EXPECT_EQ(ReasonOfAsking("s", "u"), "");
  auto draw = About<v1::DrawWaveRequest>();
  draw.set_seed("2026");
  ASSERT_TRUE(Call(&Stub::DrawWave, draw));
  const auto read = Call(&Stub::GetWave, About<v1::GetWaveRequest>());
  ASSERT_TRUE(read);
  ASSERT_THAT(read->wave().teams(), SizeIs(2));
  EXPECT_EQ(read->wave().teams(0).begins_on(), "2026-08-31");
  EXPECT_EQ(read->wave().teams(1).begins_on(), "");
  auto cancel = About<v1::CancelWaveRequest>();
  cancel.set_reason("The coach is ill.");
  EXPECT_EQ(Call(&Stub::CancelWave, cancel)->wave().state(), v1::WAVE_STATE_CANCELLED);
}

TEST_F(WavesServiceTest, ATeamThatIsNotThereOrNotActiveGetsNoPlace) {
  EXPECT_EQ(ReasonOfAsking("", "t"), "ID_MISSING");
  EXPECT_EQ(ReasonOfAsking("s", "nobody"), "TEAM_UNKNOWN");
  EXPECT_EQ(ReasonOfAsking("r", "t"), "TEAM_UNKNOWN");
  EXPECT_EQ(ReasonOfAsking("s", "gone"), "TEAM_INACTIVE");
}

TEST_F(WavesServiceTest, WavesAreListedByPracticeAndState) {
  v1::ListWavesRequest request;
  request.set_district("d");
  request.set_practice("tps");
  request.set_state(v1::WAVE_STATE_OPEN);
  EXPECT_THAT(Call(&Stub::ListWaves, request)->waves(), SizeIs(1));
  request.set_state(v1::WAVE_STATE_DRAWN);
  EXPECT_THAT(Call(&Stub::ListWaves, request)->waves(), IsEmpty());
  request.clear_state();
  request.set_practice("other");
  EXPECT_THAT(Call(&Stub::ListWaves, request)->waves(), IsEmpty());
  auto unknown = About<v1::GetWaveRequest>();
  unknown.set_wave("none");
  EXPECT_EQ(Call(&Stub::GetWave, unknown).error().reason, "WAVE_UNKNOWN");
}

}  // namespace
}  // namespace throughline::cycles
