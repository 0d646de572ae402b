#include "notifications/translation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "columns/result_columns.h"
#include "disclosure/disclose.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/cycles/v1/visit_events.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/notifications/v1/notifications_events.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"
#include "throughline/plans/v1/survey_events.pb.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::notifications {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using testing::HasSubstr;
using testing::Not;

runtime::ReadEvent EventOf(const Message& message) {
  runtime::ReadEvent event;
  event.id = "evidence.3.14";
  event.envelope.set_type(message.GetDescriptor()->full_name());
  event.envelope.set_subject("d/s");
  event.envelope.set_time_ms(1234);
  event.envelope.set_cause("inbox.evidence.3.9");
  std::shared_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  event.message = copy;
  return event;
}

// Names of fields with pseudonyms, or with what is encrypted of a result.
const std::set<std::string> kOfStudents = {"student", "students", "came", "left", "sealed"};

// Every field set, down to a depth: students are all called pupil-7, counts are 3.
void Fill(Message& message, int depth) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->is_map()) continue;
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (depth == 0) break;
        Fill(many ? *reflection.AddMessage(&message, field)
                  : *reflection.MutableMessage(&message, field),
             depth - 1);
        break;
      case FieldDescriptor::CPPTYPE_STRING: {
        const bool student = kOfStudents.contains(field->name());
        const std::string text = student ? "pupil-7" : "x";
        many ? reflection.AddString(&message, field, text)
             : reflection.SetString(&message, field, text);
        break;
      }
      case FieldDescriptor::CPPTYPE_INT32:
        many ? reflection.AddInt32(&message, field, 3) : reflection.SetInt32(&message, field, 3);
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        many ? reflection.AddDouble(&message, field, 0.25)
             : reflection.SetDouble(&message, field, 0.25);
        break;
      default:
        break;
    }
  }
}

// Of whatever events the services have, and will have.
TEST(Translation, NoEventThatIsStreamedNamesAStudent) {
  const Descriptor* one_of_each_file[] = {
      evidence::v1::ResultsRecorded::descriptor(), cycles::v1::CycleScheduled::descriptor(),
      cycles::v1::VisitPlanned::descriptor(), plans::v1::DistrictAdopted::descriptor(),
      v1::AlertRaised::descriptor()};
  int naming = 0;
  for (const Descriptor* of_file : one_of_each_file) {
    const auto* file = of_file->file();
    for (int i = 0; i < file->message_type_count(); ++i) {
      std::unique_ptr<Message> event(google::protobuf::MessageFactory::generated_factory()
                                         ->GetPrototype(file->message_type(i))
                                         ->New());
      Fill(*event, 8);
      naming += event->ShortDebugString().find("pupil-7") == std::string::npos ? 0 : 1;
      v1::WatchEventsResponse response;
      ASSERT_EQ(Translate(EventOf(*event), {10, Audience::kEverything}, response),
                disclosure::IsTold(*event))
          << event->GetTypeName();
      EXPECT_THAT(response.json(), Not(HasSubstr("pupil-7"))) << event->GetTypeName();
    }
  }
  EXPECT_GE(naming, 2) << "there were none to leave out";
}

TEST(Translation, ResultsInColumnsAreToldOfAsThoseInRowsAre) {
  evidence::v1::ResultsRecorded recorded;
  recorded.set_source("sis");
  for (int i = 0; i < 12; ++i) {
    auto& result = *recorded.add_results();
    result.set_student("pupil-7");
    result.set_source_id("aaaabbbbcccc" + std::string(3, static_cast<char>('a' + i)));
    result.set_team(i < 6 ? "t" : "teamofsix");  // an id of five bits a character
  }
  v1::WatchEventsResponse in_rows, in_columns;
  ASSERT_TRUE(Translate(EventOf(recorded), {10, Audience::kEverything}, in_rows));
  columns::PutInColumns(recorded);
  ASSERT_TRUE(recorded.has_columns());
  ASSERT_TRUE(Translate(EventOf(recorded), {10, Audience::kEverything}, in_columns));
  EXPECT_EQ(in_columns.json(), in_rows.json());
  EXPECT_THAT(in_columns.json(), HasSubstr("sis"));
  v1::WatchEventsResponse response;
  for (const char* team : {"t", "teamofsix"}) {
    EXPECT_TRUE(Translate(EventOf(recorded), {10, Audience::kAllButPrivacy, team}, response))
        << team;
  }
  EXPECT_FALSE(Translate(EventOf(recorded), {10, Audience::kAllButPrivacy, "v"}, response));
}

TEST(Translation, WatchersOfATeamAreToldThatSomethingHappenedToItAndNotWhat) {
  evidence::v1::ResultsRecorded recorded;
  recorded.add_results()->set_team("u");
  recorded.add_results()->set_team("t");
  const View of_team{10, Audience::kAllButPrivacy, "t"};
  v1::WatchEventsResponse response;
  response.set_json("of the message before");
  ASSERT_TRUE(Translate(EventOf(recorded), of_team, response));
  EXPECT_EQ(response.type(), "throughline.evidence.v1.ResultsRecorded");
  EXPECT_EQ(response.subject(), "d/s");
  EXPECT_EQ(response.json(), "");
  EXPECT_FALSE(Translate(EventOf(recorded), {10, Audience::kAllButPrivacy, "v"}, response));
  cycles::v1::CycleScheduled scheduled;
  scheduled.mutable_cycle()->set_team("t");
  EXPECT_TRUE(Translate(EventOf(scheduled), of_team, response));
  scheduled.mutable_cycle()->set_team("u");
  EXPECT_FALSE(Translate(EventOf(scheduled), of_team, response));
  EXPECT_FALSE(Translate(EventOf(cycles::v1::RoomRecorded()), of_team, response));
}

TEST(Translation, RoomThatWasVisitedIsStreamedToNobody) {
  cycles::v1::RoomRecorded recorded;
  recorded.mutable_room()->set_grade("4");
  v1::WatchEventsResponse response;
  EXPECT_FALSE(Translate(EventOf(recorded), {10, Audience::kEverything}, response));
}

evidence::v1::EvidenceMoved Moved(int32_t students) {
  evidence::v1::EvidenceMoved moved;
  moved.set_team("t");
  moved.mutable_evidence()->set_rostered(students);
  moved.mutable_evidence()->set_covered(students);
  moved.mutable_evidence()->set_matched(students);
  moved.mutable_evidence()->set_mean_change(2.5);
  moved.set_students(students);
  const common::v1::CycleEvidence exact = moved.evidence();
  *moved.mutable_evidence()->mutable_shown() = exact;
  moved.mutable_evidence()->mutable_shown()->set_as_of_ms(1234);
  moved.set_shown_students(students);
  moved.set_cut(31.4);
  moved.mutable_test()->set_t(-2.5);
  moved.mutable_test()->set_students(students);
  return moved;
}

TEST(Translation, SmallCellsAreLeftOutOfStreams) {
  v1::WatchEventsResponse response;
  ASSERT_TRUE(Translate(EventOf(Moved(9)), {10, Audience::kEverything}, response));
  EXPECT_EQ(response.json(), R"({"team":"t","evidence":{"absent":"ABSENCE_REASON_SMALL_CELL"}})");
  ASSERT_TRUE(Translate(EventOf(Moved(10)), {10, Audience::kEverything}, response));
  EXPECT_EQ(response.json(),
            R"({"team":"t","evidence":{"rostered":10,"covered":10,"matched":10,"meanChange":2.5,)"
            R"("asOfMs":"1234"},"students":10,"shownStudents":10,"test":{"t":-2.5,)"
            R"("degreesOfFreedom":9,"information":10,"students":10}})");
}

TEST(Translation, ThatSomebodyAnsweredASurveyIsNotTold) {
  v1::WatchEventsResponse response;
  EXPECT_FALSE(
      Translate(EventOf(plans::v1::SurveyBallotCast()), {10, Audience::kEverything}, response));
  EXPECT_TRUE(
      Translate(EventOf(plans::v1::SurveyRoundEnded()), {10, Audience::kEverything}, response));
}

TEST(Translation, AnEventSaysWhereItComesFrom) {
  v1::WatchEventsResponse response;
  ASSERT_TRUE(Translate(EventOf(Moved(10)), {10, Audience::kEverything}, response));
  EXPECT_EQ(response.id(), "evidence.3.14");
  EXPECT_EQ(response.type(), "throughline.evidence.v1.EvidenceMoved");
  EXPECT_EQ(response.subject(), "d/s");
  EXPECT_EQ(response.time_ms(), 1234);
  EXPECT_EQ(response.cause(), "inbox.evidence.3.9");
}

TEST(Translation, WhatTheRuntimeRecordsForItselfIsNotStreamed) {
  v1::WatchEventsResponse response;
  EXPECT_FALSE(
      Translate(EventOf(runtime::v1::TimerExpired()), {10, Audience::kEverything}, response));
  runtime::ReadEvent unknown = EventOf(Moved(10));
  unknown.message.reset();
  EXPECT_FALSE(Translate(unknown, {10, Audience::kEverything}, response));
}

TEST(Translation, ThatAPercentileOrANormMovedIsNotStreamed) {
  const auto is_streamed = [](const Message& event) {
    v1::WatchEventsResponse response;
    return Translate(EventOf(event), {10, Audience::kEverything}, response);
  };
  EXPECT_FALSE(is_streamed(evidence::v1::CutsPublished()));
  EXPECT_FALSE(is_streamed(evidence::v1::CutsAdopted()));
  EXPECT_FALSE(is_streamed(evidence::v1::NormsPublished()));
  EXPECT_FALSE(is_streamed(evidence::v1::NormsAdopted()));
}

TEST(Translation, WhyStudentsWereErasedIsNotStreamed) {
  v1::WatchEventsResponse response;
  EXPECT_FALSE(
      Translate(EventOf(evidence::v1::StudentsErased()), {10, Audience::kEverything}, response));
}

TEST(Translation, WatchersOfAlertsHearOfAlertsAndNotifications) {
  v1::AlertRaised raised;
  raised.mutable_alert()->set_alert("x");
  raised.mutable_alert()->mutable_condition()->set_students(12);
  raised.mutable_alert()->mutable_condition()->set_shown_students(12);
  v1::WatchAlertsResponse response;
  ASSERT_TRUE(Translate(EventOf(raised), {10, Audience::kEverything}, response));
  EXPECT_EQ(response.raised().alert().alert(), "x");
  EXPECT_EQ(response.raised().alert().condition().students(), 12);
  EXPECT_EQ(response.time_ms(), 1234);

  v1::AlertChanged changed;
  changed.mutable_alert()->set_alert("x");
  ASSERT_TRUE(Translate(EventOf(changed), {10, Audience::kEverything}, response));
  EXPECT_EQ(response.changed().alert().alert(), "x");
  v1::AlertResolved resolved;
  resolved.mutable_alert()->set_alert("x");
  ASSERT_TRUE(Translate(EventOf(resolved), {10, Audience::kEverything}, response));
  EXPECT_EQ(response.resolved().alert().alert(), "x");

  v1::GroupNotified told;
  told.set_school("s");
  told.add_held_back("y");
  EXPECT_FALSE(Translate(EventOf(told), {10, Audience::kEverything}, response))
      << "nobody was told anything";
  told.add_firing("x");
  ASSERT_TRUE(Translate(EventOf(told), {10, Audience::kEverything}, response));
  EXPECT_THAT(response.group().firing(), testing::ElementsAre("x"));
  EXPECT_FALSE(Translate(EventOf(v1::SilenceAdopted()), {10, Audience::kEverything}, response));
}

TEST(Translation, AlertsOfBeforeGoByTheSmallestCellOfNow) {
  v1::AlertRaised raised;
  raised.mutable_alert()->mutable_condition()->set_students(12);
  raised.mutable_alert()->mutable_condition()->set_shown_students(12);
  v1::WatchAlertsResponse response;
  ASSERT_TRUE(Translate(EventOf(raised), {20, Audience::kEverything}, response));
  EXPECT_EQ(response.raised().alert().condition().students(), 0);
  EXPECT_TRUE(response.raised().alert().suppressed());
}

}  // namespace
}  // namespace throughline::notifications
