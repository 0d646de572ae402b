#include "csv/utf8_stream.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "csv/text.h"

namespace throughline::csv {
namespace {

constexpr uint32_t kReplacement = 0xfffd;

bool IsHigh(uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool IsLow(uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

class Utf8Stream : public ByteStream {
 public:
  explicit Utf8Stream(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

  core::Result<size_t> Read(std::span<char> buffer) override {
    if (!begun_) {
      if (auto begun = Begin(); !begun) return core::Refuse(begun.error());
    }
    if (width_ == 1 && at_ == ready_.size()) return stream_->Read(buffer);
    while (at_ == ready_.size() && !over_) {
      if (auto more = Recode(); !more) return core::Refuse(more.error());
    }
    const size_t count = std::min(buffer.size(), ready_.size() - at_);
    std::memcpy(buffer.data(), ready_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  // Looks at the first two bytes.
  core::Result<void> Begin() {
    begun_ = true;
    std::array<char, 2> first{};
    size_t have = 0;
    while (have < first.size()) {
      auto read = stream_->Read(std::span(first).subspan(have));
      if (!read) return core::Refuse(read.error());
      if (*read == 0) break;
      have += *read;
    }
    const std::string_view head(first.data(), have);
    const bool marked = head == "\xff\xfe" || head == "\xfe\xff";
    const bool little = head == "\xff\xfe" || (have == 2 && head[0] != 0 && head[1] == 0);
    const bool big = head == "\xfe\xff" || (have == 2 && head[0] == 0 && head[1] != 0);
    if (!little && !big) {
      ready_ = head;
      return {};
    }
    width_ = 2;
    little_ = little;
    if (!marked) raw_ = head;
    return {};
  }

  core::Result<void> Recode() {
    std::array<char, 16 << 10> bytes;
    auto read = stream_->Read(bytes);
    if (!read) return core::Refuse(read.error());
    ready_.clear();
    at_ = 0;
    over_ = *read == 0;
    raw_.append(bytes.data(), *read);
    size_t used = 0;
    for (; used + 2 <= raw_.size(); used += 2) Take(UnitAt(used));
    raw_.erase(0, used);
    if (over_ && (high_ != 0 || !raw_.empty())) AppendUtf8(kReplacement, ready_);
    return {};
  }

  uint32_t UnitAt(size_t at) const {
    const auto one = static_cast<unsigned char>(raw_[at]);
    const auto two = static_cast<unsigned char>(raw_[at + 1]);
    return little_ ? one | two << 8 : two | one << 8;
  }

  void Take(uint32_t unit) {
    if (high_ != 0 && IsLow(unit)) {
      AppendUtf8(0x10000 + ((high_ - 0xd800) << 10) + (unit - 0xdc00), ready_);
      high_ = 0;
      return;
    }
    if (high_ != 0) AppendUtf8(kReplacement, ready_);
    high_ = IsHigh(unit) ? unit : 0;
    if (high_ == 0) AppendUtf8(IsLow(unit) ? kReplacement : unit, ready_);
  }

  std::unique_ptr<ByteStream> stream_;
  bool begun_ = false;
  bool over_ = false;
  bool little_ = true;
  int width_ = 1;      // bytes of a unit
  std::string raw_;    // read and not recoded
  std::string ready_;  // recoded, from `at_` on not given yet
  size_t at_ = 0;
  uint32_t high_ = 0;  // the first half of a character whose second half has not come
};

}  // namespace

std::unique_ptr<ByteStream> AsUtf8(std::unique_ptr<ByteStream> stream) {
  return std::make_unique<Utf8Stream>(std::move(stream));
}

}  // namespace throughline::csv
