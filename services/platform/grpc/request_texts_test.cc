#include "platform/grpc/request_texts.h"

#include <gtest/gtest.h>

#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::platform {
namespace {

constexpr char kNoUtf8[] = "M\xfcller";  // Latin-1

std::string FieldAtFault(const google::protobuf::Message& request) {
  const auto checked = CheckTexts(request);
  if (checked) return "";
  EXPECT_EQ(checked.error().reason, "TEXT_NOT_UTF8");
  EXPECT_EQ(checked.error().message.find("ller"), std::string::npos) << "it may be a name";
  return checked.error().field;
}

TEST(RequestTexts, AreUtf8) {
  evidence::v1::UpdateRosterRequest request;
  EXPECT_EQ(FieldAtFault(request), "");
  request.set_district("lakeside");
  request.add_students()->set_display_name("Müller");
  EXPECT_EQ(FieldAtFault(request), "");
}

TEST(RequestTexts, TheFieldAtFaultIsNamedWhereverItIs) {
  evidence::v1::UpdateRosterRequest roster;
  roster.set_school(kNoUtf8);
  EXPECT_EQ(FieldAtFault(roster), "school");
  roster.set_school("north");
  roster.add_students()->set_display_name("Ada");
  roster.add_students()->set_display_name(kNoUtf8);
  EXPECT_EQ(FieldAtFault(roster), "students[1].display_name");
  evidence::v1::EraseStudentsRequest erase;
  erase.add_students("1");
  erase.add_students(kNoUtf8);
  EXPECT_EQ(FieldAtFault(erase), "students[1]");
}

}  // namespace
}  // namespace throughline::platform
