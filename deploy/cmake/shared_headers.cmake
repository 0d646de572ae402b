# Headers that are parsed once for all that include them: most of what building takes would be the
# parsing of generated and foreign headers. Which of the sets its rooms share is said once a folder,
# by THROUGHLINE_HEADERS.

# throughline_shared_headers(NAME LINKS target... HEADERS <header>...)
function(throughline_shared_headers name)
  cmake_parse_arguments(SHARED "" "" "LINKS;HEADERS" ${ARGN})
  add_library(${name} OBJECT ${PROJECT_SOURCE_DIR}/deploy/cmake/shared_headers.cc)
  target_link_libraries(${name} PRIVATE throughline_flags throughline_rpc fmt::fmt spdlog::spdlog
    absl::node_hash_map ${SHARED_LINKS})
  target_precompile_headers(${name} PRIVATE
    <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable> <deque> <filesystem>
    <fstream> <functional> <future> <iostream> <map> <memory> <mutex> <numeric> <optional> <random>
    <set> <span> <sstream> <string> <string_view> <thread> <tuple> <unordered_map> <utility> <vector>
    <absl/container/node_hash_map.h> <fmt/format.h> <spdlog/spdlog.h> <tl/expected.hpp>
    <google/protobuf/util/message_differencer.h> <grpcpp/grpcpp.h> <grpcpp/generic/generic_stub.h>
    ${THROUGHLINE_GENERATED_HEADERS} ${SHARED_HEADERS})
endfunction()

# throughline_share_headers(TARGET [NAME])
function(throughline_share_headers target)
  if(ARGN)
    target_precompile_headers(${target} REUSE_FROM ${ARGN})
  endif()
endfunction()

throughline_shared_headers(room_headers)
throughline_shared_headers(test_headers LINKS rapidcheck GTest::gmock
  HEADERS <gmock/gmock.h> <gtest/gtest.h> <rapidcheck/gtest.h>)
throughline_shared_headers(gateway_headers LINKS Boost::headers nlohmann_json::nlohmann_json
  HEADERS <nlohmann/json.hpp> <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp>
          <boost/asio/steady_timer.hpp> <boost/asio/use_awaitable.hpp>)
throughline_shared_headers(command_headers LINKS nlohmann_json::nlohmann_json CLI11::CLI11
  HEADERS <nlohmann/json.hpp> <CLI/CLI.hpp>)
