#include "audit/verification.h"

#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "audit/test_trail.h"

namespace throughline::audit {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// Three writers that take turns, and a head after every ten records.
class VerificationTest : public testing::Test {
 protected:
  VerificationTest() {
    for (int i = 0; i < 40; ++i) {
      Append(writers_[i % 3].Next(RefusalOf("reader" + std::to_string(i))));
      if (i % 10 == 9) Append(SignHead());
    }
  }
  void Append(const v1::ChainedRecord& record) {
    trail_.push_back({static_cast<int64_t>(trail_.size()), ToRecord(record, 0, "d")});
    digest_.Add(record.hash());
  }
  v1::ChainedRecord SignHead() {
    last_head_ = signer_.Sign(1000, static_cast<int64_t>(trail_.size()), digest_.value());
    return writers_[0].Next(last_head_);
  }
  v1::ChainedRecord At(size_t offset) const {
    v1::ChainedRecord record;
    record.ParseFromString(trail_[offset].record.value);
    return record;
  }
  void Remove(size_t offset) {
    trail_.erase(trail_.begin() + static_cast<int64_t>(offset));
    for (size_t i = 0; i < trail_.size(); ++i) trail_[i].offset = static_cast<int64_t>(i);
  }

  Chain writers_[3];
  Signer signer_{TestSecret()};
  RunningDigest digest_;
  v1::SignedHead last_head_;
  std::vector<runtime::StoredRecord> trail_;
};

TEST_F(VerificationTest, WhatIsAsItWasWrittenIsFoundSo) {
  Verification verification;
  for (const auto& stored : trail_) verification.Check(stored);
  const Verified verified = verification.Finish();
  EXPECT_EQ(verified.faults, 0);
  EXPECT_EQ(verified.records, 44);
  EXPECT_EQ(verified.heads, 4);
  EXPECT_EQ(verified.writers, 3);
  ASSERT_TRUE(verified.last_head);
  EXPECT_EQ(verified.last_head->records(), 43);
  EXPECT_EQ(verified.public_key, signer_.public_key());
}

// Every bit of a record, and of a head.
TEST_F(VerificationTest, AFlippedBitIsFoundWhereItIs) {
  const google::protobuf::LogSilencer silent;
  for (const size_t offset : {13, 21}) {
    const std::vector<runtime::StoredRecord> whole = trail_;
    trail_.resize(offset + 1);
    std::string& value = trail_[offset].record.value;
    for (size_t bit = 0; bit < 8 * value.size(); ++bit) {
      const char was = value[bit / 8];
      value[bit / 8] = static_cast<char>(was ^ (1U << (bit % 8)));
      ASSERT_FALSE(FaultsIn(trail_).empty()) << "bit " << bit << " of " << offset;
      value[bit / 8] = was;
    }
    trail_ = whole;
  }
}

TEST_F(VerificationTest, ARecordThatWasChangedWithItsHashDoesNotFollow) {
  v1::ChainedRecord record = At(13);
  record.set_record(RefusalOf("somebody else").SerializeAsString());
  record.set_hash(HashOf(record));
  trail_[13].record = ToRecord(record, 0, "d");
  const auto faults = FaultsIn(trail_);
  EXPECT_THAT(faults, Contains("NOT_FOLLOWING at 16"));
  EXPECT_THAT(faults, Contains("HEAD_DIFFERS at 21"));
}

TEST_F(VerificationTest, ARecordThatWasRemovedIsMissing) {
  Remove(15);
  const auto faults = FaultsIn(trail_);
  EXPECT_THAT(faults, Contains("MISSING at 17"));
  EXPECT_THAT(faults, Contains("HEAD_DIFFERS at 20"));
}

TEST_F(VerificationTest, SoIsOneWhosePlaceIsEmpty) {
  trail_.erase(trail_.begin() + 42);
  EXPECT_THAT(FaultsIn(trail_), Contains("MISSING at 43"));
}

TEST_F(VerificationTest, AnEmptyPlaceIsOneFaultBesideThoseOfTheChain) {
  trail_.erase(trail_.begin() + 13);
  const auto faults = FaultsIn(trail_);
  EXPECT_THAT(faults, Contains("MISSING at 14"));
  EXPECT_EQ(std::count_if(faults.begin(), faults.end(),
                          [](const auto& one) { return one.starts_with("MISSING"); }),
            2)
      << "the place in the topic, and the number of the writer";
}

TEST_F(VerificationTest, AWriterThatWasRemovedAltogetherIsMissedByTheHeads) {
  const std::string name = At(1).writer();
  for (size_t offset = trail_.size(); offset-- > 0;) {
    if (At(offset).writer() == name) Remove(offset);
  }
  EXPECT_FALSE(FaultsIn(trail_).empty());
}

TEST_F(VerificationTest, APairThatWasSwappedIsOutOfOrder) {
  std::swap(trail_[12].record, trail_[15].record);  // of one writer
  ASSERT_EQ(At(12).writer(), At(15).writer());
  EXPECT_THAT(FaultsIn(trail_), Contains("OUT_OF_ORDER at 15"));
  std::swap(trail_[12].record, trail_[15].record);
  std::swap(trail_[12].record, trail_[13].record);  // of two
  EXPECT_THAT(FaultsIn(trail_), ElementsAre("HEAD_DIFFERS at 21"));
}

TEST_F(VerificationTest, WhatALostOrderSpoilsIsSaidOnceWithTheFirstHeadThatMissesIt) {
  std::swap(trail_[12].record, trail_[13].record);
  Verification verification(signer_.public_key(), {last_head_});
  for (const auto& stored : trail_) verification.Check(stored);
  const Verified verified = verification.Finish();
  EXPECT_EQ(verified.faults, 1);
  ASSERT_EQ(verified.first_faults.size(), 1u);
  EXPECT_THAT(verified.first_faults[0].what,
              testing::AllOf(testing::HasSubstr("the first 21 records"),
                             testing::HasSubstr("the first 10 are as they were signed"),
                             testing::HasSubstr("3 later heads that cover them")))
      << "one of them is kept elsewhere, too";
}

TEST_F(VerificationTest, AnotherFaultBehindAHeadThatIsRightIsSaidToo) {
  std::swap(trail_[12].record, trail_[13].record);
  // Signed by a process that began after that, and went by what it found.
  digest_ = RunningDigest();
  for (size_t i = 0; i < trail_.size(); ++i) digest_.Add(At(i).hash());
  Append(SignHead());
  for (int i = 0; i < 3; ++i) Append(writers_[1].Next(RefusalOf("anna")));
  for (int i = 0; i < 3; ++i) Append(writers_[2].Next(RefusalOf("ben")));
  Append(SignHead());
  std::swap(trail_[47].record, trail_[48].record);
  EXPECT_THAT(FaultsIn(trail_), ElementsAre("HEAD_DIFFERS at 21", "HEAD_DIFFERS at 51"));
}

TEST_F(VerificationTest, ARecordThatIsThereTwiceIsFound) {
  trail_.push_back({44, trail_[40].record});
  EXPECT_THAT(FaultsIn(trail_), ElementsAre("REPEATED at 44"));
}

TEST_F(VerificationTest, ATailThatWasCutIsMissedByAHeadThatWasKept) {
  const v1::SignedHead kept = last_head_;
  trail_.resize(40);  // with the last head
  EXPECT_THAT(FaultsIn(trail_), IsEmpty()) << "nothing in it says that there was more";
  EXPECT_THAT(FaultsIn(trail_, {kept}), ElementsAre("CUT at 40"));
}

TEST_F(VerificationTest, ATrailThatWasWrittenAnewIsNotWhatAKeptHeadSigned) {
  const v1::SignedHead kept = last_head_;
  trail_.clear();
  digest_ = RunningDigest();
  Chain anew;
  while (trail_.size() < 60) Append(anew.Next(RefusalOf("somebody else")));
  EXPECT_THAT(FaultsIn(trail_, {kept}), ElementsAre("HEAD_DIFFERS at 43"));
}

TEST_F(VerificationTest, AHeadOfAnotherKeyIsForeign) {
  const v1::SignedHead foreign =
      Signer(TestSecret(8)).Sign(1000, static_cast<int64_t>(trail_.size()), digest_.value());
  Append(writers_[1].Next(foreign));
  EXPECT_THAT(FaultsIn(trail_), ElementsAre("FOREIGN_HEAD at 44"));
  EXPECT_THAT(FaultsIn(trail_, {foreign}), Contains("FOREIGN_HEAD at 44"));
}

TEST_F(VerificationTest, AHeadWhoseNumberWasRaisedIsNotSigned) {
  v1::SignedHead head = last_head_;
  head.set_records(44);
  head.set_digest(digest_.value());
  Append(writers_[1].Next(head));
  EXPECT_THAT(FaultsIn(trail_), ElementsAre("FOREIGN_HEAD at 44"));
}

TEST_F(VerificationTest, AHeadMayBeSignedWhileOthersWrite) {
  const v1::ChainedRecord head = SignHead();
  for (int i = 0; i < 100; ++i) Append(writers_[1].Next(RefusalOf("anna")));
  Append(head);
  EXPECT_THAT(FaultsIn(trail_), IsEmpty());
}

}  // namespace
}  // namespace throughline::audit
