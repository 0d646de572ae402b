#include "evidence/domain/class_scores.h"

#include <algorithm>

#include "disclosure/smallest_cell.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/trail.h"

namespace throughline::evidence {

namespace {

uint64_t Mixed(uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// Sums of these over a student's results are equal when the results are.
uint64_t DigestOf(const v1::TrailPoint& result) {
  return Mixed(result.result() ^ Mixed(static_cast<uint64_t>(result.ppm())));
}

template <class Values, class Value>
void Insert(Values& values, int index, Value value) {
  values.Add(value);
  std::rotate(values.begin() + index, values.end() - 1, values.end());
}

int IndexOf(v1::ClassScoresRow& row, uint64_t student) {
  const auto& students = row.students();
  const auto at = std::lower_bound(students.begin(), students.end(), student);
  const int index = static_cast<int>(at - students.begin());
  if (at != students.end() && *at == student) return index;
  Insert(*row.mutable_students(), index, student);
  Insert(*row.mutable_results(), index, 0);
  Insert(*row.mutable_digests(), index, uint64_t{0});
  Insert(*row.mutable_shown_digests(), index, uint64_t{0});
  return index;
}

void Forget(v1::ClassScoresRow& row, int index) {
  const auto erase = [&](auto& values) { values.erase(values.begin() + index); };
  erase(*row.mutable_students());
  erase(*row.mutable_results());
  erase(*row.mutable_digests());
  erase(*row.mutable_shown_digests());
}

}  // namespace

void CountScore(v1::ClassScoresRow& row, std::string_view student, const v1::TrailPoint& result,
                bool in) {
  core::Moments moments = MomentsOf(row.scores());
  in ? moments.Add(result.ppm()) : moments.Remove(result.ppm());
  Store(moments, *row.mutable_scores());
  const int index = IndexOf(row, ResultHash("", student));
  const int32_t results = row.results(index) + (in ? 1 : -1);
  const uint64_t digest = DigestOf(result);
  row.set_results(index, results);
  row.set_digests(index, in ? row.digests(index) + digest : row.digests(index) - digest);
  if (results == 0 && row.shown_digests(index) == 0) Forget(row, index);
}

void MoveShown(v1::ClassScoresRow& row, int64_t smallest) {
  int64_t came = 0, changed = 0, left = 0, students = 0;
  for (int i = 0; i < row.students_size(); ++i) {
    const bool shown = row.shown_digests(i) != 0, now = row.results(i) > 0;
    if (now) ++students;
    if (now && !shown) ++came;
    if (shown && !now) ++left;
    if (shown && now && row.digests(i) != row.shown_digests(i)) ++changed;
  }
  if (came + changed + left == 0) return;
  if (left > 0 && students > 0) return;
  const auto fits = [&](int64_t count) { return disclosure::IsNoneOrEnough(count, smallest); };
  if (!fits(came) || !fits(changed)) return;
  if (students == 0) {
    row.clear_students();
    row.clear_results();
    row.clear_digests();
    row.clear_shown_digests();
    row.clear_shown();
    return row.clear_shown_students();
  }
  *row.mutable_shown_digests() = row.digests();
  *row.mutable_shown() = row.scores();
  row.set_shown_students(static_cast<int32_t>(students));
}

}  // namespace throughline::evidence
