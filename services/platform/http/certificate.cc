#include "platform/http/certificate.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include "platform/http/errors.h"

namespace throughline::platform::http {

namespace ssl = boost::asio::ssl;

core::Result<std::unique_ptr<Certificate>> Certificate::Open(Files files) {
  std::unique_ptr<Certificate> certificate(new Certificate(std::move(files)));
  certificate->read_ = certificate->VersionsNow();
  auto context = certificate->Read();
  if (!context) return core::Refuse(context.error());
  certificate->context_ = *std::move(context);
  return certificate;
}

// Differ when another file is at a path, behind whatever links, or one was written to.
Certificate::Versions Certificate::VersionsNow() const {
  Versions versions;
  const std::string* const files[] = {&files_.certificate, &files_.key, &files_.client_authority};
  for (size_t i = 0; i < versions.size(); ++i) {
    struct stat at {};
    if (files[i]->empty() || stat(files[i]->c_str(), &at) != 0) continue;
    versions[i] = {at.st_dev, at.st_ino, at.st_size, at.st_mtim.tv_sec, at.st_mtim.tv_nsec};
  }
  return versions;
}

core::Result<std::shared_ptr<ssl::context>> Certificate::Read() const {
  auto tls = std::make_shared<ssl::context>(ssl::context::tls_server);
  tls->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 |
                   ssl::context::no_tlsv1_1);
  boost::system::error_code error;
  tls->use_certificate_chain_file(files_.certificate, error);
  if (error) return core::Refuse(CertificateUnusable(files_.certificate, error.message()));
  tls->use_private_key_file(files_.key, ssl::context::pem, error);
  if (error) return core::Refuse(CertificateUnusable(files_.key, error.message()));
  if (files_.client_authority.empty()) return tls;
  tls->load_verify_file(files_.client_authority, error);
  if (error) return core::Refuse(CertificateUnusable(files_.client_authority, error.message()));
  tls->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  return tls;
}

void Certificate::Look() {
  const Versions now = VersionsNow();
  if (now == read_) return;
  read_ = now;
  auto context = Read();
  if (!context) {
    spdlog::warn("http: the certificate of before stays: {}", context.error().message);
    return;
  }
  context_ = *std::move(context);
  spdlog::info("http: {} was replaced, and is used from now on", files_.certificate);
}

}  // namespace throughline::platform::http
