// The days on which a school teaches: weekdays inside a term that no closure takes away. Without
// terms, every weekday that is not closed. Outside its terms it does not teach. Where a day is
// looked for that the terms do not have, the weekdays before the first term or after the last one
// are counted on, so that deadlines always come: `Reaches` tells whether that was so.
//
// A plain value. All operations take time logarithmic in the closures, whatever the span.
#pragma once

#include <optional>
#include <vector>

#include "core/date.h"
#include "core/result.h"

namespace throughline::core {

class InstructionalCalendar {
 public:
  struct Term {
    Date first;
    Date last;  // belongs to the term
  };

  // CALENDAR_INVALID, with the field at fault, when a term ends before it begins, or terms overlap
  // or are out of order.
  static Result<InstructionalCalendar> Create(std::vector<Term> terms,
                                              const std::vector<Date>& closures);

  bool IsInstructional(Date date) const;
  // Whether the terms go on to that day, or there are none.
  bool Reaches(Date date) const;
  // The last day of the last term; nullopt without terms.
  std::optional<Date> LastDay() const { return last_; }
  // The school year that the day is in, from the first day of its first term to the last of its
  // last, holidays between them included. Terms that end within a year of that first day are of it.
  // nullopt between two years, and without terms.
  std::optional<Term> SchoolYearOf(Date date) const;
  // Never before the first term.
  Date FirstOnOrAfter(Date date) const;
  // Instructional days in [from, to); negative when `to` is before `from`.
  int CountBetween(Date from, Date to) const;
  // The n-th instructional day after the first one on or after `date`; n is not negative.
  Date Add(Date date, int n) const;
  // The n-th instructional day before `date`; n is positive.
  Date Back(Date date, int n) const;

 private:
  // Instructional days before `date`, counted from an arbitrary day far in the past.
  int64_t Before(Date date) const;
  // The day with exactly that many instructional days before it that is instructional itself.
  Date At(int64_t before) const;
  // Spans without teaching: holidays between terms, and closures that fall on a weekday of a term.
  struct Gap {
    Date first;
    Date end;           // the day after the last
    int64_t taken = 0;  // weekdays that this gap and all before it take away
  };
  std::vector<Gap> gaps_;      // in order, not overlapping
  std::vector<Term> years_;    // school years, in order
  std::optional<Date> first_;  // of the first term
  std::optional<Date> last_;   // of the last term
};

}  // namespace throughline::core
