# libgit2 ships no CMake package on Debian 12: its pkg-config file is the source of flags and defines.
find_package(PkgConfig REQUIRED)
pkg_check_modules(LibGit2 REQUIRED IMPORTED_TARGET GLOBAL libgit2)
if(NOT TARGET LibGit2::LibGit2)
  add_library(LibGit2::LibGit2 ALIAS PkgConfig::LibGit2)
endif()
set(LibGit2_FOUND TRUE)
