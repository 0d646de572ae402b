#include "importing/request_ids.h"

#include <gtest/gtest.h>

#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::importing {
namespace {

evidence::v1::IngestResultsRequest Batch() {
  evidence::v1::IngestResultsRequest batch;
  batch.set_district("lakeside");
  batch.add_results()->set_source_id("r1");
  return batch;
}

TEST(RequestIds, TheSameIsTheSame) {
  auto one = Batch(), other = Batch();
  other.set_request_id("something else before");
  Identify({"digest", "0"}, one);
  Identify({"digest", "0"}, other);
  EXPECT_EQ(one.request_id(), other.request_id());
  EXPECT_EQ(one.request_id().size(), 26u);
}

TEST(RequestIds, WhatIsAskedAndTheCircumstancesMakeTheDifference) {
  auto one = Batch(), later = Batch(), otherwise = Batch(), shifted = Batch();
  otherwise.mutable_results(0)->set_score(1);
  Identify({"digest", "0"}, one);
  Identify({"digest", "1"}, later);
  Identify({"digest", "0"}, otherwise);
  Identify({"digest0", ""}, shifted);
  EXPECT_NE(one.request_id(), later.request_id());
  EXPECT_NE(one.request_id(), otherwise.request_id());
  EXPECT_NE(one.request_id(), shifted.request_id());
}

TEST(RequestIds, NoOccasionComesTwice) { EXPECT_NE(NewOccasion(), NewOccasion()); }

}  // namespace
}  // namespace throughline::importing
