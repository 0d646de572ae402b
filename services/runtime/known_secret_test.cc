#include "runtime/known_secret.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "runtime/simulated/simulated_journal.h"

namespace throughline::runtime {
namespace {

class KnownSecret : public testing::Test {
 protected:
  KnownSecret() {
    std::string name = testing::TempDir() + "known_secret.XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~KnownSecret() override { std::filesystem::remove_all(folder_); }

  core::Result<Secret> Read(std::string_view purpose = "pseudonyms") {
    return KnownSecretFromFile(log_, file(), purpose);
  }
  std::filesystem::path file() const { return folder_ / "pseudonyms.key"; }
  void Write(const std::string& bytes) { std::ofstream(file(), std::ios::binary) << bytes; }
  static std::string ReasonOf(const core::Result<Secret>& read) {
    return read ? "" : read.error().reason;
  }

  SimulatedLog log_;
  std::filesystem::path folder_;
};

TEST_F(KnownSecret, IsMadeOnceAndKnownAgain) {
  const auto made = Read();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(*Read(), *made);
  EXPECT_EQ(*log_.End({kFingerprintsTopic, 0}), 1);
}

TEST_F(KnownSecret, ThatIsLostIsNotMadeAnew) {
  ASSERT_TRUE(Read());
  std::filesystem::remove(file());
  const auto lost = Read();
  EXPECT_EQ(ReasonOf(lost), "SECRET_LOST");
  EXPECT_NE(lost.error().message.find("Restore"), std::string::npos);
  EXPECT_NE(lost.error().message.find(file().string()), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(KnownSecret, ThatIsAnotherIsRefused) {
  ASSERT_TRUE(Read());
  Write(std::string(32, 'x'));
  EXPECT_EQ(ReasonOf(Read()), "SECRET_OTHER");
  Write(std::string(32, '\0'));
  EXPECT_EQ(ReasonOf(Read()), "SECRET_UNUSABLE");
}

TEST_F(KnownSecret, ThatTookThePlaceOfAnotherIsTheOneThatIsKnown) {
  const Secret first = *Read(), second = {2}, third = {3};
  const auto replace = [&](const Secret& before, const Secret& next) {
    const auto done = ReplaceKnownSecret(log_, before, next, file(), "pseudonyms");
    return done ? "" : done.error().reason;
  };
  const auto refused = [&](const Secret& secret) {
    const auto known = CheckSecret(log_, secret, file(), "pseudonyms");
    return known ? "" : known.error().reason;
  };
  EXPECT_EQ(replace(first, second), "");
  EXPECT_EQ(replace(first, second), "") << "again, after a process that ended right then";
  EXPECT_EQ(*log_.End({kFingerprintsTopic, 0}), 2);
  EXPECT_EQ(replace(first, third), "SECRET_OTHER") << "somebody else was there before";
  EXPECT_EQ(refused(second), "");
  EXPECT_EQ(refused(first), "SECRET_OTHER");
  EXPECT_EQ(replace(second, third), "");
  EXPECT_EQ(refused(third), "");
  EXPECT_EQ(refused(second), "SECRET_OTHER");
}

TEST_F(KnownSecret, OfZerosIsNone) {
  Write(std::string(32, '\0'));
  EXPECT_EQ(ReasonOf(Read()), "SECRET_UNUSABLE");
}

TEST_F(KnownSecret, IsKnownByItsPurpose) {
  ASSERT_TRUE(Read("pseudonyms"));
  Write(std::string(32, 'x'));
  EXPECT_EQ(ReasonOf(Read("deliveries")), "");
  EXPECT_EQ(ReasonOf(Read("pseudonyms")), "SECRET_OTHER");
}

}  // namespace
}  // namespace throughline::runtime
