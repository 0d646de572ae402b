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

TEST(StreamToken, HasNoWordForPartitionsAtTheirBeginning) {
  ReadPlaces many;
  for (int32_t p = 0; p < 1000; ++p) many[{"events.plans", p}] = {};
  EXPECT_LT(TokenOf(many).size(), 40U);
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
  for (const std::string& wrong : {std::string(), std::string("nonsense"), token + "A",
                                   Written(negative), std::string(100'000, 'A')}) {
    EXPECT_EQ(ReadToken(wrong, plans).error().reason, "TOKEN_INVALID") << wrong.substr(0, 40);
  }
}

}  // namespace
}  // namespace throughline::runtime
