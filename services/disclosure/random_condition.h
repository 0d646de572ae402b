// Conditions for tests: whatever numbers they have, no more is shown of them than may be.
#pragma once

#include <random>

#include "throughline/cycles/v1/cycles_events.pb.h"

namespace throughline::disclosure {

// Numbers of any size, with a shown part that agrees with them or not, or none.
class RandomCondition {
 public:
  explicit RandomCondition(uint32_t seed) : random_(seed) {}

  cycles::v1::Condition Make() {
    cycles::v1::Condition condition;
    condition.set_trigger(static_cast<common::v1::Trigger>(Upto(10)));
    condition.set_group("g:x");
    condition.set_reason("As it was recorded.");
    condition.set_due("2026-11-28");
    condition.set_phase(cycles::v1::CYCLE_STATE_DESIGN);
    condition.set_verdict_before(cycles::v1::VERDICT_MET);
    condition.set_verdict_after(cycles::v1::VERDICT_SHORT);
    if (Upto(3) != 0) Fill(*condition.mutable_evidence());
    if (Upto(1) != 0) Show(*condition.mutable_evidence());
    if (Upto(3) != 0) Fill(*condition.mutable_gap());
    if (Upto(1) != 0) Show(*condition.mutable_gap());
    if (Upto(1) != 0) condition.set_students(Upto(20));
    if (Upto(1) != 0) condition.set_shown_students(Upto(20));
    if (Upto(1) != 0) {
      condition.mutable_test()->set_t(-3.14159);
      condition.mutable_test()->set_log_evidence(4.0123);
      condition.mutable_test()->set_students(Upto(30));
      condition.mutable_test()->set_degrees_of_freedom(Upto(30));
      condition.mutable_test()->set_information(Upto(30));
    }
    return condition;
  }

 private:
  int Upto(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }
  // Of students there are whole numbers, and of everything else there are fractions.
  double Any() { return Upto(1000) - 500 + 0.55; }

  void Fill(common::v1::CycleEvidence& numbers) {
    numbers.set_rostered(Upto(40));
    numbers.set_covered(Upto(30));
    numbers.set_matched(Upto(25));
    numbers.set_mean_change(Any());
    numbers.set_watched_low(Any());
    numbers.set_watched_high(Any());
    numbers.set_desired_to_date(Any());
    numbers.set_effect(Any());
    numbers.set_effect_low(Any());
    numbers.set_effect_high(Any());
    numbers.set_latest_result("2026-11-28");
    numbers.set_basis(static_cast<common::v1::Basis>(Upto(3)));
  }
  void Fill(common::v1::GapEvidence& gap) {
    gap.set_group_count(Upto(25));
    gap.set_complement_count(Upto(25));
    gap.set_difference(Any());
    gap.set_difference_low(Any());
    gap.set_difference_high(Any());
    gap.set_basis(static_cast<common::v1::Basis>(Upto(3)));
  }

  template <class Numbers>
  void Show(Numbers& numbers) {
    Fill(*numbers.mutable_shown());
    numbers.mutable_shown()->set_as_of_ms(1);
  }

  std::mt19937 random_;
};

}  // namespace throughline::disclosure
