#include "notifications/delivery/delivery_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "runtime/simulated/simulated_journal.h"

namespace throughline::notifications {
namespace {

using testing::HasSubstr;

class DeliveryOptionsTest : public testing::Test {
 protected:
  DeliveryOptionsTest() {
    std::filesystem::create_directories(folder_);
    options_.key = folder_ + "/deliveries.key";
  }
  ~DeliveryOptionsTest() override { std::filesystem::remove_all(folder_); }

  // The option that is wrong; empty when none is.
  std::string Wrong() {
    auto setup = DeliverySetupOf(options_);
    return setup ? "" : setup.error().field;
  }

  const std::string folder_ = testing::TempDir() + "delivery_options_test";
  DeliveryOptions options_;
};

TEST_F(DeliveryOptionsTest, WithoutAMailServerNoMailIsSent) {
  const auto setup = DeliverySetupOf(options_);
  ASSERT_TRUE(setup) << setup.error().message;
  EXPECT_FALSE(setup->SendsMail());
  EXPECT_TRUE(setup->carries);
}

TEST_F(DeliveryOptionsTest, TheKeyIsMadeOnceAndKept) {
  const auto first = DeliverySetupOf(options_), second = DeliverySetupOf(options_);
  EXPECT_EQ(first->keys.SigningSecret("d", "s", "k"), second->keys.SigningSecret("d", "s", "k"));
  EXPECT_EQ(std::filesystem::status(options_.key).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(DeliveryOptionsTest, AKeyTakesThePlaceOfAnotherWithoutBreakingWhatWasMadeWithThatOne) {
  runtime::SimulatedLog log;
  const auto setup = [&] { return DeliverySetupOf(options_, &log); };
  const auto first = setup();
  ASSERT_TRUE(first) << first.error().message;
  const std::string known = first->keys.SigningSecret("d", "s", "k");

  const std::string old = options_.key;
  options_.key = folder_ + "/next.key";
  EXPECT_EQ(setup().error().reason, "SECRET_LOST") << "another key needs the one before";
  options_.key_before = old;
  const auto both = setup();
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->keys.SigningSecrets("d", "s", "k").back(), known);
  ASSERT_TRUE(setup()) << "a second replica, or a restart";

  options_.key_before = "";
  const auto next = setup();
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->keys.SigningSecret("d", "s", "k"), both->keys.SigningSecret("d", "s", "k"));
  options_.key = old;
  EXPECT_EQ(setup().error().reason, "SECRET_OTHER") << "there is no way back to the old one alone";
}

TEST_F(DeliveryOptionsTest, TheKeyBeforeIsAnotherAndIsThere) {
  ASSERT_TRUE(DeliverySetupOf(options_));
  options_.key_before = options_.key;
  EXPECT_EQ(Wrong(), "deliveries-key-before");
  options_.key_before = folder_ + "/none.key";
  EXPECT_EQ(Wrong(), "deliveries-key-before");
  EXPECT_FALSE(std::filesystem::exists(options_.key_before)) << "none is made";
}

TEST_F(DeliveryOptionsTest, WhatIsWrongIsNamed) {
  options_.webhook_allow = {"10.0.0.0/8", "home"};
  EXPECT_EQ(Wrong(), "webhook-allow");
  options_.webhook_allow.pop_back();
  options_.smtp = "mail.example.org:25";
  EXPECT_EQ(Wrong(), "smtp");
  options_.smtp = "smtp://mail.example.org:587";
  EXPECT_EQ(Wrong(), "mail-from");
  options_.mail_from = "throughline@example.org";
  EXPECT_EQ(Wrong(), "unsubscribe-url");
  options_.unsubscribe_url = "https://example.org/unsubscribe";
  EXPECT_EQ(Wrong(), "");
  EXPECT_TRUE(DeliverySetupOf(options_)->SendsMail());
  std::ofstream(options_.key) << "short";
  EXPECT_EQ(DeliverySetupOf(options_).error().reason, "SECRET_UNUSABLE");
}

TEST_F(DeliveryOptionsTest, TheTableSaysWhatThereIs) {
  CLI::App command;
  AddDeliveryOptions(command, options_);
  std::ifstream in("services/notifications/README.md");
  const std::string table((std::istreambuf_iterator<char>(in)), {});
  const CLI::App& group = *command.get_subcommands({}).front();
  size_t options = 0;
  for (const CLI::Option* option : group.get_options()) {
    if (option == group.get_help_ptr()) continue;
    ++options;
    EXPECT_THAT(table, HasSubstr("| `--" + option->get_lnames().front() + "` | `THROUGHLINE_"));
  }
  size_t rows = 0;
  for (size_t at = 0; (at = table.find("\n| `--", at)) != std::string::npos; ++at) ++rows;
  EXPECT_EQ(rows, options) << "and nothing else";
}

}  // namespace
}  // namespace throughline::notifications
