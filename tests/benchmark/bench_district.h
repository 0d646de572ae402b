// A district to measure with, made through the services' calls: schools of ten classes, a team
// each, all on one indicator.
#pragma once

#include <string>
#include <type_traits>

#include "throughline/connection.h"

namespace throughline::bench {

inline constexpr char kDistrict[] = "bench";
inline constexpr char kIndicator[] = "skill";
inline constexpr int kSchools = 24;
inline constexpr int kClasses = 10;   // of a school
inline constexpr int kStudents = 30;  // of a class

struct DistrictSize {
  int schools = kSchools;
  int classes = kClasses;  // of a school
};

std::string SchoolName(int school);
// Throws when a call is refused.
void Found(Connection& connection, DistrictSize size = {});
// A cycle of each of the school's teams, of three weeks from that Monday on.
void Schedule(Connection& connection, int school, const std::string& start, DistrictSize size = {});

// The `number`th batch of results of one school, as a school's gradebook pushes them: the schools
// take turns, and so do a school's students.
evidence::v1::IngestResultsRequest Batch(int64_t number, int count, const std::string& date);
// A Monday of the last three years before the cycles, another one each time that every student of
// the district had a result.
std::string PastDate(int64_t results);
// Results of one of a school's classes on a day, around this score. Others for the same class and
// day correct them.
evidence::v1::IngestResultsRequest ClassBatch(int school, const std::string& date, double score,
                                              int one = 0);

template <class Response>
Response Must(core::Result<Response> answer) {
  if (!answer) throw std::runtime_error(answer.error().message);
  if constexpr (!std::is_void_v<Response>) return std::move(*answer);
}

}  // namespace throughline::bench
