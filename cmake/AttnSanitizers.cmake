# ATTN_SANITIZE=ON builds our own code with the address and undefined behaviour
# sanitizers. LLVM's shared libraries stay as Debian ships them.

option(ATTN_SANITIZE "Build with the address and undefined sanitizers" OFF)

# The environment that tests of such a build run in. LLVM's own allocations that
# live as long as the process are not leaks of ours, its containers were not
# compiled with the annotations that container overflow checks need, and memory of
# its arenas that our code has poisoned is handed out by code that does not say so.
set(ATTN_SANITIZER_ENVIRONMENT
  "ASAN_OPTIONS=allow_user_poisoning=0:detect_container_overflow=0:detect_leaks=0:strict_string_checks=1"
  "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1")

if(ATTN_SANITIZE)
  # The vptr check needs RTTI, which LLVM is built without.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
