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

# throughline_room(NAME SOURCES file... LINKS target...)
# With the headers that a folder shares (shared_headers.cmake), as THROUGHLINE_HEADERS says.
function(throughline_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINKS" ${ARGN})
  if(ROOM_SOURCES)
    add_library(${name} STATIC ${ROOM_SOURCES})
    target_link_libraries(${name} PUBLIC throughline_flags ${ROOM_LINKS})
    throughline_share_headers(${name} ${THROUGHLINE_HEADERS})
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
  throughline_share_headers(${name} ${THROUGHLINE_HEADERS})
  # Messages are made and dropped by the hundred, on several threads: with the C library's allocator
  # that is a third of what recording a result costs. The sanitizers bring their own.
  if(NOT THROUGHLINE_SANITIZE)
    target_link_libraries(${name} PRIVATE PkgConfig::JEMALLOC)
  endif()
endfunction()

# throughline_test(NAME LABEL unit|contract|simulation|system SOURCES file... LINKS target...)
function(throughline_test name)
  cmake_parse_arguments(TEST "" "LABEL;TIMEOUT" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  throughline_share_headers(${name} test_headers)
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
