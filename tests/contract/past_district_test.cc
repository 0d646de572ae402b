// A district that was there before the identity vault, to the end of what followed from the
// installation's key: its roster comes, a student is erased, the key is replaced. Whoever has every
// key there is, every file, and every id does not find the student.
#include <gmock/gmock.h>

#include <future>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "district_services.h"
#include "folder.h"
#include "identities/district_keys.h"
#include "throughline/replaced_key.h"

namespace throughline {
namespace {

using evidence::v1::RESULT_OUTCOME_ACCEPTED;
using evidence::v1::RESULT_OUTCOME_DUPLICATE;
using evidence::v1::RESULT_OUTCOME_QUARANTINED;
using testing::Each;

runtime::Secret InstallationKey(const std::string& data) {
  return runtime::SecretFromFile(data + "/pseudonyms.key", "pseudonyms").value();
}

identities::KeyRing RingIn(const std::string& data) {
  return identities::ReadKeyRing(data + "/identities.keys").value();
}

std::string PseudonymOfBefore(const runtime::Secret& installation, int student) {
  return identities::DataKey(0, identities::KeyOfBefore(installation, "d"))
      .PseudonymOf(IdOf(student));
}

// Recorded as version 0.1.0 did it: under pseudonyms that follow from the installation's key, with
// ids of results as they came.
class OfBefore : public Services {
 public:
  explicit OfBefore(const std::string& data) : Services(data), key_(InstallationKey(data)) {}

  void Record() {
    evidence::v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school("s");
    roster.add_classes()->set_class_id("3a");
    roster.mutable_classes(0)->set_team("t");
    evidence::v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    for (int i = 0; i < kStudents; ++i) {
      roster.add_students()->set_student(PseudonymOfBefore(key_, i));
      roster.mutable_students(i)->add_class_ids("3a");
      auto& result = *batch.add_results();
      result = ResultOf(0, i);
      result.set_school("s");
      result.set_student(PseudonymOfBefore(key_, i));
    }
    Submit(roster);
    Submit(batch);
  }

 private:
  void Submit(const google::protobuf::Message& command) {
    std::promise<std::string> failure;
    host().services().back()->Submit(command, {}, [&](const core::Result<std::string>& answer) {
      failure.set_value(answer ? "" : answer.error().message);
    });
    EXPECT_EQ(failure.get_future().get(), "");
    host().WaitUntilIdle();
  }

  const runtime::Secret key_;
};

// Pseudonyms of a student by every key of a data directory.
std::set<std::string> Attack(const std::string& data, int student) {
  const runtime::Secret installation = InstallationKey(data);
  std::vector<identities::DataKey> keys = {{0, installation},
                                           {0, identities::KeyOfBefore(installation, "d")}};
  const auto ring = RingIn(data);
  for (const auto& [district, stored] : ring) {
    const auto unwrapped =
        identities::UnwrappedKeys::Unwrap(district, stored, installation).value();
    for (int32_t number = 0; number <= unwrapped.latest().number(); ++number) {
      if (const auto* key = unwrapped.Find(number)) keys.push_back(*key);
    }
    const identities::NamingKeys& naming = unwrapped.naming();
    for (const runtime::Secret& key : {naming.names, naming.marks, naming.texts}) {
      keys.emplace_back(0, key);
      keys.emplace_back(0, identities::KeyOfBefore(key, "d"));
    }
  }
  std::set<std::string> pseudonyms;
  for (const auto& key : keys) pseudonyms.insert(key.PseudonymOf(IdOf(student)));
  return pseudonyms;
}

std::set<std::string> Found(const std::string& data, int student) {
  const std::string all = Bytes(data);
  std::set<std::string> found;
  for (const std::string& one : Attack(data, student)) {
    if (all.find(one) != std::string::npos) found.insert(one);
  }
  return found;
}

bool HasKeyOfBefore(const std::string& data) {
  const auto ring = RingIn(data);
  for (const auto& [district, stored] : ring) {
    identities::v1::DistrictKeys keys;
    if (keys.ParseFromString(stored) && keys.keys(0).number() == 0) return true;
  }
  return false;
}

TEST(PastDistrict, EndsWithNoWayBackToWhoWasErased) {
  const runtime::Folder folder;
  const std::string data = folder.path() + "/data";
  {
    OfBefore services(data);
    services.SetUpTheDistrict();
    services.Record();
    EXPECT_THAT(services.Push(0), Each(RESULT_OUTCOME_DUPLICATE)) << "the ids match";
  }
  const auto was = PseudonymOfBefore(InstallationKey(data), kErased);
  EXPECT_TRUE(HasKeyOfBefore(data));
  const auto refused = ReplaceKey({.data = data});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "KEY_OF_BEFORE_NEEDED");
  Services(data).Enroll();
  {
    Services services(data);
    while (HasKeyOfBefore(data)) std::this_thread::yield();
    EXPECT_THAT(services.Push(1), Each(RESULT_OUTCOME_ACCEPTED)) << "they are who they were";
    EXPECT_EQ(services.Erase().students(), 1);
  }
  EXPECT_EQ(Found(data, kErased), std::set{was}) << "the installation's key still leads to it";
  EXPECT_EQ(ReplaceKey({.data = data}).value(), 1);
  EXPECT_EQ(Found(data, kErased), std::set<std::string>());
  EXPECT_NE(Bytes(data).find(was), std::string::npos) << "what is counted stays";

  Services services(data);
  auto outcomes = services.Push(2);
  EXPECT_EQ(outcomes[kErased], RESULT_OUTCOME_QUARANTINED);
  outcomes.erase(outcomes.begin() + kErased);
  EXPECT_THAT(outcomes, Each(RESULT_OUTCOME_ACCEPTED));
  EXPECT_EQ(services.Push(3, 1)[kErased + 1], RESULT_OUTCOME_DUPLICATE) << "by its id of before";
}

}  // namespace
}  // namespace throughline
