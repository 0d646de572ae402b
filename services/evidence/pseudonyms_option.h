// The option for the file with the secret behind students' pseudonyms.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace throughline::evidence {

// --pseudonyms-key, for a program that runs this service.
void AddPseudonymsKey(CLI::App& command, std::string& file);

}  // namespace throughline::evidence
