# Debian packages: the program with its service, and the verifier as a library.
#
#   cmake --preset release && cmake --build --preset release && (cd build/release && cpack -G DEB)
#
# What belongs to a system as a whole (units, /etc) is in the component `service`, which is no part
# of `cmake --install`.
set(debian ${CMAKE_CURRENT_SOURCE_DIR}/debian)
set(units ${CMAKE_CURRENT_SOURCE_DIR}/systemd)
file(GLOB unit_files CONFIGURE_DEPENDS ${units}/*.service ${units}/*.timer)
install(FILES ${unit_files} DESTINATION /usr/lib/systemd/system COMPONENT service EXCLUDE_FROM_ALL)
install(PROGRAMS ${units}/backup.sh DESTINATION /usr/libexec/voteanchor RENAME backup COMPONENT service EXCLUDE_FROM_ALL)
install(FILES ${units}/voteanchor.sysusers DESTINATION /usr/lib/sysusers.d RENAME voteanchor.conf
  COMPONENT service EXCLUDE_FROM_ALL)
install(FILES ${debian}/voteanchor.default DESTINATION /etc/default RENAME voteanchor
  COMPONENT service EXCLUDE_FROM_ALL)

# ---- documents, as Debian wants them ----
set(gzip ${CMAKE_CURRENT_BINARY_DIR}/gzip)
file(STRINGS ${debian}/changelog newest LIMIT_COUNT 1)
if(NOT newest MATCHES "^voteanchor \\(${PROJECT_VERSION}-([0-9]+)\\)")
  message(FATAL_ERROR "packaging/debian/changelog does not begin with ${PROJECT_VERSION}-N")
endif()
set(revision ${CMAKE_MATCH_1})

# vota_gzip(NAME SOURCE PACKAGE) puts SOURCE into the package's documents as NAME.gz.
set(gzipped "")
function(vota_gzip name source package)
  set(file ${gzip}/${package}/${name}.gz)
  add_custom_command(OUTPUT ${file}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${gzip}/${package}
    COMMAND ${GZIP} -9nc ${source} > ${file} DEPENDS ${source})
  install(FILES ${file} DESTINATION /usr/share/doc/${package} COMPONENT ${ARGN} EXCLUDE_FROM_ALL)
  set(gzipped ${gzipped} ${file} PARENT_SCOPE)
endfunction()

foreach(package voteanchor libvoteanchor0 libvoteanchor-dev)
  set(component ${package})
  if(package STREQUAL voteanchor)
    set(component service)
  endif()
  install(FILES ${debian}/copyright DESTINATION /usr/share/doc/${package} COMPONENT ${component} EXCLUDE_FROM_ALL)
  install(FILES ${debian}/${package}.lintian DESTINATION /usr/share/lintian/overrides RENAME ${package}
    COMPONENT ${component} EXCLUDE_FROM_ALL)
  vota_gzip(changelog.Debian ${debian}/changelog ${package} ${component})
  vota_gzip(changelog ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${package} ${component})
endforeach()
file(GLOB documents CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/*.md)
foreach(document README.md SECURITY.md ${documents})
  cmake_path(ABSOLUTE_PATH document BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
  cmake_path(GET document FILENAME name)
  vota_gzip(${name} ${document} voteanchor service)
endforeach()
add_custom_target(debian_documents ALL DEPENDS ${gzipped})

# ---- the library: proof/CMakeLists.txt installs it whole; Debian wants it in two ----
set(lib /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE})
set(dev COMPONENT libvoteanchor-dev EXCLUDE_FROM_ALL)
install(TARGETS libvoteanchor LIBRARY DESTINATION ${lib} COMPONENT libvoteanchor0 NAMELINK_SKIP EXCLUDE_FROM_ALL)
install(TARGETS libvoteanchor LIBRARY DESTINATION ${lib} NAMELINK_ONLY ${dev})
install(TARGETS libvoteanchor_static ARCHIVE DESTINATION ${lib} ${dev})
install(FILES ${PROJECT_SOURCE_DIR}/proof/voteanchor.h DESTINATION /usr/include ${dev})
block(SCOPE_FOR VARIABLES)
  set(CMAKE_INSTALL_LIBDIR lib/${CMAKE_LIBRARY_ARCHITECTURE})
  set(CMAKE_INSTALL_INCLUDEDIR include)
  file(RELATIVE_PATH VOTA_PC_UP ${lib}/pkgconfig /usr)
  configure_file(${PROJECT_SOURCE_DIR}/proof/voteanchor.pc.in debian/voteanchor.pc @ONLY)
endblock()
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/debian/voteanchor.pc DESTINATION ${lib}/pkgconfig ${dev})

# ---- CPack ----
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME voteanchor)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each package has its own
set(CPACK_PACKAGE_CONTACT "voteanchor maintainers <maintainers@voteanchor.example>")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL voteanchor service libvoteanchor0 libvoteanchor-dev)
set(CPACK_COMPONENT_VOTEANCHOR_GROUP program)
set(CPACK_COMPONENT_SERVICE_GROUP program)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${revision})
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME voteanchor)
set(CPACK_DEBIAN_PROGRAM_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "ca-certificates")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "nginx, prometheus, bash-completion")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_CONTROL_EXTRA
  "${debian}/postinst;${debian}/prerm;${debian}/postrm;${debian}/conffiles")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
"anchors what citizens said on a public Ethereum network
A city runs votes, endorsements, proposals and procedures on its website.
voteanchor takes each record in, puts records together in Merkle trees and
writes every root into a contract on a public chain, so that nobody, the city
included, can change, drop or add one without everybody being able to see it.

Citizens check their receipts, and auditors recount everything, without any
server of the city. Messages and manual pages are in English and Korean.")

set(CPACK_DEBIAN_LIBVOTEANCHOR0_PACKAGE_NAME libvoteanchor0)
set(CPACK_DEBIAN_LIBVOTEANCHOR0_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_LIBVOTEANCHOR0_DESCRIPTION
"verifier of voteanchor receipts, as a library
Judges a citizen's receipt from the row to a block that the caller trusts,
without allocation, input or output.")

set(CPACK_DEBIAN_LIBVOTEANCHOR-DEV_PACKAGE_NAME libvoteanchor-dev)
set(CPACK_DEBIAN_LIBVOTEANCHOR-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBVOTEANCHOR-DEV_PACKAGE_DEPENDS "libvoteanchor0 (= ${PROJECT_VERSION}-${revision})")
set(CPACK_COMPONENT_LIBVOTEANCHOR-DEV_DESCRIPTION
"verifier of voteanchor receipts, as a library (development files)
The header, the shared library to link with, the static library and the
pkg-config file. The header tells all that a caller has to know; the verifier
takes bytes and a trusted block, and gives findings and a verdict.")
include(CPack)
