#include "gateway/edfi/kafka_options.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "platform/access/test_tokens.h"

namespace throughline::gateway::edfi {
namespace {

using platform::Access;
using platform::TestIssuer;

class KafkaOptionsTest : public testing::Test {
 protected:
  KafkaOptionsTest() {
    options_.brokers = "broker:9092";
    options_.topic = "documents";
    options_.district = "lakeside";
    trusted_.AddEc("key");
    trusted_.WriteJwks(jwks_);
    auto access = Access::Create(
        {{.jwks = jwks_, .issuer = TestIssuer::kIssuer, .audience = TestIssuer::kAudience}},
        clock_);
    guarded_ = std::move(*access);
  }

  // The sentence; empty when the options are good.
  std::string WhyNot(const Access& access, const oauth::TokenIssuer* issuer = nullptr) {
    auto intake = KafkaIntakeOf(options_, access, issuer, clock_, nullptr);
    return intake ? "" : intake.error().message;
  }
  std::string WhyNot() { return WhyNot(*Access::Open()); }
  KafkaIntake IntakeOf(const Access& access, const oauth::TokenIssuer* issuer = nullptr) {
    return **KafkaIntakeOf(options_, access, issuer, clock_, nullptr);
  }
  void WriteToken(const std::string& role, const std::string& district) {
    options_.token = testing::TempDir() + "/edfi.token";
    std::ofstream(options_.token) << trusted_.Sign(TestIssuer::Claims(clock_.Now(), role, district))
                                  << "\n";
  }

  const std::string jwks_ = testing::TempDir() + "/edfi.jwks";
  KafkaOptions options_;
  runtime::SystemClock clock_;
  TestIssuer trusted_;
  std::unique_ptr<Access> guarded_;
};

TEST_F(KafkaOptionsTest, SayNothingAndNothingIsRead) {
  auto intake = KafkaIntakeOf({}, *Access::Open(), nullptr, clock_, nullptr);
  ASSERT_TRUE(intake);
  EXPECT_FALSE(*intake);
}

TEST_F(KafkaOptionsTest, SayWhatIsReadForWhom) {
  options_.settings = {"security.protocol=SASL_SSL", "sasl.password=a=b"};
  const KafkaIntake intake = IntakeOf(*Access::Open());
  EXPECT_EQ(intake.documents.settings.at("bootstrap.servers"), "broker:9092");
  EXPECT_EQ(intake.documents.settings.at("sasl.password"), "a=b");
  EXPECT_EQ(intake.documents.group, "throughline.edfi");
  EXPECT_EQ(intake.destination.district, "lakeside");
  EXPECT_EQ(*intake.credential(), "");
}

TEST_F(KafkaOptionsTest, AreRefusedWithASentenceThatNamesTheOption) {
  options_.topic = "";
  EXPECT_EQ(WhyNot(), "--edfi-topic is missing: say which topic is read.");
  options_.topic = "documents";
  options_.district = "no id";
  EXPECT_EQ(WhyNot(), "--edfi-district has to be the id of a district.");
  options_.district = "lakeside";
  options_.settings = {"security.protocol"};
  EXPECT_EQ(WhyNot(), "--edfi-kafka-setting takes NAME=VALUE.");
  options_.settings = {"enable.auto.commit=true"};
  EXPECT_EQ(WhyNot(), "--edfi-kafka-setting cannot change enable.auto.commit.");
  options_.settings.clear();
  options_.brokers = "";
  EXPECT_EQ(WhyNot(), "--edfi-kafka is missing: nothing is read.");
}

TEST_F(KafkaOptionsTest, NeedACredentialWhereCallersDo) {
  EXPECT_TRUE(WhyNot(*guarded_).starts_with("--edfi-token is missing"));
  options_.token = testing::TempDir() + "/no such file";
  EXPECT_TRUE(WhyNot(*guarded_).starts_with("--edfi-token is a file that has no token"));
}

TEST_F(KafkaOptionsTest, TakeATokenThatMayRecordInThisDistrictAndNoMore) {
  WriteToken("integration", "lakeside");
  const KafkaIntake intake = IntakeOf(*guarded_);
  EXPECT_TRUE(guarded_->Authenticate(*intake.credential()));
  std::ofstream(options_.token) << " another\n";
  EXPECT_EQ(*intake.credential(), "Bearer another") << "it is read again";
  EXPECT_TRUE(WhyNot(*guarded_).starts_with("--edfi-token is not taken by the services"));
  WriteToken("district_administrator", "lakeside");
  EXPECT_EQ(WhyNot(*guarded_), "--edfi-token has to be of the role integration.");
  WriteToken("integration", "seaside");
  EXPECT_EQ(WhyNot(*guarded_), "--edfi-token is of another district than --edfi-district.");
}

TEST_F(KafkaOptionsTest, WithAnIssuerOfItsOwnTheGatewaySignsATokenForTheDistrict) {
  const std::string key = testing::TempDir() + "/edfi.key";
  auto signer = oauth::TokenSigner::FromFile(key, {.issuer = "gateway", .audience = "throughline"});
  const oauth::TokenIssuer issuer{{}, std::move(*signer)};
  std::ofstream(jwks_) << issuer.signer.Jwks();
  auto access =
      Access::Create({{.jwks = jwks_, .issuer = "gateway", .audience = "throughline"}}, clock_);
  const KafkaIntake intake = IntakeOf(**access, &issuer);
  const auto header = intake.credential();
  auto caller = (*access)->Authenticate(*header);
  ASSERT_TRUE(caller);
  EXPECT_EQ((*caller)->subject, "edfi-kafka");
  EXPECT_EQ((*caller)->district, "lakeside");
  EXPECT_EQ((*caller)->role, common::v1::ROLE_INTEGRATION);
  EXPECT_EQ(*intake.credential(), *header) << "it is kept while it is good";
}

}  // namespace
}  // namespace throughline::gateway::edfi
