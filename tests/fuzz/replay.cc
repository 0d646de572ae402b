// Gives a parser every input that fuzzing has kept, in the ordinary build: `fuzz_replay CORPUS.zip
// --parser=NAME`. The input being read lies in a file beside it, which stays when the parser
// breaks:
//   fuzz_replay caliper.zip --parser=caliper     leaves fuzz_replay_caliper.input
#include <archive.h>
#include <archive_entry.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

std::string ReadEntry(archive* from) {
  std::string bytes;
  char piece[8192];
  la_ssize_t read = 0;
  while ((read = archive_read_data(from, piece, sizeof piece)) > 0) {
    bytes.append(piece, static_cast<size_t>(read));
  }
  return bytes;
}

// How many inputs there were; -1 when the file cannot be read.
int Replay(const std::filesystem::path& corpus) {
  const std::unique_ptr<archive, decltype(&archive_read_free)> zip(archive_read_new(),
                                                                   archive_read_free);
  archive_read_support_format_zip(zip.get());
  if (archive_read_open_filename(zip.get(), corpus.c_str(), 1 << 16) != ARCHIVE_OK) return -1;
  const std::string input = "fuzz_replay_" + corpus.stem().string() + ".input";
  int inputs = 0;
  int read = ARCHIVE_OK;
  archive_entry* entry = nullptr;
  while ((read = archive_read_next_header(zip.get(), &entry)) == ARCHIVE_OK) {
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    const std::string bytes = ReadEntry(zip.get());
    std::filesystem::remove(input);  // some file systems wait for the disk when a file is cut
    std::ofstream(input, std::ios::binary) << bytes;
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    ++inputs;
  }
  std::filesystem::remove(input);
  return read == ARCHIVE_EOF ? inputs : -1;
}

}  // namespace

int main(int argc, char** argv) {
  LLVMFuzzerInitialize(&argc, &argv);
  const int inputs = argc < 2 ? -1 : Replay(argv[1]);
  if (inputs <= 0) {
    std::fprintf(stderr, "fuzz_replay: no inputs in %s\n", argc < 2 ? "nothing" : argv[1]);
    return 2;
  }
  std::printf("%d inputs\n", inputs);
}
