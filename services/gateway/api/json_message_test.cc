#include "gateway/api/json_message.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <limits>
#include <random>

#include "gateway/api/api.h"
#include "throughline/cycles/v1/cycles_service.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/notifications/v1/notifications_service.pb.h"
#include "throughline/plans/v1/plans_service.pb.h"

namespace throughline::gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// "REASON field", or "read".
template <class M>
std::string Refusal(const std::string& json) {
  M message;
  auto read = ReadMessage(*ReadJson(json), message);
  return read ? "read" : read.error().reason + ' ' + read.error().field;
}

// Fills messages with whatever may be in them.
class Filler {
 public:
  explicit Filler(unsigned seed) : random_(seed) {}

  void Fill(Message& message, int depth = 0) {
    const auto& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      const auto* oneof = field.real_containing_oneof();
      const bool taken = oneof != nullptr && message.GetReflection()->HasOneof(message, oneof);
      if (taken || depth > 5 || Below(4) == 0) continue;
      for (int n = field.is_repeated() ? Below(3) : 1; n > 0; --n) Put(field, message, depth);
    }
  }

 private:
  int Below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

  template <class T>
  std::string Number() {
    const T values[] = {0, 1, 7, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
    return std::to_string(values[Below(5)]);
  }

  std::string ValueOf(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return Number<int32_t>();
      case FieldDescriptor::CPPTYPE_INT64:
        return Number<int64_t>();
      case FieldDescriptor::CPPTYPE_UINT32:
        return Number<uint32_t>();
      case FieldDescriptor::CPPTYPE_UINT64:
        return Number<uint64_t>();
      case FieldDescriptor::CPPTYPE_BOOL:
        return Below(2) == 0 ? "false" : "true";
      case FieldDescriptor::CPPTYPE_ENUM:
        return field.enum_type()->value(Below(field.enum_type()->value_count()))->name();
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return std::array{
            "0.1", "-85.10", "1e300", "5e-324", "Infinity", "3"}[static_cast<size_t>(Below(6))];
      default:
        if (field.type() == FieldDescriptor::TYPE_BYTES) return Below(2) == 0 ? "" : "AP8+/w==";
        return std::array{"", "lakeside:7", "\"\\/\n",
                          "\xe2\x82\xac\xf0\x9f\x98\x80"}[static_cast<size_t>(Below(4))];
    }
  }

  void Put(const FieldDescriptor& field, Message& message, int depth) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      EXPECT_TRUE(SetFromText(ValueOf(field), field, message)) << field.full_name();
      return;
    }
    const auto* reflection = message.GetReflection();
    Fill(field.is_repeated() ? *reflection->AddMessage(&message, &field)
                             : *reflection->MutableMessage(&message, &field),
         depth + 1);
  }

  std::mt19937 random_;
};

std::unique_ptr<Message> New(const google::protobuf::Descriptor& type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

// Protobuf's own mapping is the judge: what it writes of any request is read as that request.
TEST(JsonMessage, ReadsWhatProtobufWritesOfEveryRequest) {
  const Api api = *Api::Of(PublicServices());
  for (const Route* route : api.routes().routes()) {
    for (unsigned seed = 0; seed < 30; ++seed) {
      const auto message = New(*route->method->input_type());
      Filler(seed).Fill(*message);
      google::protobuf::util::JsonPrintOptions options;
      options.preserve_proto_field_names = seed % 2 == 1;
      options.always_print_primitive_fields = seed % 3 == 1;
      options.always_print_enums_as_ints = seed % 5 == 1;
      std::string json;
      ASSERT_TRUE(google::protobuf::util::MessageToJsonString(*message, &json, options).ok());
      const auto again = New(*route->method->input_type());
      const auto read = ReadMessage(*ReadJson(json), *again);
      ASSERT_TRUE(read) << read.error().message << read.error().field << json;
      EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*message, *again)) << json;
    }
  }
}

TEST(JsonMessage, WritesWhatProtobufReadsOfEveryResponse) {
  const Api api = *Api::Of(PublicServices());
  const JsonWriter writer;
  for (const Route* route : api.routes().routes()) {
    for (unsigned seed = 0; seed < 10; ++seed) {
      const auto message = New(*route->method->output_type());
      Filler(seed).Fill(*message);
      const auto json = writer.Write(*message->GetDescriptor(), message->SerializeAsString());
      ASSERT_TRUE(json);
      const auto again = New(*message->GetDescriptor());
      ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*json, again.get()).ok()) << *json;
      EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*message, *again)) << *json;
    }
  }
}

TEST(JsonMessage, IsRefusedByTheNameThatIsWrong) {
  using Draft = plans::v1::DraftSitePlanRequest;
  using Ingest = evidence::v1::IngestResultsRequest;
  EXPECT_EQ(Refusal<Draft>(R"({"plan": {"measures": [{}, {"targets": 3}]}})"),
            "FIELD_UNKNOWN plan.measures[1].targets");
  EXPECT_EQ(Refusal<Draft>(R"({"plan": {"measures": [{"target": "high"}]}})"),
            "FIELD_INVALID plan.measures[0].target");
  EXPECT_EQ(Refusal<Draft>(R"({"plan": {"measures": {}}})"), "FIELD_INVALID plan.measures");
  EXPECT_EQ(Refusal<Draft>(R"({"plan": {"measures": [null]}})"), "FIELD_INVALID plan.measures[0]");
  EXPECT_EQ(Refusal<Draft>(R"({"plan": []})"), "FIELD_INVALID plan");
  EXPECT_EQ(Refusal<Draft>("[]"), "FIELD_INVALID ");
  EXPECT_EQ(Refusal<Draft>(R"({"": 1})"), "FIELD_UNKNOWN ");
  EXPECT_EQ(Refusal<Draft>(R"({"plan": {"": 1}})"), "FIELD_UNKNOWN plan.");
  EXPECT_EQ(Refusal<Draft>(R"({"plan": {"state": "PLAN_STATE_LOST"}})"),
            "FIELD_INVALID plan.state");
  EXPECT_EQ(Refusal<Ingest>(R"({"requestId": "a", "request_id": "a"})"),
            "FIELD_REPEATED request_id");
  EXPECT_EQ(Refusal<Ingest>(R"({"source": 3})"), "FIELD_INVALID source");
  EXPECT_EQ(Refusal<Ingest>(R"({"results": [{"retracted": "true"}]})"),
            "FIELD_INVALID results[0].retracted");
  EXPECT_EQ(Refusal<notifications::v1::WatchAlertsResponse>(R"({"raised": {}, "resolved": {}})"),
            "ONE_OF_SEVERAL resolved");
}

TEST(JsonMessage, TakesNumbersAsProto3JsonHasThem) {
  using Update = plans::v1::UpdateDistrictRequest;
  for (const char* number : {"7", "\"7\"", "7.0", "\"7.0\"", "0.7e1", "9007199254740993",
                             "\"9223372036854775807\"", "-9223372036854775808", "null"}) {
    EXPECT_EQ(Refusal<Update>("{\"expectedVersion\": " + std::string(number) + "}"), "read")
        << number;
  }
  for (const char* number : {"7.5", "\"\"", "\" 7\"", "\"0x7\"", "9223372036854775808", "1e300",
                             "9007199254740993.0", "\"NaN\"", "true", "-9223372036854775809"}) {
    EXPECT_EQ(Refusal<Update>("{\"expectedVersion\": " + std::string(number) + "}"),
              "FIELD_INVALID expectedVersion")
        << number;
  }
  EXPECT_EQ(Refusal<plans::v1::ListSchoolsRequest>(R"({"pageSize": 2147483648})"),
            "FIELD_INVALID pageSize");
  evidence::v1::Result result;
  ASSERT_TRUE(
      ReadMessage(*ReadJson(R"({"score": 85.10, "modifiedAtMs": "1700000000000"})"), result));
  EXPECT_EQ(result.score(), 85.1);
  EXPECT_EQ(result.modified_at_ms(), 1'700'000'000'000);
  EXPECT_EQ(Refusal<evidence::v1::Result>(R"({"score": "1e999"})"), "FIELD_INVALID score");
}

TEST(JsonMessage, SaysWhatIsZeroAndLeavesOutWhatIsAbsent) {
  const JsonWriter writer;
  evidence::v1::Result result;
  result.set_score_status(evidence::v1::SCORE_STATUS_EXEMPT);
  const auto json = ReadJson(*writer.Write(*result.GetDescriptor(), result.SerializeAsString()));
  EXPECT_EQ((*json)["retracted"], false);
  EXPECT_EQ((*json)["modifiedAtMs"], "0");
  EXPECT_EQ((*json)["scoreStatus"], "SCORE_STATUS_EXEMPT");
  EXPECT_FALSE(json->contains("score"));
  result.set_score(0);
  EXPECT_TRUE(ReadJson(*writer.Write(*result.GetDescriptor(), result.SerializeAsString()))
                  ->contains("score"));
}

TEST(JsonMessage, OfBytesThatAreNoneIsRefused) {
  const auto json = JsonWriter().Write(*evidence::v1::Result::descriptor(), "\xff\xff");
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().reason, "RESPONSE_INVALID");
}

}  // namespace
}  // namespace throughline::gateway
