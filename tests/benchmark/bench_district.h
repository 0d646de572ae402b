// A district to measure with: schools of one class and team each, made through the services' calls.
#pragma once

#include <string>

#include "throughline/connection.h"

namespace throughline::bench {

inline constexpr char kDistrict[] = "bench";
inline constexpr char kIndicator[] = "skill";
inline constexpr int kStudents = 30;  // of a school

std::string SchoolName(int school);
// Throws when a call is refused.
void Found(Connection& connection, int schools);
// A cycle of the school's team that is under way on 2024-09-16.
void Schedule(Connection& connection, int school);

// A batch of `count` results, spread over the schools; `from` makes them different from any
// other's.
evidence::v1::IngestResultsRequest Batch(int schools, int64_t from, int count);
// Results of all students of one school on a day, each with this score.
evidence::v1::IngestResultsRequest ClassBatch(int school, const std::string& date, double score);

template <class Response>
Response Must(core::Result<Response> answer) {
  if (!answer) throw std::runtime_error(answer.error().message);
  return std::move(*answer);
}

}  // namespace throughline::bench
