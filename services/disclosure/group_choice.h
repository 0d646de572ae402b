// Which sums over groups of students may be shown beside the sum over all of them.
//
// Whoever sees the sums can add and subtract them with any factors. What comes out is a sum over
// some of the students, and these must never be few: neither a group, nor its complement, nor those
// in one group and not in another, nor any other combination.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace throughline::disclosure {

// The fewest students that any combination of sums rests on, other than none. Each student is a set
// of bits: bit i says whether the student is in sum i; a student in none of them counts for
// nothing. At most 32 sums. -1 when there are more independent sums than can be looked through.
int64_t FewestStudents(std::span<const uint32_t> students);

// Of `groups`, in their order, those whose sums may be shown together and beside the sum over all
// `students`, given for each student the groups that the student is in. As many as it goes from the
// front; none when there are fewer than `smallest` students.
std::vector<std::string> GroupsToShow(std::span<const std::vector<std::string>> students,
                                      std::span<const std::string> groups, int64_t smallest);

}  // namespace throughline::disclosure
