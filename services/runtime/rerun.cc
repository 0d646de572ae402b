#include "runtime/rerun.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "runtime/decision_reader.h"
#include "runtime/envelope.h"
#include "runtime/kept_rows.h"
#include "runtime/partitioner.h"

namespace throughline::runtime {

using core::Instant;
using core::Result;

namespace {

// So many rows of a partition are kept as messages; the others as bytes.
constexpr size_t kHotRowsAPartition = 40'000;

// A delivered conclusion that is still to be taken.
struct Delivered {
  int32_t from = 0;
  int64_t recorded = 0;  // sequence number of the recorded one that it stands for; 0: of none
  Instant time;
  std::shared_ptr<const google::protobuf::Message> message;
};

Instant TimeOf(const std::vector<v1::Packed>& decision) {
  return core::FromMillis(decision.front().envelope().time_ms());
}

// Whether the recorded decision came after the recorded conclusion was taken, or of it.
bool HadTaken(const std::vector<v1::Packed>& decision, const Delivered& delivered) {
  const auto& sources = decision.back().envelope().positions().sources();
  return std::any_of(sources.begin(), sources.end(), [&](const v1::Positions::Source& source) {
    return source.partition() == delivered.from && source.sequence() >= delivered.recorded;
  });
}

// Whether this timer was recorded to fire, in whatever partition that was.
bool IsOf(const decider::Timer& timer, const v1::Envelope& event) {
  if (event.timer() != timer.name) return false;
  return event.cause().ends_with("@" + std::to_string(core::ToMillis(timer.due)));
}

const v1::Positions& PositionsOf(const std::vector<v1::Packed>& decision) {
  return decision.back().envelope().positions();
}

}  // namespace

// One partition: its state, and how far its recorded decisions are taken.
struct Rerun::Place {
  Place(RecordReader& log, const std::string& topic, int32_t number)
      : partition(number), reader(log, {topic, number}) {}

  const int32_t partition;
  DecisionReader reader;
  KeptRows rows;
  decider::State state{&rows};
  std::vector<v1::Packed> next;  // the recorded decision that comes next; empty: not read, or none
  bool ended = false;            // there are no more
  int64_t moved_until = 0;       // sequence number of the last event of a move; 0: there was none
  int64_t passed = 0;            // sequence number of the last recorded event taken
  Instant time{};                // of what was decided last: time does not go back
  int64_t decided = 0;           // events, for their ids
  int64_t paired = 0;            // the last recorded conclusion that one of now stands for
  std::deque<std::shared_ptr<Delivered>> delivered;
};

class Rerun::Turn : public decider::Turn {
 public:
  // A recorded decision repeats its facts. What is decided by now only concludes: facts that the
  // rules would add to it are recorded where they happened, or did not happen.
  enum class Emits { kFactsToo, kConclusions };
  Turn(Rerun& rerun, Place& place, Instant now, std::string input_id, int64_t at, Emits emits)
      : rerun_(rerun),
        place_(place),
        now_(now),
        input_id_(std::move(input_id)),
        at_(at),
        emits_(emits) {}

  const decider::State& state() const override { return place_.state; }
  Instant now() const override { return now_; }
  std::string_view input_id() const override { return input_id_; }
  std::string next_event_id() const override {
    return EventId(rerun_.rules_.decider().service(), place_.partition, place_.decided + 1);
  }
  void Emit(const google::protobuf::Message& event, std::string_view /*subject*/,
            decider::Delivery delivery) override {
    const bool concludes = rerun_.rules_.IsConclusion(*event.GetDescriptor());
    if (!concludes && emits_ == Emits::kConclusions) return;
    const std::string id = next_event_id();
    ++place_.decided;
    rerun_.rules_.decider().Apply({event, now_, id}, place_.state);
    if (concludes) rerun_.Conclude(place_, event, at_, now_, delivery);
  }
  void Answer(const google::protobuf::Message& /*response*/) override {}
  void Refuse(core::Error /*error*/) override {}

 private:
  Rerun& rerun_;
  Place& place_;
  const Instant now_;
  const std::string input_id_;
  const int64_t at_;
  const Emits emits_;
};

Rerun::Rerun(RecordReader& log, const decider::Redecider& rules, RerunOptions options)
    : log_(log), rules_(rules), options_(std::move(options)) {
  const std::string topic = EventsTopic(rules.decider().service());
  for (int32_t p = 0; p < options_.partitions; ++p) {
    places_.push_back(std::make_unique<Place>(log_, topic, p));
  }
}

Rerun::~Rerun() = default;

std::vector<Conclusion> Rerun::TakeConclusions() { return std::exchange(conclusions_, {}); }

// Reads on to the next decision about the subject.
Result<void> Rerun::Fetch(Place& place) {
  while (place.next.empty() && !place.ended) {
    auto decision = place.reader.Next();
    if (!decision) return core::Refuse(decision.error());
    if (decision->empty() || TimeOf(*decision) > options_.until) {
      place.ended = true;
      break;
    }
    events_ += static_cast<int64_t>(decision->size());
    if (place.passed == 0) NoteMove(place, decision->front());
    if (decision->back().envelope().sequence() <= place.moved_until) {
      TakeMoved(place, *decision);
      continue;
    }
    const auto is_about = [&](const v1::Packed& event) {
      // What the runtime itself records of a timer has no subject.
      return IsAbout(event.envelope(), options_.subject) || event.envelope().subject().empty();
    };
    if (std::any_of(decision->begin(), decision->end(), is_about)) {
      place.next = *std::move(decision);
      time_ = std::max(time_, TimeOf(place.next));
    } else {
      place.passed = decision->back().envelope().sequence();
    }
  }
  return {};
}

void Rerun::NoteMove(Place& place, const v1::Packed& event) {
  v1::PartitionBegun begun;
  if (event.envelope().type() != begun.GetDescriptor()->full_name()) return;
  if (!begun.ParseFromString(event.value())) return;
  place.moved_until = begun.events_before() + begun.records();
}

void Rerun::TakeMoved(Place& place, const std::vector<v1::Packed>& decision) {
  place.time = std::max(place.time, TimeOf(decision));
  time_ = std::max(time_, place.time);
  for (const v1::Packed& event : decision) {
    const v1::Envelope& envelope = event.envelope();
    if (!envelope.timer().empty() && envelope.index() == 0) {
      place.state.ClearTimer(envelope.timer());
    }
    const auto* type = FindType(envelope.type());
    if (type == nullptr || !IsAbout(envelope, options_.subject)) continue;
    const auto message = ParseMessage(*type, event.value());
    if (!message) continue;
    rules_.decider().Apply({*message, core::FromMillis(envelope.time_ms()),
                            EventIdOf(rules_.decider().service(), place.partition, envelope)},
                           place.state);
    if (options_.stands && rules_.IsConclusion(*type)) options_.stands(event);
  }
  // What is decided now gets ids behind those of what was moved.
  place.decided = place.passed = decision.back().envelope().sequence();
  KeepRows(place);
  if (place.passed < place.moved_until) return;
  Turn turn(*this, place, place.time, "", place.passed, Turn::Emits::kFactsToo);
  rules_.BeginAnew(options_.subject, turn);
}

bool Rerun::IsReady(const Place& place) const {
  if (place.next.empty()) return true;
  const auto& sources = PositionsOf(place.next).sources();
  return std::all_of(sources.begin(), sources.end(), [&](const v1::Positions::Source& source) {
    const auto from = static_cast<size_t>(source.partition());
    return from >= places_.size() || places_[from]->passed >= source.sequence() ||
           places_[from].get() == &place;
  });
}

std::optional<Instant> Rerun::NextTime(const Place& place) const {
  std::optional<Instant> next;
  if (!place.next.empty()) next = TimeOf(place.next);
  const auto earlier = [&](Instant time) { next = std::min(next.value_or(time), time); };
  for (const auto& one : place.delivered) {
    if (one->recorded == 0 || place.next.empty()) earlier(one->time);
  }
  const auto timer = place.state.NextTimer(
      next.value_or(Instant::max()),
      [this](std::string_view name) { return rules_.IsForConclusions(name); });
  if (timer) earlier(timer->due);
  return next;
}

Result<bool> Rerun::Step() {
  Place* first = nullptr;
  std::optional<Instant> time;
  bool all_ended = true;
  for (const auto& place : places_) {
    if (auto fetched = Fetch(*place); !fetched) return core::Refuse(fetched.error());
    all_ended = all_ended && place->ended && place->next.empty();
    const auto next = NextTime(*place);
    if (!next || !IsReady(*place) || (time && *time <= *next)) continue;
    time = next;
    first = place.get();
  }
  if (first == nullptr || (all_ended && *time > time_)) return false;
  Do(*first);
  return true;
}

// Timers that are due and conclusions that were delivered come before the next recorded decision.
void Rerun::Do(Place& place) {
  const Instant now = place.next.empty() ? time_ : TimeOf(place.next);
  const auto timer = place.state.NextTimer(
      now, [this](std::string_view name) { return rules_.IsForConclusions(name); });
  if (timer) {
    Fire(place, *timer);
  } else if (!DrawOne(place, now) && !place.next.empty()) {
    Repeat(place);
  }
}

void Rerun::Fire(Place& place, const decider::Timer& timer) {
  const std::string id = TimerId(rules_.decider().service(), place.partition, timer);
  // Where it was recorded to fire, too, its conclusions stand for those that were recorded.
  const bool was_recorded = !place.next.empty() && IsOf(timer, place.next.front().envelope());
  const int64_t at = was_recorded ? place.next.back().envelope().sequence() : place.passed;
  place.state.ClearTimer(timer.name);
  Decide(place, {nullptr, &timer}, timer.due, id, at);
}

// Takes a delivered conclusion that the next recorded decision had taken, or that nobody recorded
// and whose time has come.
bool Rerun::DrawOne(Place& place, Instant by) {
  for (auto one = place.delivered.begin(); one != place.delivered.end(); ++one) {
    const bool by_time = (*one)->recorded == 0 || place.next.empty();
    if (by_time ? (*one)->time > by : !HadTaken(place.next, **one)) continue;
    const std::shared_ptr<Delivered> taken = std::move(*one);
    place.delivered.erase(one);
    const int64_t at = place.next.empty() ? place.passed : place.next.back().envelope().sequence();
    Decide(place, {taken->message.get(), nullptr}, taken->time,
           EventId(rules_.decider().service(), taken->from, taken->recorded), at);
    return true;
  }
  return false;
}

void Rerun::Repeat(Place& place) {
  const std::vector<v1::Packed>& decision = place.next;
  const v1::Envelope& first = decision.front().envelope();
  if (!first.timer().empty() && !rules_.IsForConclusions(first.timer())) {
    place.state.ClearTimer(first.timer());
  }
  place.time = std::max(place.time, TimeOf(decision));
  Turn turn(*this, place, place.time, first.cause(), decision.back().envelope().sequence(),
            Turn::Emits::kFactsToo);
  for (const v1::Packed& event : decision) {
    const auto* type = FindType(event.envelope().type());
    if (type == nullptr || !IsAbout(event.envelope(), options_.subject)) continue;
    if (rules_.IsConclusion(*type)) {
      if (options_.recorded) options_.recorded(event);
      continue;
    }
    if (const auto message = ParseMessage(*type, event.value())) {
      rules_.DecideAgain(*message, turn);
    }
  }
  place.passed = decision.back().envelope().sequence();
  place.next.clear();
  KeepRows(place);
}

void Rerun::Decide(Place& place, const decider::Input& input, Instant time, const std::string& id,
                   int64_t at) {
  place.time = std::max(place.time, time);
  Turn turn(*this, place, place.time, id, at, Turn::Emits::kConclusions);
  rules_.decider().Decide(input, turn);
  KeepRows(place);
}

// The recorded conclusion that this one stands for: the next of its kind in the decision of its
// place; 0: there is none.
int64_t Rerun::Pair(Place& place, const google::protobuf::Message& message, int64_t at) {
  if (place.next.empty() || at != place.next.back().envelope().sequence()) return 0;
  for (const v1::Packed& event : place.next) {
    const v1::Envelope& envelope = event.envelope();
    if (envelope.sequence() <= place.paired) continue;
    if (envelope.type() != message.GetDescriptor()->full_name()) continue;
    return place.paired = envelope.sequence();
  }
  return 0;
}

void Rerun::Conclude(Place& place, const google::protobuf::Message& message, int64_t at,
                     Instant time, const decider::Delivery& delivery) {
  std::shared_ptr<google::protobuf::Message> kept(message.New());
  kept->CopyFrom(message);
  conclusions_.push_back({place.partition, at, time, kept});
  using To = decider::Delivery::To;
  if (delivery.to == To::kNowhere || !rules_.IsDrawnFrom(*message.GetDescriptor())) return;
  const int64_t recorded = Pair(place, message, at);
  for (const auto& target : places_) {
    const bool is_target = delivery.to == To::kEveryPartition ||
                           PartitionOf(delivery.key, options_.partitions) == target->partition;
    if (!is_target) continue;
    target->delivered.push_back(
        std::make_shared<Delivered>(Delivered{place.partition, recorded, time, kept}));
  }
}

int64_t Rerun::TakenFromUpstream(const Place& place) const {
  const std::string topic = EventsTopic(options_.upstream);
  for (const auto& input : PositionsOf(place.next).inputs()) {
    if (input.topic() == topic) return input.sequence();
  }
  return 0;
}

Result<void> Rerun::Take(const Conclusion& upstream) {
  Place& place = *places_[upstream.partition];
  while (true) {
    if (auto fetched = Fetch(place); !fetched) return fetched;
    if (place.next.empty() || TakenFromUpstream(place) >= upstream.at) break;
    Do(place);
  }
  while (true) {
    const auto timer = place.state.NextTimer(
        upstream.time, [this](std::string_view name) { return rules_.IsForConclusions(name); });
    if (!timer) break;
    Fire(place, *timer);
  }
  Decide(place, {upstream.message.get(), nullptr}, upstream.time,
         EventId(options_.upstream, place.partition, upstream.at), upstream.at);
  return {};
}

Result<void> Rerun::Finish(Instant upstream_time) {
  for (const auto& place : places_) {
    while (true) {
      if (auto fetched = Fetch(*place); !fetched) return fetched;
      if (place->next.empty()) break;
      Do(*place);
    }
  }
  time_ = std::max(time_, upstream_time);
  while (true) {
    auto more = Step();
    if (!more) return core::Refuse(more.error());
    if (!*more) return {};
  }
}

void Rerun::KeepRows(Place& place) {
  if (place.state.hot_rows() > kHotRowsAPartition) place.rows.Keep(place.state, 0);
}

}  // namespace throughline::runtime
