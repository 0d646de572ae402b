// What a service is made of: rules as pure functions over the state of one partition.
//
//   Decide(input, turn)   reads turn.state() and emits events, or refuses. No I/O, clock, random
//                         or log line: time and ids come from the turn.
//   Apply(event, state)   is total: it never fails and never validates. It is the only place
//                         where state changes.
//   Route(command)        says which partition key a command belongs to.
//
// An emitted event is applied at once, so what is decided next in the same turn already sees it.
// Running the same inputs in the same order over the same state emits the same events: that is
// what lets the runtime finish, after a crash, what had been begun.
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "decider/state.h"

namespace throughline::decider {

// One thing a partition takes in. Exactly one of `message` (a command of this service, a fact of an
// upstream service, or a delivery from another partition of this one) and `timer` is set.
struct Input {
  const google::protobuf::Message* message = nullptr;
  const Timer* timer = nullptr;

  // The message as an M, or null when it is something else.
  template <class M>
  const M* As() const {
    if (message == nullptr || message->GetDescriptor() != M::descriptor()) return nullptr;
    return static_cast<const M*>(message);
  }
};

// Where an event goes besides its own partition's log. A delivery arrives there as an Input, in
// the order of the deciding partition, exactly once.
struct Delivery {
  enum class To { kNowhere, kKey, kEveryPartition };
  To to = To::kNowhere;
  std::string key;

  static Delivery Nowhere() { return {}; }
  static Delivery ToKey(std::string key) { return {To::kKey, std::move(key)}; }
  static Delivery ToEveryPartition() { return {To::kEveryPartition, {}}; }
};

// A recorded fact of this service, as Apply sees it.
struct Event {
  const google::protobuf::Message& message;
  core::Instant time;   // the time of the input that it was decided on
  std::string_view id;  // "<service>.<partition>.<sequence>"

  template <class M>
  const M* As() const {
    if (message.GetDescriptor() != M::descriptor()) return nullptr;
    return static_cast<const M*>(&message);
  }
};

// One decision on one input.
class Turn {
 public:
  virtual ~Turn() = default;
  virtual const State& state() const = 0;
  // The input's own time: when a command was submitted, a fact decided, a timer due.
  virtual core::Instant now() const = 0;
  // Unique to the input and the same whenever it is decided again: derive ids from it.
  virtual std::string_view input_id() const = 0;
  // The id of the event that will be emitted next.
  virtual std::string next_event_id() const = 0;

  // Records a fact and applies it. `subject` names what it is about: the partition key
  // ("district" or "district/school"), which downstream consumers and streams filter by.
  virtual void Emit(const google::protobuf::Message& event, std::string_view subject,
                    Delivery delivery = Delivery::Nowhere()) = 0;
  // What the caller of a command gets. At most one of the two, once a turn. A refusal excludes
  // events: refuse before emitting anything.
  virtual void Answer(const google::protobuf::Message& response) = 0;
  virtual void Refuse(core::Error error) = 0;
};

class Decider {
 public:
  virtual ~Decider() = default;
  virtual std::string_view service() const = 0;           // "evidence"
  virtual std::vector<std::string> upstream() const = 0;  // services whose events are facts here
  virtual std::string Route(const google::protobuf::Message& command) const = 0;
  // Which partition key a timer of that name belongs to; empty: the name does not say.
  virtual std::string RouteOfTimer(std::string_view name) const { return ""; }
  // Whether every partition records an event of this type when it is about a key that has nothing
  // above it, each the same one: when the log is moved to another number of partitions, each has it
  // once again.
  virtual bool IsOnEveryPartition(const google::protobuf::Descriptor& event) const { return false; }
  // Whether facts of this type mean anything here; those that do not are not even parsed.
  virtual bool Takes(const google::protobuf::Descriptor& fact) const { return true; }
  // Facts, deliveries and timers that mean nothing here are ignored: no event, no refusal.
  virtual void Decide(const Input& input, Turn& turn) const = 0;
  virtual void Apply(const Event& event, State& state) const = 0;
  // Of the rows that Apply makes. Raised when the same events come to other rows than before: the
  // owner of a partition then folds them anew.
  virtual int state_version() const { return 0; }
  // Rows that Decide will want, or Apply of an own event, so that the owner loads those of a whole
  // batch in one go. A hint: may be empty. Reading the state here is fine for rows that are nearly
  // always in memory.
  virtual std::vector<RowKey> Touches(const Input& input, const State& state) const { return {}; }
};

}  // namespace throughline::decider
