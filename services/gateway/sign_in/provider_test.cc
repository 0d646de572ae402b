#include "gateway/sign_in/provider.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "gateway/json/json_reader.h"
#include "gateway/sign_in/code_exchange.h"
#include "gateway/sign_in/errors.h"
#include "gateway/sign_in/pages.h"
#include "platform/http_client/test_receiver.h"

namespace throughline::gateway::sign_in {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr char kIssuer[] = "https://id.example/realms/d";

std::string Document(const Json& changes = Json::object()) {
  Json document{{"issuer", kIssuer},
                {"authorization_endpoint", "https://id.example/authorize"},
                {"token_endpoint", "https://id.example/token"},
                {"jwks_uri", "https://id.example/jwks"},
                {"end_session_endpoint", "https://id.example/logout?a=b"}};
  for (const auto& [name, value] : changes.items()) {
    document.erase(name);
    if (!value.is_null()) document[name] = value;
  }
  return document.dump();
}

Endpoints Known() { return *ReadDiscovery(kIssuer, Document()); }

TEST(Discovery, SaysWhereTheEndpointsAre) {
  EXPECT_EQ(Known().authorization, "https://id.example/authorize");
  EXPECT_EQ(Known().token, "https://id.example/token");
  EXPECT_EQ(Known().keys, "https://id.example/jwks");
  EXPECT_FALSE(Known().secret_in_form);
  EXPECT_EQ(ReadDiscovery(kIssuer, Document({{"end_session_endpoint", nullptr}}))->end_session, "");
  const Json in_form{
      {"token_endpoint_auth_methods_supported", Json::array({"client_secret_post"})}};
  EXPECT_TRUE(ReadDiscovery(kIssuer, Document(in_form))->secret_in_form);
}

TEST(Discovery, IsRefusedWhenItIsNotThatOfTheIssuerOrLeadsToPlainHttp) {
  const auto why = [](const std::string& text) {
    const auto read = ReadDiscovery(kIssuer, text);
    return read ? "" : read.error().reason + ": " + read.error().message;
  };
  EXPECT_THAT(why("<html>"), HasSubstr("no JSON object"));
  EXPECT_THAT(why(Document({{"issuer", "https://id.example/realms/d/"}})),
              HasSubstr("of another issuer"));
  EXPECT_THAT(why(Document({{"token_endpoint", nullptr}})), HasSubstr("no usable token_endpoint"));
  for (const char* address : {"http://id.example/x", "https://", "javascript:alert(1)",
                              "https://id.example/\r\nSet-Cookie: a=b", "/logout"}) {
    EXPECT_THAT(why(Document({{"end_session_endpoint", address}})), HasSubstr("PROVIDER_UNUSABLE"))
        << address;
  }
}

Attempt Begun() {
  return {.state = "s", .nonce = "n", .verifier = "v", .address = "https://d.example", .page = "/"};
}

TEST(CodeExchange, AsksTheProviderForACode) {
  const Client client{.id = "board", .scopes = "openid profile"};
  EXPECT_EQ(AuthorizationUrl(Known(), client, Begun(), /*again=*/false),
            "https://id.example/authorize?response_type=code&client_id=board&redirect_uri="
            "https%3A%2F%2Fd.example%2Fsign-in%2Fcallback&scope=openid%20profile&state=s&nonce=n&"
            "code_challenge=" +
                ChallengeOf("v") + "&code_challenge_method=S256");
  EXPECT_THAT(AuthorizationUrl(Known(), client, Begun(), true), HasSubstr("&prompt=login"));
}

TEST(CodeExchange, SaysTheSecretAsTheProviderWantsIt) {
  const Client client{.id = "a board", .secret = "s:1&2"};
  auto post = TokenRequestOf(Known(), client, Begun(), "the code");
  EXPECT_EQ(post.url, "https://id.example/token");
  EXPECT_EQ(post.body,
            "grant_type=authorization_code&code=the%20code&redirect_uri="
            "https%3A%2F%2Fd.example%2Fsign-in%2Fcallback&client_id=a%20board&code_verifier=v");
  // base64 of a%20board:s%3A1%262
  EXPECT_THAT(post.headers, Contains("Authorization: Basic YSUyMGJvYXJkOnMlM0ExJTI2Mg=="));
  Endpoints in_form = Known();
  in_form.secret_in_form = true;
  post = TokenRequestOf(in_form, client, Begun(), "c");
  EXPECT_THAT(post.body, HasSubstr("&client_secret=s%3A1%262"));
  EXPECT_THAT(post.headers, Not(Contains(HasSubstr("Authorization"))));
  post = TokenRequestOf(Known(), {.id = "public"}, Begun(), "c");
  EXPECT_THAT(post.headers, Not(Contains(HasSubstr("Authorization"))));
}

TEST(CodeExchange, ASecretThatWasReplacedInItsFileIsPresentedWithoutARestart) {
  const std::string file = testing::TempDir() + "/sign-in-secret." + std::to_string(getpid());
  const Client client{.id = "board", .secret = "of the start", .secret_file = file};
  std::ofstream(file) << "of now\n";
  EXPECT_EQ(WithSecretOfNow(client).secret, "of now");
  std::remove(file.c_str());
  EXPECT_EQ(WithSecretOfNow(client).secret, "of the start");
  EXPECT_EQ(WithSecretOfNow({.id = "board", .secret = "given"}).secret, "given");
}

TEST(CodeExchange, LeadsToTheProvidersLogout) {
  EXPECT_EQ(EndSessionUrl(Known(), {.id = "board"}, "token", "https://d.example"),
            "https://id.example/logout?a=b&client_id=board&post_logout_redirect_uri="
            "https%3A%2F%2Fd.example%2F&id_token_hint=token");
  EXPECT_EQ(EndSessionUrl({}, {}, "token", "https://d.example"), "");
}

// Where a receiver stands.
std::string AddressOf(const platform::TestReceiver& receiver) {
  return receiver.url().substr(0, receiver.url().rfind('/'));
}

TEST(Provider, IsAskedAgainWhenItWasAwayAndStopsTheStartWhenItIsWrong) {
  EXPECT_EQ((*Provider::Open("http://127.0.0.1:1", {}))->known(), nullptr);
  platform::TestReceiver wrong("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "\r\n\r\n");
  EXPECT_EQ(Provider::Open(AddressOf(wrong), {}).error().reason, "PROVIDER_UNUSABLE");
  platform::TestReceiver broken("HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n", "\r\n\r\n");
  const auto provider = Provider::Open(
      AddressOf(broken),
      {.every = std::chrono::hours(1), .after_failure = std::chrono::milliseconds(1)});
  ASSERT_TRUE(provider);
  EXPECT_TRUE(broken.WaitFor(3)) << "it is asked again";
  EXPECT_EQ((*provider)->known(), nullptr);
}

TEST(Pages, SayWhyInTheLanguageOfTheBrowser) {
  const auto page = RefusalPage(RoleUnmapped(), "fr, es-MX;q=0.9, en;q=0.5");
  EXPECT_EQ(page.status, 403);
  EXPECT_THAT(page.body, HasSubstr("<html lang=\"es\">"));
  EXPECT_THAT(page.body, HasSubstr("href=\"/sign-in?again=true\""));
  EXPECT_THAT(page.headers, Contains(Pair("Cache-Control", "no-store")));
  EXPECT_THAT(RefusalPage(AttemptUnknown(), "").body, HasSubstr("Begin again."));
  EXPECT_EQ(RefusalPage(ProviderUnavailable(), "en").status, 503);
  EXPECT_EQ(RefusalPage(TooManySignIns(), "en").status, 429);
  EXPECT_THAT(RefusalPage(IdTokenInvalid("<secret>"), "en").body, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace throughline::gateway::sign_in
