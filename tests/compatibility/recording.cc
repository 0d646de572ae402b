#include "recording.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/gzip_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>

#include <fstream>

namespace throughline::compatibility {

namespace {

using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

constexpr std::string_view kMagic = "throughline recording 1\n";

core::Error FileUnwritable(const std::filesystem::path& file) {
  return {core::Code::kUnavailable, "FILE_UNWRITABLE", file.string() + " cannot be written", {}};
}

core::Error RecordingCorrupt(const std::filesystem::path& file) {
  return {core::Code::kInternal,
          "RECORDING_CORRUPT",
          file.string() + " cannot be read, or is not a recording",
          {}};
}

void WriteBytes(CodedOutputStream& out, std::string_view bytes) {
  out.WriteVarint32(static_cast<uint32_t>(bytes.size()));
  out.WriteRaw(bytes.data(), static_cast<int>(bytes.size()));
}

bool ReadBytes(CodedInputStream& in, std::string& bytes) {
  uint32_t length = 0;
  return in.ReadVarint32(&length) && in.ReadString(&bytes, static_cast<int>(length));
}

}  // namespace

core::Result<void> Write(const Recording& recording, const std::filesystem::path& file) {
  std::ofstream to(file, std::ios::binary);
  google::protobuf::io::OstreamOutputStream plain(&to);
  google::protobuf::io::GzipOutputStream::Options options;
  options.compression_level = 9;
  google::protobuf::io::GzipOutputStream packed(&plain, options);
  {
    CodedOutputStream out(&packed);
    out.WriteRaw(kMagic.data(), static_cast<int>(kMagic.size()));
    out.WriteVarint32(static_cast<uint32_t>(recording.partitions));
    for (const auto& [place, records] : recording.records) {
      for (const runtime::Record& record : records) {
        WriteBytes(out, place.topic);
        out.WriteVarint32(static_cast<uint32_t>(place.partition));
        WriteBytes(out, record.headers);
        WriteBytes(out, record.value);
      }
    }
  }
  if (!packed.Close() || !to.flush()) return core::Refuse(FileUnwritable(file));
  return {};
}

core::Result<Recording> Read(const std::filesystem::path& file) {
  std::ifstream from(file, std::ios::binary);
  google::protobuf::io::IstreamInputStream plain(&from);
  google::protobuf::io::GzipInputStream packed(&plain);
  CodedInputStream in(&packed);
  in.SetTotalBytesLimit(std::numeric_limits<int>::max());
  Recording recording;
  std::string magic;
  uint32_t partitions = 0;
  if (!in.ReadString(&magic, static_cast<int>(kMagic.size())) || magic != kMagic ||
      !in.ReadVarint32(&partitions)) {
    return core::Refuse(RecordingCorrupt(file));
  }
  recording.partitions = static_cast<int32_t>(partitions);
  const void* ahead = nullptr;
  for (int left = 0; in.GetDirectBufferPointer(&ahead, &left);) {
    runtime::TopicPartition place;
    runtime::Record record;
    uint32_t partition = 0;
    if (!ReadBytes(in, place.topic) || !in.ReadVarint32(&partition) ||
        !ReadBytes(in, record.headers) || !ReadBytes(in, record.value)) {
      return core::Refuse(RecordingCorrupt(file));
    }
    place.partition = static_cast<int32_t>(partition);
    recording.records[place].push_back(std::move(record));
  }
  if (packed.ZlibErrorCode() < 0) return core::Refuse(RecordingCorrupt(file));
  return recording;
}

}  // namespace throughline::compatibility
