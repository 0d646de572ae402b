#include "runtime/embedded/checked_pages.h"

#include <sqlite3.h>
#include <xxhash.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>

namespace throughline::runtime::sqlite {

namespace {

constexpr char kName[] = "throughline-checked";
// Within the first page, as SQLite's file format has them.
constexpr size_t kHeaderBytes = 100, kReservedAt = 20, kUserVersionAt = 60;
constexpr int kSmallestPage = 512;
constexpr int64_t kFirstCheckedVersion = 2;  // of our own schema, kept as the user_version
// SQLite locks bytes of this page and never writes it.
constexpr int64_t kLockPage = 0x40000000 / kPageBytes + 1;

struct File {
  sqlite3_file base;
  bool checked;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File& Of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* Real(sqlite3_file* file) { return Of(file).real(); }

uint64_t ChecksumOf(const void* page, int64_t number) {
  return XXH3_64bits_withSeed(page, kPageBytes - kChecksumBytes, static_cast<uint64_t>(number));
}

bool IsGood(const void* page, int64_t number) {
  uint64_t kept = 0;
  std::memcpy(&kept, static_cast<const char*>(page) + kPageBytes - kChecksumBytes, kChecksumBytes);
  return kept == ChecksumOf(page, number);
}

bool IsPage(int amount, sqlite3_int64 offset) {
  return amount == kPageBytes && offset % kPageBytes == 0;
}

// One changed byte cannot make both marks look like a file of before.
bool HeaderHasChecksums(const unsigned char* header) {
  int64_t version = 0;
  for (size_t i = 0; i < 4; ++i) version = version << 8 | header[kUserVersionAt + i];
  return header[kReservedAt] == kChecksumBytes || version >= kFirstCheckedVersion;
}

int Read(sqlite3_file* file, void* to, int amount, sqlite3_int64 offset) {
  const int code = Real(file)->pMethods->xRead(Real(file), to, amount, offset);
  if (code != SQLITE_OK || !Of(file).checked || amount < kSmallestPage) return code;
  if (IsPage(amount, offset) && IsGood(to, offset / kPageBytes + 1)) return SQLITE_OK;
  return SQLITE_IOERR_DATA;
}

int Write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
  const auto* real = Real(file)->pMethods;
  if (!Of(file).checked) return real->xWrite(Real(file), from, amount, offset);
  if (!IsPage(amount, offset)) return SQLITE_IOERR_WRITE;
  std::array<unsigned char, kPageBytes> page;
  std::memcpy(page.data(), from, kPageBytes);
  // A page without room for it is not to lose its end.
  if (offset == 0 && page[kReservedAt] != kChecksumBytes) return SQLITE_IOERR_WRITE;
  const uint64_t checksum = ChecksumOf(page.data(), offset / kPageBytes + 1);
  std::memcpy(page.data() + kPageBytes - kChecksumBytes, &checksum, kChecksumBytes);
  return real->xWrite(Real(file), page.data(), kPageBytes, offset);
}

// Everything else is the real file's.
const sqlite3_io_methods kMethods = {
    2,  // with shared memory, and without mapping the file itself
    [](sqlite3_file* file) { return Real(file)->pMethods->xClose(Real(file)); },
    Read,
    Write,
    [](sqlite3_file* file, sqlite3_int64 size) {
      return Real(file)->pMethods->xTruncate(Real(file), size);
    },
    [](sqlite3_file* file, int flags) { return Real(file)->pMethods->xSync(Real(file), flags); },
    [](sqlite3_file* file, sqlite3_int64* size) {
      return Real(file)->pMethods->xFileSize(Real(file), size);
    },
    [](sqlite3_file* file, int lock) { return Real(file)->pMethods->xLock(Real(file), lock); },
    [](sqlite3_file* file, int lock) { return Real(file)->pMethods->xUnlock(Real(file), lock); },
    [](sqlite3_file* file, int* out) {
      return Real(file)->pMethods->xCheckReservedLock(Real(file), out);
    },
    [](sqlite3_file* file, int what, void* with) {
      return Real(file)->pMethods->xFileControl(Real(file), what, with);
    },
    [](sqlite3_file* file) { return Real(file)->pMethods->xSectorSize(Real(file)); },
    [](sqlite3_file* file) { return Real(file)->pMethods->xDeviceCharacteristics(Real(file)); },
    [](sqlite3_file* file, int region, int size, int extend, void volatile** at) {
      return Real(file)->pMethods->xShmMap(Real(file), region, size, extend, at);
    },
    [](sqlite3_file* file, int first, int count, int flags) {
      return Real(file)->pMethods->xShmLock(Real(file), first, count, flags);
    },
    [](sqlite3_file* file) { Real(file)->pMethods->xShmBarrier(Real(file)); },
    [](sqlite3_file* file, int remove) {
      return Real(file)->pMethods->xShmUnmap(Real(file), remove);
    },
    nullptr,
    nullptr,
};

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  auto* real = static_cast<sqlite3_vfs*>(vfs->pAppData);
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return real->xOpen(real, name, file, flags, out);
  File& opened = Of(file);
  opened = {};
  const int code = real->xOpen(real, name, opened.real(), flags, out);
  if (code != SQLITE_OK) return code;
  opened.base.pMethods = &kMethods;
  std::array<unsigned char, kHeaderBytes> header{};
  const int read = opened.real()->pMethods->xRead(opened.real(), header.data(), kHeaderBytes, 0);
  sqlite3_int64 size = 0;
  opened.real()->pMethods->xFileSize(opened.real(), &size);
  opened.checked = size == 0 || (read == SQLITE_OK && HeaderHasChecksums(header.data()));
  return SQLITE_OK;
}

}  // namespace

const char* CheckedPages() {
  static sqlite3_vfs vfs;
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
    vfs = *real;
    vfs.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
    vfs.pNext = nullptr;
    vfs.zName = kName;
    vfs.pAppData = real;
    vfs.xOpen = Open;
    sqlite3_vfs_register(&vfs, 0);
  });
  return kName;
}

bool HasChecksums(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, kHeaderBytes> header{};
  if (!file.read(header.data(), kHeaderBytes)) return file.gcount() == 0;
  return HeaderHasChecksums(reinterpret_cast<const unsigned char*>(header.data()));
}

bool ReadPages(const std::string& path, const std::function<void(int64_t page)>& bad,
               const std::function<void(int64_t page, int64_t of)>& read) {
  std::error_code failed;
  const auto size = static_cast<int64_t>(std::filesystem::file_size(path, failed));
  std::ifstream file(path, std::ios::binary);
  if (failed || !file) return false;
  const int64_t pages = (size + kPageBytes - 1) / kPageBytes;
  std::array<char, kPageBytes> page;
  for (int64_t number = 1; number <= pages; ++number) {
    file.clear();
    file.seekg((number - 1) * kPageBytes);
    const bool whole = static_cast<bool>(file.read(page.data(), kPageBytes));
    if (number != kLockPage && !(whole && IsGood(page.data(), number))) bad(number);
    read(number, pages);
  }
  return true;
}

}  // namespace throughline::runtime::sqlite
