#include "importing/entry_at_fault.h"

#include <gtest/gtest.h>

#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::importing {
namespace {

TEST(EntryAtFaultTest, IsReadFromThePathOfAField) {
  auto entry = ParseEntryAtFault("assessments[31].scale_max");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->list, "assessments");
  EXPECT_EQ(entry->index, 31);
  EXPECT_TRUE(ParseEntryAtFault("students[0]"));
}

TEST(EntryAtFaultTest, OtherFieldsNameNoEntry) {
  for (const char* field :
       {"", "district", "a]0[", "a[]", "a[x]", "a[1x]", "a[-1]", "a[", "a[99999999999999999999]"}) {
    EXPECT_FALSE(ParseEntryAtFault(field)) << field;
  }
}

TEST(EntryAtFaultTest, IsTakenOutAndTheOthersKeepTheirOrder) {
  evidence::v1::UpdateRosterRequest request;
  for (const char* student : {"a", "b", "c", "d"}) request.add_students()->set_student(student);
  ASSERT_TRUE(TakeOut({"students", 1}, request));
  ASSERT_EQ(request.students_size(), 3);
  EXPECT_EQ(request.students(0).student(), "a");
  EXPECT_EQ(request.students(1).student(), "c");
  EXPECT_EQ(request.students(2).student(), "d");
}

TEST(EntryAtFaultTest, OneThatIsNotThereIsNotTakenOut) {
  evidence::v1::UpdateRosterRequest request;
  request.add_students();
  EXPECT_FALSE(TakeOut({"students", 1}, request));
  EXPECT_FALSE(TakeOut({"pupils", 0}, request));
  EXPECT_FALSE(TakeOut({"district", 0}, request));
  EXPECT_EQ(request.students_size(), 1);
}

}  // namespace
}  // namespace throughline::importing
