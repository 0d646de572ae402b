#include "platform/host/serving_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace throughline::platform {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ServingOptionsTest : public testing::Test {
 protected:
  ServingOptionsTest() { AddServingOptions(command_, options_); }
  ~ServingOptionsTest() override {
    for (const std::string& name : variables_) unsetenv(name.c_str());
  }
  void SetVariable(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);
    variables_.push_back(name);
  }
  void Parse(std::vector<std::string> words) {
    words = Completed(command_, words);
    std::reverse(words.begin(), words.end());
    command_.parse(words);
  }
  std::string WhyNotHosted() {
    auto host = HostOptionsOf(options_, clock_);
    return host ? "" : host.error().reason;
  }

  CLI::App command_;
  ServingOptions options_;
  runtime::SystemClock clock_;
  std::vector<std::string> variables_;
};

TEST_F(ServingOptionsTest, FlagsComeBeforeVariablesAndVariablesBeforeTheFile) {
  const std::string file = testing::TempDir() + "/serving.ini";
  std::ofstream(file) << "kafka=file:1\nredis=file:2\nreplica=file\n";
  SetVariable("THROUGHLINE_KAFKA", "variable:1");
  SetVariable("THROUGHLINE_REDIS", "variable:2,variable:3");
  Parse({"--config", file, "--kafka=flag:1", "--partitions", "8"});
  EXPECT_EQ(options_.kafka, "flag:1");
  EXPECT_THAT(options_.redis, ElementsAre("variable:2", "variable:3"));
  EXPECT_EQ(options_.replica, "file");
  EXPECT_EQ(options_.partitions, 8);
  EXPECT_EQ(options_.workers, 4);
}

TEST_F(ServingOptionsTest, AFlagIsAVariableToo) {
  SetVariable("THROUGHLINE_OPEN_ACCESS", "true");
  SetVariable("THROUGHLINE_KAFKA_SETTING", "ssl.ca.location=a;sasl.mechanisms=PLAIN");
  Parse({"--kafka", "b:1", "--redis", "r:2"});
  EXPECT_TRUE(options_.open_access);
  auto journal = KafkaRedisOptionsOf(options_, {"plans"}, nullptr);
  ASSERT_TRUE(journal);
  EXPECT_EQ(journal->kafka["bootstrap.servers"], "b:1");
  EXPECT_EQ(journal->kafka["ssl.ca.location"], "a");
  EXPECT_EQ(journal->kafka["sasl.mechanisms"], "PLAIN");
}

TEST_F(ServingOptionsTest, WhatIsWrongStopsTheStart) {
  EXPECT_THROW(Parse({"--partitions", "none"}), CLI::Error);
  EXPECT_THROW(Parse({"--no-such-option"}), CLI::Error);
  for (const char* address :
       {"nonsense", ":7400", "127.0.0.1:", "127.0.0.1:99999", "h:-1", "h:x"}) {
    EXPECT_THROW(Parse({"--listen", address}), CLI::Error) << address;
  }
  for (const char* address : {"127.0.0.1:0", "[::1]:7400", "localhost:65535"}) {
    EXPECT_NO_THROW(Parse({"--listen", address})) << address;
  }
  const std::string file = testing::TempDir() + "/wrong.ini";
  std::ofstream(file) << "kafak=file:1\n";
  EXPECT_THROW(Parse({"--config", file}), CLI::Error);
  EXPECT_EQ(KafkaRedisOptionsOf({}, {}, nullptr).error().field, "kafka");
  options_.kafka = "b:1";
  EXPECT_EQ(KafkaRedisOptionsOf(options_, {}, nullptr).error().field, "redis");
  options_.redis = {"r:1"};
  options_.kafka_settings = {"ssl"};
  EXPECT_EQ(KafkaRedisOptionsOf(options_, {}, nullptr).error().reason, "KAFKA_SETTING_WRONG");
}

TEST_F(ServingOptionsTest, NobodyServesTheWorldWithoutCredentials) {
  EXPECT_EQ(WhyNotHosted(), "ACCESS_MISSING");
  options_.open_access = true;
  EXPECT_EQ(WhyNotHosted(), "");
  options_.listen = "0.0.0.0:7400";
  EXPECT_EQ(WhyNotHosted(), "OPEN_ACCESS_REFUSED");
  options_.listen = "[::1]:7400";
  EXPECT_EQ(WhyNotHosted(), "");
  options_.jwks = {"keys.json"};
  EXPECT_EQ(WhyNotHosted(), "ACCESS_CONTRADICTORY");
  options_.open_access = false;
  options_.simulated_clock = true;
  EXPECT_EQ(WhyNotHosted(), "SIMULATED_CLOCK_REFUSED");
}

TEST_F(ServingOptionsTest, TheTableSaysWhatThereIs) {
  std::ifstream in("services/platform/host/README.md");
  const std::string table((std::istreambuf_iterator<char>(in)), {});
  for (const CLI::Option* option : OptionsOf(command_)) {
    const std::string name = option->get_lnames().front();
    if (name == "config") continue;
    EXPECT_THAT(table, HasSubstr("| `--" + name + "` | `THROUGHLINE_"));
  }
  size_t rows = 0;
  for (size_t at = 0; (at = table.find("\n| `--", at)) != std::string::npos; ++at) ++rows;
  EXPECT_EQ(rows + 1, OptionsOf(command_).size()) << "and nothing else";
}

}  // namespace
}  // namespace throughline::platform
