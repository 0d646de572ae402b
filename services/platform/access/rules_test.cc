#include "platform/access/rules.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "core/ids.h"

namespace throughline::platform {
namespace {

using common::v1::Role;
using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptorProto;
using google::protobuf::TextFormat;
using testing::HasSubstr;

constexpr char kMessages[] = R"(
  name: "t.proto" package: "t" syntax: "proto3"
  message_type { name: "Answer" }
  message_type {
    name: "Ask"
    field { name: "district" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "school" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "team" number: 3 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "thing" number: 4 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "names" number: 5 type: TYPE_STRING label: LABEL_REPEATED }
    field { name: "count" number: 6 type: TYPE_INT32 label: LABEL_OPTIONAL }
  }
  message_type {
    name: "Wide"
    field { name: "district" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
  }
  message_type {
    name: "Nested"
    field { name: "ask" number: 1 type: TYPE_MESSAGE type_name: ".t.Ask" label: LABEL_OPTIONAL }
  }
)";

// A service of one method, for a request and a rule.
class RulesTest : public testing::Test {
 protected:
  // "" or why the rule is refused.
  std::string Make(const std::string& request, const std::string& allowed) {
    FileDescriptorProto file;
    EXPECT_TRUE(TextFormat::ParseFromString(kMessages, &file));
    auto& service = *file.add_service();
    service.set_name("Service");
    for (const char* name : {"Method", "Other"}) {
      auto& method = *service.add_method();
      method.set_name(name);
      method.set_input_type(name == std::string("Other") ? ".t.Answer" : ".t." + request);
      method.set_output_type(".t.Answer");
    }
    if (allowed != "no rule") {
      EXPECT_TRUE(TextFormat::ParseFromString(
          allowed,
          service.mutable_method(0)->mutable_options()->MutableExtension(common::v1::allowed)));
    }
    rules_ = {};
    messages_.reset();
    pool_ = std::make_unique<DescriptorPool>(DescriptorPool::generated_pool());
    messages_ = std::make_unique<google::protobuf::DynamicMessageFactory>();
    const auto* built = pool_->BuildFile(file);
    auto rules = Rules::Of(*built->service(0));
    if (!rules) return rules.error().message;
    rules_ = std::move(*rules);
    return "";
  }
  std::unique_ptr<google::protobuf::Message> Request(const std::string& type,
                                                     const std::string& text) {
    const auto* descriptor = pool_->FindMessageTypeByName("t." + type);
    std::unique_ptr<google::protobuf::Message> request(messages_->GetPrototype(descriptor)->New());
    EXPECT_TRUE(TextFormat::ParseFromString(text, request.get()));
    return request;
  }
  bool May(const Principal& caller, const std::string& text, const std::string& type = "Ask") {
    const auto request = Request(type, text);
    const Rule* rule = rules_.Find(*request);
    return rule != nullptr && Allows(*rule, caller, *request);
  }
  static Principal Of(Role role, const std::string& school = "", const std::string& team = "") {
    return {"somebody", "d", role, school, team, {}};
  }

  std::unique_ptr<DescriptorPool> pool_;
  std::unique_ptr<google::protobuf::DynamicMessageFactory> messages_;
  Rules rules_;
  const Principal admin_ = Of(common::v1::ROLE_DISTRICT_ADMINISTRATOR);
  const Principal leader_ = Of(common::v1::ROLE_SCHOOL_LEADER, "s");
  const Principal member_ = Of(common::v1::ROLE_TEAM_MEMBER, "s", "t");
  const Principal observer_ = Of(common::v1::ROLE_OBSERVER);
  const Principal school_observer_ = Of(common::v1::ROLE_OBSERVER, "s");
};

constexpr char kAll[] =
    "roles: [ROLE_DISTRICT_ADMINISTRATOR, ROLE_SCHOOL_LEADER, ROLE_TEAM_MEMBER, ROLE_OBSERVER]";

TEST_F(RulesTest, AMethodWithoutARuleIsRefusedToEverybody) {
  ASSERT_EQ(Make("Ask", "no rule"), "");
  EXPECT_FALSE(May(admin_, "district: 'd'"));
}

TEST_F(RulesTest, ARoleThatIsNotNamedIsRefused) {
  ASSERT_EQ(Make("Ask", "roles: [ROLE_SCHOOL_LEADER]"), "");
  EXPECT_FALSE(May(admin_, "district: 'd' school: 's'"));
  EXPECT_TRUE(May(leader_, "district: 'd' school: 's'"));
  EXPECT_FALSE(May(Of(common::v1::ROLE_UNSPECIFIED), "district: 'd' school: 's'"));
}

TEST_F(RulesTest, ADistrictsRoleIsHeldToTheDistrict) {
  ASSERT_EQ(Make("Ask", kAll), "");
  EXPECT_TRUE(May(admin_, "district: 'd'"));
  EXPECT_TRUE(May(admin_, "district: 'd' school: 'r' team: 'u'"));
  EXPECT_FALSE(May(admin_, "district: 'e'"));
  EXPECT_FALSE(May(admin_, "district: 'D'"));
  EXPECT_FALSE(May(admin_, ""));
  EXPECT_TRUE(May(observer_, "district: 'd'"));
}

TEST_F(RulesTest, ASchoolsRoleIsHeldToTheSchool) {
  ASSERT_EQ(Make("Ask", kAll), "");
  for (const Principal& caller : {leader_, school_observer_}) {
    EXPECT_TRUE(May(caller, "district: 'd' school: 's'"));
    EXPECT_TRUE(May(caller, "district: 'd' school: 's' team: 'u'"));
    EXPECT_FALSE(May(caller, "district: 'd' school: 'r'"));
    EXPECT_FALSE(May(caller, "district: 'd'"));
    EXPECT_FALSE(May(caller, "district: 'e' school: 's'"));
  }
}

TEST_F(RulesTest, ATeamsRoleIsHeldToTheTeam) {
  ASSERT_EQ(Make("Ask", kAll), "");
  EXPECT_TRUE(May(member_, "district: 'd' school: 's' team: 't'"));
  EXPECT_FALSE(May(member_, "district: 'd' school: 's' team: 'u'"));
  EXPECT_FALSE(May(member_, "district: 'd' school: 's'"));
  EXPECT_FALSE(May(member_, "district: 'd' school: 'r' team: 't'"));
}

TEST_F(RulesTest, AThingThatIsATeamsIsKnownByItsId) {
  ASSERT_EQ(Make("Ask", std::string(kAll) + " team_owned_field: 'thing' team_field: 'team'"), "");
  const auto id = [](const char* district, const char* team) {
    return " thing: '" + core::DerivedId({district, "s", team}) + "-00001'";
  };
  const std::string place = "district: 'd' school: 's' team: 't'";
  EXPECT_TRUE(May(member_, place + id("d", "t")));
  EXPECT_FALSE(May(member_, place + id("d", "u")));
  EXPECT_FALSE(May(member_, place + id("e", "t")));
  EXPECT_FALSE(May(member_, place));
  EXPECT_TRUE(May(leader_, place + id("d", "u")));
}

TEST_F(RulesTest, WhatIsAboutTheDistrictIsRefusedToASchoolUnlessTheRuleSaysSo) {
  ASSERT_EQ(Make("Wide", "roles: [ROLE_OBSERVER]"), "");
  EXPECT_TRUE(May(observer_, "district: 'd'", "Wide"));
  EXPECT_FALSE(May(school_observer_, "district: 'd'", "Wide"));
  ASSERT_EQ(Make("Wide", std::string(kAll) + " about_the_district: true"), "");
  EXPECT_TRUE(May(school_observer_, "district: 'd'", "Wide"));
  EXPECT_TRUE(May(member_, "district: 'd'", "Wide"));
  EXPECT_FALSE(May(member_, "district: 'e'", "Wide"));
}

TEST_F(RulesTest, PathsLeadThroughMessages) {
  ASSERT_EQ(Make("Nested", std::string(kAll) +
                               " district_field: 'ask.district' school_field: 'ask.school'"
                               " team_field: 'ask.team'"),
            "");
  EXPECT_TRUE(May(leader_, "ask { district: 'd' school: 's' }", "Nested"));
  EXPECT_FALSE(May(leader_, "ask { district: 'd' }", "Nested"));
  EXPECT_FALSE(May(leader_, "", "Nested"));
  EXPECT_FALSE(May(admin_, "", "Nested"));
  EXPECT_TRUE(May(member_, "ask { district: 'd' school: 's' team: 't' }", "Nested"));
}

TEST_F(RulesTest, WhatMayBeAnybodysIsChangedByThoseWhoAreNamedOnly) {
  ASSERT_EQ(Make("Ask", std::string(kAll) + " existing_field: 'thing'"
                                            " existing_roles: ROLE_DISTRICT_ADMINISTRATOR"),
            "");
  EXPECT_TRUE(May(leader_, "district: 'd' school: 's'"));
  EXPECT_FALSE(May(leader_, "district: 'd' school: 's' thing: 'x'"));
  EXPECT_FALSE(May(observer_, "district: 'd' thing: 'x'"));
  EXPECT_TRUE(May(admin_, "district: 'd' thing: 'x'"));
}

TEST_F(RulesTest, ACallerThatIsNotBoundAsItsRoleIsRefused) {
  ASSERT_EQ(Make("Ask", kAll), "");
  EXPECT_FALSE(May(Of(common::v1::ROLE_SCHOOL_LEADER), "district: 'd'"));
  EXPECT_FALSE(May(Of(common::v1::ROLE_TEAM_MEMBER, "s"), "district: 'd' school: 's'"));
  Principal nowhere = admin_;
  nowhere.district = "";
  EXPECT_FALSE(May(nowhere, ""));
}

TEST_F(RulesTest, WhatAnybodyMayCallNeedsNoRoleAndTakesNone) {
  ASSERT_EQ(Make("Nested", "anybody: true"), "");
  EXPECT_THAT(Make("Ask", std::string(kAll) + " anybody: true"), HasSubstr("anybody"));
}

TEST_F(RulesTest, ARuleThatMakesNoSenseNamesItsMethod) {
  EXPECT_THAT(Make("Ask", ""), HasSubstr("t.Service.Method"));
  EXPECT_THAT(Make("Ask", "roles: [ROLE_UNSPECIFIED]"), HasSubstr("no role"));
  EXPECT_THAT(Make("Nested", kAll), HasSubstr("no district"));
  EXPECT_THAT(Make("Ask", std::string(kAll) + " school_field: 'skool'"), HasSubstr("skool"));
  EXPECT_THAT(Make("Ask", std::string(kAll) + " school_field: 'names'"), HasSubstr("names"));
  EXPECT_THAT(Make("Ask", std::string(kAll) + " school_field: 'count'"), HasSubstr("count"));
  EXPECT_THAT(Make("Ask", std::string(kAll) + " school_field: 'team.x'"), HasSubstr("team.x"));
  EXPECT_THAT(Make("Nested", std::string(kAll) + " district_field: 'ask'"), HasSubstr("ask"));
  EXPECT_THAT(Make("Wide", kAll), HasSubstr("names no school"));
}

}  // namespace
}  // namespace throughline::platform
