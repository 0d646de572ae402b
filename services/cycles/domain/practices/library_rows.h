// How practices are found in the library: by id, or by any name under which they are known. For the
// rows on the district's key and for those that every partition has noted.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cycles/domain/tables.h"

namespace throughline::cycles {

struct Library {
  Table<v1::Practice> practices;
  Table<v1::PracticeNameRow> names;
};
inline constexpr Library kLibrary{kPractices, kPracticeNames};
inline constexpr Library kKnownLibrary{kKnownPractices, kKnownNames};

// The id that is derived from a name: the same for names that people take for the same; empty for
// one without anything to see.
std::string PracticeIdOf(std::string_view name);

// The practice of that id as it is now: of one that was merged, the one that it was merged into,
// and of an id that was derived from a name, the practice that goes by it. The id itself when
// nothing is known of it.
std::string Canonical(const decider::State& state, const Library& library,
                      std::string_view district, std::string_view practice);
// The practice that goes by a text, its id or any name; the id that is derived from it when there
// is none.
std::string PracticeNamed(const decider::State& state, const Library& library,
                          std::string_view district, std::string_view text);
const v1::Practice* FindPractice(const decider::State& state, const Library& library,
                                 std::string_view district, std::string_view practice);

// The practices of the district's library as they are called now.
template <class Practices>
std::set<std::string> Renamed(const Practices& practices, std::string_view district,
                              const decider::State& state) {
  std::set<std::string> ids;
  for (const std::string& one : practices) ids.insert(Canonical(state, kLibrary, district, one));
  return ids;
}

// Its id and all its names.
std::vector<std::string> AllNamesOf(const v1::Practice& practice);

// For Apply: stores the practice, and by which names it goes. One that was merged leaves its names
// to the other. Whether an id leads to another practice than before.
bool Store(const v1::Practice& practice, const Library& library, decider::State& state);

}  // namespace throughline::cycles
