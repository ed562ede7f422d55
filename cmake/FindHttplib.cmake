# cpp-httplib ships no CMake package on Debian 12: its pkg-config file is the source of flags and defines.
find_package(PkgConfig REQUIRED)
pkg_check_modules(Httplib REQUIRED IMPORTED_TARGET GLOBAL cpp-httplib)
if(NOT TARGET Httplib::Httplib)
  add_library(Httplib::Httplib ALIAS PkgConfig::Httplib)
endif()
set(Httplib_FOUND TRUE)
