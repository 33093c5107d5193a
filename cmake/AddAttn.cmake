# Functions that give every target of the compiler the same settings.

# Settings of a target that uses LLVM: its headers are system headers, its
# libraries the shared ones, and it is built without RTTI and exceptions, as
# they are.
function(attn_use_llvm target)
  target_include_directories(${target} PUBLIC
    ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
  target_include_directories(${target} SYSTEM PUBLIC
    ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  target_compile_options(${target} PRIVATE -fno-rtti -fno-exceptions)
endfunction()

# attn_library(NAME SOURCES... [LIBS ...] [DEPENDS ...])
function(attn_library name)
  cmake_parse_arguments(ARG "" "" "LIBS;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  attn_use_llvm(${name})
  target_link_libraries(${name} PUBLIC ${ARG_LIBS})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# attn_tool(NAME SOURCES... [LIBS ...])
function(attn_tool name)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  attn_use_llvm(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()
