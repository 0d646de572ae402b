// Against a receiver on loopback that answers with what the test says, byte for byte.
#include "platform/http_client/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "platform/http_client/test_receiver.h"

namespace throughline::platform {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using Failure = HttpOutcome::Failure;

HttpRules Loopback() {
  return {.addresses = *AddressRules::Allowing({"127.0.0.0/8"}), .plain_http = true, .ca_file = {}};
}

HttpOutcome Post(const HttpRules& rules, const std::string& url,
                 std::chrono::milliseconds deadline = std::chrono::seconds(10)) {
  std::promise<HttpOutcome> outcome;
  Transfers transfers;
  const HttpClient client(transfers, rules);
  client.Post({url, {"webhook-id: 7"}, "{\"body\":\"END\"}", deadline},
              [&](HttpOutcome is) { outcome.set_value(std::move(is)); });
  return outcome.get_future().get();
}

TEST(HttpClient, SaysWhatTheReceiverAnswered) {
  TestReceiver receiver("HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n");
  const HttpOutcome outcome = Post(Loopback(), receiver.url());
  EXPECT_EQ(outcome.failure, Failure::kNone) << outcome.detail;
  EXPECT_EQ(outcome.status, 503);
  EXPECT_EQ(outcome.retry_after_s, 120);
  EXPECT_THAT(receiver.requests(), ElementsAre(AllOf(HasSubstr("POST /hook HTTP/1.1\r\n"),
                                                     HasSubstr("webhook-id: 7\r\n"))));
}

TEST(HttpClient, LoopbackIsNotConnectedTo) {
  TestReceiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const HttpRules rules{.addresses = {}, .plain_http = true, .ca_file = {}};
  const HttpOutcome outcome = Post(rules, receiver.url());
  EXPECT_EQ(outcome.failure, Failure::kForbidden) << outcome.detail;
  std::string by_name = receiver.url();
  by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");
  EXPECT_EQ(Post(rules, by_name).failure, Failure::kForbidden);
  EXPECT_EQ(receiver.connections(), 0u);
}

TEST(HttpClient, HttpIsNotSpokenUnlessAllowed) {
  TestReceiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  HttpRules rules = Loopback();
  rules.plain_http = false;
  EXPECT_EQ(Post(rules, receiver.url()).failure, Failure::kForbidden);
  EXPECT_EQ(receiver.connections(), 0u);
}

TEST(HttpClient, ARedirectIsAnAnswer) {
  TestReceiver elsewhere("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  TestReceiver receiver("HTTP/1.1 307 There\r\nLocation: " + elsewhere.url() +
                        "\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(Post(Loopback(), receiver.url()).status, 307);
  EXPECT_EQ(elsewhere.connections(), 0u);
}

TEST(HttpClient, ABodyWithoutEndIsNotReadToItsEnd) {
  TestReceiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" +
                        std::string(1 << 20, 'x'));
  EXPECT_EQ(Post(Loopback(), receiver.url()).status, 200);
}

TEST(HttpClient, AReceiverThatSaysNothingIsGivenUp) {
  TestReceiver receiver("");
  EXPECT_EQ(Post(Loopback(), receiver.url(), std::chrono::milliseconds(50)).failure,
            Failure::kTimedOut);
}

TEST(HttpClient, WhatIsUnderWayEndsWithTheTransfers) {
  TestReceiver receiver("");
  std::promise<HttpOutcome> outcome;
  {
    auto transfers = std::make_unique<Transfers>();
    const HttpClient client(*transfers, Loopback());
    client.Post({receiver.url(), {}, "END"},
                [&](HttpOutcome is) { outcome.set_value(std::move(is)); });
    transfers.reset();
  }
  EXPECT_EQ(outcome.get_future().get().failure, Failure::kStopped);
}

TEST(HttpClient, GetsWhatIsThere) {
  TestReceiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthere", "\r\n\r\n");
  std::promise<HttpOutcome> outcome;
  Transfers transfers;
  const HttpClient client(transfers, Loopback());
  client.Get({.url = receiver.url(), .headers = {"Accept: application/json"}},
             [&](HttpOutcome is) { outcome.set_value(std::move(is)); });
  const HttpOutcome got = outcome.get_future().get();
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "there");
  EXPECT_THAT(receiver.requests(), ElementsAre(AllOf(HasSubstr("GET /hook HTTP/1.1\r\n"),
                                                     HasSubstr("Accept: application/json\r\n"))));
}

TEST(HttpClient, GivesNoBodyThatIsLargeOrCutOff) {
  for (const std::string& body : {std::string(70'000, 'x'), std::string("half")}) {
    TestReceiver receiver("HTTP/1.1 200 OK\r\nContent-Length: 80000\r\n\r\n" + body);
    const HttpOutcome outcome = Post(Loopback(), receiver.url());
    EXPECT_EQ(outcome.status, 200);
    EXPECT_EQ(outcome.body, "");
  }
}

TEST(HttpClient, AnEndpointIsAHostAndItsPort) {
  EXPECT_EQ(EndpointOf("https://example.org/a?b=c"), "https://example.org:443");
  EXPECT_EQ(EndpointOf("http://[::1]:8080"), "http://[::1]:8080");
  EXPECT_EQ(EndpointOf("nothing"), "");
}

}  // namespace
}  // namespace throughline::platform
