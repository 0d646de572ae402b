// Walks every method of every service, and tries each with no credential, with each role, and with
// the right role of the wrong district, school and team. Who may do what is written down here once
// more, so that neither a method without a rule nor a rule that was loosened by mistake passes.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/ids.h"
#include "guarded_services.h"

namespace throughline {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using testing::AnyOf;
using testing::Not;

// Also without a credential: what a request carries is the proof of its right.
constexpr char kAnybody[] = "*";

// By method, who may call it: A administrator, L district leader, S school leader, T team member, I
// integration, O observer of the district, o observer of a school, P privacy officer.
constexpr std::pair<const char*, const char*> kWhoMay[] = {
    {"PlansService.CreateDistrict", "A"},
    {"PlansService.UpdateDistrict", "AL"},
    {"PlansService.AddTerms", "ALI"},
    {"PlansService.GetDistrict", "ALSTIOoP"},
    {"PlansService.UpsertSchool", "AI"},
    {"PlansService.ListSchools", "ALSTIOoP"},
    {"PlansService.UpsertTeams", "AI"},
    {"PlansService.ListTeams", "ALSTIOo"},
    {"PlansService.DraftSitePlan", "AS"},
    {"PlansService.PublishSitePlan", "AS"},
    {"PlansService.DiscardSitePlanDraft", "AS"},
    {"PlansService.CloseSitePlan", "AS"},
    {"PlansService.GetSitePlan", "ALST"},
    {"PlansService.ListSitePlans", "ALST"},
    {"PlansService.UpsertProgression", "AST"},
    {"PlansService.ListProgressions", "ALST"},
    {"PlansService.TakeEmergencyAccess", "AL"},
    {"PlansService.EndEmergencyAccess", "ALP"},
    {"PlansService.ListEmergencyAccess", "AP"},
    {"EvidenceService.DefineAssessments", "AI"},
    {"EvidenceService.ListAssessments", "ALSTIOo"},
    {"EvidenceService.GetAssessment", "ALSTI"},
    {"EvidenceService.ListLineItems", "ALI"},
    {"EvidenceService.GetLineItem", "ALI"},
    {"EvidenceService.RemoveAssessments", "AI"},
    {"EvidenceService.UpdateRoster", "AI"},
    {"EvidenceService.EndMissingEnrolments", "AI"},
    {"EvidenceService.IngestResults", "AI"},
    {"EvidenceService.StreamResults", "AI"},
    {"EvidenceService.ListQuarantine", "AI"},
    {"EvidenceService.ReleaseQuarantine", "A"},
    {"EvidenceService.DiscardQuarantine", "A"},
    {"EvidenceService.ExportStudent", "P"},
    {"EvidenceService.EraseStudents", "P"},
    {"EvidenceService.ListErasures", "AP"},
    {"EvidenceService.GetResultCounts", "ALO"},
    {"EvidenceService.GetVariance", "ALO"},
    {"EvidenceService.GetGrowth", "ALSTOo"},
    {"EvidenceService.GetGaps", "ALSTOo"},
    {"EvidenceService.GetCoverage", "ALSTOo"},
    {"CyclesService.ScheduleCycle", "AST"},
    {"CyclesService.RecordAnalysis", "AST"},
    {"CyclesService.RecordDesign", "AST"},
    {"CyclesService.RecordLook", "AST"},
    {"CyclesService.RecordRefinement", "AST"},
    {"CyclesService.EndPhase", "AST"},
    {"CyclesService.CancelCycle", "AST"},
    {"CyclesService.AnswerReview", "AST"},
    {"CyclesService.GetCycle", "ALST"},
    {"CyclesService.ListCycles", "ALST"},
    {"CyclesService.ListReviews", "ALST"},
    {"NotificationsService.GetAlert", "ALSTOoP"},
    {"NotificationsService.ListAlerts", "ALSTOoP"},
    {"NotificationsService.ExplainAlert", "ALSTOoP"},
    {"NotificationsService.AcknowledgeAlert", "ASTP"},
    {"NotificationsService.SnoozeAlert", "ASTP"},
    {"NotificationsService.CreateSilence", "AS"},
    {"NotificationsService.EndSilence", "AS"},
    {"NotificationsService.ListSilences", "ALS"},
    {"NotificationsService.UpsertSubscription", "ALSTOoP"},
    {"NotificationsService.DeleteSubscription", "ALSTOoP"},
    {"NotificationsService.ListSubscriptions", "ALSTOoP"},
    {"NotificationsService.RotateWebhookSecret", "ALSTOoP"},
    {"NotificationsService.SendTestDelivery", "ALSTOoP"},
    {"NotificationsService.ListDeadLetters", "A"},
    {"NotificationsService.RedeliverDeadLetter", "A"},
    {"NotificationsService.Unsubscribe", kAnybody},
    {"NotificationsService.WatchAlerts", "ALSTOoP"},
    {"NotificationsService.WatchEvents", "ALS"},
};

const std::map<std::string, std::string>& WhoMay() {
  static const std::map<std::string, std::string> who(std::begin(kWhoMay), std::end(kWhoMay));
  return who;
}

struct Kind {
  char letter;
  const char* role;
  bool of_school, of_team;
};
constexpr Kind kKinds[] = {
    {'A', "district_administrator", false, false},
    {'L', "district_leader", false, false},
    {'S', "school_leader", true, false},
    {'T', "team_member", true, true},
    {'I', "integration", false, false},
    {'O', "observer", false, false},
    {'o', "observer", true, false},
    {'P', "privacy_officer", false, false},
};

// Every service of the project that is linked in, in whichever file.
std::vector<const ServiceDescriptor*> Services() {
  std::vector<std::string> files;
  DescriptorPool::internal_generated_database()->FindAllFileNames(&files);
  std::vector<const ServiceDescriptor*> services;
  for (const std::string& name : files) {
    if (!name.starts_with("throughline/")) continue;
    const auto* file = DescriptorPool::generated_pool()->FindFileByName(name);
    // Of the runtime's own services, none is there where callers need credentials; see host.h.
    if (file->package() == "throughline.runtime.v1") continue;
    for (int i = 0; i < file->service_count(); ++i) services.push_back(file->service(i));
  }
  return services;
}

std::string NameOf(const MethodDescriptor& method) {
  return method.service()->name() + '.' + method.name();
}

bool IsForAnybody(const MethodDescriptor& method) {
  const auto who = WhoMay().find(NameOf(method));
  return who != WhoMay().end() && who->second == kAnybody;
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
  grpc::StatusCode Try(const MethodDescriptor& method, const std::string& token,
                       const Request& request) {
    const std::string path = '/' + method.service()->full_name() + '/' + method.name();
    return services_.Call(path, token, request.bytes).error_code();
  }
  grpc::StatusCode TryAs(const MethodDescriptor& method, const Kind& kind, const Request& request,
                         const char* district = kDistrict, const char* school = kSchool,
                         const char* team = kTeam) {
    return Try(method,
               services_.Token(kind.role, district, kind.of_school ? school : "",
                               kind.of_team ? team : ""),
               request);
  }

  template <class Walk>
  void EachMethod(const Walk& walk) {
    for (const ServiceDescriptor* service : Services()) {
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
      for (const Kind& kind : kKinds) {
        if (!WhoMay().contains(NameOf(method))) continue;
        if (WhoMay().at(NameOf(method)).find(kind.letter) == std::string::npos) continue;
        SCOPED_TRACE(std::string(kind.role) + (kind.of_school ? " of a school" : ""));
        walk(method, kind);
      }
    });
  }

  GuardedServices services_;
};

constexpr auto kUnknown = grpc::StatusCode::UNAUTHENTICATED;
constexpr auto kRefused = grpc::StatusCode::PERMISSION_DENIED;

// Whatever the service then said; that it did say something.
auto WasLetIn() {
  return Not(AnyOf(kUnknown, kRefused, grpc::StatusCode::UNIMPLEMENTED,
                   grpc::StatusCode::DEADLINE_EXCEEDED, grpc::StatusCode::INTERNAL));
}

TEST_F(AccessWalk, EveryMethodSaysWhoMayCallIt) {
  std::set<std::string> methods;
  EachMethod([&](const MethodDescriptor& method) {
    methods.insert(NameOf(method));
    EXPECT_TRUE(method.options().HasExtension(common::v1::allowed)) << "it has no rule";
    EXPECT_TRUE(WhoMay().contains(NameOf(method))) << "say above who may call it";
  });
  for (const auto& [method, who] : WhoMay()) EXPECT_TRUE(methods.contains(method)) << method;
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

TEST_F(AccessWalk, EachRoleMayDoWhatItMayAndNothingElse) {
  EachMethod([&](const MethodDescriptor& method) {
    if (IsForAnybody(method)) return;
    const Request request = About(method, Everything());
    for (const Kind& kind : kKinds) {
      auto who = WhoMay().find(NameOf(method));
      const bool may = who != WhoMay().end() && who->second.find(kind.letter) != std::string::npos;
      const auto code = TryAs(method, kind, request);
      if (may) {
        EXPECT_THAT(code, WasLetIn()) << kind.role;
      } else {
        EXPECT_EQ(code, kRefused) << kind.role;
      }
    }
  });
}

TEST_F(AccessWalk, ARoleOfAnotherDistrictIsRefused) {
  EachCaller([&](const MethodDescriptor& method, const Kind& kind) {
    EXPECT_EQ(TryAs(method, kind, About(method, Everything()), "e"), kRefused);
    EXPECT_EQ(TryAs(method, kind, About(method, Without({"district"}))), kRefused);
  });
}

TEST_F(AccessWalk, ARoleOfAnotherSchoolIsRefused) {
  EachCaller([&](const MethodDescriptor& method, const Kind& kind) {
    const Request request = About(method, Everything());
    if (!kind.of_school || !request.fields.contains("school")) return;
    EXPECT_EQ(TryAs(method, kind, request, kDistrict, "r"), kRefused);
    EXPECT_EQ(TryAs(method, kind, About(method, Without({"school"}))), kRefused);
  });
}

TEST_F(AccessWalk, ARoleOfAnotherTeamIsRefused) {
  EachCaller([&](const MethodDescriptor& method, const Kind& kind) {
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
