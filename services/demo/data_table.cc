#include "demo/data_table.h"

#include "csv/byte_stream.h"
#include "csv/csv_reader.h"
#include "oneroster/errors.h"

namespace throughline::demo {

core::Result<void> ForEachRow(const std::filesystem::path& csv_gz,
                              const std::function<void(const DataRow&)>& visit) {
  auto stream = csv::OpenGzipFile(csv_gz);
  if (!stream) return core::Refuse(stream.error());
  csv::CsvReader csv(*std::move(stream), csv_gz.filename().string());
  std::map<std::string, size_t, std::less<>> columns;
  while (true) {
    auto row = csv.Next();
    if (!row) return core::Refuse(row.error());
    if (*row == nullptr) return {};
    const auto& fields = (*row)->fields;
    if (columns.empty()) {
      for (size_t i = 0; i < fields.size(); ++i) columns.emplace(fields[i], i);
    } else if (fields.size() != columns.size()) {
      return core::Refuse(
          oneroster::DataUnexpected(csv.name(), (*row)->line, "not as many fields as columns"));
    } else {
      visit(DataRow(columns, fields));
    }
  }
}

std::string Slug(std::string_view text) {
  std::string slug;
  for (unsigned char c : text) {
    const bool plain = std::isalnum(c) != 0 || c == '.' || c == '_';
    slug += plain ? static_cast<char>(std::tolower(c)) : '-';
  }
  return slug;
}

}  // namespace throughline::demo
