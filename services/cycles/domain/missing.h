// What a step lacks to be done: paths of fields.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace throughline::cycles {

using Missing = std::vector<std::string>;

inline void Require(bool is_there, std::string path, Missing& missing) {
  if (!is_there) missing.push_back(std::move(path));
}

}  // namespace throughline::cycles
