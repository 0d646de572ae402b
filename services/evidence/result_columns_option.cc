#include "evidence/result_columns_option.h"

namespace throughline::evidence {

void AddResultColumns(CLI::App& command, bool& in_columns) {
  command.add_flag("--result-columns", in_columns,
                   "Write batches of results column by column, in a third of the space: once every "
                   "replica, and whoever reads the topics, is of a version that reads them");
}

}  // namespace throughline::evidence
