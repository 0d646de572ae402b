// Which partition a key belongs to: murmur2 as Kafka's own clients compute it, so that a record
// keyed by any of them lands where this system expects it.
#pragma once

#include <cstdint>
#include <string_view>

namespace throughline::runtime {

// Kafka's murmur2 (seed 0x9747b28c) over the bytes of the key.
uint32_t Murmur2(std::string_view key);
// The non-negative part of it, modulo the number of partitions.
int32_t PartitionOf(std::string_view key, int32_t partitions);

}  // namespace throughline::runtime
