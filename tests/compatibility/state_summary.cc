#include "state_summary.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>
#include <xxhash.h>

#include <cstdlib>
#include <iostream>
#include <iterator>

#include "cycles/domain/tables.h"
#include "evidence/domain/tables.h"
#include "notifications/domain/tables.h"
#include "plans/domain/tables.h"

namespace throughline::compatibility {

namespace {

using google::protobuf::Message;

// An empty row of every table of a service, by the table's name.
using Prototypes = std::map<std::string, std::unique_ptr<Message>, std::less<>>;

template <class... Rows>
Prototypes Of(const std::tuple<decider::Table<Rows>...>& tables) {
  Prototypes prototypes;
  std::apply(
      [&](const auto&... table) {
        (prototypes.emplace(table.name, std::make_unique<Rows>()), ...);
      },
      tables);
  return prototypes;
}

const std::map<std::string, Prototypes>& Tables() {
  static const auto* tables = [] {
    auto* all = new std::map<std::string, Prototypes>;
    (*all)["plans"] = Of(plans::kTables);
    (*all)["evidence"] = Of(evidence::kTables);
    (*all)["cycles"] = Of(cycles::kTables);
    (*all)["notifications"] = Of(notifications::kTables);
    return all;
  }();
  return *tables;
}

std::string Spell(const std::string& service, const decider::RowKey& row,
                  const std::string& value) {
  if (row.table == "_timer") return value;
  const Prototypes& tables = Tables().at(service);
  auto prototype = tables.find(row.table);
  if (prototype == tables.end()) {
    std::cerr << "kTables of " << service << " has to name the table " << row.table << std::endl;
    std::abort();
  }
  std::unique_ptr<Message> message(prototype->second->New());
  std::string json;
  if (!message->ParseFromString(value) ||
      !google::protobuf::util::MessageToJsonString(*message, &json).ok()) {
    std::cerr << "the row " << row.table << ' ' << row.key << " cannot be read" << std::endl;
    std::abort();
  }
  return json;
}

// Of every table that has rows, a line each.
std::map<std::string, std::vector<std::string>> LinesOf(const QuietServices& services,
                                                        const std::string& service) {
  std::map<std::string, std::vector<std::string>> lines;
  for (const auto& [row, value] : services.RowsOf(service)) {
    lines[row.table].push_back(row.key + ' ' + Spell(service, row, value));
  }
  return lines;
}

}  // namespace

std::string SummarizeState(const QuietServices& services) {
  std::string text = "{\n";
  const std::vector<std::string> names = QuietServices::Names();
  for (const std::string& service : names) {
    text += fmt::format("  \"{}\": {{\n", service);
    const auto tables = LinesOf(services, service);
    for (auto table = tables.begin(); table != tables.end(); ++table) {
      std::string all;
      for (const std::string& line : table->second) all += line + '\n';
      text += fmt::format("    \"{}\": {{\"rows\": {}, \"xxh3\": \"{:016x}\"}}{}\n", table->first,
                          table->second.size(), XXH3_64bits(all.data(), all.size()),
                          std::next(table) == tables.end() ? "" : ",");
    }
    text += service == names.back() ? "  }\n" : "  },\n";
  }
  return text + "}\n";
}

std::vector<std::string> EmptyTables(const QuietServices& services) {
  std::vector<std::string> empty;
  for (const std::string& service : QuietServices::Names()) {
    const auto lines = LinesOf(services, service);
    for (const auto& [table, prototype] : Tables().at(service)) {
      if (!lines.contains(table)) empty.push_back(service + ' ' + table);
    }
  }
  return empty;
}

std::string SpellOutState(const QuietServices& services) {
  std::string text;
  for (const std::string& service : QuietServices::Names()) {
    for (const auto& [table, lines] : LinesOf(services, service)) {
      for (const std::string& line : lines) text += service + ' ' + table + ' ' + line + '\n';
    }
  }
  return text;
}

}  // namespace throughline::compatibility
