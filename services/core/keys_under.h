// Keys that begin alike, for what is looked up once for each of many: each is laid out in the
// memory of the one before it.
#pragma once

#include <string>
#include <string_view>

#include "core/key.h"

namespace throughline::core {

class KeysUnder {
 public:
  // The ids that all of them begin with.
  template <class... Parts>
  explicit KeysUnder(std::string_view first, const Parts&... parts)
      : key_(JoinKey(first, parts..., "")), prefix_(key_.size()) {}

  // The key of one of them; valid until the next one is asked for.
  std::string_view Of(std::string_view last) {
    key_.resize(prefix_);
    return key_ += last;
  }

 private:
  std::string key_;
  size_t prefix_;
};

}  // namespace throughline::core
