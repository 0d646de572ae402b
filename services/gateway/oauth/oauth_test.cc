#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "gateway/json/json_reader.h"
#include "gateway/oauth/clients.h"
#include "gateway/oauth/issuing_options.h"
#include "gateway/oauth/test_secret.h"
#include "gateway/oauth/token_request.h"
#include "gateway/oauth/token_signer.h"
#include "platform/access/access.h"

namespace throughline::gateway::oauth {
namespace {

using testing::HasSubstr;

std::string Entry(const std::string& more = "") {
  return R"([{"client_id": "sis", "district": "lakeside", "role": "integration",
              "secret_sha256": ")" +
         HashOf(kSecret) + "\", \"scopes\": [\"one\", \"two\"]" + more + "}]";
}

TEST(Clients, KnowTheirSecrets) {
  const auto clients = Clients::Parse("file", Entry());
  ASSERT_TRUE(clients) << clients.error().message;
  ASSERT_NE(clients->Find("sis", kSecret), nullptr);
  EXPECT_EQ(clients->Find("sis", kSecret)->district, "lakeside");
  EXPECT_EQ(clients->Find("sis", "another"), nullptr);
  EXPECT_EQ(clients->Find("sis", ""), nullptr);
  EXPECT_EQ(clients->Find("nobody", kSecret), nullptr);
}

TEST(Clients, SayWhatIsWrongWithTheFile) {
  const auto why = [](const std::string& text) {
    auto clients = Clients::Parse("clients.json", text);
    return clients ? "fine" : clients.error().message;
  };
  EXPECT_THAT(why("{"), HasSubstr("clients.json cannot be used"));
  EXPECT_THAT(why("{}"), HasSubstr("no list"));
  EXPECT_THAT(why("[1]"), HasSubstr("no object"));
  EXPECT_THAT(why(R"([{"client_id": "sis"}])"), HasSubstr("sis needs a secret_sha256"));
  EXPECT_THAT(why(Entry(R"(, "school": "north")")), HasSubstr("sis needs a district, a role"));
  const std::string one = Entry();
  EXPECT_THAT(why("[" + one.substr(1, one.size() - 2) + "," + one.substr(1)), HasSubstr("twice"));
  EXPECT_FALSE(Clients::FromFile("/nowhere"));
}

TEST(TokenRequest, IsReadFromFormJsonAndBasic) {
  platform::http::Request request;
  request.headers["content-type"] = "application/x-www-form-urlencoded";
  TokenRequest asked =
      ReadTokenRequest(request, "grant_type=client_credentials&client_id=a&client_secret=b%20c");
  EXPECT_EQ(asked.grant_type, "client_credentials");
  EXPECT_EQ(asked.client_id, "a");
  EXPECT_EQ(asked.client_secret, "b c");
  request.headers["authorization"] = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";  // of RFC 7617
  asked = ReadTokenRequest(request, "grant_type=client_credentials&scope=x+y");
  EXPECT_EQ(asked.client_id, "Aladdin");
  EXPECT_EQ(asked.client_secret, "open sesame");
  EXPECT_EQ(asked.scope, "x y");
  request.headers["content-type"] = "application/json; charset=utf-8";
  EXPECT_EQ(ReadTokenRequest(request, R"({"grant_type": "g"})").grant_type, "g");
  EXPECT_EQ(ReadTokenRequest(request, "nonsense").grant_type, "");
}

TEST(TokenRequest, GetsTheScopesThatTheClientMayHave) {
  const Client client{.id = {},
                      .secret_sha256 = {},
                      .role = {},
                      .district = {},
                      .school = {},
                      .team = {},
                      .scopes = {"one", "two"}};
  EXPECT_EQ(ScopesFor(client, ""), "one two");
  EXPECT_EQ(ScopesFor(client, "two"), "two");
  EXPECT_EQ(ScopesFor(client, "two three"), std::nullopt);
  EXPECT_EQ(TokenRefusal("invalid_client", "why").status, 401);
}

class TokenSignerTest : public testing::Test {
 protected:
  TokenSignerTest() : folder_(testing::TempDir() + "/oauth." + std::to_string(getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~TokenSignerTest() override { std::filesystem::remove_all(folder_); }
  const std::string folder_;
  const TokenTerms terms_{.issuer = "throughline-gateway", .audience = "throughline"};
};

TEST_F(TokenSignerTest, SignsWhatTheServicesTrust) {
  const auto signer = TokenSigner::FromFile(folder_ + "/key", terms_);
  ASSERT_TRUE(signer) << signer.error().message;
  struct stat found {};
  stat((folder_ + "/key").c_str(), &found);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_THAT(signer->Jwks(), testing::Not(HasSubstr("\"d\"")));
  std::ofstream(folder_ + "/jwks") << signer->Jwks();
  const runtime::SystemClock clock;
  const auto access = platform::Access::Create(
      {{.jwks = folder_ + "/jwks", .issuer = terms_.issuer, .audience = terms_.audience}}, clock);
  ASSERT_TRUE(access) << access.error().message;
  const auto clients = Clients::Parse("file", Entry());
  const std::string token = signer->Sign(*clients->Find("sis", kSecret), "one", clock.Now());
  const auto principal = (*access)->Authenticate("Bearer " + token);
  ASSERT_TRUE(principal) << principal.error().message;
  EXPECT_EQ((*principal)->subject, "sis");
  EXPECT_EQ((*principal)->district, "lakeside");
  EXPECT_EQ((*principal)->role, common::v1::ROLE_INTEGRATION);
  EXPECT_EQ((*principal)->scope, "one");

  // The same file is the same key; another one signs in vain.
  const auto again = TokenSigner::FromFile(folder_ + "/key", terms_);
  EXPECT_EQ(again->Jwks(), signer->Jwks());
  const auto other = TokenSigner::FromFile(folder_ + "/other", terms_);
  EXPECT_FALSE((*access)->Authenticate(
      "Bearer " + other->Sign(*clients->Find("sis", kSecret), "one", clock.Now())));
}

// What one replica seals another one opens, for the same purpose.
TEST_F(TokenSignerTest, HasASecretForEachPurposeThatFollowsFromTheKey) {
  const auto signer = TokenSigner::FromFile(folder_ + "/key", terms_);
  const auto again = TokenSigner::FromFile(folder_ + "/key", terms_);
  const auto other = TokenSigner::FromFile(folder_ + "/other", terms_);
  EXPECT_EQ(signer->SecretFor("one"), again->SecretFor("one"));
  EXPECT_NE(signer->SecretFor("one"), signer->SecretFor("two"));
  EXPECT_NE(signer->SecretFor("one"), other->SecretFor("one"));
}

TEST_F(TokenSignerTest, RefusesAKeyThatOthersMayReadOrThatIsNone) {
  std::ofstream(folder_ + "/open") << "{}";
  chmod((folder_ + "/open").c_str(), 0644);
  EXPECT_THAT(TokenSigner::FromFile(folder_ + "/open", terms_).error().message,
              HasSubstr("chmod 600"));
  chmod((folder_ + "/open").c_str(), 0600);
  EXPECT_THAT(TokenSigner::FromFile(folder_ + "/open", terms_).error().message,
              HasSubstr("no JWK"));
  // RFC 7520, 3.1: a public key of P-521; ES256 is of P-256.
  std::ofstream(folder_ + "/open", std::ios::trunc)
      << R"({"kty": "EC", "crv": "P-521", "x": "AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6s)"
         R"(Yl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt", "y": "AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN)"
         R"(34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1"})";
  EXPECT_THAT(TokenSigner::FromFile(folder_ + "/open", terms_).error().message, HasSubstr("P-256"));
  EXPECT_EQ(TokenSigner::FromFile("/nowhere/key", terms_).error().reason, "SIGNING_KEY_UNUSABLE");
}

// As Kubernetes mounts a Secret: it belongs to root, and the pod's group reads it.
TEST_F(TokenSignerTest, TakesAKeyOfSomebodyElseThatItsGroupMayRead) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const std::string path = folder_ + "/mounted";
  ASSERT_TRUE(TokenSigner::FromFile(path, terms_));
  ASSERT_EQ(chmod(path.c_str(), 0440), 0);
  EXPECT_THAT(TokenSigner::FromFile(path, terms_).error().message, HasSubstr("chmod 600"));
  ASSERT_EQ(chown(path.c_str(), 1, getegid()), 0);
  EXPECT_TRUE(TokenSigner::FromFile(path, terms_));
  for (const mode_t mode : {0460, 0444}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    EXPECT_FALSE(TokenSigner::FromFile(path, terms_)) << std::oct << mode;
  }
}

// The folder of the key may be read-only, as the mount of a Secret is.
TEST_F(TokenSignerTest, IsTrustedByItsOwnProcessWithNothingWrittenBesideTheKey) {
  std::ofstream(folder_ + "/clients.json") << Entry();
  const auto issuer =
      OpenIssuer({.clients = folder_ + "/clients.json", .signing_key = folder_ + "/key"}, "a");
  ASSERT_TRUE(issuer) << issuer.error().message;
  const runtime::SystemClock clock;
  const auto access = platform::Access::Create(TrustIn(issuer->get()), clock);
  ASSERT_TRUE(access) << access.error().message;
  const std::string token =
      (*issuer)->signer.Sign(*(*issuer)->clients.Find("sis", kSecret), "one", clock.Now());
  EXPECT_TRUE((*access)->Authenticate("Bearer " + token));
  std::set<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    files.insert(file.path().filename());
  }
  EXPECT_EQ(files, (std::set<std::string>{"clients.json", "key"}));
}

}  // namespace
}  // namespace throughline::gateway::oauth
