#include "throughline/doctor/machine_findings.h"

#include <fmt/format.h>

#include "platform/access/key_source.h"

namespace throughline::doctor {

namespace {

namespace fs = std::filesystem;
using std::chrono::days;

constexpr days kRenewWithin(30);
constexpr uintmax_t kRoomWanted = uintmax_t{5} << 30, kRoomNeeded = uintmax_t{512} << 20;
constexpr uintmax_t kBytesOfOne = 1 << 20;  // megabyte

Finding ExpiryFinding(const std::string& what, const std::string& file, core::Instant now) {
  const auto validity = platform::ValidityOf(file);
  if (!validity) return Fault(what, validity.error().message, "");
  const std::string renew =
      "Renew it, and put it in the place of the old one; the programs read "
      "it again by themselves.";
  if (now < validity->from) {
    return Fault(what, file + " is not valid before " + core::FormatInstant(validity->from) + ".",
                 "See that the machine's clock is right.");
  }
  const auto left = std::chrono::floor<days>(validity->until - now);
  if (validity->until <= now) {
    return Fault(what, file + " expired at " + core::FormatInstant(validity->until) + ".", renew);
  }
  const std::string said = fmt::format("{} is valid for {} more days.", file, left.count());
  if (left < kRenewWithin) return Warning(what, said, renew);
  return Ok(what, said);
}

}  // namespace

Findings CertificateFindings(const std::string& what, const platform::TlsFiles& files,
                             core::Instant now) {
  if (files.certificate.empty() && files.key.empty() && files.authority.empty()) return {};
  if (const auto checked = platform::Check(files); !checked) {
    return {Fault(what, checked.error().message, "")};
  }
  Findings found;
  for (const std::string& file : {files.certificate, files.authority}) {
    if (!file.empty()) found.push_back(ExpiryFinding(what, file, now));
  }
  if (!files.key.empty()) Append(found, SecretFileFindings(what + " key", files.key, false));
  return found;
}

Findings IssuerKeyFindings(const std::string& source) {
  const std::string what = "Keys of an issuer";
  const auto keys = platform::KeySource::Open(source);
  if (!keys) {
    return {Fault(what, keys.error().message,
                  "Nobody whose token is signed with them can call until it is read.")};
  }
  return {Ok(what, fmt::format("{} has {} keys.", source, (*keys)->keys()->size()))};
}

Findings SecretFileFindings(const std::string& what, const fs::path& file, bool is_made) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) {
    if (!is_made) return {Fault(what, file.string() + " does not exist.", "Put it there.")};
    return {
        Warning(what, file.string() + " does not exist yet.",
                "A program makes it at its first start; where data are already, restore it from "
                "a copy. All replicas need the same one.")};
  }
  if (error) return {Fault(what, file.string() + ": " + error.message() + ".", "")};
  if (fs::file_size(file, error) == 0 || error) {
    return {Fault(what, file.string() + " is empty, or no file.", "Restore it from a copy.")};
  }
  Findings found;
  if ((status.permissions() & fs::perms::others_write) != fs::perms::none) {
    found.push_back(Fault(what, "Everybody on this machine may replace " + file.string() + ".",
                          "chmod 600 it."));
  } else if ((status.permissions() & fs::perms::others_read) != fs::perms::none) {
    found.push_back(Warning(what, "Everybody on this machine may read " + file.string() + ".",
                            "chmod 600 it; of a mounted secret set defaultMode 0400."));
  }
  const fs::perms folder = fs::status(fs::absolute(file).parent_path(), error).permissions();
  const bool is_sticky = (folder & fs::perms::sticky_bit) != fs::perms::none;
  if ((folder & fs::perms::others_write) != fs::perms::none && !is_sticky) {
    found.push_back(
        Fault(what, "Everybody on this machine may replace files beside " + file.string() + ".",
              "chmod 700 its folder."));
  }
  if (!found.empty()) return found;
  return {Ok(what, file.string() + " is there, and not everybody's to read.")};
}

Findings DiskFindings(const fs::path& directory) {
  std::error_code error;
  const fs::space_info room = fs::space(directory, error);
  if (error) return {Fault("Disk", directory.string() + ": " + error.message() + ".", "")};
  const std::string said =
      fmt::format("{} MB are free where {} is.", room.available / kBytesOfOne, directory.string());
  const std::string next =
      "Make room. On a full disk nothing is recorded, and callers are told so.";
  if (room.available < kRoomNeeded) return {Fault("Disk", said, next)};
  if (room.available < kRoomWanted) return {Warning("Disk", said, next)};
  return {Ok("Disk", said)};
}

}  // namespace throughline::doctor
