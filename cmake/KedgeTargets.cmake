# The one place for compiler flags, and the functions that declare libraries and tests.
include_guard()
include(CheckCXXCompilerFlag)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(kedge_flags INTERFACE)
target_include_directories(kedge_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(kedge_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
                                             -Wold-style-cast -Werror)
# GCC 12 reports strings that it inlines itself (PR 105329, 105651); the warnings say nothing about our code.
target_compile_options(kedge_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-maybe-uninitialized>)
# Every field that is left out of a designated initialiser has a default in these structs.
target_compile_options(kedge_flags INTERFACE -Wno-missing-field-initializers)
if(KEDGE_SANITIZE)
  target_compile_options(kedge_flags INTERFACE -fsanitize=${KEDGE_SANITIZE} -fno-omit-frame-pointer)
  if(KEDGE_SANITIZE MATCHES undefined)
    # Checked at every access through a pointer, they take a third of the compiler's time. The address sanitizer sees
    # null and what lies outside an object; the few casts of pointers here are between kinds of bytes.
    target_compile_options(kedge_flags INTERFACE -fno-sanitize=null,object-size,alignment)
  endif()
  target_link_options(kedge_flags INTERFACE -fsanitize=${KEDGE_SANITIZE})
endif()

find_program(KEDGE_LLD ld.lld)
if(KEDGE_LLD)
  target_link_options(kedge_flags INTERFACE -fuse-ld=lld)
endif()

find_program(KEDGE_CCACHE ccache)
if(KEDGE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${KEDGE_CCACHE})
endif()

# Compiles several files of a target as one: a third of the time, for builds from scratch. So no two files of a folder
# have helpers of one name; a type of a header's forward declaration that holds local types needs a file of its own
# (SKIP_UNITY_BUILD_INCLUSION).
option(KEDGE_UNITY "Unity builds" OFF)

# With it come precompiled headers: those that nearly every folder reads. Builds without KEDGE_UNITY and clang-tidy see
# to it that each file includes what it needs.
function(kedge_precompile target)
  file(CONFIGURE OUTPUT ${target}.cc CONTENT "// Holds the precompiled headers only.\n")
  add_library(${target} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${target}.cc)
  target_link_libraries(${target} PRIVATE kedge_flags fmt::fmt nlohmann_json::nlohmann_json ${ARGN})
  target_precompile_headers(${target} PRIVATE
    <algorithm> <atomic> <chrono> <condition_variable> <filesystem> <fstream> <functional> <map> <memory> <mutex>
    <optional> <ranges> <set> <sstream> <string> <string_view> <thread> <variant> <vector> <fmt/format.h>
    <nlohmann/json.hpp>)
endfunction()

function(kedge_build_quickly target precompiled)
  if(KEDGE_UNITY)
    # GCC forgets of precompiled headers which are the system's, and reports what it inlines from them.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>)
    target_link_libraries(${target} PRIVATE fmt::fmt)  # Its definitions must be those of the precompiled headers.
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
    target_precompile_headers(${target} REUSE_FROM ${precompiled})
  endif()
endfunction()

# kedge_library(name SOURCES … USES kedge libraries, public … PRIVATE_USES third-party targets …)
# Makes the target kedge_<name>; USES takes the short names.
function(kedge_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;PRIVATE_USES" ${ARGN})
  list(TRANSFORM ARG_USES PREPEND kedge_)
  if(ARG_SOURCES)
    add_library(kedge_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(kedge_${name} PUBLIC kedge_flags ${ARG_USES} PRIVATE ${ARG_PRIVATE_USES})
    kedge_build_quickly(kedge_${name} kedge_precompiled)
  else()
    add_library(kedge_${name} INTERFACE)
    target_link_libraries(kedge_${name} INTERFACE kedge_flags ${ARG_USES})
  endif()
endfunction()

# kedge_test(name LABEL unit SOURCES … USES kedge libraries … PRIVATE_USES … [RUN_SERIAL] [SOCKET_PEER] [ONE_THREAD] [TIMEOUT seconds])
# One GoogleTest executable; every case becomes a ctest test with that label. SOCKET_PEER: its peer on another thread
# hands over what it saw by answering on a socket; the thread sanitizer knows no order in that. ONE_THREAD: nothing in it
# starts a second thread, so that the thread sanitizer has nothing to see. It leaves out both.
function(kedge_test name)
  cmake_parse_arguments(ARG "RUN_SERIAL;SOCKET_PEER;ONE_THREAD" "LABEL;TIMEOUT" "SOURCES;USES;PRIVATE_USES" ${ARGN})
  list(TRANSFORM ARG_USES PREPEND kedge_)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if((ARG_SOCKET_PEER OR ARG_ONE_THREAD) AND KEDGE_SANITIZE STREQUAL "thread")
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY KEDGE_TESTS_${ARG_LABEL} ${name})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE kedge_flags ${ARG_USES} ${ARG_PRIVATE_USES} GTest::gmock_main)
  kedge_build_quickly(${name} kedge_precompiled_tests)
  target_compile_definitions(${name} PRIVATE KEDGE_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             KEDGE_BINARY_DIR="${PROJECT_BINARY_DIR}")
  set(properties LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
  if(ARG_RUN_SERIAL)
    list(APPEND properties RUN_SERIAL ON)
  endif()
  gtest_discover_tests(${name} NO_PRETTY_VALUES DISCOVERY_MODE PRE_TEST PROPERTIES ${properties})
endfunction()
