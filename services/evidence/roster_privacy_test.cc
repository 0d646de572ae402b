// Who of a roster is put on record, and what goes on in place of ids.
#include "evidence/roster_privacy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evidence/routing_fixture.h"
#include "identities/vault_fixture.h"

namespace throughline::evidence {
namespace {

using identities::Must;

class HiddenRoster : public Routing {
 protected:
  v1::UpdateRosterRequest Hidden(v1::UpdateRosterRequest roster) {
    HiddenRosters rosters(students_.privacy, commands_);
    const auto error = rosters.Hide(roster);
    EXPECT_FALSE(error) << error->message;
    return roster;
  }
  static v1::UpdateRosterRequest Moving(const std::string& student, const std::string& name) {
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school("a");
    roster.add_moves()->set_student(student);
    roster.mutable_moves(0)->set_display_name(name);
    return roster;
  }
  // The whole list of the class of school a.
  v1::EndMissingEnrolmentsRequest Listing(const std::vector<std::string>& students) {
    v1::EndMissingEnrolmentsRequest lists;
    lists.set_request_id("today");
    lists.set_district("d");
    lists.set_school("a");
    lists.add_lists()->set_class_id("c-a");
    lists.mutable_lists(0)->mutable_students()->Assign(students.begin(), students.end());
    lists.add_erased("said by a caller");
    const auto error = HideLists(students_.privacy, rows_, lists);
    EXPECT_FALSE(error) << error->message;
    return lists;
  }
  std::optional<std::string> OnRecord(const std::string& student) {
    return Must(students_.privacy.vault->PseudonymOnRecord("d", student));
  }
  std::string NameOf(const std::string& student) {
    return Must(students_.privacy.vault->Find("d", *OnRecord(student)))->display_name();
  }
};

TEST_F(HiddenRoster, AMoveThatBringsAStudentPutsThemOnRecord) {
  v1::UpdateRosterRequest roster = Moving("700001", "Ada");
  roster.mutable_moves(0)->add_came_to("c-a");
  const auto hidden = Hidden(roster);
  EXPECT_EQ(hidden.moves(0).student(), OnRecord("700001"));
  EXPECT_EQ(hidden.moves(0).display_name(), "");
  EXPECT_EQ(NameOf("700001"), "Ada");
}

TEST_F(HiddenRoster, AMoveOfSomebodyWhoIsNotBroughtPutsNobodyOnRecord) {
  v1::UpdateRosterRequest roster = Moving("staff-1", "A teacher");
  roster.mutable_moves(0)->set_left_school(true);
  const auto hidden = Hidden(roster);
  EXPECT_NE(hidden.moves(0).student(), "staff-1");
  EXPECT_EQ(hidden.moves(0).display_name(), "");
  EXPECT_EQ(OnRecord("staff-1"), std::nullopt);
}

TEST_F(HiddenRoster, AMoveOfAStudentOnRecordSaysTheirNewName) {
  v1::UpdateRosterRequest first = Moving("700001", "Ada");
  first.mutable_moves(0)->add_came_to("c-a");
  const std::string pseudonym = Hidden(first).moves(0).student();
  EXPECT_EQ(Hidden(Moving("700001", "Ada L.")).moves(0).student(), pseudonym);
  EXPECT_EQ(NameOf("700001"), "Ada L.");
  EXPECT_EQ(Hidden(Moving("700001", "")).moves(0).student(), pseudonym);
  EXPECT_EQ(NameOf("700001"), "Ada L.");
}

TEST_F(HiddenRoster, AWholeListMissesNobodyWhoWasErased) {
  const std::vector<std::string> listed = {"604821", "700001"};
  Enroll("a", "700001");
  const auto before = Listing(listed);
  EXPECT_TRUE(before.erased().empty());
  const std::string pseudonym = *OnRecord("604821");
  Must(students_.privacy.vault->Erase("d", {pseudonym}));
  auto lists = Listing(listed);
  EXPECT_THAT(lists.erased(), testing::ElementsAre(pseudonym));
  EXPECT_NE(lists.request_id(), before.request_id()) << "it is another request";
  const auto response = fixture_.Give(lists).AnswerAs<v1::EndMissingEnrolmentsResponse>();
  EXPECT_EQ(response.known(), 1);
  EXPECT_EQ(response.missing(), 0);
  EXPECT_TRUE(response.ends_any());
  EXPECT_TRUE(Listing(listed).erased().empty()) << "they are enrolled no more";
}

TEST_F(HiddenRoster, AWholeListMissesEverybodyElseStill) {
  Enroll("a", "700001");
  Must(students_.privacy.vault->Erase("d", {*OnRecord("604821")}));
  const auto response =
      fixture_.Give(Listing({"604821"})).AnswerAs<v1::EndMissingEnrolmentsResponse>();
  EXPECT_EQ(response.known(), 1);
  EXPECT_EQ(response.missing(), 1);
}

}  // namespace
}  // namespace throughline::evidence
