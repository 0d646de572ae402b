// Pages of SQLite's file that carry a checksum, looked at whenever one is read from the file: what
// a disk, a cable or a copy has changed is an error (SQLITE_IOERR_DATA), and never an answer. That
// covers rows and records as well as the trees by which they are found: a row that can no longer be
// found would otherwise be taken for one that is not there.
//
// A page is 8192 bytes. Its last 8 are XXH3 of the others, seeded with the page's number, so that a
// page written to the wrong place is found, too. They are SQLite's reserved bytes, which it leaves
// alone. A file of before, without reserved bytes, is read as it is. The -wal beside the file has
// checksums of SQLite's own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace throughline::runtime::sqlite {

inline constexpr int kPageBytes = 8192;
inline constexpr int kChecksumBytes = 8;

// The name under which SQLite knows how to open such files; registered at the first call.
// Thread-safe.
const char* CheckedPages();

// Whether the file has checksums: it is empty, or it was made by this.
bool HasChecksums(const std::string& path);

// Reads every page of the file, whatever SQLite makes of it, and calls `bad` with the number of
// each (from 1) that is not as it was written, and `read` after each with how many there are in
// all. False: the file cannot be read.
bool ReadPages(const std::string& path, const std::function<void(int64_t page)>& bad,
               const std::function<void(int64_t page, int64_t of)>& read);

}  // namespace throughline::runtime::sqlite
