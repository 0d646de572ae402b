#include "core/instructional_calendar.h"

#include <algorithm>

#include "core/errors.h"

namespace throughline::core {

namespace {

using std::chrono::days;

// Weekdays from 1969-12-29, a Monday, to the day before `date`; negative before it.
int64_t Weekdays(Date date) {
  const int64_t since = date.time_since_epoch().count() + 3;
  const int64_t weeks = since >= 0 ? since / 7 : (since - 6) / 7;
  return weeks * 5 + std::min<int64_t>(since - weeks * 7, 5);
}

// The weekday with that many weekdays before it.
Date WeekdayAt(int64_t weekdays) {
  const int64_t weeks = weekdays >= 0 ? weekdays / 5 : (weekdays - 4) / 5;
  return Date{days{weeks * 7 + (weekdays - weeks * 5) - 3}};
}

// School years of terms that are in order.
std::vector<InstructionalCalendar::Term> YearsOf(
    const std::vector<InstructionalCalendar::Term>& terms) {
  constexpr days kYear{365};
  std::vector<InstructionalCalendar::Term> years;
  for (const InstructionalCalendar::Term& term : terms) {
    if (!years.empty() && term.last < years.back().first + kYear) {
      years.back().last = term.last;
    } else {
      years.push_back(term);
    }
  }
  return years;
}

}  // namespace

Result<InstructionalCalendar> InstructionalCalendar::Create(std::vector<Term> terms,
                                                            const std::vector<Date>& closures) {
  std::vector<Gap> gaps;
  for (size_t i = 0; i < terms.size(); ++i) {
    if (terms[i].last < terms[i].first) return Refuse(TermReversed(i));
    if (i == 0) continue;
    if (terms[i].first <= terms[i - 1].last) return Refuse(TermOutOfOrder(i));
    gaps.push_back({terms[i - 1].last + days{1}, terms[i].first});
  }
  for (Date closure : closures) gaps.push_back({closure, closure + days{1}});
  std::sort(gaps.begin(), gaps.end(), [](const Gap& a, const Gap& b) { return a.first < b.first; });
  InstructionalCalendar calendar;
  if (!terms.empty()) calendar.first_ = terms.front().first;
  if (!terms.empty()) calendar.last_ = terms.back().last;
  calendar.years_ = YearsOf(terms);
  int64_t taken = 0;
  for (Gap gap : gaps) {
    auto& merged = calendar.gaps_;
    if (!merged.empty()) gap.first = std::max(gap.first, merged.back().end);
    const int64_t takes = Weekdays(gap.end) - Weekdays(gap.first);
    if (gap.end <= gap.first || takes == 0) continue;
    taken += takes;
    merged.push_back({gap.first, gap.end, taken});
  }
  return calendar;
}

bool InstructionalCalendar::IsInstructional(Date date) const {
  return CountBetween(date, date + days{1}) > 0;
}

bool InstructionalCalendar::Reaches(Date date) const { return !last_ || date <= *last_; }

std::optional<InstructionalCalendar::Term> InstructionalCalendar::SchoolYearOf(Date date) const {
  const auto after = std::partition_point(years_.begin(), years_.end(),
                                          [&](const Term& year) { return year.first <= date; });
  if (after == years_.begin() || (after - 1)->last < date) return std::nullopt;
  return *(after - 1);
}

Date InstructionalCalendar::FirstOnOrAfter(Date date) const { return Add(date, 0); }

int InstructionalCalendar::CountBetween(Date from, Date to) const {
  const auto inside = [&](Date date) {
    return last_ ? std::clamp(date, *first_, *last_ + days{1}) : date;
  };
  return static_cast<int>(Before(inside(to)) - Before(inside(from)));
}

Date InstructionalCalendar::Add(Date date, int n) const {
  return At(Before(first_ ? std::max(date, *first_) : date) + n);
}

Date InstructionalCalendar::Back(Date date, int n) const { return At(Before(date) - n); }

int64_t InstructionalCalendar::Before(Date date) const {
  // The first gap that begins on or after `date` takes nothing away.
  auto after = std::lower_bound(gaps_.begin(), gaps_.end(), date,
                                [](const Gap& gap, Date day) { return gap.first < day; });
  if (after == gaps_.begin()) return Weekdays(date);
  const Gap& last = *(after - 1);
  const int64_t beyond = last.end > date ? Weekdays(last.end) - Weekdays(date) : 0;
  return Weekdays(date) - last.taken + beyond;
}

Date InstructionalCalendar::At(int64_t before) const {
  // The gaps whose first day already has more than `before` days before it come after the answer.
  auto after = std::partition_point(gaps_.begin(), gaps_.end(), [&](const Gap& gap) {
    const int64_t earlier = &gap == &gaps_.front() ? 0 : (&gap - 1)->taken;
    return Weekdays(gap.first) - earlier <= before;
  });
  return WeekdayAt(before + (after == gaps_.begin() ? 0 : (after - 1)->taken));
}

}  // namespace throughline::core
