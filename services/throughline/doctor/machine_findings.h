// Whether what a program finds on its own machine is right: certificates, keys of issuers, files
// with secrets, the disk. Functions without state that look at files and addresses.
#pragma once

#include <filesystem>
#include <string>

#include "core/date.h"
#include "platform/grpc/tls_files.h"
#include "throughline/doctor/finding.h"

namespace throughline::doctor {

// A certificate with its key, and the authority beside them; what is not named is not looked at.
Findings CertificateFindings(const std::string& what, const platform::TlsFiles& files,
                             core::Instant now);

// The keys that tokens of an issuer are signed with: a file or an address.
Findings IssuerKeyFindings(const std::string& source);

// A file with a secret of its own, and the folder that it is in: who may read and replace it. One
// that does not exist is a fault, unless the programs make it: `is_made`.
Findings SecretFileFindings(const std::string& what, const std::filesystem::path& file,
                            bool is_made);

// How much room the disk of a data directory has left.
Findings DiskFindings(const std::filesystem::path& directory);

}  // namespace throughline::doctor
