#include "cycles/domain/visit_packet.h"

#include "cycles/domain/visit_fixture.h"
#include "disclosure/disclose.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class VisitPacketTest : public VisitFixture {
 protected:
  const v1::VisitPacket* PacketNow(const v1::Visit& visit) {
    return fixture_.state().Find(kVisitPackets, JoinKey("d", "s", visit.visit()));
  }
};

TEST_F(VisitPacketTest, IsTheEvidenceAsItStoodThatMorning) {
  const v1::Visit visit = Plan("2026-09-04");
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  Schedule("u", "2026-09-14");
  AdvanceTo("2026-09-02");
  fixture_.Give(AnalysisRequest(cycle));
  Bring(cycle, v1::CYCLE_STATE_IMPLEMENT);
  fixture_.Give(Summarized(cycle, Numbers(20)));
  fixture_.Give(Moved(cycle, common::v1::TRIGGER_OFF_TRACK, true));
  AdvanceTo("2026-09-04");
  fixture_.Give(Summarized(cycle, Numbers(24)));

  const v1::VisitPacket& packet = *PacketNow(visit);
  EXPECT_EQ(packet.taken_at_ms(), core::ToMillis(MidnightOf("2026-09-04")));
  ASSERT_EQ(packet.cycles_size(), 2);
  EXPECT_EQ(packet.cycles(0).team(), "t");
  EXPECT_EQ(packet.cycles(0).state(), v1::CYCLE_STATE_IMPLEMENT);
  EXPECT_EQ(packet.cycles(0).problem_of_practice(), "Questions ask for recall only.");
  EXPECT_THAT(packet.cycles(0).practices(), ElementsAre("text-dependent-questions"));
  EXPECT_THAT(packet.cycles(0).indicators(), ElementsAre(kIndicator));
  EXPECT_EQ(packet.cycles(0).evidence(0).matched(), 20) << "what came later is not in it";
  EXPECT_EQ(packet.cycles(1).state(), v1::CYCLE_STATE_SCHEDULED);
  ASSERT_EQ(packet.reviews_size(), 1);
  EXPECT_EQ(packet.reviews(0).trigger(), common::v1::TRIGGER_OFF_TRACK);
  EXPECT_THAT(packet.commitments(), IsEmpty()) << "it is the first one";
}

TEST_F(VisitPacketTest, ShowsNoNumberOfFewerStudentsThanMayBeShown) {
  const v1::Visit visit = Plan("2026-09-04");
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-09-02");
  fixture_.Give(Summarized(cycle, Numbers(9)));
  AdvanceTo("2026-09-04");
  v1::VisitPacket packet = *PacketNow(visit);
  EXPECT_EQ(packet.cycles(0).evidence(0).matched(), 9) << "kept, and hidden from readers";
  disclosure::HideSmallCells(packet, 10);
  EXPECT_FALSE(packet.cycles(0).evidence(0).has_matched());
  EXPECT_FALSE(packet.cycles(0).evidence(0).has_effect());
  EXPECT_EQ(packet.cycles(0).evidence(0).absent(), common::v1::ABSENCE_REASON_SMALL_CELL);
}

TEST_F(VisitPacketTest, BeginsWithTheCommitmentsOfTheVisitsBefore) {
  const v1::Visit first = VisitIn(v1::VISIT_STATE_DEBRIEFED, "2026-09-02");
  AnswerWith(first, "1", v1::COMMITMENT_OUTCOME_KEPT);
  VisitIn(v1::VISIT_STATE_FOLLOWED_UP, "2026-09-22");
  const v1::Visit third = VisitIn(v1::VISIT_STATE_PACKET);
  std::vector<std::string> said;
  for (const auto& one : PacketNow(third)->commitments()) {
    said.push_back(one.date() + ' ' + one.commitment().commitment() + ' ' +
                   std::to_string(one.commitment().outcome()));
  }
  EXPECT_THAT(said, ElementsAre("2026-09-02 try 0", "2026-09-22 1 1", "2026-09-22 try 2"));
}

TEST_F(VisitPacketTest, SaysOnlyTheBeginningOfALongProblem) {
  const v1::Visit visit = Plan("2026-09-04");
  const v1::Cycle cycle = Schedule("t", "2026-08-31");
  AdvanceTo("2026-08-31");
  auto analysis = AnalysisRequest(cycle);
  // 501 bytes, the last character of three bytes across the limit.
  analysis.mutable_analysis()->set_problem_of_practice(std::string(498, 'x') + "→ and so on");
  fixture_.Give(analysis);
  AdvanceTo("2026-09-04");
  EXPECT_EQ(PacketNow(visit)->cycles(0).problem_of_practice(), std::string(498, 'x') + "…");
}

}  // namespace
}  // namespace throughline::cycles
