// The files of a TLS identity, in PEM: a certificate with those it rests on, its key, and the
// certificates of the authority that the other side's must be signed by.
#pragma once

#include <string>

#include "core/date.h"
#include "core/result.h"

namespace throughline::platform {

struct TlsFiles {
  std::string certificate = {};
  std::string key = {};
  std::string authority = {};
};

// Reads whatever is named: each is there, holds what it should, and the key is the certificate's.
// TLS_FILE_UNUSABLE names the file. A certificate without a key, or the reverse, is refused.
core::Result<void> Check(const TlsFiles& files);
// When a file's certificates are valid: all of them, as a chain is as good as its first to end.
struct Validity {
  core::Instant from;
  core::Instant until;
};
// TLS_FILE_UNUSABLE names the file.
core::Result<Validity> ValidityOf(const std::string& path);
// The whole file, at most 1 MiB; TLS_FILE_UNUSABLE names it.
core::Result<std::string> ReadPem(const std::string& path);

}  // namespace throughline::platform
