// Walks every method of every service, and tries each with no credential, with each role, and with
// the right role of the wrong district, school and team. Who may do what is written down once more,
// in table.md, so that neither a method without a rule nor a rule that was loosened by mistake
// passes.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "access_table.h"
#include "core/ids.h"
#include "every_service.h"
#include "guarded_services.h"
#include "platform/access/principal.h"
#include "platform/grpc/calls.h"

namespace throughline {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

std::string NameOf(const MethodDescriptor& method) {
  return method.service()->name() + '.' + method.name();
}

bool IsForAnybody(const MethodDescriptor& method) {
  return method.options().GetExtension(common::v1::allowed).anybody();
}

// Puts a value into every single string field of one of the names, as deep as messages go, and
// collects the names that were found.
void Fill(Message& message, const std::map<std::string, std::string>& values,
          std::set<std::string>& found) {
  const auto* descriptor = message.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    if (field->is_repeated()) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Fill(*message.GetReflection()->MutableMessage(&message, field), values, found);
    }
    auto value = values.find(field->name());
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING || value == values.end()) continue;
    message.GetReflection()->SetString(&message, field, value->second);
    found.insert(field->name());
  }
}

constexpr auto kUnknown = grpc::StatusCode::UNAUTHENTICATED;
constexpr auto kRefused = grpc::StatusCode::PERMISSION_DENIED;

class AccessWalk : public testing::Test {
 protected:
  struct Request {
    std::string bytes;
    std::set<std::string> fields;
  };
  static constexpr char kDistrict[] = "d", kSchool[] = "s", kTeam[] = "t";

  // A request about the district, school and team, as far as it can say them. Streams end at once
  // because their token is none.
  static Request About(const MethodDescriptor& method, std::map<std::string, std::string> values) {
    values["after"] = "no token";
    Request request;
    const Message* prototype =
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(method.input_type());
    const std::unique_ptr<Message> message(prototype->New());
    Fill(*message, values, request.fields);
    request.bytes = message->SerializeAsString();
    return request;
  }
  static std::map<std::string, std::string> Everything() {
    return {{"district", kDistrict},
            {"school", kSchool},
            {"team", kTeam},
            {"cycle", core::DerivedId({kDistrict, kSchool, kTeam}) + "-00001"}};
  }
  static std::map<std::string, std::string> Without(std::initializer_list<const char*> names) {
    auto values = Everything();
    for (const char* name : names) values.erase(name);
    return values;
  }
  grpc::Status StatusOf(const MethodDescriptor& method, const std::string& token,
                        const Request& request) {
    const std::string path = '/' + method.service()->full_name() + '/' + method.name();
    return services_.Call(path, token, request.bytes);
  }
  grpc::StatusCode Try(const MethodDescriptor& method, const std::string& token,
                       const Request& request) {
    const grpc::Status status = StatusOf(method, token, request);
    // Who is refused for what a service knows was let in by the rules.
    const bool by_rule = platform::FromStatus(status).reason == "NOT_ALLOWED";
    return status.error_code() == kRefused && !by_rule ? grpc::StatusCode::OK : status.error_code();
  }
  grpc::StatusCode TryAs(const MethodDescriptor& method, const CallerKind& kind,
                         const Request& request, const char* district = kDistrict,
                         const char* school = kSchool, const char* team = kTeam) {
    return Try(method, TokenOf(kind, district, school, team), request);
  }
  std::string TokenOf(const CallerKind& kind, const char* district, const char* school,
                      const char* team) {
    return services_.Token(kind.role, district, kind.of_school ? school : "",
                           kind.of_team ? team : "");
  }
  core::Error ErrorAs(const MethodDescriptor& method, const CallerKind& kind,
                      const Request& request, const char* district) {
    return platform::FromStatus(StatusOf(method, TokenOf(kind, district, kSchool, kTeam), request));
  }

  bool IsLetIn(grpc::StatusCode code) {
    if (code == kRefused) return false;
    // Whatever the service then said; that it did say something.
    EXPECT_THAT(code, Not(AnyOf(kUnknown, grpc::StatusCode::UNIMPLEMENTED,
                                grpc::StatusCode::DEADLINE_EXCEEDED, grpc::StatusCode::INTERNAL)));
    return true;
  }
  // The cell of the table, by trying.
  std::string HowFar(const MethodDescriptor& method, const CallerKind& kind) {
    const Request request = About(method, Everything());
    const bool own = IsLetIn(TryAs(method, kind, request));
    const bool team = IsLetIn(TryAs(method, kind, request, kDistrict, kSchool, "u"));
    const bool school = IsLetIn(TryAs(method, kind, request, kDistrict, "r"));
    EXPECT_FALSE(IsLetIn(TryAs(method, kind, request, "e"))) << kind.title;
    EXPECT_TRUE(own || !(team || school)) << kind.title;
    if (school) return "district";
    if (team) return "school";
    if (own) return "team";
    const Request of_itself = About(method, Without({"school", "team", "cycle"}));
    return IsLetIn(TryAs(method, kind, of_itself)) ? "itself" : kNowhere;
  }

  template <class Walk>
  void EachMethod(const Walk& walk) {
    for (const ServiceDescriptor* service : EveryService()) {
      for (int i = 0; i < service->method_count(); ++i) {
        const MethodDescriptor& method = *service->method(i);
        SCOPED_TRACE(NameOf(method));
        walk(method);
      }
    }
  }
  // Every method with every kind of caller that may call it.
  template <class Walk>
  void EachCaller(const Walk& walk) {
    EachMethod([&](const MethodDescriptor& method) {
      for (const CallerKind& kind : kCallerKinds) {
        if (!AccessTable::Read().May(NameOf(method), kind) || IsForAnybody(method)) continue;
        SCOPED_TRACE(kind.title);
        walk(method, kind);
      }
    });
  }

  GuardedServices services_;
};

TEST_F(AccessWalk, EveryMethodSaysWhoMayCallIt) {
  EachMethod([&](const MethodDescriptor& method) {
    EXPECT_TRUE(method.options().HasExtension(common::v1::allowed)) << "it has no rule";
  });
}

TEST_F(AccessWalk, NobodyIsAskedForTwoThings) {
  std::set<const google::protobuf::Descriptor*> requests;
  EachMethod([&](const MethodDescriptor& method) {
    EXPECT_TRUE(requests.insert(method.input_type()).second) << "its request is another's, too";
  });
}

TEST_F(AccessWalk, WithoutACredentialNothingIsAnswered) {
  const std::string forged = services_.Token("district_administrator", kDistrict) + "AAAA";
  EachMethod([&](const MethodDescriptor& method) {
    const Request request = About(method, Everything());
    if (IsForAnybody(method)) {
      EXPECT_EQ(Try(method, "", request), grpc::StatusCode::INVALID_ARGUMENT) << "it has no proof";
      return;
    }
    EXPECT_EQ(Try(method, "", request), kUnknown);
    EXPECT_EQ(Try(method, "garbage", request), kUnknown);
    EXPECT_EQ(Try(method, forged, request), kUnknown);
  });
}

// Every method, every kind of caller, of the team, of another team, another school, another
// district.
TEST_F(AccessWalk, TheTableSaysHowFarEveryCallerMayGo) {
  AccessTable found;
  std::set<std::string> differing;
  EachMethod([&](const MethodDescriptor& method) {
    for (const CallerKind& kind : kCallerKinds) {
      const std::string name = NameOf(method);
      found.Put(name, kind, IsForAnybody(method) ? kAnybody : HowFar(method, kind));
      if (AccessTable::Read().Cell(name, kind) != found.Cell(name, kind)) {
        differing.insert(method.service()->name());
      }
    }
  });
  for (const std::string& service : differing) {
    ADD_FAILURE() << "When that is meant, " << AccessTable::kFile << " has to say of " << service
                  << ":\n"
                  << found.Written(service);
  }
  EXPECT_EQ(AccessTable::Read().methods(), found.methods());
}

// By the method alone: whether there is such a district, school or team does not follow.
TEST_F(AccessWalk, ARefusalSaysWhichRolesTheMethodIsForAndNothingOfThePlace) {
  EachMethod([&](const MethodDescriptor& method) {
    if (IsForAnybody(method)) return;
    std::set<std::string> messages;
    for (const CallerKind& kind : kCallerKinds) {
      for (const char* district : {kDistrict, "e"}) {
        const core::Error error = ErrorAs(method, kind, About(method, Everything()), district);
        if (error.reason == "NOT_ALLOWED") messages.insert(error.message);
      }
    }
    ASSERT_THAT(messages, testing::SizeIs(1));
    const auto& allowed = method.options().GetExtension(common::v1::allowed);
    EXPECT_THAT(*messages.begin(), HasSubstr("these roles: " + platform::RolesOf(allowed)));
    EXPECT_THAT(*messages.begin(), Not(HasSubstr("_"))) << "names that people say";
  });
}

TEST_F(AccessWalk, ARoleOfAnotherDistrictIsRefused) {
  EachCaller([&](const MethodDescriptor& method, const CallerKind& kind) {
    EXPECT_EQ(TryAs(method, kind, About(method, Everything()), "e"), kRefused);
    EXPECT_EQ(TryAs(method, kind, About(method, Without({"district"}))), kRefused);
  });
}

TEST_F(AccessWalk, ARoleOfAnotherSchoolIsRefused) {
  EachCaller([&](const MethodDescriptor& method, const CallerKind& kind) {
    const Request request = About(method, Everything());
    if (!kind.of_school || !request.fields.contains("school")) return;
    EXPECT_EQ(TryAs(method, kind, request, kDistrict, "r"), kRefused);
    EXPECT_EQ(TryAs(method, kind, About(method, Without({"school"}))), kRefused);
  });
}

TEST_F(AccessWalk, ARoleOfAnotherTeamIsRefused) {
  EachCaller([&](const MethodDescriptor& method, const CallerKind& kind) {
    const Request request = About(method, Everything());
    const bool says_a_team = request.fields.contains("team") || request.fields.contains("cycle");
    if (!kind.of_team || !says_a_team) return;
    EXPECT_EQ(TryAs(method, kind, request, kDistrict, kSchool, "u"), kRefused);
    EXPECT_EQ(TryAs(method, kind, About(method, Without({"team", "cycle"}))), kRefused);
  });
}

// What is refused does not tell whether there is such a district.
TEST_F(AccessWalk, ARefusalTellsNothingOfAnotherDistrict) {
  plans::v1::GetDistrictRequest request;
  request.set_district("e");
  const std::string path = "/throughline.plans.v1.PlansService/GetDistrict";
  const std::string administrator = services_.Token("district_administrator", kDistrict);
  const auto unknown = services_.Call(path, administrator, request.SerializeAsString());
  plans::v1::CreateDistrictRequest create;
  create.mutable_district()->set_district("e");
  create.mutable_district()->set_name("E");
  create.mutable_district()->set_time_zone("UTC");
  auto& term = *create.mutable_district()->mutable_calendar()->add_terms();
  term.set_first("2026-08-31");
  term.set_last("2027-06-01");
  term.set_name("Year");
  const auto created =
      services_.Call("/throughline.plans.v1.PlansService/CreateDistrict",
                     services_.Token("district_administrator", "e"), create.SerializeAsString());
  ASSERT_TRUE(created.ok()) << created.error_message();
  const auto known = services_.Call(path, administrator, request.SerializeAsString());
  EXPECT_EQ(known.error_code(), unknown.error_code());
  EXPECT_EQ(known.error_message(), unknown.error_message());
  EXPECT_EQ(known.error_details(), unknown.error_details());
}

TEST_F(AccessWalk, HealthIsAnsweredToEverybody) {
  EXPECT_TRUE(services_.Call("/grpc.health.v1.Health/Check", "", "").ok());
}

// Whether a server describes its services to somebody without a credential.
grpc::Status AskForServices(GuardedServices& services) {
  // "\x3a\x00": list_services, with an empty string.
  return services.Call("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "",
                       std::string("\x3a\x00", 2));
}

TEST_F(AccessWalk, ServicesAreDescribedOnlyWhereThatIsAskedFor) {
  EXPECT_EQ(AskForServices(services_).error_code(), grpc::StatusCode::UNIMPLEMENTED);
  GuardedServices described("", {}, GuardedServices::Asks::kForCredentials, {.reflection = true});
  EXPECT_TRUE(AskForServices(described).ok());
}

}  // namespace
}  // namespace throughline
