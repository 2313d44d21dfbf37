# What is installed, and how other projects find it: headers, both kinds of the library, strided.pc, strided-config.cmake.
configure_file(cmake/strided-uninstalled.pc.in strided-uninstalled.pc @ONLY)
if(NOT STRIDED_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/strided)
install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

# One targets file per kind: a distribution may put the static library into a package of its own.
foreach(kind shared static)
  if(TARGET strided_${kind})
    install(TARGETS strided_${kind} EXPORT strided-${kind}
            LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(EXPORT strided-${kind} NAMESPACE strided:: DESTINATION ${package_dir} FILE strided-${kind}-targets.cmake)
  endif()
endforeach()

configure_package_config_file(cmake/strided-config.cmake.in strided-config.cmake INSTALL_DESTINATION ${package_dir}
                              NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(strided-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/strided-config.cmake ${PROJECT_BINARY_DIR}/strided-config-version.cmake
        DESTINATION ${package_dir})

configure_file(cmake/install-pc.cmake.in install-pc.cmake @ONLY)
install(SCRIPT ${PROJECT_BINARY_DIR}/install-pc.cmake)
install(FILES ${PROJECT_BINARY_DIR}/strided.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
