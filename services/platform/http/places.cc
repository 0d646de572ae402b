#include "platform/http/places.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "platform/http/errors.h"

namespace throughline::platform::http {

namespace ip = boost::asio::ip;

namespace {

constexpr size_t kCountedOfV6 = 8;  // bytes

// IPv4 as what it is, when it comes through a socket of IPv6.
ip::address Plain(const ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

std::string CountedAs(const ip::address& address) {
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    return {bytes.begin(), bytes.end()};
  }
  const auto bytes = address.to_v6().to_bytes();
  return {bytes.begin(), bytes.begin() + kCountedOfV6};
}

}  // namespace

core::Result<Network> Network::Read(std::string_view text) {
  boost::system::error_code error;
  const std::string given(text);
  const bool is_address = given.find('/') == std::string::npos;
  Network network;
  if (given.find(':') == std::string::npos) {
    network.network_ = ip::make_network_v4(is_address ? given + "/32" : given, error);
  } else {
    network.network_ = ip::make_network_v6(is_address ? given + "/128" : given, error);
  }
  if (error) return core::Refuse(NetworkInvalid(text));
  return network;
}

bool Network::Has(const ip::address& address) const {
  const ip::address plain = Plain(address);
  if (const auto* v4 = std::get_if<ip::network_v4>(&network_)) {
    return plain.is_v4() &&
           ip::network_v4(plain.to_v4(), v4->prefix_length()).network() == v4->network();
  }
  const auto& v6 = std::get<ip::network_v6>(network_);
  return plain.is_v6() &&
         ip::network_v6(plain.to_v6(), v6.prefix_length()).network() == v6.network();
}

Places::Place::Place(Place&& other) noexcept
    : places_(std::exchange(other.places_, nullptr)), number_(other.number_) {}

Places::Place::~Place() {
  if (places_ != nullptr) places_->GiveBack(number_);
}

void Places::Place::OnCutOff(const boost::asio::any_io_executor& executor, CutOff cut_off) {
  std::lock_guard lock(places_->mutex_);
  Taken& taken = places_->taken_.at(number_);
  taken.executor = executor;
  taken.cut_off = std::move(cut_off);
}

std::optional<Places::Place> Places::Take(const ip::address& from) {
  const ip::address plain = Plain(from);
  const bool counted = std::none_of(limits_.proxies.begin(), limits_.proxies.end(),
                                    [&](const Network& proxy) { return proxy.Has(plain); });
  const std::string address = counted ? CountedAs(plain) : std::string();
  std::lock_guard lock(mutex_);
  if (counted) {
    const auto known = of_address_.find(address);
    if (known != of_address_.end() && known->second >= limits_.of_address) return std::nullopt;
  }
  const uint64_t number = next_++;
  size_t* const of_address = counted ? &of_address_[address] : nullptr;
  taken_.emplace(number, Taken{address});
  if (of_address != nullptr) ++*of_address;  // when nothing can fail any more
  return Place(*this, number);
}

void Places::GiveBack(uint64_t number) noexcept {
  Taken last;  // outside the lock: it may hold anything
  std::lock_guard lock(mutex_);
  const auto found = taken_.find(number);
  if (found == taken_.end()) return;
  last = std::move(found->second);
  taken_.erase(found);
  const auto of_address = of_address_.find(last.address);
  if (of_address != of_address_.end() && --of_address->second == 0) of_address_.erase(of_address);
  if (taken_.empty()) empty_.notify_all();
}

bool Places::full() const {
  std::lock_guard lock(mutex_);
  return taken_.size() >= limits_.in_all;
}

size_t Places::taken() const {
  std::lock_guard lock(mutex_);
  return taken_.size();
}

void Places::CutOffAll(bool only_idle) {
  std::lock_guard lock(mutex_);
  for (const auto& [number, taken] : taken_) {
    if (!taken.executor) continue;
    // By the time it runs the connection may be gone: it is looked for again.
    boost::asio::post(taken.executor,
                      [this, number = number, only_idle] { CutOffOne(number, only_idle); });
  }
}

void Places::CutOffOne(uint64_t number, bool only_idle) {
  CutOff cut_off;
  {
    std::lock_guard lock(mutex_);
    const auto found = taken_.find(number);
    if (found != taken_.end()) cut_off = found->second.cut_off;
  }
  if (cut_off) cut_off(only_idle);
}

bool Places::WaitUntilEmpty(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, time, [this] { return taken_.empty(); });
}

void Places::WaitUntilEmpty() {
  std::unique_lock lock(mutex_);
  empty_.wait(lock, [this] { return taken_.empty(); });
}

}  // namespace throughline::platform::http
