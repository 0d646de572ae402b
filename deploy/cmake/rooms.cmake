# How a room is declared: one target a room, linking exactly what it may see.

# The flags of every target of this project; nothing is set for a whole directory.
add_library(throughline_flags INTERFACE)
target_compile_features(throughline_flags INTERFACE cxx_std_20)
# The standard library of g++ 12 uses what it deprecates itself, in std::stable_sort.
target_compile_options(throughline_flags INTERFACE
  -Wall -Wextra -Wno-unused-parameter -Wno-deprecated-declarations -pthread)
target_include_directories(throughline_flags INTERFACE ${PROJECT_SOURCE_DIR}/services)
if(THROUGHLINE_SANITIZE)
  target_compile_options(throughline_flags INTERFACE
    -fsanitize=${THROUGHLINE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  # Not position-independent: what the sanitizers know of each line would be ten million addresses to
  # relocate at each start, and a quarter of each program.
  target_link_options(throughline_flags INTERFACE -fsanitize=${THROUGHLINE_SANITIZE} -no-pie)
endif()

# Links in half the time of the linker that compilers come with.
find_program(THROUGHLINE_LLD ld.lld)
if(THROUGHLINE_LLD)
  target_link_options(throughline_flags INTERFACE -fuse-ld=lld)
endif()

# throughline_shared_headers(NAME LINKS target... HEADERS <header>...)
# Headers that are parsed once for all that throughline_share_headers() gives them to.
function(throughline_shared_headers name)
  cmake_parse_arguments(SHARED "" "" "LINKS;HEADERS" ${ARGN})
  add_library(${name} OBJECT ${PROJECT_SOURCE_DIR}/deploy/cmake/shared_headers.cc)
  target_link_libraries(${name} PRIVATE throughline_flags ${SHARED_LINKS})
  target_precompile_headers(${name} PRIVATE ${SHARED_HEADERS})
endfunction()

set(protobuf_headers
  <google/protobuf/message.h> <google/protobuf/map_field.h>
  <google/protobuf/generated_message_reflection.h> <google/protobuf/generated_message_util.h>
  <google/protobuf/unknown_field_set.h>)
set(standard_headers
  <algorithm> <chrono> <functional> <map> <memory> <mutex> <optional> <set> <string> <thread>
  <vector>)

throughline_shared_headers(test_headers LINKS rapidcheck GTest::gmock
  HEADERS ${standard_headers} <gmock/gmock.h> <gtest/gtest.h> <rapidcheck/gtest.h>
          ${protobuf_headers})
throughline_shared_headers(service_test_headers LINKS rapidcheck GTest::gmock gRPC::grpc++
  HEADERS ${standard_headers} <gmock/gmock.h> <gtest/gtest.h> <rapidcheck/gtest.h>
          ${protobuf_headers} <grpcpp/grpcpp.h> <grpcpp/generic/generic_stub.h>)
throughline_shared_headers(gateway_headers LINKS Boost::headers nlohmann_json::nlohmann_json
  HEADERS ${standard_headers} ${protobuf_headers} <nlohmann/json.hpp>
          <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/steady_timer.hpp>
          <boost/asio/use_awaitable.hpp>)
throughline_shared_headers(command_headers LINKS gRPC::grpc++ nlohmann_json::nlohmann_json CLI11::CLI11
  HEADERS ${standard_headers} ${protobuf_headers} <nlohmann/json.hpp> <grpcpp/grpcpp.h>
          <CLI/CLI.hpp>)

# throughline_share_headers(NAME folder...): to every room that these folders declare.
function(throughline_share_headers name)
  foreach(folder IN LISTS ARGN)
    get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
      get_target_property(type ${target} TYPE)
      if(type STREQUAL STATIC_LIBRARY)
        target_precompile_headers(${target} REUSE_FROM ${name})
      endif()
    endforeach()
  endforeach()
endfunction()

# throughline_room(NAME SOURCES file... LINKS target...)
function(throughline_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINKS" ${ARGN})
  if(ROOM_SOURCES)
    add_library(${name} STATIC ${ROOM_SOURCES})
    target_link_libraries(${name} PUBLIC throughline_flags ${ROOM_LINKS})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE throughline_flags ${ROOM_LINKS})
  endif()
endfunction()

# throughline_program(NAME SOURCES file... LINKS target...)
function(throughline_program name)
  cmake_parse_arguments(PROGRAM "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${PROGRAM_SOURCES})
  target_link_libraries(${name} PRIVATE throughline_flags ${PROGRAM_LINKS})
  # Messages are made and dropped by the hundred, on several threads: with the C library's allocator
  # that is a third of what recording a result costs. The sanitizers bring their own.
  if(NOT THROUGHLINE_SANITIZE)
    target_link_libraries(${name} PRIVATE PkgConfig::JEMALLOC)
  endif()
endfunction()

# throughline_test(NAME LABEL unit|contract|simulation|system SOURCES file... LINKS target...
#                  [HEADERS test_headers|service_test_headers])
function(throughline_test name)
  cmake_parse_arguments(TEST "" "LABEL;TIMEOUT;HEADERS" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  if(NOT TEST_HEADERS)
    set(TEST_HEADERS test_headers)
  endif()
  target_precompile_headers(${name} REUSE_FROM ${TEST_HEADERS})
  target_link_libraries(${name} PRIVATE throughline_flags ${TEST_LINKS}
    rapidcheck GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${TEST_LABEL} TIMEOUT ${TEST_TIMEOUT})
  foreach(source IN LISTS TEST_SOURCES)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    set_property(GLOBAL APPEND PROPERTY THROUGHLINE_TEST_SOURCES ${source})
  endforeach()
endfunction()

# Gives a test the broker of the build folder, tests/fixtures/kafka. It makes topics under its own names.
function(throughline_needs_kafka test)
  set_property(TEST ${test} APPEND PROPERTY FIXTURES_REQUIRED kafka)
  set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT
    THROUGHLINE_KAFKA_ADDRESS_FILE=${PROJECT_BINARY_DIR}/kafka/address)
endfunction()

# A test file that no target compiles fails the configure: forgotten tests look like passing ones.
function(throughline_require_every_test_registered)
  get_property(registered GLOBAL PROPERTY THROUGHLINE_TEST_SOURCES)
  file(GLOB_RECURSE present CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/services/*_test.cc ${PROJECT_SOURCE_DIR}/tests/*_test.cc)
  foreach(file IN LISTS present)
    if(NOT file IN_LIST registered)
      message(FATAL_ERROR "${file} is a test that no throughline_test() names")
    endif()
  endforeach()
endfunction()
