#include "platform/access/scopes.h"

#include <gtest/gtest.h>

#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::platform {
namespace {

using evidence::v1::IngestResultsRequest;

const std::string kAt = "https://purl.imsglobal.org/spec/or/v1p2/scope/";
const std::string kPut = kAt + "gradebook.createput";
const std::string kDelete = kAt + "gradebook.delete";
const std::string kRead = kAt + "gradebook.readonly";
const std::string kEvidence = "throughline.evidence.v1.EvidenceService.";

bool MayIngest(std::string_view scope, const IngestResultsRequest& request) {
  const auto rules = Rules::Of(*IngestResultsRequest::descriptor()->file()->service(0));
  return IsInScope(scope, rules->Find(request)->scopes, request);
}

TEST(Scopes, WithoutWordsThatNarrowTheRoleDecides) {
  const IngestResultsRequest request;
  for (const char* scope : {"", " ", "openid profile email", "throughline", "openid throughline"}) {
    EXPECT_TRUE(MayIngest(scope, request)) << scope;
    EXPECT_TRUE(MayCall(scope, kEvidence + "IngestResults")) << scope;
  }
}

TEST(Scopes, AWordThatNobodyKnowsAllowsNothing) {
  const IngestResultsRequest request;
  for (const std::string& scope :
       {std::string("results.readonly"), std::string("openid results.readonly"), kPut + "s"}) {
    EXPECT_FALSE(MayIngest(scope, request)) << scope;
    EXPECT_FALSE(MayCall(scope, kEvidence + "IngestResults")) << scope;
    EXPECT_FALSE(MayCall(scope, kEvidence + "ListLineItems")) << scope;
  }
  EXPECT_FALSE(MayCall(kPut, kEvidence + "NoSuchMethod"));
}

TEST(Scopes, WhatWordsAllowIsAllowedTogether) {
  EXPECT_TRUE(MayCall(kRead, kEvidence + "ListLineItems"));
  EXPECT_FALSE(MayCall(kRead, kEvidence + "IngestResults"));
  EXPECT_FALSE(MayCall(kPut, kEvidence + "RemoveAssessments"));
  EXPECT_TRUE(MayCall(kPut + ' ' + kDelete, kEvidence + "RemoveAssessments"));
  EXPECT_TRUE(MayCall(kPut + ' ' + kDelete, kEvidence + "IngestResults"));
  EXPECT_FALSE(MayIngest(kRead, IngestResultsRequest()));
  EXPECT_TRUE(MayIngest(kRead + ' ' + kPut, IngestResultsRequest()));
}

TEST(Scopes, WhoMayOnlyDeleteTakesBackAndWritesNothing) {
  IngestResultsRequest request;
  EXPECT_FALSE(MayIngest(kDelete, request)) << "it takes nothing back";
  request.add_results()->set_retracted(true);
  EXPECT_TRUE(MayIngest(kDelete, request));
  request.add_results()->set_score(7);
  EXPECT_FALSE(MayIngest(kDelete, request));
  EXPECT_TRUE(MayIngest(kDelete + ' ' + kPut, request));
}

}  // namespace
}  // namespace throughline::platform
