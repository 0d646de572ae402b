#include "platform/grpc/tls_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <memory>
#include <optional>

#include "runtime/errors.h"

namespace throughline::platform {

using core::Result;

namespace {

constexpr size_t kLargest = 1 << 20;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Bio Over(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

// A key that wants a password is refused instead of asked for on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

Result<Certificate> ReadCertificate(const std::string& path) {
  auto text = ReadPem(path);
  if (!text) return core::Refuse(text.error());
  Certificate read(PEM_read_bio_X509(Over(*text).get(), nullptr, NoPassword, nullptr), &X509_free);
  if (!read) return core::Refuse(runtime::TlsFileUnusable(path, "it holds no certificate in PEM"));
  return read;
}

std::optional<core::Instant> InstantOf(const ASN1_TIME* time) {
  std::tm at{};
  if (ASN1_TIME_to_tm(time, &at) != 1) return std::nullopt;
  return std::chrono::time_point_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::from_time_t(timegm(&at)));
}

Result<Key> ReadKey(const std::string& path) {
  auto text = ReadPem(path);
  if (!text) return core::Refuse(text.error());
  Key read(PEM_read_bio_PrivateKey(Over(*text).get(), nullptr, NoPassword, nullptr),
           &EVP_PKEY_free);
  if (!read)
    return core::Refuse(runtime::TlsFileUnusable(path, "it holds no unencrypted key in PEM"));
  return read;
}

}  // namespace

Result<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kLargest + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || !file.eof()) {
    return core::Refuse(
        runtime::TlsFileUnusable(path, "it is not a file that can be read, up to 1 MiB"));
  }
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

Result<Validity> ValidityOf(const std::string& path) {
  auto text = ReadPem(path);
  if (!text) return core::Refuse(text.error());
  const Bio over = Over(*text);
  std::optional<Validity> all;
  while (Certificate one{PEM_read_bio_X509(over.get(), nullptr, NoPassword, nullptr), &X509_free}) {
    const auto from = InstantOf(X509_get0_notBefore(one.get()));
    const auto until = InstantOf(X509_get0_notAfter(one.get()));
    if (!from || !until) return core::Refuse(runtime::TlsFileUnusable(path, "its dates make none"));
    all = all ? Validity{std::max(all->from, *from), std::min(all->until, *until)}
              : Validity{*from, *until};
  }
  ERR_clear_error();  // the end of the file is one
  if (!all) return core::Refuse(runtime::TlsFileUnusable(path, "it holds no certificate in PEM"));
  return *all;
}

Result<void> Check(const TlsFiles& files) {
  if (files.certificate.empty() != files.key.empty()) {
    return core::Refuse(
        runtime::TlsFileUnusable(files.certificate.empty() ? files.key : files.certificate,
                                 "a certificate and its key go together"));
  }
  if (!files.authority.empty()) {
    auto authority = ReadCertificate(files.authority);
    if (!authority) return core::Refuse(authority.error());
  }
  if (files.certificate.empty()) return {};
  auto certificate = ReadCertificate(files.certificate);
  if (!certificate) return core::Refuse(certificate.error());
  auto key = ReadKey(files.key);
  if (!key) return core::Refuse(key.error());
  if (X509_check_private_key(certificate->get(), key->get()) != 1) {
    return core::Refuse(
        runtime::TlsFileUnusable(files.key, "it is not the key of " + files.certificate));
  }
  return {};
}

}  // namespace throughline::platform
