#include "runtime/request_key.h"

#include <gtest/gtest.h>

#include <set>

#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::runtime {
namespace {

using evidence::v1::IngestResultsRequest;

IngestResultsRequest Asked() {
  IngestResultsRequest request;
  request.set_district("d");
  request.add_results()->set_score(7);
  return request;
}

TEST(RequestKey, ADigestIsOfEverythingButTheRequestId) {
  IngestResultsRequest asked = Asked();
  const std::string digest = DigestOf(asked);
  EXPECT_EQ(digest.size(), 16U);
  asked.set_request_id("1");
  EXPECT_EQ(DigestOf(asked), digest);
  EXPECT_EQ(asked.request_id(), "1");
  asked.mutable_results(0)->set_score(8);
  EXPECT_NE(DigestOf(asked), digest);
}

TEST(RequestKey, AnIdIsAnotherOfEveryCallerCommandAndPlace) {
  const IngestResultsRequest ingest = Asked();
  const evidence::v1::StreamResultsRequest stream;
  std::set<std::string> ids;
  for (const char* caller : {"", "a", "b"}) {
    for (const char* id : {"1", "2"}) {
      for (const char* route : {"d", "d/s", "e"}) {
        ids.insert(OutcomeId({.caller = caller, .id = id, .digest = {}}, ingest, route));
        ids.insert(OutcomeId({.caller = caller, .id = id, .digest = {}}, stream, route));
      }
    }
  }
  EXPECT_EQ(ids.size(), 3U * 2 * 3 * 2);
  // What one of them ends with does not run into what the next begins with.
  EXPECT_NE(OutcomeId({.caller = "a", .id = "11", .digest = {}}, ingest, "d"),
            OutcomeId({.caller = "a", .id = "1", .digest = {}}, ingest, "d1"));
  EXPECT_EQ(OutcomeId({.caller = "a", .id = "1", .digest = {}}, ingest, "d"),
            OutcomeId({.caller = "a", .id = "1", .digest = {}}, ingest, "d"));
}

TEST(RequestKey, AClaimIsOfTheIdOfWhatItIsFor) {
  const evidence::v1::StreamResultsRequest command;
  const RequestKey key{.caller = "a", .id = "1", .digest = {}};
  const RequestKey claim = ClaimOf(key, *IngestResultsRequest::descriptor());
  EXPECT_EQ(OutcomeId(claim, command, "d"), OutcomeId(key, Asked(), "d"));
}

TEST(RequestKey, AClaimIsAnsweredByAnythingOfTheSameRequestAndAnswersNoPart) {
  v1::RequestDigest part, other;
  part.set_request("one");
  part.set_part("a");
  other.set_request("two");
  const auto claim =
      ClaimOf({.caller = {}, .id = "1", .digest = part}, *part.GetDescriptor()).digest;
  EXPECT_TRUE(IsAnsweredBy(claim, part));
  EXPECT_TRUE(IsAnsweredBy(claim, claim));
  EXPECT_FALSE(IsAnsweredBy(part, claim));
  EXPECT_FALSE(IsReused(part, claim));
  EXPECT_TRUE(IsReused(other, claim));
  EXPECT_FALSE(IsAnsweredBy(claim, other));
}

TEST(RequestKey, WhatWasAskedIsToldFromHowItWasDivided) {
  v1::RequestDigest whole, part, other;
  whole.set_request("one");
  part = whole;
  part.set_part("a");
  other.set_request("two");
  EXPECT_TRUE(IsAnsweredBy(whole, whole));
  EXPECT_FALSE(IsAnsweredBy(whole, part));
  EXPECT_FALSE(IsReused(whole, part));
  EXPECT_TRUE(IsReused(whole, other));
  EXPECT_TRUE(IsReused(v1::RequestDigest(), whole)) << "of an old log, which says none";
}

}  // namespace
}  // namespace throughline::runtime
