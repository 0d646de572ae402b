#include "columns/text_column.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>

#include <algorithm>

#include "columns/base32.h"

namespace throughline::columns {

using evidence::v1::TextColumn;

namespace {

using Texts = std::span<const std::string_view>;

// Shorter ids are not worth it, and longer ones are none.
constexpr size_t kShortestId = 8, kLongestId = 256;

bool AreIds(Texts texts) {
  const size_t length = texts.front().size();
  return kShortestId <= length && length <= kLongestId &&
         std::all_of(texts.begin(), texts.end(), [&](std::string_view text) {
           return text.size() == length && IsBase32(text);
         });
}

size_t Alike(std::string_view one, std::string_view other) {
  const auto [end, ignored] = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
  return static_cast<size_t>(end - one.begin());
}

// How many characters are best said once for ids in a row that begin with them.
size_t PrefixOf(Texts ids) {
  const size_t length = ids.front().size();
  std::vector<size_t> alike(length + 1);  // neighbours, by how many characters they begin alike
  for (size_t i = 1; i < ids.size(); ++i) ++alike[Alike(ids[i - 1], ids[i])];
  constexpr size_t kBitsOfRun = 16;
  size_t best = 0, runs = 1, least = ids.size() * length * 5;
  for (size_t prefix = 1; prefix + kShortestId <= length; ++prefix) {
    runs += alike[prefix - 1];
    const size_t bits = runs * (kBitsOfRun + prefix * 5) + ids.size() * (length - prefix) * 5;
    if (bits >= least) continue;
    least = bits;
    best = prefix;
  }
  return best;
}

void WriteIds(Texts ids, TextColumn& column) {
  const size_t prefix = PrefixOf(ids);
  Base32Writer prefixes(*column.mutable_prefixes()), own(*column.mutable_base32());
  for (size_t i = 0; i < ids.size(); ++i) {
    own.Append(ids[i].substr(prefix));
    if (prefix == 0) continue;
    const int last = column.runs_size() - 1;
    if (i > 0 && Alike(ids[i - 1], ids[i]) >= prefix) {
      column.set_runs(last, column.runs(last) + 1);
      continue;
    }
    prefixes.Append(ids[i].substr(0, prefix));
    column.add_runs(1);
  }
  prefixes.Finish();
  own.Finish();
  column.set_base32_length(static_cast<int32_t>(ids.front().size() - prefix));
  column.set_prefix_length(static_cast<int32_t>(prefix));
}

// The different texts, in the order in which they first come, and for each text which one it is.
struct Different {
  std::vector<std::string_view> texts;
  std::vector<uint32_t> indexes;
};

Different DifferentOf(Texts texts) {
  Different different;
  different.indexes.reserve(texts.size());
  absl::flat_hash_map<absl::string_view, uint32_t> known;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0 && texts[i] == texts[i - 1]) {
      different.indexes.push_back(different.indexes.back());
      continue;
    }
    const absl::string_view text(texts[i].data(), texts[i].size());
    const auto [found, added] =
        known.try_emplace(text, static_cast<uint32_t>(different.texts.size()));
    if (added) different.texts.push_back(texts[i]);
    different.indexes.push_back(found->second);
  }
  return different;
}

}  // namespace

void WriteTexts(Texts texts, TextColumn& column) {
  const Different different = DifferentOf(texts);
  if (AreIds(different.texts)) {
    WriteIds(different.texts, column);
  } else {
    for (std::string_view text : different.texts) {
      column.add_texts(text.data(), text.size());
    }
  }
  const size_t count = different.texts.size();
  if (count == 1 || count == texts.size()) return;
  column.mutable_indexes()->Add(different.indexes.begin(), different.indexes.end());
}

bool AreOfRows(const google::protobuf::RepeatedField<uint32_t>& indexes, int values, int rows) {
  if (indexes.empty()) return values <= 1 || values == rows;
  return indexes.size() == rows && std::all_of(indexes.begin(), indexes.end(), [&](uint32_t index) {
           return index < static_cast<uint32_t>(values);
         });
}

std::optional<TextReader> TextReader::Of(const TextColumn& column, int rows) {
  TextReader reader(column);
  reader.texts_ = column.texts_size();
  if (!column.base32().empty() && (reader.texts_ > 0 || !reader.CountIds())) return std::nullopt;
  if (!AreOfRows(column.indexes(), reader.texts_, rows)) return std::nullopt;
  return reader;
}

bool TextReader::CountIds() {
  const auto length = static_cast<size_t>(column_->base32_length());
  const auto prefix = static_cast<size_t>(column_->prefix_length());
  if (length < kShortestId || length > kLongestId || prefix > kLongestId) return false;
  const size_t ids = column_->base32().size() * 8 / 5 / length;
  if (column_->base32().size() != Base32Bytes(ids * length)) return false;
  texts_ = static_cast<int>(ids);
  if (prefix == 0) return column_->runs().empty();
  const auto runs = static_cast<size_t>(column_->runs_size());
  if (column_->prefixes().size() != Base32Bytes(runs * prefix)) return false;
  prefix_of_.reserve(ids);
  for (size_t i = 0; i < runs; ++i) {
    const uint32_t run = column_->runs(static_cast<int>(i));
    if (run > ids - prefix_of_.size()) return false;
    prefix_of_.insert(prefix_of_.end(), run, static_cast<int>(i));
  }
  return prefix_of_.size() == ids;
}

void TextReader::ReadText(int index, std::string& text) const {
  if (column_->base32().empty()) {
    if (texts_ == 0) return text.clear();
    text = column_->texts(index);
    return;
  }
  text.clear();
  const auto length = static_cast<size_t>(column_->base32_length());
  if (!prefix_of_.empty()) {
    const auto prefix = static_cast<size_t>(column_->prefix_length());
    AppendBase32(column_->prefixes(), prefix_of_[index] * prefix, prefix, text);
  }
  AppendBase32(column_->base32(), index * length, length, text);
}

}  // namespace throughline::columns
