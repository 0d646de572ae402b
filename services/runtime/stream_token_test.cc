#include "runtime/stream_token.h"

#include <gtest/gtest.h>

#include "runtime/base64.h"
#include "throughline/runtime/v1/stream_position.pb.h"

namespace throughline::runtime {
namespace {

const TopicPartition kAlerts0{"events.notifications", 0};
const TopicPartition kAlerts1{"events.notifications", 1};
const TopicPartition kPlans0{"events.plans", 0};

// Somewhere, nowhere yet, and somewhere with a chain that is not known.
ReadPlaces Places() {
  return {{kAlerts0, {.offset = 9, .chain = {.sequence = 7, .chain = 1U << 31, .branch = 5}}},
          {kAlerts1, {}},
          {kPlans0, {.offset = 4, .chain = {}, .anywhere = true}}};
}

ReadPlaces Unread(const ReadPlaces& like) {
  ReadPlaces places = like;
  for (auto& [partition, at] : places) at = {.offset = 99, .chain = {1, 1, 1}};
  return places;
}

void ExpectEqual(const ReadPlaces& read, const ReadPlaces& places) {
  ASSERT_EQ(read.size(), places.size());
  for (const auto& [partition, at] : places) {
    const ReadPlace& it = read.at(partition);
    EXPECT_EQ(it.offset, at.offset);
    EXPECT_EQ(it.anywhere, at.anywhere);
    if (at.anywhere) continue;
    EXPECT_EQ(it.chain.sequence, at.chain.sequence);
    EXPECT_EQ(it.chain.chain, at.chain.chain);
    EXPECT_EQ(it.chain.branch, at.chain.branch);
  }
}

std::string Written(const v1::StreamPosition& position) {
  return ToBase64(position.SerializeAsString(), Base64::kUrlSafe);
}

TEST(StreamToken, SaysThePlacesThatItWasMadeOf) {
  ReadPlaces read = Unread(Places());
  ASSERT_TRUE(ReadToken(TokenOf(Places()), read));
  ExpectEqual(read, Places());
}

TEST(StreamToken, TellsARecordThatWasDroppedFromAChainThatIsNotKnown) {
  const ReadPlaces places{
      {kPlans0, {.offset = 1, .chain = {.sequence = 0, .chain = 0, .branch = 3}}}};
  ReadPlaces read = Unread(places);
  ASSERT_TRUE(ReadToken(TokenOf(places), read));
  ExpectEqual(read, places);
}

// With few partitions a number of before may be one of now, and a place that says nothing of a
// chain fits any log.
TEST(StreamToken, IsOfNoOtherMoveOfTheLog) {
  const ReadPlaces places{{kAlerts0, {.offset = 4, .chain = {}, .anywhere = true}}};
  for (const uint64_t given : {0, 1, 2}) {
    for (const uint64_t read : {0, 1, 2}) {
      ReadPlaces at = Unread(places);
      const auto done = ReadToken(TokenOf(places, given), at, read);
      EXPECT_EQ(done.has_value(), given == read) << given << " " << read;
      if (!done) EXPECT_EQ(done.error().reason, "TOKEN_INVALID");
    }
  }
}

TEST(StreamToken, HasNoWordForPartitionsAtTheirBeginning) {
  ReadPlaces many;
  for (int32_t p = 0; p < 1000; ++p) many[{"events.plans", p}] = {};
  EXPECT_LT(TokenOf(many).size(), 40U);
}

ReadPlace AfterEvent(int64_t offset, uint64_t chain) {
  return {.offset = offset, .chain = {offset, chain, 0}, .after_event = true};
}

TEST(StreamToken, LeavesTheChainToTheRecordBeforeWhereThatSaysIt) {
  const ReadPlaces places{{kAlerts0, AfterEvent(9, 0x1122334455667788)}, {kPlans0, {}}};
  ReadPlaces read = Unread(places);
  const std::string token = TokenOf(places);
  ASSERT_TRUE(ReadToken(token, read));
  const ReadPlace& at = read.at(kAlerts0);
  EXPECT_EQ(at.offset, 9);
  EXPECT_TRUE(at.chain_unread);
  EXPECT_EQ(at.chain.chain, 0x55667788U);  // eight bytes for two partitions
  EXPECT_TRUE(SameChain(at, places.at(kAlerts0), 2));
  EXPECT_FALSE(SameChain(at, AfterEvent(9, 0x1122334455667789), 2));
  EXPECT_EQ(TokenOf(read), token);
}

TEST(StreamToken, IsShort) {
  ReadPlaces district, school;
  for (const char* topic :
       {"events.cycles", "events.evidence", "events.notifications", "events.plans"}) {
    for (int32_t p = 0; p < 24; ++p) district[{topic, p}] = AfterEvent(100'000 + p, ~0ULL);
    school[{topic, 7}] = AfterEvent(100'000, ~0ULL);
  }
  EXPECT_LE(TokenOf(district).size(), 530U);
  EXPECT_LE(TokenOf(school).size(), 48U);
}

TEST(StreamToken, OfBeforeVersion02IsReadForEver) {
  v1::StreamPosition old;
  auto& alerts = *old.add_topics();
  alerts.set_name("events.notifications");
  alerts.set_partitions(2);
  auto& place = *alerts.add_places();
  place.set_offset(9);
  place.set_sequence(7);
  place.set_chain(1U << 31);
  place.set_branch(5);
  auto& plans = *old.add_topics();
  plans.set_name("events.plans");
  plans.set_partitions(1);
  auto& anywhere = *plans.add_places();
  anywhere.set_offset(4);
  anywhere.set_anywhere(true);
  ReadPlaces read = Unread(Places());
  ASSERT_TRUE(ReadToken(Written(old), read));
  ReadPlaces moved = Places();
  EXPECT_EQ(ReadToken(Written(old), moved, 1).error().reason, "TOKEN_INVALID");
  ExpectEqual(read, Places());
}

TEST(StreamToken, OfVersion01IsReadForEver) {
  v1::StreamPosition old;
  const auto add = [&](const char* topic, int64_t offset, int64_t sequence, uint64_t chain,
                       uint64_t branch) {
    v1::Positions::Input& input = *old.add_inputs();
    input.set_topic(topic);
    input.set_offset(offset);
    input.set_sequence(sequence);
    input.set_chain(chain);
    input.set_branch(branch);
  };
  add("events.notifications.0", 9, 7, 1U << 31, 5);
  add("events.notifications.1", 0, 0, 0, 0);
  add("events.plans.0", 4, -1, 0, 0);
  ReadPlaces read = Unread(Places());
  ASSERT_TRUE(ReadToken(Written(old), read));
  ReadPlaces moved = Places();
  EXPECT_EQ(ReadToken(Written(old), moved, 1).error().reason, "TOKEN_INVALID");
  ExpectEqual(read, Places());

  old.mutable_inputs()->RemoveLast();
  EXPECT_EQ(ReadToken(Written(old), read).error().reason, "TOKEN_INVALID");
}

TEST(StreamToken, OfAnythingElseIsRefused) {
  const std::string token = TokenOf(Places());
  ReadPlaces fewer = Places();
  fewer.erase(kAlerts1);
  ReadPlaces others = Places();
  others.erase(kPlans0);
  others[{"events.cycles", 0}] = {};
  for (ReadPlaces* places : {&fewer, &others}) {
    EXPECT_EQ(ReadToken(token, *places).error().reason, "TOKEN_INVALID");
  }
  v1::StreamPosition negative;
  auto& topic = *negative.add_topics();
  topic.set_name("events.plans");
  topic.set_partitions(1);
  topic.add_places()->set_offset(-1);
  ReadPlaces plans{{kPlans0, {}}};
  v1::StreamPosition short_of_a_check;
  ReadPlaces whole{{kPlans0, AfterEvent(3, 1)}};
  short_of_a_check.ParseFromString(*FromBase64(TokenOf(whole), Base64::kUrlSafe));
  short_of_a_check.mutable_checks()->pop_back();
  v1::StreamPosition short_of_a_place = short_of_a_check;
  short_of_a_place.clear_checks();
  short_of_a_place.set_marks(0, 3 * 4 + 2);
  v1::StreamPosition far = short_of_a_place;
  far.set_marks(0, ~0ULL - 2);
  v1::StreamPosition one_too_many = short_of_a_place;
  one_too_many.set_marks(0, 2 * 4 + 3);
  for (const auto* position : {&short_of_a_check, &short_of_a_place, &far, &one_too_many}) {
    EXPECT_EQ(ReadToken(Written(*position), plans).error().reason, "TOKEN_INVALID")
        << position->ShortDebugString();
  }
  for (const std::string& wrong : {std::string(), std::string("nonsense"), token + "A",
                                   Written(negative), std::string(100'000, 'A')}) {
    EXPECT_EQ(ReadToken(wrong, plans).error().reason, "TOKEN_INVALID") << wrong.substr(0, 40);
  }
}

}  // namespace
}  // namespace throughline::runtime
