// One request id, used by everybody for everything: each command of each service is sent under it
// as two districts, as two callers and with two bodies, one after the other and at once. Nobody
// gets another's answer, and what each asked for happens, or is refused by name.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/ids.h"
#include "every_service.h"
#include "guarded_services.h"
#include "runtime/envelope.h"
#include "throughline/common/v1/access.pb.h"

namespace throughline {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using testing::HasSubstr;
using testing::Not;
using Answer = GuardedServices::Answer;

constexpr char kSchool[] = "the-school", kTeam[] = "the-team";
const char* const kPackages[] = {"plans", "evidence", "cycles", "notifications"};

bool IsCommand(const google::protobuf::Descriptor& request) {
  if (request.FindFieldByName("request_id") != nullptr) return true;
  const auto* batch = request.FindFieldByName("batch");  // of StreamResults
  return batch != nullptr && batch->message_type()->FindFieldByName("request_id") != nullptr;
}

std::vector<const MethodDescriptor*> Commands() {
  std::vector<const MethodDescriptor*> commands;
  for (const auto* service : EveryService()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor* method = service->method(i);
      if (IsCommand(*method->input_type())) commands.push_back(method);
    }
  }
  return commands;
}

bool IsFromCredential(const FieldDescriptor& field) {
  return field.options().GetExtension(common::v1::from_credential);
}

// Fills a request as if somebody meant it, with one of each thing that can be repeated.
void Fill(Message& message, const std::map<std::string, std::string>& values) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    // What these ask for is refused before it is a command.
    if (field->name() == "expected_source_id" || field->name() == "visitors") continue;
    if (field->full_name() == "throughline.cycles.v1.AskForPlaceRequest.team") continue;
    if (IsFromCredential(*field)) continue;
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Fill(many ? *reflection.AddMessage(&message, field)
                  : *reflection.MutableMessage(&message, field),
             values);
        break;
      case FieldDescriptor::CPPTYPE_STRING: {
        const auto value = values.find(field->name());
        const std::string text = value == values.end() ? "thing" : value->second;
        many ? reflection.AddString(&message, field, text)
             : reflection.SetString(&message, field, text);
        break;
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        many ? reflection.AddEnumValue(&message, field, 1)
             : reflection.SetEnumValue(&message, field, 1);
        break;
      default:
        break;
    }
  }
}

// Changes the first thing that does not say where the request belongs; false when there is none.
bool ChangeSomething(Message& message) {
  static const std::set<std::string> where = {"request_id", "district", "school",
                                              "host",       "team",     "cycle"};
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (IsFromCredential(*field) || (!is_message && where.contains(field->name()))) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      field->is_repeated() ? reflection.AddString(&message, field, "other")
                           : reflection.SetString(&message, field, "other");
      return true;
    }
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_INT32 && !field->is_repeated()) {
      reflection.SetInt32(&message, field, 7);
      return true;
    }
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM && !field->is_repeated()) {
      reflection.SetEnumValue(&message, field, 2);
      return true;
    }
    if (is_message && ChangeSomething(field->is_repeated()
                                          ? *reflection.MutableRepeatedMessage(&message, field, 0)
                                          : *reflection.MutableMessage(&message, field))) {
      return true;
    }
  }
  return false;
}

bool IsReused(const Answer& answer) {
  return answer.status.error_code() == grpc::StatusCode::ALREADY_EXISTS &&
         answer.status.error_details().find("REQUEST_ID_REUSED") != std::string::npos;
}

std::string Text(const Answer& answer) {
  return std::to_string(answer.status.error_code()) + answer.status.error_message() +
         answer.status.error_details() + answer.response;
}

class RequestIds : public testing::TestWithParam<GuardedServices::Asks> {
 protected:
  struct Caller {
    std::string district, token;
    std::string officer_token;  // of the same person, for what administrators may not ask
  };

  RequestIds() {
    for (const Caller& caller : {ada_, eve_}) Found(caller);
  }

  Caller CallerOf(const std::string& subject, const std::string& district) {
    const auto as = [&](const char* role) {
      return services_.TokenWith(role, district, {{"sub", subject}});
    };
    return {district, as("district_administrator"), as("privacy_officer")};
  }
  void Found(const Caller& caller) {
    plans::v1::CreateDistrictRequest create;
    auto& district = *create.mutable_district();
    district.set_district(caller.district);
    district.set_name(caller.district);
    district.set_time_zone("UTC");
    auto& term = *district.mutable_calendar()->add_terms();
    term.set_first("2026-08-31");
    term.set_last("2027-06-01");
    term.set_name("Year");
    const auto status = services_.Call("/throughline.plans.v1.PlansService/CreateDistrict",
                                       caller.token, create.SerializeAsString());
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  std::unique_ptr<Message> Request(const MethodDescriptor& method, const Caller& caller,
                                   const std::string& id) {
    std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                         ->GetPrototype(method.input_type())
                                         ->New());
    Fill(*request, {{"request_id", id},
                    {"district", caller.district},
                    {"school", kSchool},
                    {"team", kTeam},
                    {"cycle", core::DerivedId({caller.district, kSchool, kTeam}) + "-00001"}});
    return request;
  }
  std::function<Answer()> Begin(const MethodDescriptor& method, const Caller& caller,
                                const Message& request) {
    const auto& roles = method.options().GetExtension(common::v1::allowed).roles();
    const bool of_administrators =
        std::find(roles.begin(), roles.end(), common::v1::ROLE_DISTRICT_ADMINISTRATOR) !=
        roles.end();
    return services_.Begin('/' + method.service()->full_name() + '/' + method.name(),
                           of_administrators ? caller.token : caller.officer_token,
                           request.SerializeAsString());
  }
  Answer Ask(const MethodDescriptor& method, const Caller& caller, const Message& request) {
    return Begin(method, caller, request)();
  }
  // How many requests with an id have been decided by all services.
  int Decided() {
    int decided = 0;
    for (const std::string package : kPackages) {
      const auto records = services_.log().Read({"events." + package, 0}, 0, 1'000'000, 1 << 30);
      for (const runtime::StoredRecord& stored : *records) {
        const auto envelope = runtime::ParseEnvelope(stored.record);
        if (envelope && !envelope->outcome().request_digest().request().empty()) ++decided;
      }
    }
    return decided;
  }
  bool open() const { return GetParam() == GuardedServices::Asks::kNobody; }

  GuardedServices services_{"", {}, GetParam()};
  const Caller ada_ = CallerOf("ada", "lakeside");
  const Caller bob_ = CallerOf("bob", "lakeside");
  const Caller eve_ = CallerOf("ada", "riverton");  // another person of that name
};

TEST_P(RequestIds, EveryServiceHasCommands) { EXPECT_GT(Commands().size(), 30U); }

TEST_P(RequestIds, InTurnEachIsAnsweredForItself) {
  for (const MethodDescriptor* method : Commands()) {
    SCOPED_TRACE(method->full_name());
    // A batch is the same request whether it is sent by a call or on a stream.
    const std::string id = method->client_streaming() ? "2" : "1";
    const auto first = Request(*method, ada_, id);
    const auto changed = Request(*method, ada_, id);
    ASSERT_TRUE(ChangeSomething(*changed));
    int decided = Decided();
    const Answer answer = Ask(*method, ada_, *first);
    EXPECT_FALSE(IsReused(answer));
    EXPECT_EQ(Decided(), ++decided);
    EXPECT_EQ(Text(Ask(*method, ada_, *first)), Text(answer));
    EXPECT_EQ(Decided(), decided) << "it was decided again";
    const Answer elsewhere = Ask(*method, eve_, *Request(*method, eve_, id));
    EXPECT_FALSE(IsReused(elsewhere));
    EXPECT_THAT(Text(elsewhere), Not(HasSubstr("lakeside")));
    EXPECT_EQ(Decided(), ++decided) << "another district's was not decided";
    const Answer another = Ask(*method, bob_, *Request(*method, bob_, id));
    EXPECT_FALSE(IsReused(another));
    if (!open()) ++decided;  // else nobody can tell them apart, and both asked the same
    EXPECT_EQ(Decided(), decided) << "another caller's was not decided";
    EXPECT_TRUE(IsReused(Ask(*method, ada_, *changed)));
    EXPECT_EQ(Text(Ask(*method, ada_, *first)), Text(answer)) << "the first answer is gone";
    EXPECT_EQ(Decided(), decided) << "what was refused left something";
  }
}

TEST_P(RequestIds, AtOnceEachIsAnsweredForItself) {
  for (const MethodDescriptor* method : Commands()) {
    SCOPED_TRACE(method->full_name());
    const std::string id = method->client_streaming() ? "at once, on a stream" : "at once";
    const auto one = Request(*method, ada_, id);
    const auto other = Request(*method, ada_, id);
    ASSERT_TRUE(ChangeSomething(*other));
    const auto elsewhere = Request(*method, eve_, id);
    const int decided = Decided();
    const std::function<Answer()> calls[] = {
        Begin(*method, ada_, *one), Begin(*method, eve_, *elsewhere), Begin(*method, ada_, *other),
        Begin(*method, ada_, *one), Begin(*method, eve_, *elsewhere)};
    std::vector<Answer> answers;
    for (const auto& wait : calls) answers.push_back(wait());
    EXPECT_EQ(Decided(), decided + 2);
    EXPECT_NE(IsReused(answers[0]), IsReused(answers[2])) << "one of them was the first";
    EXPECT_EQ(Text(answers[0]), Text(answers[3]));
    EXPECT_EQ(Text(answers[1]), Text(answers[4]));
    EXPECT_FALSE(IsReused(answers[1]));
    EXPECT_THAT(Text(answers[1]), Not(HasSubstr("lakeside")));
    for (const size_t of_lakeside : {0, 2}) {
      EXPECT_THAT(Text(answers[of_lakeside]), Not(HasSubstr("riverton")));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Installations, RequestIds,
                         testing::Values(GuardedServices::Asks::kForCredentials,
                                         GuardedServices::Asks::kNobody),
                         [](const auto& one) {
                           return one.param == GuardedServices::Asks::kNobody ? "Open" : "Guarded";
                         });

}  // namespace
}  // namespace throughline
