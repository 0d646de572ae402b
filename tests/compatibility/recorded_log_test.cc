// What earlier versions wrote is read by this one, and comes to the state that was noted when it
// was recorded, or that somebody has deliberately noted since.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor_database.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "recorded_district.h"
#include "runtime/envelope.h"
#include "state_summary.h"
#include "throughline/runtime/v1/protocol.pb.h"

namespace throughline::compatibility {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using ::testing::IsEmpty;

const std::filesystem::path kFolder = "tests/compatibility";

std::vector<std::filesystem::path> RecordingFiles() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().filename().string().ends_with(".bin.gz")) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Recording Load(const std::filesystem::path& file) {
  auto recording = Read(file);
  EXPECT_TRUE(recording) << recording.error().message;
  return recording ? *recording : Recording{};
}

std::string TextOf(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// Whether there is a field in it, however deep, that this version does not know.
bool HasUnknownField(const Message& message) {
  const auto& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) return true;
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (HasUnknownField(reflection.GetMessage(message, field))) return true;
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      if (HasUnknownField(reflection.GetRepeatedMessage(message, field, i))) return true;
    }
  }
  return false;
}

// Why the record is not understood; empty when it is.
std::string ProblemOf(const runtime::Record& record) {
  auto envelope = runtime::ParseEnvelope(record);
  if (!envelope) return "has no envelope";
  if (HasUnknownField(*envelope)) return "has an envelope with fields that are not known";
  if (runtime::FindType(envelope->type()) == nullptr)
    return "is of the unknown type " + envelope->type();
  auto message = runtime::ParseMessage(envelope->type(), record.value);
  if (message == nullptr) return "is no " + envelope->type();
  if (HasUnknownField(*message)) return envelope->type() + " has fields that are not known";
  return "";
}

std::string NameOf(const runtime::TopicPartition& place, int64_t offset) {
  return place.topic + '[' + std::to_string(place.partition) + "]@" + std::to_string(offset);
}

// The records that were set aside when it was recorded: there is something wrong with them.
std::set<std::string> SetAside(const Recording& recording) {
  std::set<std::string> names;
  for (const auto& [place, records] : recording.records) {
    for (const runtime::Record& record : records) {
      auto envelope = runtime::ParseEnvelope(record);
      runtime::v1::InputSetAside aside;
      if (!envelope || envelope->type() != aside.GetDescriptor()->full_name()) continue;
      aside.ParseFromString(record.value);
      names.insert(NameOf({aside.topic(), place.partition}, aside.offset()));
    }
  }
  return names;
}

// The types of messages in the events topics.
std::set<std::string> EventTypesOf(const Recording& recording) {
  std::set<std::string> types;
  for (const auto& [place, records] : recording.records) {
    if (!place.topic.starts_with("events.")) continue;
    for (const runtime::Record& record : records) {
      types.insert(runtime::ParseEnvelope(record).value_or(runtime::v1::Envelope()).type());
    }
  }
  return types;
}

// The files of a service's events, one a noun or more.
std::vector<const google::protobuf::FileDescriptor*> EventFiles() {
  std::vector<std::string> names;
  google::protobuf::DescriptorPool::internal_generated_database()->FindAllFileNames(&names);
  std::vector<const google::protobuf::FileDescriptor*> files;
  for (const std::string& name : names) {
    if (!name.starts_with("throughline/") || !name.ends_with("_events.proto")) continue;
    files.push_back(google::protobuf::DescriptorPool::generated_pool()->FindFileByName(name));
  }
  return files;
}

// Every event there is: the messages of *_events.proto that are no part of another one there, and
// the runtime's own.
std::set<std::string> EventTypes() {
  std::set<std::string> types = {runtime::v1::CommandAnswered::descriptor()->full_name(),
                                 runtime::v1::InputSetAside::descriptor()->full_name(),
                                 runtime::v1::TimerExpired::descriptor()->full_name()};
  for (const auto* file : EventFiles()) {
    std::set<std::string> parts;
    for (int i = 0; i < file->message_type_count(); ++i) {
      const Descriptor* message = file->message_type(i);
      types.insert(message->full_name());
      for (int j = 0; j < message->field_count(); ++j) {
        const Descriptor* part = message->field(j)->message_type();
        if (part != nullptr && part->file() == file) parts.insert(part->full_name());
      }
    }
    for (const std::string& part : parts) types.erase(part);
  }
  return types;
}

std::vector<std::string> Missing(const std::set<std::string>& types) {
  std::vector<std::string> missing;
  const std::set<std::string> all = EventTypes();
  std::set_difference(all.begin(), all.end(), types.begin(), types.end(),
                      std::back_inserter(missing));
  return missing;
}

TEST(RecordedLog, ThereIsOneOfThisOrAnEarlierVersion) {
  EXPECT_THAT(RecordingFiles(), testing::Not(IsEmpty()));
}

TEST(RecordedLog, EveryRecordIsUnderstood) {
  for (const auto& file : RecordingFiles()) {
    SCOPED_TRACE(file);
    const Recording recording = Load(file);
    const std::set<std::string> set_aside = SetAside(recording);
    for (const auto& [place, records] : recording.records) {
      for (size_t offset = 0; offset < records.size(); ++offset) {
        const std::string name = NameOf(place, static_cast<int64_t>(offset));
        const std::string problem = ProblemOf(records[offset]);
        EXPECT_EQ(problem.empty(), !set_aside.contains(name)) << name << ' ' << problem;
      }
    }
  }
}

TEST(RecordedLog, FoldsToTheStateThatWasNoted) {
  for (const auto& file : RecordingFiles()) {
    SCOPED_TRACE(file);
    auto noted = file;
    noted.replace_extension().replace_extension(".state.json");
    EXPECT_EQ(SummarizeState(QuietServices(Load(file))), TextOf(noted))
        << "If that is meant, see tests/compatibility/README.md.";
  }
}

// What a timer brings about that no rule had set when a log was recorded, and that is overdue in
// it; and what comes of that, which no such log has.
bool IsOfNewTimer(const runtime::Record& record, const std::set<std::string>& recorded_types) {
  const auto envelope = runtime::ParseEnvelope(record).value_or(runtime::v1::Envelope());
  if (!recorded_types.contains(envelope.type())) return true;
  const std::string& cause = envelope.cause();
  const auto is_of = [&](const char* timer) { return cause.find(timer) != std::string::npos; };
  return cause.starts_with("timer.") &&
         (is_of(".scores/") || is_of(".changes/") || is_of(".framing/"));
}

// How far was read, and which timers are due, are part of what a fold restores. Deliveries are
// repeated into inboxes, and dropped there.
TEST(RecordedLog, NothingIsDecidedAnewAfterTheFold) {
  for (const auto& file : RecordingFiles()) {
    SCOPED_TRACE(file);
    const Recording recording = Load(file);
    const std::set<std::string> recorded_types = EventTypesOf(recording);
    const Recording after = QuietServices(recording).Recorded();
    for (const auto& [place, records] : after.records) {
      if (!place.topic.starts_with("events.")) continue;
      auto before = recording.records.find(place);
      const size_t count = before == recording.records.end() ? 0 : before->second.size();
      ASSERT_GE(records.size(), count);
      const auto later = records.begin() + static_cast<std::ptrdiff_t>(count);
      EXPECT_TRUE(std::all_of(
          later, records.end(),
          [&](const runtime::Record& record) { return IsOfNewTimer(record, recorded_types); }))
          << place.topic << ' ' << place.partition;
    }
  }
}

TEST(ProblemOf, SaysWhatIsNotUnderstood) {
  runtime::v1::Envelope envelope;
  envelope.set_type(runtime::v1::InputSetAside::descriptor()->full_name());
  runtime::v1::InputSetAside aside;
  aside.set_topic("inbox.plans");
  EXPECT_EQ(ProblemOf({envelope.SerializeAsString(), aside.SerializeAsString()}), "");
  aside.GetReflection()->MutableUnknownFields(&aside)->AddVarint(99, 1);
  EXPECT_NE(ProblemOf({envelope.SerializeAsString(), aside.SerializeAsString()}), "");
  EXPECT_NE(ProblemOf({envelope.SerializeAsString(), "\xff"}), "");
  EXPECT_NE(ProblemOf({"\xff", ""}), "");
  envelope.set_type("throughline.plans.v1.Forgotten");
  EXPECT_NE(ProblemOf({envelope.SerializeAsString(), ""}), "");
}

TEST(RecordedDistrict, BringsEveryEventAbout) {
  QuietServices services(kRecordedPartitions, FirstMorning());
  LiveAnAutumn(services);
  EXPECT_THAT(Missing(EventTypesOf(services.Recorded())), IsEmpty());
}

TEST(RecordedDistrict, LeavesARowInEveryTable) {
  QuietServices services(kRecordedPartitions, FirstMorning());
  LiveAnAutumn(services);
  EXPECT_THAT(EmptyTables(services), IsEmpty());
}

TEST(RecordedDistrict, FoldsToTheStateItHad) {
  QuietServices services(kRecordedPartitions, FirstMorning());
  LiveAnAutumn(services);
  EXPECT_EQ(SpellOutState(QuietServices(services.Recorded())), SpellOutState(services));
}

TEST(Recording, ComesBackFromItsFileAsItWas) {
  const auto file = std::filesystem::path(testing::TempDir()) / "compatibility.bin.gz";
  Recording recording{3, {}};
  recording.records[{"events.plans", 1}] = {{"headers", "value"}, {"", std::string(70000, '\0')}};
  recording.records[{"inbox.plans", 2}] = {{"h", ""}};
  ASSERT_TRUE(Write(recording, file));
  const Recording back = Load(file);
  EXPECT_EQ(back.partitions, 3);
  ASSERT_EQ(back.records.size(), 2u);
  const auto& events = back.records.at({"events.plans", 1});
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].headers, "headers");
  EXPECT_EQ(events[1].value, std::string(70000, '\0'));
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  EXPECT_FALSE(Read(file));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace throughline::compatibility
