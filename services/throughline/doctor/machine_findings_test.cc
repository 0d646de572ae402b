#include "throughline/doctor/machine_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "platform/grpc/test_certificates.h"

namespace throughline::doctor {
namespace {

namespace fs = std::filesystem;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class MachineFindingsTest : public testing::Test {
 protected:
  MachineFindingsTest() : folder_(testing::TempDir() + "/doctor." + std::to_string(getpid())) {
    fs::create_directories(folder_);
    fs::permissions(folder_, fs::perms::owner_all);
  }
  ~MachineFindingsTest() override { fs::remove_all(folder_); }
  fs::path Secret(fs::perms permissions, const std::string& text = "secret") const {
    const fs::path file = folder_ / "secret";
    std::ofstream(file) << text;
    fs::permissions(file, permissions);
    return file;
  }
  static std::string SaidOf(const Findings& found) {
    EXPECT_EQ(found.size(), 1u) << TextOf(found);
    return TextOf(found);
  }

  const fs::path folder_;
  const core::Instant now_ = floor<milliseconds>(std::chrono::system_clock::now());
};

constexpr fs::perms kOwners = fs::perms::owner_read | fs::perms::owner_write;

TEST_F(MachineFindingsTest, ASecretIsForItsOwnerAlone) {
  EXPECT_THAT(SaidOf(SecretFileFindings("Key", Secret(kOwners), false)), StartsWith("ok "));
  const fs::path readable = Secret(kOwners | fs::perms::others_read);
  EXPECT_THAT(SaidOf(SecretFileFindings("Key", readable, false)),
              StartsWith("warning  Key: Everybody on this machine may read "));
  const fs::path writable = Secret(kOwners | fs::perms::others_write);
  EXPECT_THAT(SaidOf(SecretFileFindings("Key", writable, false)),
              StartsWith("fault    Key: Everybody on this machine may replace "));
  fs::permissions(folder_, fs::perms::all);
  EXPECT_THAT(SaidOf(SecretFileFindings("Key", Secret(kOwners), false)),
              HasSubstr("may replace files beside"));
}

TEST_F(MachineFindingsTest, ASecretThatIsMadeMayBeMissingAtFirstAndNoOtherMay) {
  const fs::path none = folder_ / "none";
  EXPECT_THAT(SaidOf(SecretFileFindings("Key", none, true)), StartsWith("warning "));
  EXPECT_THAT(SaidOf(SecretFileFindings("Key", none, false)), StartsWith("fault "));
  EXPECT_THAT(SaidOf(SecretFileFindings("Key", Secret(kOwners, ""), false)),
              HasSubstr("is empty, or no file"));
}

TEST_F(MachineFindingsTest, ACertificateIsRenewedInTime) {
  const platform::TestAuthority authority("authority");  // what it signs is valid for a day
  const platform::TestAuthority::Files files{folder_ / "cert.pem", folder_ / "key.pem"};
  authority.Issue("server", files);
  fs::permissions(files.key, kOwners);
  const platform::TlsFiles both{.certificate = files.certificate, .key = files.key};
  const auto said = [&](core::Instant now) {
    const Findings found = CertificateFindings("Certificate", both, now);
    EXPECT_EQ(found.size(), 2u) << "the certificate, and who may read its key: " << TextOf(found);
    return TextOf({found.front()});
  };
  EXPECT_THAT(said(now_), StartsWith("warning  Certificate: " + files.certificate +
                                     " is valid for 0 more days. Renew it"));
  EXPECT_THAT(said(now_ + hours(25)),
              HasSubstr("fault    Certificate: " + files.certificate + " expired at "));
  EXPECT_THAT(said(now_ - hours(2)), HasSubstr("is not valid before"));
  EXPECT_THAT(said(now_ - hours(1)), StartsWith("warning "));
}

TEST_F(MachineFindingsTest, OfAChainTheFirstToEndCounts) {
  const std::string file = folder_ / "chain.pem";
  platform::TestAuthority("authority").WriteTo(file);
  const auto one = platform::ValidityOf(file);
  ASSERT_TRUE(one) << one.error().message;
  std::ifstream in(file);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  std::ofstream(file) << text << text;
  const auto both = platform::ValidityOf(file);
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->until, one->until);
  std::ofstream(file) << "nothing";
  EXPECT_EQ(platform::ValidityOf(file).error().reason, "TLS_FILE_UNUSABLE");
}

TEST_F(MachineFindingsTest, AKeyThatIsNotTheCertificatesIsAFault) {
  const platform::TestAuthority authority("authority");
  authority.Issue("one", {folder_ / "one.pem", folder_ / "one.key"});
  authority.Issue("two", {folder_ / "two.pem", folder_ / "two.key"});
  const platform::TlsFiles mixed{.certificate = folder_ / "one.pem", .key = folder_ / "two.key"};
  EXPECT_THAT(SaidOf(CertificateFindings("Certificate", mixed, now_)),
              HasSubstr("it is not the key of"));
  EXPECT_THAT(CertificateFindings("Certificate", {}, now_), IsEmpty()) << "no TLS, nothing to say";
}

TEST_F(MachineFindingsTest, KeysOfAnIssuerThatCannotBeReadAreAFault) {
  EXPECT_THAT(SaidOf(IssuerKeyFindings(folder_ / "none.json")), StartsWith("fault "));
}

TEST_F(MachineFindingsTest, EachLineIsAnObjectToo) {
  EXPECT_EQ(JsonLinesOf({Warning("a \"b\"", "It is c.", "Do d."), Ok("e", "It is f.")}),
            R"({"standing": "warning", "what": "a \"b\"", "said": "It is c.", "next": "Do d."})"
            "\n"
            R"({"standing": "ok", "what": "e", "said": "It is f."})"
            "\n");
}

}  // namespace
}  // namespace throughline::doctor
