# libzstd ships no CMake package on Debian 12: its pkg-config file is the source of flags and defines.
find_package(PkgConfig REQUIRED)
pkg_check_modules(Zstd REQUIRED IMPORTED_TARGET GLOBAL libzstd)
if(NOT TARGET Zstd::Zstd)
  add_library(Zstd::Zstd ALIAS PkgConfig::Zstd)
endif()
set(Zstd_FOUND TRUE)
