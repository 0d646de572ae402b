// An authority for tests: signs certificates for servers on this machine and for clients, and
// writes them into files. Not for use outside of tests.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace throughline::platform {

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name)
      : key_(NewKey()), certificate_(Sign(name, key_.get(), nullptr, nullptr)) {}

  struct Files {
    std::string certificate;
    std::string key;
  };

  void WriteTo(const std::string& path) const { Write(path, *certificate_); }
  // A new certificate and its key.
  void Issue(const std::string& name, const Files& to) const {
    const Key key = NewKey();
    Write(to.certificate, *Sign(name, key.get(), key_.get(), certificate_.get()));
    std::FILE* file = std::fopen(to.key.c_str(), "w");
    EXPECT_EQ(PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
    std::fclose(file);
  }

 private:
  using Key = std::shared_ptr<EVP_PKEY>;
  using Certificate = std::shared_ptr<X509>;

  static Key NewKey() { return {EVP_EC_gen("P-256"), &EVP_PKEY_free}; }

  static void Extend(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  // Without an issuer: the certificate of an authority, signed by itself.
  static Certificate Sign(const std::string& name, EVP_PKEY* key, EVP_PKEY* issuer_key,
                          X509* issuer) {
    static int serial = 0;
    Certificate certificate(X509_new(), &X509_free);
    X509* raw = certificate.get();
    X509_set_version(raw, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(raw), -3600);
    X509_gmtime_adj(X509_getm_notAfter(raw), 24 * 3600);
    X509_set_pubkey(raw, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509* by = issuer == nullptr ? raw : issuer;
    X509_set_issuer_name(raw, X509_get_subject_name(by));
    if (issuer == nullptr) {
      Extend(raw, by, NID_basic_constraints, "critical,CA:TRUE");
    } else {
      Extend(raw, by, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    }
    EXPECT_GT(X509_sign(raw, issuer == nullptr ? key : issuer_key, EVP_sha256()), 0);
    return certificate;
  }
  static void Write(const std::string& path, X509& certificate) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    EXPECT_EQ(PEM_write_X509(file, &certificate), 1);
    std::fclose(file);
  }

  Key key_;
  Certificate certificate_;
};

}  // namespace throughline::platform
