#include "platform/host/started.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/host/serving_options.h"

namespace throughline::platform {
namespace {

TEST(StartedRecordTest, SaysWhatWasGivenAndNoSecret) {
  CLI::App command;
  ServingOptions options;
  AddServingOptions(command, options);
  command.parse(
      "--kafka 10.0.0.1:9092 --kafka-setting sasl.password=hidden --redis-password hidden "
      "--jwks https://somebody:hidden@example.org/keys --open-access");
  const auto record = StartedRecord(command);
  EXPECT_EQ(record.action(), audit::v1::ACTION_STARTED);
  EXPECT_THAT(
      record.objects(),
      testing::ElementsAre("jwks=https://example.org/keys", "kafka-setting=sasl.password",
                           "kafka=10.0.0.1:9092", "open-access=true", "redis-password=(given)"));
}

// As the programs that let people sign in have it.
TEST(StartedRecordTest, HidesWhatIsCalledASecret) {
  CLI::App command;
  std::string secret;
  command.add_option("--sign-in-secret", secret);
  command.parse("--sign-in-secret hidden");
  EXPECT_THAT(StartedRecord(command).objects(), testing::ElementsAre("sign-in-secret=(given)"));
}

}  // namespace
}  // namespace throughline::platform
