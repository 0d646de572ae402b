#include "cycles/domain/look_fors.h"

#include <cmath>
#include <random>

#include "cycles/domain/visit_fixture.h"

namespace throughline::cycles {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LookForsTest : public VisitFixture {
 protected:
  std::string RefusalOf(const std::function<void(v1::LookFor&)>& change) {
    auto request = PrepareRequest(visit_);
    change(*request.mutable_look_fors(1));
    return ReasonOf(fixture_.Give(request));
  }
  std::string RoomRefusalOf(const std::function<void(v1::VisitRoom&)>& change) {
    auto request = RoomRequest(visit_, "a", true, 2);
    change(*request.mutable_room());
    return ReasonOf(fixture_.Give(request));
  }
  v1::Visit visit_ = VisitIn(v1::VISIT_STATE_PACKET);
};

TEST_F(LookForsTest, LookForIsOfAPracticeOrOfAnIndicator) {
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_practice("p"); }), "LOOK_FOR_INVALID") << "of both";
  EXPECT_EQ(RefusalOf([](auto& one) { one.clear_indicator(); }), "LOOK_FOR_INVALID") << "of none";
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_indicator("no id"); }), "LOOK_FOR_INVALID");
  EXPECT_EQ(RefusalOf([](auto& one) { one.clear_statement(); }), "NOTHING_SAID");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_look_for("questions"); }), "LOOK_FORS_INVALID");
}

TEST_F(LookForsTest, LookForIsSeenOrRatedFromOneToTenLevels) {
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_levels(1); }), "LOOK_FOR_INVALID");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_levels(11); }), "LOOK_FOR_INVALID");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_seen_from(5); }), "LOOK_FOR_INVALID");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_levels(0); }), "LOOK_FOR_INVALID");
  EXPECT_EQ(RefusalOf([](auto& one) { one.set_levels(10); }), "");
}

TEST_F(LookForsTest, RoomIsRatedAsItsLookForsAre) {
  EXPECT_EQ(RoomRefusalOf([](auto& room) { room.mutable_seen(0)->set_look_for("x"); }),
            "LOOK_FOR_UNKNOWN");
  EXPECT_EQ(RoomRefusalOf([](auto& room) { room.mutable_seen(0)->clear_seen(); }), "ROOM_INVALID");
  EXPECT_EQ(RoomRefusalOf([](auto& room) { room.mutable_seen(1)->set_seen(true); }),
            "ROOM_INVALID");
  EXPECT_EQ(RoomRefusalOf([](auto& room) { room.mutable_seen(1)->set_level(5); }), "ROOM_INVALID");
  EXPECT_EQ(RoomRefusalOf([](auto& room) { *room.add_seen() = room.seen(0); }), "ROOM_INVALID");
}

TEST_F(LookForsTest, RoomHasGradeSubjectAndMinutes) {
  EXPECT_EQ(RoomRefusalOf([](auto& room) { room.clear_grade(); }), "NOTHING_SAID");
  EXPECT_EQ(RoomRefusalOf([](auto& room) { room.clear_subject(); }), "NOTHING_SAID");
  EXPECT_EQ(RoomRefusalOf([](auto& room) { room.set_minutes(0); }), "ROOM_INVALID");
  EXPECT_EQ(RoomRefusalOf([](auto& room) { room.add_notes(std::string(501, 'x')); }),
            "TEXT_TOO_LONG");
  EXPECT_EQ(RoomRefusalOf([](auto& room) {
              for (int i = 0; i < 10; ++i) room.add_notes("Another.");
            }),
            "ROOM_INVALID");
}

TEST_F(LookForsTest, ShareIsOfTheRoomsInWhichItWasLookedFor) {
  for (int i = 0; i < 6; ++i) {
    Accept(RoomRequest(visit_, std::to_string(i), i < 3, i == 5 ? 0 : i));
  }
  End(visit_, v1::VISIT_STATE_PACKET);
  EXPECT_EQ(Now(visit_).rooms(), 6);
  const v1::LookForShare& questions = Now(visit_).shares(0);
  EXPECT_EQ(questions.rooms(), 6);
  EXPECT_EQ(questions.seen(), 3);
  EXPECT_EQ(questions.share(), 0.5);
  // R: prop.test(3, 6, correct = FALSE).
  EXPECT_NEAR(questions.share_low(), 0.1876, 5e-5);
  EXPECT_NEAR(questions.share_high(), 0.8124, 5e-5);
  EXPECT_EQ(Now(visit_).shares(1).rooms(), 4) << "rooms 1 to 4 were rated";
  EXPECT_EQ(Now(visit_).shares(1).seen(), 2) << "from level 3 on";
  EXPECT_THAT(Now(visit_).shares(1).rooms_by_level(), ElementsAre(1, 1, 1, 1));
  EXPECT_EQ(Now(visit_).shares(1).mean_level(), 2.5);
  EXPECT_THAT(questions.rooms_by_level(), IsEmpty()) << "it is seen or not";
  EXPECT_FALSE(questions.has_mean_level());
}

TEST_F(LookForsTest, UnderFourRoomsNothingIsShown) {
  for (int i = 0; i < 3; ++i) Accept(RoomRequest(visit_, std::to_string(i), true, 1));
  End(visit_, v1::VISIT_STATE_PACKET);
  EXPECT_FALSE(Now(visit_).has_rooms());
  for (const v1::LookForShare& share : Now(visit_).shares()) {
    EXPECT_TRUE(share.suppressed());
    EXPECT_FALSE(share.has_rooms() || share.has_seen() || share.has_share() ||
                 share.has_share_low() || share.has_share_high() || share.has_mean_level());
    EXPECT_THAT(share.rooms_by_level(), IsEmpty());
  }
}

TEST_F(LookForsTest, NothingIsShownUntilTheVisitWasHeld) {
  for (int i = 0; i < 6; ++i) {
    const v1::Visit before = Now(visit_);
    Accept(RoomRequest(visit_, std::to_string(i), true, 1));
    EXPECT_EQ(Now(visit_).SerializeAsString(), before.SerializeAsString()) << "not even a version";
  }
  End(visit_, v1::VISIT_STATE_PACKET);
  EXPECT_EQ(ReasonOf(fixture_.Give(RoomRequest(visit_, "more", true, 1))), "WRONG_STEP");
}

TEST(LookForNotes, AreThoseOfFourRoomsWithoutTheirRooms) {
  std::vector<v1::VisitRoom> rooms(4);
  for (int i = 0; i < 3; ++i) rooms[i].add_notes("Note " + std::to_string(3 - i));
  EXPECT_THAT(NotesOf(rooms).notes, IsEmpty());
  EXPECT_TRUE(NotesOf(rooms).suppressed);
  rooms[3].add_notes("A note");
  rooms[3].add_notes("Note 2");
  EXPECT_THAT(NotesOf(rooms).notes, ElementsAre("A note", "Note 1", "Note 2", "Note 3"));
}

// What readers are ever shown of the visits of three schools, one visit after the other: the visit,
// its notes, and the sums of each school and of the district after it.
class ShownOfVisits {
 public:
  using Rooms = std::vector<v1::VisitRoom>;  // of one visit

  static std::vector<std::string> Of(const std::vector<Rooms>& all) {
    std::vector<std::string> shown;
    std::vector<v1::Visit> visits;
    for (size_t i = 0; i < all.size(); ++i) {
      v1::Visit& visit = visits.emplace_back();
      visit.set_host("school-" + std::to_string(i % 3));
      visit.set_date("2026-10-0" + std::to_string(i + 1));
      visit.set_state(v1::VISIT_STATE_HELD);
      for (const char* one : {"talk", "citing"}) visit.add_look_fors()->set_look_for(one);
      SetShares(visit, all[i]);
      shown.push_back(visit.SerializeAsString());
      const Notes notes = NotesOf(all[i]);
      shown.insert(shown.end(), notes.notes.begin(), notes.notes.end());
      shown.emplace_back(notes.suppressed ? "suppressed" : "all of them");
      for (const char* school : {"", "school-0", "school-1", "school-2"}) {
        AddFindings(visits, school, shown);
      }
    }
    return shown;
  }

 private:
  static void AddFindings(std::vector<v1::Visit> visits, const std::string& school,
                          std::vector<std::string>& shown) {
    std::erase_if(
        visits, [&](const v1::Visit& visit) { return !school.empty() && visit.host() != school; });
    for (const v1::VisitFinding& one : FindingsOf(visits)) {
      shown.push_back(one.SerializeAsString());
    }
  }
};

v1::VisitRoom AnyRoom(std::mt19937& random) {
  v1::VisitRoom room;
  for (const char* look_for : {"talk", "citing"}) {
    if (random() % 3 == 0) continue;  // it was not looked for
    room.add_seen()->set_look_for(look_for);
    room.mutable_seen()->rbegin()->set_seen(random() % 2 == 0);
  }
  return room;
}

int RoomsWith(const std::vector<v1::VisitRoom>& rooms, const std::string& look_for) {
  int count = 0;
  for (const v1::VisitRoom& room : rooms) {
    for (const v1::LookForSeen& one : room.seen()) count += one.look_for() == look_for ? 1 : 0;
  }
  return count;
}

// Two districts that differ in what was seen in a room of a visit that has fewer than four of a
// look-for: whatever readers add and subtract, of all views at all moments, they see the same.
TEST(LookForSums, DoNotTellOfFewerThanFourRooms) {
  std::mt19937 random(7);
  int differing = 0;
  for (int run = 0; run < 300; ++run) {
    std::vector<ShownOfVisits::Rooms> one(6);
    for (auto& rooms : one) {
      rooms.resize(random() % 9);
      for (v1::VisitRoom& room : rooms) room = AnyRoom(random);
    }
    auto other = one;
    auto& rooms = other[random() % other.size()];
    if (rooms.empty()) continue;
    bool differs = false;
    for (v1::LookForSeen& seen : *rooms[random() % rooms.size()].mutable_seen()) {
      if (RoomsWith(rooms, seen.look_for()) >= 4) continue;
      seen.set_seen(!seen.seen());
      differs = true;
    }
    if (!differs) continue;
    ++differing;
    ASSERT_EQ(ShownOfVisits::Of(one), ShownOfVisits::Of(other));
  }
  EXPECT_GT(differing, 30);
}

TEST(LookForSums, DoNotTellWhetherThereWasAThirdRoom) {
  std::mt19937 random(8);
  std::vector<ShownOfVisits::Rooms> two(1, ShownOfVisits::Rooms(2));
  for (v1::VisitRoom& room : two[0]) room = AnyRoom(random);
  auto three = two;
  three[0].push_back(AnyRoom(random));
  three[0].back().add_notes("Another note.");
  EXPECT_EQ(ShownOfVisits::Of(two), ShownOfVisits::Of(three));
}

TEST(LookForSums, KeepApartWhatIsOfAnotherPracticeOrIndicator) {
  std::vector<v1::Visit> visits(3);
  for (size_t i = 0; i < visits.size(); ++i) {
    visits[i].set_host("school-" + std::to_string(i));
    visits[i].set_state(v1::VISIT_STATE_HELD);
    visits[i].set_date("2026-10-0" + std::to_string(i + 1));
    v1::LookFor& look_for = *visits[i].add_look_fors();
    look_for.set_look_for("talk");
    look_for.set_statement("As visit " + std::to_string(i) + " says it.");
    look_for.set_practice(i < 2 ? "discussion" : "debate");
    std::vector<v1::VisitRoom> rooms(4);
    for (v1::VisitRoom& room : rooms) {
      room.add_seen()->set_look_for("talk");
      room.mutable_seen(0)->set_seen(true);
    }
    SetShares(visits[i], rooms);
  }
  const auto findings = FindingsOf(visits);
  ASSERT_EQ(findings.size(), 2);
  EXPECT_EQ(findings[0].look_for().practice(), "debate");
  EXPECT_EQ(findings[1].rooms(), 8);
  EXPECT_EQ(findings[1].schools(), 2);
  EXPECT_EQ(findings[1].look_for().statement(), "As visit 1 says it.");
}

}  // namespace
}  // namespace throughline::cycles
