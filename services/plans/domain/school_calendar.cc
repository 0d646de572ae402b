#include "plans/domain/school_calendar.h"

#include <fmt/format.h>

#include "plans/domain/errors.h"

namespace throughline::plans {

using core::Result;

Result<core::InstructionalCalendar> CalendarOf(
    const common::v1::InstructionalCalendar& calendar,
    const google::protobuf::RepeatedPtrField<std::string>& school_closures) {
  std::vector<core::InstructionalCalendar::Term> terms;
  for (int i = 0; i < calendar.terms_size(); ++i) {
    auto first = core::ParseDate(calendar.terms(i).first());
    auto last = core::ParseDate(calendar.terms(i).last());
    if (!first) return core::Refuse(DateInvalid(fmt::format("calendar.terms[{}].first", i)));
    if (!last) return core::Refuse(DateInvalid(fmt::format("calendar.terms[{}].last", i)));
    terms.push_back({*first, *last});
  }
  std::vector<core::Date> closures;
  for (int i = 0; i < calendar.closures_size(); ++i) {
    auto date = core::ParseDate(calendar.closures(i));
    if (!date) return core::Refuse(DateInvalid(fmt::format("calendar.closures[{}]", i)));
    closures.push_back(*date);
  }
  for (int i = 0; i < school_closures.size(); ++i) {
    auto date = core::ParseDate(school_closures[i]);
    if (!date) return core::Refuse(DateInvalid(fmt::format("school.closures[{}]", i)));
    closures.push_back(*date);
  }
  return core::InstructionalCalendar::Create(std::move(terms), closures);
}

}  // namespace throughline::plans
