// Who may call what: `table.md`, which people read, and which tests hold the services and the
// public API to. Its rows say of each method and kind of caller how far the caller may go:
//
//   district   whatever it is about in the caller's district
//   school     what is of the caller's school
//   team       what is of the caller's team
//   itself     what is of the district itself and of no school
//   anybody    whoever brings the proof that the request carries
//   –          nowhere
#pragma once

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace throughline {

// A kind of caller, as a credential says it.
struct CallerKind {
  const char* title;
  const char* role;
  bool of_school, of_team;
};

inline constexpr CallerKind kCallerKinds[] = {
    {"district administrator", "district_administrator", false, false},
    {"district leader", "district_leader", false, false},
    {"school leader", "school_leader", true, false},
    {"team member", "team_member", true, true},
    {"integration", "integration", false, false},
    {"observer", "observer", false, false},
    {"observer of a school", "observer", true, false},
    {"privacy officer", "privacy_officer", false, false},
};

inline constexpr char kNowhere[] = "–";
inline constexpr char kAnybody[] = "anybody";

class AccessTable {
 public:
  static constexpr char kFile[] = "tests/access/table.md";

  // Read from the file once.
  static const AccessTable& Read() {
    static const AccessTable table = [] {
      AccessTable read;
      std::ifstream file(kFile);
      for (std::string line; std::getline(file, line);) read.Take(line);
      return read;
    }();
    return table;
  }

  // By method, such as `PlansService.GetDistrict`, and title of the kind of caller; empty when it
  // is not in the table.
  std::string Cell(const std::string& method, const CallerKind& kind) const {
    const auto row = rows_.find(method);
    if (row == rows_.end()) return "";
    const auto cell = row->second.find(kind.title);
    return cell == row->second.end() ? "" : cell->second;
  }
  bool May(const std::string& method, const CallerKind& kind) const {
    const std::string cell = Cell(method, kind);
    return !cell.empty() && cell != kNowhere;
  }
  bool IsForAnybody(const std::string& method) const {
    return Cell(method, kCallerKinds[0]) == kAnybody;
  }
  std::vector<std::string> methods() const {
    std::vector<std::string> names;
    for (const auto& [method, cells] : rows_) names.push_back(method);
    return names;
  }

  void Put(const std::string& method, const CallerKind& kind, const std::string& cell) {
    rows_[method][kind.title] = cell;
  }
  // The rows of one service, such as `PlansService`, as they stand in the file.
  std::string Written(const std::string& service) const {
    std::string text = "| method |";
    for (const CallerKind& kind : kCallerKinds) text += ' ' + std::string(kind.title) + " |";
    text += "\n|---|";
    for (size_t i = 0; i < std::size(kCallerKinds); ++i) text += "---|";
    text += '\n';
    for (const auto& [method, cells] : rows_) {
      if (!method.starts_with(service + '.')) continue;
      text += "| " + method.substr(service.size() + 1) + " |";
      for (const CallerKind& kind : kCallerKinds) text += ' ' + cells.at(kind.title) + " |";
      text += '\n';
    }
    return text;
  }

 private:
  // "## PlansService" begins the rows of a service.
  void Take(const std::string& line) {
    constexpr std::string_view kHeading = "## ";
    if (line.starts_with(kHeading)) service_ = line.substr(kHeading.size());
    if (!line.starts_with("| ") || line.starts_with("| method |")) return;
    std::vector<std::string> cells;
    std::istringstream parts(line.substr(1));
    for (std::string cell; std::getline(parts, cell, '|');) {
      cells.push_back(cell.size() < 2 ? "" : cell.substr(1, cell.size() - 2));
    }
    if (cells.size() != std::size(kCallerKinds) + 1) return;
    for (size_t i = 0; i < std::size(kCallerKinds); ++i) {
      Put(service_ + '.' + cells[0], kCallerKinds[i], cells[i + 1]);
    }
  }

  std::string service_;
  std::map<std::string, std::map<std::string, std::string>> rows_;
};

}  // namespace throughline
