// The option for the form in which batches of results are written.
#pragma once

#include <CLI/CLI.hpp>

#include "evidence/batch_parts.h"

namespace throughline::evidence {

// --result-columns, for a program that runs this service with others of its kind.
void AddResultColumns(CLI::App& command, bool& in_columns);

inline BatchForm FormOf(bool in_columns) {
  return in_columns ? BatchForm::kColumns : BatchForm::kRows;
}

}  // namespace throughline::evidence
