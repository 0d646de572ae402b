#include "notifications/domain/digest.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/time_zone.h"
#include "notifications/domain/delivery.h"
#include "notifications/domain/tables.h"

namespace throughline::notifications {

namespace {

constexpr int kItemsAtMost = 100;

std::string TimerOf(const std::string& key) { return std::string(kDigestDue) + key; }

// The next time it is that hour there, after `time`.
core::Instant NextHour(int hour, std::string_view zone, core::Instant time) {
  const core::Date today = core::LocalDate(time, zone);
  const core::Instant due = core::HourOfDay(today, hour, zone);
  return due > time ? due : core::HourOfDay(today + std::chrono::days(1), hour, zone);
}

v1::DigestItem ItemOf(const v1::Alert& alert, bool resolved) {
  v1::DigestItem item;
  item.set_school(alert.school());
  item.set_team(alert.condition().team());
  item.set_alert(alert.alert());
  item.set_trigger(alert.condition().trigger());
  item.set_severity(alert.condition().severity());
  item.set_resolved(resolved);
  item.set_sentence(alert.condition().reason());
  return item;
}

}  // namespace

void DecideDigest(const v1::TellingForwarded& forwarded, decider::Turn& turn) {
  const std::string& district = forwarded.telling().district();
  std::vector<v1::Subscription> digests;
  turn.state().ForEach(kOwnSubscriptions, district + "/",
                       [&](const std::string&, const v1::Subscription& subscription) {
                         if (subscription.channel() == v1::CHANNEL_EMAIL_DIGEST) {
                           digests.push_back(subscription);
                         }
                       });
  for (const v1::Subscription& subscription : digests) {
    const v1::Telling telling = TellingFor(subscription, forwarded.telling());
    v1::DigestNoted noted;
    for (const v1::Alert& alert : telling.firing()) *noted.add_items() = ItemOf(alert, false);
    for (const v1::Alert& alert : telling.resolved()) *noted.add_items() = ItemOf(alert, true);
    if (noted.items().empty()) continue;
    noted.set_district(district);
    noted.set_subscription(subscription.subscription());
    const auto* open = turn.state().Find(kDigests, Key(district, subscription.subscription()));
    noted.set_due_at_ms(
        open != nullptr
            ? open->due_at_ms()
            : core::ToMillis(NextHour(subscription.digest().hour(),
                                      district::ZoneOf(turn.state(), district), turn.now())));
    turn.Emit(noted, district);
  }
}

void DecideDigestDue(std::string_view timer, decider::Turn& turn) {
  const std::string_view key = timer.substr(kDigestDue.size());
  const auto* open = turn.state().Find(kDigests, key);
  const auto* subscription = turn.state().Find(kOwnSubscriptions, key);
  if (open == nullptr || subscription == nullptr) return;
  const std::string& district = subscription->district();
  const auto* about = turn.state().Find(district::kDistricts, district);
  v1::Digest digest;
  digest.set_district_name(about == nullptr ? district : about->name());
  digest.set_day(core::ToDays(core::LocalDate(core::FromMillis(open->due_at_ms()),
                                              district::ZoneOf(turn.state(), district))));
  *digest.mutable_items() = open->items();
  digest.set_more(open->more());
  const std::string due = std::to_string(open->due_at_ms());
  const v1::Subscription to = *subscription;
  v1::DigestClosed closed;
  closed.set_district(to.district());
  closed.set_subscription(to.subscription());
  turn.Emit(closed, to.district());
  for (const std::string& address : to.digest().addresses()) {
    v1::Delivery delivery;
    delivery.set_district(to.district());
    delivery.set_subscription(to.subscription());
    delivery.set_delivery(
        core::DerivedId({to.district(), to.subscription(), "digest", due, address}));
    *delivery.mutable_digest() = digest;
    delivery.mutable_digest()->set_address(address);
    Request(std::move(delivery), turn);
  }
}

void Apply(const v1::DigestNoted& noted, core::Instant, decider::State& state) {
  const std::string key = Key(noted.district(), noted.subscription());
  v1::DigestRow& row = state.Edit(kDigests, key);
  for (const v1::DigestItem& item : noted.items()) {
    const auto same = std::find_if(row.mutable_items()->begin(), row.mutable_items()->end(),
                                   [&](const auto& had) { return had.alert() == item.alert(); });
    if (same != row.mutable_items()->end()) {
      *same = item;
    } else if (row.items_size() < kItemsAtMost) {
      *row.add_items() = item;
    } else {
      row.set_more(row.more() + 1);
    }
  }
  row.set_due_at_ms(noted.due_at_ms());
  state.SetTimer(TimerOf(key), core::FromMillis(noted.due_at_ms()));
}

void Apply(const v1::DigestClosed& closed, core::Instant, decider::State& state) {
  const std::string key = Key(closed.district(), closed.subscription());
  state.Erase(kDigests, key);
  state.ClearTimer(TimerOf(key));
}

void KeepDigest(const v1::Subscription& subscription, bool deleted, core::Instant time,
                decider::State& state) {
  const std::string key = Key(subscription.district(), subscription.subscription());
  if (state.Find(kDigests, key) == nullptr) return;
  if (deleted || subscription.channel() != v1::CHANNEL_EMAIL_DIGEST) {
    state.Erase(kDigests, key);
    return state.ClearTimer(TimerOf(key));
  }
  const core::Instant due = NextHour(subscription.digest().hour(),
                                     district::ZoneOf(state, subscription.district()), time);
  state.Edit(kDigests, key).set_due_at_ms(core::ToMillis(due));
  state.SetTimer(TimerOf(key), due);
}

}  // namespace throughline::notifications
