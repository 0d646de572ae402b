#include "audit/head_file.h"

#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iterator>
#include <string>

#include "audit/errors.h"

namespace throughline::audit {

namespace fs = std::filesystem;
using core::Result;

Result<v1::SignedHead> ReadHead(const fs::path& file) {
  std::error_code unreadable;
  // Reading a directory is no error of a stream's own.
  if (fs::is_directory(file, unreadable)) {
    return core::Refuse(HeadFileUnusable(file, "is a directory; move it away"));
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return core::Refuse(HeadFileUnusable(file, "cannot be read"));
  v1::SignedHead head;
  const std::string text(std::istreambuf_iterator<char>(in), {});
  if (!google::protobuf::util::JsonStringToMessage(text, &head).ok() || head.records() <= 0) {
    return core::Refuse(HeadFileUnusable(file, "is none"));
  }
  return head;
}

Result<void> WriteHead(const fs::path& file, const v1::SignedHead& head) {
  std::string text;
  google::protobuf::util::MessageToJsonString(head, &text);
  const fs::path beside = file.string() + ".new";
  std::error_code failed;
  std::ofstream out(beside, std::ios::trunc);
  fs::permissions(beside, fs::perms::owner_read | fs::perms::owner_write, failed);
  out << text << '\n';
  out.close();
  if (out && !failed) fs::rename(beside, file, failed);
  if (out && !failed) return {};
  std::error_code ignored;
  fs::remove(beside, ignored);
  return core::Refuse(HeadFileUnusable(file, "cannot be written"));
}

}  // namespace throughline::audit
