// The files of the board, as they were when this was built: pack_files.py makes them of web/.
#pragma once

#include <span>
#include <string_view>

namespace throughline::gateway::board {

struct BoardFile {
  std::string_view name;  // below the folder of the board: pages/school.js
  std::string_view media_type;
  std::string_view text;
  // The same, packed.
  std::string_view gzip;
  std::string_view brotli;
};

// A name made of what is in all files: another one when any of them changes.
std::string_view Version();
// The page itself. It names its files below /board/<version>/.
const BoardFile& Page();
// All others, in order of their names.
std::span<const BoardFile> Files();

}  // namespace throughline::gateway::board
