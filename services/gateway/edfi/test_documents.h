// For tests: the documents of testdata, and changes of them.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/edfi/errors.h"
#include "gateway/json/json_reader.h"

namespace throughline::gateway::edfi {

// Of the documents that are not changed.
constexpr char kNamespace[] = "uri://assessmentprovider.com";
constexpr char kIdentifier[] = "19bcfe00-9c75-4d4f-ac2c-706e7379070f";

// Tests run in the project's directory.
inline std::string TextOfFile(const std::string& name) {
  std::ifstream file("services/gateway/edfi/testdata/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline Json DocumentOf(const std::string& name) { return *ReadJson(TextOfFile(name)); }

// The paths of what is wrong with a document; empty when it was read.
template <class Document>
std::vector<std::string> FaultsOf(const Translated<Document>& read) {
  std::vector<std::string> paths;
  if (read) return paths;
  for (const auto& [path, what] : read.error().validation_errors) paths.push_back(path);
  return paths;
}

}  // namespace throughline::gateway::edfi
