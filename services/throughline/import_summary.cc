#include "throughline/import_summary.h"

#include <fmt/format.h>

#include "throughline/formatting.h"

namespace throughline {

namespace {

std::string RateOf(const ImportCounts& counts) {
  if (counts.seconds <= 0) return "0";
  return Counted(static_cast<int64_t>(static_cast<double>(counts.results) / counts.seconds));
}

std::string Listed(const std::map<std::string, int64_t>& counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", Counted(count), name);
  }
  return text;
}

}  // namespace

std::string Sentence(const oneroster::BundleProblem& problem) {
  std::string text = problem.file;
  if (problem.line != 0) text += fmt::format(", line {}", problem.line);
  if (!problem.column.empty()) text += ", column " + problem.column;
  text += fmt::format(": {}: {}", problem.reason, problem.message);
  if (!problem.excerpt.empty()) text += fmt::format(" [{}]", problem.excerpt);
  return OneLine(std::move(text));
}

void ProblemList::Add(const oneroster::BundleProblem& problem) {
  if (++count_ > kSaid) return;
  first_.push_back(problem);
  say_(Sentence(problem));
}

void ProblemList::Finish() {
  if (count_ > kSaid) say_(fmt::format("and {} more problems", Counted(count_ - kSaid)));
}

std::string ProgressText(const ImportCounts& counts) {
  if (counts.results == 0) {
    return fmt::format(
        "{}, {}, {}, {}", Counted(counts.schools, "school"), Counted(counts.students, "student"),
        Counted(counts.assessments, "assessment"), Counted(counts.line_items, "line item"));
  }
  return fmt::format("{} ({} a second)", Counted(counts.results, "result"), RateOf(counts));
}

void PrintSummary(const ImportCounts& counts, std::ostream& out) {
  if (counts.schools + counts.students + counts.assessments + counts.line_items > 0) {
    out << fmt::format("Read: {}, {}, {}, {}, {}, {}\n", Counted(counts.schools, "school"),
                       Counted(counts.teams, "team"), Counted(counts.classes, "class"),
                       Counted(counts.students, "student"),
                       Counted(counts.assessments, "assessment"),
                       Counted(counts.line_items, "line item"));
  }
  if (counts.enrolments_missing > 0) {
    out << fmt::format("No longer in the bundle: {} of {}; {}\n",
                       Counted(counts.enrolments_missing),
                       Counted(counts.enrolments_known, "enrolment"),
                       counts.enrolments_ended > 0 ? "they are over" : "none was ended");
  }
  out << "Results: " << Counted(counts.results);
  if (counts.results > 0) out << " (" << Listed(counts.outcomes) << ")";
  out << fmt::format(", {} a second\n", RateOf(counts));
  if (!counts.reasons.empty()) out << "Set aside because: " << Listed(counts.reasons) << '\n';
  if (counts.problems > 0) {
    out << fmt::format("Problems in what was read: {}; the rest is unharmed\n",
                       Counted(counts.problems));
  }
}

}  // namespace throughline
