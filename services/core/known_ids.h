// Which ids there are, for the refusal of one that is not.
#pragma once

#include <set>
#include <string>

namespace throughline::core {

// Such as "a, b". Empty when they are too many to be read, or none.
std::string Listed(const std::set<std::string>& ids);
// A sentence with a space before it, such as " There are: a, b." Empty when they are too many.
std::string ThereAre(const std::set<std::string>& ids);

}  // namespace throughline::core
