// The connections of a server: how many there may be, in all and of one address, and what is asked
// of them from outside. A connection has a place from when it is accepted until the place is
// destroyed, however it ends. Thread-safe.
//
// An IPv6 address is counted with its /64, which is what one customer is given.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.h"

namespace throughline::platform::http {

// An address, or a network as address/bits.
class Network {
 public:
  // NETWORK_INVALID with the text.
  static core::Result<Network> Read(std::string_view text);
  bool Has(const boost::asio::ip::address& address) const;

 private:
  std::variant<boost::asio::ip::network_v4, boost::asio::ip::network_v6> network_;
};

class Places {
 public:
  struct Limits {
    size_t in_all = 0;
    size_t of_address = 0;
    std::vector<Network> proxies = {};  // not limited by address: many come through one
  };
  using CutOff = std::function<void(bool only_idle)>;

  class Place {
   public:
    Place(Place&& other) noexcept;
    Place& operator=(Place&&) = delete;
    ~Place();
    // How the connection is cut off, called on its executor; until the place is given back there.
    void OnCutOff(const boost::asio::any_io_executor& executor, CutOff cut_off);

   private:
    friend class Places;
    Place(Places& places, uint64_t number) : places_(&places), number_(number) {}
    Places* places_;  // null when it was moved from
    uint64_t number_;
  };

  explicit Places(Limits limits) : limits_(std::move(limits)) {}

  // Nullopt when the address has as many as it may.
  std::optional<Place> Take(const boost::asio::ip::address& from);
  bool full() const;
  size_t taken() const;
  // Cuts off all of them, or those that are idle.
  void CutOffAll(bool only_idle);
  // False when some are still taken after that time.
  bool WaitUntilEmpty(std::chrono::milliseconds time);
  void WaitUntilEmpty();

 private:
  struct Taken {
    std::string address;  // empty: not counted
    boost::asio::any_io_executor executor = {};
    CutOff cut_off = {};
  };
  void GiveBack(uint64_t number) noexcept;
  void CutOffOne(uint64_t number, bool only_idle);

  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  uint64_t next_ = 0;
  std::map<uint64_t, Taken> taken_;
  std::map<std::string, size_t, std::less<>> of_address_;
};

}  // namespace throughline::platform::http
