// The move to another number of partitions, of what two small services recorded under schedules of
// faults: there, on, and back, every row, id and answer is what it was.
#include <gmock/gmock.h>
#include <google/protobuf/api.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/source_context.pb.h>
#include <google/protobuf/wrappers.pb.h>

#include "core/key.h"
#include "moved_world.h"
#include "runtime/moved_records.h"

namespace throughline::simulation {
namespace {

using google::protobuf::BytesValue;     // views: what was said was seen
using google::protobuf::FieldMask;      // notes: something was said: of a key, what
using google::protobuf::Mixin;          // notes: how often something was told the root
using google::protobuf::SourceContext;  // notes: what every partition took over of that
using google::protobuf::StringValue;    // command: "<key> <what>", of which "no" is refused
using testing::IsEmpty;
using testing::Not;

constexpr uint64_t kSchedules =
#ifdef NDEBUG
    100;
#else
    10;
#endif

// How much of the root every partition knows: root.
constexpr decider::Table<StringValue> kKnown{"known"};
// What was said of a key, and how much was known of its root then; what was told a root; by key.
constexpr decider::Table<StringValue> kSaid{"said"};
constexpr decider::Table<StringValue> kTold{"told"};

constexpr const char* kSeen = "it was seen";

std::string TextOf(const decider::State& state, decider::Table<StringValue> table,
                   std::string_view key) {
  const auto* row = state.Find(table, key);
  return row == nullptr ? "" : row->value();
}

std::string RootOf(const std::string& key) { return std::string(core::SplitKey<2>(key)[0]); }

class Notes final : public decider::Decider {
 public:
  std::string_view service() const override { return "notes"; }
  std::vector<std::string> upstream() const override { return {"views"}; }
  std::string Route(const google::protobuf::Message& command) const override {
    const std::string& text = static_cast<const StringValue&>(command).value();
    return text.substr(0, text.find(' '));
  }
  std::string RouteOfTimer(std::string_view name) const override {
    // Some do not say it.
    return name.starts_with("later/") ? "" : core::PlaceIn(name, 2, true);
  }
  bool IsOnEveryPartition(const google::protobuf::Descriptor& event) const override {
    return &event == SourceContext::descriptor();
  }
  void Decide(const decider::Input& input, decider::Turn& turn) const override {
    if (input.timer != nullptr) {
      if (input.timer->name.size() % 2 == 0) return;
      return Say(core::PlaceIn(input.timer->name, 2, true), "a timer", turn);
    }
    if (const auto* command = input.As<StringValue>()) return Take(command->value(), turn);
    if (const auto* said = input.As<FieldMask>()) {  // delivered to the root
      Mixin told;
      told.set_name(RootOf(said->paths(0)));
      told.set_root(TextOf(turn.state(), kTold, told.name()) + "+");
      turn.Emit(told, told.name(), decider::Delivery::ToEveryPartition());
    }
    if (const auto* told = input.As<Mixin>()) {
      SourceContext known;
      known.set_file_name(told->name() + " " + told->root());
      turn.Emit(known, told->name());
    }
    if (const auto* seen = input.As<BytesValue>()) {
      if (seen->value().size() % 3 == 0) Say(seen->value(), kSeen, turn);
    }
  }
  void Apply(const decider::Event& event, decider::State& state) const override {
    if (const auto* said = event.As<FieldMask>()) {
      const std::string& key = said->paths(0);
      StringValue& row = state.Edit(kSaid, key);
      row.set_value(row.value() + "; " + said->paths(1) + ", known " +
                    TextOf(state, kKnown, RootOf(key)));
      const size_t length = row.value().size();
      const std::string kind = length % 3 == 0 ? "later/" : "timer/";
      if (length % 2 == 0) {
        state.SetTimer(kind + std::to_string(length) + "/" + key,
                       event.time + std::chrono::hours(length % 7));
      }
    }
    if (const auto* told = event.As<Mixin>()) {
      state.Edit(kTold, told->name()).set_value(told->root());
    }
    if (const auto* known = event.As<SourceContext>()) {
      const std::string& text = known->file_name();
      state.Edit(kKnown, text.substr(0, text.find(' '))).set_value(text);
    }
  }

 private:
  static void Say(const std::string& key, const std::string& what, decider::Turn& turn) {
    FieldMask said;
    said.add_paths(key);
    said.add_paths(what);
    const bool is_told = what.ends_with('!');
    turn.Emit(said, key,
              is_told ? decider::Delivery::ToKey(RootOf(key)) : decider::Delivery::Nowhere());
  }
  static void Take(const std::string& text, decider::Turn& turn) {
    const std::string key = text.substr(0, text.find(' '));
    const std::string what = text.substr(text.find(' ') + 1);
    if (what == "no") return turn.Refuse({core::Code::kInvalidArgument, "NO", "No.", ""});
    // What is derived from an input must never be derived again.
    Say(key, std::string(turn.input_id()), turn);
    Say(key, what, turn);
    StringValue answer;
    answer.set_value(std::string(turn.input_id()));
    turn.Answer(answer);
  }
};

class Views final : public decider::Decider {
 public:
  std::string_view service() const override { return "views"; }
  std::vector<std::string> upstream() const override { return {"notes"}; }
  std::string Route(const google::protobuf::Message&) const override { return ""; }
  bool IsOnEveryPartition(const google::protobuf::Descriptor& event) const override {
    return &event == SourceContext::descriptor();
  }
  void Decide(const decider::Input& input, decider::Turn& turn) const override {
    if (const auto* said = input.As<FieldMask>()) {
      if (said->paths(1) == kSeen) return;  // or it would be seen for ever
      BytesValue seen;
      seen.set_value(said->paths(0));
      turn.Emit(seen, said->paths(0));
    }
    if (const auto* known = input.As<SourceContext>()) {
      turn.Emit(*known, known->file_name().substr(0, known->file_name().find(' ')));
    }
  }
  void Apply(const decider::Event& event, decider::State& state) const override {
    if (const auto* seen = event.As<BytesValue>()) {
      StringValue& row = state.Edit(kSaid, seen->value());
      row.set_value(row.value() + "; known " + TextOf(state, kKnown, RootOf(seen->value())));
    }
    if (const auto* known = event.As<SourceContext>()) {
      const std::string& text = known->file_name();
      state.Edit(kKnown, text.substr(0, text.find(' '))).set_value(text);
    }
  }
};

using Commands = std::vector<std::pair<size_t, World::Command>>;

Commands CommandsOf(uint64_t seed, const std::string& name) {
  const std::vector<std::string> keys{"d", "d/a", "d/b", "d/c", "d/d", "e", "e/a", "e/b"};
  const std::vector<std::string> whats{"one", "two!", "no", "three", "four!"};
  std::mt19937_64 random(seed * 7919);
  Commands commands;
  for (int i = 0; i < 40; ++i) {
    auto command = std::make_shared<StringValue>();
    command->set_value(keys[random() % keys.size()] + " " + whats[random() % whats.size()]);
    commands.push_back({0, {name + std::to_string(i), command}});
  }
  return commands;
}

struct Rules {
  Notes notes;
  Views views;
  Deciders All() const { return {&notes, &views}; }
};

std::unique_ptr<World> Lived(uint64_t seed, const Rules& rules, const Commands& commands) {
  WorldOptions options;
  options.seed = seed;
  options.partitions = 1 + static_cast<int32_t>(seed % 5);
  options.start = core::FromMillis(1'000'000'000'000);
  auto world = std::make_unique<World>(rules.All(), options);
  world->Run(commands);
  EXPECT_TRUE(world->Settle()) << world->last_error();
  return world;
}

class RepartitionTest : public testing::Test {
 protected:
  core::Result<runtime::Repartitioned> Try(World& from, int32_t before, runtime::Log& to) {
    return runtime::Repartition(from.log(), from.store(), to,
                                {.services = rules_.All(), .partitions = {before, 3}},
                                [](std::string_view, int64_t) {});
  }
  const Rules rules_;
};

TEST_F(RepartitionTest, EverythingIsWhatItWasThereAndOnAndBack) {
  for (uint64_t seed = 1; seed <= kSchedules && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Commands commands = CommandsOf(seed, "first ");
    const auto first = Lived(seed, rules_, commands);
    const MovedRows before = RowsOf(*first, rules_.All());
    ASSERT_THAT(before, Not(IsEmpty()));
    const auto second = Moved(*first, 7, rules_.All());
    EXPECT_THAT(Differences(before, RowsOf(*second, rules_.All())), IsEmpty());
    ExpectFound(*first, *second, rules_.All());

    const int64_t events = EventsIn(*second);
    second->Prepare(commands);
    EXPECT_EQ(EventsIn(*second), events) << "a repeated request took effect";
    for (const auto& [service, command] : commands) {
      EXPECT_EQ(second->AnswerTo(service, command).SerializeAsString(),
                first->AnswerTo(service, command).SerializeAsString());
    }

    const Commands later = CommandsOf(seed + 1'000'000, "later ");
    second->Run(later);
    ASSERT_TRUE(second->Settle()) << second->last_error();
    for (const auto& [service, command] : later) {
      const auto& answer = second->AnswerTo(service, command);
      for (const auto& [known_service, known] : commands) {
        if (answer.has_refusal()) break;
        EXPECT_NE(answer.response(), first->AnswerTo(known_service, known).response());
      }
    }
    const auto third = Moved(*second, 2, rules_.All());
    EXPECT_THAT(Differences(RowsOf(*second, rules_.All()), RowsOf(*third, rules_.All())),
                IsEmpty());
    ExpectFound(*first, *third, rules_.All());
    EXPECT_EQ(runtime::PartitionsOf(third->log(), {"notes"}).value(), 2);
  }
}

// Also by a log that has as many partitions, and also when the token says nothing of a chain.
TEST_F(RepartitionTest, TokensOfBeforeAMoveAreRefused) {
  const auto first = Lived(1, rules_, CommandsOf(1, "first "));
  const auto second = Moved(*first, 7, rules_.All());
  const auto third = Moved(*second, first->partitions(), rules_.All());
  const auto fourth = Moved(*third, 7, rules_.All());
  World* const worlds[] = {first.get(), second.get(), third.get(), fourth.get()};
  for (const char* key : {"d", "d/a"}) {
    for (const bool only_this : {true, false}) {
      for (const bool only_new : {true, false}) {
        const runtime::EventQuery query{.services = {"notes"},
                                        .subject = key,
                                        .only_this = only_this,
                                        .after = "",
                                        .only_new = only_new};
        for (World* given : worlds) {
          auto reader = runtime::EventReader::Open(given->log(), given->partitions(), query);
          ASSERT_TRUE(reader);
          if (!only_new) ASSERT_TRUE(reader->Next(5));
          for (World* read : worlds) {
            runtime::EventQuery after = query;
            after.after = reader->Token();
            const auto again = runtime::EventReader::Open(read->log(), read->partitions(), after);
            ASSERT_EQ(again.has_value(), read == given) << key << only_this << only_new;
            if (!again) EXPECT_EQ(again.error().reason, "TOKEN_INVALID");
          }
        }
      }
    }
  }
}

TEST_F(RepartitionTest, WhatIsNotTakenYetIsNamed) {
  const auto world = Lived(1, rules_, CommandsOf(1, "first "));  // of two partitions
  runtime::v1::Packed late;
  late.mutable_envelope()->set_type(StringValue::descriptor()->full_name());
  late.mutable_envelope()->set_subject("d/a");
  ASSERT_TRUE(world->log().Append({{{"inbox.notes", 1}, {runtime::ToRecord(late)}}}));
  runtime::SimulatedLog to;
  const auto refused = Try(*world, 2, to);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "LOG_NOT_QUIET");
  EXPECT_THAT(refused.error().message,
              testing::HasSubstr("1 record of inbox.notes, partition 1, by notes."));
  EXPECT_THAT(to.Everything(), IsEmpty());
}

TEST_F(RepartitionTest, ALogIsNotMovedOntoAnother) {
  const auto world = Lived(1, rules_, CommandsOf(1, "first "));
  const auto refused = Try(*world, 2, world->log());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "LOG_NOT_EMPTY");
}

TEST_F(RepartitionTest, ANumberThatTheLogHasNotIsRefused) {
  const auto world = Lived(1, rules_, CommandsOf(1, "first "));
  runtime::SimulatedLog to;
  const auto refused = Try(*world, 4, to);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "EVENT_ELSEWHERE");
}

// What was begun and not finished is not served.
TEST_F(RepartitionTest, AMoveThatWasInterruptedIsNotServed) {
  const auto world = Lived(1, rules_, CommandsOf(1, "first "));
  runtime::SimulatedLog whole, begun;
  ASSERT_TRUE(Try(*world, 2, whole));
  for (const auto& [place, records] : whole.Everything()) {
    if (records.empty()) continue;
    ASSERT_TRUE(begun.Append({{place, {records.begin(), records.end() - 1}}}));
  }
  runtime::SimulatedStore store;
  runtime::Counters counters;
  for (int again = 0; again < 2; ++again) {
    runtime::Partition owner(
        begun, store, rules_.notes,
        {.partition = 0, .partitions = 3, .nonce = std::to_string(again)},
        [](const std::string&, const runtime::v1::Outcome&) {}, counters);
    core::Result<bool> did = true;
    while (did && *did) did = owner.Step(world->now());
    ASSERT_FALSE(did);
    EXPECT_EQ(did.error().reason, "MOVE_INCOMPLETE");
  }
}

}  // namespace
}  // namespace throughline::simulation
