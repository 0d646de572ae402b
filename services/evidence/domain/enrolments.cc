#include "evidence/domain/enrolments.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace throughline::evidence {

namespace {

using Enrolments = google::protobuf::RepeatedPtrField<v1::Enrolment>;

constexpr size_t kRememberedAtMost = 128;
constexpr int32_t kNever = std::numeric_limits<int32_t>::max();

int32_t FirstOf(const v1::Enrolment& one) { return one.has_first() ? one.first() : 0; }
int32_t OverOf(const v1::Enrolment& one) { return one.has_over() ? one.over() : kNever; }

auto OrderOf(const v1::Enrolment& one) {
  return std::tuple(one.class_id(), FirstOf(one), OverOf(one));
}

bool Names(const Enrolled& enrolled, const std::string& class_id) {
  return enrolled.undated.contains(class_id) ||
         std::any_of(enrolled.enrolments.begin(), enrolled.enrolments.end(),
                     [&](const v1::Enrolment& one) { return one.class_id() == class_id; });
}

// Ended on that day; nullopt when nothing is left of it.
std::optional<v1::Enrolment> Ended(v1::Enrolment one, int32_t day) {
  if (OverOf(one) <= day) return one;
  if (!one.has_first() || one.first() >= day) return std::nullopt;
  one.set_over(day);
  return one;
}

// Of an event or a row, whose classes of the day are those of enrolments, too.
template <class Message>
Enrolled From(const Message& message) {
  Enrolled enrolled;
  enrolled.undated.insert(message.class_ids().begin(), message.class_ids().end());
  enrolled.enrolments.assign(message.enrolments().begin(), message.enrolments().end());
  for (const v1::Enrolment& one : enrolled.enrolments) enrolled.undated.erase(one.class_id());
  return enrolled;
}

// The classes of the enrolments for which `rank` is highest; none when it is nullopt for all.
template <class Rank>
std::set<std::string> Foremost(const Enrolments& enrolments, Rank rank) {
  std::set<std::string> classes;
  std::optional<int32_t> highest;
  for (const v1::Enrolment& one : enrolments) {
    const std::optional<int32_t> here = rank(one);
    if (!here || (highest && *here < *highest)) continue;
    if (!highest || *here > *highest) classes.clear();
    highest = here;
    classes.insert(one.class_id());
  }
  return classes;
}

// Those that were over last on that day.
std::set<std::string> OverLast(const Enrolments& enrolments, int32_t day) {
  return Foremost(enrolments, [&](const v1::Enrolment& one) {
    return OverOf(one) <= day ? std::optional(OverOf(one)) : std::nullopt;
  });
}

}  // namespace

bool Lasts(const v1::Enrolment& enrolment, int32_t day) {
  return FirstOf(enrolment) <= day && day < OverOf(enrolment);
}

Enrolled EnrolledBy(const v1::RosterStudent& student) {
  Enrolled enrolled;
  enrolled.undated.insert(student.class_ids().begin(), student.class_ids().end());
  for (const v1::Enrolment& one : student.enrolments()) {
    if (!enrolled.undated.contains(one.class_id())) enrolled.enrolments.push_back(one);
  }
  return enrolled;
}

Enrolled EnrolledSaid(const v1::RosterStudent& student) { return From(student); }
Enrolled EnrolledBy(const v1::StudentRow& row) { return From(row); }

void Leave(Enrolled& enrolled, const std::string& class_id, int32_t day) {
  enrolled.undated.erase(class_id);
  std::vector<v1::Enrolment> after;
  for (v1::Enrolment& one : enrolled.enrolments) {
    if (one.class_id() != class_id) {
      after.push_back(std::move(one));
    } else if (auto ended = Ended(std::move(one), day)) {
      after.push_back(*std::move(ended));
    }
  }
  enrolled.enrolments = std::move(after);
}

void Remember(Enrolled& enrolled, const Enrolled& before, bool kept, int32_t day) {
  const Enrolled named = enrolled;
  if (kept) {
    for (const std::string& id : before.undated) {
      if (!Names(named, id)) enrolled.undated.insert(id);
    }
  }
  for (const v1::Enrolment& one : before.enrolments) {
    if (Names(named, one.class_id())) continue;
    const auto remembered = kept ? std::optional(one) : Ended(one, day);
    if (remembered) enrolled.enrolments.push_back(*remembered);
  }
}

std::set<std::string> ClassesOn(const Enrolled& enrolled, int32_t day) {
  std::set<std::string> classes = enrolled.undated;
  for (const v1::Enrolment& one : enrolled.enrolments) {
    if (Lasts(one, day)) classes.insert(one.class_id());
  }
  return classes;
}

std::set<std::string> ClassesFor(const v1::StudentRow& row, int32_t day) {
  if (row.enrolments().empty()) {
    const auto& ids = row.class_ids().empty() ? row.last_class_ids() : row.class_ids();
    return {ids.begin(), ids.end()};
  }
  std::set<std::string> classes = ClassesOn(EnrolledBy(row), day);
  if (!classes.empty()) return classes;
  classes = OverLast(row.enrolments(), day);
  if (!classes.empty()) return classes;
  return Foremost(row.enrolments(),
                  [](const v1::Enrolment& one) { return std::optional(-FirstOf(one)); });
}

std::set<int32_t> ChangesAfter(const v1::RosterStudent& student, int32_t day) {
  std::set<int32_t> changes;
  for (const v1::Enrolment& one : student.enrolments()) {
    if (one.first() > day) changes.insert(one.first());
    if (one.over() > day) changes.insert(one.over());
  }
  return changes;
}

v1::RosterStudent StudentOn(const std::string& student, const std::set<std::string>& groups,
                            const Enrolled& enrolled, int32_t day) {
  v1::RosterStudent said;
  said.set_student(student);
  said.mutable_groups()->Assign(groups.begin(), groups.end());
  std::vector<v1::Enrolment> known = enrolled.enrolments;
  if (known.size() > kRememberedAtMost) {
    std::stable_sort(known.begin(), known.end(), [](const auto& one, const auto& other) {
      return OverOf(one) > OverOf(other);
    });
    known.resize(kRememberedAtMost);
  }
  std::sort(known.begin(), known.end(),
            [](const auto& one, const auto& other) { return OrderOf(one) < OrderOf(other); });
  known.erase(std::unique(known.begin(), known.end(),
                          [](const auto& one, const auto& other) {
                            return OrderOf(one) == OrderOf(other);
                          }),
              known.end());
  said.mutable_enrolments()->Assign(known.begin(), known.end());
  const std::set<std::string> classes = ClassesOn(enrolled, day);
  said.mutable_class_ids()->Assign(classes.begin(), classes.end());
  if (!classes.empty()) return said;
  const std::set<std::string> last = OverLast(said.enrolments(), day);
  said.mutable_last_class_ids()->Assign(last.begin(), last.end());
  return said;
}

std::vector<SchoolStay> StaysOf(const v1::RosterStudent& student, int32_t undated_from) {
  std::vector<SchoolStay> spans;
  std::set<std::string> undated(student.class_ids().begin(), student.class_ids().end());
  for (const v1::Enrolment& one : student.enrolments()) {
    undated.erase(one.class_id());
    spans.push_back({FirstOf(one), one.has_over() ? std::optional(one.over()) : std::nullopt});
  }
  if (!undated.empty()) spans.push_back({undated_from, std::nullopt});
  std::sort(spans.begin(), spans.end(),
            [](const SchoolStay& one, const SchoolStay& other) { return one.first < other.first; });
  std::vector<SchoolStay> stays;
  for (const SchoolStay& span : spans) {
    const bool touches = !stays.empty() && (!stays.back().over || span.first <= *stays.back().over);
    if (!touches) {
      stays.push_back(span);
    } else if (stays.back().over && (!span.over || *span.over > *stays.back().over)) {
      stays.back().over = span.over;
    }
  }
  return stays;
}

}  // namespace throughline::evidence
