// For tests: the documents of testdata, and changes of them.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include "gateway/json/json_reader.h"

namespace throughline::gateway::edfi {

// Tests run in the project's directory.
inline std::string TextOfFile(const std::string& name) {
  std::ifstream file("services/gateway/edfi/testdata/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline Json DocumentOf(const std::string& name) { return *ReadJson(TextOfFile(name)); }

}  // namespace throughline::gateway::edfi
